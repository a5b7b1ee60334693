//! The dose of a case: its reports joined by irradiation event, mapped on the skin, and the follow-up they call for.
//!
//! Always worked out from the bytes of the reports, never from figures added up earlier: a report that holds
//! another, or comes twice, counts once.

use crate::case_file::load_case;
use crate::desk::{Desk, WorkError};
use crate::patient::Patient;
use case::{Case, Command, NewTrack, TrackKind};
use dose::alert::{Alert, Known, alerts};
use dose::follow_up::{CarriedOver, Duty, Earlier, carried_over, duties};
use dose::judge::{Bodies, SkinCell, judge, measures, peak, skin_cells};
use dose::peak_skin_dose::Outcome;
use dose::peak_skin_dose::phantom::human::Measures;
use dose::rules::Rules;
use dose::study::{Study, join};
use dose::{Kind, Report};
use jiff::civil::Date;
use model::{
    Centimetre, DoseTotals, Gray, GraySquareMetre, Kilogram, MilliGrayCentimetre, Seconds,
};
use store::ObjectKey;
use store::rows::ObjectRow;

/// Reads the bytes of a dose report. The DICOM room gives one; this room knows no encodings.
pub trait ReadDoseReport: std::fmt::Debug + Send + Sync {
    /// # Errors
    /// Why it cannot be read, in words for staff.
    fn read(&self, bytes: &[u8]) -> Result<ReadReport, String>;
}

/// A report, and the patient's measures where its header gives them.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadReport {
    pub report: Report,
    pub height: Option<Centimetre>,
    pub weight: Option<Kilogram>,
}

/// Stands where no DICOM room was given: every report then counts as not read, which the page says.
#[derive(Debug)]
pub(crate) struct NoReader;

impl ReadDoseReport for NoReader {
    fn read(&self, _bytes: &[u8]) -> Result<ReadReport, String> {
        Err("this program was started without a reader of dose reports".to_owned())
    }
}

/// Everything known of the dose of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseDose {
    pub studies: Vec<StudyDose>,
    /// Reports that stand under the case and could not be read.
    pub unread: Vec<UnreadReport>,
    /// Levels reached by a study, or by all studies of the case together; each rule once.
    pub alerts: Vec<Alert>,
    /// The body that the maps are made on.
    pub body: Measures,
    /// Height or weight is not known: an adult of usual size stands in.
    pub is_body_assumed: bool,
}

/// One study with what follows from it.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyDose {
    pub study: Study,
    pub skin: Outcome,
    /// The patches of skin that were hit.
    pub map: Vec<SkinCell>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadReport {
    pub sop_instance_uid: String,
    pub why: String,
}

impl CaseDose {
    /// Totals of the case: of its one study, or added up. `None` as soon as one study that ought to state it does not.
    pub fn totals(&self) -> DoseTotals {
        if let [only] = self.studies.as_slice() {
            return only.study.totals.clone();
        }
        let of = |ct: bool, value: fn(&DoseTotals) -> Option<f64>| {
            let mut asked = self
                .studies
                .iter()
                .filter(|s| (s.study.kind == Kind::Ct) == ct)
                .peekable();
            asked.peek()?;
            asked.try_fold(0.0, |sum, s| Some(sum + value(&s.study.totals)?))
        };
        DoseTotals {
            ka_r: of(false, |t| t.ka_r.map(|v| v.0)).map(Gray),
            pka: of(false, |t| t.pka.map(|v| v.0)).map(GraySquareMetre),
            fluoroscopy: of(false, |t| t.fluoroscopy.map(|v| v.0)).map(Seconds),
            dlp: of(true, |t| t.dlp.map(|v| v.0)).map(MilliGrayCentimetre),
            agd: self
                .studies
                .iter()
                .flat_map(|s| s.study.totals.agd.iter().copied())
                .collect(),
        }
    }

    /// The most that one patch of skin can have had: the sum of the peaks that could be computed; `None` when none could.
    pub fn peak_at_most(&self) -> Option<Gray> {
        self.studies
            .iter()
            .filter_map(|s| peak(&s.skin))
            .reduce(|a, b| Gray(a.0 + b.0))
    }

    /// What is owed after the procedure, by date.
    pub fn duties<'r>(&self, rules: &'r Rules, procedure: Date) -> Vec<Duty<'r>> {
        duties(&rules.levels, &self.alerts, self.peak_at_most(), procedure)
    }
}

/// The dose of a case as it stands.
/// # Errors
/// The database; a report whose bytes cannot be read is listed, not an error.
pub async fn case_dose(
    desk: &Desk,
    case_id: &str,
    patient: &Patient,
) -> Result<CaseDose, WorkError> {
    let rows = desk.query().objects_of_case(case_id).await?;
    dose_of(desk, rows, patient).await
}

/// Earlier procedures of the same patient whose skin may overlap, within the days that the rules name.
/// # Errors
/// The database.
pub async fn earlier_dose(
    desk: &Desk,
    case_id: &str,
    patient: &Patient,
    day: Date,
) -> Result<CarriedOver, WorkError> {
    let zone = desk.site().zone_or_utc();
    let mut earlier = Vec::new();
    for entry in desk.query().cases_of_patient(patient.key.as_str()).await? {
        if entry.case.case_id == case_id {
            continue;
        }
        let dose = case_dose(desk, &entry.case.case_id, patient).await?;
        let case = load_case(desk.query(), &entry.case.case_id).await?;
        let Some(started) = case.and_then(|case| case.started_at) else {
            continue;
        };
        if !dose.studies.is_empty() {
            earlier.push(Earlier {
                day: started.to_zoned_datetime(zone.clone()).date(),
                ka_r: dose.totals().ka_r,
                peak: dose.peak_at_most(),
            });
        }
    }
    Ok(carried_over(&desk.rules().dose.levels, &earlier, day))
}

/// The dose that these objects speak of; those that are no dose reports are passed over.
pub(crate) async fn dose_of(
    desk: &Desk,
    rows: Vec<ObjectRow>,
    patient: &Patient,
) -> Result<CaseDose, WorkError> {
    let desk = desk.clone();
    let height = patient.facts.height_cm.map(Centimetre);
    let weight = patient
        .facts
        .weight
        .as_ref()
        .map(|weight| Kilogram(weight.kg));
    tokio::task::spawn_blocking(move || worked_out(&desk, &rows, height, weight))
        .await
        .map_err(|ended| WorkError::Damaged(format!("the dose was not worked out: {ended}")))
}

fn worked_out(
    desk: &Desk,
    rows: &[ObjectRow],
    mut height: Option<Centimetre>,
    mut weight: Option<Kilogram>,
) -> CaseDose {
    let mut reports = Vec::new();
    let mut unread = Vec::new();
    for row in rows.iter().filter(|row| row.kind == "dose_report") {
        match read(desk, row) {
            Ok(read) => {
                height = height.or(read.height);
                weight = weight.or(read.weight);
                reports.push(read.report);
            }
            Err(why) => unread.push(UnreadReport {
                sop_instance_uid: row.sop_instance_uid.clone(),
                why,
            }),
        }
    }
    let rules = &desk.rules().dose;
    let (body, is_body_assumed) = measures(height, weight);
    let mut bodies = Bodies::default();
    let mut reached: Vec<Alert> = Vec::new();
    let studies: Vec<StudyDose> = join(&reports)
        .into_iter()
        .map(|study| {
            let judged = judge(&study, rules, &mut bodies, body);
            reached.extend(judged.alerts);
            let skin = judged.skin;
            let map = skin_cells(&study, rules, &mut bodies, body);
            StudyDose { study, skin, map }
        })
        .collect();
    let mut dose = CaseDose {
        studies,
        unread,
        alerts: Vec::new(),
        body,
        is_body_assumed,
    };
    if dose.studies.len() > 1 {
        reached.extend(together(&dose, rules));
    }
    for alert in reached {
        let known = |a: &Alert| a.rule == alert.rule && a.plane == alert.plane;
        if !dose.alerts.iter().any(known) {
            dose.alerts.push(alert);
        }
    }
    dose
}

fn read(desk: &Desk, row: &ObjectRow) -> Result<ReadReport, String> {
    let key = ObjectKey::parse(&row.sha256).ok_or("its key is damaged")?;
    let bytes = desk
        .objects()
        .get(&key)
        .map_err(|error| error.to_string())?;
    desk.dose_reports().read(&bytes)
}

/// Levels that only all studies of the case together reach: the same skin may have met them all.
fn together(dose: &CaseDose, rules: &Rules) -> Vec<Alert> {
    let totals = dose.totals();
    alerts(
        &rules.levels,
        Known {
            stated: &totals,
            summed: &totals,
            planes: &[],
            peak_skin_dose: dose.peak_at_most(),
        },
    )
}

/// Opens a dated duty for each that this dose calls for and that the case does not have yet.
pub(crate) fn follow_up_commands(
    case: &Case,
    dose: &CaseDose,
    rules: &Rules,
    procedure: Date,
) -> Vec<Command> {
    if case.death.is_some() {
        return Vec::new();
    }
    let is_there = |says: &str| {
        let mut dose_tracks = case.tracks.iter().filter(|t| t.kind == TrackKind::Dose);
        dose_tracks.any(|track| track.about == says)
    };
    dose.duties(rules, procedure)
        .into_iter()
        .filter(|duty| !duty.rule.is_advice && !is_there(&duty.rule.says))
        .map(|duty| {
            Command::OpenTrack(NewTrack {
                kind: TrackKind::Dose,
                about: duty.rule.says.clone(),
                owner: duty.rule.owner,
                due: Some(duty.to),
            })
        })
        .collect()
}
