//! One form about one case that is no command of its own: title, words, fields, one button.

use crate::fields::Fields;
use crate::guard::Seat;
use crate::layout::{Frame, page};
use crate::pages::acts::inputs::Input;
use crate::pages::banner::Banner;
use crate::pages::opened::Ended;
use crate::state::State;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "case_form.html")]
struct SheetPage {
    frame: Frame,
    banner: Banner,
    sheet: Sheet,
}

#[derive(Default)]
pub struct Sheet {
    pub title: String,
    pub action: String,
    /// Where the way out leads.
    pub back: String,
    pub intro: Vec<String>,
    pub hidden: Vec<(&'static str, String)>,
    pub inputs: Vec<Input>,
    pub button: String,
    /// Field and sentence; an empty field for what concerns the whole.
    pub problems: Vec<(String, String)>,
}

impl Sheet {
    /// What was typed stands in its field again, with what is wrong there.
    pub fn again(mut self, fields: &Fields, problems: Vec<(String, String)>) -> Self {
        self.problems = problems;
        self.inputs = filled(self.inputs, fields, &self.problems);
        self
    }

    /// The page; a form with a problem is answered with 422.
    pub fn shown(self, state: &State, seat: &Seat, banner: Banner) -> Result<Response, Ended> {
        let has_problem = !self.problems.is_empty();
        let title = if has_problem {
            format!("Error: {}", self.title)
        } else {
            self.title.clone()
        };
        let shown = page(&SheetPage {
            frame: Frame::of(state, seat, "/cases", title),
            banner,
            sheet: self,
        })?;
        Ok(if has_problem {
            (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
        } else {
            shown
        })
    }
}

/// Fields with what was typed in them and what is wrong with it.
pub fn filled(
    mut inputs: Vec<Input>,
    fields: &Fields,
    problems: &[(String, String)],
) -> Vec<Input> {
    let was_sent = fields.iter().next().is_some();
    for input in &mut inputs {
        if was_sent {
            input.value = fields.text(&input.name).to_owned();
            input.beside = fields.text(&format!("{}_words", input.name)).to_owned();
        }
        input.bad = problems
            .iter()
            .find(|(name, _)| *name == input.name)
            .map(|(_, sentence)| sentence.clone())
            .unwrap_or_default();
    }
    inputs
}

/// A problem that concerns the whole form.
pub fn whole(words: impl Into<String>) -> Vec<(String, String)> {
    vec![(String::new(), words.into())]
}
