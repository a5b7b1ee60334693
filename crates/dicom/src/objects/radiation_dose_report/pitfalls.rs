//! What makers are known to do, one test each, on reports made here. P18 (a report that never comes) and P19 (a report
//! for the wrong patient) are the desk's business: see `workflow` and the storage tests of this crate.
// hazard: H-103

use super::{performed_procedure_step, read};
use dose::peak_skin_dose::room::Missing;
use dose::report::{
    EventKind, FilterMaterial, IrradiationEvent, Kind, ReferencePoint, Shape, Trust,
};
use dose::{Kilovolt, Millimetre, Report};
use model::{Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, Seconds};
use testkit::structured_report::{Code, Document, Item, Lengths, Syntax, Value};

fn report_of(document: &Document) -> Report {
    read(&document.bytes(Syntax::Explicit, Lengths::Defined))
        .unwrap()
        .report
}

fn accumulated(plane: &str, more: Vec<Item>) -> Item {
    let mut items = vec![Item::code("113764", Code::dcm(plane))];
    items.extend(more);
    Item::container("113702", items)
}

fn event(uid: &str, more: Vec<Item>) -> Item {
    let mut items = vec![
        Item::uid("113769", uid),
        Item::code("113764", Code::dcm("113622")),
        Item::code("113721", Code::new("44491008", "SCT", "")),
        Item::number("113738", "0.010", "Gy"),
        Item::number("122130", "0.00010", "Gy.m2"),
        Item::number("113742", "5", "s"),
    ];
    items.extend(more);
    Item::container("113706", items)
}

fn with(items: Vec<Item>) -> Document {
    let mut document = Document::projection();
    document.items.extend(items);
    document
}

fn only(items: Vec<Item>) -> IrradiationEvent {
    let report = report_of(&with(vec![event("2.25.1", items)]));
    report.events[0].clone()
}

fn has(report: &Report, code: &str) -> bool {
    report.findings.iter().any(|f| f.code == code)
}

#[test]
fn p1_to_p3_cumulative_continued_and_repeated() {
    let numbered = |number: usize, uids: &[&str]| {
        let total = format!("{}", 0.01 * uids.len() as f64);
        let mut items = vec![accumulated(
            "113622",
            vec![Item::number("113725", total, "Gy")],
        )];
        items.extend(uids.iter().map(|uid| event(uid, Vec::new())));
        let mut document = with(items);
        document.sop_instance_uid = format!("2.25.900.1.{number}");
        document.written = format!("20260302{:02}0000", 10 + number);
        report_of(&document)
    };
    let study = |reports: &[Report]| dose::study::join(reports).remove(0);
    let cumulative = study(&[
        numbered(3, &["a", "b", "c"]),
        numbered(1, &["a"]),
        numbered(2, &["a", "b"]),
    ]);
    assert_eq!(cumulative.totals.ka_r, Some(Gray(0.03)));
    assert_eq!(cumulative.replaced.len(), 2);
    let continued = study(&[numbered(1, &["a", "b"]), numbered(2, &["c"])]);
    assert_eq!(continued.totals.ka_r, Some(Gray(0.03)));
    assert!(continued.replaced.is_empty());
    let twice = numbered(1, &["a", "b"]);
    assert_eq!(study(&[twice.clone(), twice]).totals.ka_r, Some(Gray(0.02)));
    let overlapping = study(&[numbered(1, &["a", "b"]), numbered(2, &["b", "c"])]);
    assert!((overlapping.totals.ka_r.unwrap().0 - 0.03).abs() < 1e-12);
    assert_eq!(overlapping.trust, Trust::EventSum);
}

#[test]
fn p4_two_planes_of_which_one_says_nothing() {
    let one = |plane_b: Vec<Item>| {
        let a = vec![
            Item::number("113725", "1.5", "Gy"),
            Item::number("113722", "0.01", "Gy.m2"),
        ];
        report_of(&with(vec![
            accumulated("113620", a),
            accumulated("113621", plane_b),
        ]))
    };
    let zero = one(vec![Item::number("113725", "0", "Gy")]);
    assert_eq!(zero.planes.len(), 2);
    assert_eq!(zero.stated().ka_r, Some(Gray(1.5)));
    // A plane without events that says nothing was not used.
    assert_eq!(one(Vec::new()).stated().ka_r, Some(Gray(1.5)));
    // With an event on it, its silence makes the total unknown.
    let mut document = with(vec![accumulated("113621", Vec::new())]);
    let mut on_b = event("2.25.1", Vec::new());
    on_b.children[1] = Item::code("113764", Code::dcm("113621"));
    document.items.push(on_b);
    assert_eq!(report_of(&document).stated().ka_r, None);
    // Both planes may write the same UID: two events.
    let mut both = vec![event("2.25.1", Vec::new()), event("2.25.1", Vec::new())];
    both[1].children[1] = Item::code("113764", Code::dcm("113621"));
    let report = report_of(&with(both));
    assert_eq!(report.events.len(), 2);
    assert_eq!(dose::study::join(&[report])[0].events.len(), 2);
}

#[test]
fn p5_reference_points_in_code_and_text() {
    let text = |text: &str| only(vec![Item::text("113780", text)]).reference_point;
    let fifteen = ReferencePoint::FifteenCmFromIsocentre;
    assert_eq!(text("15cm below BeamIsocenter"), fifteen);
    assert_eq!(text("15 cm from Isocenter toward Source"), fifteen);
    let other = text("530 mm from tube focus towards detector");
    assert_eq!(
        other,
        ReferencePoint::Text("530 mm from tube focus towards detector".into())
    );
    let coded = only(vec![Item::code("113780", Code::dcm("113861"))]).reference_point;
    assert_eq!(coded, ReferencePoint::Other("113861".into()));
    assert_eq!(only(Vec::new()).reference_point, ReferencePoint::NotStated);
    // An event that is silent has the point of its plane.
    let plane = accumulated("113622", vec![Item::code("113780", Code::dcm("113860"))]);
    let report = report_of(&with(vec![plane, event("2.25.1", Vec::new())]));
    assert_eq!(report.events[0].reference_point, fifteen);
}

#[test]
fn p6_units_and_meanings() {
    let pka = |number: &str, unit: &str| {
        let items = vec![Item::number("113722", number, unit)];
        report_of(&with(vec![accumulated("113622", items)]))
            .stated()
            .pka
    };
    let same = Some(GraySquareMetre(2.5e-4));
    for (number, unit) in [
        ("0.00025", "Gy.m2"),
        ("25", "dGy.cm2"),
        ("2.5", "Gy.cm2"),
        ("250", "cGy.cm2"),
        ("2500", "mGy.cm2"),
    ] {
        assert_eq!(pka(number, unit), same, "{unit}");
    }
    assert_eq!(pka("2.5", "Gy"), None);
    assert_eq!(pka("2.5", ""), None);
    // Wrong words beside a right code, right words beside a wrong code.
    let mut document = with(vec![accumulated(
        "113622",
        vec![Item::number("113722", "1", "Gy.m2")],
    )]);
    document.each(|item| item.concept.2 = "DOSE(RP)TOTAL".into());
    assert_eq!(
        report_of(&document).stated().pka,
        Some(GraySquareMetre(1.0))
    );
    document.each(|item| {
        if item.concept.0 == "113722" {
            item.concept = Code::new("113722", "99X", "Dose Area Product Total");
        }
    });
    assert_eq!(report_of(&document).stated().pka, None);
}

#[test]
fn p7_empty_values_and_qualifiers() {
    let concept = || Code::dcm("113725");
    for value in [Value::NoMeasuredValue, Value::NoNumber("Gy".into())] {
        let items = vec![Item::new(concept(), value.clone())];
        let report = report_of(&with(vec![accumulated("113622", items)]));
        assert_eq!(report.stated().ka_r, None, "{value:?}");
    }
    let position = Item::new(Code::dcm("113751"), Value::Code(Code::dcm("114011")));
    assert_eq!(only(vec![position]).start.table_longitudinal, None);
}

#[test]
fn p8_lists_per_pulse_and_numbers_that_are_none() {
    assert_eq!(
        only(vec![Item::number("113733", "70\\80\\90", "kV")]).kvp,
        Some(Kilovolt(80.0))
    );
    let repeated = vec![
        Item::number("113733", "60", "kV"),
        Item::number("113733", "80", "kV"),
    ];
    assert_eq!(only(repeated).kvp, Some(Kilovolt(70.0)));
    let report = report_of(&with(vec![event(
        "2.25.1",
        vec![Item::number("113733", "1/2", "kV")],
    )]));
    assert_eq!(report.events[0].kvp, None);
    assert!(has(&report, "unreadable_number"));
}

#[test]
fn p9_no_template_and_other_report_classes() {
    let mut document = with(vec![event("2.25.1", Vec::new())]);
    document.template = None;
    document.items.remove(0);
    let report = report_of(&document);
    assert_eq!(report.kind, Kind::Projection);
    assert!(has(&report, "no_procedure_code"));
    document.sop_class_uid = "1.2.840.10008.5.1.4.1.1.88.22".into();
    assert_eq!(report_of(&document).event_count(), 1);
    document.root = Code::dcm("126000");
    assert_eq!(report_of(&document).kind, Kind::NotADoseReport);
}

#[test]
fn p10_private_codes_and_comments_give_way_to_the_standard() {
    let philips = |value: &str, number: &str, unit: &str| {
        Item::new(
            Code::new(value, "99PHI-IXR-XPER", ""),
            Value::Number(number.into(), unit.into()),
        )
    };
    let event = only(vec![
        philips("021", "790", "mm"),
        philips("018", "119.5", "cm"),
    ]);
    assert_eq!(event.start.table_height, Some(Millimetre(790.0)));
    assert_eq!(event.source_to_detector, Some(Millimetre(1195.0)));
    let both = only(vec![
        philips("018", "1195", "mm"),
        Item::number("113750", "1100", "mm"),
    ]);
    assert_eq!(both.source_to_detector, Some(Millimetre(1100.0)));
    let comment = "<A><iiDiameter SRData=\"220\" />";
    let siemens = only(vec![Item::text("121106", comment)]);
    assert_eq!(siemens.detector_field, Some([Millimetre(220.0); 2]));
    for broken in [
        "<iiDiameter SRData=\"",
        "<iiDiameter SRData=\"x\"/>",
        "<iiDiameter SRData=\"-1\"/>",
        "",
    ] {
        assert_eq!(
            only(vec![Item::text("121106", broken)]).detector_field,
            None
        );
    }
}

#[test]
fn p13_filters_without_material_and_of_part_of_the_field() {
    let filter = |items: Vec<Item>| Item::container("113771", items);
    let event = only(vec![
        filter(vec![
            Item::number("113758", "0.2", "mm"),
            Item::number("113773", "0.3", "mm"),
        ]),
        filter(vec![
            Item::code("113757", Code::new("66925006", "SCT", "")),
            Item::number("113773", "0.3", "mm"),
        ]),
        filter(vec![
            Item::code("113757", Code::new("C-120F9", "SRT", "")),
            Item::code("113772", Code::dcm("113651")),
            Item::number("113773", "1", "mm"),
        ]),
    ]);
    assert_eq!(
        event.filters[0].material,
        FilterMaterial::Other(String::new())
    );
    assert_eq!(event.filters[1].material, FilterMaterial::Copper);
    assert_eq!(event.filters[2].material, FilterMaterial::Aluminium);
    assert_eq!(event.filters[2].shaped, Shape::PartOfField);
}

#[test]
fn p14_a_rotation_without_its_end() {
    let mut item = event("2.25.1", vec![Item::number("112011", "-30", "deg")]);
    item.children[2] = Item::code("113721", Code::dcm("113613"));
    let report = report_of(&with(vec![item]));
    assert_eq!(report.events[0].kind, EventKind::Rotational);
    assert_eq!(report.events[0].end.primary_angle, None);
}

#[test]
fn p15_calibration_and_everything_else_optional_may_be_absent() {
    let bare = with(vec![Item::container("113706", Vec::new())]);
    let report = report_of(&bare);
    assert_eq!(report.event_count(), 1);
    assert_eq!(report.summed().ka_r, None);
    assert!(has(&report, "event_without_uid"));
    let nothing = report_of(&Document::projection());
    assert_eq!((nothing.event_count(), nothing.stated().ka_r), (0, None));
}

#[test]
fn p16_a_radiography_system_that_writes_fluoroscopy() {
    let mut still = event("2.25.1", Vec::new());
    still.children[2] = Item::code("113721", Code::dcm("113611"));
    assert_eq!(
        report_of(&with(vec![still.clone()])).kind,
        Kind::Radiography
    );
    let moving = event("2.25.2", Vec::new());
    assert_eq!(report_of(&with(vec![still, moving])).kind, Kind::Projection);
}

#[test]
fn p20_p21_two_devices_in_one_study_add_up() {
    let of = |number: usize, model: &str| {
        let total = vec![Item::number("113725", "2.0", "Gy")];
        let uid = format!("2.25.3.{number}");
        let mut document = with(vec![accumulated("113622", total), event(&uid, Vec::new())]);
        document.sop_instance_uid = format!("2.25.900.1.{number}");
        document.model = model.into();
        report_of(&document)
    };
    let study = dose::study::join(&[of(1, "AXIOM-Artis"), of(2, "Cios Alpha")]).remove(0);
    assert_eq!(study.devices.len(), 2);
    assert_eq!(study.totals.ka_r, Some(Gray(4.0)));
    assert_eq!(study.events.len(), 2);
}

#[test]
fn p22_p23_offsets_and_character_sets_of_items() {
    let mut protocol = Item::new(Code::dcm("125203"), Value::Text(vec![0xC4, b'r', b'm']));
    protocol.character_set = Some("ISO_IR 100");
    let started = Item::date_time("111526", "20260302110000.5-0500");
    let mut document = with(vec![event("2.25.1", vec![protocol, started])]);
    document.utc_offset = Some("-0500".into());
    let report = report_of(&document);
    assert_eq!(report.utc_offset, "-0500");
    assert_eq!(report.events[0].protocol, "Ärm");
    let started = report.events[0].started.unwrap();
    assert_eq!(started.hour(), 11);
}

#[test]
fn computed_tomography_with_phantom_and_a_slice_that_is_met_again() {
    let scan = |uid: &str, kind: &str, dose: Option<(&str, &str)>| {
        let mut items = vec![
            Item::uid("113769", uid),
            Item::code("113820", Code::dcm(kind)),
            Item::number("113897", "-120", "mm"),
            Item::number("113898", "-130", "mm"),
        ];
        if let Some((ctdi, dlp)) = dose {
            items.push(Item::container(
                "113829",
                vec![
                    Item::number("113830", ctdi, "mGy"),
                    Item::code("113835", Code::dcm("113691")),
                    Item::number("113838", dlp, "Gy.cm"),
                ],
            ));
        }
        Item::container("113819", items)
    };
    let mut document = Document::projection();
    document.items = vec![
        Item::code("121058", Code::new("P5-08000", "SRT", "ct")),
        Item::container(
            "113811",
            vec![
                Item::number("113812", "13", "{events}"),
                Item::number("113813", "0.1", "Gy.cm"),
            ],
        ),
        scan("2.25.5.0", "113805", None),
    ];
    document
        .items
        .extend((1..13).map(|n| scan(&format!("2.25.5.{n}"), "113806", Some(("5.5", "0.008")))));
    let report = report_of(&document);
    assert_eq!(report.kind, Kind::Ct);
    assert_eq!(report.stated().dlp, Some(MilliGrayCentimetre(100.0)));
    assert!((report.summed().dlp.unwrap().0 - 96.0).abs() < 1e-9);
    assert_eq!(report.ct_events[1].phantom, Some(Millimetre(320.0)));
    assert_eq!(
        report.ct_events[1].ctdi_vol.map(|v| v.value),
        Some(MilliGray(5.5))
    );
    assert_eq!(report.ct_events[0].dlp, None);
    assert_eq!(
        report.ct_events[1].z_limits,
        Some([Millimetre(-130.0), Millimetre(-120.0)])
    );
    assert!(!has(&report, "event_count_disagrees"));
}

#[test]
fn mammography_states_the_dose_of_each_breast() {
    let mut document = Document::projection();
    document.items = vec![
        Item::code("121058", Code::new("71651007", "SCT", "")),
        Item::container(
            "113702",
            vec![
                Item::number("111637", "1.30", "mGy"),
                Item::number("111637", "0.0128", "dGy"),
            ],
        ),
        Item::container(
            "113706",
            vec![
                Item::uid("113769", "2.25.6"),
                Item::number("111631", "1.3", "mGy"),
            ],
        ),
    ];
    let report = report_of(&document);
    assert_eq!(report.kind, Kind::Mammography);
    let agd: Vec<f64> = report.stated().agd.iter().map(|v| v.0).collect();
    assert!(
        (agd[0] - 1.30).abs() < 1e-12 && (agd[1] - 1.28).abs() < 1e-12,
        "{agd:?}"
    );
    assert_eq!(report.summed().agd, [MilliGray(1.3)]);
}

#[test]
fn an_enhanced_report_keeps_geometry_apart_from_dose() {
    let mut document = Document::projection();
    document.sop_class_uid = super::ENHANCED_XRAY_RADIATION_DOSE_SR.into();
    document.template = Some("10040");
    document.items.extend([
        Item::container(
            "130500",
            vec![
                Item::code("113764", Code::dcm("113622")),
                Item::number("113725", "0.5", "Gy"),
            ],
        ),
        Item::container(
            "130501",
            vec![
                Item::uid("113769", "2.25.8"),
                Item::code("113721", Code::new("44491008", "SCT", "")),
                Item::container(
                    "130502",
                    vec![
                        Item::number("113738", "500", "mGy"),
                        Item::number("122130", "50", "Gy.cm2"),
                    ],
                ),
            ],
        ),
        Item::container(
            "130505",
            vec![
                Item::uid("113769", "2.25.8"),
                Item::number("112011", "12", "deg"),
                Item::number("128766", "1", "cm"),
                Item::number("128767", "2", "cm"),
                Item::number("128768", "-3", "cm"),
                Item::number("113733", "75", "kV"),
            ],
        ),
    ]);
    let report = report_of(&document);
    assert_eq!(report.stated().ka_r, Some(Gray(0.5)));
    assert_eq!(report.summed().pka, Some(GraySquareMetre(0.005)));
    let event = &report.events[0];
    assert_eq!(event.kvp, Some(Kilovolt(75.0)));
    assert_eq!(
        event.start.table_to_isocentre,
        Some([Millimetre(10.0), Millimetre(20.0), Millimetre(-30.0)])
    );
    assert_eq!(event.start.primary_angle.map(|a| a.0), Some(12.0));
}

#[test]
fn a_procedure_step_states_totals_in_its_own_units() {
    let element = |tag: [u8; 4], vr: &[u8; 2], text: &str| {
        let text = if text.len() % 2 == 1 {
            format!("{text} ")
        } else {
            text.into()
        };
        let mut out = tag.to_vec();
        out.extend(vr);
        out.extend((text.len() as u16).to_le_bytes());
        out.extend(text.as_bytes());
        out
    };
    let step = |modality: &str, dose: &[Vec<u8>]| {
        let mut bytes = element([8, 0, 0x60, 0], b"CS", modality);
        for one in dose {
            bytes.extend(one);
        }
        performed_procedure_step::read(&bytes).unwrap().report
    };
    let pka = element([0x18, 0, 0x5E, 0x11], b"DS", "235.9");
    let time = element([0x40, 0, 0, 3], b"US", "");
    let entrance = element([0x40, 0, 2, 3], b"US", "");
    let report = step("XA", &[pka.clone(), time, entrance]);
    assert_eq!(
        (report.kind, report.trust),
        (Kind::Projection, Trust::Header)
    );
    assert!((report.stated().pka.unwrap().0 - 2.359e-3).abs() < 1e-15);
    assert_eq!(report.stated().fluoroscopy, None);
    assert_eq!(report.stated().ka_r, None);
    assert_eq!(step("XA", &[]).kind, Kind::NotADoseReport);
    // US: two bytes, not text.
    let mut seconds = vec![0x40, 0, 0, 3];
    seconds.extend(b"US\x02\0");
    seconds.extend(754u16.to_le_bytes());
    let mut dose = vec![0x40, 0, 2, 3];
    dose.extend(b"US\x02\0");
    dose.extend(3u16.to_le_bytes());
    let report = step("RF", &[pka, seconds, dose]);
    assert_eq!(report.stated().fluoroscopy, Some(Seconds(754.0)));
    assert!(has(&report, "entrance_dose"));
    assert_eq!(report.stated().ka_r, None);
}

#[test]
fn what_the_map_needs_is_named_when_it_is_missing() {
    assert_eq!(Missing::PatientPosition.code(), "patient_position");
    let report = report_of(&with(vec![event("2.25.1", Vec::new())]));
    let stated = dose::geometry_stated::geometry_stated(&report);
    assert!(stated.missing.contains(&"reference_point"), "{stated:?}");
    assert!(
        stated.present.contains(&"reference_air_kerma"),
        "{stated:?}"
    );
}
