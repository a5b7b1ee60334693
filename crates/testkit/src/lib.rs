//! Room: testkit. Made-up patients, phantoms and peers for tests; never a normal dependency.

pub mod chance;
pub mod dose_report_variants;
pub mod postgres;
pub mod preparation_oracle;
pub mod shipped_rules;
pub mod skin_dose_oracle;
pub mod structured_report;
