//! English: Custody, what is deleted when, what is held, what was certified and what was exported.

import { plural } from "./plural";

const count = plural("en-GB");
const sessions = (n: number) => count(n, { one: "1 session", other: "# sessions" });

export const custody = {
  title: "Custody",
  parts: "Parts of Custody",
  /** The parts in a word, as they stand side by side. */
  part: { deletions: "Deletions", holds: "Holds", certificates: "Certificates", exports: "Exports" },
  forbidden: "Custody is for compliance officers and auditors",
  forbiddenWhy: "Your roles don't show deletions, holds, certificates and exports.",
  commandLine: "command line",
  expired: "expired",
  expiredWhy: "The key of that month's details was destroyed on time.",
  altered: {
    hold: "This hold was changed since it was written. `obhut verify` says how.",
    certificate: "This certificate was changed since it was signed. `obhut verify` says how.",
  },
  session: "Session",
  sessionOf: (id: string) => `Session ${id}`,
  sessionInvalid: "A session id has 36 characters.",
  cancel: "Cancel",
  close: "Close",
  toCertificate: "To its certificate",
  classOf: (name: string, days: number | null) =>
    days === null ? `${name}, deleted at once` : `${name}, ${count(days, { one: "1 day", other: "# days" })}`,

  deletions: {
    title: "Deletions",
    intro:
      "Which sessions reach the deadline of their retention class, by day. They are deleted by the first run after it; a session under a hold stays.",
    overdue: "Overdue",
    overdueNone: "Nothing is overdue.",
    overdueSome: (n: number) =>
      count(n, {
        one: "The deadline of 1 session passed more than a day ago, and no hold keeps it.",
        other: "The deadlines of # sessions passed more than a day ago, and no hold keeps them.",
      }),
    overdueHow:
      "Where a hold was released since the last run, the next one deletes it. Otherwise it should be gone: whoever runs the archive finds out with `obhut retention run`, which deletes what is due and says what stands in the way.",
    overdueShow: (n: number) => count(n, { one: "Show it", other: "Show all #" }),
    kept: (n: number) =>
      count(n, {
        one: "1 session is past its deadline and kept by a hold.",
        other: "# sessions are past their deadlines and kept by holds.",
      }),
    keptShow: "Show what is kept",
    underWay: "Under way",
    underWayNone: "No deletion is under way.",
    underWaySome: (n: number) =>
      count(n, {
        one: "1 session is being deleted. It shows and takes nothing any more.",
        other: "# sessions are being deleted. They show and take nothing any more.",
      }),
    underWayHow:
      "A deletion that was broken off goes on with the next run. One that stays here for long waits for something: `obhut retention run` says for what.",
    underWayMore: (n: number) => `and ${count(n, { one: "1 more", other: "# more" })}`,
    since: (when: string) => `since ${when}`,
    lastRun: "Last run",
    lastRunNone: "Deletion has not run since the server was started.",
    lastRunDeleted: (n: number) =>
      n === 0
        ? "Nothing was due."
        : count(n, { one: "1 session was deleted.", other: "# sessions were deleted." }),
    lastRunFailed: (n: number) =>
      count(n, {
        one: "1 deletion failed and is tried again by the next run.",
        other: "# deletions failed and are tried again by the next run.",
      }),
    everyHours: (n: number) =>
      count(n, {
        one: "The server looks for what is due every hour.",
        other: "The server looks for what is due every # hours.",
      }),
    every: (lasts: string) => `The server looks for what is due every ${lasts}.`,
    everyNone: "The server does not delete by itself; whoever runs the archive starts each run.",
    calendar: "Calendar",
    month: (month: string) => `Deadlines in ${month}`,
    monthBefore: "Previous month",
    monthAfter: "Next month",
    thisMonth: "This month",
    total: (n: number, held: number) => {
      if (n === 0) return "No session reaches its deadline in this month.";
      const reach = count(n, {
        one: "1 session reaches its deadline in this month",
        other: "# sessions reach their deadlines in this month",
      });
      return held === 0
        ? `${reach}.`
        : `${reach}, ${count(held, { one: "1 of them held", other: "# of them held" })}.`;
    },
    week: (from: string, until: string) => `${from} to ${until}`,
    weekNone: "Nothing",
    sessions,
    held: (n: number) => count(n, { one: "1 held", other: "# held" }),
    today: "Today",
    dayNamed: (day: string, n: number, held: number) => {
      if (n === 0) return `${day}: no session`;
      return held === 0 ? `${day}: ${sessions(n)}` : `${day}: ${sessions(n)}, ${held} of them held`;
    },
    keys: "Arrow keys go from day to day, Page up and Page down from month to month, Enter opens a day.",
    choose: "Choose a day to see its sessions.",
    chooseTitle: "Sessions of a day",
    on: (day: string) => `Due on ${day}`,
    overdueTitle: "Overdue sessions",
    keptTitle: "Past the deadline, kept by a hold",
    none: "There is none any more.",
    noneOn: "No session reaches its deadline on this day.",
    shown: (n: number) => count(n, { one: "1 session shown", other: "# sessions shown" }),
    shownMore: (n: number) => `${sessions(n)} shown, there are more`,
    dueAt: (time: string) => `due ${time}`,
    heldStays: "Held: stays",
    filtered: "Only this tenant",
  },

  holds: {
    title: "Holds",
    intro:
      "A held session is not deleted, whatever its deadline says, until each of its holds is released. Who placed it and why stands in the ledger.",
    table: "Holds",
    states: { active: "In force", released: "Released", all: "All" },
    state: "State",
    placed: "Placed",
    reason: "Reason",
    owner: "Responsible",
    review: "Review by",
    released: "Released",
    inForce: "In force",
    by: (who: string) => `by ${who}`,
    reviewOverdue: "Review overdue",
    reviewSoon: "Review due",
    reviewNone: "no review day",
    gone: "The session was deleted since.",
    shown: (n: number) => count(n, { one: "1 hold shown", other: "# holds shown" }),
    shownMore: (n: number) => `${count(n, { one: "1 hold", other: "# holds" })} shown, there are more`,
    none: "No hold fits this filter.",
    empty: "No session is held.",
    emptyHow: "A hold is placed on the page of a session, or here by its id.",

    place: "Place a hold",
    placeWhat:
      "The session is kept, whatever its deadline says, until the hold is released. Your name and the reason go into the ledger; they can't be taken back.",
    sessionHint: "The id from the session's page, 36 characters.",
    reasonHint: "Why must it be kept? So that someone else understands it later.",
    reasonShort: "Say why in at least 3 characters.",
    ownerHint: "Who decides about it: a person or a department.",
    reviewHint: "When somebody looks whether it is still needed.",
    reviewPast: "The review day must not be past.",
    optional: "optional",
    placing: "Placing the hold",
    placedNow: "The session is held. It will not be deleted until the hold is released.",
    unknown: "There is no session with this id, or it belongs to a tenant that you don't see.",
    purging: "Too late: the session is being deleted. That can't be stopped any more.",
    deleted: "Too late: the session was deleted.",

    release: "Release",
    releaseOf: (session: string) => `Release: ${session}`,
    releaseTitle: "Release the hold",
    releaseReasonHint: "Why is it not needed any more?",
    releasing: "Releasing the hold",
    releaseSubmit: "Release the hold",
    placedFor: "Placed for",
    after: "What follows",
    afterLoading: "Looking what follows",
    afterHeld: (n: number) =>
      count(n, {
        one: "1 other hold is still in force: the session stays.",
        other: "# other holds are still in force: the session stays.",
      }),
    afterNextRun: (day: string) =>
      `The session's deadline passed on ${day}. It will be deleted with the next run, for good.`,
    afterDeadline: (day: string) =>
      `The session stays until its deadline on ${day}, and is deleted after it.`,
    afterOpen:
      "The session has not ended. Its deadline is counted from its end, and it is deleted after that.",
    afterNone: "The session has no deadline and stays.",
    afterUnknown: "What follows can't be said at present.",
    afterGone: "The session is not there any more.",
    releasedNow: "The hold is released.",
    releasedBefore: "Somebody else released this hold meanwhile. The list is as it is now.",
    missing: "This hold is not there any more. The list is as it is now.",
  },

  certificates: {
    title: "Certificates",
    intro:
      "What the archive signed when a session was deleted: that it is gone, when, and under which rule. Nothing of what the session held stands in it.",
    table: "Certificates, newest first",
    class: "Retention class",
    ended: "Session ended",
    due: "Deadline",
    deleted: "Deleted",
    leaf: "Ledger leaf",
    shown: (n: number) => count(n, { one: "1 certificate shown", other: "# certificates shown" }),
    shownMore: (n: number) =>
      `${count(n, { one: "1 certificate", other: "# certificates" })} shown, there are more`,
    none: "No certificate fits this filter.",
    empty: "No session has been deleted yet.",
  },

  certificate: {
    tab: (id: string) => `Certificate …${id}`,
    title: "Certificate of disposal",
    back: "Certificates",
    issued: (product: string) => `Issued by the archive ${product}`,
    statement: (day: string) =>
      `The recorded session named below was deleted on ${day}. The key under which all of it was encrypted is destroyed; what copies of its data there may be, in backups for instance, can't be read without it. A backup of the keys from before may still hold it; such backups are good for 30 days at most, and on record in the ledger.`,
    valid: "The signature is valid",
    validWhy:
      "The archive has checked it just now with its public key, and its ledger has the entry of the deletion.",
    invalid: "This certificate does not check",
    invalidWhy:
      "It is not what the archive signed, or its ledger has no such entry. `obhut verify` says what was changed.",
    what: "What was deleted",
    why: "Why it was deleted",
    how: "How it was deleted",
    session: "Session",
    tenant: "Tenant",
    class: "Retention class",
    classVersion: (n: number) => `version ${n}`,
    classDays: (days: number | null) =>
      days === null
        ? "deleted as soon as it ended"
        : `kept for ${count(days, { one: "1 day", other: "# days" })} after its end`,
    ended: "Session ended",
    retainUntil: "To be kept until",
    rule: "Rule",
    rules: {
      "period-over": "The period of its retention class was over, and no hold kept it.",
      "at-once": "Its class has it deleted at once, and no hold kept it.",
      recovered:
        "Its deletion had begun when the archive was recovered from a backup, and was carried out again.",
    },
    frames: "Frames or blocks of recordings",
    objects: "Stored objects",
    lines: "Lines of its chain",
    originals: "Size of the originals",
    stored: "Size as stored",
    steps: {
      intent: "Deletion began",
      intentWhat: (leaf: string) =>
        `The intent went into the tenant's ledger, leaf ${leaf}. From then on the session showed and took nothing.`,
      key: "Key destroyed",
      keyWhat: "The session's only key was destroyed, and in no file of the catalog any more.",
      objects: "Objects gone",
      objectsWhat: "No object of the session was found any more in the object store, and no version of one.",
      tombstone: "Recorded in the ledger",
      tombstoneWhat: (leaf: string) =>
        `The deletion went into the tenant's ledger, leaf ${leaf}, and the session's rows left the catalog with it.`,
      intake: "Intake log free of it",
      intakeWhat: "No file of the intake log held ciphertext of the session any more.",
      signed: "Signed",
      signedWhat: (key: string) => `The archive signed this certificate with its key ${key}.`,
    },
    utc: "Instants are in Coordinated Universal Time (UTC).",
    check: "How it is checked",
    checkWhat: [
      "The signed line is one line of text. Its Ed25519 signature is over `obhut/1 disposal ` and the line without its last two members, `sig` and `key`.",
      "The key with this id is among the archive's public keys, which `obhut keys show` prints. Keep a copy of them outside of the archive.",
      "Whoever has the tenant's ledger finds both leaves in it, with this session and these instants; `obhut verify` compares them.",
    ],
    line: "The signed line",
    save: "Save the signed line",
    page: "Printable page of the server",
    print: "Print",
    missing: "There is no such certificate",
    missingWhy:
      "The session was not deleted, its deletion is still under way, or it belongs to a tenant that you don't see.",
  },

  exports: {
    title: "Exports",
    intro:
      "Evidence bundles: sessions as files that anyone can check without this archive. Who asked for one, why, and who decided stands in the ledger.",
    table: "Exports, newest first",
    state: "State",
    states: { asked: "Waits for approval", approved: "Approved", refused: "Refused", expired: "Over" },
    asked: "Asked",
    purpose: "Purpose",
    case: "Case",
    by: (who: string) => `by ${who}`,
    waitsUntil: (when: string) => `until ${when} at most`,
    until: (when: string) => `can be downloaded until ${when}`,
    untilOver: "Its time is over.",
    loading: "Looking for exports",
    damaged: "Damaged",
    damagedWhy: "The session is damaged; its bundle says so.",
    ownWaits: "You asked for it, so someone else has to decide.",
    othersDownload: "Only who asked can download it.",
    bundles: (n: number) => count(n, { one: "1 bundle written", other: "# bundles written" }),
    bundleAt: (number: number, when: string) => `No. ${number}, ${when}`,
    download: "Download",
    file: "File",
    downloadOf: (session: string) => `Download: ${session}`,
    decide: "Decide",
    decideOn: (session: string) => `Decide: ${session}`,
    shown: (n: number) => count(n, { one: "1 export shown", other: "# exports shown" }),
    shownMore: (n: number) => `${count(n, { one: "1 export", other: "# exports" })} shown, there are more`,
    none: "No export fits this filter.",
    empty: "Nothing has been exported yet.",
    emptyHow: "An export is asked for on the page of a session.",

    about: "What a bundle is, and how it is checked",
    aboutWhat: [
      "A bundle is a zip file (BagIt 1.0) with the session's originals, bit for bit, each with its proof: the chain of the session, the tenant's signed ledger, consent, holds, and who looked.",
      "It holds a report to read and print, `report.html`, and a page that plays the frames from disk, `play.html`. Neither needs a server.",
      "`VERIFY.txt` in it says, line by line, how it is checked with usual tools. `obhut evidence verify FILE` checks all of it, without this archive.",
      "A bundle is not encrypted. Whoever has the file sees everything in it: keep it accordingly.",
    ],

    ask: "Export",
    askTitle: "Export the session",
    askWhat:
      "The bundle holds the whole session, readable for whoever has the file. Your name, the purpose and the case go into the ledger and into the bundle; they can't be taken back.",
    purposeHint: "What is it needed for? So that someone else understands it later.",
    purposeShort: "Say why in at least 3 characters.",
    caseHint: "Reference of the matter, if there is one.",
    optional: "optional",
    asking: "Looking the session through",
    askSubmit: "Ask for the export",
    isDamaged: "The session is damaged",
    isDamagedWhy:
      "Something in it does not check any more. It can be exported without that: the bundle names what is damaged, and its verification says so.",
    damagedToo: "Export it without what is damaged",
    askedWaits: "The export is asked for. Another officer has to approve it; you find it under Exports.",
    askedReady: "The export is ready to be downloaded.",
    open: "A session can be exported once it is sealed.",
    purging: "Too late: the session is being deleted.",
    deleted: "Too late: the session was deleted.",

    decideTitle: "Decide about the export",
    decideWhat:
      "If you approve, the one who asked can download the whole session as a file, for seven days. Your decision goes into the ledger.",
    decideReason: "Reason",
    decideReasonHint: "Who asked can read it.",
    decideReasonShort: "Say why you refuse, in at least 3 characters.",
    approve: "Approve",
    refuse: "Refuse",
    deciding: "Putting it on record",
    approved: "The export is approved. Who asked for it can download it now.",
    refused: "The export is refused.",
    decidedBefore: "Somebody else decided about this export meanwhile. The list is as it is now.",
    decidedLate: "The time for deciding is over. Who needs the export asks for it anew.",
    own: "Whoever asked for an export can't decide about it.",
    gone: "The session is deleted; there is nothing left to export. The list is as it is now.",
  },

  here: {
    title: "Custody",
    class: "Retention class",
    deadline: "Deletion",
    holds: "Holds",
    holdsNone: "None in force",
    exports: "Exports",
    exportsNone: "None",
    allHolds: "All holds of this session",
    allExports: "All exports of this session",
    place: "Place a hold",
    export: "Export…",
    reviewBy: (day: string) => `review by ${day}`,
    responsible: (who: string) => `responsible: ${who}`,
    deleted: "This session was deleted",
    deletedSince: (when: string) => `It was deleted on ${when}. The archive signed a certificate of it.`,
    purging: "This session is being deleted",
    purgingSince: (when: string) =>
      `Its deletion began on ${when}. It shows and takes nothing any more; its certificate follows when it is done.`,
    again: "Look again",
  },

  state: {
    title: "Deletion",
    overdue: "Overdue",
    underWay: "Under way",
    lastRun: "Last run",
    never: "none yet",
    run: (deleted: string, failed: string) => `${deleted} deleted, ${failed} failed`,
    link: "To the deletions",
    fine: "Nothing is overdue",
    late: (n: number) => count(n, { one: "1 session is overdue", other: "# sessions are overdue" }),
  },
};
