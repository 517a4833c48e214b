//! Every route, every role, the own and a foreign tenant, with and without a grant: who may, may, and nobody else learns
//! anything.

use obhut_testkit::{Reviewed, Reviewer};

use crate::house::{FOREIGN, House, SEALED, Who};
use crate::operations::{Operation, Permission, all};

/// An id that nothing has.
const NOBODYS: &str = "01890000-0000-7000-8000-000000000000";

/// Whether a role may, by what `docs/reference/api-review.md` says.
fn may(who: Who, permission: Permission) -> bool {
    match permission {
        Permission::Public => true,
        Permission::Login | Permission::Sessions | Permission::State => who != Who::Stranger,
        Permission::Content | Permission::Hold | Permission::Export => who == Who::Officer,
        Permission::Access | Permission::Custody => matches!(who, Who::Officer | Who::Auditor),
    }
}

/// The grants that somebody may come with.
struct Grants {
    /// Of this very login, for the own session; only an officer has one.
    own: Option<String>,
    /// Of the officer's other login.
    other_login: String,
    /// Of the foreign tenant's officer, for the foreign session.
    foreign: String,
}

fn ask(
    house: &House,
    who: Who,
    reviewer: &Reviewer,
    operation: &Operation,
    named: &str,
    grant: Option<&str>,
) -> Reviewed {
    let path = operation.filled(named);
    let body = operation.example.body.as_ref();
    let fresh = operation.example.ends.then(|| house.login(who));
    let reviewer = fresh.as_ref().unwrap_or(reviewer);
    let answer = reviewer
        .send(&operation.method, &path, grant, body)
        .unwrap_or_else(|| panic!("{} {path}: no answer", operation.method));
    let text = String::from_utf8_lossy(&answer.answer.body);
    for word in FOREIGN {
        assert!(
            !text.contains(word),
            "{who:?} {} {path} leaks {word:?}: {text}",
            operation.method
        );
    }
    let has_grant = who == Who::Officer;
    for word in SEALED {
        assert!(
            has_grant || !text.contains(word),
            "{who:?} {path} shows {word:?} without a grant: {text}"
        );
    }
    for foreign in house.foreign_ids().filter(|foreign| *foreign != named) {
        assert!(!text.contains(foreign), "{who:?} {path} leaks {foreign}: {text}");
    }
    answer
}

#[test]
fn who_may_may_and_nobody_else_learns_anything() {
    let house = House::with_certificates();
    let foreign_officer = house.login_as("birke-compliance-officer");
    let foreign = foreign_officer.open(&house.foreign, "a matter of their own");
    let other_login = house.login(Who::Officer).open(&house.own, "from another login");
    let mut asked = 0;
    for who in Who::ALL {
        let reviewer = house.login(who);
        let grants = Grants {
            own: (who == Who::Officer).then(|| reviewer.open(&house.own, "to try every door")),
            other_login: other_login.clone(),
            foreign: foreign.clone(),
        };
        for operation in all() {
            let say = format!("{who:?} {} {}", operation.method, operation.path);
            let allowed = may(who, operation.permission);
            let refused = if who == Who::Stranger {
                (401, "login-required")
            } else {
                (403, "role-forbidden")
            };
            let expect = |answer: &Reviewed, status: u16, problem: Option<&str>| {
                assert_eq!(answer.status(), status, "{say}: {answer:?}");
                if let Some(problem) = problem {
                    assert_eq!(answer.problem.as_deref(), Some(problem), "{say}: {answer:?}");
                }
            };
            // The own session or hold, or none at all.
            let subject = operation.subject();
            let named = house.own_id(subject);
            let own = ask(&house, who, &reviewer, &operation, named, grants.own.as_deref());
            if allowed {
                expect(&own, operation.example.ok, None);
            } else {
                expect(&own, refused.0, Some(refused.1));
            }
            asked += 1;
            if operation.example.grant {
                for grant in [None, Some(&grants.other_login), Some(&grants.foreign)] {
                    let answer = ask(
                        &house,
                        who,
                        &reviewer,
                        &operation,
                        named,
                        grant.map(String::as_str),
                    );
                    let (status, problem) = if allowed { (403, "grant-required") } else { refused };
                    expect(&answer, status, Some(problem));
                    asked += 1;
                }
            }
            let Some(subject) = subject else { continue };
            let theirs = house.foreign_id(subject);
            // What is foreign is what does not exist, whatever one comes with.
            for grant in [None, grants.own.as_ref(), Some(&grants.foreign)] {
                let grant = grant.map(String::as_str);
                let foreign = ask(&house, who, &reviewer, &operation, theirs, grant);
                let nobodys = ask(&house, who, &reviewer, &operation, NOBODYS, grant);
                let words = |answer: &Reviewed, id: &str| {
                    String::from_utf8_lossy(&answer.answer.body).replace(id, "ID")
                };
                assert_eq!(foreign.status(), nobodys.status(), "{say}: told apart");
                assert_eq!(
                    words(&foreign, theirs),
                    words(&nobodys, NOBODYS),
                    "{say}: told apart"
                );
                assert!(matches!(foreign.status(), 401 | 403 | 404), "{say}: {foreign:?}");
                if allowed && !operation.example.grant {
                    expect(&foreign, 404, None);
                }
                asked += 2;
            }
        }
    }
    assert!(asked > 250, "only {asked} requests");
}

/// The same officer, in a login without a grant and in one that holds it.
#[test]
fn what_is_sealed_is_shown_to_the_login_that_opened_it_alone() {
    let house = House::build();
    let [with, without] = [(); 2].map(|()| house.login(Who::Officer));
    with.open(&house.own, "to read titles");
    for path in ["/v1/sessions", &format!("/v1/sessions/{}", house.own)] {
        let [shown, hidden] = [&with, &without].map(|login| {
            let answer = login.get(path).expect("an answer");
            assert_eq!(answer.status(), 200, "{path}: {answer:?}");
            String::from_utf8_lossy(&answer.answer.body).into_owned()
        });
        assert!(shown.contains(SEALED[0]), "{path}: {shown}");
        assert!(
            SEALED.iter().all(|word| !hidden.contains(word)),
            "{path}: {hidden}"
        );
    }
}

#[test]
fn a_foreign_tenant_can_not_be_asked_for_by_name() {
    let house = House::build();
    let tenants = house
        .login_as("birke-auditor")
        .get("/v1/tenants")
        .expect("an answer")
        .json();
    let birke = tenants["tenants"][0]["tenant"]
        .as_str()
        .expect("an id")
        .to_owned();
    for who in [Who::Administrator, Who::Officer, Who::Auditor] {
        let reviewer = house.login(who);
        for path in [
            "/v1/devices",
            "/v1/sessions",
            "/v1/access",
            "/v1/access.csv",
            "/v1/exports",
            "/v1/holds",
            "/v1/deletions",
            "/v1/certificates",
        ] {
            for tenant in [birke.as_str(), NOBODYS] {
                let answer = reviewer
                    .get(&format!("{path}?tenant={tenant}"))
                    .expect("an answer");
                let text = String::from_utf8_lossy(&answer.answer.body).into_owned();
                assert!(matches!(answer.status(), 403 | 404), "{who:?} {path}: {text}");
                for word in FOREIGN {
                    assert!(!text.contains(word), "{who:?} {path} leaks {word:?}: {text}");
                }
            }
        }
        let me = reviewer.get("/v1/me").expect("an answer").json().to_string();
        assert!(!me.contains("birke"), "{me}");
        let state = reviewer.get("/v1/state").expect("an answer").json().to_string();
        assert!(!state.contains("birke") && !state.contains(&birke), "{state}");
    }
}
