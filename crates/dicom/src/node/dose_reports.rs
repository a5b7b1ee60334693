//! The reader of dose reports that the desk works with.

use crate::objects::radiation_dose_report;
use workflow::case_dose::{ReadDoseReport, ReadReport};

/// Reads any dose report that [`radiation_dose_report::read`] reads.
#[derive(Debug, Clone, Copy, Default)]
pub struct DoseReports;

impl ReadDoseReport for DoseReports {
    fn read(&self, bytes: &[u8]) -> Result<ReadReport, String> {
        let read = radiation_dose_report::read(bytes).map_err(|error| error.to_string())?;
        Ok(ReadReport {
            height: read.header.height,
            weight: read.header.weight,
            report: read.report,
        })
    }
}
