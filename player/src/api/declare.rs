//! What the document says of every operation that is guarded alike, so that it is said once, where the guard is put up.

use obhut_listener::problem::{PROBLEM_JSON, ProblemType};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, Response};

use crate::permission::Permission;
use crate::problem::{CROSS_ORIGIN, HOST_FOREIGN, LOGIN_REQUIRED, PASSWORD_CHANGE_REQUIRED, ROLE_FORBIDDEN};

/// The name of the extension that says what an operation asks for.
const EXTENSION: &str = "x-obhut-permission";

/// The name of the security scheme.
pub(super) const LOGIN: &str = "login";

/// Says of every operation that anybody may ask it.
pub(super) fn public(document: &mut OpenApi) {
    for (writes, operation) in operations(document) {
        say(operation, "public");
        if writes {
            refuse(operation, &[&CROSS_ORIGIN, &HOST_FOREIGN]);
        }
    }
}

/// Says of every operation what it asks for, and what it answers to whoever lacks it.
pub(super) fn guarded(document: &mut OpenApi, permission: Permission) {
    for (writes, operation) in operations(document) {
        say(operation, permission.as_str());
        operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(LOGIN, [])]);
        refuse(operation, &[&LOGIN_REQUIRED]);
        if permission != Permission::Login {
            refuse(operation, &[&PASSWORD_CHANGE_REQUIRED, &ROLE_FORBIDDEN]);
        }
        if writes {
            refuse(operation, &[&CROSS_ORIGIN]);
        }
        refuse(operation, &[&HOST_FOREIGN]);
        refuse(operation, &[&obhut_listener::problem::UNAVAILABLE]);
    }
}

fn say(operation: &mut Operation, permission: &str) {
    let extensions = operation.extensions.get_or_insert_default();
    extensions.insert(EXTENSION.to_owned(), permission.into());
}

fn operations(document: &mut OpenApi) -> impl Iterator<Item = (bool, &mut Operation)> {
    document.paths.paths.values_mut().flat_map(|item| {
        let PathItem {
            get,
            put,
            post,
            delete,
            patch,
            ..
        } = item;
        let writes = [put, post, delete, patch];
        let writes = writes
            .into_iter()
            .filter_map(Option::as_mut)
            .map(|operation| (true, operation));
        get.iter_mut().map(|operation| (false, operation)).chain(writes)
    })
}

/// Adds problem types to what an operation says of their status.
fn refuse(operation: &mut Operation, types: &[&ProblemType]) {
    for known in types {
        let status = known.status.as_u16().to_string();
        let response = operation.responses.responses.entry(status);
        let response = response.or_insert_with(|| RefOr::T(problem_response()));
        if let RefOr::T(response) = response {
            let said = &mut response.description;
            if !said.is_empty() {
                said.push_str(", ");
            }
            said.push_str(known.slug);
        }
    }
}

fn problem_response() -> Response {
    let schema = Ref::from_schema_name("ProblemDocument");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let mut response = Response::new("");
    response.content.insert(PROBLEM_JSON.to_owned(), content.into());
    response
}
