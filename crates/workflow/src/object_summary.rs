//! What `object.body` holds beside its columns: whose the object says it is, its dose, why nothing matched it.

use jiff::civil::Date;
use model::{DoseTotals, Gray, GraySquareMetre, MilliGray, MilliGrayCentimetre, Seconds};
use serde::{Deserialize, Serialize};

/// Written here and read by the doors. Texts are as the sender wrote them; empty means that it did not say.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ObjectSummary {
    pub patient_id: String,
    /// The issuer that was compared: the object's own, else the hospital's.
    pub issuer: String,
    pub patient_name: String,
    /// ISO day or empty.
    pub birth_date: String,
    pub accession_number: String,
    pub modality: String,
    pub description: String,
    /// ISO day or empty.
    pub study_date: String,
    /// What was wrong with the head of the object, or empty.
    pub flaw: String,
    /// Why no case took it when it came, in words for staff; counts only while no case has it.
    pub reason: String,
    /// Other bytes were here under the same SOP Instance UID before; both are kept.
    pub is_further_version: bool,
    /// What a dose report states; `None` for anything else, and for a report that could not be read.
    pub dose: Option<DoseSummary>,
}

/// The totals in the words and units of the JSON contract. `None` is "not stated", never zero.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DoseSummary {
    pub ka_r_gy: Option<f64>,
    pub pka_gy_m2: Option<f64>,
    pub fluoroscopy_s: Option<f64>,
    pub dlp_mgy_cm: Option<f64>,
    pub agd_mgy: Vec<f64>,
}

impl ObjectSummary {
    /// Reads a row's body; one that cannot be read is shown as empty fields, never as an error page.
    pub fn read(body: &str) -> Self {
        serde_json::from_str(body).unwrap_or_default()
    }

    pub(crate) fn study_day(&self) -> Option<Date> {
        self.study_date.parse().ok()
    }
}

impl From<&DoseTotals> for DoseSummary {
    fn from(totals: &DoseTotals) -> Self {
        Self {
            ka_r_gy: totals.ka_r.map(|value| value.0),
            pka_gy_m2: totals.pka.map(|value| value.0),
            fluoroscopy_s: totals.fluoroscopy.map(|value| value.0),
            dlp_mgy_cm: totals.dlp.map(|value| value.0),
            agd_mgy: totals.agd.iter().map(|value| value.0).collect(),
        }
    }
}

impl From<&DoseSummary> for DoseTotals {
    fn from(summary: &DoseSummary) -> Self {
        Self {
            ka_r: summary.ka_r_gy.map(Gray),
            pka: summary.pka_gy_m2.map(GraySquareMetre),
            fluoroscopy: summary.fluoroscopy_s.map(Seconds),
            dlp: summary.dlp_mgy_cm.map(MilliGrayCentimetre),
            agd: summary.agd_mgy.iter().copied().map(MilliGray).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dose_that_is_not_stated_stays_unknown_on_the_way_through_the_store() {
        let totals = DoseTotals {
            ka_r: Some(Gray(0.012_345_678_9)),
            agd: vec![MilliGray(1.5)],
            ..DoseTotals::default()
        };
        let summary = ObjectSummary {
            dose: Some(DoseSummary::from(&totals)),
            ..ObjectSummary::default()
        };
        let body = serde_json::to_string(&summary).unwrap();
        let read = ObjectSummary::read(&body);
        assert_eq!(read, summary);
        assert_eq!(read.dose.as_ref().map(DoseTotals::from), Some(totals));
        assert_eq!(ObjectSummary::read("no json"), ObjectSummary::default());
    }
}
