//! NSAIDs: platelets in the high class, kidneys with contrast.

use super::recognise::Listed;
use super::stop;
use super::{Context, Ruled};
use crate::plan::MedicineRow;
use crate::readiness::Findings;
use knowledge::medicine::Action;
use model::BleedingClass;

impl<'a> Context<'_, 'a> {
    pub(crate) fn nsaid(
        &self,
        one: &Listed<'a>,
        ruled: Ruled<'a>,
        findings: &mut Findings,
    ) -> MedicineRow {
        let clash = self.kidneys_and_contrast_clash();
        let rule = self
            .class_rules(one, ruled)
            .find(|rule| rule.action == Action::Hold);
        let Some(rule) = rule else {
            return if clash {
                self.around_contrast(one)
            } else {
                one.row(Action::Continue)
            };
        };
        let mut row = self.hold(one, ruled, rule, findings);
        if clash && row.action == Action::Hold {
            // Both ask for a stop: the earlier date is printed, and only the first can be broken.
            let hours = self.hours(
                self.situation
                    .rules
                    .contrast_kidney
                    .nephrotoxic_hours_before
                    .value,
            );
            let contrast = stop::last_scheduled_before(self.situation, one, hours);
            if let (Some(old), Some(new)) = (row.last_dose, contrast)
                && new.at < old
            {
                row.last_dose = Some(new.at);
                row.moved_by_clock_change |= new.moved;
            }
            self.add_contrast_hours(&mut row);
        }
        row
    }

    /// A stop from so many hours before contrast to so many after; never a broken limit.
    fn around_contrast(&self, one: &Listed) -> MedicineRow {
        let mut row = one.row(Action::Hold);
        row.note = "nephrotoxic".to_owned();
        self.add_contrast_hours(&mut row);
        row
    }

    fn add_contrast_hours(&self, row: &mut MedicineRow) {
        let figures = &self.situation.rules.contrast_kidney;
        row.from_hours_before = Some(self.hours(figures.nephrotoxic_hours_before.value));
        row.until_hours_after = Some(self.hours(figures.nephrotoxic_hours_after.value));
    }

    fn hours(&self, value: f64) -> u16 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the value is clamped to the range of hours first"
        )]
        let hours = value.clamp(0.0, f64::from(u16::MAX)) as u16;
        hours
    }

    pub(crate) fn nsaid_without_row(&self, one: &Listed) -> MedicineRow {
        if self.situation.class == BleedingClass::High {
            let mut row = one.row(Action::DecisionRequired);
            row.note = "an NSAID without an interval here".to_owned();
            row
        } else if self.kidneys_and_contrast_clash() {
            self.around_contrast(one)
        } else {
            one.row(Action::Continue)
        }
    }
}
