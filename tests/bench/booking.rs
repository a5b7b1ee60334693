//! Cases of the orders that were sent, vetted and booked through the forms of the web door: a full day, then weeks.

use anyhow::{Context, Result, ensure};
use interoperability::folder::Folder;
use interoperability::hospital;
use interoperability::program::{Program, Setup};
use interoperability::staff::{Staff, said};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::ops::Range;
use std::time::Instant;

const WORKERS: usize = 4;
/// Two rooms, twelve slots of half an hour each.
const A_DAY: u32 = 24;

/// The cases to book, in the order in which they are booked.
pub struct Weeks {
    cases: Vec<String>,
    first: DateTime,
}

impl Weeks {
    /// Finds the cases of the first patients; the first day is tomorrow, so that nothing is booked into the past.
    pub fn find(folder: &Folder, setup: &Setup, program: &Program, cases: u32) -> Result<Self> {
        let mut machine = hospital::machine(folder, setup)?;
        let mut found = Vec::new();
        for number in 0..cases {
            let path = format!("/api/cases?patient_id=H{number}");
            let items = hospital::items(&mut machine, program, &path)?;
            let id = items.first().and_then(|case| case.get("id"));
            let id = id.and_then(Value::as_str).with_context(|| path.clone())?;
            found.push(id.to_owned());
        }
        let here = TimeZone::get("Europe/Helsinki")?;
        let today = Timestamp::now().to_zoned_datetime(here).date();
        let first = today.tomorrow()?.at(8, 0, 0, 0);
        Ok(Self {
            cases: found,
            first,
        })
    }

    pub fn first_day(&self, format: &str) -> String {
        self.first.strftime(format).to_string()
    }

    pub fn a_case_page(&self) -> String {
        format!("/cases/{}", self.cases.get(7).map_or("", String::as_str))
    }

    /// Vets and books some of them, several people at once.
    pub fn book(&self, program: &Program, range: Range<u32>) -> Result<Value> {
        let begun = Instant::now();
        let numbers: Vec<u32> = range.collect();
        let http = program.http.as_str();
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..WORKERS)
                .map(|worker| {
                    let own = numbers.iter().skip(worker).step_by(WORKERS);
                    scope.spawn(move || self.work(http, own.copied()))
                })
                .collect();
            for worker in workers {
                worker.join().ok().context("a worker ended")??;
            }
            anyhow::Ok(())
        })?;
        let seconds = begun.elapsed().as_secs_f64();
        let per_second = (numbers.len() as f64 / seconds * 100.0).round() / 100.0;
        Ok(json!({"per_second": per_second, "bookings": numbers.len(), "people": WORKERS}))
    }

    fn work(&self, http: &str, numbers: impl Iterator<Item = u32>) -> Result<()> {
        let mut radiologist = Staff::log_in(http, "radiologist")?;
        let mut coordinator = Staff::log_in(http, "coordinator")?;
        for number in numbers {
            let case = self.cases.get(number as usize).context("no such case")?;
            let protocol = [
                ("modality", "XA"),
                ("bleeding_class", "high"),
                ("access", "lower pole"),
                ("anaesthesia", "local"),
                ("setting", "day_case"),
                ("room_minutes", "30"),
                ("justification", "needed for the diagnosis"),
            ];
            let answer = radiologist.fill_in(&format!("/cases/{case}/do/vet"), &protocol)?;
            ensure!(answer.status == 303, "vetting: {}", said(&answer));
            let (room, start) = self.slot(number)?;
            let booking = [("room", room), ("start", &start), ("minutes", "30")];
            let answer = coordinator.fill_in(&format!("/cases/{case}/do/schedule"), &booking)?;
            ensure!(answer.status == 303, "booking: {}", said(&answer));
        }
        Ok(())
    }

    fn slot(&self, number: u32) -> Result<(&'static str, String)> {
        let room = if number.is_multiple_of(2) {
            "Angio 1"
        } else {
            "CT 1"
        };
        let day = SignedDuration::from_hours(24 * i64::from(number / A_DAY));
        let slot = SignedDuration::from_mins(30 * i64::from(number % A_DAY / 2));
        let start = self.first.checked_add(day)?.checked_add(slot)?;
        Ok((room, start.strftime("%Y-%m-%dT%H:%M").to_string()))
    }
}
