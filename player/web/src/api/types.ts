//! The review API's documents, by the names that the rest of the page uses. What each field means stands in `schema.d.ts`.

import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Role = Schemas["Role"];
export type Permission = Schemas["PermissionName"];
export type Me = Schemas["Me"];

export type Tenant = Schemas["Tenant"];
export type Device = Schemas["Device"];

export type SessionKind = Schemas["KindName"];
export type SessionState = Schemas["StateName"];
export type StreamKind = Schemas["StreamKindName"];
export type Session = Schemas["Session"];
export type SessionPage = Schemas["SessionPage"];
export type SessionStream = Schemas["SessionStream"];
export type SessionDetails = Schemas["SessionDetails"];

export type GrantRequest = Schemas["GrantRequest"];
export type Grant = Schemas["Grant"];
export type Description = Schemas["Description"];
export type StreamIndex = Schemas["StreamIndex"];

export type AccessAction = Schemas["ActionName"];
export type AccessEntry = Schemas["AccessEntry"];
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
