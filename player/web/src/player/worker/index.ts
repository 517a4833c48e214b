//! The picture worker: fetches frames, reads ranges as they come, checks and decodes. The page's own thread only paints.

import type { FromWorker, ToWorker } from "../messages";
import { Loader } from "./loader";

const scope = self as unknown as DedicatedWorkerGlobalScope;

const post = (message: FromWorker) => scope.postMessage(message, "bitmap" in message ? [message.bitmap] : []);

let loader: Loader | null = null;

scope.addEventListener("message", (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  if (message.kind === "open") {
    loader?.close();
    loader = new Loader(message.opened, post);
  } else {
    loader?.wish(message.wishes);
  }
});
