//! The medicines: recognised, then continued, stopped with a date, or left to a team.

mod antithrombotic;
mod diabetes;
mod dose;
mod nsaid;
mod recognise;
mod schedule;
mod stop;
mod team;

use crate::kidney::KidneyFunction;
use crate::laboratory::asks_for_kidneys;
use crate::plan::MedicineRow;
use crate::readiness::Findings;
use crate::situation::Situation;
use jiff::Timestamp;
use knowledge::Cited;
use knowledge::medicine::{Action, Comparison, Medicine, MedicineClass, Row, Rule};
use recognise::Identity;
pub(crate) use recognise::{Listed, list};
use std::collections::BTreeSet;

/// What the other sections need to know about the medicines.
#[derive(Debug, Default)]
pub(crate) struct MedicinesFound<'a> {
    pub rows: Vec<MedicineRow>,
    pub has_vitamin_k_antagonist: bool,
    pub team_decides_vitamin_k_antagonist: bool,
    /// The INR limit of a vitamin K antagonist itself.
    pub inr_limit: Option<(Comparison, f64, &'a Rule)>,
    /// Analytes to check after a stopped infusion.
    pub checks_after_stop: BTreeSet<String>,
    pub has_metformin: bool,
    /// Metformin stops for contrast: the kidneys are checked before it comes back.
    pub recheck_kidneys: bool,
    /// A medicine whose stop rests on the kidneys is there; its earliest last dose where there is one.
    pub kidney_last_dose: Option<Option<Timestamp>>,
}

/// All medicines of the list, with what they mean for the rest.
pub(crate) fn work_out<'a>(
    situation: &Situation<'a>,
    listed: &[Listed<'a>],
    kidneys: &KidneyFunction,
    findings: &mut Findings,
) -> MedicinesFound<'a> {
    let mut found = MedicinesFound::default();
    for one in listed {
        if let Identity::Rule { row, .. } = &one.identity
            && row.class == MedicineClass::VitaminKAntagonist
        {
            found.has_vitamin_k_antagonist = true;
            found.inr_limit = stricter_inr_limit(found.inr_limit, situation, row);
        }
        found.has_metformin |= one.holds_metformin(situation);
    }
    let context = Context {
        situation,
        listed,
        kidneys,
    };
    let mut rows = Vec::with_capacity(listed.len());
    for one in listed {
        let row = context.medicine(one, &mut found, findings);
        note_for_kidneys(situation, one, &row, &mut found);
        if let Identity::Rule { row: kind, .. } = &one.identity
            && kind.class == MedicineClass::VitaminKAntagonist
            && row.action >= Action::DecisionRequired
        {
            found.team_decides_vitamin_k_antagonist = true;
        }
        rows.push(row);
    }
    rows.sort_by(|a, b| (&a.inn, &a.atc).cmp(&(&b.inn, &b.atc)));
    found.rows = rows;
    found
}

fn stricter_inr_limit<'a>(
    old: Option<(Comparison, f64, &'a Rule)>,
    situation: &Situation,
    row: &'a Row,
) -> Option<(Comparison, f64, &'a Rule)> {
    let new = row
        .rules
        .iter()
        .map(|rule| rule.get_ref())
        .find_map(|rule| {
            let same = rule.bleeding_class == Some(situation.class);
            rule.inr_max
                .filter(|_| same)
                .map(|max| (rule.inr_op.unwrap_or(Comparison::AtMost), max, rule))
        });
    match (old, new) {
        (Some(old), Some(new)) if old.1 <= new.1 => Some(old),
        (old, new) => new.or(old),
    }
}

fn note_for_kidneys(
    situation: &Situation,
    one: &Listed,
    row: &MedicineRow,
    found: &mut MedicinesFound,
) {
    let Identity::Rule { medicine, .. } = &one.identity else {
        return;
    };
    if !asks_for_kidneys(situation, &medicine.id) {
        return;
    }
    let last = row.limit.map(|limit| situation.clock.first_instant(limit));
    let joined = match (found.kidney_last_dose.flatten(), last) {
        (Some(old), Some(new)) => Some(old.min(new)),
        (old, new) => old.or(new),
    };
    found.kidney_last_dose = Some(joined);
}

/// What one medicine is worked out from.
pub(crate) struct Context<'s, 'a> {
    pub situation: &'s Situation<'a>,
    pub listed: &'s [Listed<'a>],
    pub kidneys: &'s KidneyFunction,
}

/// A medicine with its rule file and the row that fits how it is given.
#[derive(Clone, Copy)]
pub(crate) struct Ruled<'m> {
    pub medicine: &'m Medicine,
    pub row: &'m Row,
}

impl Ruled<'_> {
    pub fn rule_id(&self) -> String {
        format!("medicines/{}", self.medicine.id)
    }
}

impl<'a> Context<'_, 'a> {
    fn medicine(
        &self,
        one: &Listed<'a>,
        found: &mut MedicinesFound<'a>,
        findings: &mut Findings,
    ) -> MedicineRow {
        match &one.identity {
            Identity::Unidentified(why) => self.unidentified(one, why, findings),
            Identity::Plain => self.plain(one, findings),
            Identity::Combination(combination) => {
                self.combination(one, combination, found, findings)
            }
            Identity::Rule { medicine, row } => {
                self.ruled(one, Ruled { medicine, row }, found, findings)
            }
        }
    }

    /// A medicine with a rule of its own.
    fn ruled(
        &self,
        one: &Listed<'a>,
        ruled: Ruled<'a>,
        found: &mut MedicinesFound<'a>,
        findings: &mut Findings,
    ) -> MedicineRow {
        findings.use_rule(&ruled.rule_id());
        for differs in &ruled.medicine.differs {
            findings.warn(format!("guideline_differs_{}", differs.guideline));
        }
        let mut row = match ruled.row.class {
            MedicineClass::Nsaid => self.nsaid(one, ruled, findings),
            MedicineClass::Metformin
            | MedicineClass::Sulfonylurea
            | MedicineClass::OtherOral
            | MedicineClass::Sglt2
            | MedicineClass::Glp1
            | MedicineClass::InsulinLong
            | MedicineClass::InsulinNph
            | MedicineClass::InsulinPremixed
            | MedicineClass::InsulinRapid => self.diabetes(one, ruled, found, findings),
            MedicineClass::Supplement => self.supplement(one, ruled),
            MedicineClass::VitaminKAntagonist
            | MedicineClass::Doac
            | MedicineClass::Heparin
            | MedicineClass::LmwhProphylactic
            | MedicineClass::LmwhTherapeutic
            | MedicineClass::Lmwh
            | MedicineClass::FactorXaParenteral
            | MedicineClass::ThrombinParenteral
            | MedicineClass::Antiplatelet
            | MedicineClass::P2y12
            | MedicineClass::AntiplateletWeak
            | MedicineClass::AntiplateletIv => self.antithrombotic(one, ruled, found, findings),
        };
        row.rule = ruled.rule_id();
        if !ruled.medicine.bridging.is_empty() && row.action == Action::Hold {
            row.bridging = ruled.medicine.bridging.clone();
        }
        row
    }

    fn unidentified(&self, one: &Listed, why: &str, findings: &mut Findings) -> MedicineRow {
        let situation = self.situation;
        let fact = format!("{}: {why}", one.name);
        let cited: &dyn Cited = &situation.rules.without_rule;
        findings.review(
            "medicine_not_identified",
            situation,
            "medicines/without_rule",
            cited,
            fact,
            &["referrer", "ward_nurse"],
        );
        let mut row = one.row(Action::DecisionRequired);
        row.note = why.to_owned();
        row
    }

    /// Identified, without a rule.
    fn plain(&self, one: &Listed, findings: &mut Findings) -> MedicineRow {
        let situation = self.situation;
        let policy = &situation.rules.policy;
        let in_group = |group: &String| one.code.starts_with(group.as_str());
        if policy.ask_when_group_has_no_rule.iter().any(in_group) {
            return self.unidentified(
                one,
                "a medicine of this group without a rule here",
                findings,
            );
        }
        if in_group(&policy.nsaid_group) {
            return self.nsaid_without_row(one);
        }
        if self.kidneys_and_contrast_clash() {
            let lists = &situation.rules.nephrotoxic;
            if lists.groups.items.iter().any(in_group) {
                findings.use_rule("contrast/nephrotoxic");
                let mut row = one.row(Action::DecisionRequired);
                row.rule = "contrast/nephrotoxic".to_owned();
                row.note = "may harm the kidneys together with contrast".to_owned();
                return row;
            }
            if lists.combinations.items.iter().any(in_group) {
                findings.warn("nephrotoxic_combination");
            }
        }
        let mut row = one.row(Action::Continue);
        if situation.is_sedated() {
            row.note = "with a sip of water".to_owned();
        }
        row
    }

    /// Poor kidneys and iodinated contrast into a vessel.
    pub(crate) fn kidneys_and_contrast_clash(&self) -> bool {
        let below = self
            .situation
            .rules
            .contrast_kidney
            .nephrotoxic_stop_below_egfr
            .value;
        self.situation.contrast.iodinated_into_vessel
            && self.kidneys.filtration().is_some_and(|rate| rate.0 < below)
    }

    fn supplement(&self, one: &Listed, ruled: Ruled) -> MedicineRow {
        let Some(rule) = self.class_rules(one, ruled).next() else {
            return one.row(Action::DecisionRequired);
        };
        if rule.action != Action::HoldAdvice {
            return one.row(rule.action);
        }
        match stop::last_dose_limit(self.situation, one, rule) {
            // Advice only: the date is printed even when it has passed.
            Some(limit) => {
                let mut row = one.row(Action::HoldAdvice);
                row.hold_days = rule.hold_days;
                row.last_dose = Some(limit.at);
                row.moved_by_clock_change = limit.moved;
                row
            }
            None => one.row(Action::DecisionRequired),
        }
    }

    /// The rules of the medicine for the class and the dose.
    pub(crate) fn class_rules<'m>(
        &self,
        one: &Listed,
        ruled: Ruled<'m>,
    ) -> impl Iterator<Item = &'m Rule> {
        let class = self.situation.class;
        let level = dose::level(one, ruled.medicine, self.situation.weight);
        ruled
            .row
            .rules
            .iter()
            .map(|rule| rule.get_ref())
            .filter(move |rule| {
                rule.bleeding_class == Some(class)
                    && rule.for_dose.is_none_or(|wanted| wanted == level)
            })
    }
}
