#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests end the test"
)]

mod approvals;
mod clinical_tables;
mod flaws;
mod recognise;
mod shipped;
