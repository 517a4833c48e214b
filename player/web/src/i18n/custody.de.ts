//! German: Aufbewahrung, what is deleted when, what is held, what was certified and what was exported.

import type { custody as english } from "./custody.en";
import { plural } from "./plural";

const count = plural("de-DE");
const sessions = (n: number) => count(n, { one: "1 Sitzung", other: "# Sitzungen" });

export const custody: typeof english = {
  title: "Aufbewahrung",
  parts: "Bereiche der Aufbewahrung",
  part: { deletions: "Löschungen", holds: "Sperren", certificates: "Nachweise", exports: "Exporte" },
  forbidden: "Die Aufbewahrung ist für Compliance und Revision",
  forbiddenWhy: "Ihre Rollen zeigen keine Löschungen, Sperren, Löschnachweise und Exporte.",
  commandLine: "Kommandozeile",
  expired: "erloschen",
  expiredWhy: "Der Schlüssel zu den Einzelheiten dieses Monats wurde fristgemäß vernichtet.",
  altered: {
    hold: "Diese Sperre wurde seit dem Schreiben verändert. `obhut verify` sagt, wie.",
    certificate: "Dieser Nachweis wurde seit der Unterschrift verändert. `obhut verify` sagt, wie.",
  },
  session: "Sitzung",
  sessionOf: (id) => `Sitzung ${id}`,
  sessionInvalid: "Eine Sitzungsnummer hat 36 Zeichen.",
  cancel: "Abbrechen",
  close: "Schließen",
  toCertificate: "Zum Löschnachweis",
  classOf: (name, days) =>
    days === null ? `${name}, sofort gelöscht` : `${name}, ${count(days, { one: "1 Tag", other: "# Tage" })}`,

  deletions: {
    title: "Löschungen",
    intro:
      "Welche Sitzungen an welchem Tag die Frist ihrer Löschklasse erreichen. Der nächste Lauf danach löscht sie; eine gesperrte Sitzung bleibt.",
    overdue: "Überfällig",
    overdueNone: "Nichts ist überfällig.",
    overdueSome: (n) =>
      count(n, {
        one: "Die Frist von 1 Sitzung ist seit mehr als einem Tag um, und keine Sperre hält sie.",
        other: "Die Fristen von # Sitzungen sind seit mehr als einem Tag um, und keine Sperre hält sie.",
      }),
    overdueHow:
      "Wurde eine Sperre seit dem letzten Lauf aufgehoben, löscht der nächste die Sitzung. Sonst müsste sie weg sein: Wer das Archiv betreibt, findet den Grund mit `obhut retention run`. Das löscht, was fällig ist, und sagt, was im Weg steht.",
    overdueShow: (n) => count(n, { one: "Sitzung zeigen", other: "Alle # zeigen" }),
    kept: (n) =>
      count(n, {
        one: "1 Sitzung ist über ihre Frist hinaus gesperrt.",
        other: "# Sitzungen sind über ihre Fristen hinaus gesperrt.",
      }),
    keptShow: "Gesperrte zeigen",
    underWay: "Im Gange",
    underWayNone: "Keine Löschung ist im Gange.",
    underWaySome: (n) =>
      count(n, {
        one: "1 Sitzung wird gerade gelöscht. Sie zeigt nichts mehr und nimmt nichts mehr an.",
        other: "# Sitzungen werden gerade gelöscht. Sie zeigen nichts mehr und nehmen nichts mehr an.",
      }),
    underWayHow:
      "Eine abgebrochene Löschung geht mit dem nächsten Lauf weiter. Was lange hier steht, wartet auf etwas: `obhut retention run` sagt, worauf.",
    underWayMore: (n) => `und ${count(n, { one: "1 weitere", other: "# weitere" })}`,
    since: (when) => `seit ${when}`,
    lastRun: "Letzter Lauf",
    lastRunNone: "Seit dem Start des Servers ist kein Löschlauf gelaufen.",
    lastRunDeleted: (n) =>
      n === 0
        ? "Nichts war fällig."
        : count(n, { one: "1 Sitzung wurde gelöscht.", other: "# Sitzungen wurden gelöscht." }),
    lastRunFailed: (n) =>
      count(n, {
        one: "1 Löschung ist gescheitert; der nächste Lauf versucht sie noch einmal.",
        other: "# Löschungen sind gescheitert; der nächste Lauf versucht sie noch einmal.",
      }),
    everyHours: (n) =>
      count(n, {
        one: "Der Server sieht jede Stunde nach, was fällig ist.",
        other: "Der Server sieht alle # Stunden nach, was fällig ist.",
      }),
    every: (lasts) => `Der Server sieht alle ${lasts} nach, was fällig ist.`,
    everyNone: "Der Server löscht nicht von selbst; wer das Archiv betreibt, startet jeden Lauf.",
    calendar: "Kalender",
    month: (month) => `Fristen im ${month}`,
    monthBefore: "Voriger Monat",
    monthAfter: "Nächster Monat",
    thisMonth: "Dieser Monat",
    total: (n, held) => {
      if (n === 0) return "In diesem Monat erreicht keine Sitzung ihre Frist.";
      const reach = count(n, {
        one: "In diesem Monat erreicht 1 Sitzung ihre Frist",
        other: "In diesem Monat erreichen # Sitzungen ihre Fristen",
      });
      return held === 0
        ? `${reach}.`
        : `${reach}, ${count(held, { one: "1 davon ist gesperrt", other: "# davon sind gesperrt" })}.`;
    },
    week: (from, until) => `${from} bis ${until}`,
    weekNone: "Nichts",
    sessions,
    held: (n) => count(n, { one: "1 gesperrt", other: "# gesperrt" }),
    today: "Heute",
    dayNamed: (day, n, held) => {
      if (n === 0) return `${day}: keine Sitzung`;
      return held === 0 ? `${day}: ${sessions(n)}` : `${day}: ${sessions(n)}, ${held} davon gesperrt`;
    },
    keys: "Pfeiltasten gehen von Tag zu Tag, Bild auf und Bild ab von Monat zu Monat, Eingabe öffnet einen Tag.",
    choose: "Wählen Sie einen Tag, um seine Sitzungen zu sehen.",
    chooseTitle: "Sitzungen eines Tages",
    on: (day) => `Fällig am ${day}`,
    overdueTitle: "Überfällige Sitzungen",
    keptTitle: "Über die Frist hinaus gesperrt",
    none: "Hier ist keine mehr.",
    noneOn: "An diesem Tag erreicht keine Sitzung ihre Frist.",
    shown: (n) => sessions(n),
    shownMore: (n) => `${sessions(n)} gezeigt, es gibt mehr`,
    dueAt: (time) => `fällig ${time}`,
    heldStays: "Gesperrt: bleibt",
    filtered: "Nur dieser Mandant",
  },

  holds: {
    title: "Löschsperren",
    intro:
      "Eine gesperrte Sitzung wird trotz Frist nicht gelöscht, bis jede ihrer Sperren aufgehoben ist. Wer sie warum gesetzt hat, steht im Ledger.",
    table: "Löschsperren",
    states: { active: "In Kraft", released: "Aufgehoben", all: "Alle" },
    state: "Zustand",
    placed: "Gesetzt",
    reason: "Grund",
    owner: "Zuständig",
    review: "Zu prüfen bis",
    released: "Aufgehoben",
    inForce: "In Kraft",
    by: (who) => `von ${who}`,
    reviewOverdue: "Prüfung überfällig",
    reviewSoon: "Prüfung steht an",
    reviewNone: "kein Prüftag",
    gone: "Die Sitzung wurde seither gelöscht.",
    shown: (n) => count(n, { one: "1 Sperre", other: "# Sperren" }),
    shownMore: (n) => `${count(n, { one: "1 Sperre", other: "# Sperren" })} gezeigt, es gibt mehr`,
    none: "Keine Sperre passt zu diesem Filter.",
    empty: "Keine Sitzung ist gesperrt.",
    emptyHow: "Eine Sperre setzen Sie auf der Seite einer Sitzung, oder hier mit deren Nummer.",

    place: "Sperre setzen",
    placeWhat:
      "Die Sitzung bleibt trotz Frist, bis die Sperre aufgehoben ist. Ihr Name und der Grund werden im Ledger festgeschrieben; das lässt sich nicht zurücknehmen.",
    sessionHint: "Die Nummer von der Seite der Sitzung, 36 Zeichen.",
    reasonHint: "Warum muss sie bleiben? So, dass es andere später verstehen.",
    reasonShort: "Sagen Sie in mindestens 3 Zeichen, warum.",
    ownerHint: "Wer darüber entscheidet: eine Person oder eine Abteilung.",
    reviewHint: "Wann jemand nachsieht, ob sie noch nötig ist.",
    reviewPast: "Der Prüftag darf nicht vergangen sein.",
    optional: "freiwillig",
    placing: "Sperre wird gesetzt",
    placedNow: "Die Sitzung ist gesperrt. Sie wird nicht gelöscht, bis die Sperre aufgehoben ist.",
    unknown:
      "Eine Sitzung mit dieser Nummer gibt es nicht, oder sie gehört zu einem Mandanten, den Sie nicht sehen.",
    purging: "Zu spät: Die Sitzung wird gerade gelöscht. Das lässt sich nicht mehr aufhalten.",
    deleted: "Zu spät: Die Sitzung wurde gelöscht.",

    release: "Aufheben",
    releaseOf: (session) => `Aufheben: ${session}`,
    releaseTitle: "Sperre aufheben",
    releaseReasonHint: "Warum ist sie nicht mehr nötig?",
    releasing: "Sperre wird aufgehoben",
    releaseSubmit: "Sperre aufheben",
    placedFor: "Gesetzt wegen",
    after: "Was folgt",
    afterLoading: "Es wird nachgesehen, was folgt",
    afterHeld: (n) =>
      count(n, {
        one: "1 andere Sperre ist noch in Kraft: Die Sitzung bleibt.",
        other: "# andere Sperren sind noch in Kraft: Die Sitzung bleibt.",
      }),
    afterNextRun: (day) =>
      `Die Frist der Sitzung ist seit ${day} um. Der nächste Lauf löscht sie, und das endgültig.`,
    afterDeadline: (day) => `Die Sitzung bleibt bis zu ihrer Frist am ${day} und wird danach gelöscht.`,
    afterOpen: "Die Sitzung ist nicht zu Ende. Ihre Frist zählt ab dem Ende, danach wird sie gelöscht.",
    afterNone: "Die Sitzung hat keine Frist und bleibt.",
    afterUnknown: "Was folgt, lässt sich gerade nicht sagen.",
    afterGone: "Die Sitzung gibt es nicht mehr.",
    releasedNow: "Die Sperre ist aufgehoben.",
    releasedBefore:
      "Diese Sperre hat inzwischen jemand anderes aufgehoben. Die Liste ist auf dem neuen Stand.",
    missing: "Diese Sperre gibt es nicht mehr. Die Liste ist auf dem neuen Stand.",
  },

  certificates: {
    title: "Löschnachweise",
    intro:
      "Was das Archiv unterschrieben hat, als eine Sitzung gelöscht wurde: dass sie weg ist, seit wann und nach welcher Regel. Nichts vom Inhalt der Sitzung steht darin.",
    table: "Löschnachweise, neueste zuerst",
    class: "Löschklasse",
    ended: "Ende der Sitzung",
    due: "Frist",
    deleted: "Gelöscht",
    leaf: "Blatt im Ledger",
    shown: (n) => count(n, { one: "1 Löschnachweis", other: "# Löschnachweise" }),
    shownMore: (n) =>
      `${count(n, { one: "1 Löschnachweis", other: "# Löschnachweise" })} gezeigt, es gibt mehr`,
    none: "Kein Löschnachweis passt zu diesem Filter.",
    empty: "Bisher wurde keine Sitzung gelöscht.",
  },

  certificate: {
    tab: (id) => `Löschnachweis …${id}`,
    title: "Löschnachweis",
    back: "Löschnachweise",
    issued: (product) => `Ausgestellt vom Archiv ${product}`,
    statement: (day) =>
      `Die unten genannte aufgezeichnete Sitzung wurde am ${day} gelöscht. Der Schlüssel, unter dem sie ganz verschlüsselt war, ist vernichtet; was es von ihren Daten an Kopien gibt, etwa in Sicherungen, lässt sich ohne ihn nicht lesen. Eine Sicherung der Schlüssel von davor kann ihn noch enthalten; solche Sicherungen gelten höchstens 30 Tage und stehen im Ledger.`,
    valid: "Die Unterschrift stimmt",
    validWhy:
      "Das Archiv hat sie soeben mit seinem öffentlichen Schlüssel geprüft, und sein Ledger enthält den Eintrag der Löschung.",
    invalid: "Dieser Nachweis stimmt nicht",
    invalidWhy:
      "Er ist nicht, was das Archiv unterschrieben hat, oder sein Ledger hat keinen solchen Eintrag. `obhut verify` sagt, was verändert wurde.",
    what: "Was gelöscht wurde",
    why: "Warum gelöscht wurde",
    how: "Wie gelöscht wurde",
    session: "Sitzung",
    tenant: "Mandant",
    class: "Löschklasse",
    classVersion: (n) => `Fassung ${n}`,
    classDays: (days) =>
      days === null
        ? "mit dem Ende gelöscht"
        : `nach dem Ende ${count(days, { one: "1 Tag", other: "# Tage" })} aufbewahrt`,
    ended: "Ende der Sitzung",
    retainUntil: "Aufzubewahren bis",
    rule: "Regel",
    rules: {
      "period-over": "Die Zeit ihrer Löschklasse war um, und keine Sperre hielt sie.",
      "at-once": "Ihre Löschklasse lässt sie sofort löschen, und keine Sperre hielt sie.",
      recovered:
        "Ihre Löschung hatte begonnen, als das Archiv aus einer Sicherung wiederhergestellt wurde, und wurde wiederholt.",
    },
    frames: "Bilder oder Blöcke von Aufzeichnungen",
    objects: "Gespeicherte Objekte",
    lines: "Zeilen ihrer Kette",
    originals: "Größe der Originale",
    stored: "Größe im Speicher",
    steps: {
      intent: "Löschung begonnen",
      intentWhat: (leaf) =>
        `Die Absicht wurde im Ledger des Mandanten festgeschrieben, Blatt ${leaf}. Von da an zeigte die Sitzung nichts mehr und nahm nichts mehr an.`,
      key: "Schlüssel vernichtet",
      keyWhat:
        "Der einzige Schlüssel der Sitzung war vernichtet und stand in keiner Datei des Katalogs mehr.",
      objects: "Objekte entfernt",
      objectsWhat: "Im Objektspeicher war kein Objekt der Sitzung mehr zu finden, auch keine Version davon.",
      tombstone: "Im Ledger festgehalten",
      tombstoneWhat: (leaf) =>
        `Die Löschung wurde im Ledger des Mandanten festgeschrieben, Blatt ${leaf}; zugleich verschwanden die Zeilen der Sitzung aus dem Katalog.`,
      intake: "Annahmeprotokoll frei davon",
      intakeWhat: "Keine Datei des Annahmeprotokolls enthielt mehr Verschlüsseltes der Sitzung.",
      signed: "Unterschrieben",
      signedWhat: (key) => `Das Archiv hat diesen Nachweis mit seinem Schlüssel ${key} unterschrieben.`,
    },
    utc: "Zeiten in koordinierter Weltzeit (UTC).",
    check: "Wie er geprüft wird",
    checkWhat: [
      "Die unterschriebene Zeile ist eine Zeile Text. Ihre Ed25519-Unterschrift gilt für `obhut/1 disposal ` und die Zeile ohne ihre letzten beiden Angaben, `sig` und `key`.",
      "Der Schlüssel mit dieser Kennung ist einer der öffentlichen Schlüssel des Archivs, die `obhut keys show` ausgibt. Bewahren Sie davon eine Kopie außerhalb des Archivs auf.",
      "Wer das Ledger des Mandanten hat, findet darin beide Blätter mit dieser Sitzung und diesen Zeiten; `obhut verify` vergleicht sie.",
    ],
    line: "Die unterschriebene Zeile",
    save: "Unterschriebene Zeile sichern",
    page: "Druckbare Seite des Servers",
    print: "Drucken",
    missing: "Diesen Löschnachweis gibt es nicht",
    missingWhy:
      "Die Sitzung wurde nicht gelöscht, ihre Löschung ist noch im Gange, oder sie gehört zu einem Mandanten, den Sie nicht sehen.",
  },

  exports: {
    title: "Exporte",
    intro:
      "Beweispakete: Sitzungen als Dateien, die alle ohne dieses Archiv prüfen können. Wer eines warum angefragt und wer entschieden hat, steht im Ledger.",
    table: "Exporte, neueste zuerst",
    state: "Zustand",
    states: {
      asked: "Wartet auf Freigabe",
      approved: "Freigegeben",
      refused: "Abgelehnt",
      expired: "Vorbei",
    },
    asked: "Angefragt",
    purpose: "Zweck",
    case: "Vorgang",
    by: (who) => `von ${who}`,
    waitsUntil: (when) => `längstens bis ${when}`,
    until: (when) => `herunterzuladen bis ${when}`,
    untilOver: "Die Zeit dafür ist um.",
    loading: "Exporte werden gesucht",
    damaged: "Beschädigt",
    damagedWhy: "Die Sitzung ist beschädigt; ihr Paket sagt das.",
    ownWaits: "Sie haben angefragt, also muss jemand anderes entscheiden.",
    othersDownload: "Herunterladen kann nur, wer angefragt hat.",
    bundles: (n) => count(n, { one: "1 Paket geschrieben", other: "# Pakete geschrieben" }),
    bundleAt: (number, when) => `Nr. ${number}, ${when}`,
    download: "Herunterladen",
    file: "Datei",
    downloadOf: (session) => `Herunterladen: ${session}`,
    decide: "Entscheiden",
    decideOn: (session) => `Entscheiden: ${session}`,
    shown: (n) => count(n, { one: "1 Export", other: "# Exporte" }),
    shownMore: (n) => `${count(n, { one: "1 Export", other: "# Exporte" })} gezeigt, es gibt mehr`,
    none: "Kein Export passt zu diesem Filter.",
    empty: "Bisher wurde nichts exportiert.",
    emptyHow: "Einen Export fragen Sie auf der Seite einer Sitzung an.",

    about: "Was ein Paket ist, und wie es geprüft wird",
    aboutWhat: [
      "Ein Paket ist eine Zip-Datei (BagIt 1.0) mit den Originalen der Sitzung, Bit für Bit, jedes mit seinem Beweis: der Kette der Sitzung, dem unterschriebenen Ledger des Mandanten, Einwilligung, Sperren und wer nachgesehen hat.",
      "Es enthält einen Bericht zum Lesen und Drucken, `report.html`, und eine Seite, die die Bilder von der Platte abspielt, `play.html`. Beide brauchen keinen Server.",
      "`VERIFY.txt` darin sagt Zeile für Zeile, wie es mit üblichen Werkzeugen geprüft wird. `obhut evidence verify DATEI` prüft alles davon, ohne dieses Archiv.",
      "Ein Paket ist nicht verschlüsselt. Wer die Datei hat, sieht alles darin: Bewahren Sie sie entsprechend auf.",
    ],

    ask: "Exportieren",
    askTitle: "Sitzung exportieren",
    askWhat:
      "Das Paket enthält die ganze Sitzung, lesbar für alle, die die Datei haben. Ihr Name, der Zweck und der Vorgang werden im Ledger und im Paket festgeschrieben; das lässt sich nicht zurücknehmen.",
    purposeHint: "Wofür wird es gebraucht? So, dass es andere später verstehen.",
    purposeShort: "Sagen Sie in mindestens 3 Zeichen, warum.",
    caseHint: "Aktenzeichen oder Ticket, falls es eines gibt.",
    optional: "freiwillig",
    asking: "Die Sitzung wird durchgesehen",
    askSubmit: "Export anfragen",
    isDamaged: "Die Sitzung ist beschädigt",
    isDamagedWhy:
      "Etwas darin stimmt nicht mehr. Ohne das lässt sie sich exportieren: Das Paket nennt, was beschädigt ist, und seine Prüfung sagt es.",
    damagedToo: "Ohne das Beschädigte exportieren",
    askedWaits:
      "Der Export ist angefragt. Jemand anderes aus der Compliance muss ihn freigeben; Sie finden ihn unter Exporte.",
    askedReady: "Der Export kann heruntergeladen werden.",
    open: "Exportieren lässt sich eine Sitzung, sobald sie versiegelt ist.",
    purging: "Zu spät: Die Sitzung wird gerade gelöscht.",
    deleted: "Zu spät: Die Sitzung wurde gelöscht.",

    decideTitle: "Über den Export entscheiden",
    decideWhat:
      "Wenn Sie freigeben, kann, wer angefragt hat, die ganze Sitzung sieben Tage lang als Datei herunterladen. Ihre Entscheidung wird im Ledger festgeschrieben.",
    decideReason: "Begründung",
    decideReasonHint: "Wer angefragt hat, kann sie lesen.",
    decideReasonShort: "Sagen Sie in mindestens 3 Zeichen, warum Sie ablehnen.",
    approve: "Freigeben",
    refuse: "Ablehnen",
    deciding: "Wird festgehalten",
    approved: "Der Export ist freigegeben. Wer ihn angefragt hat, kann ihn jetzt herunterladen.",
    refused: "Der Export ist abgelehnt.",
    decidedBefore:
      "Über diesen Export hat inzwischen jemand anderes entschieden. Die Liste ist auf dem neuen Stand.",
    decidedLate: "Die Zeit zum Entscheiden ist um. Wer den Export braucht, fragt ihn neu an.",
    own: "Wer einen Export angefragt hat, kann nicht darüber entscheiden.",
    gone: "Die Sitzung ist gelöscht; es gibt nichts mehr zu exportieren. Die Liste ist auf dem neuen Stand.",
  },

  here: {
    title: "Aufbewahrung",
    class: "Löschklasse",
    deadline: "Löschung",
    holds: "Löschsperren",
    holdsNone: "Keine in Kraft",
    exports: "Exporte",
    exportsNone: "Keine",
    allHolds: "Alle Sperren dieser Sitzung",
    allExports: "Alle Exporte dieser Sitzung",
    place: "Sperre setzen",
    export: "Exportieren …",
    reviewBy: (day) => `zu prüfen bis ${day}`,
    responsible: (who) => `zuständig: ${who}`,
    deleted: "Diese Sitzung wurde gelöscht",
    deletedSince: (when) =>
      `Sie wurde am ${when} gelöscht. Das Archiv hat darüber einen Nachweis unterschrieben.`,
    purging: "Diese Sitzung wird gerade gelöscht",
    purgingSince: (when) =>
      `Ihre Löschung hat am ${when} begonnen. Sie zeigt nichts mehr und nimmt nichts mehr an; ihr Löschnachweis folgt, wenn es so weit ist.`,
    again: "Noch einmal nachsehen",
  },

  state: {
    title: "Löschung",
    overdue: "Überfällig",
    underWay: "Im Gange",
    lastRun: "Letzter Lauf",
    never: "noch keiner",
    run: (deleted, failed) => `${deleted} gelöscht, ${failed} gescheitert`,
    link: "Zu den Löschungen",
    fine: "Nichts ist überfällig",
    late: (n) => count(n, { one: "1 Sitzung ist überfällig", other: "# Sitzungen sind überfällig" }),
  },
};
