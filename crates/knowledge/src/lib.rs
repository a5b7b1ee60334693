//! Room: knowledge. Text of `knowledge/` in, checked and typed rules out.
//!
//! * [`rule_book`] – the entry: [`RuleBook::load`], overlays, look-up of medicines and conditions
//! * [`medicine`], [`procedure`], [`laboratory`], [`contrast`], [`fasting`], [`anaesthesia`],
//!   [`antibiotic`], [`aftercare`], [`team`], [`condition`], [`figures`], [`policy`] – one kind of file each
//! * [`checks`] – what a type cannot say: bands, sources, names that collide
//! * [`approval`], [`canonical`] – the site's signature over the content of a rule
//!
//! No figure of medicine is written in this room.

pub mod aftercare;
pub mod anaesthesia;
pub mod antibiotic;
pub mod approval;
pub mod canonical;
pub mod checks;
pub mod cite;
pub mod condition;
pub mod contrast;
pub mod fasting;
pub mod figures;
pub mod flaw;
pub mod laboratory;
pub mod medicine;
pub mod medicine_index;
pub mod pathway;
pub mod policy;
pub mod procedure;
mod read;
pub mod rule_book;
pub mod team;

pub use approval::Approval;
pub use cite::{Cited, Differs};
pub use figures::{Figure, FigureFile};
pub use flaw::Flaw;
pub use rule_book::{Origin, RuleBook, RuleState, StatusCount};
