//! The rule book and the pathway's lists, as the department uses them.

use case::PathwayRules;
use knowledge::RuleBook;
use knowledge::pathway::{Pathway, PathwayItem};

/// All knowledge of one start; it does not change while the program runs.
#[derive(Debug, Clone)]
pub struct Rules {
    pub book: RuleBook,
    /// With words, for the pages.
    pub pathway: Pathway,
    /// Ids only, for the decisions.
    pub lists: PathwayRules,
    /// Levels, bands, duties and geometry packs of the dose room.
    pub dose: dose::rules::Rules,
}

impl Rules {
    pub fn new(book: RuleBook, pathway: Pathway, dose: dose::rules::Rules) -> Self {
        let ids = |items: &[PathwayItem]| items.iter().map(|item| item.id.clone()).collect();
        let lists = PathwayRules {
            sign_in_items: ids(&pathway.sign_in),
            time_out_items: ids(&pathway.time_out),
            sign_out_items: ids(&pathway.sign_out),
            discharge_criteria: ids(&pathway.discharge),
            cancel_reasons: ids(&pathway.cancel_reasons),
            complication_check_days: pathway.complication_check_days,
            result_expected_days: pathway.result_expected_days,
        };
        Self {
            book,
            pathway,
            lists,
            dose,
        }
    }
}
