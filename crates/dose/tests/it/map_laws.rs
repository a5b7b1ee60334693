//! What holds for every map.

use crate::fixture::{flat_quality, plain_event, plain_room, shipped, stated};
use dose::peak_skin_dose::map::{Attenuation, SkinMap};
use dose::peak_skin_dose::phantom::Phantom;
use dose::peak_skin_dose::phantom::human::{Arms, Measures};
use dose::peak_skin_dose::room::Missing;
use dose::peak_skin_dose::{self, Outcome, Refusal};
use dose::report::{Device, PatientOnTable, Posture, TableEnd};
use dose::{Degrees, IrradiationEvent, Kind, Millimetre};
use model::{Centimetre, Gray, Kilogram};
use proptest::prelude::*;

fn event(uid: u32, primary: f64, secondary: f64, kerma: f64) -> IrradiationEvent {
    let mut event = plain_event(&uid.to_string());
    event.ka_r = Some(stated(Gray(kerma), Gray(1e-6)));
    event.start.primary_angle = Some(Degrees(primary));
    event.start.secondary_angle = Some(Degrees(secondary));
    event.start.table_lateral = Some(Millimetre(900.0));
    event.start.table_height = Some(Millimetre(100.0));
    event
}

fn artis() -> Device {
    Device {
        manufacturer: "Siemens".into(),
        model: "AXIOM-Artis".into(),
        ..Device::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Taking an event back leaves the map as if it had never come, to the last bit.
    #[test]
    fn an_event_taken_back_leaves_no_trace(
        angles in proptest::collection::vec((-90.0f64..90.0, -30.0f64..30.0, 0.001f64..1.0), 2..6),
        gone in 0usize..6,
    ) {
        let body = Phantom::elliptic_cylinder(
            Millimetre(1200.0), Millimetre(180.0), Millimetre(110.0), Millimetre(20.0));
        let quality = flat_quality(1.3, 1.04);
        let events: Vec<_> = angles
            .iter()
            .enumerate()
            .map(|(i, (a, b, k))| event(i as u32, *a, *b, *k))
            .collect();
        let gone = gone % events.len();
        let mut whole = SkinMap::new(&body, &quality, Attenuation::ByPath);
        let mut without = SkinMap::new(&body, &quality, Attenuation::ByPath);
        for (i, event) in events.iter().enumerate() {
            whole.add(&plain_room(), event).unwrap();
            if i != gone {
                without.add(&plain_room(), event).unwrap();
            }
        }
        prop_assert!(whole.remove(&gone.to_string()));
        prop_assert!(!whole.remove("not there"));
        prop_assert!(whole.doses().eq(without.doses()));
    }

    /// Twice the kerma is twice the dose everywhere, and nothing is negative.
    #[test]
    fn dose_is_linear_in_kerma(a in -180.0f64..180.0, b in -40.0f64..40.0, k in 0.001f64..2.0) {
        let body = Phantom::elliptic_cylinder(
            Millimetre(1200.0), Millimetre(180.0), Millimetre(110.0), Millimetre(20.0));
        let quality = flat_quality(1.3, 1.04);
        let map_of = |k: f64| {
            let mut map = SkinMap::new(&body, &quality, Attenuation::ByPath);
            map.add(&plain_room(), &event(1, a, b, k)).unwrap();
            map.doses().map(|d| d.0).collect::<Vec<_>>()
        };
        for (one, two) in map_of(k).into_iter().zip(map_of(2.0 * k)) {
            prop_assert!(one >= 0.0);
            prop_assert!((two - 2.0 * one).abs() <= 1e-12 * two);
        }
    }
}

/// Lying the other way round and turning the tube with the body gives the same dose on the same skin.
#[test]
fn position_and_angle_go_together() {
    let body = Phantom::elliptic_cylinder(
        Millimetre(1200.0),
        Millimetre(180.0),
        Millimetre(110.0),
        Millimetre(20.0),
    );
    let quality = flat_quality(1.3, 1.04);
    let hottest = |posture: Posture, primary: f64| {
        let mut e = event(1, primary, 0.0, 1.0);
        // The middle of the body at the isocentre, however it lies.
        let half = match posture {
            Posture::Supine | Posture::Prone | Posture::Other => 110.0,
            Posture::LeftLateral | Posture::RightLateral => 180.0,
        };
        e.start.table_height = Some(Millimetre(half));
        e.patient = PatientOnTable {
            head_first: Some(TableEnd::HeadFirst),
            posture: Some(posture),
        };
        let mut map = SkinMap::new(&body, &quality, Attenuation::ByPath);
        map.add(&plain_room(), &e).unwrap();
        let best = (0..body.cells.len()).max_by(|a, b| map.dose(*a).0.total_cmp(&map.dose(*b).0));
        (body.cells[best.unwrap()].normal, map.dose(best.unwrap()).0)
    };
    let (back, dose) = hottest(Posture::Supine, 0.0);
    assert!(back.y > 0.99);
    let (front, dose_prone) = hottest(Posture::Prone, 0.0);
    assert!(front.y < -0.99);
    assert!((dose / dose_prone - 1.0).abs() < 1e-9);
    let (also_back, dose_turned) = hottest(Posture::Prone, 180.0);
    assert!(also_back.y > 0.99);
    assert!((dose / dose_turned - 1.0).abs() < 1e-9);
    assert!(
        hottest(Posture::LeftLateral, 0.0).0.x > 0.9,
        "the left side lies down"
    );
    assert!(
        hottest(Posture::RightLateral, 0.0).0.x < -0.9,
        "the right side lies down"
    );
}

#[test]
fn an_arm_takes_the_dose_that_the_trunk_is_spared() {
    let quality = flat_quality(1.3, 1.04);
    let flank = |arms: Arms| {
        let measures = Measures {
            height: Centimetre(170.0),
            weight: Kilogram(70.0),
            arms,
        };
        let body = Phantom::human(measures, Millimetre(15.0));
        let mut map = SkinMap::new(&body, &quality, Attenuation::ByPath);
        // From the patient's left: the detector to the right.
        map.add(&plain_room(), &event(1, -90.0, 0.0, 1.0)).unwrap();
        let most = |wanted: &str| {
            body.cells
                .iter()
                .zip(map.doses())
                .filter(|(c, _)| c.region.code() == wanted)
                .map(|(_, d)| d.0)
                .fold(0.0, f64::max)
        };
        (
            most("trunk"),
            most("left_arm"),
            map.share_on_phantom().unwrap().0,
        )
    };
    let (trunk_alone, no_arm, _) = flank(Arms::Away);
    let (trunk_behind, arm, share) = flank(Arms::Beside);
    assert_eq!(no_arm, 0.0);
    assert!(arm > trunk_alone, "the arm is nearer to the focus");
    assert!(trunk_behind <= trunk_alone);
    assert!(share <= 1.0);
}

#[test]
fn what_lacks_geometry_is_refused_with_its_names() {
    // hazard: H-102
    let rules = shipped();
    let body = Phantom::human(Measures::ADULT, Millimetre(20.0));
    let compute = |events: &[IrradiationEvent]| {
        peak_skin_dose::compute(&rules.model, &body, &artis(), Kind::Projection, events).0
    };
    let whole = event(1, 0.0, 0.0, 1.0);
    let mut without_angle = event(2, 0.0, 0.0, 1.0);
    without_angle.start.primary_angle = None;
    match compute(&[whole.clone(), without_angle.clone()]) {
        Outcome::Refused(Refusal::MissingGeometry { share, missing }) => {
            assert!((share.0 - 0.5).abs() < 1e-12);
            assert_eq!(missing, [Missing::PositionerAngles]);
        }
        other => panic!("{other:?}"),
    }
    // A little without geometry widens the interval and is not silently dropped.
    without_angle.ka_r = Some(stated(Gray(0.05), Gray(0.01)));
    let Outcome::Computed(partly) = compute(&[whole.clone(), without_angle]) else {
        panic!()
    };
    let Outcome::Computed(all) = compute(std::slice::from_ref(&whole)) else {
        panic!()
    };
    assert_eq!(partly.dose, all.dose);
    assert!(partly.interval[1].0 >= all.interval[1].0 + 0.05);
    assert!(all.interval[0] < all.dose && all.dose < all.interval[1]);

    assert!(matches!(compute(&[]), Outcome::Refused(Refusal::NoEvents)));
    let mut no_kerma = whole.clone();
    no_kerma.ka_r = None;
    assert!(matches!(
        compute(&[no_kerma]),
        Outcome::Refused(Refusal::NoKerma)
    ));
    let unknown = Device {
        manufacturer: "Nobody".into(),
        model: "X".into(),
        ..Device::default()
    };
    let (outcome, _) = peak_skin_dose::compute(
        &rules.model,
        &body,
        &unknown,
        Kind::Projection,
        std::slice::from_ref(&whole),
    );
    assert!(matches!(
        outcome,
        Outcome::Refused(Refusal::UnknownRoom { .. })
    ));
    let azurion = Device {
        manufacturer: "Philips".into(),
        model: "Azurion".into(),
        ..Device::default()
    };
    let (outcome, _) = peak_skin_dose::compute(
        &rules.model,
        &body,
        &azurion,
        Kind::Projection,
        std::slice::from_ref(&whole),
    );
    assert!(matches!(outcome, Outcome::Refused(Refusal::Room(_))));
    let (outcome, _) = peak_skin_dose::compute(&rules.model, &body, &artis(), Kind::Ct, &[whole]);
    assert_eq!(outcome, Outcome::NotApplicable);
}

#[test]
fn the_peak_says_where_and_from_what() {
    let rules = shipped();
    let body = Phantom::human(Measures::ADULT, Millimetre(10.0));
    let events = [event(1, 0.0, 0.0, 0.2), event(2, 1.0, 0.0, 0.8)];
    let (outcome, map) =
        peak_skin_dose::compute(&rules.model, &body, &artis(), Kind::Projection, &events);
    let Outcome::Computed(peak) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(peak.place.surface, peak_skin_dose::Surface::Back);
    assert_eq!(peak.place.region.code(), "trunk");
    assert!(
        peak.place.words().starts_with("back, trunk"),
        "{}",
        peak.place.words()
    );
    assert_eq!(peak.contributors.len(), 2);
    assert_eq!(peak.contributors[0].0, "2");
    let shares: f64 = peak.contributors.iter().map(|c| c.1.0).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    assert!(peak.cell_dose >= peak.dose);
    assert!(peak.share_on_phantom.0 > 0.9);
    assert_eq!(map.unwrap().left_out(), []);
}
