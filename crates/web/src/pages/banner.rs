//! The patient banner: one for every staff page, form and print. What nobody said is shown as not said.

use crate::state::State;
use crate::words;
use case::{Case, ConsentState};
use jiff::civil::Date;
use model::{BirthDate, Sex};
use workflow::Patient;
use workflow::case_summary::CaseSummary;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Banner {
    pub name: String,
    pub facts: Vec<Fact>,
    pub marks: Vec<BannerMark>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: &'static str,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BannerMark {
    pub tone: &'static str,
    pub label: &'static str,
    pub words: String,
}

fn mark(tone: &'static str, label: &'static str, words: impl Into<String>) -> BannerMark {
    BannerMark {
        tone,
        label,
        words: words.into(),
    }
}

/// Days after which a weight is asked again: of an adult, and of a child. Only for this display; the limits by weight
/// follow the rule book.
const WEIGHT_DAYS: i64 = 30;
const WEIGHT_DAYS_CHILD: i64 = 7;
const ADULT_YEARS: i16 = 18;

impl Banner {
    pub fn of(
        state: &State,
        patient: &Patient,
        case: Option<(&Case, &CaseSummary)>,
        same_name_today: bool,
    ) -> Self {
        let today = state.desk.now_here().date();
        let issuer = state.desk.site().patient_issuer.as_deref();
        let number = patient.hospital_number(issuer).map_or_else(
            || "no number".to_owned(),
            |id| {
                if Some(id.issuer()) == issuer {
                    id.value().to_owned()
                } else {
                    format!("{} ({})", id.value(), id.issuer())
                }
            },
        );
        let mut facts = vec![
            fact("Born", born(patient.birth, today)),
            fact("Sex", sex(patient.sex).to_owned()),
            fact("Patient no.", number),
            fact("Weight", weight(patient, today)),
            fact("Where", place(patient, case)),
        ];
        if let Some((case, summary)) = case {
            facts.push(fact("Procedure", procedures(summary)));
            facts.push(fact("Case", case.id.to_string()));
        }
        Self {
            name: patient.name.to_string(),
            facts,
            marks: marks(patient, case, same_name_today),
        }
    }
}

impl Banner {
    /// One fact as it stands in the banner; empty when it has none of that name.
    pub fn fact(&self, label: &str) -> &str {
        self.facts
            .iter()
            .find(|fact| fact.label == label)
            .map_or("", |fact| fact.value.as_str())
    }
}

fn fact(label: &'static str, value: String) -> Fact {
    Fact { label, value }
}

/// "12 Jan 1949 (78 y)".
pub fn born(birth: BirthDate, today: Date) -> String {
    match birth {
        BirthDate::Unknown => "date of birth not known".to_owned(),
        BirthDate::Year(year) => {
            let age = birth
                .age_years_on(today)
                .map(|age| format!(" (about {age} y)"))
                .unwrap_or_default();
            format!("{year}{age}")
        }
        BirthDate::Day(day) => {
            let days = day.duration_until(today).as_hours() / 24;
            let age = match birth.age_years_on(today) {
                Some(years) if years >= 2 => format!("{years} y"),
                _ if days < 28 => format!("{days} days"),
                _ => format!("{} months", days / 30),
            };
            format!("{} ({age})", day.strftime("%-d %b %Y"))
        }
    }
}

pub fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "Female",
        Sex::Male => "Male",
        Sex::Other => "Other",
        Sex::Unknown => "not recorded",
    }
}

fn weight(patient: &Patient, today: Date) -> String {
    let Some(weight) = &patient.facts.weight else {
        return "not weighed: limits by weight not worked out".to_owned();
    };
    let on = weight
        .on
        .as_deref()
        .and_then(|day| day.get(..10).unwrap_or(day).parse::<Date>().ok());
    let kg = words::number(weight.kg);
    let is_child = patient
        .birth
        .age_years_on(today)
        .is_some_and(|years| years < ADULT_YEARS);
    let days = if is_child {
        WEIGHT_DAYS_CHILD
    } else {
        WEIGHT_DAYS
    };
    match on {
        None => format!("{kg} kg, day not stated"),
        Some(day) if day == today => format!("{kg} kg, today"),
        Some(day) if day.duration_until(today).as_hours() / 24 > days => {
            format!(
                "{kg} kg, {}: older than {days} days",
                words::day(day, today)
            )
        }
        Some(day) => format!("{kg} kg, {}", words::day(day, today)),
    }
}

fn place(patient: &Patient, case: Option<(&Case, &CaseSummary)>) -> String {
    if let Some((case, _)) = case {
        let room = case
            .live()
            .find_map(|procedure| procedure.step.as_ref())
            .map(|step| step.room.clone());
        match case.state.code() {
            "sign_in" | "time_out" | "in_procedure" | "sign_out" => {
                return room.unwrap_or_else(|| "in the room".to_owned());
            }
            "arrived" => return "in the department".to_owned(),
            "recovery" => return "recovery".to_owned(),
            _ => {}
        }
    }
    patient
        .facts
        .inpatient_ward
        .clone()
        .filter(|ward| !ward.is_empty())
        .map_or_else(|| "not recorded".to_owned(), |ward| format!("ward {ward}"))
}

/// The procedures with the side in capitals.
pub fn procedures(summary: &CaseSummary) -> String {
    let lines: Vec<String> = summary
        .procedures
        .iter()
        .filter(|procedure| !procedure.dropped)
        .map(
            |procedure| match model::Laterality::from_code(&procedure.side) {
                Some(model::Laterality::NotApplicable) | None => procedure.words.clone(),
                Some(side) => format!("{}, {}", procedure.words, words::side(side)),
            },
        )
        .collect();
    if lines.is_empty() {
        "not known".to_owned()
    } else {
        lines.join("; ")
    }
}

fn marks(
    patient: &Patient,
    case: Option<(&Case, &CaseSummary)>,
    same_name_today: bool,
) -> Vec<BannerMark> {
    let facts = &patient.facts;
    let mut marks = Vec::new();
    if patient.deceased {
        marks.push(mark(
            "blocked",
            "Died",
            "recorded as dead: no message goes out",
        ));
    }
    if same_name_today {
        marks.push(mark(
            "review",
            "Same name today",
            "another patient of this family name",
        ));
    }
    if patient.restricted {
        marks.push(mark(
            "review",
            "Restricted",
            "every view is written down with its reason",
        ));
    }
    marks.extend(allergies(patient));
    marks.push(anticoagulant(patient));
    marks.push(pregnancy(patient));
    let said = |value: &Option<String>| value.clone().filter(|words| !words.trim().is_empty());
    let or_not = |label, value: &Option<String>, missing: &str, tone| match said(value) {
        Some(words) => mark("quiet", label, words),
        None => mark(tone, label, missing),
    };
    marks.push(or_not("Implants", &facts.implants, "not asked", "review"));
    marks.push(or_not(
        "Isolation",
        &facts.isolation,
        "none recorded",
        "quiet",
    ));
    marks.push(or_not(
        "Limits of treatment",
        &facts.limits_of_treatment,
        "none recorded",
        "quiet",
    ));
    let language = match (said(&facts.language), said(&facts.interpreter)) {
        (Some(language), Some(booked)) => {
            let language = words::language(&language);
            mark("quiet", "Interpreter", format!("{language}, {booked}"))
        }
        (None, Some(booked)) => mark("quiet", "Interpreter", booked),
        (Some(language), None) => mark(
            "quiet",
            "Interpreter",
            format!("speaks {}; no booking recorded", words::language(&language)),
        ),
        (None, None) => mark("review", "Interpreter", "language not asked"),
    };
    marks.push(language);
    marks.push(or_not(
        "Guardian or proxy",
        &facts.guardian,
        "none recorded",
        "quiet",
    ));
    marks.push(or_not("Capacity", &facts.capacity, "not recorded", "quiet"));
    if let Some((case, summary)) = case {
        marks.push(consent(case));
        marks.push(sides(summary));
    }
    marks
}

/// The side of what is done, in capitals; a side that nobody decided stands out.
fn sides(summary: &CaseSummary) -> BannerMark {
    let mut sides: Vec<&'static str> = Vec::new();
    let mut is_open = false;
    for procedure in summary.procedures.iter().filter(|p| !p.dropped) {
        match model::Laterality::from_code(&procedure.side) {
            Some(model::Laterality::NotStated) | None => is_open = true,
            Some(side) => {
                let side = words::side(side);
                if !sides.contains(&side) {
                    sides.push(side);
                }
            }
        }
    }
    is_open |= sides.is_empty();
    if is_open {
        sides.push("not decided");
    }
    let tone = if is_open { "review" } else { "quiet" };
    mark(tone, "Side", sides.join(" and "))
}

fn allergies(patient: &Patient) -> Vec<BannerMark> {
    let facts = &patient.facts;
    if facts.allergies.is_empty() {
        return vec![if facts.allergies_asked {
            mark("quiet", "Allergy", "no known allergies")
        } else {
            mark("review", "Allergy", "allergies not recorded")
        }];
    }
    let mut all: Vec<BannerMark> = facts
        .allergies
        .iter()
        .map(|allergy| {
            let what = if allergy.substance.is_empty() {
                words::from_code(&allergy.kind)
            } else {
                allergy.substance.clone()
            };
            let mut text = what;
            if !allergy.reaction.is_empty() {
                text = format!("{text}: {}", allergy.reaction);
            }
            if let Some(year) = allergy.year {
                text = format!("{text}, {year}");
            }
            if !allergy.severity.is_empty() {
                text = format!("{text} ({})", allergy.severity);
            }
            let tone = match allergy.severity.as_str() {
                "mild" => "review",
                _ => "blocked",
            };
            mark(tone, "Allergy", text)
        })
        .collect();
    all.sort_by_key(|mark| mark.tone);
    all
}

/// Medicines against clotting, by their ATC group.
fn anticoagulant(patient: &Patient) -> BannerMark {
    let facts = &patient.facts;
    let names: Vec<String> = facts
        .medicines
        .iter()
        .filter(|medicine| medicine.atc.starts_with("B01A"))
        .map(|medicine| {
            format!("{} {}", medicine.inn, medicine.dose)
                .trim()
                .to_owned()
        })
        .collect();
    match (names.is_empty(), facts.medicines_asked) {
        (false, _) => mark("review", "Against clotting", names.join(", ")),
        (true, true) => mark("quiet", "Against clotting", "none in the list"),
        (true, false) => mark("review", "Against clotting", "medicines not recorded"),
    }
}

fn pregnancy(patient: &Patient) -> BannerMark {
    if patient.sex == Sex::Male {
        return mark("quiet", "Pregnancy", "not applicable");
    }
    match &patient.facts.pregnancy {
        None => mark("review", "Pregnancy", "not asked"),
        Some(said) => match said.status.as_str() {
            "pregnant" => {
                let weeks = said
                    .gestation_weeks
                    .map(|weeks| format!(", {weeks} weeks"))
                    .unwrap_or_default();
                mark("blocked", "Pregnancy", format!("pregnant{weeks}"))
            }
            "not_pregnant_stated" => mark("quiet", "Pregnancy", "not pregnant, as she said"),
            "not_possible" => mark("quiet", "Pregnancy", "not possible"),
            "not_asked" => mark("review", "Pregnancy", "not asked"),
            _ => mark("review", "Pregnancy", "not known"),
        },
    }
}

fn consent(case: &Case) -> BannerMark {
    match &case.consent {
        ConsentState::NotTaken => mark("review", "Consent", "not taken"),
        ConsentState::Given(given) => {
            mark("quiet", "Consent", format!("given, {}", given.by.shown()))
        }
        ConsentState::Declined(_) => mark("blocked", "Consent", "declined"),
        ConsentState::Withdrawn(_) => mark("blocked", "Consent", "withdrawn"),
    }
}
