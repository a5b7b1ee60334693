//! The worked cases of the clinical folder, field by field. They lie outside the repository: without
//! `SELDINGER_TEST_DATA` the test says so and passes.

use crate::case_file::read_case_file;
use crate::plan_json::{Outcome, write_plans};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use testkit::shipped_rules::rule_book;

const EXACT: [&str; 4] = [
    "bleeding_class",
    "pregnancy",
    "gate_now",
    "gate_if_completed",
];
const AS_SETS: [&str; 2] = ["blockers", "reviews"];

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "where the outside data lies is the tester's setting"
)]
fn every_worked_case_gives_its_expected_plan() {
    let Ok(folder) = std::env::var("SELDINGER_TEST_DATA") else {
        eprintln!("left out: the worked cases (SELDINGER_TEST_DATA is not set)");
        return;
    };
    let text = std::fs::read_to_string(format!("{folder}/clinical/vignettes.toml")).unwrap();
    let file: toml::Table = text.parse().unwrap();
    let expected: BTreeMap<String, Value> = file["vignette"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let id = case["id"].as_str().unwrap().to_owned();
            (id, serde_json::to_value(&case["expected"]).unwrap())
        })
        .collect();
    let mut differences = Vec::new();
    for case in read_case_file(&text).unwrap() {
        let case = case.unwrap();
        let rules = rule_book();
        let plan =
            preparation::plan(&case.facts, &case.booking, rules, case.as_of, &case.zone).unwrap();
        let json = write_plans(
            "",
            &[Outcome::Plan {
                id: &case.id,
                plan: &plan,
            }],
        );
        let got: Value = serde_json::from_str(&json).unwrap();
        compare(
            &case.id,
            &expected[&case.id],
            &got["plans"][0],
            &mut differences,
        );
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(expected.len(), 28);
}

fn compare(id: &str, want: &Value, got: &Value, differences: &mut Vec<String>) {
    let mut check = |field: &str, want: String, got: String| {
        if want != got {
            differences.push(format!("{id} {field}: expected {want}, got {got}"));
        }
    };
    for field in EXACT {
        check(field, want[field].to_string(), got[field].to_string());
    }
    for field in AS_SETS {
        check(
            field,
            sorted(&want[field], Value::to_string),
            sorted(&got[field], Value::to_string),
        );
    }
    let analyte = |row: &Value| row["analyte"].to_string();
    check(
        "labs_due",
        sorted(&want["labs_due"], analyte),
        sorted(&got["labs_due"], analyte),
    );
    check(
        "medication_actions",
        sorted(&want["medication_actions"], medicine),
        sorted(&got["medication_actions"], medicine),
    );
    check(
        "fasting",
        fasting(&want["fasting"]),
        fasting(&got["fasting"]),
    );
    if want["premedication"].is_array() {
        check(
            "premedication",
            sorted(&want["premedication"], dose),
            sorted(&got["premedication"], dose),
        );
    }
    for (field, tolerance) in [("crcl_ml_min", 0.1), ("egfr", 0.5)] {
        if let Some(number) = want[field].as_f64() {
            let near = got[field]
                .as_f64()
                .is_some_and(|got| (got - number).abs() <= tolerance);
            check(
                field,
                "near".to_owned(),
                if near {
                    "near".to_owned()
                } else {
                    got[field].to_string()
                },
            );
        }
    }
}

fn sorted(list: &Value, view: impl Fn(&Value) -> String) -> String {
    let mut rows: Vec<String> = list.as_array().unwrap().iter().map(view).collect();
    rows.sort();
    rows.join(" ")
}

fn medicine(row: &Value) -> String {
    let keys = ["inn", "action", "last_dose", "restart_hours_after_end"];
    keys.map(|key| row[key].to_string()).join("|")
}

fn dose(row: &Value) -> String {
    format!(
        "{}|{:.1}|{}",
        row["drug"],
        row["dose_mg"].as_f64().unwrap(),
        row["at"]
    )
}

fn fasting(block: &Value) -> String {
    let kept: Map<String, Value> = block
        .as_object()
        .unwrap()
        .iter()
        .filter(|(key, _)| key.ends_with("_until") || *key == "scheme")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Value::Object(kept).to_string()
}
