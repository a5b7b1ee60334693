//! Accounts: who may do what. The administrator sees no patient here.

use crate::guard::{Form, Seat, Seated};
use crate::layout::{Frame, page};
use crate::pages::log_in::go_to;
use crate::refusal::Refusal;
use crate::state::State;
use crate::words;
use askama::Template;
use axum::Extension;
use axum::extract::State as Given;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::Role;
use workflow::accounts::{AccountError, NewAccount, PASSWORD_CHARACTERS_MIN, put_account};

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    frame: Frame,
    accounts: Vec<AccountLine>,
    roles: Vec<(&'static str, &'static str, bool)>,
    name: String,
    display_name: String,
    problem: String,
    least: usize,
}

struct AccountLine {
    name: String,
    display_name: String,
    roles: String,
    state: &'static str,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
) -> Result<Response, Refusal> {
    users(
        &state,
        &seat,
        NewAccount {
            name: String::new(),
            display_name: String::new(),
            roles: Vec::new(),
        },
        String::new(),
    )
    .await
}

pub async fn put(
    Given(state): Given<State>,
    Extension(seat): Seated,
    Extension(fields): Form,
) -> Result<Response, Refusal> {
    let name = fields.text("name").to_owned();
    let display_name = fields.text("display_name").to_owned();
    let account = NewAccount {
        display_name: if display_name.is_empty() {
            name.clone()
        } else {
            display_name
        },
        name,
        roles: fields
            .all("role")
            .iter()
            .filter_map(|code| Role::from_code(code))
            .collect(),
    };
    let password = fields.all("password").first().map_or("", String::as_str);
    match put_account(&state.desk, &seat.session.account, &account, password).await {
        Ok(()) => Ok(go_to("/users")),
        Err(AccountError::Work(error)) => Err(error.into()),
        Err(refused) => {
            let shown = users(&state, &seat, account, refused.to_string()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
    }
}

async fn users(
    state: &State,
    seat: &Seat,
    typed: NewAccount,
    problem: String,
) -> Result<Response, Refusal> {
    let accounts = state
        .desk
        .query()
        .accounts()
        .await?
        .into_iter()
        .map(|row| AccountLine {
            roles: row
                .roles
                .split(',')
                .map(words::role_of_code)
                .collect::<Vec<_>>()
                .join(", "),
            name: row.name,
            display_name: row.display_name,
            state: if row.disabled { "closed" } else { "open" },
        })
        .collect();
    page(&UsersPage {
        frame: Frame::of(state, seat, "/users", "Users"),
        accounts,
        roles: Role::ALL
            .iter()
            .map(|role| (role.code(), words::role(*role), typed.roles.contains(role)))
            .collect(),
        name: typed.name,
        display_name: typed.display_name,
        problem,
        least: PASSWORD_CHARACTERS_MIN,
    })
}
