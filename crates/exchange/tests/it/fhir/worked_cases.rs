//! Every worked case of the clinical folder gives the same plan as a Bundle as it gives as a case file.

use super::{from_case_file::bundle, plans};
use serde_json::Value;
use testkit::shipped_rules::rule_book;
use workflow::plan_json::plan_value;

#[path = "../../../../seldinger/src/plan/case_file.rs"]
mod case_file;

/// What only the Bundle's plan has.
const BESIDE: [&str; 4] = ["open_questions", "not_used", "as_of", "time_zone"];

fn check(text: &str, expected_cases: usize) {
    let file: toml::Table = text.parse().unwrap();
    let tables = file
        .get("vignette")
        .or_else(|| file.get("case"))
        .unwrap()
        .as_array()
        .unwrap();
    let cases = case_file::read_case_file(text).unwrap();
    assert_eq!(
        (tables.len(), cases.len()),
        (expected_cases, expected_cases)
    );
    for (table, case) in tables.iter().zip(cases) {
        let case = case.unwrap();
        let plan = preparation::plan(
            &case.facts,
            &case.booking,
            rule_book(),
            case.as_of,
            &case.zone,
        )
        .unwrap();
        let mut expected = plan_value(&case.id, &plan);
        expected.as_object_mut().unwrap().remove("open_questions");
        let at = case.as_of.to_string();
        let mut got = plans(&bundle(table.as_table().unwrap()), &at);
        let mut got = got.remove(0);
        let open = got["open_questions"].clone();
        for key in BESIDE {
            got.as_object_mut().unwrap().remove(key);
        }
        assert_eq!(got, expected, "{}: {open:#}", case.id);
        let asked: Vec<&Value> = open
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["gate"] != "ready")
            .collect();
        assert!(asked.is_empty(), "{}: {asked:?}", case.id);
    }
}

#[test]
fn every_worked_case_gives_its_plan_as_a_bundle_too() {
    let Ok(folder) = std::env::var("SELDINGER_TEST_DATA") else {
        eprintln!("left out: the worked cases as Bundles (SELDINGER_TEST_DATA is not set)");
        return;
    };
    check(
        &std::fs::read_to_string(format!("{folder}/clinical/vignettes.toml")).unwrap(),
        28,
    );
}

#[test]
fn a_case_with_everything_in_it_gives_the_same_plan_both_ways() {
    let text = r#"
        [[case]]
        id = "all"
        as_of = 2027-03-25T10:00:00
        [case.patient]
        age_years = 64
        sex = "F"
        weight_kg = 71.5
        height_cm = 168
        inpatient = true
        companion = false
        conditions = ["type_2_diabetes", "acs_2027-01-20", "haemodialysis_mon_wed_fri", "not_a_name"]
        medications = [
          { inn = "warfarin", atc = "B01AA03", dose = "5 mg", times = ["18:00"], indication = "vte_2027-01-28" },
          { inn = "heparin", atc = "B01AB01", dose = "as written", times = "continuous" },
          { inn = "nobody knows this one", dose = "1 tablet", times = ["08:00"] },
        ]
        labs = [
          { analyte = "inr", value = 2.4, taken_at = 2027-03-24T08:00:00 },
          { analyte = "creatinine", value = 1.3, unit = "mg/dL", taken_at = 2027-03-24T08:00:00 },
          { analyte = "platelets", value = 30000, unit = "/uL", taken_at = 2027-03-24T08:00:00 },
          { analyte = "group_and_screen", value = "taken", taken_at = 2027-03-24T08:00:00 },
        ]
        allergies = [
          { kind = "iodinated_contrast", substance = "iohexol", reaction = "urticaria", severity = "moderate", year = 2019 },
          { kind = "penicillin", substance = "amoxicillin", reaction = "rash" },
        ]
        pregnancy = { status = "not_pregnant_stated", lmp = 2027-03-10 }
        last_intake = [{ drug = "warfarin", at = 2027-03-24T18:00:00 }]
        [case.procedure]
        id = "tips"
        appointment = 2027-03-29T09:00:00
        urgency = "urgent"
        modality = "XA"
        anaesthesia = "ga"
        access = "femoral"
        sheath_f = 10
        contrast = "iodixanol"
    "#;
    check(text, 1);
}
