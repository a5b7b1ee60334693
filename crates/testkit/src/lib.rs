//! Room: testkit. Made-up patients, phantoms and peers for tests; never a normal dependency.

pub mod chance;
pub mod postgres;
pub mod shipped_rules;
pub mod skin_dose_oracle;
