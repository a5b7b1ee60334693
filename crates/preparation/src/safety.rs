//! Questions that are asked of everybody: escort, local anaesthetic allergy, implants, conditions that nobody understands.

use crate::readiness::{Findings, Lift};
use crate::situation::Situation;
use knowledge::condition::Tag;
use knowledge::procedure::Anaesthesia;
use model::{Modality, Urgency};

const RADIOLOGIST: Lift = Lift {
    by: &["radiologist"],
    by_task: false,
};

pub(crate) fn work_out(situation: &Situation, findings: &mut Findings) {
    unknown_conditions(situation, findings);
    escort(situation, findings);
    local_anaesthetics(situation, findings);
    magnet(situation, findings);
    thyroid(situation, findings);
    if situation.weight_refused {
        findings.warn("weight_refused");
    }
}

fn unknown_conditions(situation: &Situation, findings: &mut Findings) {
    for stated in &situation.conditions {
        let understood = stated
            .known
            .is_some_and(|known| !known.tags.contains(&Tag::IndicationOnly));
        if !understood || stated.broken_date {
            let figure = &situation.rules.conditions_cited;
            let fact = format!("condition {} is not understood", stated.name);
            findings.review(
                "condition_not_identified",
                situation,
                "conditions",
                figure,
                fact,
                &["referrer", "radiologist"],
            );
        }
    }
}

/// An adult outpatient who is sedated needs company home; nothing but a companion lifts it.
fn escort(situation: &Situation, findings: &mut Findings) {
    if !situation.is_sedated() {
        return;
    }
    findings.warn("escort_required");
    let figure = &situation.rules.anaesthesia.escort_from_age_years;
    let with_guardian = situation.age.is_some_and(|age| age.0 < figure.value);
    if with_guardian || situation.inpatient() || situation.facts.companion.is_yes() {
        return;
    }
    let fact = "nobody is known who takes the patient home after sedation".to_owned();
    let lift = Lift {
        by: &["coordinator", "ir_nurse"],
        by_task: false,
    };
    findings.block(
        "no_escort".to_owned(),
        situation,
        "anaesthesia/rules",
        figure,
        fact,
        lift,
    );
}

fn local_anaesthetics(situation: &Situation, findings: &mut Findings) {
    let has = |kind: &str| {
        situation
            .facts
            .allergies
            .iter()
            .any(|allergy| allergy.kind == kind)
    };
    let (ester, amide) = (
        has("local_anaesthetic_ester"),
        has("local_anaesthetic_amide"),
    );
    if ester && !amide {
        findings.warn("ester_allergy_use_amide_preservative_free");
    }
    let figure = &situation.rules.anaesthesia_lists.local_anaesthetic_kinds;
    let all = figure.items.iter().all(|kind| has(kind));
    if all && situation.anaesthesia != Anaesthesia::General {
        let fact = "allergies to esters and amides are named".to_owned();
        findings.block(
            "allergy_all_local_anaesthetics".to_owned(),
            situation,
            "anaesthesia/rules",
            figure,
            fact,
            Lift {
                by: &["radiologist", "anaesthetist"],
                by_task: false,
            },
        );
    }
}

fn magnet(situation: &Situation, findings: &mut Findings) {
    let in_magnet = situation.planned.iter().any(|one| {
        if one.booked.modality.is_empty() {
            one.entry
                .technique
                .modalities
                .iter()
                .all(|modality| *modality == Modality::Mr)
        } else {
            one.booked.modality.contains(&Modality::Mr)
        }
    });
    if in_magnet && situation.has(Tag::MrUnsafe) {
        let figure = &situation.rules.conditions_cited;
        let fact = "an implant that must not enter the magnet".to_owned();
        findings.block(
            "mr_unsafe_implant".to_owned(),
            situation,
            "conditions",
            figure,
            fact,
            RADIOLOGIST,
        );
    }
}

fn thyroid(situation: &Situation, findings: &mut Findings) {
    let planned =
        situation.contrast.iodinated_into_vessel || situation.contrast.iodinated_into_cavity;
    if planned && situation.has(Tag::OvertHyperthyroidism) {
        let figure = &situation.rules.thyroid.forbids_iodine;
        let fact = "overt hyperthyroidism and iodinated contrast".to_owned();
        let urgent = situation.booking.urgency == Urgency::Urgent;
        let by: &[&str] = if urgent {
            &["radiologist", "endocrinology"]
        } else {
            &["endocrinology"]
        };
        let lift = Lift { by, by_task: false };
        findings.block(
            "overt_hyperthyroidism".to_owned(),
            situation,
            "contrast/thyroid",
            figure,
            fact,
            lift,
        );
    }
}
