//! What holds for every plan. A case that breaks a law is made as small as it can be before it is printed; such cases then
//! become tests with a name in `law_cases.rs`.

use crate::oracle::{booking, facts, plan_of};
use crate::plan_json::plan_value;
use jiff::ToSpan;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use knowledge::medicine::Action;
use model::{Gate, Urgency};
use preparation::{Plan, Section};
use proptest::prelude::*;
use std::sync::OnceLock;
use testkit::chance::Chance;
use testkit::preparation_oracle::generate::{Choice, choices, person};
use testkit::preparation_oracle::person::Person;
use testkit::preparation_oracle::tables::Tables;
use testkit::shipped_rules::{files, rule_book};

fn made(number: u64) -> Person {
    static TABLES: OnceLock<(Tables, Vec<Choice>)> = OnceLock::new();
    let (tables, choices) = TABLES.get_or_init(|| {
        let tables = Tables::read(&files());
        let choices = choices(&tables);
        (tables, choices)
    });
    person(tables, choices, 7, number).person
}

/// A law: nothing, or what is wrong.
type Law = fn(&Person) -> Option<String>;

/// Ends the test with the smallest case that still breaks the law.
fn hold(law: Law, person: &Person) {
    if law(person).is_none() {
        return;
    }
    let small = shrunk(law, person.clone());
    panic!("{}\n{small:#?}", law(&small).unwrap_or_default());
}

fn shrunk(law: Law, mut person: Person) -> Person {
    loop {
        let smaller = smaller(&person).into_iter().find(|one| law(one).is_some());
        match smaller {
            Some(one) => person = one,
            None => return person,
        }
    }
}

/// Everything that is one step simpler.
fn smaller(person: &Person) -> Vec<Person> {
    let mut all = Vec::new();
    macro_rules! without_one {
        ($($list:ident),+) => {$(
            for at in 0..person.$list.len() {
                let mut one = person.clone();
                one.$list.remove(at);
                all.push(one);
            }
        )+};
    }
    without_one!(conditions, medicines, values, allergies, intakes);
    for (at, medicine) in person.medicines.iter().enumerate() {
        for time in 0..medicine.times.len() {
            let mut one = person.clone();
            one.medicines[at].times.remove(time);
            all.push(one);
        }
        if !medicine.indication.is_empty() {
            let mut one = person.clone();
            one.medicines[at].indication = String::new();
            all.push(one);
        }
    }
    let mut change = |differs: bool, change: fn(&mut Person)| {
        if differs {
            let mut one = person.clone();
            change(&mut one);
            all.push(one);
        }
    };
    change(person.contrast.is_some(), |one| one.contrast = None);
    change(person.access.is_some(), |one| one.access = None);
    change(person.sheath.is_some(), |one| one.sheath = None);
    change(person.inpatient, |one| one.inpatient = false);
    change(person.companion != Some(true), |one| {
        one.companion = Some(true)
    });
    change(person.female, |one| one.female = false);
    change(person.zone != "Europe/Helsinki", |one| {
        one.zone = "Europe/Helsinki".to_owned()
    });
    let local = Some("local".to_owned());
    change(person.anaesthesia != local, |one| {
        one.anaesthesia = Some("local".to_owned())
    });
    all
}

/// 0 is the strictest gate.
fn rank(gate: Gate) -> u8 {
    match gate {
        Gate::OverrideRequired => 0,
        Gate::Blocked => 1,
        Gate::Review => 2,
        Gate::Pending => 3,
        Gate::Ready => 4,
    }
}

fn has(plan: &Plan, code: &str) -> bool {
    let all = plan
        .blockers
        .iter()
        .chain(&plan.reviews)
        .chain(&plan.bypassed);
    all.into_iter().any(|reason| reason.code == code)
}

fn missed(plan: &Plan) -> bool {
    has(plan, "hold_interval_not_reachable") || has(plan, "hold_not_followed")
}

fn exists(at: DateTime, zone: &TimeZone) -> bool {
    let offset = zone.to_ambiguous_timestamp(at).offset();
    !matches!(offset, AmbiguousOffset::Gap { .. })
}

/// Team decisions, which may end as time goes by.
fn team(plan: &Plan) -> Vec<&str> {
    let all = plan.reviews.iter().map(|reason| reason.rule.as_str());
    all.filter(|rule| rule.starts_with("team/")).collect()
}

fn a_later_appointment_makes_no_missed_hold_appear(person: &Person) -> Option<String> {
    if person.urgency == "emergency" {
        return None;
    }
    let before = plan_of(person);
    for hours in [1, 5, 24, 48, 24 * 7, 24 * 40] {
        let mut later = person.clone();
        later.appointment = later.appointment.saturating_add(hours.hours());
        let zone = TimeZone::get(&later.zone).unwrap();
        if zone
            .to_ambiguous_timestamp(later.appointment)
            .is_ambiguous()
        {
            continue;
        }
        let after = plan_of(&later);
        let ended = team(&before)
            .iter()
            .any(|rule| !team(&after).contains(rule));
        // A creatinine that is too old says nothing in the last 24 hours, and before that it does: a plan whose date rests on
        // it is a question at the earlier appointment already.
        let unknown = has(&before, "lab_stale_creatinine");
        if !ended && !unknown && missed(&after) && !missed(&before) {
            return Some(format!("{hours} h later a hold is missed"));
        }
    }
    None
}

fn one_more_medicine_opens_no_gate(person: &Person) -> Option<String> {
    let (last, fewer) = person.medicines.split_last()?;
    let same_name = fewer
        .iter()
        .any(|one| one.inn == last.inn && one.atc != last.atc);
    if same_name {
        // A second line of the same medicine is not another one.
        return None;
    }
    let mut without = person.clone();
    without.medicines.pop();
    let (more, less) = (plan_of(person), plan_of(&without));
    let row_class = |plan: &Plan| {
        plan.labs_due
            .iter()
            .any(|lab| lab.rule.ends_with("vitamin_k_antagonist"))
    };
    let antagonist = ["B01AA03", "B01AA04", "B01AA07"].contains(&last.atc.as_str())
        || [
            "warfarin",
            "acenocoumarol",
            "phenprocoumon",
            "Coumadin",
            "Sintrom",
            "Marcumar",
        ]
        .contains(&last.inn.as_str())
        || row_class(&more) != row_class(&less);
    (!antagonist && rank(more.gate_now) > rank(less.gate_now)).then(|| {
        format!(
            "{:?} with {}, {:?} without",
            more.gate_now, last.inn, less.gate_now
        )
    })
}

fn without_values_no_gate_opens(person: &Person) -> Option<String> {
    let before = plan_of(person);
    for analyte in [
        "inr",
        "platelets",
        "hb",
        "creatinine",
        "fibrinogen",
        "aptt",
        "group_and_screen",
    ] {
        let mut without = person.clone();
        without.values.retain(|value| value.analyte != analyte);
        let after = plan_of(&without);
        let open = after
            .labs_due
            .iter()
            .any(|lab| lab.analyte == analyte && lab.take_from <= person.as_of);
        if open && rank(after.gate_now) > rank(before.gate_now) {
            return Some(format!(
                "{:?} without {analyte}, {:?} with it",
                after.gate_now, before.gate_now
            ));
        }
    }
    None
}

fn every_hold_owes_one_restart(person: &Person) -> Option<String> {
    let plan = plan_of(person);
    for row in &plan.medicines {
        let owed: Vec<_> = plan
            .obligations
            .iter()
            .filter(|one| one.medicine == row.inn)
            .collect();
        let held = matches!(row.action, Action::Hold | Action::HoldFromProcedure);
        let same = plan
            .medicines
            .iter()
            .filter(|other| other.inn == row.inn)
            .count();
        if same != 1 {
            return Some(format!("{} rows of {}", same, row.inn));
        }
        let right = if held {
            owed.len() == 1
                && owed[0].restart_hours_after_end == row.restart_hours_after_end
                && !owed[0].owner.is_empty()
        } else {
            owed.is_empty()
        };
        if !right {
            return Some(format!("{} is {:?} and owes {owed:?}", row.inn, row.action));
        }
    }
    (plan.obligations.len() > plan.medicines.len())
        .then(|| "an obligation without a row".to_owned())
}

fn no_date_where_a_team_decides(person: &Person) -> Option<String> {
    let plan = plan_of(person);
    plan.medicines.iter().find_map(|row| {
        let team = row.action >= Action::DecisionRequired;
        let dated =
            row.last_dose.is_some() || row.restart_hours_after_end.is_some() || row.at.is_some();
        (team && dated).then(|| format!("{row:?}"))
    })
}

fn an_emergency_has_no_blocker_and_others_no_override(person: &Person) -> Option<String> {
    let plan = plan_of(person);
    let emergency = booking(person).urgency == Urgency::Emergency;
    let wrong = if emergency {
        !plan.blockers.is_empty() || plan.gate_now == Gate::Blocked
    } else {
        !plan.bypassed.is_empty() || plan.gate_now == Gate::OverrideRequired
    };
    wrong.then(|| format!("{:?}", plan.gate_now))
}

fn the_gate_is_the_worst_of_its_reasons(person: &Person) -> Option<String> {
    let plan = plan_of(person);
    let decides = plan
        .medicines
        .iter()
        .any(|row| row.action >= Action::DecisionRequired);
    let ready = plan.gate_now == Gate::Ready;
    let open = !plan.blockers.is_empty()
        || !plan.reviews.is_empty()
        || decides
        || !plan.labs_due.is_empty()
        || !plan.fasting.limits.is_empty();
    let later =
        rank(plan.gate_if_completed) < rank(plan.gate_now) && plan.gate_now != Gate::Pending;
    (ready && open || later).then(|| format!("{:?} {:?}", plan.gate_now, plan.gate_if_completed))
}

/// Every clock time of a plan.
fn clock_times(plan: &Plan) -> Vec<DateTime> {
    let rows = plan.medicines.iter();
    let mut all: Vec<DateTime> = rows
        .flat_map(|row| [row.last_dose, row.liquids_only_from, row.at])
        .flatten()
        .collect();
    all.extend(plan.fasting.limits.iter().map(|limit| limit.until));
    all.extend(
        plan.labs_due
            .iter()
            .flat_map(|lab| [lab.take_from, lab.take_until]),
    );
    if let Section::Worked(doses) = &plan.premedication {
        all.extend(doses.iter().map(|dose| dose.at));
    }
    all
}

fn every_clock_time_exists(person: &Person) -> Option<String> {
    // The clocks of Beirut and Havana skip midnight itself.
    for name in [&person.zone, "Asia/Beirut", "America/Havana"] {
        let mut here = person.clone();
        here.zone = name.to_owned();
        let zone = TimeZone::get(name).unwrap();
        let plain = |at: DateTime| !zone.to_ambiguous_timestamp(at).is_ambiguous();
        if !plain(here.appointment) || !plain(here.as_of) {
            continue;
        }
        let plan = plan_of(&here);
        if let Some(at) = clock_times(&plan)
            .into_iter()
            .find(|at| !exists(*at, &zone))
        {
            return Some(format!("{at} is not on the clocks of {name}"));
        }
        let stop = plan
            .medicines
            .iter()
            .find_map(|row| row.last_dose.filter(|at| !plain(*at)));
        if let Some(at) = stop {
            return Some(format!("{at} is twice on the clocks of {name}"));
        }
    }
    None
}

fn printed(plan: &Plan) -> String {
    plan_value("one", plan).to_string()
}

/// The same lists in another order.
fn shuffled(person: &Person, seed: u64) -> Person {
    fn shuffle<T>(list: &mut [T], chance: &mut Chance) {
        for at in (1..list.len()).rev() {
            list.swap(at, chance.below(at + 1));
        }
    }
    let mut chance = Chance::new(seed);
    let mut other = person.clone();
    shuffle(&mut other.conditions, &mut chance);
    shuffle(&mut other.medicines, &mut chance);
    shuffle(&mut other.values, &mut chance);
    shuffle(&mut other.allergies, &mut chance);
    shuffle(&mut other.intakes, &mut chance);
    for medicine in &mut other.medicines {
        shuffle(&mut medicine.times, &mut chance);
    }
    other
}

fn the_order_of_the_lists_has_no_meaning(person: &Person) -> Option<String> {
    let mut crowded = person.clone();
    // Two values of one moment, and one line of medicine twice.
    if let Some(mut twin) = crowded.values.first().cloned() {
        twin.number = twin.number.map(|number| number * 1.5);
        crowded.values.push(twin);
    }
    if let Some(mut twin) = crowded.medicines.first().cloned() {
        twin.dose = "2".to_owned();
        twin.times = vec!["12:00".to_owned()];
        crowded.medicines.push(twin);
    }
    let first = printed(&plan_of(&crowded));
    (0..4).find_map(|seed| {
        let other = printed(&plan_of(&shuffled(&crowded, seed)));
        (other != first).then(|| format!("{first}\n{other}"))
    })
}

fn the_same_bytes_on_every_run_and_thread(person: &Person) -> Option<String> {
    let first = printed(&plan_of(person));
    let others: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| printed(&plan_of(person))))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    others.into_iter().find(|other| *other != first)
}

fn two_procedures_are_at_least_as_strict_as_each(person: &Person, other: &Person) {
    let mut both = booking(person);
    both.procedures.extend(booking(other).procedures);
    let zone = TimeZone::get(&person.zone).unwrap();
    let plan = |booking: &preparation::Booking| {
        let rules = rule_book();
        preparation::plan(&facts(person), booking, rules, person.as_of, &zone).unwrap()
    };
    let (one, two) = (plan(&booking(person)), plan(&both));
    assert!(two.bleeding_class >= one.bleeding_class);
    both.procedures.reverse();
    assert_eq!(
        printed(&plan(&both)),
        printed(&two),
        "the order of the procedures"
    );
}

/// `PROPTEST_CASES` says how many; nothing is written beside the source.
fn without_files() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

macro_rules! laws {
    ($($law:ident),+ $(,)?) => {$(
        proptest! {
            #![proptest_config(without_files())]
            #[test]
            fn $law(number in 0_u64..1_000_000_000) {
                hold(super::$law, &made(number));
            }
        }
    )+};
}

mod law {
    use super::{hold, made, without_files};
    use proptest::prelude::*;

    laws!(
        a_later_appointment_makes_no_missed_hold_appear,
        one_more_medicine_opens_no_gate,
        without_values_no_gate_opens,
        every_hold_owes_one_restart,
        no_date_where_a_team_decides,
        an_emergency_has_no_blocker_and_others_no_override,
        the_gate_is_the_worst_of_its_reasons,
        every_clock_time_exists,
        the_order_of_the_lists_has_no_meaning,
        the_same_bytes_on_every_run_and_thread,
    );
}

proptest! {
    #![proptest_config(without_files())]
    #[test]
    fn a_second_procedure_never_lowers_the_class(one in 0_u64..1_000_000, other in 0_u64..1_000_000) {
        two_procedures_are_at_least_as_strict_as_each(&made(one), &made(other));
    }
}
