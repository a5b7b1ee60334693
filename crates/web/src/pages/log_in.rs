//! Log in, choose the role to act in, log out.

use crate::address::came_from;
use crate::guard::{Form, SESSION_COOKIE, Seat, Seated, set_cookie};
use crate::layout::{Frame, page};
use crate::refusal::Refusal;
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, Query as Asked, State as Given};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use model::Role;
use serde::Deserialize;
use std::net::SocketAddr;
use workflow::log_in::{LogInError, choose_role, log_in, log_out};

#[derive(Template)]
#[template(path = "log_in.html")]
struct LogInPage {
    frame: Frame,
    name: String,
    back: String,
    problem: String,
}

#[derive(Template)]
#[template(path = "role.html")]
struct RolePage {
    frame: Frame,
    back: String,
    roles: Vec<(&'static str, String, bool)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// Only an address of this site, never somebody else's.
fn own_address(back: &str) -> Option<&str> {
    let is_own =
        back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\n', '\r']);
    (is_own && back != "/log-in" && back != "/").then_some(back)
}

/// Goes to another page of ours.
pub fn go_to(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address.to_owned())]).into_response()
}

pub async fn show(
    Given(state): Given<State>,
    Asked(asked): Asked<Back>,
) -> Result<Response, Refusal> {
    page(&LogInPage {
        frame: Frame::bare(&state, "Log in"),
        name: String::new(),
        back: asked.back,
        problem: String::new(),
    })
}

pub async fn enter(
    Given(state): Given<State>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Extension(fields): Form,
) -> Result<Response, Refusal> {
    let from = came_from(&state, &headers, from.map(|Extension(info)| info));
    let name = fields.text("name");
    let password = fields.all("password").first().map_or("", String::as_str);
    let back = fields.text("back").to_owned();
    match log_in(&state.desk, name, password, &from, None).await {
        Ok(session) => {
            let cookie = set_cookie(SESSION_COOKIE, &session.token, state.secure_cookies, None);
            let to = match own_address(&back) {
                _ if session.roles.len() > 1 => format!("/role?back={back}"),
                Some(back) => back.to_owned(),
                None => home(session.role).to_owned(),
            };
            let headers = [(SET_COOKIE, cookie), (LOCATION, to)];
            Ok((StatusCode::SEE_OTHER, headers).into_response())
        }
        Err(LogInError::Work(error)) => Err(error.into()),
        Err(refused) => {
            let shown = page(&LogInPage {
                frame: Frame::bare(&state, "Error: log in"),
                name: name.to_owned(),
                back,
                problem: refused.to_string(),
            })?;
            let status = match refused {
                LogInError::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            Ok((status, shown).into_response())
        }
    }
}

/// Where a role begins.
fn home(role: Role) -> &'static str {
    match role {
        Role::Administrator => "/users",
        Role::Referrer => "/cases",
        Role::Coordinator
        | Role::IrNurse
        | Role::WardNurse
        | Role::Radiographer
        | Role::Radiologist
        | Role::Anaesthetist
        | Role::Physicist
        | Role::Observer => "/board",
    }
}

pub async fn go_home(Extension(seat): Seated) -> Response {
    go_to(home(seat.session.role))
}

pub async fn show_roles(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Asked(asked): Asked<Back>,
) -> Result<Response, Refusal> {
    let roles = seat
        .session
        .roles
        .iter()
        .map(|role| {
            let is_here = *role == seat.session.role;
            (role.code(), words::from_code(words::role(*role)), is_here)
        })
        .collect();
    page(&RolePage {
        frame: Frame::of(&state, &seat, "", "Your role"),
        back: asked.back,
        roles,
    })
}

pub async fn choose(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Extension(fields): Form,
) -> Result<Response, Refusal> {
    let role = Role::from_code(fields.text("role"))
        .ok_or_else(|| Refusal::Bad("choose one of your roles".to_owned()))?;
    match choose_role(&state.desk, &seat.session, role).await {
        Ok(()) => Ok(go_to(
            own_address(fields.text("back")).unwrap_or(home(role)),
        )),
        Err(LogInError::Work(error)) => Err(error.into()),
        Err(refused) => Err(Refusal::Bad(refused.to_string())),
    }
}

pub async fn leave(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    let Seat { session, .. } = &*seat;
    log_out(&state.desk, session).await?;
    let cookie = set_cookie(SESSION_COOKIE, "", state.secure_cookies, Some(0));
    let headers = [(SET_COOKIE, cookie), (LOCATION, "/log-in".to_owned())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_elsewhere() {
        assert_eq!(own_address("/cases/26-000001"), Some("/cases/26-000001"));
        assert_eq!(own_address("//elsewhere.example"), None);
        assert_eq!(own_address("https://elsewhere.example"), None);
        assert_eq!(own_address("/\\elsewhere.example"), None);
    }
}
