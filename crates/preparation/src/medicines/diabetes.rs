//! Medicines of diabetes: the fasting side, and metformin with contrast.

use super::recognise::{Identity, Listed};
use super::schedule::Schedule;
use super::{Context, MedicinesFound, Ruled, dose};
use crate::plan::MedicineRow;
use crate::readiness::Findings;
use knowledge::medicine::{Action, Combination, MedicineClass, Rule};
use knowledge::medicine_index::MedicineRef;

impl<'a> Context<'_, 'a> {
    pub(crate) fn diabetes(
        &self,
        one: &Listed<'a>,
        ruled: Ruled<'a>,
        found: &mut MedicinesFound<'a>,
        findings: &mut Findings,
    ) -> MedicineRow {
        if ruled.row.class == MedicineClass::Metformin && self.metformin_stops_for_contrast() {
            findings.use_rule("contrast/kidney");
            found.recheck_kidneys = true;
            let mut row = one.row(Action::HoldFromProcedure);
            let hours = self
                .situation
                .rules
                .contrast_kidney
                .recheck_from_hours
                .value;
            row.restart =
                format!("{hours:.0} h after, when the kidneys were checked and are stable");
            return row;
        }
        let fasting = self.situation.is_sedated();
        let rule = ruled
            .row
            .rules
            .iter()
            .map(|rule| rule.get_ref())
            .find(|rule| rule.fasting == Some(fasting));
        let Some(rule) = rule else {
            return one.row(Action::DecisionRequired);
        };
        if ruled.row.class == MedicineClass::InsulinRapid && one.schedule == Schedule::Continuous {
            // A pump: without its basal rate ketoacidosis is hours away.
            findings.warn("insulin_pump_keep_basal_no_bolus");
            return one.row(Action::Continue);
        }
        match rule.action {
            Action::Hold => self.hold(one, ruled, rule, findings),
            Action::Reduce => self.reduced(one, rule, findings),
            Action::ContinueWithLiquidDiet => self.with_liquids(one, rule, findings),
            action => {
                let mut row = one.row(action);
                if action == Action::OmitMorning {
                    findings.warn("first_on_list");
                    row.restart = rule.restart.clone();
                }
                row
            }
        }
    }

    /// Poor or unknown kidneys, or contrast that reaches or may embolise the renal arteries.
    fn metformin_stops_for_contrast(&self) -> bool {
        let contrast = &self.situation.contrast;
        let below = self
            .situation
            .rules
            .contrast_kidney
            .metformin_stops_below_egfr
            .value;
        contrast.iodinated_into_vessel
            && (contrast.first_pass
                || contrast.renal_emboli_risk
                || self.kidneys.filtration().is_none_or(|rate| rate.0 < below))
    }

    fn reduced(&self, one: &Listed, rule: &Rule, findings: &mut Findings) -> MedicineRow {
        findings.warn("first_on_list");
        let mut row = one.row(Action::Reduce);
        row.fraction = rule.fraction;
        row.fraction_min = rule.fraction_lower;
        if let Schedule::Clock(times) = &one.schedule {
            let day = self.situation.appointment.date();
            let before = (0..2).flat_map(|back| {
                let day = crate::clock::days_before(day, back);
                times.iter().rev().map(move |time| day.to_datetime(*time))
            });
            row.at = before
                .into_iter()
                .find(|at| *at < self.situation.appointment);
        }
        if let [only] = one.doses.as_slice()
            && let (Some(units), Some(fraction)) = (dose::amount(only, "[iU]"), rule.fraction)
        {
            let low = rule
                .fraction_lower
                .map(|low| format!("{:.0}-", units * low));
            row.units = format!("{}{:.0}", low.unwrap_or_default(), units * fraction);
        }
        row
    }

    fn with_liquids(&self, one: &Listed, rule: &Rule, findings: &mut Findings) -> MedicineRow {
        findings.warn("aspiration_risk_glp1");
        let mut row = one.row(Action::ContinueWithLiquidDiet);
        let limit = rule.liquids_only_hours.map(|hours| {
            self.situation
                .clock
                .hours_before(self.situation.start, hours)
        });
        row.liquids_only_from = limit.map(|limit| limit.at);
        row.moved_by_clock_change = limit.is_some_and(|limit| limit.moved);
        row
    }

    /// Every component by its own rule, the strictest counts.
    pub(crate) fn combination(
        &self,
        one: &Listed<'a>,
        combination: &'a Combination,
        found: &mut MedicinesFound<'a>,
        findings: &mut Findings,
    ) -> MedicineRow {
        let rule_id = format!("medicines/combinations/{}", combination.id);
        findings.use_rule(&rule_id);
        let mut rows = Vec::new();
        for component in &combination.components {
            let found_at = self.situation.rules.index.by_code(&component.atc);
            let Some(MedicineRef::Medicine(at, _) | MedicineRef::Group(at)) = found_at else {
                continue;
            };
            let Some(medicine) = self.situation.rules.medicines.get(at) else {
                continue;
            };
            let Some(row) = medicine.rows.first() else {
                continue;
            };
            let part = Listed {
                identity: Identity::Rule { medicine, row },
                ..one.clone()
            };
            rows.push(self.ruled(&part, Ruled { medicine, row }, found, findings));
        }
        if rows.len() != combination.components.len() {
            return self.medicine_without_parts(one);
        }
        let liquids = rows.iter().find_map(|row| row.liquids_only_from);
        let forced = combination
            .components_action
            .filter(|_| self.situation.is_sedated());
        let chosen = rows
            .iter()
            .find(|row| forced == Some(row.action))
            .or_else(|| rows.iter().max_by_key(|row| row.action));
        let mut row = chosen
            .cloned()
            .unwrap_or_else(|| one.row(Action::DecisionRequired));
        row.liquids_only_from = liquids;
        row.rule = rule_id;
        row
    }

    fn medicine_without_parts(&self, one: &Listed) -> MedicineRow {
        let mut row = one.row(Action::DecisionRequired);
        row.note = "a component has no rule here".to_owned();
        row
    }
}
