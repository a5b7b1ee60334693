//! Contrast: fluids, volume, earlier reactions, premedication, the sample after it.

mod premedication;

use crate::facts::Allergy;
use crate::kidney::KidneyFunction;
use crate::medicines::MedicinesFound;
use crate::plan::{LabDue, PremedicationDose, Section};
use crate::readiness::Findings;
use crate::situation::Situation;
use jiff::ToSpan;
use knowledge::condition::Tag;
use knowledge::figures::{SeverityWords, WordList};

/// The finished section.
pub(crate) struct Worked {
    pub premedication: Section<Vec<PremedicationDose>>,
    pub actions: Vec<String>,
    /// Fluids are to be given.
    pub fluids: bool,
}

/// How bad an earlier reaction was; physiologic is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    NoAllergy,
    Mild,
    Moderate,
    Severe,
}

pub(crate) fn work_out(
    situation: &Situation,
    kidneys: &KidneyFunction,
    medicines: &MedicinesFound,
    labs: &mut Vec<LabDue>,
    findings: &mut Findings,
) -> Worked {
    let mut worked = Worked {
        premedication: Section::Worked(Vec::new()),
        actions: Vec::new(),
        fluids: false,
    };
    if situation.contrast.iodinated_into_vessel {
        fluids_and_volume(situation, kidneys, &mut worked, findings);
        reactions(situation, "iodinated_contrast", &mut worked, findings);
    } else if situation.contrast.iodinated_into_cavity
        && worst(situation, "iodinated_contrast").is_some_and(|worst| worst.0 == Severity::Severe)
    {
        findings.warn("contrast_severe_prior_reaction_intracavity");
    }
    if situation.contrast.gadolinium {
        reactions(situation, "gadolinium_contrast", &mut worked, findings);
    }
    let any = situation.contrast.iodinated_into_vessel
        || situation.contrast.iodinated_into_cavity
        || situation.contrast.gadolinium;
    if any && situation.has(Tag::Breastfeeding) {
        worked.actions.push("breastfeeding_continue".to_owned());
    }
    if medicines.recheck_kidneys {
        labs.push(kidneys_after_contrast(situation));
    }
    worked.actions.sort();
    worked.actions.dedup();
    worked
}

fn fluids_and_volume(
    situation: &Situation,
    kidneys: &KidneyFunction,
    worked: &mut Worked,
    findings: &mut Findings,
) {
    let figures = &situation.rules.contrast_kidney;
    let Some(rate) = kidneys.filtration() else {
        return;
    };
    findings.use_rule("contrast/kidney");
    let dialysis = situation.has(Tag::Dialysis);
    let first_pass = situation.contrast.first_pass;
    if dialysis {
        worked
            .actions
            .push("dialysis_no_change_of_schedule".to_owned());
    } else if first_pass && rate.0 < figures.first_pass_fluids_below_egfr.value {
        worked.fluids = true;
        worked
            .actions
            .push("hydration_esur_first_pass_egfr_below_45".to_owned());
    } else if rate.0 < figures.fluids_below_egfr.value {
        worked.fluids = true;
        worked.actions.push("prophylaxis_saline_acr".to_owned());
    }
    if rate.0 >= figures.discretionary_below_egfr.value {
        worked.actions.push("acr_band_45_and_above_none".to_owned());
    } else if rate.0 >= figures.fluids_below_egfr.value {
        worked
            .actions
            .push("acr_band_30_44_discretionary".to_owned());
    }
    if first_pass {
        let by_volume = figures.first_pass_ml_per_egfr_max.value * rate.0;
        let iodine_mg = figures.first_pass_iodine_g_per_egfr_max.value * rate.0 * 1000.0;
        let concentration = figures.reference_iodine_mg_ml.value;
        let most = by_volume.min(iodine_mg / concentration);
        // Cut, not rounded up: a limit never grows by printing.
        let most = (most * 10.0).floor() / 10.0;
        worked
            .actions
            .push(format!("max_volume_ml_{most:.1}_at_{concentration:.0}"));
    }
}

fn reactions(situation: &Situation, kind: &str, worked: &mut Worked, findings: &mut Findings) {
    let Some((severity, allergy)) = worst(situation, kind) else {
        return;
    };
    let words = &situation.rules.severity;
    findings.use_rule("contrast/severity");
    if severity == Severity::NoAllergy {
        return;
    }
    let agent = allergy.substance.trim().to_lowercase().replace(' ', "_");
    if !agent.is_empty() {
        worked.actions.push(format!("change_agent_not_{agent}"));
    }
    let minutes = situation.rules.contrast_kidney.observe_minutes.value;
    worked.actions.push(format!("observe_{minutes:.0}_min"));
    match severity {
        Severity::NoAllergy | Severity::Mild => {}
        Severity::Moderate if kind == "iodinated_contrast" => {
            let (steps, scheme) = premedication::work_out(situation);
            worked.premedication = steps;
            if let Some(scheme) = scheme {
                worked.actions.push(format!("premedication_{scheme}"));
                findings.use_rule(&format!("contrast/premedication/{scheme}"));
            }
            findings.warn("guideline_differs_ESUR_no_premedication");
        }
        Severity::Moderate => {}
        Severity::Severe => {
            let fact = format!("{}: {}", allergy.substance, allergy.reaction);
            findings.review(
                "contrast_severe_prior_reaction",
                situation,
                "contrast/severity",
                &words.severe,
                fact,
                &["radiologist", "anaesthetist"],
            );
            for action in ["anaesthesia_present", "resuscitation_ready", "consider_co2"] {
                worked.actions.push(action.to_owned());
            }
        }
    }
}

/// The worst earlier reaction of a kind.
fn worst<'a>(situation: &Situation<'a>, kind: &str) -> Option<(Severity, &'a Allergy)> {
    situation
        .facts
        .allergies
        .iter()
        .filter(|allergy| allergy.kind == kind)
        .map(|allergy| (severity(&situation.rules.severity, allergy), allergy))
        .max()
}

pub(crate) fn severity(words: &SeverityWords, allergy: &Allergy) -> Severity {
    match allergy.severity.trim() {
        "mild" => Severity::Mild,
        "moderate" => Severity::Moderate,
        "severe" => Severity::Severe,
        _ => by_words(words, &allergy.reaction),
    }
}

/// Each part of the description is judged and the worst counts; words that are not known are severe.
fn by_words(words: &SeverityWords, reaction: &str) -> Severity {
    let lower = reaction
        .to_lowercase()
        .replace("oedema", "edema")
        .replace("edema", "oedema")
        .replace("dyspnea", "dyspnoea");
    let joined = lower
        .replace(" and ", ",")
        .replace(" or ", ",")
        .replace([';', '+', '/'], ",");
    let holds =
        |part: &str, list: &WordList| list.items.iter().any(|word| part.contains(word.as_str()));
    let is_neutral = |part: &str| {
        words.neutral.items.iter().any(|word| word == part)
            || ["mild", "itch", "no hypoxia"].contains(&part)
    };
    let parts = joined
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let mut judged = Vec::new();
    for part in parts {
        if holds(part, &words.severe) {
            judged.push(Severity::Severe);
        } else if holds(part, &words.moderate) {
            judged.push(Severity::Moderate);
        } else if holds(part, &words.mild) {
            judged.push(Severity::Mild);
        } else if holds(part, &words.physiologic) {
            judged.push(Severity::NoAllergy);
        } else if !is_neutral(part) {
            judged.push(Severity::Severe);
        }
    }
    judged.into_iter().max().unwrap_or(Severity::Severe)
}

/// Creatinine before metformin comes back.
fn kidneys_after_contrast(situation: &Situation) -> LabDue {
    let figures = &situation.rules.contrast_kidney;
    let after = |hours: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "hours of a few days")]
        let hours = hours as i64;
        let at = situation.start.checked_add(hours.hours());
        situation.clock.wall(at.unwrap_or(situation.start))
    };
    LabDue {
        analyte: "creatinine".to_owned(),
        take_from: after(figures.recheck_from_hours.value),
        take_until: after(figures.recheck_until_hours.value),
        advice: format!(
            "{:.0}-{:.0} h after contrast",
            figures.recheck_from_hours.value, figures.recheck_until_hours.value
        ),
        rule: "contrast/kidney".to_owned(),
    }
}
