//! Cumulative, continued, repeated, out of order: the irradiation event decides.
// hazard: H-103

use crate::fixture::{plain_event, stated};
use dose::report::{Device, EventKind, Plane, PlaneTotals, ReferencePoint, Report};
use dose::study::{Study, join};
use dose::{Kind, Trust};
use jiff::civil::datetime;
use model::{Gray, GraySquareMetre, Seconds};

/// A report of these events at a minute; its totals are those of its events.
fn report(sop: &str, minute: i8, events: &[u32]) -> Report {
    let events: Vec<_> = events
        .iter()
        .map(|n| {
            let mut event = plain_event(&format!("1.2.{n}"));
            event.started = Some(datetime(2026, 3, 2, 9, i8::try_from(*n).unwrap(), 0, 0));
            event.duration = Some(stated(Seconds(10.0), Seconds(1.0)));
            event
        })
        .collect();
    let n = events.len() as f64;
    let plane = PlaneTotals {
        plane: Plane::Single,
        ka_r: Some(stated(Gray(n), Gray(0.1))),
        ka_r_fluoroscopy: None,
        ka_r_acquisition: None,
        pka: Some(stated(GraySquareMetre(0.01 * n), GraySquareMetre(0.001))),
        pka_fluoroscopy: None,
        pka_acquisition: None,
        fluoroscopy: Some(stated(Seconds(10.0 * n), Seconds(1.0))),
        acquisition: None,
        agd: Vec::new(),
        reference_point: ReferencePoint::NotStated,
        source_to_reference_point: None,
    };
    Report {
        sop_instance_uid: sop.into(),
        study_uid: "1.2.3".into(),
        device: Device::default(),
        kind: Kind::Projection,
        trust: Trust::Report,
        written: Some(datetime(2026, 3, 2, 10, minute, 0, 0)),
        utc_offset: String::new(),
        planes: vec![plane],
        dlp_total: None,
        events_stated: None,
        events,
        ct_events: Vec::new(),
        findings: Vec::new(),
    }
}

fn only(reports: &[Report]) -> Study {
    let mut studies = join(reports);
    assert_eq!(studies.len(), 1);
    studies.remove(0)
}

fn check(reports: &[Report], events: usize, kept: &[&str]) {
    let study = only(reports);
    assert_eq!(study.events.len(), events);
    assert_eq!(study.totals.ka_r, Some(Gray(events as f64)));
    assert_eq!(study.summed.ka_r, Some(Gray(events as f64)));
    assert_eq!(
        study.totals.fluoroscopy,
        Some(Seconds(10.0 * events as f64))
    );
    assert_eq!(study.reports, kept);
    let uids: Vec<_> = study.events.iter().map(|e| e.started).collect();
    assert!(uids.is_sorted());
}

#[test]
fn cumulative_reports_in_any_order_count_once() {
    let all = [
        report("a", 1, &[1]),
        report("b", 2, &[1, 2]),
        report("c", 3, &[1, 2, 3]),
        report("d", 4, &[1, 2, 3, 4]),
    ];
    check(&all, 4, &["d"]);
    for order in [[3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        check(&order.map(|i| all[i].clone()), 4, &["d"]);
    }
}

#[test]
fn a_continued_study_is_added_and_a_repeated_report_is_not() {
    check(
        &[report("a", 1, &[1, 2]), report("b", 9, &[3])],
        3,
        &["a", "b"],
    );
    check(
        &[report("a", 1, &[1, 2]), report("a", 1, &[1, 2])],
        2,
        &["a"],
    );
    // The same events sent again under another SOP instance.
    check(
        &[report("a", 1, &[1, 2]), report("b", 5, &[1, 2])],
        2,
        &["b"],
    );
    // A later report that is smaller than an earlier one loses no dose.
    check(
        &[report("a", 1, &[1, 2, 3]), report("b", 5, &[3])],
        3,
        &["a"],
    );
}

#[test]
fn overlapping_reports_are_united_and_said_so() {
    let study = only(&[report("a", 1, &[1, 2]), report("b", 5, &[2, 3])]);
    assert_eq!(study.events.len(), 3);
    assert_eq!(
        study.totals.ka_r,
        Some(Gray(3.0)),
        "not four: event 2 counts once"
    );
    assert_eq!(study.trust, Trust::EventSum);
    assert!(
        study
            .findings
            .iter()
            .any(|f| f.code == "totals_from_events")
    );
}

#[test]
fn what_one_report_does_not_state_stays_unknown() {
    let mut silent = report("b", 5, &[3]);
    silent.planes[0].ka_r = None;
    let study = only(&[report("a", 1, &[1, 2]), silent]);
    assert_eq!(study.totals.ka_r, None);
    assert_eq!(study.totals.pka, Some(GraySquareMetre(0.03)));
    assert_eq!(study.summed.ka_r, Some(Gray(3.0)));
}

#[test]
fn headers_give_way_to_reports_and_other_objects_stay_out() {
    let mut header = report("h", 8, &[9]);
    header.trust = Trust::Header;
    let mut other = report("x", 8, &[7]);
    other.kind = Kind::NotADoseReport;
    let study = only(&[header.clone(), report("a", 1, &[1]), other.clone()]);
    assert_eq!(study.reports, ["a"]);
    assert_eq!(only(&[header]).trust, Trust::Header);
    assert!(join(&[other]).is_empty());
    let mut elsewhere = report("e", 1, &[1]);
    elsewhere.study_uid = "9.9".into();
    assert_eq!(join(&[report("a", 1, &[1]), elsewhere]).len(), 2);
}

#[test]
fn a_plane_without_value_makes_the_total_unknown_only_when_it_was_used() {
    let mut biplane = report("a", 1, &[1]);
    biplane.events[0].plane = Plane::A;
    biplane.planes[0].plane = Plane::A;
    let mut unused = biplane.planes[0].clone();
    unused.plane = Plane::B;
    unused.ka_r = None;
    biplane.planes.push(unused);
    assert_eq!(biplane.stated().ka_r, Some(Gray(1.0)));
    let mut second = biplane.events[0].clone();
    second.plane = Plane::B;
    biplane.events.push(second);
    assert_eq!(biplane.stated().ka_r, None);
    assert_eq!(biplane.summed().ka_r, Some(Gray(2.0)));
}

#[test]
fn differences_are_told_from_rounding() {
    let mut zee = report("a", 1, &[1, 2]);
    for event in &mut zee.events {
        event.ka_r = Some(stated(Gray(0.00031), Gray(0.00001)));
    }
    zee.planes[0].ka_r = Some(stated(Gray(0.00063), Gray(0.00001)));
    let ka_r = |r: &Report| {
        dose::totals::differences(r)
            .into_iter()
            .filter(|d| d.key == "ka_r_gy")
            .count()
    };
    assert_eq!(ka_r(&zee), 0, "half a digit of three numbers");
    zee.planes[0].ka_r = Some(stated(Gray(0.00064), Gray(0.00001)));
    assert_eq!(ka_r(&zee), 1);
    zee.events[0].kind = EventKind::Stationary;
    assert_eq!(zee.summed().fluoroscopy, Some(Seconds(10.0)));
    zee.events[1].duration = None;
    assert_eq!(
        zee.summed().fluoroscopy,
        None,
        "an unknown duration is not zero seconds"
    );
}
