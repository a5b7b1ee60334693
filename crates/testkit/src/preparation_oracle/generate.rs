//! Made-up patients from a seed. The number of the patient chooses the medicine, the bleeding class and the kidney band, so
//! that a run covers every cell; everything else is drawn, with a liking for the edges of the rules.

use super::dates::{Zone, days_earlier};
use super::person::{Allergy, Medicine, Person, Value};
use super::tables::{Procedure, Tables};
use crate::chance::Chance;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, date};

/// A patient, and the cell that it covers.
#[derive(Debug, Clone)]
pub struct Made {
    pub person: Person,
    /// File name of the medicine that the cell is about.
    pub medicine: String,
    pub class: String,
    pub band: &'static str,
    pub family: String,
}

/// Kidney bands, and clearances in them.
const BANDS: [(&str, &[f64]); 5] = [
    ("unknown", &[]),
    ("below 15", &[5.0, 10.0, 14.9]),
    ("15 to 30", &[15.0, 15.1, 22.0, 29.9]),
    ("30 to 50", &[30.0, 30.1, 40.0, 49.9]),
    ("50 and above", &[50.0, 50.1, 70.0, 110.0]),
];

/// One way to write a medicine.
#[derive(Debug, Clone)]
pub struct Choice {
    pub id: String,
    pub class: String,
    pub inn: String,
    pub code: String,
    pub trade: String,
}

/// Every member of every medicine file, the combinations, and some medicines without a rule.
pub fn choices(tables: &Tables) -> Vec<Choice> {
    let mut all = Vec::new();
    for medicine in &tables.medicines {
        let class = medicine
            .rows
            .first()
            .map_or_else(String::new, |row| row.class.clone());
        for member in &medicine.members {
            all.push(Choice {
                id: medicine.id.clone(),
                class: class.clone(),
                inn: member.inn.clone(),
                code: member.codes.first().cloned().unwrap_or_default(),
                trade: member.names.first().cloned().unwrap_or_default(),
            });
        }
    }
    let plain = |id: &str, inn: &str, code: &str| Choice {
        id: id.to_owned(),
        class: "plain".to_owned(),
        inn: inn.to_owned(),
        code: code.to_owned(),
        trade: String::new(),
    };
    for one in &tables.combinations {
        all.push(Choice {
            class: "combination".to_owned(),
            ..plain(&one.code, &one.inn, &one.code)
        });
    }
    for (inn, code) in [
        ("amlodipine", "C08CA01"),
        ("furosemide", "C03CA01"),
        ("gentamicin", "J01GB03"),
        ("methotrexate", "L04AX03"),
        ("mefenamic acid", "M01AG01"),
        ("alteplase", "B01AD02"),
        ("bromocriptine", "A10BX99"),
        ("zzyzx", ""),
    ] {
        all.push(plain("without_rule", inn, code));
    }
    all
}

/// Patient `number` of a run.
pub fn person(tables: &Tables, choices: &[Choice], seed: u64, number: u64) -> Made {
    let mut chance = Chance::new(seed.wrapping_mul(0x1000_0001).wrapping_add(number));
    for _ in 0..4 {
        chance.coin();
    }
    let at = |size: usize, step: u64| usize::try_from(step % size as u64).unwrap_or(0);
    let count = choices.len() as u64;
    let main = &choices[at(choices.len(), number)];
    let class = ["low", "high"][at(2, number / count)];
    let (band, clearances) = BANDS[at(BANDS.len(), number / (2 * count))];
    let procedures: Vec<&Procedure> = tables
        .procedures
        .values()
        .filter(|one| one.class == class)
        .collect();
    let procedure = procedures[chance.below(procedures.len())];
    let mut person = booking(&mut chance, procedure);
    who(&mut chance, &mut person);
    conditions(&mut chance, &mut person);
    medicines(&mut chance, choices, main, &mut person);
    laboratory(&mut chance, &mut person, clearances);
    allergies(&mut chance, &mut person);
    pregnancy(&mut chance, &mut person);
    let large = person.sheath.zip(procedure.high_above_french);
    let high = class == "high" || large.is_some_and(|(sheath, limit)| sheath > limit);
    Made {
        person,
        medicine: main.id.clone(),
        class: if high { "high" } else { "low" }.to_owned(),
        band,
        family: procedure.family.clone(),
    }
}

/// True so many times in a hundred.
fn percent(chance: &mut Chance, percent: usize) -> bool {
    chance.below(100) < percent
}

fn pick<T: Copy>(chance: &mut Chance, all: &[T]) -> T {
    all[chance.below(all.len())]
}

fn one_of(chance: &mut Chance, all: &[&str]) -> String {
    pick(chance, all).to_owned()
}

fn maybe(chance: &mut Chance, in_hundred: usize, all: &[&str]) -> Option<String> {
    percent(chance, in_hundred).then(|| one_of(chance, all))
}

fn whole(chance: &mut Chance, low: i64, high: i64) -> i64 {
    let span = usize::try_from(high - low + 1).unwrap_or(1);
    low + i64::try_from(chance.below(span)).unwrap_or(0)
}

/// The zone, and the days of 2027 on which its clocks change.
const ZONES: [(&str, [(i8, i8); 2]); 3] = [
    ("Europe/Helsinki", [(3, 28), (10, 31)]),
    ("America/New_York", [(3, 14), (11, 7)]),
    ("Australia/Lord_Howe", [(4, 4), (10, 3)]),
];

/// A wall clock time that exists once, the same or two hours earlier.
fn once(zone: &Zone, wall: DateTime) -> DateTime {
    if zone.once(wall) {
        wall
    } else {
        wall.saturating_sub(2.hours())
    }
}

fn booking(chance: &mut Chance, procedure: &Procedure) -> Person {
    let (zone_name, changes) = ZONES[[0, 0, 0, 1, 2][chance.below(5)]];
    let zone = Zone::named(zone_name);
    let day = if percent(chance, 15) {
        let (month, day) = pick(chance, &changes);
        let change: Date = date(2027, month, day);
        days_earlier(change, -whole(chance, 0, 1))
    } else {
        days_earlier(date(2027, 12, 31), whole(chance, 0, 364))
    };
    let hour = pick(chance, &[0_i8, 5, 7, 8, 9, 9, 10, 11, 12, 13, 15, 18]);
    let appointment = once(&zone, day.at(hour, pick(chance, &[0_i8, 0, 15, 30]), 0, 0));
    let hour_minutes = 60;
    let before = match chance.below(4) {
        0 => pick(
            chance,
            &[
                30,
                60,
                239,
                240,
                241,
                299,
                300,
                301,
                719,
                720,
                721,
                779,
                780,
                781,
                1439,
                1440,
                1441,
                72 * hour_minutes - 1,
                72 * hour_minutes,
                72 * hour_minutes + 1,
            ],
        ),
        1 => whole(chance, 60, 5 * 1440),
        _ => whole(chance, 3 * 1440, 35 * 1440),
    };
    let as_of = once(&zone, zone.wall(zone.minutes(appointment) - before));
    let modality = if percent(chance, 30) {
        procedure.modalities.clone()
    } else {
        vec![procedure.modalities[chance.below(procedure.modalities.len())].clone()]
    };
    let sheath = procedure.arterial && percent(chance, 25);
    Person {
        procedure: procedure.id.clone(),
        modality,
        anaesthesia: maybe(
            chance,
            85,
            &["local", "local", "moderate_sedation", "ga", "none"],
        ),
        access: if procedure.arterial {
            maybe(chance, 40, &["femoral", "radial", "brachial", "pedal"])
        } else {
            None
        },
        sheath: sheath.then(|| pick(chance, &[4.0, 6.0, 7.0, 7.5, 8.0])),
        contrast: maybe(
            chance,
            15,
            &["co2", "none", "iohexol", "gadobutrol", "gadodiamide"],
        ),
        urgency: one_of(
            chance,
            &[
                "elective",
                "elective",
                "elective",
                "elective",
                "elective",
                "urgent",
                "emergency",
            ],
        ),
        appointment,
        as_of,
        zone: zone_name.to_owned(),
        ..Person::default()
    }
}

fn who(chance: &mut Chance, person: &mut Person) {
    person.female = chance.coin();
    let age = match chance.below(12) {
        0 => pick(chance, &[0.5, 1.9, 2.0, 8.0, 11.5, 12.0, 15.9, 16.0, 17.9]),
        1 => pick(chance, &[18.0, 49.9, 50.0, 55.0, 55.9, 56.0]),
        _ => {
            let years: u8 = u8::try_from(whole(chance, 18, 95)).unwrap_or(60);
            f64::from(years)
        }
    };
    let kg = |chance: &mut Chance, low: i64, high: i64| {
        f64::from(u8::try_from(whole(chance, low, high)).unwrap_or(70))
    };
    person.age = (!percent(chance, 2)).then_some(age);
    if age < 18.0 {
        person.weight = Some(kg(chance, 6, 70));
        person.height = percent(chance, 80).then(|| kg(chance, 60, 170));
    } else {
        person.weight = (!percent(chance, 4)).then(|| kg(chance, 40, 130));
    }
    person.inpatient = percent(chance, 25);
    person.companion = pick(
        chance,
        &[
            Some(true),
            Some(true),
            Some(true),
            Some(true),
            None,
            Some(false),
        ],
    );
}

/// An event about so many months before the appointment: the day itself, or one beside it.
fn event(chance: &mut Chance, person: &Person, name: &str) -> String {
    let months = pick(chance, &[1, 3, 6, 12]);
    let day = person.appointment.date().saturating_sub(months.months());
    let day = days_earlier(day, whole(chance, -1, 1));
    match chance.below(10) {
        0 => name.to_owned(),
        1 => format!("{name}_{}", day.strftime("%Y-%m")),
        _ => format!("{name}_{day}"),
    }
}

fn conditions(chance: &mut Chance, person: &mut Person) {
    for _ in 0..pick(chance, &[0, 0, 0, 1, 1, 2]) {
        let named = if percent(chance, 50) {
            let name = one_of(
                chance,
                &[
                    "vte",
                    "stroke_tia",
                    "acs",
                    "coronary_des",
                    "coronary_bms",
                    "coronary_balloon",
                ],
            );
            event(chance, person, &name)
        } else {
            one_of(
                chance,
                &[
                    "acute_dvt",
                    "af_cha2ds2vasc_6",
                    "af_cha2ds2vasc_7",
                    "rheumatic_mitral_stenosis",
                    "antiphospholipid_syndrome",
                    "severe_thrombophilia",
                    "lvad",
                    "intracardiac_thrombus",
                    "mechanical_heart_valve",
                    "chronic_liver_disease_child_pugh_a",
                    "chronic_liver_disease_child_pugh_c",
                    "ovarian_cancer_on_therapy",
                    "claudication",
                    "peripheral_arterial_disease",
                    "type_2_diabetes",
                    "single_kidney",
                    "kidney_transplant",
                    "ureteric_obstruction",
                    "haemodialysis_mon_wed_fri",
                    "haemodialysis_tue_thu_sat",
                    "hysterectomy",
                    "postmenopausal",
                    "copd",
                    "hypertension",
                ],
            )
        };
        person.conditions.push(named);
    }
}

fn medicines(chance: &mut Chance, choices: &[Choice], main: &Choice, person: &mut Person) {
    let mut used = vec![main.id.clone()];
    medicine(chance, choices, main, person);
    for _ in 0..pick(chance, &[0, 0, 1, 2]) {
        let other = &choices[chance.below(choices.len())];
        if !used.contains(&other.id) {
            used.push(other.id.clone());
            medicine(chance, choices, other, person);
        }
    }
}

fn times_of(chance: &mut Chance, choice: &Choice) -> Vec<String> {
    let infusion = match choice.class.as_str() {
        "dti_parenteral" | "antiplatelet_iv" => true,
        "heparin" => percent(chance, 50),
        _ => false,
    };
    if infusion {
        return vec!["continuous".to_owned()];
    }
    let heparin = choice.class == "heparin" || choice.class.starts_with("lmwh");
    if heparin && percent(chance, 10) {
        return vec![one_of(
            chance,
            &["dialysis_mon_wed_fri", "dialysis_tue_thu_sat"],
        )];
    }
    let all = one_of(
        chance,
        &[
            "08:00",
            "08:00 20:00",
            "20:00",
            "18:00",
            "09:00",
            "06:00 14:00 22:00",
            "02:30",
            "03:30 15:30",
            "",
            "evening",
            "08:00",
            "08:00 20:00",
            "20:00",
        ],
    );
    all.split_whitespace().map(str::to_owned).collect()
}

fn medicine(chance: &mut Chance, choices: &[Choice], choice: &Choice, person: &mut Person) {
    let dose = match choice.id.as_str() {
        "enoxaparin" => one_of(
            chance,
            &["40 mg", "41 mg", "20 mg", "80 mg", "120 mg", "a syringe"],
        ),
        "tinzaparin" => one_of(
            chance,
            &["3500 IU", "4500 IU", "4501 IU", "14000 IU", "a syringe"],
        ),
        _ => "1".to_owned(),
    };
    let indication = match chance.below(8) {
        0 => "primary_prevention".to_owned(),
        1 => event(chance, person, "pulmonary_embolism"),
        2 => event(chance, person, "peripheral_stent"),
        3 => one_of(
            chance,
            &[
                "mechanical_mitral_valve",
                "atrial_fibrillation",
                "coronary_stent",
            ],
        ),
        4 => one_of(chance, &["primary_prevention", "secondary_prevention"]),
        _ => String::new(),
    };
    let mut written = (choice.inn.clone(), choice.code.clone());
    match chance.below(40) {
        0..=2 => written.1 = String::new(),
        3..=5 if !choice.code.is_empty() => written.0 = String::new(),
        6..=8 if !choice.trade.is_empty() => written.0.clone_from(&choice.trade),
        9 => {
            let other = &choices[chance.below(choices.len())];
            if !other.code.is_empty() {
                written.1.clone_from(&other.code);
            }
        }
        _ => {}
    }
    let (inn, atc) = written;
    let times = times_of(chance, choice);
    let name = if inn.is_empty() { &atc } else { &inn };
    if percent(chance, 25) {
        let at = intake(chance, person, &times);
        person.intakes.push((name.clone(), at));
    }
    let line = Medicine {
        inn,
        atc,
        dose,
        times,
        indication,
    };
    if percent(chance, 6) && line.times.len() == 2 && !line.inn.is_empty() && known(choices, &line)
    {
        // The same medicine on two lines, once without its code.
        let mut second = line.clone();
        second.atc = String::new();
        let mut first = line;
        second.times = first.times.split_off(1);
        person.medicines.push(second);
        person.medicines.push(first);
    } else {
        person.medicines.push(line);
    }
}

/// The name and the code are one medicine.
fn known(choices: &[Choice], line: &Medicine) -> bool {
    choices
        .iter()
        .any(|choice| choice.inn == line.inn && choice.code == line.atc && choice.class != "plain")
}

/// A dose that was taken: on the timetable, a minute after it, or whenever.
fn intake(chance: &mut Chance, person: &Person, times: &[String]) -> DateTime {
    let zone = Zone::named(&person.zone);
    let clock = times.first().and_then(|time| super::dates::clock(time));
    let day = days_earlier(person.as_of.date(), whole(chance, 0, 8));
    let at = match (clock, chance.below(4)) {
        (Some(clock), 0..=1) => day.to_datetime(clock),
        (Some(clock), 2) => day.to_datetime(clock).saturating_add(1.minute()),
        _ => person
            .as_of
            .saturating_sub(whole(chance, 0, 9000).minutes()),
    };
    let at = if at > person.as_of {
        at.saturating_sub(1.day())
    } else {
        at
    };
    once(&zone, at)
}

/// A sample from before the planning, with ages at the edges of the windows.
fn taken(chance: &mut Chance, person: &Person, hours: bool) -> DateTime {
    let zone = Zone::named(&person.zone);
    let recent = person
        .as_of
        .saturating_sub(whole(chance, 1, 3000).minutes());
    let edge = if hours {
        let back = pick(
            chance,
            &[
                3 * 60,
                4 * 60,
                4 * 60 + 1,
                1439,
                1440,
                1441,
                4319,
                4320,
                4321,
            ],
        );
        zone.wall(zone.minutes(person.appointment) - back)
    } else {
        let back = pick(chance, &[6, 7, 8, 29, 30, 31, 89, 90, 91]);
        days_earlier(person.appointment.date(), back).at(7, 30, 0, 0)
    };
    let at = if percent(chance, 55) && edge <= person.as_of {
        edge
    } else {
        recent
    };
    once(&zone, at)
}

fn laboratory(chance: &mut Chance, person: &mut Person, clearances: &[f64]) {
    let inr_hours = percent(chance, 50);
    for analyte in ["inr", "platelets", "hb", "fibrinogen"] {
        if percent(chance, 10) || analyte == "fibrinogen" && percent(chance, 60) {
            continue;
        }
        let odd = percent(chance, 12);
        let (number, unit): (f64, &str) = match (analyte, odd) {
            ("inr", false) => (1.0, pick(chance, &["{INR}", "1", ""])),
            ("inr", true) => (
                pick(
                    chance,
                    &[1.79, 1.8, 1.81, 2.19, 2.2, 2.49, 2.5, 3.0, 3.01, 16.0],
                ),
                pick(chance, &["{INR}", "{INR}", "{INR}", "s"]),
            ),
            ("platelets", false) => (200.0, "10*9/L"),
            ("platelets", true) => pick(
                chance,
                &[
                    (50.0, "10*9/L"),
                    (49.9, "10*9/L"),
                    (30.0, "10*9/L"),
                    (30.1, "10*3/uL"),
                    (20.0, "10*9/L"),
                    (19.9, "10*9/L"),
                    (20_100.0, "/uL"),
                    (200.0, ""),
                ],
            ),
            ("hb", false) => (135.0, "g/L"),
            ("hb", true) => pick(
                chance,
                &[
                    (13.5, "g/dL"),
                    (13.5, "g/L"),
                    (7.0, "mmol/L"),
                    (70.0, "g/L"),
                ],
            ),
            (_, false) => (2.5, "g/L"),
            (_, true) => pick(
                chance,
                &[
                    (100.0, "mg/dL"),
                    (100.1, "mg/dL"),
                    (1.0, "g/L"),
                    (1.01, "g/L"),
                ],
            ),
        };
        let at = taken(chance, person, analyte == "inr" && inr_hours);
        push(person, analyte, number, unit, at);
        if analyte == "platelets" && percent(chance, 15) {
            let earlier = at.saturating_sub(3.days());
            let count = pick(chance, &[399.9, 400.0, 400.1, 60.0]);
            let zone = Zone::named(&person.zone);
            push(person, analyte, count, "10*9/L", once(&zone, earlier));
        }
    }
    if percent(chance, 30) {
        let at = taken(chance, person, true);
        person.values.push(Value {
            analyte: "group_and_screen".to_owned(),
            number: None,
            word: "taken".to_owned(),
            unit: String::new(),
            taken: at,
        });
    }
    creatinine(chance, person, clearances);
}

fn push(person: &mut Person, analyte: &str, number: f64, unit: &str, taken: DateTime) {
    person.values.push(Value {
        analyte: analyte.to_owned(),
        number: Some(number),
        word: String::new(),
        unit: unit.to_owned(),
        taken,
    });
}

/// A creatinine that puts the patient into the band; none, or one that cannot be true, when the band is unknown.
fn creatinine(chance: &mut Chance, person: &mut Person, clearances: &[f64]) {
    let at = taken(chance, person, false);
    if clearances.is_empty() {
        match chance.below(3) {
            0 => push(person, "creatinine", 90.0, "mg/dL", at),
            1 => push(person, "creatinine", 3000.0, "umol/L", at),
            _ => {}
        }
        return;
    }
    let clearance = pick(chance, clearances);
    if percent(chance, 25) {
        // Exact: at 90 years and 1 mg/dL a man clears 50/72 mL/min for each kilogram.
        person.age = Some(90.0);
        person.female = false;
        person.weight = Some(clearance * 1.44);
        push(person, "creatinine", 1.0, "mg/dL", at);
        return;
    }
    let factor = if person.female { 0.85 } else { 1.0 };
    let mg = match (person.age, person.weight) {
        (Some(age), Some(weight)) if age >= 18.0 => {
            (140.0 - age) * weight * factor / (72.0 * clearance)
        }
        _ => 0.9,
    };
    // Off the edge by less than any table sees, so that rounding decides nothing.
    let mg = (mg * 1e4).round() / 1e4 + 0.000_03;
    let (value, unit) = if chance.coin() {
        (mg, "mg/dL")
    } else {
        (mg * 88.4, "umol/L")
    };
    push(person, "creatinine", value, unit, at);
}

fn allergies(chance: &mut Chance, person: &mut Person) {
    let mut add = |kind: &str, substance: &str, reaction: &str, severity: String| {
        person.allergies.push(Allergy {
            kind: kind.to_owned(),
            substance: substance.to_owned(),
            reaction: reaction.to_owned(),
            severity,
        });
    };
    if percent(chance, 20) {
        let severity = one_of(chance, &["mild", "moderate", "moderate", "severe", "", ""]);
        let reaction = one_of(
            chance,
            &[
                "limited urticaria",
                "sneezing",
                "diffuse urticaria",
                "facial oedema without dyspnoea",
                "wheeze, mild or no hypoxia",
                "nausea",
                "warmth",
                "erythema with hypotension",
                "anaphylactic shock",
                "felt strange",
            ],
        );
        let kind = one_of(
            chance,
            &[
                "iodinated_contrast",
                "iodinated_contrast",
                "iodinated_contrast",
                "gadolinium_contrast",
            ],
        );
        add(&kind, "iohexol", &reaction, severity);
    }
    if percent(chance, 5) {
        add("local_anaesthetic_ester", "procaine", "rash", String::new());
    }
    if percent(chance, 5) {
        add(
            "local_anaesthetic_amide",
            "lidocaine",
            "rash",
            String::new(),
        );
    }
}

fn pregnancy(chance: &mut Chance, person: &mut Person) {
    if !person.female {
        return;
    }
    if percent(chance, 30) {
        person.age = Some(pick(chance, &[20.0, 30.0, 40.0]));
    }
    person.pregnancy.status = one_of(
        chance,
        &[
            "",
            "unknown",
            "not_pregnant_stated",
            "not_pregnant_stated",
            "refused",
            "not_asked",
            "pregnant",
        ],
    );
    let day = pick(chance, &[1, 5, 10, 11, 20, 28, 29, 40]);
    let lmp = days_earlier(person.appointment.date(), day - 1);
    if percent(chance, 60) && lmp <= person.as_of.date() {
        person.pregnancy.lmp = Some(lmp);
    }
    if percent(chance, 25) {
        let at = taken(chance, person, true);
        let (number, word) = pick(
            chance,
            &[
                (None, "negative"),
                (None, "negative"),
                (None, "positive"),
                (Some(4.9), ""),
                (Some(5.0), ""),
            ],
        );
        person.values.push(Value {
            analyte: "hcg".to_owned(),
            number,
            word: word.to_owned(),
            unit: if number.is_some() { "[IU]/L" } else { "" }.to_owned(),
            taken: at,
        });
    }
}
