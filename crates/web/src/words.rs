//! The words, shapes and colours of the staff pages. Every status is a word first.

use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::{Laterality, Role};

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

/// "10:42".
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone())
        .strftime("%H:%M")
        .to_string()
}

/// "Thu 11 March"; with the year when it is another one.
pub fn day(day: Date, today: Date) -> String {
    if day.year() == today.year() {
        day.strftime("%a %-d %B").to_string()
    } else {
        day.strftime("%a %-d %B %Y").to_string()
    }
}

/// "Thursday 11 March 2027".
pub fn long_day(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// "Thu 11 March 09:00".
pub fn moment(at: Timestamp, zone: &TimeZone, today: Date) -> String {
    let here = at.to_zoned_datetime(zone.clone());
    format!("{} {}", day(here.date(), today), here.strftime("%H:%M"))
}

/// "42 min late", "3 h late", "2 days late"; `None` while it is not late.
pub fn late(due: Timestamp, now: Timestamp) -> Option<String> {
    let by = now.duration_since(due);
    if by <= SignedDuration::ZERO {
        return None;
    }
    let minutes = by.as_mins();
    Some(match minutes {
        0..=89 => format!("{minutes} min late"),
        90..=1439 => format!("{} h late", minutes / 60),
        1440..=2879 => "1 day late".to_owned(),
        _ => format!("{} days late", minutes / 1440),
    })
}

/// An ISO instant out of a stored text.
pub fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// A number without needless zeros: 62, 71.5.
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_said_in_the_largest_fitting_unit() {
        let due: Timestamp = "2027-03-10T10:00:00Z".parse().unwrap();
        let after = |minutes| due.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        assert_eq!(late(due, due), None);
        assert_eq!(late(due, after(42)).unwrap(), "42 min late");
        assert_eq!(late(due, after(120)).unwrap(), "2 h late");
        assert_eq!(late(due, after(1500)).unwrap(), "1 day late");
        assert_eq!(late(due, after(3 * 1440)).unwrap(), "3 days late");
    }

    #[test]
    fn numbers_have_no_trailing_zeros() {
        assert_eq!(number(62.0), "62");
        assert_eq!(number(0.5), "0.5");
        assert_eq!(number(100.0), "100");
    }
}
