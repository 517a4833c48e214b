//! The small vocabularies as the document has them; the values themselves are words of the archive's own types.

use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident),+ })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, ToSchema)]
            #[schema(rename_all = "kebab-case")]
            #[expect(dead_code, reason = "the document names the variants")]
            pub(super) enum $name { $($variant),+ }
        )*
    };
}

words! {
    /// What a user is, in one tenant or in all.
    RoleName { Administrator, ComplianceOfficer, Auditor }
    /// What a login may do somewhere.
    PermissionName { Sessions, Content, Access, State, Custody, Hold, Export }
    /// Why a session was recorded.
    SessionKindName { Monitoring, Support, Meeting, Training }
    /// Where a session is in its life.
    SessionStateName { Open, Sealing, Sealed }
    /// How a session ended: by its agent, after silence, or with its import.
    SessionEndName { Sealed, Lost, Imported }
    /// In which order sessions are listed.
    SessionOrderName { Newest, Deadline }
    /// In which language a page is written.
    LanguageName { En, De }
    /// Whether a hold is in force.
    HoldStateName { Active, Released, All }
    /// What a stream holds.
    StreamKindName { Timeline, Recording, Attachment }
    /// What is done with what is looked at.
    ActionName { Open, View, Restore }
    /// Where an export is.
    ExportStateName { Asked, Approved, Refused, Expired }
    /// Where objects go.
    ObjectsKindName { Local, S3 }
}
