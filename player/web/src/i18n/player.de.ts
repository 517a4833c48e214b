//! German words of the player.

import type { PlayerWords } from "./player.en";
import { plural } from "./plural";

const count = plural("de-DE");
const number = new Intl.NumberFormat("de-DE");

export const player: PlayerWords = {
  region: "Aufgezeichnete Sitzung",
  loading: "Das Verzeichnis der Sitzung wird gelesen",
  empty: "Noch ist kein Bild eingetroffen. Sobald eines da ist, erscheint es hier.",
  emptySealed: "Diese Sitzung enthält keine Bilder.",
  failed: "Das Verzeichnis der Sitzung konnte nicht gelesen werden.",
  indexDamaged:
    "Das Verzeichnis der Sitzung ist beschädigt: Was im Archiv steht, besteht seine Prüfungen nicht, darum kann kein Bild gezeigt werden. Sagen Sie es dem Betreiber.",
  streamDamaged: (name) =>
    `Das Verzeichnis von ${name} ist beschädigt: Seine Bilder können nicht gezeigt werden. Die anderen Bildschirme sind nicht betroffen.`,
  nothingShown: "Diese Freigabe zeigt keinen der Bildschirme dieser Sitzung.",

  screen: (n) => `Bildschirm ${n}`,
  screens: "Bildschirme",
  allScreens: "Alle Bildschirme",
  onlyThis: (name) => `Nur ${name} zeigen`,

  frameOf: (seq, place, total) => `Nr. ${seq}, ${number.format(place)}. von ${total}`,
  frameOn: (name, frame) => `${name}: ${frame}`,
  pictureOf: (name, time, seq) => `${name}, Bild Nummer ${seq}, aufgenommen um ${time}`,
  before: "Zu dieser Zeit war noch nichts aufgenommen",
  fetching: "Das Bild wird geholt",
  cut: "Vor dem Senden abgeschnitten",
  partial: "Nur sein Anfang kann gezeigt werden",
  checked: "SHA-256 geprüft",
  checkedWhy: "Die angekommenen Bytes haben den SHA-256, den das Archiv nennt.",
  estimated: "Zeit geschätzt",

  broken: {
    damaged: "Dieses Bild ist beschädigt",
    unknown: "Dieses Bild ist nicht mehr im Archiv",
    outside: "Dieses Bild liegt außerhalb der Freigabe",
    differs: "Dieses Bild wurde auf dem Weg hierher verändert",
    undecodable: "Dieses Bild lässt sich nicht darstellen",
  },
  brokenShort: {
    damaged: "beschädigt",
    unknown: "nicht im Archiv",
    outside: "nicht freigegeben",
    differs: "verändert",
    undecodable: "nicht darstellbar",
  },
  brokenWhy: {
    damaged:
      "Seine gespeicherten Bytes bestehen die Prüfungen des Archivs nicht, darum wird nichts davon gezeigt. Die anderen Bilder sind nicht betroffen.",
    unknown: "Das Verzeichnis nennt es, der Speicher enthält es nicht.",
    outside: "Öffnen Sie die Sitzung noch einmal, wenn Ihr Zweck es verlangt.",
    differs:
      "Sein SHA-256 ist nicht der, den das Archiv genannt hat. Laden Sie die Seite neu; bleibt es so, sagen Sie es dem Betreiber.",
    undecodable:
      "Seine Bytes sind unversehrt und lassen sich als Datei wiederherstellen, aber dieser Browser kann sie nicht dekodieren.",
  },

  transport: "Wiedergabe",
  play: "Abspielen",
  pause: "Anhalten",
  stepBack: "Ein Bild zurück",
  stepOn: "Ein Bild weiter",
  speed: "Tempo",
  times: (speed) => `${speed}×`,
  skipIdle: "Leerlauf überspringen",
  skipIdleWhy: "Strecken, in denen keine Änderung erkannt wurde, vergehen in einer Sekunde.",
  live: "Live",
  follow: "Live folgen",
  following: "Folgt live",
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  fit: "Einpassen",
  original: "100 %",
  fitWhy: "In das Fenster einpassen",
  originalWhy: "Ein Bildpunkt auf einem Bildpunkt",
  move: "Bildausschnitt bewegen",
  moves: { up: "Nach oben", left: "Nach links", right: "Nach rechts", down: "Nach unten" },
  fullScreen: "Vollbild",
  leaveFullScreen: "Vollbild verlassen",
  help: "Tastatur",
  waiting: "Wartet auf ein Bild",

  position: "Stelle in der Sitzung",
  span: (from, to) => (from === to ? `um ${from}` : `von ${from} bis ${to}`),
  legend: {
    idle: "Keine Änderung erkannt",
    gap: "Nichts aufgenommen",
    damaged: "Beschädigt oder nicht darstellbar",
  },
  marks: (n) =>
    count(n, { one: "1 beschädigte oder leere Strecke", other: "# beschädigte oder leere Strecken" }),
  mark: { damaged: "Beschädigt oder nicht darstellbar", gap: "Nichts aufgenommen" },

  strip: "Filmstreifen",
  stripStep: "Abstand der Bilder",
  stripSteps: {
    every: "Jedes Bild",
    seconds: "10 s",
    minute: "1 min",
    minutes: "10 min",
    whole: "Ganze Sitzung",
  },

  looks: (requests, frames) =>
    `Bei diesem Besuch festgehalten: ${count(requests, { one: "1 Abruf", other: "# Abrufe" })} für ${count(frames, { one: "1 Bild", other: "# Bilder" })}`,
  looksWhy: "Bilder um die Abspielstelle werden im Voraus geholt, und was geholt wird, gilt als angesehen.",

  sealedMeanwhile: "Diese Sitzung ist zu Ende gegangen, während Sie zusahen. Es kommen keine Bilder mehr.",
  resting: "Diese Seite hat seit einer Weile niemand berührt, darum fragt sie den Server nach nichts mehr.",
  goOn: "Weiter",
  retrying: "Der Server liefert gerade keine Bilder. Er wird von selbst wieder gefragt.",
  notNow:
    "Der Server kann Einsichten gerade nicht festhalten und zeigt darum nichts. Er wird von selbst wieder gefragt.",

  facts: "Zu diesem Bild",
  fact: {
    stream: "Datenstrom",
    captured: "Aufgenommen",
    number: "Nummer",
    type: "Art",
    size: "Größe",
    pixels: "Bildpunkte",
    check: "Prüfung",
    notes: "Hinweise",
  },
  notChecked: "nicht geprüft",

  files: "Aufzeichnungen und Anhänge",
  filesWhy:
    "Sie sind Bit für Bit aufbewahrt, werden hier aber noch nicht abgespielt. Mit allem anderen der Sitzung gibt sie dieser Befehl heraus:",
  fileKind: { recording: "Aufzeichnung", attachment: "Anhang" },
  unnamed: "ohne Namen",

  keys: {
    title: "Tastatur",
    where: "Diese Tasten wirken, solange der Player den Fokus hat: hineinklicken oder mit Tab hingehen.",
    close: "Schließen",
    groups: { play: "Abspielen", move: "Bewegen", view: "Ansicht" },
    space: "Leertaste",
    shift: "Umschalt",
    home: "Pos1",
    end: "Ende",
    pageUp: "Bild auf",
    pageDown: "Bild ab",
    toggle: "Abspielen oder anhalten",
    speed: "Langsamer, schneller",
    idle: "Leerlauf überspringen oder nicht",
    step: "Ein Bild zurück oder weiter",
    jump: "Zehn Sekunden zurück oder weiter",
    minute: "Eine Minute zurück oder weiter",
    ends: "An den Anfang, ans Ende (bei offener Sitzung: live folgen)",
    zoom: "Vergrößern, verkleinern",
    fit: "In das Fenster einpassen",
    original: "100 %: ein Bildpunkt auf einem Bildpunkt",
    pan: "Vergrößertes Bild nach oben, links, unten, rechts bewegen",
    screen: "Nächster Bildschirm allein, danach wieder alle",
    full: "Vollbild",
    help: "Diese Übersicht",
    mouse:
      "Maus und Finger: mit Rad oder zwei Fingern vergrößern, zum Bewegen ziehen oder die Pfeile im Bild drücken, Doppelklick für einen Bildschirm allein.",
  },
};
