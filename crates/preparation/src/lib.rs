//! Room: preparation. Facts + booking + rules → dated plan and readiness gate.
//!
//! * [`facts`] – what is known of the patient and the booking
//! * [`plan`] – the one entry, and the plan that it gives
//! * [`clock`] – wall clock and elapsed time in the hospital's zone
//! * `situation` – the facts read once, for all sections
//! * [`kidney`] – clearance and filtration formulas
//! * `laboratory` – readings in one unit, which are needed, which fail
//! * `medicines` – recognise, schedule, stop, decide, restart
//! * `contrast`, `fasting`, `pregnancy`, `antibiotic`, [`local_anaesthetic`], `safety` – one section each
//! * [`difference`] – what changed between two plans, line by line
//! * [`rules_compared`] – one patient under two rule books
//! * [`inr_alone`] – one rule by itself
//! * `open_questions` – what nobody has asked yet
//! * [`readiness`] – reasons and the gate

mod antibiotic;
pub mod clock;
mod conditions;
mod contrast;
pub mod difference;
pub mod facts;
mod fasting;
pub mod inr_alone;
pub mod kidney;
mod laboratory;
pub mod local_anaesthetic;
mod medicines;
mod open_questions;
pub mod plan;
mod pregnancy;
pub mod readiness;
pub mod rules_compared;
mod safety;
mod situation;
mod warnings;

pub use clock::Clock;
pub use facts::{
    Allergy, Answer, BookedProcedure, Booking, Facts, LabResult, LastIntake, List, MedicineTaken,
    PregnancyFacts, PregnancyStatus, ResultValue, StatedAge, WeightEntered,
};
pub use open_questions::OpenQuestion;
pub use plan::{LabDue, MedicineRow, Obligation, Plan, Refusal, Section, plan};
pub use readiness::Reason;
