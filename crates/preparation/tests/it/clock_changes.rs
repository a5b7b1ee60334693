//! The hours that the clocks skip or repeat, midnight and weekends. In 2027 the clocks change on 28 March (03:00 becomes 04:00)
//! and 31 October (04:00 becomes 03:00) in Helsinki, on 14 March (02:00, 03:00) and 7 November (02:00, 01:00) in New York, on
//! 4 April (02:00 becomes 01:30) and 3 October (02:00 becomes 02:30) on Lord Howe Island.

use crate::patient::{Asked, Patient, at, check, high, low};
use knowledge::medicine::Action;

const ZONES: [&str; 3] = ["Europe/Helsinki", "America/New_York", "Australia/Lord_Howe"];

#[test]
fn a_last_dose_in_the_skipped_hour_moves_to_the_minute_before_it() {
    for ((zone, time, appointment), last) in [
        ((ZONES[0], "03:30", "2027-04-03T09:00"), "2027-03-28T02:59"),
        ((ZONES[1], "02:30", "2027-03-20T09:00"), "2027-03-14T01:59"),
        ((ZONES[2], "02:15", "2027-10-09T09:00"), "2027-10-03T01:59"),
    ] {
        let patient = high().zone(zone).appointment(appointment).takes(
            "clopidogrel",
            "B01AC04",
            "75 mg",
            time,
        );
        check(&patient, "clopidogrel", Action::Hold, Some(last));
        let plan = patient.plan();
        assert!(plan.row("clopidogrel").moved_by_clock_change, "{zone}");
        assert!(plan.warns("clock_change_in_plan"), "{zone}");
    }
}

#[test]
fn a_last_dose_in_the_repeated_hour_moves_to_the_minute_before_it() {
    for ((zone, time, appointment), last) in [
        ((ZONES[0], "03:30", "2027-11-06T09:00"), "2027-10-31T02:59"),
        ((ZONES[1], "01:30", "2027-11-13T09:00"), "2027-11-07T00:59"),
        ((ZONES[2], "01:45", "2027-04-10T09:00"), "2027-04-04T01:29"),
    ] {
        let patient = high().zone(zone).appointment(appointment).takes(
            "clopidogrel",
            "B01AC04",
            "75 mg",
            time,
        );
        check(&patient, "clopidogrel", Action::Hold, Some(last));
        assert!(patient.plan().row("clopidogrel").moved_by_clock_change);
        // The dose of that night was the last one: it is not a missed hold.
        let after = patient.planned_at(&last.replace(&last[11..], "12:00"));
        assert_eq!(
            after.plan().row("clopidogrel").action,
            Action::Hold,
            "{zone}"
        );
    }
}

#[test]
fn an_infusion_and_a_meal_six_hours_before_the_appointment() {
    for ((zone, appointment), last) in [
        // Into the repeated hour: the minute before it.
        ((ZONES[0], "2027-10-31T09:30"), "2027-10-31T02:59"),
        ((ZONES[1], "2027-11-07T07:30"), "2027-11-07T00:59"),
        ((ZONES[2], "2027-04-04T07:45"), "2027-04-04T01:29"),
        // Over the skipped hour: six elapsed hours, seven by the clock; half an hour more on Lord Howe.
        ((ZONES[0], "2027-03-28T09:00"), "2027-03-28T02:00"),
        ((ZONES[1], "2027-03-14T08:00"), "2027-03-14T01:00"),
        ((ZONES[2], "2027-10-03T08:00"), "2027-10-03T01:30"),
        // Over the repeated hour: five by the clock.
        ((ZONES[0], "2027-10-31T08:00"), "2027-10-31T02:59"),
        ((ZONES[0], "2027-10-31T07:30"), "2027-10-31T02:30"),
    ] {
        let patient = high().sedated().zone(zone).appointment(appointment).takes(
            "heparin",
            "B01AB01",
            "iv",
            "continuous",
        );
        check(&patient, "heparin", Action::Hold, Some(last));
        let plan = patient.plan();
        let meal = plan
            .fasting
            .limits
            .iter()
            .find(|limit| limit.food == "light_meal");
        assert_eq!(meal.unwrap().until, at(last), "{zone} {appointment}");
        assert!(plan.warns("clock_change_in_plan"));
    }
    let plain = high()
        .takes("heparin", "B01AB01", "iv", "continuous")
        .plan();
    assert!(!plain.row("heparin").moved_by_clock_change && !plain.warns("clock_change_in_plan"));
}

#[test]
fn twenty_four_hours_of_an_inr_are_elapsed_hours() {
    for (zone, appointment, valid, too_old) in [
        (
            ZONES[0],
            "2027-03-28T09:00",
            "2027-03-27T08:00",
            "2027-03-27T07:59",
        ),
        (
            ZONES[0],
            "2027-10-31T09:00",
            "2027-10-30T10:00",
            "2027-10-30T09:59",
        ),
        (
            ZONES[1],
            "2027-03-14T09:00",
            "2027-03-13T08:00",
            "2027-03-13T07:59",
        ),
        (
            ZONES[1],
            "2027-11-07T09:00",
            "2027-11-06T10:00",
            "2027-11-06T09:59",
        ),
        (
            ZONES[2],
            "2027-04-04T09:00",
            "2027-04-03T09:30",
            "2027-04-03T09:29",
        ),
        (
            ZONES[2],
            "2027-10-03T09:00",
            "2027-10-02T08:30",
            "2027-10-02T08:29",
        ),
    ] {
        let action = |taken: &str| {
            let patient = low()
                .zone(zone)
                .appointment(appointment)
                .planned_at(&appointment.replace("09:00", "07:00"))
                .only("inr", 2.0, "{INR}", taken)
                .takes("warfarin", "B01AA03", "5 mg", "18:00");
            patient.plan().row("warfarin").action
        };
        assert_eq!(action(valid), Action::Continue, "{zone} {valid}");
        assert_eq!(action(too_old), Action::Target, "{zone} {too_old}");
    }
}

#[test]
fn midnight_belongs_to_the_day_that_begins() {
    for zone in ZONES {
        let clopidogrel = |appointment: &str| {
            high().zone(zone).appointment(appointment).takes(
                "clopidogrel",
                "B01AC04",
                "75 mg",
                "00:00 23:59",
            )
        };
        check(
            &clopidogrel("2027-02-10T00:00"),
            "clopidogrel",
            Action::Hold,
            Some("2027-02-04T23:59"),
        );
        check(
            &clopidogrel("2027-02-09T23:59"),
            "clopidogrel",
            Action::Hold,
            Some("2027-02-03T23:59"),
        );
        // A dose at the appointment itself is none before it.
        let injection = high().zone(zone).appointment("2027-02-10T00:00").takes(
            "dalteparin",
            "B01AB04",
            "5000 IU",
            "00:00",
        );
        check(
            &injection,
            "dalteparin",
            Action::Hold,
            Some("2027-02-08T00:00"),
        );
    }
}

#[test]
fn a_zone_that_skips_midnight_opens_its_window_at_the_first_minute_there_is() {
    let plan = high()
        .zone("Asia/Beirut")
        .appointment("2027-04-27T11:00")
        .planned_at("2027-03-20T09:00")
        .without("hb")
        .plan();
    let hb = plan
        .labs_due
        .iter()
        .find(|lab| lab.analyte == "hb")
        .unwrap();
    assert_eq!(hb.take_from, at("2027-03-28T01:00"));
}

#[test]
fn a_window_that_opens_on_a_weekend_is_said() {
    // 8 February 2027 is a Monday: the 24 hours of the INR begin on Sunday.
    let takes = |appointment: &str| {
        let patient = low().appointment(appointment);
        patient.takes("warfarin", "B01AA03", "5 mg", "18:00").plan()
    };
    for zone in ZONES {
        let patient = low().zone(zone).appointment("2027-02-08T09:00");
        let plan = patient.takes("warfarin", "B01AA03", "5 mg", "18:00").plan();
        assert!(plan.warns("lab_window_on_weekend"), "{zone}");
        assert!(!plan.warns("weekend_team"));
    }
    assert!(
        !takes("2027-02-09T09:00").warns("lab_window_on_weekend"),
        "Tuesday"
    );
    assert!(
        takes("2027-02-07T09:00").warns("lab_window_on_weekend"),
        "Sunday"
    );
    assert!(takes("2027-02-07T09:00").warns("weekend_team"));
    assert!(takes("2027-02-06T09:00").warns("weekend_team"), "Saturday");
    assert!(!takes("2027-02-05T09:00").warns("weekend_team"), "Friday");
}

#[test]
fn a_weight_that_cannot_be_true_is_not_used() {
    use model::Kilogram;
    use preparation::WeightEntered;
    let typed = |kg: Option<f64>, amount: f64, unit: &str| {
        let mut patient: Patient = high().height(170.0);
        patient.facts.weight = kg.map(Kilogram);
        patient.facts.weight_entered = Some(WeightEntered {
            amount,
            unit: unit.to_owned(),
        });
        let plan = patient.plan();
        (plan.crcl.is_some(), plan.warns("weight_refused"))
    };
    assert_eq!(typed(Some(69.85), 154.0, "[lb_av]"), (true, false));
    assert_eq!(
        typed(Some(69.95), 154.0, "[lb_av]"),
        (true, false),
        "within 0.1 kg"
    );
    assert_eq!(typed(Some(69.96), 154.0, "[lb_av]"), (false, true));
    assert_eq!(
        typed(Some(154.0), 154.0, "[lb_av]"),
        (false, true),
        "pounds as kilograms"
    );
    assert_eq!(typed(None, 70_000.0, "g"), (true, false));
    assert_eq!(typed(Some(70.0), 70.0, "stone"), (false, true));
    let plain = |kg: f64| high().weight(kg).plan().warns("weight_refused");
    assert_eq!(
        [0.39, 0.4, 400.0, 400.1].map(plain),
        [true, false, false, true]
    );
}
