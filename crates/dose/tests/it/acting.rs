//! Levels, duties, bands, reference levels and what the patient is told, by the shipped rules.
// hazard: H-104

use crate::fixture::{shipped, stated};
use dose::alert::{Grade, Known, alerts};
use dose::explain::{Comparison, Skin, Substantial, Told, explain};
use dose::follow_up::{Earlier, band, carried_over, duties};
use dose::reference_level::{Procedure, Standing, compare};
use dose::report::{Plane, PlaneTotals, ReferencePoint};
use jiff::civil::date;
use model::{DoseTotals, Gray, GraySquareMetre, Seconds};

fn totals(ka_r: Option<f64>, pka: Option<f64>, seconds: Option<f64>) -> DoseTotals {
    DoseTotals {
        ka_r: ka_r.map(Gray),
        pka: pka.map(GraySquareMetre),
        fluoroscopy: seconds.map(Seconds),
        ..DoseTotals::default()
    }
}

fn rules_reached(stated: &DoseTotals, summed: &DoseTotals, peak: Option<f64>) -> Vec<String> {
    let rules = shipped();
    let known = Known {
        stated,
        summed,
        planes: &[],
        peak_skin_dose: peak.map(Gray),
    };
    alerts(&rules.levels, known)
        .into_iter()
        .map(|a| a.rule)
        .collect()
}

#[test]
fn both_sides_of_every_level() {
    let none = DoseTotals::default();
    let check = |t: DoseTotals, peak, expected: &[&str]| {
        assert_eq!(rules_reached(&t, &none, peak), expected, "{t:?} {peak:?}");
    };
    check(totals(Some(2.999), None, None), None, &[]);
    check(
        totals(Some(3.0), None, None),
        None,
        &["reference_air_kerma_notification"],
    );
    check(
        totals(Some(5.0), None, None),
        None,
        &[
            "reference_air_kerma_substantial",
            "reference_air_kerma_notification",
        ],
    );
    check(totals(None, Some(0.0299), None), None, &[]);
    check(
        totals(None, Some(0.05), None),
        None,
        &[
            "kerma_area_product_substantial",
            "kerma_area_product_notification",
        ],
    );
    check(none.clone(), Some(1.99), &[]);
    check(none.clone(), Some(2.0), &["peak_skin_dose_notification"]);
    check(
        none.clone(),
        Some(3.0),
        &["peak_skin_dose_substantial", "peak_skin_dose_notification"],
    );
    // Time counts only when no dose is stated.
    check(
        totals(None, None, Some(1800.0)),
        None,
        &["fluoroscopy_time_notification"],
    );
    check(totals(Some(0.1), None, Some(9000.0)), None, &[]);
}

#[test]
fn a_rounded_or_missing_total_hides_no_dose() {
    let stated = totals(Some(0.0), None, None);
    let summed = totals(Some(5.2), Some(0.031), None);
    assert_eq!(
        rules_reached(&stated, &summed, None),
        [
            "reference_air_kerma_substantial",
            "reference_air_kerma_notification",
            "kerma_area_product_notification"
        ]
    );
}

#[test]
fn planes_meet_different_skin_but_share_the_product() {
    let rules = shipped();
    let plane = |plane, gray| PlaneTotals {
        plane,
        ka_r: Some(stated(Gray(gray), Gray(0.1))),
        ka_r_fluoroscopy: None,
        ka_r_acquisition: None,
        pka: None,
        pka_fluoroscopy: None,
        pka_acquisition: None,
        fluoroscopy: None,
        acquisition: None,
        agd: Vec::new(),
        reference_point: ReferencePoint::NotStated,
        source_to_reference_point: None,
    };
    let planes = [plane(Plane::A, 3.5), plane(Plane::B, 2.0)];
    let totals = totals(Some(5.5), Some(0.06), None);
    let none = DoseTotals::default();
    let known = Known {
        stated: &totals,
        summed: &none,
        planes: &planes,
        peak_skin_dose: None,
    };
    let found = alerts(&rules.levels, known);
    let kerma: Vec<_> = found
        .iter()
        .filter(|a| a.rule.starts_with("reference"))
        .collect();
    assert_eq!(kerma.len(), 1, "{found:?}");
    assert_eq!(
        (kerma[0].plane, kerma[0].grade),
        (Plane::A, Grade::Notification)
    );
    assert!(kerma[0].words.contains("plane A"));
    assert!(
        found
            .iter()
            .any(|a| a.rule == "kerma_area_product_substantial")
    );
}

#[test]
fn notification_steps_name_the_step_that_was_reached() {
    let rules = shipped();
    let none = DoseTotals::default();
    let totals = totals(Some(4.05), None, None);
    let known = Known {
        stated: &totals,
        summed: &none,
        planes: &[],
        peak_skin_dose: None,
    };
    let found = alerts(&rules.levels, known);
    assert_eq!(found[0].words, "reference air kerma: 4.0 Gy reached 4.0 Gy");
}

#[test]
fn duties_have_dates_across_the_year_and_follow_the_peak() {
    let rules = shipped();
    let day = date(2026, 12, 20);
    let duty_ids = |ka_r: f64, peak: Option<f64>| {
        let totals = totals(Some(ka_r), None, None);
        let none = DoseTotals::default();
        let known = Known {
            stated: &totals,
            summed: &none,
            planes: &[],
            peak_skin_dose: peak.map(Gray),
        };
        let found = alerts(&rules.levels, known);
        duties(&rules.levels, &found, peak.map(Gray), day)
            .into_iter()
            .map(|d| (d.rule.rule.as_str().to_owned(), d.from, d.to))
            .collect::<Vec<_>>()
    };
    assert_eq!(duty_ids(1.0, Some(0.5)), []);
    let refused = duty_ids(6.0, None);
    assert_eq!(
        refused.len(),
        5,
        "without a map the level alone starts follow-up: {refused:?}"
    );
    let looks = refused
        .iter()
        .find(|d| d.0 == "substantial_dose_patient_looks")
        .unwrap();
    assert_eq!((looks.1, looks.2), (date(2027, 1, 3), date(2027, 1, 17)));
    let high = duty_ids(12.0, Some(15.0));
    assert!(high.iter().any(|d| d.0 == "skin_dose_15_gy_incident"));
    assert!(
        high.iter()
            .any(|d| d.0 == "skin_dose_10_gy_visit_12_months")
    );
    assert!(
        !duty_ids(12.0, Some(9.99))
            .iter()
            .any(|d| d.0.contains("10_gy"))
    );
    assert!(high.is_sorted_by_key(|d| d.1));
}

#[test]
fn bands_have_no_gap_and_take_their_lower_end() {
    let rules = shipped();
    let id = |gray: f64| band(&rules.levels, Gray(gray)).unwrap().id.clone();
    let ends = [
        (0.0, "a1"),
        (1.99, "a1"),
        (2.0, "a2"),
        (5.0, "b"),
        (10.0, "c"),
        (14.99, "c"),
    ];
    for (gray, name) in ends {
        assert_eq!(id(gray), name);
    }
    assert_eq!(id(40.0), "d");
}

#[test]
fn earlier_dose_is_carried_over_for_sixty_days() {
    let rules = shipped();
    let earlier = |day, peak: Option<f64>| Earlier {
        day,
        ka_r: Some(Gray(2.0)),
        peak: peak.map(Gray),
    };
    let next = date(2026, 3, 2);
    let list = [
        earlier(date(2026, 1, 1), Some(1.0)),
        earlier(date(2025, 12, 31), Some(4.0)),
        earlier(date(2026, 2, 20), Some(1.5)),
        earlier(date(2026, 3, 3), Some(9.0)),
    ];
    let carried = carried_over(&rules.levels, &list, next);
    assert_eq!(
        carried.within_window.len(),
        2,
        "day 60 counts, day 61 and the future do not"
    );
    assert_eq!(carried.within_window[0].day, date(2026, 2, 20));
    assert_eq!(carried.ka_r, Some(Gray(4.0)));
    assert_eq!(carried.peak_at_most, Some(Gray(2.5)));
    let unknown = carried_over(&rules.levels, &[earlier(next, None)], next);
    assert_eq!(unknown.peak_at_most, None, "an unknown peak is not zero");
}

#[test]
fn a_median_speaks_only_over_enough_procedures() {
    let rules = shipped();
    let done = |n: usize, gy_m2: f64| {
        vec![
            Procedure {
                pka: Some(GraySquareMetre(gy_m2)),
                ..Procedure::default()
            };
            n
        ]
    };
    let standing = |done: &[Procedure]| {
        compare(&rules.levels, "biliary_drainage", done)
            .into_iter()
            .filter(|c| c.level.where_from == "Spain 2009")
            .map(|c| c.standing)
            .collect::<Vec<_>>()
    };
    assert_eq!(standing(&done(19, 0.02)), [Standing::TooFew]);
    assert_eq!(standing(&done(20, 0.02)), [Standing::Exceeded]);
    assert_eq!(
        standing(&done(20, 0.008)),
        [Standing::Within],
        "the level itself is within"
    );
    // One outlier does not move a median.
    let mut mixed = done(20, 0.005);
    mixed.extend(done(3, 0.5));
    let found = compare(&rules.levels, "biliary_drainage", &mixed);
    assert_eq!(found[0].standing, Standing::Within);
    assert_eq!(found[0].spread.count, 23);
    assert!(standing(&[Procedure::default()]).is_empty());
}

fn told<'a>(totals: &'a DoseTotals, peak: Option<f64>, region: Option<&'a str>) -> Told<'a> {
    Told {
        totals,
        peak: peak.map(Gray),
        substantial: Substantial::NotReached,
        region,
        background: "finland",
        procedure: date(2026, 3, 2),
    }
}

#[test]
fn days_of_background_only_with_an_approved_factor() {
    let rules = shipped();
    let totals = totals(Some(0.2), Some(0.004), None);
    let with = explain(
        &rules.levels,
        told(&totals, Some(0.3), Some("upper_abdomen")),
        |_| true,
    );
    let Comparison::Background { dose, days, factor } = with.comparison else {
        panic!("{with:?}")
    };
    // 0.004 Gy m2 · 2550 = 10.2 mSv: about 10; 10 / 5.1 · 365 = 716 days: about 700.
    assert_eq!(
        (dose.0, days.0, factor.as_str()),
        (10.0, 700.0, "biliary_drainage")
    );
    assert_eq!(with.skin, Skin::NothingExpected);
    let not_approved = explain(
        &rules.levels,
        told(&totals, Some(0.3), Some("upper_abdomen")),
        |_| false,
    );
    assert_eq!(not_approved.comparison, Comparison::AskUs);
    let no_region = explain(&rules.levels, told(&totals, Some(0.3), None), |_| true);
    assert_eq!(no_region.comparison, Comparison::AskUs);
    let nothing = DoseTotals::default();
    let unknown = explain(
        &rules.levels,
        told(&nothing, None, Some("upper_abdomen")),
        |_| true,
    );
    assert_eq!(
        (unknown.comparison, unknown.skin),
        (Comparison::AskUs, Skin::NotComputed)
    );
}

#[test]
fn when_the_skin_matters_the_skin_is_the_message() {
    let rules = shipped();
    let totals = totals(Some(4.0), Some(0.04), None);
    let high = explain(
        &rules.levels,
        told(&totals, Some(3.2), Some("upper_abdomen")),
        |_| true,
    );
    assert_eq!(high.comparison, Comparison::SkinMatters);
    let Skin::Watch {
        band,
        until,
        prompt,
        ..
    } = high.skin
    else {
        panic!()
    };
    assert_eq!((band.as_str(), until), ("a2", date(2026, 4, 27)));
    assert_eq!(prompt, ["passing_redness"]);
    // The map was refused, but a level was reached.
    let refused = Told {
        substantial: Substantial::Reached,
        ..told(&totals, None, None)
    };
    let refused = explain(&rules.levels, refused, |_| true);
    assert!(matches!(refused.skin, Skin::WatchWithoutMap { until } if until == date(2026, 4, 27)));
    // A low computed peak does not silence a level in another quantity.
    let low = Told {
        substantial: Substantial::Reached,
        ..told(&totals, Some(1.0), None)
    };
    assert!(matches!(
        explain(&rules.levels, low, |_| true).skin,
        Skin::WatchWithoutMap { .. }
    ));
}
