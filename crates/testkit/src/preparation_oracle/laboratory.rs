//! Sentences 18 to 24.

use super::dates::{calendar_days, days_earlier};
use super::expect::{Findings, Kidneys, View};
use super::medicines::Found;
use super::person::Value;
use super::tables::{number, whole, words};
use jiff::civil::{DateTime, Time};
use toml::Table;

/// The newest value of an analyte.
#[derive(Debug, Clone)]
pub(super) struct Newest {
    pub taken: DateTime,
    /// In the first unit; nothing when it cannot be true or is a word.
    pub number: Option<f64>,
    /// A word that this test gives.
    pub is_word: bool,
}

/// How old a value may be at the appointment.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Window {
    Days(i64),
    Hours(i64),
}

impl Window {
    fn of(request: &Table) -> Self {
        match whole(request, "max_age_hours") {
            Some(hours) => Self::Hours(hours),
            None => Self::Days(whole(request, "max_age_days").unwrap_or(0)),
        }
    }

    fn hours(self) -> i64 {
        match self {
            Self::Days(days) => days * 24,
            Self::Hours(hours) => hours,
        }
    }

    fn opens(self, view: &View) -> DateTime {
        match self {
            Self::Days(days) => {
                days_earlier(view.person.appointment.date(), days).to_datetime(Time::midnight())
            }
            Self::Hours(hours) => view.zone.wall(view.start() - hours * 60),
        }
    }

    fn is_open(self, view: &View) -> bool {
        match self {
            Self::Days(_) => view.person.as_of >= self.opens(view),
            Self::Hours(hours) => view.start() - view.now() <= hours * 60,
        }
    }

    /// 18.
    fn holds(self, view: &View, taken: DateTime) -> bool {
        match self {
            Self::Days(days) => calendar_days(taken.date(), view.person.appointment.date()) <= days,
            Self::Hours(hours) => view.start() - view.zone.minutes(taken) <= hours * 60,
        }
    }
}

fn read(view: &View, value: &Value) -> Option<Newest> {
    let analyte = view.tables.analytes.get(&value.analyte)?;
    let unit = if value.unit.is_empty() {
        &analyte.unitless
    } else {
        &value.unit
    };
    let number = value
        .number
        .zip(analyte.units.get(unit))
        .and_then(|(raw, factor)| {
            // units.toml: mg/dL above 20, or umol/L below 20 from two years on, is another unit.
            let swapped = value.analyte == "creatinine"
                && match unit.as_str() {
                    "mg/dL" => raw > 20.0,
                    _ => raw < 20.0 && view.person.age.is_none_or(|age| age >= 2.0),
                };
            let number = (raw * factor * 1e6).round() / 1e6;
            (!swapped && number >= analyte.min && number <= analyte.max).then_some(number)
        });
    Some(Newest {
        taken: value.taken,
        number,
        is_word: analyte.words.contains(&value.word),
    })
}

fn on_file(view: &View, analyte: &str) -> Vec<Newest> {
    let mut found: Vec<Newest> = view
        .person
        .values
        .iter()
        .filter(|value| value.analyte == analyte && value.taken <= view.person.as_of)
        .filter_map(|value| read(view, value))
        .collect();
    found.sort_by_key(|one| one.taken);
    found
}

pub(super) fn newest(view: &View, analyte: &str) -> Option<Newest> {
    on_file(view, analyte).pop()
}

/// All readable numbers, the newest last.
pub(super) fn numbers(view: &View, analyte: &str) -> Vec<(DateTime, f64)> {
    let all = on_file(view, analyte);
    all.into_iter()
        .filter_map(|one| Some((one.taken, one.number?)))
        .collect()
}

pub(super) fn usable_creatinine(view: &View) -> Option<f64> {
    newest(view, "creatinine")?.number
}

/// 22: every limit of the table that applies.
fn limits<'a>(view: &'a View, analyte: &str) -> impl Iterator<Item = &'a super::tables::Limit> {
    let population = if view.liver() {
        "chronic_liver_disease"
    } else {
        "general"
    };
    let all = view
        .tables
        .analytes
        .get(analyte)
        .map_or(&[][..], |analyte| &analyte.limits);
    all.iter().filter(move |limit| {
        let punctured = |artery: &String| limit.access.contains(artery);
        limit.class == view.class()
            && (limit.population == "any" || limit.population == population)
            && (limit.access.is_empty() || view.artery.as_ref().is_some_and(punctured))
    })
}

pub(super) fn meets_limits(view: &View, analyte: &str, value: f64) -> bool {
    limits(view, analyte).all(|limit| {
        let bound = (limit.value * 1e6).round() / 1e6;
        match limit.op.as_str() {
            "<" => value < bound,
            "<=" => value <= bound,
            ">" => value > bound,
            _ => value >= bound,
        }
    })
}

/// The creatinine that is needed (19, 24).
#[derive(Debug)]
pub(super) struct Creatinine {
    window: Window,
    deadline: i64,
}

impl Creatinine {
    pub fn wanted(view: &View, kidneys: &Kidneys, found: &Found) -> Option<Self> {
        let on_file = newest(view, "creatinine");
        let mut wanted: Vec<(Window, i64)> = Vec::new();
        let last_doses: Vec<_> = found
            .rows
            .iter()
            .filter(|row| row.wants_creatinine)
            .collect();
        if let Some(rule) = view.tables.requests.get("doac_kidney")
            && view.high
            && !last_doses.is_empty()
        {
            let poor = number(rule, "kidneys_poor_below_ml_min")
                .zip(kidneys.crcl)
                .is_some_and(|(limit, crcl)| crcl < limit);
            let days = if poor {
                whole(rule, "max_age_days_if_kidneys_poor")
            } else {
                whole(rule, "max_age_days")
            };
            let limits = last_doses.iter().filter_map(|row| row.limit);
            let first = limits.min().unwrap_or(view.person.appointment);
            wanted.push((Window::Days(days.unwrap_or(0)), view.zone.minutes(first)));
        }
        if let Some(rule) = view.tables.requests.get("contrast_kidney")
            && contrast_asks(view, found)
        {
            let acute = view.person.inpatient || view.person.urgency != "elective";
            let days = if acute {
                whole(rule, "max_age_days_unstable")
            } else {
                whole(rule, "max_age_days")
            };
            wanted.push((Window::Days(days.unwrap_or(0)), view.start()));
        }
        let window = wanted
            .iter()
            .map(|(window, _)| *window)
            .min_by_key(|window| window.hours())?;
        // The new sample is for those that the value on file does not serve.
        let serves = |window: Window| {
            on_file
                .as_ref()
                .is_some_and(|value| value.number.is_some() && window.holds(view, value.taken))
        };
        let open = wanted.iter().filter(|(window, _)| !serves(*window));
        let deadline = open
            .map(|(_, deadline)| *deadline)
            .min()
            .unwrap_or(view.start());
        Some(Self { window, deadline })
    }

    /// Too old, and the latest moment for a new one is at most 24 hours away.
    pub fn is_stale(&self, view: &View) -> bool {
        let too_old =
            newest(view, "creatinine").is_some_and(|one| !self.window.holds(view, one.taken));
        too_old && self.deadline - view.now() <= 24 * 60
    }
}

/// 24.
fn contrast_asks(view: &View, found: &Found) -> bool {
    const RISKS: [&str; 9] = [
        "type_1_diabetes",
        "type_2_diabetes",
        "kidney_transplant",
        "single_kidney",
        "obstructed_kidney",
        "obstructive_pyelonephritis",
        "ureteric_obstruction",
        "renal_artery_stenosis",
        "renovascular_hypertension",
    ];
    let risk = view.dialysis()
        || RISKS.iter().any(|name| view.has(name))
        || found.rows.iter().any(|row| row.metformin);
    view.gadolinium_needs_kidneys || view.iodine_in_vessel && (view.procedure.first_pass || risk)
}

/// What each analyte is needed for; the strictest rule.
fn needed(view: &View, found: &Found) -> Vec<(String, Window)> {
    let requests = &view.tables.requests;
    let mut needed: Vec<(String, Window)> = Vec::new();
    let mut add =
        |analyte: &str, window: Window| match needed.iter_mut().find(|(name, _)| name == analyte) {
            Some((_, old)) if window.hours() < old.hours() => *old = window,
            Some(_) => {}
            None => needed.push((analyte.to_owned(), window)),
        };
    let window = |id: &str| requests.get(id).map_or(Window::Days(0), Window::of);
    let antagonist: Vec<_> = found
        .rows
        .iter()
        .filter(|row| row.vitamin_k_antagonist)
        .collect();
    let decided_by_team = antagonist
        .iter()
        .any(|row| row.action.ends_with("decision_required"));
    // An INR that the team decides about is asked for only inside its 24 h; 18: for the others they are the strictest.
    let inr_by_medicine = !antagonist.is_empty();
    if inr_by_medicine {
        let own = window("vitamin_k_antagonist");
        if !decided_by_team || own.is_open(view) {
            add("inr", own);
        }
    }
    if view.high {
        let id = if view.unstable() {
            "high_unstable"
        } else {
            "high_baseline"
        };
        for analyte in ["inr", "platelets", "hb"] {
            if analyte != "inr" || !inr_by_medicine {
                add(analyte, window(id));
            }
        }
    }
    if view.liver() {
        add("platelets", window("liver_disease"));
        add("fibrinogen", window("liver_disease"));
        let limited = limits(view, "inr").next().is_some();
        if !inr_by_medicine && (view.high || limited) {
            add("inr", window("liver_disease"));
        }
    }
    if found.rows.iter().any(|row| row.infusion_stops) {
        add("aptt", window("stopped_infusion"));
    }
    let blood = requests.get("group_and_screen");
    if blood.is_some_and(|blood| words(blood, "procedures").contains(&view.procedure.id)) {
        add("group_and_screen", window("group_and_screen"));
    }
    needed
}

pub(super) fn judge(
    view: &View,
    found: &Found,
    creatinine: Option<&Creatinine>,
    findings: &mut Findings,
) {
    let needed = needed(view, found);
    for (analyte, window) in &needed {
        one(view, found, analyte, *window, view.start(), findings);
    }
    if let Some(creatinine) = creatinine {
        one(
            view,
            found,
            "creatinine",
            creatinine.window,
            creatinine.deadline,
            findings,
        );
    }
    // 21: on file although nobody asked.
    let window = Window::Days(if view.unstable() { 7 } else { 30 });
    for analyte in ["inr", "platelets", "fibrinogen"] {
        let asked = needed.iter().any(|(name, _)| name == analyte)
            || analyte == "inr" && found.rows.iter().any(|row| row.vitamin_k_antagonist);
        let limited = limits(view, analyte).next().is_some();
        if asked || !limited {
            continue;
        }
        if let Some(value) = newest(view, analyte)
            && window.holds(view, value.taken)
        {
            valid(view, found, analyte, window, view.start(), &value, findings);
        }
    }
}

fn sample(
    view: &View,
    analyte: &str,
    window: Window,
    deadline: i64,
) -> (String, DateTime, DateTime) {
    let from = window.opens(view).max(view.person.as_of);
    (analyte.to_owned(), from, view.zone.wall(deadline))
}

/// 19.
fn one(
    view: &View,
    found: &Found,
    analyte: &str,
    window: Window,
    deadline: i64,
    findings: &mut Findings,
) {
    let due = sample(view, analyte, window, deadline);
    match newest(view, analyte) {
        None => {
            findings.labs.insert(due);
            if window.is_open(view) {
                findings.block(&format!("lab_missing_{analyte}"), true);
            }
        }
        Some(value) if !window.holds(view, value.taken) => {
            findings.labs.insert(due);
            if deadline - view.now() <= 24 * 60 {
                findings.block(&format!("lab_stale_{analyte}"), true);
            }
        }
        Some(value) => valid(view, found, analyte, window, deadline, &value, findings),
    }
}

/// 19 and 20: a value that is young enough.
fn valid(
    view: &View,
    found: &Found,
    analyte: &str,
    window: Window,
    deadline: i64,
    value: &Newest,
    findings: &mut Findings,
) {
    let due = sample(view, analyte, window, deadline);
    if value.is_word {
        return;
    }
    let Some(number) = value.number else {
        findings.labs.insert(due);
        findings.block(&format!("lab_implausible_{analyte}"), true);
        return;
    };
    let own = analyte != "inr" || found.inr_max.is_none_or(|max| number <= max);
    if own && meets_limits(view, analyte, number) {
        return;
    }
    let later = view.person.appointment.date() > view.person.as_of.date();
    if later {
        findings.labs.insert(due);
    }
    findings.block(&format!("lab_out_of_range_{analyte}"), later);
}

/// The newest clear pregnancy test: positive or not, and when.
pub(super) fn pregnancy_test(view: &View) -> Option<(bool, DateTime)> {
    let person = view.person;
    let mut tests: Vec<(DateTime, bool)> = person
        .values
        .iter()
        .filter(|value| value.analyte == "hcg" && value.taken <= person.as_of)
        .filter_map(|value| match (value.word.as_str(), value.number) {
            ("positive", _) => Some((value.taken, true)),
            ("negative", _) => Some((value.taken, false)),
            (_, Some(number)) if value.unit == "[IU]/L" => Some((value.taken, number >= 5.0)),
            _ => None,
        })
        .collect();
    tests.sort_unstable();
    tests.pop().map(|(taken, positive)| (positive, taken))
}
