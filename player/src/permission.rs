//! What a role permits, and where. Pure.
//!
//! A tenant in which a login has no role is not there for it. Where it has one, it sees which sessions there are and how
//! the archive is; more only where a role of that tenant permits it. An administrator runs the archive and sees no content,
//! not who looked, and not why something is kept.

use std::collections::BTreeSet;

use obhut_archive::{Assignment, Role};
use obhut_format::ids::TenantId;

/// What an endpoint asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// To be logged in.
    Login,
    /// To see which sessions there are.
    Sessions,
    /// To open sessions and look.
    Content,
    /// To see who looked.
    Access,
    /// To see how the archive is.
    State,
    /// To see what is to be deleted and what was, what is held, and what was exported.
    Custody,
    /// To place and release legal holds.
    Hold,
    /// To ask for exports, decide on them, and take them away.
    Export,
}

impl Permission {
    /// Those that roles give, in the order in which a login is told of them.
    pub const OF_ROLES: [Self; 7] = [
        Self::Sessions,
        Self::Content,
        Self::Access,
        Self::State,
        Self::Custody,
        Self::Hold,
        Self::Export,
    ];

    /// Its word, as in `x-obhut-permission`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Sessions => "sessions",
            Self::Content => "content",
            Self::Access => "access",
            Self::State => "state",
            Self::Custody => "custody",
            Self::Hold => "hold",
            Self::Export => "export",
        }
    }

    /// Whether a role gives it.
    pub const fn of(self, role: Role) -> bool {
        match self {
            Self::Login | Self::Sessions | Self::State => true,
            Self::Content | Self::Hold | Self::Export => matches!(role, Role::ComplianceOfficer),
            Self::Access | Self::Custody => matches!(role, Role::ComplianceOfficer | Role::Auditor),
        }
    }
}

/// What a login may do in one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has the permission.
    Permitted,
    /// It sees the tenant and lacks the permission.
    Forbidden,
    /// The tenant is not there for it.
    Unseen,
}

/// Whether these roles give a permission in a tenant.
pub fn judge(assignments: &[Assignment], permission: Permission, tenant: TenantId) -> Verdict {
    let here = || {
        assignments
            .iter()
            .filter(move |assignment| assignment.tenant.is_none_or(|only| only == tenant))
    };
    if here().any(|assignment| permission.of(assignment.role)) {
        Verdict::Permitted
    } else if here().next().is_some() {
        Verdict::Forbidden
    } else {
        Verdict::Unseen
    }
}

/// Where a permission holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// In every tenant, also those to come.
    Everywhere,
    /// In these.
    Tenants(BTreeSet<TenantId>),
}

impl Reach {
    /// Of these roles.
    pub fn of(assignments: &[Assignment], permission: Permission) -> Self {
        let mut tenants = BTreeSet::new();
        for assignment in assignments.iter().filter(|one| permission.of(one.role)) {
            match assignment.tenant {
                None => return Self::Everywhere,
                Some(tenant) => _ = tenants.insert(tenant),
            }
        }
        Self::Tenants(tenants)
    }

    /// Whether a tenant is in it.
    pub fn includes(&self, tenant: TenantId) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Tenants(tenants) => tenants.contains(&tenant),
        }
    }

    /// Whether it holds nowhere.
    pub fn is_nowhere(&self) -> bool {
        matches!(self, Self::Tenants(tenants) if tenants.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: TenantId = TenantId::from_bytes([1; 16]);
    const B: TenantId = TenantId::from_bytes([2; 16]);

    fn has(role: Role, tenant: Option<TenantId>) -> Assignment {
        Assignment { role, tenant }
    }

    /// The whole table: role by permission.
    #[test]
    fn a_role_permits_what_the_table_says() {
        let table = [
            (
                Role::Administrator,
                [true, false, false, true, false, false, false],
            ),
            (Role::ComplianceOfficer, [true; 7]),
            (Role::Auditor, [true, false, true, true, true, false, false]),
        ];
        for (role, row) in table {
            for (permission, given) in Permission::OF_ROLES.into_iter().zip(row) {
                assert_eq!(permission.of(role), given, "{role} {}", permission.as_str());
                let verdict = if given {
                    Verdict::Permitted
                } else {
                    Verdict::Forbidden
                };
                assert_eq!(judge(&[has(role, None)], permission, A), verdict);
                assert_eq!(judge(&[has(role, Some(A))], permission, A), verdict);
                assert_eq!(judge(&[has(role, Some(A))], permission, B), Verdict::Unseen);
            }
        }
    }

    #[test]
    fn roles_of_one_tenant_give_nothing_in_another() {
        let roles = [has(Role::Auditor, Some(A)), has(Role::ComplianceOfficer, Some(B))];
        assert_eq!(judge(&roles, Permission::Content, A), Verdict::Forbidden);
        assert_eq!(judge(&roles, Permission::Content, B), Verdict::Permitted);
        let reach = Reach::of(&roles, Permission::Content);
        assert!(reach.includes(B) && !reach.includes(A));
        assert_eq!(
            Reach::of(&roles, Permission::Sessions),
            Reach::Tenants(BTreeSet::from([A, B]))
        );
    }

    #[test]
    fn nobody_sees_anything() {
        assert_eq!(judge(&[], Permission::Sessions, A), Verdict::Unseen);
        assert!(Reach::of(&[], Permission::Sessions).is_nowhere());
    }

    #[test]
    fn a_role_without_a_tenant_holds_in_all() {
        let roles = [has(Role::Auditor, Some(A)), has(Role::Auditor, None)];
        let reach = Reach::of(&roles, Permission::Access);
        assert_eq!(reach, Reach::Everywhere);
        assert!(reach.includes(B));
    }
}
