//! Sentences 1 (conditions) and 25 to 30.

use super::dates::calendar_days;
use super::expect::{Findings, View};
use super::tables::{number, tables, text, whole};
use jiff::civil::DateTime;
use std::collections::BTreeMap;

/// 1: the names of the README.
const CONDITIONS: &str = "acs acute_dvt acute_mesenteric_ischaemia antiphospholipid_syndrome ascites \
    benign_biliary_stricture bile_leak breastfeeding chronic_liver_disease_child_pugh_a \
    chronic_liver_disease_child_pugh_b chronic_liver_disease_child_pugh_c claudication copd coronary_balloon \
    coronary_bms coronary_des critical_limb_ischaemia diverticular_abscess gi_bleed hysterectomy \
    intracardiac_thrombus kidney_transplant lvad malignant_ascites malignant_biliary_obstruction \
    mechanical_heart_valve obstructed_kidney obstructive_pyelonephritis ovarian_cancer_on_therapy \
    pacemaker_mr_unsafe pancreatic_mass peripheral_arterial_disease pleural_effusion postmenopausal \
    postoperative_abscess pregnant raised_transaminases renal_artery_stenosis renovascular_hypertension \
    rheumatic_mitral_stenosis severe_thrombophilia single_kidney stroke_tia suspected_lymphoma type_1_diabetes \
    type_2_diabetes ureteric_obstruction urosepsis_shock vte";

pub(super) fn conditions(view: &View, findings: &mut Findings) {
    let starts = [
        "af_cha2ds2vasc_",
        "haemodialysis_",
        "on_",
        "postoperative_day_",
    ];
    let unknown = view.conditions.iter().any(|name| {
        !CONDITIONS.split_whitespace().any(|known| known == name)
            && !starts.iter().any(|start| name.starts_with(start))
    });
    if unknown {
        findings.review("condition_not_identified");
    }
}

/// 28 and 29.
pub(super) fn escort_and_allergy(view: &View, findings: &mut Findings) {
    let person = view.person;
    let adult = !view.child();
    if adult && !person.inpatient && view.sedated && person.companion != Some(true) {
        findings.block("no_escort", false);
    }
    let names = |kind: &str| person.allergies.iter().any(|allergy| allergy.kind == kind);
    if names("local_anaesthetic_ester")
        && names("local_anaesthetic_amide")
        && view.anaesthesia != "ga"
    {
        findings.block("allergy_all_local_anaesthetics", false);
    }
}

/// 30.
pub(super) fn fasting(view: &View) -> (String, BTreeMap<String, DateTime>) {
    let mut limits = BTreeMap::new();
    if view.emergency {
        return ("not_applied".to_owned(), limits);
    }
    if !view.sedated {
        return ("none".to_owned(), limits);
    }
    let age = view.person.age;
    let child = age.is_some_and(|age| age.floor() <= 15.0);
    let id = if child { "esaic2022" } else { "asa2017_2023" };
    let Some(table) = view.tables.fasting.get(id) else {
        return (String::new(), limits);
    };
    for limit in tables(table, "limit") {
        let young = number(&limit, "below_age_years");
        let applies = young.is_none_or(|below| age.is_some_and(|age| age < below));
        if let Some(hours) = whole(&limit, "hours").filter(|_| applies) {
            let until = view.zone.hours_before(view.person.appointment, hours);
            limits.insert(text(&limit, "food"), until);
        }
    }
    (text(table, "scheme"), limits)
}

/// 25: 0 no allergy, 1 mild, 2 moderate, 3 severe.
fn grade(severity: &str, reaction: &str) -> u8 {
    match severity {
        "mild" => return 1,
        "moderate" => return 2,
        "severe" => return 3,
        _ => {}
    }
    // The words of contrast.toml, each whole; what is not found there is severe.
    let words: [(&str, u8); 12] = [
        ("limited urticaria", 1),
        ("sneezing", 1),
        ("scratchy throat", 1),
        ("conjunctivitis", 1),
        ("diffuse urticaria", 2),
        ("diffuse erythema, stable vital signs", 2),
        ("facial oedema without dyspnoea", 2),
        ("wheeze, mild or no hypoxia", 2),
        ("nausea", 0),
        ("warmth", 0),
        ("erythema with hypotension", 3),
        ("anaphylactic shock", 3),
    ];
    let found = words.iter().find(|(words, _)| *words == reaction);
    found.map_or(3, |(_, grade)| *grade)
}

fn worst(view: &View, kind: &str) -> u8 {
    let all = view
        .person
        .allergies
        .iter()
        .filter(|allergy| allergy.kind == kind);
    all.map(|allergy| grade(&allergy.severity, &allergy.reaction))
        .max()
        .unwrap_or(0)
}

pub(super) fn premedication(view: &View, findings: &mut Findings) -> Vec<(String, i64, DateTime)> {
    let iodine = if view.iodine_in_vessel {
        worst(view, "iodinated_contrast")
    } else {
        0
    };
    let gadolinium = if view.gadolinium_in_vessel {
        worst(view, "gadolinium_contrast")
    } else {
        0
    };
    if iodine.max(gadolinium) == 3 {
        findings.review("contrast_severe_prior_reaction");
    }
    if iodine != 2 {
        return Vec::new();
    }
    let left = view.start() - view.now();
    let hours = |hours: i64| left >= hours * 60;
    let id = if view.child() {
        match (hours(13), hours(5)) {
            (true, _) => "child_elective",
            (_, true) => "child_accelerated",
            _ => "child_antihistamine_only",
        }
    } else {
        match (hours(13), hours(12), hours(4)) {
            (true, _, _) => "acr_elective_prednisone",
            (_, true, _) => "acr_elective_methylprednisolone",
            (_, _, true) => "acr_accelerated_iv",
            _ => "acr_antihistamine_only",
        }
    };
    let mut doses = Vec::new();
    for step in view
        .tables
        .premedication
        .get(id)
        .map(|table| tables(table, "step"))
        .unwrap_or_default()
    {
        let by_weight = number(&step, "dose_mg_per_kg").zip(view.person.weight);
        let most = number(&step, "max_mg").unwrap_or(f64::INFINITY);
        let Some(mg) =
            number(&step, "dose_mg").or(by_weight.map(|(dose, kg)| (dose * kg).min(most)))
        else {
            continue;
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "tenths of a few milligrams"
        )]
        let tenths = (mg * 10.0).round() as i64;
        let mut add = |at: DateTime| doses.push((text(&step, "drug"), tenths, at));
        if let Some(every) = whole(&step, "from_now_every_hours") {
            let mut at = view.now();
            while at < view.start() {
                add(view.zone.wall(at));
                at += every * 60;
            }
        } else if let Some(before) = whole(&step, "hours_before") {
            let at = view.zone.hours_before(view.person.appointment, before);
            add(at.max(view.person.as_of));
        }
    }
    doses.sort();
    doses
}

/// 26 and 27.
pub(super) fn pregnancy(view: &View, findings: &mut Findings) -> String {
    let person = view.person;
    let x_ray = ["CT", "XA", "MG"];
    let booked = |codes: &[&str]| {
        person
            .modality
            .iter()
            .any(|code| codes.contains(&code.as_str()))
    };
    let ionising = match view.procedure.ionising.as_str() {
        "yes" => true,
        "optional" => booked(&x_ray),
        _ => false,
    };
    if !person.female {
        return "not_asked".to_owned();
    }
    let test = super::laboratory::pregnancy_test(view);
    let positive = test.is_some_and(|(positive, _)| positive);
    let pregnant = person.pregnancy.status == "pregnant" || view.has("pregnant") || positive;
    if ionising && pregnant {
        if person.urgency == "elective" {
            findings.block("pregnant_ionising_elective", false);
        } else {
            findings.review("pregnant_ionising");
        }
        return "pregnant_ionising_justification_required".to_owned();
    }
    let (from, until) = (
        view.tables.figure("pregnancy/rules#asked_from_age_years"),
        view.tables.figure("pregnancy/rules#asked_until_age_years"),
    );
    let of_age = person
        .age
        .is_none_or(|age| age.floor() >= from && age.floor() <= until);
    if of_age && view.has("hysterectomy") {
        return "not_asked_hysterectomy".to_owned();
    }
    let menopause = view.has("postmenopausal") && person.age.is_some_and(|age| age >= 50.0);
    if !of_age || menopause || !ionising {
        return "not_asked".to_owned();
    }
    let direct = view.procedure.field == "direct";
    let near = view.procedure.field == "near";
    let families = ["angiography", "angioplasty", "stent", "embolisation"];
    let high_dose =
        direct && (booked(&["CT"]) || families.contains(&view.procedure.family.as_str()));
    let (code, needed) = cycle(view, direct, near, high_dose);
    let hours = if direct { 24 } else { 72 };
    let cleared = test.is_some_and(|(positive, taken)| {
        !positive && view.start() - view.zone.minutes(taken) <= hours * 60
    });
    if needed && !cleared {
        let opens = view.zone.wall(view.start() - hours * 60).max(person.as_of);
        findings
            .labs
            .insert(("hcg_urine".to_owned(), opens, person.appointment));
        if view.start() - view.now() <= hours * 60 {
            findings.block("pregnancy_test_required", true);
        }
    }
    code
}

/// The code, and whether a test is needed.
fn cycle(view: &View, direct: bool, near: bool, high_dose: bool) -> (String, bool) {
    const OVERDUE: &str = "overdue_treat_as_pregnant_until_tested";
    const HIGH_DOSE: &str = "test_required_high_dose";
    let asked = &view.person.pregnancy;
    if asked.status == "refused" {
        return ("refused".to_owned(), direct);
    }
    let Some(lmp) = asked.lmp else {
        let never = asked.status.is_empty() || asked.status == "not_asked";
        let code = match (never || !direct, high_dose) {
            (true, _) => "not_asked",
            (_, true) => HIGH_DOSE,
            _ => OVERDUE,
        };
        return (code.to_owned(), direct);
    };
    let day = calendar_days(lmp, view.person.appointment.date()) + 1;
    match day {
        29.. => (OVERDUE.to_owned(), direct || near),
        11..=28 if high_dose => (HIGH_DOSE.to_owned(), true),
        11..=28 => (format!("asked_lmp_day_{day}_within_28_days"), false),
        _ => (format!("asked_lmp_day_{day}_within_10_days_no_test"), false),
    }
}
