//! Remarks beside the plan that block nothing.

use crate::kidney::KidneyFunction;
use crate::plan::LabDue;
use crate::readiness::Findings;
use crate::situation::Situation;
use jiff::civil::Weekday;
use knowledge::condition::Tag;
use knowledge::procedure::Overnight;

pub(crate) fn work_out(
    situation: &Situation,
    kidneys: &KidneyFunction,
    labs: &[LabDue],
    findings: &mut Findings,
) {
    sedation_and_age(situation, findings);
    near_limits(situation, kidneys, findings);
    let is_weekend = |day: Weekday| matches!(day, Weekday::Saturday | Weekday::Sunday);
    if labs.iter().any(|lab| is_weekend(lab.take_from.weekday())) {
        findings.warn("lab_window_on_weekend");
    }
    if is_weekend(situation.appointment.weekday()) {
        findings.warn("weekend_team");
    }
    for one in &situation.planned {
        if !one.entry.bleeding.named_by_guideline {
            findings.warn("class_by_analogy");
        }
        if one.entry.stay.overnight == Overnight::Possible {
            findings.warn("overnight_possible");
        }
        let limit = one.entry.bleeding.high_if_sheath_above_french;
        if let (Some(limit), Some(sheath)) = (limit, one.booked.sheath)
            && sheath.0 <= limit
            && sheath.0 >= situation.rules.policy.figures.sheath_gap_from_french.value
        {
            findings.warn("sheath_class_gap_6_7F");
        }
    }
    if situation
        .facts
        .allergies
        .iter()
        .any(|allergy| allergy.kind == "skin_antiseptic")
    {
        findings.warn("skin_prep_chlorhexidine");
    }
    if situation.has(Tag::Breastfeeding) && situation.is_sedated() {
        findings.warn("feed_when_awake_after_sedation");
    }
    for result in &situation.facts.laboratory {
        let known =
            situation.rules.analytes.contains_key(&result.analyte) || result.analyte == "hcg";
        if !known {
            findings.warn(format!("laboratory_not_identified_{}", result.analyte));
        }
        if result.taken_at.is_none_or(|at| at > situation.as_of) {
            findings.warn(format!("laboratory_time_refused_{}", result.analyte));
        }
    }
}

fn sedation_and_age(situation: &Situation, findings: &mut Findings) {
    if situation.is_child() {
        findings.warn("guardian_consent_and_assent");
        findings.warn("ckd_epi_not_valid_under_18");
    } else if situation.is_sedated() && !situation.inpatient() {
        let hours = situation.rules.anaesthesia.no_driving_hours.value;
        findings.warn(format!("no_driving_{hours:.0}h"));
    }
    let rules = &situation.rules.anaesthesia;
    let reduce = situation.age.is_some_and(|age| {
        age.0 >= rules.reduce_from_age_years.value || age.0 < rules.reduce_below_age_years.value
    });
    if reduce {
        let percent = rules.reduce_local_anaesthetic_percent.value;
        findings.warn(format!("local_anaesthetic_reduce_{percent:.0}_percent"));
    }
}

fn near_limits(situation: &Situation, kidneys: &KidneyFunction, findings: &mut Findings) {
    let near = situation.rules.policy.figures.near_boundary.value;
    let figures = &situation.rules.contrast_kidney;
    if situation.contrast.iodinated_into_vessel
        && let Some(rate) = kidneys.filtration()
    {
        let limits = [
            &figures.fluids_below_egfr,
            &figures.discretionary_below_egfr,
        ];
        if limits
            .iter()
            .any(|limit| (rate.0 - limit.value).abs() <= near)
        {
            findings.warn("egfr_near_boundary");
        }
    }
    let Some(crcl) = kidneys.crcl else { return };
    let bands = situation.rules.medicines.iter().filter(|medicine| {
        let listed = |code: &String| {
            situation
                .facts
                .medicines
                .iter()
                .any(|taken| taken.atc == *code)
        };
        medicine
            .members
            .iter()
            .flat_map(|member| &member.atc)
            .any(listed)
    });
    let mut limits = bands
        .flat_map(|medicine| &medicine.rows)
        .flat_map(|row| &row.rules)
        .filter(|rule| rule.get_ref().bleeding_class == Some(situation.class))
        .filter_map(|rule| rule.get_ref().crcl_from);
    if limits.any(|limit| (crcl.0 - limit).abs() <= near) {
        findings.warn("crcl_near_boundary");
    }
}
