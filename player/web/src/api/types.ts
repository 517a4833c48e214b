//! The review API's documents, by the names that the rest of the page uses. What each field means stands in `schema.d.ts`.

import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Role = Schemas["Role"];
export type Me = Schemas["Me"];
export type Permission = Me["permissions"][number];

export type Tenant = Schemas["Tenant"];
export type Device = Schemas["Device"];

export type Session = Schemas["Session"];
export type SessionKind = Session["kind"];
export type SessionState = Session["state"];
export type SessionPage = Schemas["SessionPage"];
export type SessionStream = Schemas["SessionStream"];
export type SessionDetails = Schemas["SessionDetails"];

export type GrantRequest = Schemas["GrantRequest"];
export type Grant = Schemas["Grant"];
export type Description = Schemas["Description"];
export type StreamIndex = Schemas["StreamIndex"];

export type AccessEntry = Schemas["AccessEntry"];
export type AccessAction = AccessEntry["action"];
export type AccessPage = Schemas["AccessPage"];

export type TenantStorage = Schemas["TenantStorage"];
export type IntakeState = Schemas["IntakeState"];
export type VerifyState = Schemas["VerifyState"];
export type ArchiveState = Schemas["ArchiveState"];

type QueryOf<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Query } } }
  ? NonNullable<Query>
  : never;

/** Fields of the list's filter, as the server takes them. */
export type SessionQuery = Omit<QueryOf<"/v1/sessions">, "cursor">;
export type AccessQuery = Omit<QueryOf<"/v1/access">, "cursor">;
