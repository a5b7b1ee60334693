//! What happens in the department: one file per thing, each load → decide → save → tell.
//!
//! [`Desk`] is what a door is given: the only holder of the store's writing handle, with the clock, the rule
//! book and the site's settings.

pub mod clock;
pub mod desk;
pub mod incoming;
pub mod patient;
pub mod rules;
pub mod site;
pub mod site_codes;

mod draft;
pub mod laboratory;
pub mod new_numbers;
mod receive_appointment;
pub mod receive_message;
mod receive_order;
mod receive_patient_message;
mod receive_result;

pub mod case_dose;
pub mod case_file;
pub mod case_summary;
mod case_tasks;
pub mod check_rows;
pub mod demonstration;
pub mod rebuild_rows;

pub mod access;
pub mod accounts;
pub mod act_on_case;
pub mod compare_rules;
pub mod hidden_from;
pub mod late_restarts;
pub mod log_in;
pub mod new_case;
mod on_arrival;
pub mod patient_page;
pub mod plan_case;
pub mod plan_change;
pub mod plan_facts;
pub mod plan_json;
pub mod plan_open_cases;
pub mod plan_request;
mod restarts;

pub mod attach_object;
pub mod detach_study;
mod file_object;
pub mod give_study;
pub mod object_summary;
pub mod receive_object;

pub mod find_patient;
pub mod identify_patient;
pub mod join_cases;
pub mod open_case_by_hand;
pub mod record_patient_facts;
pub mod restrict_patient;
pub mod tell_last_doses;

pub use clock::{Clock, SetClock, ShiftedClock, SystemClock};
pub use desk::{Desk, WorkError};
pub use object_summary::{DoseSummary, ObjectSummary};
pub use patient::Patient;
pub use rules::Rules;
pub use site::{Room, Site};
