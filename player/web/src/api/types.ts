//! The review API's documents, by the names that the rest of the page uses. Ids are lower-case UUIDs, instants RFC 3339 in UTC.

export type RoleName = "administrator" | "compliance-officer" | "auditor";
export type Permission = "sessions" | "content" | "access" | "state";

export interface Role {
  role: RoleName;
  /** Null: every tenant. */
  tenant: string | null;
  tenant_name: string | null;
}

/** Who is logged in. */
export interface Me {
  user: string;
  name: string;
  must_change_password: boolean;
  roles: Role[];
  permissions: Permission[];
  expires_at: string;
  idle_seconds: number;
}

export interface Tenant {
  tenant: string;
  name: string;
}

export interface Device {
  device: string;
  name: string;
  tenant: string;
  revoked: boolean;
}

export type SessionKind = "monitoring" | "support" | "meeting" | "training";
export type SessionState = "open" | "sealing" | "sealed";
/** How a session ended: by its agent, after silence, or with its import. */
export type SessionEnd = "sealed" | "lost" | "imported";
export type StreamKind = "timeline" | "recording" | "attachment";

export interface Session {
  session: string;
  tenant: string;
  tenant_name: string;
  device: string;
  device_name: string;
  kind: SessionKind;
  class: string;
  state: SessionState;
  how: SessionEnd | null;
  started_at: string;
  opened_at: string;
  last_activity_at: string;
  ended_at: string | null;
  sealed_at: string | null;
  /** When it is due for deletion. */
  deadline: string | null;
  held: boolean;
  consent: boolean;
  frames: number;
  waiting: number;
  original_bytes: number;
  stored_bytes: number;
  /** This login's live grant, if it holds one. */
  grant: { grant: string; until: string } | null;
  /** From the sealed description: only with a grant. */
  title: string | null;
}

export interface SessionPage {
  sessions: Session[];
  next: string | null;
}

export interface SessionStream {
  n: number;
  kind: StreamKind;
  /** Only with a grant. */
  name: string | null;
  frames: number;
}

export interface SessionDetails extends Session {
  streams: SessionStream[];
}

export interface GrantRequest {
  purpose: string;
  case?: string;
  minutes?: number;
  streams?: { n: number; first?: number; last?: number }[];
}

export interface GrantedStream {
  n: number;
  first?: number | null;
  last?: number | null;
}

export interface Grant {
  grant: string;
  session: string;
  purpose: string;
  case: string | null;
  opened_at: string;
  until: string;
  streams: GrantedStream[];
}

export interface Description {
  title: string | null;
  /** As the agent or importer gave it, and as it was sealed. */
  description: Record<string, unknown>;
  streams: SessionStream[];
  state: SessionState;
}

/** A stream's frames, in columns of the same length. */
export interface StreamIndex {
  state: SessionState;
  seq: number[];
  /** Capture instants, milliseconds since 1970; 0 where a damaged frame's is unknown. */
  at: number[];
  bytes: number[];
  /** Which of `types` each frame has. */
  type: number[];
  types: string[];
  /** Numbers of frames that arrived cut off behind their header. */
  cut: number[];
  damaged: { first: number; last: number; why: string }[];
}

export type AccessAction = "open" | "view" | "restore";

export interface AccessEntry {
  access: string;
  tenant: string;
  tenant_name: string;
  session: string;
  at: string;
  action: AccessAction;
  stream: number | null;
  first: number | null;
  last: number | null;
  /** Null when that month's details have expired. */
  who: string | null;
  purpose: string | null;
  case: string | null;
  grant: string | null;
}

export interface AccessPage {
  access: AccessEntry[];
  next: string | null;
}

export interface TenantStorage {
  tenant: string;
  name: string;
  sessions: { open: number; sealing: number; sealed: number };
  frames: number;
  original_bytes: number;
  stored_bytes: number;
}

export interface IntakeState {
  used_bytes: number;
  bound_bytes: number;
  waiting_frames: number;
  open_sessions: number;
}

export interface VerifyState {
  at: string;
  took_ms: number;
  deep: boolean;
  tenant: string | null;
  findings: number;
}

export interface ArchiveState {
  version: string;
  now: string;
  storage: TenantStorage[];
  objects: { kind: "local" | "s3" };
  intake: IntakeState | null;
  verify: VerifyState | null;
}
