//! What every page has around it: the demonstration strip, the bar with the way round, the person at work.

use crate::assets;
use crate::guard::Seat;
use crate::refusal::Refusal;
use crate::state::State;
use crate::words;
use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use workflow::access::{Area, allowed};

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Frame {
    pub title: String,
    pub demonstration: bool,
    pub hospital: String,
    /// Name and role; empty when nobody has logged in.
    pub who: String,
    pub csrf: String,
    pub has_several_roles: bool,
    pub ways: Vec<Way>,
    pub css: String,
    pub js: String,
    /// Class of the body, for pages with other measures.
    pub body: &'static str,
}

/// One entry of the bar.
#[derive(Debug, Clone)]
pub struct Way {
    pub href: &'static str,
    pub words: &'static str,
    pub is_here: bool,
}

const WAYS: &[(&str, &str, Area)] = &[
    ("/board", "Board", Area::Board),
    ("/cases", "Cases", Area::Cases),
    ("/recovery", "Recovery", Area::Recovery),
    ("/follow-up", "Follow-up", Area::FollowUp),
    ("/dose", "Dose", Area::Dose),
    ("/tasks", "Tasks", Area::Tasks),
    ("/unmatched", "Unmatched", Area::Unmatched),
    ("/quarantine", "Quarantine", Area::QuarantineList),
    ("/knowledge", "Knowledge", Area::Knowledge),
    ("/users", "Users", Area::Users),
    ("/audit", "Audit", Area::Audit),
    ("/settings", "Settings", Area::Settings),
];

impl Frame {
    /// Around a page of somebody at work; `here` is the way that is marked.
    pub fn of(state: &State, seat: &Seat, here: &str, title: impl Into<String>) -> Self {
        let session = &seat.session;
        let ways = WAYS
            .iter()
            .filter(|(_, _, area)| allowed(session.role, *area).is_some())
            .map(|(href, words, _)| Way {
                href,
                words,
                is_here: *href == here,
            })
            .collect();
        Self {
            who: format!("{}, {}", session.display_name, words::role(session.role)),
            csrf: session.csrf.clone(),
            has_several_roles: session.roles.len() > 1,
            ways,
            ..Self::bare(state, title)
        }
    }

    /// Around a page before the log-in.
    pub fn bare(state: &State, title: impl Into<String>) -> Self {
        let site = state.desk.site();
        Self {
            title: title.into(),
            demonstration: site.demonstration,
            hospital: site.hospital.clone(),
            who: String::new(),
            csrf: String::new(),
            has_several_roles: false,
            ways: Vec::new(),
            css: assets::address("app.css"),
            js: assets::address("app.js"),
            body: "",
        }
    }

    pub fn with_body(mut self, class: &'static str) -> Self {
        self.body = class;
        self
    }
}

/// A rendered page.
pub fn page(template: &impl Template) -> Result<Response, Refusal> {
    let html = template
        .render()
        .map_err(|error| Refusal::Page(error.to_string()))?;
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
}
