//! What is asked for anew once a hold was placed or released.

import type { QueryClient } from "@tanstack/react-query";
import { keys } from "../../../platform/queries";

export function holdsChanged(client: QueryClient, session?: string) {
  client.invalidateQueries({ queryKey: keys.allHolds });
  client.invalidateQueries({ queryKey: keys.allDeletions });
  client.invalidateQueries({ queryKey: keys.allSessions });
  client.invalidateQueries({ queryKey: session === undefined ? keys.everySession : keys.session(session) });
}
