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
    PermissionName { Sessions, Content, Access, State }
    /// Where a session is in its life.
    StateName { Open, Sealing, Sealed }
    /// What a stream holds.
    StreamKindName { Timeline, Recording, Attachment }
}
