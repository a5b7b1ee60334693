//! What is written is read back, in every encoding; what is broken is refused or noted.

use super::super::data_set::Encoding;
use super::write::{
    CtEvent, ProjectionEvent, ReportHeader, ct, projection, projection_encoded, totals,
};
use super::*;
use dose::quantity::{Degrees, Kilovolt, Millimetre, SquareMetre};
use dose::report::{Plane, Posture, TableEnd};
use jiff::civil::datetime;
use model::{Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, PersonName, Seconds};

fn header() -> ReportHeader {
    ReportHeader {
        sop_instance_uid: "2.25.100.1".into(),
        study_uid: "2.25.100".into(),
        series_uid: "2.25.100.2".into(),
        patient_id: "T-0001".into(),
        issuer_of_patient_id: "TESTHOSPITAL".into(),
        patient_name: PersonName {
            family: "Väinölä".into(),
            given: "Test".into(),
            middle: String::new(),
        },
        birth_date: "19490112".into(),
        sex: "F".into(),
        accession_number: "ACC-77".into(),
        manufacturer: "SIEMENS".into(),
        model: "AXIOM-Artis".into(),
        serial_number: "1".into(),
        station_name: "ANGIO1".into(),
        written: datetime(2026, 3, 2, 10, 30, 0, 0),
    }
}

fn event(number: u32, plane: Plane, kind: EventKind) -> ProjectionEvent {
    ProjectionEvent {
        uid: format!("2.25.100.3.{number}"),
        started: datetime(2026, 3, 2, 10, 0, 0, 0),
        kind,
        plane,
        ka_r: Gray(0.0125),
        pka: GraySquareMetre(1.5e-4),
        duration: Seconds(12.5),
        kvp: Kilovolt(77.0),
        copper: Millimetre(0.3),
        primary_angle: Degrees(-12.5),
        secondary_angle: Degrees(5.0),
        end_angles: None,
        source_to_isocentre: Millimetre(785.0),
        source_to_detector: Millimetre(1100.0),
        table_longitudinal: Millimetre(-25.9),
        table_lateral: Millimetre(525.1),
        table_height: Millimetre(151.8),
        collimated_area: Some(SquareMetre(0.04)),
        patient: Some((TableEnd::HeadFirst, Posture::Prone)),
    }
}

fn two_planes() -> Vec<ProjectionEvent> {
    vec![
        event(1, Plane::A, EventKind::Fluoroscopy),
        event(2, Plane::B, EventKind::Stationary),
        event(3, Plane::A, EventKind::Rotational),
    ]
}

#[test]
fn a_written_report_reads_back_in_every_encoding() {
    let events = two_planes();
    for (explicit, big_endian) in [(true, false), (true, true), (false, false)] {
        let bytes = projection_encoded(
            &header(),
            &events,
            Encoding {
                explicit,
                big_endian,
            },
        );
        let read = read(&bytes).unwrap();
        assert_eq!(read.report.kind, Kind::Projection);
        assert_eq!(read.report.stated(), totals(&events));
        assert_eq!(read.report.events.len(), 3);
        assert_eq!(read.report.planes.len(), 2);
        assert_eq!(read.report.findings, []);
        assert_eq!(read.header.patient_name.family, "Väinölä");
        assert_eq!(read.header.accession_number, "ACC-77");
        let first = &read.report.events[0];
        assert_eq!(first.start.primary_angle, Some(Degrees(-12.5)));
        assert_eq!(first.start.table_lateral, Some(Millimetre(525.1)));
        assert_eq!(first.patient.posture, Some(Posture::Prone));
        assert_eq!(first.filters.len(), 1);
        assert_eq!(first.kvp, Some(Kilovolt(77.0)));
    }
}

// hazard: H-101
#[test]
fn every_way_of_lying_is_written_and_read_by_its_code() {
    let ways = [
        (
            TableEnd::HeadFirst,
            Posture::Supine,
            "102540008",
            "40199007",
        ),
        (TableEnd::FeetFirst, Posture::Prone, "102541007", "1240000"),
        (
            TableEnd::HeadFirst,
            Posture::LeftLateral,
            "102540008",
            "102536004",
        ),
        (
            TableEnd::FeetFirst,
            Posture::RightLateral,
            "102541007",
            "102535000",
        ),
        (TableEnd::HeadFirst, Posture::Other, "102540008", "33586001"),
    ];
    for (end, posture, end_code, posture_code) in ways {
        let mut one = event(1, Plane::Single, EventKind::Fluoroscopy);
        one.patient = Some((end, posture));
        let bytes = projection(&header(), &[one]);
        for code in [end_code, posture_code] {
            let there = bytes.windows(code.len()).any(|w| w == code.as_bytes());
            assert!(there, "{code}");
        }
        let patient = read(&bytes).unwrap().report.events[0].patient;
        assert_eq!(patient.head_first, Some(end));
        assert_eq!(patient.posture, Some(posture));
    }
}

#[test]
fn no_preamble_wrong_group_length_and_wrong_syntax_are_read_and_noted() {
    let whole = projection(&header(), &two_planes());
    let expected = read(&whole).unwrap();

    let bare = read(&whole[132..]).unwrap();
    assert_eq!(bare.report.stated(), expected.report.stated());
    assert!(bare.report.findings.iter().any(|f| f.code == "tolerated"));

    let mut wrong_length = whole.clone();
    wrong_length[140..144].copy_from_slice(&[0xFF, 0xFF, 0, 0]);
    assert_eq!(read(&wrong_length).unwrap().report, expected.report);

    // The meta group names big endian; the data set is little endian.
    let at = whole
        .windows(19)
        .position(|w| w == b"1.2.840.10008.1.2.1")
        .unwrap();
    let mut wrong_syntax = whole.clone();
    wrong_syntax[at + 18] = b'2';
    let found = read(&wrong_syntax).unwrap();
    assert_eq!(found.report.stated(), expected.report.stated());
}

#[test]
fn deflate_is_read_and_a_damaged_stream_refused() {
    use std::io::Write;
    let whole = projection(&header(), &two_planes());
    let at = whole
        .windows(19)
        .position(|w| w == b"1.2.840.10008.1.2.1")
        .unwrap();
    let meta_end = whole
        .windows(6)
        .position(|w| w == [8, 0, 5, 0, b'C', b'S'])
        .unwrap();
    let mut bytes = whole[..at - 8].to_vec();
    bytes.extend([2, 0, 0x10, 0, b'U', b'I', 22, 0]);
    bytes.extend(b"1.2.840.10008.1.2.1.99");
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    deflate.write_all(&whole[meta_end..]).unwrap();
    bytes.extend(deflate.finish().unwrap());
    let expected = read(&whole).unwrap().report;
    assert_eq!(read(&bytes).unwrap().report, expected);
    bytes.truncate(bytes.len() / 2);
    assert!(matches!(read(&bytes), Err(ReadError::DataSet(_))));
}

#[test]
fn a_small_report_that_inflates_without_end_is_refused() {
    use crate::objects::data_set::{DataSetError, INFLATED_LIMIT, open};
    use std::io::Write;
    let mut bytes = vec![0; 128];
    bytes.extend(b"DICM\x02\0\x10\0UI\x16\0");
    bytes.extend(b"1.2.840.10008.1.2.1.99");
    let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..=INFLATED_LIMIT >> 20 {
        deflate.write_all(&zeros).unwrap();
    }
    bytes.extend(deflate.finish().unwrap());
    assert!(bytes.len() < 1 << 17, "{}", bytes.len());
    assert_eq!(open(&bytes).unwrap_err(), DataSetError::Deflate);
}

#[test]
fn half_a_report_is_refused() {
    let whole = projection(&header(), &two_planes());
    for cut in [700, whole.len() / 2, whole.len() - 1] {
        assert_eq!(
            read(&whole[..cut]),
            Err(ReadError::DataSet(DataSetError::Truncated)),
            "{cut}"
        );
    }
}

#[test]
fn an_unknown_unit_leaves_the_value_unknown() {
    let whole = projection(
        &header(),
        &[event(1, Plane::Single, EventKind::Fluoroscopy)],
    );
    let text = |bytes: &mut Vec<u8>, from: &[u8], to: &[u8]| {
        for at in 0..bytes.len() - from.len() {
            if &bytes[at..at + from.len()] == from {
                bytes[at..at + to.len()].copy_from_slice(to);
            }
        }
    };
    let mut bytes = whole;
    text(&mut bytes, b"Gy.m2", b"Rd.m2");
    let report = read(&bytes).unwrap().report;
    assert_eq!(report.stated().pka, None);
    assert_eq!(report.summed().pka, None);
    assert_eq!(report.stated().ka_r, Some(Gray(0.0125)));
    assert!(report.findings.iter().any(|f| f.code == "unknown_unit"));
}

#[test]
fn a_ct_report_reads_back() {
    let scan = |number: u32, dlp: Option<f64>| CtEvent {
        uid: format!("2.25.100.4.{number}"),
        kind: if dlp.is_some() {
            EventKind::CtSpiral
        } else {
            EventKind::CtConstantAngle
        },
        protocol: "Abdomen".into(),
        ctdi_vol: dlp.map(|_| MilliGray(7.5)),
        dlp: dlp.map(MilliGrayCentimetre),
        scanning_length: Millimetre(300.0),
    };
    let bytes = ct(
        &header(),
        &[scan(1, None), scan(2, Some(210.25)), scan(3, Some(90.5))],
    );
    let report = read(&bytes).unwrap().report;
    assert_eq!(report.kind, Kind::Ct);
    assert_eq!(report.stated().dlp, Some(MilliGrayCentimetre(300.75)));
    assert_eq!(report.summed().dlp, Some(MilliGrayCentimetre(300.75)));
    assert_eq!(report.event_count(), 3);
    assert_eq!(report.stated().ka_r, None);
    assert_eq!(report.findings, []);
}

#[test]
fn what_is_a_dose_report_is_decided_by_class_or_root_code() {
    let bytes = projection(&header(), &two_planes());
    let enhanced_sr = "1.2.840.10008.5.1.4.1.1.88.22";
    assert!(is_dose_report(XRAY_RADIATION_DOSE_SR, b""));
    assert!(is_dose_report(enhanced_sr, &bytes));
    let mut other = bytes.clone();
    let at = other.windows(6).position(|w| w == b"113701").unwrap();
    other[at] = b'9';
    assert!(!is_dose_report(enhanced_sr, &other));
    assert_eq!(read(&other).unwrap().report.kind, Kind::NotADoseReport);
    assert!(!is_dose_report("1.2.840.10008.5.1.4.1.1.2", &bytes));
    assert!(!is_dose_report(enhanced_sr, b"rubbish"));
}

#[test]
fn the_header_of_a_cut_off_object_is_still_read() {
    let whole = projection(&header(), &two_planes());
    let header = header::read(&whole[..900]).unwrap();
    assert_eq!(header.patient_id, "T-0001");
    assert_eq!(header.issuer_of_patient_id, "TESTHOSPITAL");
    assert_eq!(header.study_uid, "2.25.100");
    assert_eq!(header.transfer_syntax, "1.2.840.10008.1.2.1");
}
