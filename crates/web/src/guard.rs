//! Lets a request in: session cookie or bearer token, the access table, and the form's own token.

use crate::fields::Fields;
use crate::refusal::Refusal;
use crate::state::State;
use axum::Extension;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, COOKIE, LOCATION};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use workflow::access::{Area, Whose, allowed};
use workflow::accounts::{Scope, sha256_text};
use workflow::log_in::{Session, session};

/// Cookie with the session's token.
pub const SESSION_COOKIE: &str = "seldinger_session";
/// Longest form that is read.
pub const FORM_BYTES_MAX: usize = 1024 * 1024;

/// How a route is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Nobody has to say who they are.
    Open,
    /// Any staff session: one's own role, the way out.
    AnyStaff,
    /// A staff session whose role has this area.
    Staff(Area),
    /// A staff session with this area, or a machine's bearer token with this scope.
    StaffOrMachine(Area, Scope),
    /// The patient's own page; its handlers check the code.
    Patient,
}

/// Who came in. Handlers take it as `Extension<Arc<Seat>>`.
#[derive(Debug, Clone)]
pub struct Seat {
    pub session: Session,
    pub whose: Whose,
}

/// The fields of the form that came with a POST, read once for the check and handed on.
pub type Form = Extension<Arc<Fields>>;
pub type Seated = Extension<Arc<Seat>>;

/// The middleware of one route.
pub async fn enter(state: State, entry: Entry, request: Request, next: Next) -> Response {
    let done = match entry {
        Entry::Open | Entry::Patient => with_form(request, None).await,
        Entry::AnyStaff => as_staff(&state, None, request).await,
        Entry::Staff(area) => as_staff(&state, Some(area), request).await,
        Entry::StaffOrMachine(area, scope) => match bearer(request.headers()) {
            Some(token) => as_machine(&state, scope, &token, request).await,
            None => as_staff(&state, Some(area), request).await,
        },
    };
    match done {
        Ok(request) => next.run(request).await,
        Err(response) => *response,
    }
}

type Entered = Result<Request, Box<Response>>;

async fn as_staff(state: &State, area: Option<Area>, mut request: Request) -> Entered {
    let found = match cookie(request.headers(), SESSION_COOKIE) {
        Some(token) => session(&state.desk, &token).await,
        None => Ok(None),
    };
    let session = match found {
        Ok(Some(session)) => session,
        Ok(None) => return Err(Box::new(to_log_in(&request))),
        Err(error) => return Err(refused(Refusal::Broken(error))),
    };
    let whose = match area {
        Some(area) => allowed(session.role, area),
        None => Some(Whose::NoPatient),
    };
    let Some(whose) = whose else {
        return Err(refused(Refusal::NotAllowed));
    };
    let csrf = session.csrf.clone();
    request
        .extensions_mut()
        .insert(Arc::new(Seat { session, whose }));
    with_form(request, Some(&csrf)).await
}

async fn as_machine(state: &State, scope: Scope, token: &str, request: Request) -> Entered {
    match state.desk.query().machine_token(&sha256_text(token)).await {
        Ok(Some(row)) if row.revoked.is_none() && row.scope == scope.code() => {
            with_form(request, None).await
        }
        Ok(_) => Err(Box::new(
            (
                StatusCode::UNAUTHORIZED,
                "this token does not open this door\n",
            )
                .into_response(),
        )),
        Err(error) => Err(refused(error.into())),
    }
}

/// Reads the form of a POST; `csrf` is the token that must be in it.
async fn with_form(request: Request, csrf: Option<&str>) -> Entered {
    if request.method() != Method::POST {
        return Ok(request);
    }
    // Forms without a session (log in, the patient's door) carry no token: there the browser's own word counts.
    let is_foreign = request
        .headers()
        .get("sec-fetch-site")
        .is_some_and(|site| site == "cross-site");
    if csrf.is_none() && is_foreign {
        return Err(refused(Refusal::Csrf));
    }
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, FORM_BYTES_MAX).await else {
        return Err(Box::new(StatusCode::PAYLOAD_TOO_LARGE.into_response()));
    };
    let is_form = parts.headers.get("content-type").is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    let fields = if is_form {
        Fields::read(&bytes)
    } else {
        Fields::default()
    };
    if csrf.is_some_and(|csrf| fields.text("csrf") != csrf) {
        return Err(refused(Refusal::Csrf));
    }
    parts.extensions.insert(Arc::new(fields));
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn refused(refusal: Refusal) -> Box<Response> {
    Box::new(refusal.into_response())
}

fn to_log_in(request: &Request) -> Response {
    if request.method() != Method::GET {
        return (StatusCode::UNAUTHORIZED, "log in first\n").into_response();
    }
    let back = request.uri().path();
    (
        StatusCode::SEE_OTHER,
        [(LOCATION, format!("/log-in?back={back}"))],
    )
        .into_response()
}

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    value
        .strip_prefix("Bearer ")
        .map(|token| token.trim().to_owned())
}

/// A `Set-Cookie` value that scripts cannot read and other sites do not send along.
pub fn set_cookie(name: &str, value: &str, secure: bool, seconds: Option<u32>) -> String {
    let secure = if secure { "; Secure" } else { "" };
    let age = seconds
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}
