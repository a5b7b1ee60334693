//! What is made of many procedures: groups, reviews, export, audit pack; and the dose of an unborn child.

use crate::fixture::{SHIPPED, shipped};
use dose::audit_pack::{DutyState, FollowUpStanding, pack};
use dose::conceptus::{Amount, Estimate, Exposure, Physicist, Unknown, estimate};
use dose::export;
use dose::performed::{Dose, KnownDose, PerformedProcedure, Skin};
use dose::reference_level::{GroupBy, Standing, Verdict, by_group, reviews};
use dose::report::Trust;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use model::{DoseTotals, Gray, GraySquareMetre, MilliGray};

fn done(number: usize, day: Date, room: &str, pka_gy_cm2: Option<f64>) -> PerformedProcedure {
    PerformedProcedure {
        day,
        case: format!("26-{number:06}"),
        procedure: "tace".into(),
        room: room.into(),
        operator_group: "IR".into(),
        devices: vec!["SIEMENS AXIOM-Artis".into()],
        dose: match pka_gy_cm2 {
            None => Dose::Missing,
            Some(pka) => Dose::Known(KnownDose {
                totals: DoseTotals {
                    pka: Some(GraySquareMetre(pka / 1e4)),
                    ..DoseTotals::default()
                },
                trust: Trust::Report,
                events: 12,
                skin: Skin::Refused {
                    code: "unknown_model".into(),
                    words: "no pack".into(),
                },
                alerts: Vec::new(),
            }),
        },
    }
}

/// So many procedures in each half year before the last day, all of one dose.
fn halves(latest: (usize, f64), before: (usize, f64)) -> Vec<PerformedProcedure> {
    let last = date(2026, 6, 30);
    let mut list = Vec::new();
    for (half, (count, pka)) in [latest, before].into_iter().enumerate() {
        for n in 0..count {
            let back = half as i64 * 182 + n as i64 % 182;
            let day = last.saturating_sub(back.days());
            list.push(done(half * 1000 + n, day, "ANGIO1", Some(pka)));
        }
    }
    list
}

fn verdict(latest: (usize, f64), before: (usize, f64)) -> Verdict {
    let rules = shipped();
    let list = halves(latest, before);
    let found = reviews(&rules.levels, &list, None, date(2026, 6, 30));
    let of = |id: &str| {
        found
            .iter()
            .find(|r| r.level.id == id && r.key == "pka_gy_m2")
    };
    // 289 Gy cm2.
    of("tace_spain_2009").unwrap().verdict
}

#[test]
fn a_level_is_exceeded_consistently_only_over_all_periods_and_enough_procedures() {
    assert_eq!(
        verdict((20, 290.0), (20, 290.0)),
        Verdict::ConsistentlyExceeded
    );
    assert_eq!(verdict((20, 290.0), (20, 288.0)), Verdict::ExceededOnce);
    assert_eq!(verdict((20, 288.0), (20, 290.0)), Verdict::ExceededOnce);
    assert_eq!(verdict((20, 289.0), (20, 289.0)), Verdict::Within);
    assert_eq!(verdict((19, 500.0), (19, 500.0)), Verdict::TooFew);
    assert_eq!(verdict((20, 500.0), (19, 500.0)), Verdict::ExceededOnce);
}

#[test]
fn periods_are_back_to_back_and_end_today() {
    let rules = shipped();
    let list = halves((20, 1.0), (20, 1.0));
    let found = reviews(&rules.levels, &list, Some("ANGIO1"), date(2026, 6, 30));
    let periods = &found[0].periods;
    assert_eq!(periods.len(), 2);
    assert_eq!(periods[0].to, date(2026, 6, 30));
    assert_eq!(periods[0].from.yesterday().unwrap(), periods[1].to);
    assert_eq!(periods[0].spread.unwrap().count, 20);
    assert_eq!(periods[1].spread.unwrap().count, 20);
    assert_eq!(periods[0].standing, Standing::Within);
    assert!(reviews(&rules.levels, &list, Some("ANGIO2"), date(2026, 6, 30)).is_empty());
}

#[test]
fn groups_have_medians_outliers_and_count_what_is_not_stated() {
    let day = date(2026, 3, 2);
    let mut list: Vec<_> = (1..=8)
        .map(|n| done(n, day, "ANGIO1", Some(100.0 + n as f64)))
        .collect();
    list.push(done(9, day, "ANGIO1", Some(900.0)));
    list.push(done(10, day, "ANGIO1", None));
    list.push(done(11, day, "ANGIO2", Some(50.0)));
    let found = by_group(&list, GroupBy::ProcedureAndRoom);
    assert_eq!(found.len(), 2);
    let first = &found[0];
    assert_eq!((first.group.as_str(), first.key), ("ANGIO1", "pka_gy_m2"));
    assert_eq!((first.spread.count, first.not_stated), (9, 1));
    assert!((first.spread.median.0 - 0.0105).abs() < 1e-12);
    assert_eq!(first.outliers, ["26-000009"]);
    assert_eq!(
        by_group(&list, GroupBy::ProcedureAndMonth)[0].group,
        "2026-03"
    );
    assert_eq!(by_group(&list, GroupBy::Procedure)[0].spread.count, 10);
}

#[test]
fn an_export_has_units_in_its_names_and_nothing_for_unknown() {
    let day = date(2026, 3, 2);
    let mut odd = done(1, day, "Room \"A\", left", Some(289.0));
    odd.operator_group = "=1+1".into();
    let text = export::procedures(&[odd, done(2, day, "ANGIO1", None)]);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], export::PROCEDURE_COLUMNS.join(","));
    assert_eq!(
        lines[1],
        "2026-03-02,26-000001,tace,\"Room \"\"A\"\", left\",'=1+1,SIEMENS AXIOM-Artis,known,report,12,,0.0289,,,,,,,refused: unknown_model,"
    );
    assert_eq!(
        lines[2],
        "2026-03-02,26-000002,tace,ANGIO1,IR,SIEMENS AXIOM-Artis,missing,,,,,,,,,,,,"
    );
    assert_eq!(lines.len(), 4, "the last line ends too");
    let events = export::events(&[crate::fixture::plain_event("2.25.1")]);
    assert!(
        events.ends_with("1,,fluoroscopy,single,,1,0.01,,80,0,0,700,1000,2.25.1\r\n"),
        "{events}"
    );
}

#[test]
fn an_audit_pack_counts_records_and_shows_the_worst_duty() {
    let rules = shipped();
    let day = date(2026, 3, 2);
    let mut high = done(1, day, "ANGIO1", Some(600.0));
    if let Dose::Known(known) = &mut high.dose {
        known.alerts = vec!["kerma_area_product_substantial".into()];
        known.skin = Skin::Computed {
            peak: Gray(3.4),
            interval: [Gray(2.1), Gray(4.7)],
            place: "back".into(),
        };
    }
    let list = [
        high,
        done(2, day, "ANGIO1", None),
        done(3, date(2027, 1, 1), "ANGIO1", None),
    ];
    let duty = |to: Date, done: Option<Date>| DutyState {
        case: "26-000001".into(),
        rule: "substantial_dose_unit_calls".into(),
        to,
        done,
        outcome: String::new(),
    };
    let year = [date(2026, 1, 1), date(2026, 12, 31)];
    let standing = |duties: &[DutyState]| {
        let pack = pack(&rules.levels, year, &list, duties);
        assert_eq!(pack.procedures, 2);
        assert_eq!(pack.rooms.len(), 1);
        assert_eq!(pack.rooms[0].missing, ["26-000002"]);
        assert_eq!(pack.rooms[0].by_trust[&Trust::Report], 1);
        assert_eq!(pack.rooms[0].skin_computed, 1);
        assert_eq!(pack.substantial.len(), 1);
        pack.substantial[0].follow_up
    };
    let (early, late) = (date(2026, 3, 30), date(2027, 3, 1));
    assert_eq!(standing(&[]), FollowUpStanding::NoDuty);
    assert_eq!(
        standing(&[duty(early, Some(early))]),
        FollowUpStanding::Done
    );
    assert_eq!(
        standing(&[duty(early, Some(early)), duty(late, None)]),
        FollowUpStanding::Open
    );
    assert_eq!(
        standing(&[duty(early, None), duty(late, None)]),
        FollowUpStanding::Overdue
    );
    // On its last day a duty is not overdue.
    assert_eq!(
        standing(&[duty(date(2026, 12, 31), None)]),
        FollowUpStanding::Open
    );
}

#[test]
fn the_dose_of_an_unborn_child_is_a_range_or_unknown() {
    let rules = shipped().conceptus;
    let ct = |region, mgy: Option<f64>| Exposure {
        region,
        amount: Amount::CtdiVol(mgy.map(MilliGray)),
    };
    let of = |exposures: &[Exposure<'_>]| match estimate(&rules, exposures) {
        Estimate::Range(range) => (range.low.0, range.high.0, range.physicist),
        Estimate::Unknown(unknown) => panic!("{unknown:?}"),
    };
    let (low, high, physicist) = of(&[ct("abdomen_pelvis", Some(10.0))]);
    assert!(
        (low - 2.85).abs() < 1e-12 && (high - 15.8).abs() < 1e-12,
        "{low} {high}"
    );
    assert_eq!(physicist, Physicist::IsDue);
    // Two scans add up; a chest scan stays under the level: 0.05 * 9.99 * 2.
    let (_, twice, _) = of(&[
        ct("abdomen_pelvis", Some(10.0)),
        ct("abdomen_pelvis", Some(10.0)),
    ]);
    assert!((twice - 31.6).abs() < 1e-12);
    assert_eq!(of(&[ct("chest", Some(9.99))]).2, Physicist::NotDue);
    assert_eq!(of(&[ct("chest", Some(10.0))]).2, Physicist::IsDue);
    let product = Exposure {
        region: "abdomen_pelvis",
        amount: Amount::Pka(Some(GraySquareMetre(1e-3))),
    };
    let (low, high, _) = of(&[product]);
    assert!(
        (low - 0.05).abs() < 1e-12 && (high - 14.6).abs() < 1e-12,
        "{low} {high}"
    );
    // One exposure that is not known makes the whole unknown.
    let known = ct("abdomen_pelvis", Some(10.0));
    let unknown = |exposures: &[Exposure<'_>]| match estimate(&rules, exposures) {
        Estimate::Range(range) => panic!("{range:?}"),
        Estimate::Unknown(unknown) => unknown,
    };
    assert_eq!(
        unknown(&[known, ct("chest", None)]),
        Unknown::NotStated("chest".into())
    );
    assert_eq!(
        unknown(&[known, ct("head", Some(1.0))]),
        Unknown::NoFactor("head".into())
    );
    assert_eq!(unknown(&[]), Unknown::NoExposure);
    assert_eq!(
        unknown(&[ct("chest", Some(f64::NAN))]),
        Unknown::NotStated("chest".into())
    );
}

#[test]
fn levels_of_a_country_stand_in_a_file_of_their_own() {
    let local = r#"
id = "local"
says = "Levels of this hospital."
[[level]]
id = "tace_here"
procedure = "tace"
where = "this hospital"
pka_gy_m2 = 0.02
source = ["seldinger_design"]
since = 2026-01-01
status = "secondary"
"#;
    let with = |text: &str| {
        let file = ("dose/reference_levels/local.toml", text);
        dose::rules::read(SHIPPED.into_iter().chain([file]))
    };
    let rules = with(local).unwrap();
    assert_eq!(
        rules.levels.reference_levels.len(),
        shipped().levels.reference_levels.len() + 1
    );
    let flaw = |text: String| with(&text).unwrap_err()[0].reason.clone();
    assert!(flaw(local.replace("tace_here", "tace_spain_2009")).contains("there already"));
    assert!(flaw(local.replace("pka_gy_m2 = 0.02", "")).contains("needs a quantity"));
    assert!(flaw(local.replace("0.02", "0.0")).contains("above 0"));
    assert!(flaw(local.replace("where", "wherever")).contains("wherever"));
}
