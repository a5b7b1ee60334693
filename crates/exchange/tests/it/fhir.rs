//! FHIR R4 Bundles: the worked cases as Bundles, what is not understood, what is malformed, other people's files.

mod from_case_file;
mod outside;
mod questions;
mod worked_cases;

use exchange::fhir::{Reading, read_bundle};
use jiff::civil::DateTime;
use serde_json::Value;
use std::collections::BTreeMap;
use testkit::shipped_rules::rule_book;
use workflow::Site;
use workflow::plan_request::{PlanRequest, RequestRefused, answer, write_answers};
use workflow::site::ChartCodes;

type Read = Result<Vec<Result<PlanRequest, RequestRefused>>, String>;

/// A site with a zone and tables of one row each.
pub fn site() -> Site {
    let key = |code: &str| ("http://snomed.info/sct".to_owned(), code.to_owned());
    let id = |id: &str| model::ProcedureId::new(id).unwrap();
    Site {
        zone: jiff::tz::TimeZone::get("Europe/Helsinki").ok(),
        procedure_codes: BTreeMap::from([(key("1"), id("thyroid_fna"))]),
        chart_codes: ChartCodes {
            shared_procedures: BTreeMap::from([(key("2"), [id("thyroid_fna"), id("tips")].into())]),
            conditions: BTreeMap::from([(key("44054006"), "type_2_diabetes".to_owned())]),
            allergies: BTreeMap::from([(key("91936005"), "penicillin".to_owned())]),
        },
        ..Site::unconfigured()
    }
}

pub fn read(bundle: &Value, at: &str) -> Read {
    let reading = Reading {
        rules: rule_book(),
        site: &site(),
        now: jiff::Timestamp::UNIX_EPOCH,
        at: at.parse::<DateTime>().ok(),
    };
    read_bundle(bundle.to_string().as_bytes(), &reading).map_err(|refused| refused.to_string())
}

/// The plans as the command prints them.
pub fn plans(bundle: &Value, at: &str) -> Vec<Value> {
    let answers = answer(read(bundle, at).unwrap(), rule_book());
    let json: Value = serde_json::from_str(&write_answers(&answers, rule_book())).unwrap();
    json["plans"].as_array().unwrap().clone()
}
