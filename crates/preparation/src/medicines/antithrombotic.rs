//! Anticoagulants and antiplatelets.

use super::recognise::Listed;
use super::schedule::{Schedule, weekday_number, weekday_of};
use super::stop::{self, Kept};
use super::{Context, MedicinesFound, Ruled};
use crate::laboratory::inr_passes;
use crate::laboratory::reading::{Reading, series};
use crate::plan::MedicineRow;
use crate::readiness::{Findings, Lift};
use knowledge::condition::Tag;
use knowledge::medicine::{Action, MedicineClass, Rule};
use model::BleedingClass;

const RADIOLOGIST: &[&str] = &["radiologist"];

impl<'a> Context<'_, 'a> {
    pub(crate) fn antithrombotic(
        &self,
        one: &Listed<'a>,
        ruled: Ruled<'a>,
        found: &mut MedicinesFound<'a>,
        findings: &mut Findings,
    ) -> MedicineRow {
        let class = ruled.row.class;
        if class.is_heparin_or_lmwh() && self.suspects_hit() {
            let policy = &self
                .situation
                .rules
                .policy
                .figures
                .suspected_hit_platelets_fraction;
            let fact = format!("{}: platelets fell to half or less under heparin", one.name);
            findings.review(
                "suspected_hit",
                self.situation,
                "policy",
                policy,
                fact,
                &["haematology"],
            );
            return one.row(Action::DecisionRequired);
        }
        match (class, self.situation.class) {
            (MedicineClass::AntiplateletIv, _) => {
                self.team_decides(&one.name, class, findings);
                one.row(Action::MdtDecisionRequired)
            }
            (MedicineClass::VitaminKAntagonist, BleedingClass::Low) => {
                self.vitamin_k_low(one, ruled, found)
            }
            (_, BleedingClass::Low) => one.row(Action::Continue),
            (_, BleedingClass::High) => self.high_class(one, ruled, found, findings),
        }
    }

    /// The medicine goes on while a fresh INR meets every limit that applies.
    fn vitamin_k_low(
        &self,
        one: &Listed<'a>,
        ruled: Ruled<'a>,
        found: &MedicinesFound<'a>,
    ) -> MedicineRow {
        let mut row = one.row(if inr_passes(self.situation, found) {
            Action::Continue
        } else {
            Action::Target
        });
        if let Some((op, max)) = self
            .class_rules(one, ruled)
            .find_map(|rule| rule.inr_op.zip(rule.inr_max))
        {
            row.inr_target = format!("{} {max:.1}", op.sign());
        }
        row
    }

    /// Platelets at half or less of an earlier value while heparin is on the list.
    fn suspects_hit(&self) -> bool {
        let rules = self.situation.rules;
        let Some(analyte) = rules.analytes.get("platelets") else {
            return false;
        };
        let fraction = rules.policy.figures.suspected_hit_platelets_fraction.value;
        let mut counts = series(self.situation, analyte, &["platelets"]);
        counts.retain(|value| matches!(value.reading, Reading::Number(_)));
        let Some(newest) = counts.pop() else {
            return false;
        };
        let number = |reading: &Reading| match reading {
            Reading::Number(value) => *value,
            Reading::Word(_) | Reading::Implausible(_) => 0.0,
        };
        counts.iter().any(|earlier| {
            earlier.taken_at < newest.taken_at
                && number(&newest.reading) <= fraction * number(&earlier.reading)
        })
    }

    fn high_class(
        &self,
        one: &Listed<'a>,
        ruled: Ruled<'a>,
        found: &mut MedicinesFound<'a>,
        findings: &mut Findings,
    ) -> MedicineRow {
        let class = ruled.row.class;
        if let (Schedule::Dialysis(days), true) = (&one.schedule, class.is_heparin_or_lmwh()) {
            return self.dialysis(one, ruled, days, findings);
        }
        let rules: Vec<&'a Rule> = self.class_rules(one, ruled).collect();
        if rules.iter().all(|rule| rule.action == Action::Continue) {
            return one.row(Action::Continue);
        }
        let would_hold = rules.iter().any(|rule| rule.action == Action::Hold);
        let platelets = matches!(class, MedicineClass::Antiplatelet | MedicineClass::P2y12);
        if would_hold && platelets && self.is_intended_therapy() {
            findings.warn("sir_class_versus_intended_therapy");
            let mut row = one.row(Action::Continue);
            row.note = "intended_therapy".to_owned();
            return row;
        }
        let team = self.team_decides(&one.name, class, findings);
        let Some(rule) = self.band(&rules) else {
            return self.kidneys_unknown(one, ruled, team, findings);
        };
        if team || rule.action == Action::MdtDecisionRequired {
            return self.left_to_the_team(one, ruled, rule, findings);
        }
        if rule.operator_decides && !self.is_primary_prevention(one) {
            let fact = format!("{}: not for primary prevention alone", one.name);
            findings.review(
                "aspirin_operator_decision",
                self.situation,
                &ruled.rule_id(),
                rule,
                fact,
                RADIOLOGIST,
            );
            return one.row(Action::ContinuePendingOperator);
        }
        let row = self.hold(one, ruled, rule, findings);
        if row.action == Action::Hold {
            found.checks_after_stop.extend(rule.check.iter().cloned());
        }
        row
    }

    fn dialysis(
        &self,
        one: &Listed,
        ruled: Ruled,
        days: &std::collections::BTreeSet<usize>,
        findings: &mut Findings,
    ) -> MedicineRow {
        let today = weekday_of(self.situation.appointment);
        let by_condition = self.situation.conditions.iter().any(|stated| {
            stated
                .known
                .is_some_and(|known| known.tags.contains(&Tag::Dialysis))
                && stated
                    .part
                    .split('_')
                    .filter_map(weekday_number)
                    .any(|day| day == today)
        });
        if !days.contains(&today) && !by_condition {
            return one.row(Action::Continue);
        }
        let fact = format!("{}: the appointment falls on a dialysis day", one.name);
        if let Some(rule) = self.class_rules(one, ruled).next() {
            findings.review(
                "dialysis_day_conflict",
                self.situation,
                &ruled.rule_id(),
                rule,
                fact,
                &["nephrology"],
            );
        }
        one.row(Action::DecisionRequired)
    }

    /// Arterial angioplasty or stent: the antiplatelet is part of the treatment.
    fn is_intended_therapy(&self) -> bool {
        let families = &self.situation.rules.policy.intended_therapy_families;
        self.situation
            .planned
            .iter()
            .any(|one| one.entry.bleeding.arterial_access && families.contains(&one.entry.family))
    }

    /// Only for primary prevention, and nothing names arterial disease or a stent.
    fn is_primary_prevention(&self, one: &Listed) -> bool {
        let stated = !one.indications.is_empty()
            && one
                .indications
                .iter()
                .all(|indication| indication.name == "primary_prevention");
        let disease = self
            .situation
            .conditions
            .iter()
            .chain(&self.situation.indications)
            .filter_map(|stated| stated.known)
            .any(|known| known.tags.contains(&Tag::ArterialDisease));
        stated && !disease
    }

    /// The rule whose band holds the clearance; a rule without a band holds always.
    fn band(&self, rules: &[&'a Rule]) -> Option<&'a Rule> {
        rules.iter().copied().find(|rule| {
            let banded = rule.crcl_from.is_some() || rule.crcl_below.is_some();
            match self.kidneys.crcl {
                _ if !banded => true,
                None => rule.also_if_crcl_unknown,
                Some(crcl) => {
                    rule.crcl_from.is_none_or(|from| crcl.0 >= from)
                        && rule.crcl_below.is_none_or(|below| crcl.0 < below)
                }
            }
        })
    }

    fn kidneys_unknown(
        &self,
        one: &Listed,
        ruled: Ruled<'a>,
        team: bool,
        findings: &mut Findings,
    ) -> MedicineRow {
        if let Some(rule) = self.class_rules(one, ruled).next() {
            self.active_in_emergency(one, ruled, rule, findings);
        }
        let mut row = one.row(if team {
            Action::MdtDecisionRequired
        } else {
            Action::DecisionRequired
        });
        row.note = "kidney function is not known".to_owned();
        row
    }

    /// No date: the interval is information for the team.
    fn left_to_the_team(
        &self,
        one: &Listed,
        ruled: Ruled,
        rule: &Rule,
        findings: &mut Findings,
    ) -> MedicineRow {
        if !rule.review.is_empty() {
            let fact = format!("{}: {}", one.name, ruled.medicine.says);
            findings.review(
                &rule.review,
                self.situation,
                &ruled.rule_id(),
                rule,
                fact,
                &["haematology", "cardiology"],
            );
        }
        let in_time = rule.action == Action::Hold
            && stop::last_dose_limit(self.situation, one, rule)
                .is_some_and(|limit| stop::kept(self.situation, one, limit) == Kept::Confirmed);
        if !in_time {
            self.active_in_emergency(one, ruled, rule, findings);
        }
        let mut row = one.row(Action::MdtDecisionRequired);
        row.information_for_team = interval_in_words(rule);
        row
    }

    /// In an emergency an anticoagulant that is not known to have stopped in time is active.
    fn active_in_emergency(
        &self,
        one: &Listed,
        ruled: Ruled,
        rule: &Rule,
        findings: &mut Findings,
    ) {
        if self.situation.is_emergency() && ruled.row.class.is_anticoagulant() {
            let fact = format!("{} may still act", one.name);
            findings.review(
                "anticoagulant_active_emergency",
                self.situation,
                &ruled.rule_id(),
                rule,
                fact,
                RADIOLOGIST,
            );
        }
    }

    /// A stop with its date, or a decision when the date cannot be kept.
    pub(crate) fn hold(
        &self,
        one: &Listed,
        ruled: Ruled,
        rule: &Rule,
        findings: &mut Findings,
    ) -> MedicineRow {
        let situation = self.situation;
        let emergency_anticoagulant =
            situation.is_emergency() && ruled.row.class.is_anticoagulant();
        let Some(limit) = stop::last_dose_limit(situation, one, rule) else {
            self.active_in_emergency(one, ruled, rule, findings);
            let mut row = one.row(Action::DecisionRequired);
            row.note = "no dose times".to_owned();
            return row;
        };
        let kept = stop::kept(situation, one, limit);
        let goes =
            kept == Kept::Confirmed || (kept == Kept::StillPossible && !emergency_anticoagulant);
        if goes {
            let mut row = one.row(Action::Hold);
            row.last_dose = Some(limit.at);
            row.limit = Some(limit.at);
            row.moved_by_clock_change = limit.moved;
            row.fill_from(rule);
            return row;
        }
        let mut row = one.row(Action::DecisionRequired);
        row.limit = Some(limit.at);
        row.hold_days = rule.hold_days;
        row.earliest_compliant_date = stop::earliest_day(situation, one, rule);
        let rule_id = ruled.rule_id();
        if emergency_anticoagulant {
            self.active_in_emergency(one, ruled, rule, findings);
        } else if kept == Kept::BrokenConfirmed && !situation.is_emergency() {
            let fact = format!("{} was taken after {}", one.name, limit.at);
            let lift = Lift {
                by: RADIOLOGIST,
                by_task: false,
            };
            findings.block(
                "hold_not_followed".to_owned(),
                situation,
                &rule_id,
                rule,
                fact,
                lift,
            );
        } else {
            let fact = format!("{}: the last dose was due by {}", one.name, limit.at);
            findings.review(
                "hold_interval_not_reachable",
                situation,
                &rule_id,
                rule,
                fact,
                RADIOLOGIST,
            );
        }
        row
    }
}

fn interval_in_words(rule: &Rule) -> String {
    let mut parts = Vec::new();
    if let Some(days) = rule.hold_days {
        parts.push(format!("{days} dose-free days"));
    }
    if let Some(doses) = rule.doses {
        parts.push(format!("{doses} doses"));
    }
    if let Some(hours) = rule.min_hours {
        parts.push(format!("{hours} h"));
    }
    if let Some(hours) = rule.restart_hours {
        parts.push(format!("restart {hours} h after"));
    }
    parts.join(", ")
}
