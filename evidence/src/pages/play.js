
"use strict";
(() => {
  const WORDS = {
    en: {
      session: "Session",
      report: "Report",
      other: "Deutsch",
      streams: "Streams",
      stream: "Stream",
      damaged: "Not everything of this session is here.",
      leftOut: "In the archive it is damaged, and was left out:",
      damage: (name, count, which) => `${name}: ${count}, by number ${which}`,
      back: "One frame back (←)",
      forward: "One frame forward (→)",
      place: "Frame",
      speed: "Frames a second",
      play: "Play",
      stop: "Stop",
      frame: (seq, instant) => `Frame ${seq}, captured ${instant}`,
      caption: (seq, n, count, instant) => `Frame ${seq} · ${n} of ${count} · captured ${instant}`,
      cut: "cut off when it reached the archive",
      unshown: "can't be shown",
      nothing: "Nothing of this stream is here.",
    },
    de: {
      session: "Sitzung",
      report: "Bericht",
      other: "English",
      streams: "Ströme",
      stream: "Strom",
      damaged: "Von dieser Sitzung ist nicht alles enthalten.",
      leftOut: "Im Archiv ist es beschädigt und wurde weggelassen:",
      damage: (name, count, which) => `${name}: ${count}, nach Nummern ${which}`,
      back: "Ein Bild zurück (←)",
      forward: "Ein Bild vor (→)",
      place: "Bild",
      speed: "Bilder je Sekunde",
      play: "Abspielen",
      stop: "Anhalten",
      frame: (seq, instant) => `Bild ${seq}, aufgenommen ${instant}`,
      caption: (seq, n, count, instant) => `Bild ${seq} · ${n} von ${count} · aufgenommen ${instant}`,
      cut: "kam abgeschnitten im Archiv an",
      unshown: "lässt sich nicht zeigen",
      nothing: "Von diesem Strom ist nichts enthalten.",
    },
  };
  const data = JSON.parse(document.getElementById("data").textContent);
  const of = (id) => document.getElementById(id);
  const [picture, frame, caption, controls, files] = ["picture", "frame", "caption", "controls", "files"].map(of);
  const [play, place, speed] = ["play", "place", "speed"].map(of);
  let words = WORDS.en;
  let stream = null;
  let at = 0;
  let timer = null;
  let unshown = false;
  of("session").textContent = data.session;

  const nameOf = (each) => each.name || `${words.stream} ${each.n}`;

  // What is written under the picture is written anew in another language.
  const tell = () => {
    const [, seq, captured, cut] = stream.frames[at];
    const instant = captured.replace("T", " ").replace("Z", " UTC");
    frame.alt = words.frame(seq, instant);
    const parts = [words.caption(seq, at + 1, stream.frames.length, instant)];
    if (cut) parts.push(words.cut);
    if (unshown) parts.push(words.unshown);
    caption.textContent = parts.join(" · ");
  };

  const stop = () => {
    clearTimeout(timer);
    timer = null;
    play.textContent = words.play;
  };

  const preload = (index) => {
    if (stream.frames[index]) new Image().src = stream.frames[index][0];
  };

  const show = (index) => {
    at = Math.max(0, Math.min(index, stream.frames.length - 1));
    unshown = false;
    frame.src = stream.frames[at][0];
    tell();
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
    play.textContent = words.stop;
    timer = setTimeout(step, 1000 / Number(speed.value));
  };

  const line = (...parts) => {
    const paragraph = document.createElement("p");
    paragraph.append(...parts);
    return paragraph;
  };

  const list = (chosen) => {
    files.replaceChildren();
    if (!chosen.files.length) files.append(line(words.nothing));
    for (const [path, type] of chosen.files) {
      const kind = /^(video|audio)\//.exec(type);
      if (kind) {
        const player = document.createElement(kind[1]);
        player.controls = true;
        player.preload = "metadata";
        player.src = path;
        files.append(player);
      }
      const link = document.createElement("a");
      link.href = path;
      link.textContent = path;
      files.append(line(link, ` (${type})`));
    }
  };

  const choose = (chosen) => {
    stop();
    stream = chosen;
    for (const button of of("streams").children) button.setAttribute("aria-pressed", String(button.stream === chosen));
    const plays = chosen.frames.length > 0;
    picture.hidden = controls.hidden = !plays;
    files.hidden = plays;
    if (plays) {
      place.max = String(chosen.frames.length - 1);
      show(0);
    } else {
      list(chosen);
    }
  };

  const speak = () => {
    const asked = { "#de": "de", "#en": "en" }[location.hash];
    const language = asked || (navigator.language.startsWith("de") ? "de" : "en");
    const other = language === "de" ? "en" : "de";
    words = WORDS[language];
    document.documentElement.lang = language;
    for (const each of document.querySelectorAll("[data-w]")) each.textContent = words[each.dataset.w];
    for (const each of document.querySelectorAll("[data-label]")) {
      each.setAttribute("aria-label", words[each.dataset.label]);
      if (each.tagName === "BUTTON") each.title = words[each.dataset.label];
    }
    of("report").href = language === "de" ? "report.html#de" : "report.html";
    of("language").href = `#${other}`;
    of("language").lang = other;
    of("language").textContent = words.other;
    play.textContent = timer === null ? words.play : words.stop;
    for (const button of of("streams").children) button.textContent = nameOf(button.stream);
    of("left-out").replaceChildren(...data.damaged.map((each) => {
      const item = document.createElement("li");
      item.textContent = words.damage(nameOf(each), each.count, each.which);
      return item;
    }));
    if (stream && stream.frames.length) tell();
    else if (stream) list(stream);
  };

  for (const each of data.streams) {
    const button = document.createElement("button");
    button.type = "button";
    button.stream = each;
    button.addEventListener("click", () => choose(each));
    of("streams").append(button);
  }
  of("streams").hidden = data.streams.length < 2;
  of("damage").hidden = !data.damaged.length;
  frame.addEventListener("error", () => { unshown = true; tell(); });
  play.addEventListener("click", toggle);
  of("back").addEventListener("click", () => { stop(); show(at - 1); });
  of("forward").addEventListener("click", () => { stop(); show(at + 1); });
  place.addEventListener("input", () => { stop(); show(Number(place.value)); });
  window.addEventListener("hashchange", speak);
  document.addEventListener("keydown", (event) => {
    if (!stream || !stream.frames.length || event.ctrlKey || event.metaKey || event.altKey) return;
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
  speak();
  if (data.streams.length) choose(data.streams.find((each) => each.frames.length) || data.streams[0]);
  else picture.hidden = controls.hidden = true;
})();
