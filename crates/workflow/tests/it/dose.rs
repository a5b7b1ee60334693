//! The dose of a case: reports joined by event, the duties that follow, and nothing twice.

use crate::acting::unidentified;
use crate::department::*;
use bytes::Bytes;
use case::{Case, TrackKind};
use dose::report::{Device, Kind, Plane, PlaneTotals, ReferencePoint, Report, Stated, Trust};
use jiff::civil::{Date, DateTime};
use model::{BirthDate, Gray, PersonName, Role};
use std::sync::Arc;
use workflow::Desk;
use workflow::attach_object::attach_object;
use workflow::case_dose::{CaseDose, ReadDoseReport, ReadReport, case_dose};
use workflow::case_file::load_case;
use workflow::receive_object::{ObjectBytes, ObjectKind, ReceivedObject, receive_object};

/// Reads `sop|study|minute|event uids`; every event gives 1 Gy.
#[derive(Debug)]
struct Lines;

impl ReadDoseReport for Lines {
    fn read(&self, bytes: &[u8]) -> Result<ReadReport, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "no text")?;
        let fields: Vec<&str> = text.split('|').collect();
        let [sop, study, minute, uids] = fields.as_slice() else {
            return Err("cut off".to_owned());
        };
        let one = Stated {
            value: Gray(1.0),
            resolution: Gray(0.1),
            trust: Trust::Report,
        };
        let events: Vec<dose::IrradiationEvent> = uids
            .split(',')
            .map(|uid| dose::IrradiationEvent {
                uid: Some(uid.to_owned()),
                ka_r: Some(one),
                ..dose::IrradiationEvent::default()
            })
            .collect();
        let whole = Stated {
            value: Gray(f64::from(u32::try_from(events.len()).unwrap())),
            ..one
        };
        let report = Report {
            sop_instance_uid: (*sop).to_owned(),
            study_uid: (*study).to_owned(),
            device: Device::default(),
            kind: Kind::Projection,
            trust: Trust::Report,
            written: format!("2027-02-01T10:{minute}:00")
                .parse::<DateTime>()
                .ok(),
            utc_offset: String::new(),
            planes: vec![PlaneTotals {
                plane: Plane::Single,
                ka_r: Some(whole),
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
            }],
            dlp_total: None,
            events_stated: None,
            events,
            ct_events: Vec::new(),
            findings: Vec::new(),
        };
        Ok(ReadReport {
            report,
            height: None,
            weight: None,
        })
    }
}

fn reading(department: &Department) -> Desk {
    let desk = department.desk.clone();
    desk.reading_dose_reports(Arc::new(Lines))
}

/// A report that nothing matches, as it comes from the modality.
async fn sent(desk: &Desk, sop: &str, study: &str, minute: &str, uids: &str) {
    let totals = Lines.read(format!("{sop}|{study}|{minute}|{uids}").as_bytes());
    let object = ReceivedObject {
        sop_class_uid: "1.2.840.10008.5.1.4.1.1.88.67".to_owned(),
        sop_instance_uid: sop.to_owned(),
        transfer_syntax: "1.2.840.10008.1.2.1".to_owned(),
        study_uid: study.to_owned(),
        series_uid: String::new(),
        patient_id: String::new(),
        issuer_of_patient_id: String::new(),
        patient_name: PersonName::default(),
        birth_date: BirthDate::Unknown,
        accession_number: String::new(),
        modality: "XA".to_owned(),
        description: String::new(),
        study_date: None,
        kind: ObjectKind::DoseReport(totals.map(|read| read.report.stated())),
        sender: "ANGIO1".to_owned(),
        flaw: String::new(),
        bytes: ObjectBytes::Memory(Bytes::from(format!("{sop}|{study}|{minute}|{uids}"))),
    };
    receive_object(desk, object).await.unwrap();
}

async fn attached(desk: &Desk, sop: &str, case: &Case) {
    attach_object(desk, &staff(Role::Radiographer), sop, case.id.as_str())
        .await
        .unwrap();
}

async fn dose_now(desk: &Desk, case: &Case) -> CaseDose {
    let stands = load_case(desk.query(), case.id.as_str())
        .await
        .unwrap()
        .unwrap();
    let key = stands.patient.clone().unwrap();
    let patient = workflow::Patient::load(desk.query(), key.as_str())
        .await
        .unwrap()
        .unwrap();
    case_dose(desk, case.id.as_str(), &patient).await.unwrap()
}

async fn duties(desk: &Desk, case: &Case) -> Vec<(String, Option<Date>)> {
    let stands = load_case(desk.query(), case.id.as_str())
        .await
        .unwrap()
        .unwrap();
    let dose = stands.tracks.iter().filter(|t| t.kind == TrackKind::Dose);
    dose.map(|t| (t.about.clone(), t.due)).collect()
}

/// hazard: H-103
#[tokio::test]
async fn a_substantial_dose_opens_its_dated_duties_once_and_a_cumulative_report_doubles_nothing() {
    in_a_department(|department| async move {
        let desk = reading(&department);
        let case = unidentified(&department, "T-401").await;
        sent(&desk, "1.1", "2.1", "10", "a,b,c").await;
        attached(&desk, "1.1", &case).await;
        assert!(
            duties(&desk, &case).await.is_empty(),
            "3 Gy is no substantial dose"
        );
        // The next report of the study finds the case by itself, and holds the first.
        sent(&desk, "1.2", "2.1", "20", "a,b,c,d,e").await;
        let dose = dose_now(&desk, &case).await;
        assert_eq!(dose.totals().ka_r, Some(Gray(5.0)));
        let owed = duties(&desk, &case).await;
        assert!(owed.len() >= 3, "{owed:?}");
        let today = department.desk.now_here().date();
        assert!(owed.iter().any(|(_, due)| *due == Some(today)));
        assert!(
            owed.iter()
                .all(|(about, due)| !about.is_empty() && due.is_some())
        );
        // A third with the same events, later: nothing is owed twice.
        sent(&desk, "1.3", "2.1", "30", "a,b,c,d,e").await;
        assert_eq!(duties(&desk, &case).await, owed);
        assert_eq!(dose_now(&desk, &case).await.totals().ka_r, Some(Gray(5.0)));
    })
    .await;
}

#[tokio::test]
async fn two_studies_of_one_case_reach_a_level_together() {
    in_a_department(|department| async move {
        let desk = reading(&department);
        let case = unidentified(&department, "T-402").await;
        sent(&desk, "1.1", "2.1", "10", "a,b,c").await;
        sent(&desk, "1.2", "2.2", "20", "d,e").await;
        attached(&desk, "1.1", &case).await;
        assert!(duties(&desk, &case).await.is_empty());
        attached(&desk, "1.2", &case).await;
        let dose = dose_now(&desk, &case).await;
        assert_eq!(dose.totals().ka_r, Some(Gray(5.0)));
        let rules: Vec<&str> = dose.alerts.iter().map(|a| a.rule.as_str()).collect();
        assert!(
            rules.contains(&"reference_air_kerma_substantial"),
            "{rules:?}"
        );
        assert!(!duties(&desk, &case).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_report_that_cannot_be_read_is_listed_and_is_no_dose_of_zero() {
    in_a_department(|department| async move {
        let case = unidentified(&department, "T-403").await;
        let desk = reading(&department);
        sent(&desk, "1.1", "2.1", "10", "a").await;
        attached(&desk, "1.1", &case).await;
        // The program was started without a reader: said, not passed over.
        let dose = dose_now(&department.desk, &case).await;
        assert!(dose.studies.is_empty());
        assert_eq!(dose.unread.len(), 1);
        assert_eq!(dose.totals().ka_r, None);
        assert_eq!(dose.peak_at_most(), None);
    })
    .await;
}
