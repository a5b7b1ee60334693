//! Reports in every way that makers have found, drawn from seeds: the totals are found, unknown stays unknown.
// hazard: H-103

use super::read;
use dose::Report;
use model::DoseTotals;
use testkit::dose_report_variants::{Totals, variant};

const SEEDS: [u64; 2] = [500, 100_000];

fn seeds() -> u64 {
    let full = std::env::var("SELDINGER_TEST_SIZE").is_ok_and(|size| size == "full");
    SEEDS[usize::from(full)]
}

fn same(ours: &DoseTotals, theirs: &Totals, what: &str) {
    let pairs = [
        (ours.ka_r.map(|v| v.0), theirs.ka_r),
        (ours.pka.map(|v| v.0), theirs.pka),
        (ours.fluoroscopy.map(|v| v.0), theirs.fluoroscopy),
    ];
    for (ours, theirs) in pairs {
        let equal = match (ours, theirs) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs(),
            (None, None) => true,
            _ => false,
        };
        assert!(equal, "{what}: {ours:?} instead of {theirs:?}");
    }
}

#[test]
fn every_way_of_writing_a_report_gives_its_totals() {
    for seed in 0..seeds() {
        let variant = variant(seed);
        let what = format!("seed {seed}, {:?}", variant.words);
        let reports: Vec<Report> = variant
            .reports
            .iter()
            .map(|bytes| read(bytes).unwrap_or_else(|e| panic!("{what}: {e}")).report)
            .collect();
        if let (Some(stated), Some(summed)) = (variant.stated, variant.summed) {
            same(&reports[0].stated(), &stated, &format!("stated, {what}"));
            same(&reports[0].summed(), &summed, &format!("summed, {what}"));
            assert_eq!(reports[0].event_count(), variant.events, "{what}");
        }
        let studies = dose::study::join(&reports);
        assert_eq!(studies.len(), 1, "{what}");
        let study = &studies[0];
        assert_eq!(study.events.len(), variant.events, "{what}");
        same(
            &study.summed,
            &variant.study_summed,
            &format!("study, {what}"),
        );
        // Where the stated totals cannot be added, the events decide: none twice, none lost.
        if study
            .findings
            .iter()
            .any(|f| f.code == "totals_from_events")
        {
            same(
                &study.totals,
                &variant.study_summed,
                &format!("overlap, {what}"),
            );
        }
    }
}
