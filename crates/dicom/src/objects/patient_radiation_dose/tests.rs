//! The document, row by row.

use super::super::data_set::{AtEnd, DataSet, Tag, open};
use super::*;
use dose::Millimetre;
use dose::peak_skin_dose::phantom::Region;
use dose::peak_skin_dose::room::Share;
use dose::peak_skin_dose::{Place, Surface};
use jiff::civil::datetime;
use model::{Gray, PersonName};

fn peak() -> Peak {
    Peak {
        dose: Gray(3.2),
        interval: [Gray(1.9), Gray(4.5)],
        budget: Vec::new(),
        cell_dose: Gray(3.3),
        share_on_phantom: Share(0.93),
        phantom: "human",
        place: Place {
            region: Region::Trunk,
            surface: Surface::Back,
            left_of_midline: Millimetre(-30.0),
            below_crown: Millimetre(710.0),
        },
        areas: Vec::new(),
        contributors: Vec::new(),
        assumed: vec!["head first, supine".into()],
        cells: 18_000,
    }
}

fn header() -> ReportHeader {
    ReportHeader {
        sop_instance_uid: "2.25.300.1".into(),
        study_uid: "2.25.300".into(),
        series_uid: "2.25.300.2".into(),
        patient_id: "T-0003".into(),
        issuer_of_patient_id: "TESTHOSPITAL".into(),
        patient_name: PersonName {
            family: "Testi".into(),
            given: "Anna".into(),
            middle: String::new(),
        },
        birth_date: "19500101".into(),
        sex: "F".into(),
        accession_number: "ACC-3".into(),
        manufacturer: "Seldinger".into(),
        model: "Seldinger".into(),
        serial_number: "1".into(),
        station_name: "DOSE".into(),
        written: datetime(2026, 3, 2, 12, 0, 0, 0),
    }
}

fn written(events_used: &[&str]) -> Vec<u8> {
    let program = Program {
        uid: "2.25.301".into(),
        name: "Seldinger".into(),
        version: "1".into(),
    };
    let source = Source {
        report: Evidence {
            study_uid: "2.25.300".into(),
            series_uid: "2.25.300.9".into(),
            sop_class_uid: "1.2.840.10008.5.1.4.1.1.88.67".into(),
            sop_instance_uid: "2.25.300.10".into(),
        },
        events_used: events_used.iter().map(|e| (*e).to_owned()).collect(),
    };
    write(
        &header(),
        &program,
        &peak(),
        Some(Measures::ADULT),
        &[source],
    )
}

/// Depth, relationship, value type, concept code and value of every item, in document order.
fn rows(set: &DataSet<'_>, depth: usize, out: &mut Vec<String>) {
    for item in set.items(0x0040_A730) {
        let code = |tag: Tag| {
            let code = item.first_item(tag);
            code.and_then(|c| c.ascii(0x0008_0100))
                .unwrap_or("-")
                .to_owned()
        };
        let measured = item.first_item(0x0040_A300);
        let value = match item.ascii(0x0040_A040).unwrap() {
            "CODE" => code(0x0040_A168),
            "NUM" => {
                let m = measured.unwrap();
                let unit = m.first_item(0x0040_08EA).unwrap();
                format!(
                    "{} {}",
                    m.ascii(0x0040_A30A).unwrap(),
                    unit.ascii(0x0008_0100).unwrap()
                )
            }
            "UIDREF" => item.ascii(0x0040_A124).unwrap().to_owned(),
            "COMPOSITE" => {
                let object = item.first_item(0x0008_1199).unwrap();
                object.ascii(0x0008_1155).unwrap().to_owned()
            }
            "TEXT" => item.ascii(0x0040_A160).unwrap().to_owned(),
            _ => String::new(),
        };
        out.push(
            format!(
                "{}{} {} {} {value}",
                ">".repeat(depth),
                item.ascii(0x0040_A010).unwrap(),
                item.ascii(0x0040_A040).unwrap(),
                code(0x0040_A043),
            )
            .trim_end()
            .to_owned(),
        );
        rows(item, depth + 1, out);
    }
}

const ROWS: [&str; 28] = [
    // TID 10030 row 2 (TID 1204), row 3 (TID 1002 and 1004)
    ">HAS CONCEPT MOD CODE 121049 en",
    ">HAS OBS CONTEXT CODE 121005 121007",
    ">HAS OBS CONTEXT UIDREF 121012 2.25.301",
    ">HAS OBS CONTEXT TEXT 121013 Seldinger",
    ">HAS OBS CONTEXT TEXT 121014 Seldinger",
    ">HAS OBS CONTEXT TEXT 121015 Seldinger",
    ">HAS OBS CONTEXT TEXT 121016 1",
    // row 4: TID 10031
    ">CONTAINS CONTAINER 128402",
    ">>CONTAINS TEXT 128403 Peak skin dose, mean over 1 cm2, interval at k = 2",
    ">>CONTAINS NUM 128531 3.2 Gy",
    ">>>HAS CONCEPT MOD CODE 363698007 39937001",
    ">>>HAS PROPERTIES NUM 371886008 1.300000000000e0 Gy",
    ">>>HAS PROPERTIES NUM 371885007 1.300000000000e0 Gy",
    // TID 10033
    ">>CONTAINS CONTAINER 128415",
    ">>>CONTAINS COMPOSITE 128416 2.25.300.10",
    ">>>>HAS PROPERTIES UIDREF 128429 2.25.300.11",
    ">>>CONTAINS CONTAINER 128500",
    ">>>>CONTAINS CODE 128417 128404",
    ">>>>CONTAINS CODE 128420 128421",
    ">>>>CONTAINS TEXT 121106 human of 18000 cells",
    ">>>>CONTAINS CONTAINER 128427",
    ">>>>>CONTAINS NUM 128438 70 kg",
    ">>>>>CONTAINS NUM 128441 70 kg",
    ">>>>>CONTAINS NUM 128439 170 cm",
    ">>>>>CONTAINS NUM 128442 170 cm",
    ">>>CONTAINS CONTAINER 128476",
    ">>>>CONTAINS CODE 128477 128480",
    // row 5
    ">CONTAINS TEXT 121106 back, trunk, 3 cm right of the midline, 71 cm below the crown; 93 % of the dose meets the phantom; assumed: head first, supine",
];

#[test]
fn the_document_follows_its_templates_row_by_row() {
    let bytes = written(&["2.25.300.11"]);
    let opened = open(&bytes).unwrap();
    let set = opened.data_set(Tag::MAX, AtEnd::Refuse).unwrap();
    assert_eq!(set.ascii(0x0008_0016), Some(PATIENT_RADIATION_DOSE_SR));
    assert_eq!(
        set.first_item(0x0040_A043).unwrap().ascii(0x0008_0100),
        Some("128401")
    );
    assert_eq!(
        set.first_item(0x0040_A504).unwrap().ascii(0x0040_DB00),
        Some("10030")
    );
    let mut found = Vec::new();
    rows(&set, 1, &mut found);
    assert_eq!(found, ROWS);
    let evidence = set.first_item(0x0040_A375).unwrap();
    assert_eq!(evidence.ascii(0x0020_000D), Some("2.25.300"));
    let series = evidence.first_item(0x0008_1115).unwrap();
    assert_eq!(series.ascii(0x0020_000E), Some("2.25.300.9"));
    assert_eq!(
        series.first_item(0x0008_1199).unwrap().ascii(0x0008_1155),
        Some("2.25.300.10")
    );
    // The elements of a data set stand in the order of their tags.
    let tags: Vec<Tag> = set.elements.iter().map(|e| e.tag).collect();
    assert!(tags.is_sorted(), "{tags:x?}");
}

#[test]
fn events_are_named_only_when_some_were_left_out() {
    let has = |bytes: &[u8]| bytes.windows(6).any(|w| w == b"128429");
    assert!(has(&written(&["2.25.300.11"])));
    assert!(!has(&written(&[])));
}

#[test]
fn our_own_document_is_no_dose_report() {
    let bytes = written(&[]);
    use super::super::radiation_dose_report::{is_dose_report, read};
    assert!(!is_dose_report(PATIENT_RADIATION_DOSE_SR, &bytes));
    assert_eq!(
        read(&bytes).unwrap().report.kind,
        dose::Kind::NotADoseReport
    );
}
