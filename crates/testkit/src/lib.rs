//! Room: testkit. Made-up patients, phantoms and peers for tests; never a normal dependency.

pub mod shipped_rules;
