
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const of = (id) => document.getElementById(id);
  const [picture, frame, caption, controls, files] = ["picture", "frame", "caption", "controls", "files"].map(of);
  const [play, place, speed] = ["play", "place", "speed"].map(of);
  let stream = null;
  let at = 0;
  let timer = null;
  of("session").textContent = data.session;

  const stop = () => {
    clearTimeout(timer);
    timer = null;
    play.textContent = "Play";
  };

  const preload = (index) => {
    if (stream.frames[index]) new Image().src = stream.frames[index][0];
  };

  const show = (index) => {
    at = Math.max(0, Math.min(index, stream.frames.length - 1));
    const [path, seq, instant] = stream.frames[at];
    frame.src = path;
    frame.alt = `Frame ${seq}, captured ${instant}`;
    caption.textContent = `Frame ${seq} · ${at + 1} of ${stream.frames.length} · captured ${instant.replace("T", " ").replace("Z", " UTC")}`;
    place.value = String(at);
    preload(at + 1);
  };

  // The next frame is asked for when this one is there: a slow disk slows the picture, and leaves none out.
  const step = () => {
    if (timer === null) return;
    if (at + 1 >= stream.frames.length) return stop();
    show(at + 1);
    const go = () => { if (timer !== null) timer = setTimeout(step, 1000 / Number(speed.value)); };
    frame.decode().then(go, go);
  };

  const toggle = () => {
    if (timer !== null) return stop();
    if (at + 1 >= stream.frames.length) show(0);
    play.textContent = "Stop";
    timer = setTimeout(step, 1000 / Number(speed.value));
  };

  const list = (chosen) => {
    files.replaceChildren();
    for (const [path, type] of chosen.files) {
      const kind = /^(video|audio)\//.exec(type);
      if (kind) {
        const player = document.createElement(kind[1]);
        player.controls = true;
        player.preload = "metadata";
        player.src = path;
        files.append(player);
      }
      const line = document.createElement("p");
      const link = document.createElement("a");
      link.href = path;
      link.textContent = path;
      line.append(link, ` (${type})`);
      files.append(line);
    }
  };

  const choose = (chosen) => {
    stop();
    stream = chosen;
    for (const button of of("streams").children) button.setAttribute("aria-pressed", String(button.stream === chosen));
    const plays = Boolean(chosen.frames && chosen.frames.length);
    picture.hidden = controls.hidden = !plays;
    files.hidden = !chosen.files;
    if (plays) {
      place.max = String(chosen.frames.length - 1);
      show(0);
    } else if (chosen.files) {
      list(chosen);
    }
  };

  for (const each of data.streams) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = each.name;
    button.stream = each;
    button.addEventListener("click", () => choose(each));
    of("streams").append(button);
  }
  frame.addEventListener("error", () => { caption.textContent += " · can't be shown"; });
  play.addEventListener("click", toggle);
  of("back").addEventListener("click", () => { stop(); show(at - 1); });
  of("forward").addEventListener("click", () => { stop(); show(at + 1); });
  place.addEventListener("input", () => { stop(); show(Number(place.value)); });
  document.addEventListener("keydown", (event) => {
    if (!stream || !stream.frames || event.ctrlKey || event.metaKey || event.altKey) return;
    if (["INPUT", "SELECT", "BUTTON", "VIDEO", "AUDIO", "A"].includes(event.target.tagName)) return;
    const keys = {
      " ": toggle,
      ArrowLeft: () => { stop(); show(at - 1); },
      ArrowRight: () => { stop(); show(at + 1); },
      Home: () => { stop(); show(0); },
      End: () => { stop(); show(stream.frames.length - 1); },
    };
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  if (data.streams.length) choose(data.streams.find((each) => each.frames) || data.streams[0]);
  else picture.hidden = controls.hidden = true;
})();
