//! AllergyIntolerance: the kinds that the rules know, by our own codes, the site's table, or the ATC group of the
//! substance. What cannot be classed is kept and asked about.

use super::bundle::Resource;
use super::chart::{Chart, Surroundings};
use super::code::{ALLERGY, ATC, Concept, SNOMED};
use super::node::Flaw;
use super::time::when_of;
use model::Gate;
use preparation::Allergy;

/// "No known allergy", and "no known drug allergy" (SNOMED CT, as in the HL7 examples).
const NO_KNOWN: [&str; 2] = ["716186003", "409137002"];
/// "No known" of one kind only: does not answer the question.
const NO_KNOWN_OF_A_KIND: [&str; 3] = ["429625007", "428607008", "716184000"];

/// ATC groups (WHO) and the kind of allergy that a substance of the group means.
const GROUPS: [(&str, &str); 6] = [
    ("V08A", "iodinated_contrast"),
    ("V08C", "gadolinium_contrast"),
    ("N01BA", "local_anaesthetic_ester"),
    ("N01BB", "local_anaesthetic_amide"),
    ("D08A", "skin_antiseptic"),
    ("J01C", "penicillin"),
];

pub(super) fn read(
    around: &Surroundings,
    resource: &Resource,
    chart: &mut Chart,
) -> Result<(), Flaw> {
    let node = &resource.node;
    chart.notes(node)?;
    let verification = Concept::at(node, "verificationStatus")?.unwrap_or_default();
    if verification.is_one_of(&["refuted", "entered-in-error"]) {
        chart.leave_out(node.path(), "refuted or entered in error");
        return Ok(());
    }
    let concept = Concept::at(node, "code")?.unwrap_or_default();
    if concept.has(SNOMED, &NO_KNOWN) {
        chart.allergies_said = true;
        return Ok(());
    }
    if concept.has(SNOMED, &NO_KNOWN_OF_A_KIND) {
        chart.leave_out(
            node.path(),
            "says only that one kind of allergy is not known",
        );
        return Ok(());
    }
    chart.allergies_said = true;
    let status = Concept::at(node, "clinicalStatus")?.unwrap_or_default();
    if status.is_one_of(&["inactive", "resolved"]) {
        let words = format!(
            "the allergy to {} is said to be over: does it still count?",
            concept.words()
        );
        chart.ask(
            "allergy_over",
            node.path(),
            "radiologist",
            Gate::Review,
            words,
        );
        return Ok(());
    }
    let mut substances = vec![concept.clone()];
    let (mut reactions, mut severity) = (Vec::new(), "");
    for reaction in node.children("reaction")? {
        substances.extend(Concept::at(&reaction, "substance")?);
        let manifestations = Concept::all(&reaction, "manifestation")?;
        reactions.extend(manifestations.iter().map(Concept::words));
        reactions.extend(reaction.text("description")?.map(str::to_owned));
        severity = worse(severity, reaction.text_or_empty("severity")?);
    }
    let kind = substances.iter().find_map(|one| kind(around, one));
    if kind.is_none() {
        let words = format!("what is the allergy to {}?", concept.whole());
        chart.ask(
            "allergy_not_classed",
            node.path(),
            "ir_nurse",
            Gate::Review,
            words,
        );
    }
    let onset = when_of(node, "onset", around.zone)?;
    chart.facts.allergies.push(Allergy {
        kind: kind.unwrap_or_default(),
        substance: concept.words(),
        reaction: reactions.join("; "),
        severity: severity.to_owned(),
        year: onset.map(|when| when.latest_day().year()),
    });
    Ok(())
}

fn kind(around: &Surroundings, concept: &Concept) -> Option<String> {
    if let Some(coding) = concept.under(ALLERGY).next() {
        return Some(coding.code.clone());
    }
    let table = &around.site.chart_codes.allergies;
    let listed = concept
        .codings
        .iter()
        .find_map(|coding| table.get(&(coding.system.clone(), coding.code.clone())));
    let grouped = || {
        let codes = ATC.iter().flat_map(|system| concept.under(system));
        let mut groups = codes.filter_map(|coding| {
            let group = GROUPS
                .iter()
                .find(|(group, _)| coding.code.starts_with(group));
            group.map(|(_, kind)| (*kind).to_owned())
        });
        groups.next()
    };
    listed.cloned().or_else(grouped)
}

fn worse<'a>(a: &'a str, b: &'a str) -> &'a str {
    let rank = |word: &str| match word {
        "severe" => 3,
        "moderate" => 2,
        "mild" => 1,
        _ => 0,
    };
    if rank(b) > rank(a) { b } else { a }
}
