#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests end the test"
)]

mod approvals;
mod flaws;
mod recognise;
mod shipped;
