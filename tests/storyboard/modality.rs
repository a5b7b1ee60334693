//! The angiography room's machines: DCMTK asks for the worklist and sends what our generator of dose reports wrote.

use crate::storyboard::scene::{BORN, PATIENT, Scene};
use crate::storyboard::staff::Person;
use dicom::objects::radiation_dose_report::write::{ProjectionEvent, ReportHeader, projection};
use dose::quantity::{Degrees, Kilovolt, Millimetre, SquareMetre};
use dose::report::{EventKind, Plane, Posture, TableEnd};
use interoperability::dcmtk::{self, Answer};
use interoperability::peers::outside_data;
use jiff::civil::Date;
use model::{Gray, GraySquareMetre, PersonName, Seconds};

const HERE: &str = "ANGIO1";
const START_DATE: &str = "0040,0002";
const ACCESSION: &str = "0008,0050";

/// A title that no `[[dicom.peer]]` names.
pub fn a_stranger_is_not_answered(scene: &Scene) {
    assert!(dcmtk::echo(&scene.dicom(), "NOBODY").is_err());
    dcmtk::echo(&scene.dicom(), HERE).unwrap();
}

/// Asks by station and date as the console does, and by patient as somebody in a hurry does: the same step, or none.
pub fn finds_the_case_on(scene: &Scene, day: Date) {
    let found = asked(scene, day, "");
    assert_eq!(
        found,
        asked(scene, day, PATIENT),
        "by patient as by station"
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0][ACCESSION], scene.accession());
    assert_eq!(found[0][START_DATE], day.strftime("%Y%m%d").to_string());
}

pub fn finds_nothing_on(scene: &Scene, day: Date) {
    assert_eq!(asked(scene, day, ""), Vec::new());
    assert_eq!(asked(scene, day, PATIENT), Vec::new());
}

fn asked(scene: &Scene, day: Date, patient: &str) -> Vec<Answer> {
    let step = "ScheduledProcedureStepSequence[0]";
    let station = format!("{step}.ScheduledStationAETitle={HERE}");
    let date = format!(
        "{step}.ScheduledProcedureStepStartDate={}",
        day.strftime("%Y%m%d")
    );
    let patient = format!("PatientID={patient}");
    let keys = [
        "PatientName",
        &patient,
        "AccessionNumber",
        "StudyInstanceUID",
        &station,
        &date,
    ];
    dcmtk::worklist(&scene.dicom(), HERE, &keys).unwrap()
}

/// What the console knew of the patient when it wrote the report.
struct Console<'a> {
    study: &'a str,
    patient: &'a str,
    accession: &'a str,
    ka_r: Gray,
}

/// The report that the angiography system sends by itself at the end, twice, as some do.
pub fn sends_a_dose_report(scene: &Scene) {
    let accession = scene.accession();
    let console = Console {
        study: "2.25.77001",
        patient: PATIENT,
        accession: &accession,
        ka_r: Gray(0.25),
    };
    for _ in 0..2 {
        sends(scene, &console);
    }
    assert_eq!(scene.list("/api/unmatched").len(), 0);
}

/// Another run was begun without the worklist, under a typed number: the report waits until somebody attaches it.
pub fn sends_a_report_under_a_typed_number(scene: &Scene) {
    let console = Console {
        study: "2.25.77002",
        patient: "TYPED",
        accession: "",
        ka_r: Gray(0.05),
    };
    sends(scene, &console);
    assert_eq!(scene.list("/api/unmatched").len(), 1);
    attaches(scene, "STORY1, Maria");
}

/// A real report of another hospital, as it is, matches nobody here; its day belongs to the other patient's case.
pub fn sends_a_real_siemens_report(scene: &Scene) {
    let Some(data) = outside_data() else {
        return;
    };
    let file = data.join("data/rdsr/siemens_axiom_artis.dcm");
    dcmtk::store(&scene.dicom(), HERE, &file).unwrap();
    let waiting = scene.list("/api/unmatched");
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert!(waiting[0]["dose"].is_object(), "{waiting:?}");
    attaches(scene, "STORY2, Otto");
}

/// Two clicks: whose it is, and that it is so.
fn attaches(scene: &Scene, patient: &str) {
    let rafael = Person::in_role(scene, "radiographer");
    rafael.opens("/unmatched");
    rafael.looks("unmatched");
    rafael.follows("Dose report");
    rafael.looks("whose is this");
    rafael.follows(patient);
    rafael.looks("both identities");
    rafael.sees(&["differs"]);
    let id = rafael.page.url().unwrap();
    let id = id.rsplit_once("case=").unwrap().1.to_owned();
    rafael.signs(&format!("Attach to case {id}"));
    rafael.sees(&[patient]);
    assert_eq!(scene.list("/api/unmatched").len(), 0);
}

fn sends(scene: &Scene, console: &Console<'_>) {
    let written = scene.now();
    let header = ReportHeader {
        sop_instance_uid: format!("{}.1", console.study),
        study_uid: console.study.to_owned(),
        series_uid: format!("{}.2", console.study),
        patient_id: console.patient.to_owned(),
        issuer_of_patient_id: "HARBOUR".to_owned(),
        patient_name: PersonName {
            family: "Story1".to_owned(),
            given: "Maria".to_owned(),
            middle: String::new(),
        },
        birth_date: BORN.strftime("%Y%m%d").to_string(),
        sex: "F".to_owned(),
        accession_number: console.accession.to_owned(),
        manufacturer: "Made up".to_owned(),
        model: "Generator".to_owned(),
        serial_number: "1".to_owned(),
        station_name: HERE.to_owned(),
        written,
    };
    let events = [1, 2].map(|number| ProjectionEvent {
        uid: format!("{}.3.{number}", console.study),
        started: written,
        kind: EventKind::Fluoroscopy,
        plane: Plane::Single,
        ka_r: console.ka_r,
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
    });
    let report = projection(&header, &events);
    let file = scene.folder.write("dose.dcm", &report).unwrap();
    dcmtk::store(&scene.dicom(), HERE, &file).unwrap();
}
