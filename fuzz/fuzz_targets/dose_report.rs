//! Bytes into the dose report reader and everything that follows from them: no panic, no hang, no memory beyond
//! the input's own size class. The reader is taken by path, so that no database is built for it.
#![no_main]

#[path = "../../crates/dicom/src/objects/mod.rs"]
#[allow(dead_code)]
mod objects;

use dose::report::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = objects::header::read(bytes);
    let Ok(read) = objects::radiation_dose_report::read(bytes) else { return };
    let report = read.report;
    let stated = report.stated();
    let numbers = [
        stated.ka_r.map(|v| v.0),
        stated.pka.map(|v| v.0),
        stated.fluoroscopy.map(|v| v.0),
        stated.dlp.map(|v| v.0),
    ];
    for number in numbers.into_iter().flatten() {
        assert!(number >= 0.0, "a dose is never negative and never not-a-number");
    }
    let _ = dose::totals::differences(&report);
    let studies = dose::study::join(&[report.clone(), report.clone()]);
    if report.kind != Kind::NotADoseReport {
        assert_eq!(studies.len(), 1);
    }
});
