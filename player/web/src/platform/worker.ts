//! Workers under `require-trusted-types-for 'script'`: the browser starts only what this policy named, and it names only the
//! page's own files.

interface Policy {
  createScriptURL(url: string): unknown;
}

interface Factory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

let policy: Policy | null = null;

function own(url: string): string {
  const full = new URL(url, document.baseURI);
  if (full.origin !== location.origin) throw new TypeError(`not of this origin: ${full.origin}`);
  return full.href;
}

/** Starts a module worker from a file of the page: `startWorker(url)` with `import url from "./worker/index.ts?worker&url"`. */
export function startWorker(url: string): Worker {
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  if (factory === undefined) return new Worker(own(url), { type: "module" });
  policy ??= factory.createPolicy("obhut-worker", { createScriptURL: own });
  return new Worker(policy.createScriptURL(url) as string, { type: "module" });
}
