//! The words, shapes and colours of the staff pages. Every status is a word first.

use askama::Template;
use model::{Laterality, Role};

pub use crate::times::{clock, day, instant, late, long_day, moment, readable};

/// A status: its colour's name, its shape, its word.
#[derive(Debug, Clone, PartialEq, Eq, Default, Template)]
#[template(path = "mark.html")]
pub struct Mark {
    pub tone: &'static str,
    pub icon: &'static str,
    pub words: String,
}

/// Its own template escapes the words.
impl askama::filters::HtmlSafe for Mark {}

impl Mark {
    pub fn new(tone: &'static str, icon: &'static str, words: impl Into<String>) -> Self {
        Self {
            tone,
            icon,
            words: words.into(),
        }
    }
}

/// The gate; an override that was signed stays visible.
pub fn gate(code: &str, override_signed: bool) -> Mark {
    if override_signed && code != "ready" {
        return Mark::new("override", "override", "Override signed");
    }
    match code {
        "ready" => Mark::new("ready", "ready", "Ready"),
        "pending" => Mark::new("pending", "pending", "Pending"),
        "review" => Mark::new("review", "review", "Review"),
        "blocked" => Mark::new("blocked", "blocked", "Blocked"),
        "override_required" => Mark::new("override", "override", "Needs override"),
        _ => Mark::new("quiet", "unknown", "Not worked out"),
    }
}

/// Where a case is, as a person says it.
pub fn state(code: &str) -> &'static str {
    match code {
        "referred" => "Referred",
        "returned_to_referrer" => "Returned to referrer",
        "vetting" => "With the radiologist",
        "rejected" => "Rejected",
        "redirected_other_modality" => "Redirected",
        "scheduled" => "Booked",
        "preparation" => "Preparing",
        "emergency" => "Emergency",
        "arrived" => "Arrived",
        "sign_in" => "Sign-in",
        "time_out" => "Before the needle",
        "in_procedure" => "In the procedure",
        "sign_out" => "Sign-out",
        "recovery" => "Recovering",
        "admitted" => "Admitted",
        "escalated" => "Escalated",
        "discharged" => "Discharged",
        "cancelled" => "Cancelled",
        "closed" => "Closed",
        _ => "Not known",
    }
}

/// What the board says about a case: before the room its gate, then where it is.
pub fn on_the_board(state_code: &str, gate_code: &str, override_signed: bool) -> Mark {
    match state_code {
        "sign_in" | "time_out" | "in_procedure" | "sign_out" => {
            Mark::new("now", "room", state(state_code))
        }
        "recovery" | "admitted" => Mark::new("quiet", "bed", state(state_code)),
        "discharged" | "closed" => Mark::new("quiet", "done", state(state_code)),
        "cancelled" | "rejected" | "redirected_other_modality" => {
            Mark::new("quiet", "off", state(state_code))
        }
        "escalated" => Mark::new("blocked", "flag", state(state_code)),
        _ => gate(gate_code, override_signed),
    }
}

pub fn role(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "coordinator",
        Role::IrNurse => "IR nurse",
        Role::WardNurse => "ward nurse",
        Role::Radiographer => "radiographer",
        Role::Radiologist => "radiologist",
        Role::Anaesthetist => "anaesthetist",
        Role::Physicist => "physicist",
        Role::Referrer => "referrer",
        Role::Observer => "observer",
        Role::Administrator => "administrator",
    }
}

/// A role by its code; a code of no role stays as it is.
pub fn role_of_code(code: &str) -> String {
    Role::from_code(code).map_or_else(|| code.to_owned(), |found| role(found).to_owned())
}

pub fn roles_of_codes(codes: &[String]) -> String {
    let words: Vec<String> = codes.iter().map(|code| role_of_code(code)).collect();
    words.join(" or ")
}

pub fn side(side: Laterality) -> &'static str {
    match side {
        Laterality::Left => "LEFT",
        Laterality::Right => "RIGHT",
        Laterality::Both => "BOTH SIDES",
        Laterality::NotApplicable => "no side",
        Laterality::NotStated => "side not stated",
    }
}

/// A language by its tag; a tag that is not one of the common ones stays as it is.
pub fn language(tag: &str) -> String {
    match tag {
        "fi" => "Finnish",
        "sv" => "Swedish",
        "en" => "English",
        "ru" => "Russian",
        "et" => "Estonian",
        "ar" => "Arabic",
        "so" => "Somali",
        "uk" => "Ukrainian",
        other => other,
    }
    .to_owned()
}

/// A code with underscores as words with a capital.
pub fn from_code(code: &str) -> String {
    let mut words = code.replace('_', " ");
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// An analyte as a laboratory writes it.
pub fn analyte(id: &str) -> String {
    match id {
        "inr" => "INR".to_owned(),
        "hb" => "Haemoglobin".to_owned(),
        "aptt" => "APTT".to_owned(),
        "hcg" => "hCG".to_owned(),
        other => from_code(other),
    }
}

/// A number without needless zeros: 62, 71.5.
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A name or a term for a narrow place: soft hyphens (U+00AD) where a long word may be parted, at syllables, with at
/// least three letters on each side. Nothing is seen of them where the word fits.
///
/// * `longest` – letters of a word that needs none.
pub fn parted(text: &str, longest: usize) -> String {
    let is_vowel = |c: char| {
        "aeiouy\u{e4}\u{f6}\u{e5}\u{fc}\u{e9}".contains(c.to_lowercase().next().unwrap_or(c))
    };
    let mut out = String::with_capacity(text.len());
    let letters: Vec<char> = text.chars().collect();
    for word in letters.chunk_by(|a, b| a.is_alphabetic() == b.is_alphabetic()) {
        let mut since = 0;
        for (at, letter) in word.iter().enumerate() {
            let next = word.get(at + 1).copied().is_some_and(is_vowel);
            let is_joint = !is_vowel(*letter) && next && letter.is_alphabetic();
            if word.len() > longest && is_joint && since >= 3 && word.len() - at >= 3 {
                out.push('\u{ad}');
                since = 0;
            }
            out.push(*letter);
            since += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_trailing_zeros() {
        assert_eq!(number(62.0), "62");
        assert_eq!(number(0.5), "0.5");
        assert_eq!(number(100.0), "100");
    }

    #[test]
    fn a_long_name_is_parted_at_syllables_and_a_short_one_is_not() {
        let shown = |text: &str, longest| parted(text, longest).replace('\u{ad}', "~");
        assert_eq!(shown("DEMO-TOIVOKOSKI, Eila", 9), "DEMO-TOI~VOKOSKI, Eila");
        assert_eq!(shown("DEMO-LAHTI, Osmo", 9), "DEMO-LAHTI, Osmo");
        assert_eq!(
            shown("H\u{c4}M\u{c4}L\u{c4}INEN", 9),
            "H\u{c4}M\u{c4}~L\u{c4}I~NEN"
        );
    }
}
