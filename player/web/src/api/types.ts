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

export type Deletions = Schemas["Deletions"];
export type DeletionDay = Deletions["days"][number];
export type DeletionState = ArchiveState["deletions"];

export type HoldEntry = Schemas["Hold"];
export type HoldRequest = Schemas["HoldRequest"];
export type HoldState = Schemas["HoldStateName"];
export type HoldPage = Schemas["HoldPage"];

export type CertificateEntry = Schemas["CertificateEntry"];
export type CertificateFacts = Schemas["CertificateFacts"];
export type Certificate = Schemas["Certificate"];
export type CertificatePage = Schemas["CertificatePage"];

export type ExportEntry = Schemas["ExportEntry"];
export type ExportRequest = Schemas["ExportRequest"];
export type ExportState = ExportEntry["state"];
export type ExportPage = Schemas["ExportList"];
export type Decision = Schemas["DecisionRequest"];

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
export type DeletionsQuery = QueryOf<"/v1/deletions">;
export type HoldQuery = Omit<QueryOf<"/v1/holds">, "cursor">;
export type CertificateQuery = Omit<QueryOf<"/v1/certificates">, "cursor">;
export type ExportQuery = Omit<QueryOf<"/v1/exports">, "cursor">;
