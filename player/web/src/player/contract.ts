//! What the session page and the player of an opened session agree on. The page owns the session's facts, the grant and its
//! end; the player owns everything that shows content.

import type { Description, SessionDetails } from "../api/types";

export interface ViewerProps {
  session: SessionDetails;
  /** The id of the grant under which the session is looked at: sent with every request for content. */
  grant: string;
  /** When the grant ends: what is shown goes then, whatever the server does. */
  until: string;
  /** What the grant's streams may show; an empty list: all of them, from beginning to end. */
  range: readonly { n: number; first?: number | null; last?: number | null }[];
  description: Description;
  /** The grant ran out, or the server does not know it any more (`grant-expired`, `grant-required`). */
  onExpired(): void;
  /** The session is no more: it was deleted while it was watched (`not-found`). */
  onGone(): void;
  /** The session was open and is not any longer: the page fetches its facts anew. */
  onSealed(): void;
  /** The login ended (`login-required`): the page asks for it and comes back. */
  onLoggedOut(): void;
  /** A look was recorded (a frame or a range was asked for): the page's list of accesses is stale. */
  onLooked(): void;
}
