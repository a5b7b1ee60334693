//! The patient's own X-ray dose in words: a comparison, never a personal risk, and what to watch on the skin.

use crate::patient_plan::{Contacts, DoseTold, SkinSign};
use crate::plan_words::Section;
use crate::words::{Message, Words, WordsError};
use dose::explain::{Comparison, Skin};
use std::collections::BTreeSet;

/// What the dose report and the rules let the patient read.
pub(crate) fn dose_section(
    words: &Words,
    told: &DoseTold,
    contacts: &Contacts,
) -> Result<Section, WordsError> {
    let mut lines = Vec::new();
    let phone = &contacts.day_phone;
    match told {
        DoseTold::NoXRays => lines.push(words.say(Message::RadiationNone)?),
        DoseTold::NotReported => {
            lines.push(words.say(Message::DoseUsed)?);
            lines.push(words.say(Message::DoseAskUs { phone })?);
        }
        DoseTold::Reported(explanation) => {
            lines.push(words.say(Message::DoseUsed)?);
            lines.extend(comparison(words, &explanation.comparison, phone)?);
            lines.extend(skin(words, &explanation.skin, phone)?);
        }
    }
    Ok(Section {
        heading: words.say(Message::DoseTitle)?,
        lines,
    })
}

fn comparison(
    words: &Words,
    comparison: &Comparison,
    phone: &str,
) -> Result<Vec<String>, WordsError> {
    match comparison {
        Comparison::Background { dose, days, .. } => {
            let dose = &words.one_figure(dose.0);
            let like = if days.0 < 1.0 {
                words.say(Message::DoseLessThanADay)?
            } else {
                words.say(Message::DoseDays {
                    days: whole(days.0),
                })?
            };
            Ok(vec![
                words.say(Message::DoseAbout { dose })?,
                like,
                words.say(Message::DoseDepends)?,
                words.say(Message::DoseNotPersonal)?,
                words.say(Message::RadiationAsk)?,
            ])
        }
        Comparison::AskUs => Ok(vec![words.say(Message::DoseAskUs { phone })?]),
        // A number of days would only distract from the skin.
        Comparison::SkinMatters => Ok(Vec::new()),
    }
}

fn skin(words: &Words, skin: &Skin, phone: &str) -> Result<Vec<String>, WordsError> {
    let (until, signs) = match skin {
        Skin::NothingExpected => return Ok(vec![words.say(Message::DoseSkinNothing)?]),
        Skin::NotComputed => return Ok(Vec::new()),
        Skin::WatchWithoutMap { until } => (*until, SkinSign::ALL.iter().copied().collect()),
        Skin::Watch {
            until,
            prompt,
            early,
            midterm,
            ..
        } => {
            let keys = prompt.iter().chain(early).chain(midterm);
            let signs: BTreeSet<SkinSign> = keys.filter_map(|key| SkinSign::of_key(key)).collect();
            (*until, signs)
        }
    };
    let mut lines = vec![
        words.say(Message::DoseSkinHigh)?,
        words.say(Message::DoseSkinWatch {
            date: &words.date(until)?,
        })?,
    ];
    for sign in signs {
        lines.push(words.say(match sign {
            SkinSign::Redness => Message::DoseSkinRedness,
            SkinSign::HairLoss => Message::DoseSkinHair,
            SkinSign::Wound => Message::DoseSkinWound,
        })?);
    }
    lines.push(words.say(Message::DoseSkinCall { phone })?);
    lines.push(words.say(Message::DoseSkinTell)?);
    Ok(lines)
}

/// A number of days as it is said: whole, and never more than the words can count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u16 first"
)]
fn whole(days: f64) -> u16 {
    days.round().clamp(1.0, f64::from(u16::MAX)) as u16
}
