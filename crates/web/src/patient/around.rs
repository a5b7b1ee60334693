//! What stands around a patient's page, and in which language it speaks.

use crate::assets;
use crate::guard::{cookie, set_cookie};
use crate::layout::page;
use crate::refusal::Refusal;
use crate::state::State;
use askama::Template;
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use letters::{Language, Message, Words};

const LANGUAGE_COOKIE: &str = "seldinger_language";
/// A chosen language is kept for a year.
const LANGUAGE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The language of one answer, and whether the reader has just chosen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    pub language: Language,
    has_chosen: bool,
}

impl Reader {
    /// By choice on the page, else by an earlier choice, else as the patient's record says, else as the browser asks.
    ///
    /// * `asked` – the `lang` of the address; empty when there is none.
    /// * `record` – the language tag of the patient's record, when the patient is known.
    pub fn of(headers: &HeaderMap, asked: &str, record: Option<&str>) -> Self {
        let chosen = Language::from_code(asked);
        let language = chosen
            .or_else(|| {
                cookie(headers, LANGUAGE_COOKIE).and_then(|code| Language::from_code(&code))
            })
            .or_else(|| record.and_then(Language::from_tag))
            .or_else(|| asked_by_browser(headers))
            .unwrap_or(Language::English);
        Self {
            language,
            has_chosen: chosen.is_some(),
        }
    }

    pub fn words(self) -> Result<&'static Words, Refusal> {
        Words::of(self.language).map_err(|error| Refusal::Page(error.to_string()))
    }

    pub fn say(self, message: Message<'_>) -> Result<String, Refusal> {
        self.words()?
            .say(message)
            .map_err(|error| Refusal::Page(error.to_string()))
    }
}

/// The first of our languages that the browser names; quality figures are not weighed, browsers send them in order.
fn asked_by_browser(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').find_map(Language::from_tag)
}

/// What stands around a patient's page.
#[derive(Debug, Clone)]
pub struct Around {
    pub lang: &'static str,
    pub hospital: String,
    /// The line of the strip and the word of the title; `None` for real patients.
    pub demonstration: Option<(String, String)>,
    pub css: String,
    pub language_label: String,
    pub languages: Vec<Choice>,
    /// The way out of an open page.
    pub leave: Option<Leave>,
}

/// One language to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    pub code: &'static str,
    pub name: &'static str,
    pub href: String,
    pub is_here: bool,
}

#[derive(Debug, Clone)]
pub struct Leave {
    pub words: String,
    pub csrf: String,
}

impl Around {
    /// * `kept` – what else stands in the address and must stay there, `&name=value`.
    pub fn of(state: &State, reader: Reader, kept: &str) -> Result<Self, Refusal> {
        let site = state.desk.site();
        let demonstration = if site.demonstration {
            Some((
                reader.say(Message::LetterDemonstration)?,
                reader.say(Message::LetterWatermark)?,
            ))
        } else {
            None
        };
        Ok(Self {
            lang: reader.language.code(),
            hospital: site.hospital.clone(),
            demonstration,
            css: assets::address("app.css"),
            language_label: reader.say(Message::PortalLanguage)?,
            languages: Language::ALL
                .iter()
                .map(|language| Choice {
                    code: language.code(),
                    name: language.own_name(),
                    href: format!("?lang={}{kept}", language.code()),
                    is_here: *language == reader.language,
                })
                .collect(),
            leave: None,
        })
    }

    /// Around a page that a code has opened.
    pub fn open(mut self, reader: Reader, csrf: &str) -> Result<Self, Refusal> {
        self.leave = Some(Leave {
            words: reader.say(Message::PortalLeave)?,
            csrf: csrf.to_owned(),
        });
        Ok(self)
    }
}

/// The page, which remembers a language that was chosen on it.
pub fn shown(state: &State, reader: Reader, template: &impl Template) -> Result<Response, Refusal> {
    let mut response = page(template)?;
    if reader.has_chosen {
        let kept = set_cookie(
            LANGUAGE_COOKIE,
            reader.language.code(),
            state.secure_cookies,
            Some(LANGUAGE_SECONDS),
        );
        if let Ok(value) = HeaderValue::from_str(&kept) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(asked: &str, cookie: &str, record: Option<&str>, browser: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", HeaderValue::from_str(cookie).unwrap());
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(browser).unwrap());
        Reader::of(&headers, asked, record).language
    }

    #[test]
    fn the_choice_on_the_page_goes_before_the_record_and_that_before_the_browser() {
        let kept = "seldinger_language=sv";
        assert_eq!(reader("fi", kept, Some("en"), "en"), Language::Finnish);
        assert_eq!(reader("", kept, Some("fi"), "en"), Language::Swedish);
        assert_eq!(reader("", "", Some("fi-FI"), "sv"), Language::Finnish);
        assert_eq!(reader("", "", Some("swe"), "fi"), Language::Swedish);
        assert_eq!(
            reader("", "", Some("et"), "de, sv;q=0.8"),
            Language::Swedish
        );
        assert_eq!(reader("xx", "", None, "de"), Language::English);
    }
}
