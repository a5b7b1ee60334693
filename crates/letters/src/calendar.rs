//! The plan as a calendar file (RFC 5545): the appointment and every step, in the hospital's zone, named and spelled
//! out, so that a patient abroad sees the right moment.

use crate::patient_plan::PatientPlan;
use crate::plan_words::{LineKind, PlanWords};
use crate::sentences::sentences;
use crate::words::{Language, WordsError};
use jiff::civil::{Date, Time};
use jiff::tz::{Dst, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// Octets of one line, its end not counted.
const LINE_OCTETS: usize = 75;

/// What the patient's page says day by day, as a calendar. Nothing that the page does not say stands in it.
/// # Errors
/// As [`sentences`].
pub fn calendar(plan: &PatientPlan, language: Language) -> Result<String, WordsError> {
    let words = sentences(plan, language)?;
    let zone = plan.appointment.arrive_at.time_zone().clone();
    let name = zone.iana_name().unwrap_or("UTC").to_owned();
    let mut out = Lines::default();
    out.put("BEGIN", "VCALENDAR");
    out.put("VERSION", "2.0");
    out.put("PRODID", "-//Seldinger//patient plan//EN");
    out.put("METHOD", "PUBLISH");
    time_zone(&mut out, &zone, &name, span_of(plan, &words));
    events(&mut out, plan, &words, &name);
    out.put("END", "VCALENDAR");
    Ok(out.0)
}

/// From the first day of the plan to the end of the last one.
fn span_of(plan: &PatientPlan, words: &PlanWords) -> (Timestamp, Timestamp) {
    let arrive = plan.appointment.arrive_at.timestamp();
    let day = |date: Option<Date>, add: i64| {
        date.and_then(|date| date.checked_add(add.days()).ok())
            .and_then(|date| {
                date.to_zoned_datetime(plan.appointment.arrive_at.time_zone().clone())
                    .ok()
            })
            .map_or(arrive, |at| at.timestamp())
    };
    let first = day(words.days.first().map(|day| day.date), 0);
    let last = day(words.days.last().map(|day| day.date), 1);
    (first.min(arrive), last.max(arrive))
}

fn events(out: &mut Lines, plan: &PatientPlan, words: &PlanWords, zone: &str) {
    let stamp = utc(plan.version.written_at.timestamp());
    for day in &words.days {
        for (index, line) in day.lines.iter().enumerate() {
            out.put("BEGIN", "VEVENT");
            let id = format!("{}-{}-{index}@seldinger", plan.version.case, day.date);
            out.put("UID", &id);
            out.put("SEQUENCE", &plan.version.number.to_string());
            out.put("DTSTAMP", &stamp);
            match line.at {
                Some(at) => out.put(&format!("DTSTART;TZID={zone}"), &local(day.date, at)),
                None => out.put(
                    "DTSTART;VALUE=DATE",
                    &day.date.strftime("%Y%m%d").to_string(),
                ),
            }
            out.put("SUMMARY", &escaped(&line.text));
            if let Some(why) = &line.why {
                out.put("DESCRIPTION", &escaped(why));
            }
            if line.kind == LineKind::Arrive {
                out.put("LOCATION", &escaped(&plan.appointment.place));
            }
            out.put("END", "VEVENT");
        }
    }
}

/// The offsets of the zone over the plan's days: the one in force at the start, then each change.
fn time_zone(out: &mut Lines, zone: &TimeZone, name: &str, (first, last): (Timestamp, Timestamp)) {
    out.put("BEGIN", "VTIMEZONE");
    out.put("TZID", name);
    let at_first = zone.to_offset_info(first);
    let mut before = at_first.offset();
    let begins = zone
        .preceding(first)
        .next()
        .map(|change| change.timestamp());
    let begins = begins.unwrap_or(Timestamp::UNIX_EPOCH);
    let earlier = begins
        .checked_sub(SignedDuration::from_secs(1))
        .map_or(before, |at| zone.to_offset_info(at).offset());
    let abbreviation = at_first.abbreviation().to_owned();
    observance(
        out,
        begins,
        (earlier, before),
        at_first.dst(),
        &abbreviation,
    );
    for change in zone.following(first) {
        if change.timestamp() > last {
            break;
        }
        let offsets = (before, change.offset());
        observance(
            out,
            change.timestamp(),
            offsets,
            change.dst(),
            change.abbreviation(),
        );
        before = change.offset();
    }
    out.put("END", "VTIMEZONE");
}

fn observance(
    out: &mut Lines,
    at: Timestamp,
    (from, to): (Offset, Offset),
    dst: Dst,
    abbreviation: &str,
) {
    let kind = match dst {
        Dst::Yes => "DAYLIGHT",
        Dst::No => "STANDARD",
    };
    out.put("BEGIN", kind);
    // The moment of the change on the clocks of before it.
    let onset = from.to_datetime(at);
    out.put("DTSTART", &local(onset.date(), onset.time()));
    out.put("TZOFFSETFROM", &offset(from));
    out.put("TZOFFSETTO", &offset(to));
    out.put("TZNAME", &escaped(abbreviation));
    out.put("END", kind);
}

fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

fn local(date: Date, time: Time) -> String {
    format!("{}T{}", date.strftime("%Y%m%d"), time.strftime("%H%M%S"))
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// TEXT of RFC 5545, 3.3.11.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace(['\n', '\r'], " ")
}

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// One content line, folded after 75 octets, never inside a character.
    fn put(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if octets + letter.len_utf8() > LINE_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(letter);
            octets += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}
