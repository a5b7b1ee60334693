//! The calendar file: every dated line of the page, in the hospital's zone, across the change of the clocks.

use crate::plans;
use jiff::civil::date;
use letters::patient_plan::*;
use letters::{Language, calendar, sentences};

fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n ", "")
        .split("\r\n")
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_line_of_the_page_stands_in_the_calendar_at_its_time() {
    for language in Language::ALL {
        let plan = plans::biopsy();
        let text = calendar(&plan, *language).unwrap();
        let said = sentences(&plan, *language).unwrap();
        let lines = lines(&text);
        let expected: usize = said.days.iter().map(|day| day.lines.len()).sum();
        let events = lines.iter().filter(|line| *line == "BEGIN:VEVENT");
        assert_eq!(events.count(), expected, "{language:?}");
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
        for (start, summary) in [
            (
                "DTSTART;TZID=Europe/Helsinki:20270311T080000",
                said.days[3]
                    .lines
                    .iter()
                    .find(|line| line.kind == letters::plan_words::LineKind::Arrive),
            ),
            ("DTSTART;VALUE=DATE:20270309", said.days[1].lines.first()),
        ] {
            let at = lines.iter().position(|line| line == start).unwrap();
            let event = &lines[at..at + 2];
            let words = summary.unwrap().text.replace(',', "\\,");
            assert_eq!(event[1], format!("SUMMARY:{words}"));
        }
        let place = lines
            .iter()
            .find(|line| line.starts_with("LOCATION:"))
            .unwrap();
        assert_eq!(place, "LOCATION:Imaging unit\\, 1st floor\\, entrance C");
    }
}

#[test]
fn the_zone_is_spelled_out_with_the_change_that_falls_into_the_plan() {
    let mut plan = plans::biopsy();
    plan.appointment.arrive_at = plans::at(date(2027, 3, 29), 8, 0);
    plan.appointment.starts_at = None;
    plan.steps = vec![Ruled::approved(Instruction::Shower(date(2027, 3, 27)))];
    let lines = lines(&calendar(&plan, Language::English).unwrap());
    let begin = lines
        .iter()
        .position(|line| line == "BEGIN:VTIMEZONE")
        .unwrap();
    let end = lines
        .iter()
        .position(|line| line == "END:VTIMEZONE")
        .unwrap();
    assert_eq!(
        lines[begin + 1..end],
        [
            "TZID:Europe/Helsinki",
            "BEGIN:STANDARD",
            "DTSTART:20261025T040000",
            "TZOFFSETFROM:+0300",
            "TZOFFSETTO:+0200",
            "TZNAME:EET",
            "END:STANDARD",
            "BEGIN:DAYLIGHT",
            "DTSTART:20270328T030000",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0300",
            "TZNAME:EEST",
            "END:DAYLIGHT",
        ]
    );
}

#[test]
fn nothing_that_a_patient_may_not_read_stands_in_the_calendar() {
    let text = calendar(&plans::nothing_approved(), Language::English).unwrap();
    assert!(
        !text.contains("apixaban") && !text.contains("T030000"),
        "{text}"
    );
    assert_eq!(
        lines(&text)
            .iter()
            .filter(|line| *line == "BEGIN:VEVENT")
            .count(),
        2
    );
}
