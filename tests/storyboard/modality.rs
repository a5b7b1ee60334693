//! The angiography room: DCMTK asks for the worklist and sends what our generator of dose reports wrote.

use dicom::objects::radiation_dose_report::write::{ProjectionEvent, ReportHeader, projection};
use dose::quantity::{Degrees, Kilovolt, Millimetre, SquareMetre};
use dose::report::{EventKind, Plane, Posture, TableEnd};
use interoperability::dcmtk;
use interoperability::folder::Folder;
use interoperability::program::Program;
use jiff::civil::{DateTime, datetime};
use model::{Gray, GraySquareMetre, PersonName, Seconds};

const HERE: &str = "ANGIO1";

/// A title that no `[[dicom.peer]]` names.
pub fn a_stranger_is_not_answered(program: &Program) {
    assert!(dcmtk::echo(&program.dicom, "NOBODY").is_err());
    dcmtk::echo(&program.dicom, HERE).unwrap();
}

/// Asks as the console does, by station, and as somebody in a hurry does, by patient.
pub fn finds(program: &Program, steps: usize) -> Vec<dcmtk::Answer> {
    let station = "ScheduledProcedureStepSequence[0].ScheduledStationAETitle=ANGIO1";
    let asked = [
        "PatientName",
        "PatientID",
        "AccessionNumber",
        "StudyInstanceUID",
        station,
    ];
    let found = dcmtk::worklist(&program.dicom, HERE, &asked).unwrap();
    assert_eq!(found.len(), steps, "{found:?}");
    let by_patient = [
        "PatientName",
        "PatientID=H1",
        "AccessionNumber",
        "StudyInstanceUID",
    ];
    assert_eq!(
        dcmtk::worklist(&program.dicom, HERE, &by_patient).unwrap(),
        found
    );
    found
}

/// The report that the angiography system sends by itself at the end, twice, as some do.
pub fn sends_a_dose_report(folder: &Folder, program: &Program, accession: &str) {
    let report = projection(&header(accession), &[event(1), event(2)]);
    let file = folder.write("dose.dcm", &report).unwrap();
    for _ in 0..2 {
        dcmtk::store(&program.dicom, HERE, &file).unwrap();
    }
}

const WRITTEN: DateTime = datetime(2026, 12, 1, 11, 0, 0, 0);

fn header(accession: &str) -> ReportHeader {
    ReportHeader {
        sop_instance_uid: "2.25.77001.1".to_owned(),
        study_uid: "2.25.77001".to_owned(),
        series_uid: "2.25.77001.2".to_owned(),
        patient_id: "H1".to_owned(),
        issuer_of_patient_id: "HARBOUR".to_owned(),
        patient_name: PersonName {
            family: "Story1".to_owned(),
            given: "Sam".to_owned(),
            middle: String::new(),
        },
        birth_date: "19580412".to_owned(),
        sex: "F".to_owned(),
        accession_number: accession.to_owned(),
        manufacturer: "Made up".to_owned(),
        model: "Generator".to_owned(),
        serial_number: "1".to_owned(),
        station_name: HERE.to_owned(),
        written: WRITTEN,
    }
}

fn event(number: u32) -> ProjectionEvent {
    ProjectionEvent {
        uid: format!("2.25.77001.3.{number}"),
        started: WRITTEN,
        kind: EventKind::Fluoroscopy,
        plane: Plane::Single,
        ka_r: Gray(0.25),
        pka: GraySquareMetre(0.002),
        duration: Seconds(300.0),
        kvp: Kilovolt(80.0),
        copper: Millimetre(0.3),
        primary_angle: Degrees(0.0),
        secondary_angle: Degrees(0.0),
        end_angles: None,
        source_to_isocentre: Millimetre(785.0),
        source_to_detector: Millimetre(1100.0),
        table_longitudinal: Millimetre(0.0),
        table_lateral: Millimetre(0.0),
        table_height: Millimetre(0.0),
        collimated_area: Some(SquareMetre(0.04)),
        patient: Some((TableEnd::HeadFirst, Posture::Supine)),
    }
}
