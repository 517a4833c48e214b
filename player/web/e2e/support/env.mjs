// Where the story is told: a server that runs already, and a login there.

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; see e2e/README.md`);
  return value;
}

/** The page's origin, such as http://127.0.0.1:7482. */
export const origin = needed("OBHUT_WEB").replace(/\/$/, "");

/** A compliance officer for every tenant. */
export const officer = { name: needed("OBHUT_WEB_NAME"), password: needed("OBHUT_WEB_PASSWORD") };

/** Somebody with a one-time password; null: that story is not told. */
export const newcomer = process.env.OBHUT_WEB_FIRST_NAME
  ? {
      name: process.env.OBHUT_WEB_FIRST_NAME,
      password: needed("OBHUT_WEB_FIRST_PASSWORD"),
      next: needed("OBHUT_WEB_FIRST_NEW"),
    }
  : null;

/** Where an agent sends to, and the token of its device; null: no session is followed live. */
export const intake = process.env.OBHUT_WEB_INTAKE
  ? { origin: process.env.OBHUT_WEB_INTAKE.replace(/\/$/, ""), token: needed("OBHUT_WEB_DEVICE") }
  : null;

/** A session in whose first screen a frame is damaged, and that frame's number; null: nothing is known to be damaged. */
export const damaged = process.env.OBHUT_WEB_DAMAGED
  ? { session: process.env.OBHUT_WEB_DAMAGED, frame: needed("OBHUT_WEB_DAMAGED_FRAME") }
  : null;

/** A session that was deleted, and has a certificate; null: those stories are not told. */
export const deleted = process.env.OBHUT_WEB_DELETED || null;

/** Others with lasting passwords, and sessions that Custody's stories are about; null: those stories are not told. */
export const custody = process.env.OBHUT_WEB_SECOND_NAME
  ? {
      second: { name: process.env.OBHUT_WEB_SECOND_NAME, password: needed("OBHUT_WEB_OTHERS_PASSWORD") },
      auditor: { name: needed("OBHUT_WEB_AUDITOR_NAME"), password: needed("OBHUT_WEB_OTHERS_PASSWORD") },
      administrator: {
        name: needed("OBHUT_WEB_ADMINISTRATOR_NAME"),
        password: needed("OBHUT_WEB_OTHERS_PASSWORD"),
      },
      /** Held, and its deadline is past. */
      held: needed("OBHUT_WEB_HELD"),
      /** Of a tenant whose exports need an approval. */
      strict: needed("OBHUT_WEB_STRICT"),
    }
  : null;

/** Where screenshots go; null: none are taken. */
export const pictures = process.env.OBHUT_WEB_PICTURES || null;

export const chromium = process.env.OBHUT_CHROMIUM || "/usr/bin/chromium";
