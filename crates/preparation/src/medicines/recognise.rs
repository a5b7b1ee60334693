//! Which medicine a line of the list means: by ATC code, by name, and only when both agree.

use super::dose;
use super::schedule::Schedule;
use crate::conditions::{self, Stated};
use crate::facts::MedicineTaken;
use crate::plan::MedicineRow;
use crate::situation::Situation;
use jiff::civil::DateTime;
use knowledge::RuleBook;
use knowledge::medicine::{Action, Combination, Medicine, MedicineClass, Row};
use knowledge::medicine_index::{MedicineRef, normalise};
use std::collections::BTreeMap;

/// What a line of the list is.
#[derive(Debug, Clone)]
pub(crate) enum Identity<'a> {
    Rule {
        medicine: &'a Medicine,
        row: &'a Row,
    },
    Combination(&'a Combination),
    /// Identified, without a rule.
    Plain,
    /// Why not, in words.
    Unidentified(&'static str),
}

/// One medicine of the list; lines that name the same medicine in the same words are one.
#[derive(Debug, Clone)]
pub(crate) struct Listed<'a> {
    pub name: String,
    /// ATC code as written.
    pub atc: String,
    /// ATC code as written, or that of the name when none was.
    pub code: String,
    pub doses: Vec<String>,
    pub schedule: Schedule,
    pub indications: Vec<Stated<'a>>,
    pub identity: Identity<'a>,
    /// The latest dose that was really taken.
    pub confirmed: Option<DateTime>,
}

impl Listed<'_> {
    pub fn row(&self, action: Action) -> MedicineRow {
        MedicineRow::new(&self.name, &self.atc, action)
    }

    pub fn class(&self) -> Option<MedicineClass> {
        match &self.identity {
            Identity::Rule { row, .. } => Some(row.class),
            Identity::Combination(_) | Identity::Plain | Identity::Unidentified(_) => None,
        }
    }

    /// Metformin, alone or in a combination.
    pub fn holds_metformin(&self, situation: &Situation) -> bool {
        match &self.identity {
            Identity::Combination(combination) => combination.components.iter().any(|component| {
                let found = situation.rules.index.by_code(&component.atc);
                let Some(MedicineRef::Medicine(at, _) | MedicineRef::Group(at)) = found else {
                    return false;
                };
                let medicine = situation.rules.medicines.get(at);
                let row = medicine.and_then(|medicine| medicine.rows.first());
                row.is_some_and(|row| row.class == MedicineClass::Metformin)
            }),
            _ => self.class() == Some(MedicineClass::Metformin),
        }
    }
}

/// All medicines of the list.
pub(crate) fn list<'a>(situation: &Situation<'a>) -> Vec<Listed<'a>> {
    let rules = situation.rules;
    let mut groups: BTreeMap<(String, String), Vec<&'a MedicineTaken>> = BTreeMap::new();
    for taken in &situation.facts.medicines {
        let key = (normalise(&taken.inn), taken.atc.trim().to_uppercase());
        groups.entry(key).or_default().push(taken);
    }
    let mut listed: Vec<Listed> = merged(rules, groups)
        .into_iter()
        .map(|mut group| {
            group.lines.sort();
            one(situation, &group.name, &group.atc, &group.lines)
        })
        .collect();
    let intakes: Vec<(Vec<MedicineRef>, String, DateTime)> = situation
        .facts
        .last_intakes
        .iter()
        .map(|intake| {
            (
                rules.index.by_name(&intake.drug),
                normalise(&intake.drug),
                intake.at,
            )
        })
        .collect();
    for one in &mut listed {
        let meant = meaning(rules, &normalise(&one.name), &one.atc)
            .ok()
            .flatten();
        one.confirmed = intakes
            .iter()
            .filter(|(found, name, _)| {
                *name == normalise(&one.name)
                    || meant.is_some_and(|meant| found.iter().any(|found| same(*found, meant)))
            })
            .map(|(_, _, at)| *at)
            .max();
    }
    listed
}

/// The lines of one medicine.
struct Group<'a> {
    name: String,
    atc: String,
    lines: Vec<&'a MedicineTaken>,
}

/// One name that once stands with its code and once without, or with two codes of the same medicine, is one medicine.
fn merged<'a>(
    rules: &RuleBook,
    groups: BTreeMap<(String, String), Vec<&'a MedicineTaken>>,
) -> Vec<Group<'a>> {
    let mut merged: Vec<(Group, Option<MedicineRef>)> = Vec::new();
    for ((name, atc), lines) in groups {
        let meant = meaning(rules, &name, &atc).ok().flatten();
        let twin = merged.iter_mut().find(|(other, known)| {
            !name.is_empty()
                && other.name == name
                && meant.zip(*known).is_some_and(|(a, b)| same(a, b))
        });
        match twin {
            Some((other, _)) => {
                other.lines.extend(lines);
                if other.atc.is_empty() {
                    other.atc = atc;
                }
            }
            None => merged.push((Group { name, atc, lines }, meant)),
        }
    }
    merged.into_iter().map(|(group, _)| group).collect()
}

fn one<'a>(
    situation: &Situation<'a>,
    name: &str,
    atc: &str,
    lines: &[&'a MedicineTaken],
) -> Listed<'a> {
    let rules = situation.rules;
    let written = lines.iter().map(|line| line.inn.trim()).min().unwrap_or("");
    let times: Vec<&str> = lines
        .iter()
        .flat_map(|line| line.times.iter().map(String::as_str))
        .collect();
    let mut listed = Listed {
        name: if written.is_empty() {
            atc.to_owned()
        } else {
            written.to_owned()
        },
        atc: atc.to_owned(),
        code: atc.to_owned(),
        doses: lines.iter().map(|line| line.dose.clone()).collect(),
        schedule: Schedule::read(&times),
        indications: lines
            .iter()
            .filter(|line| !line.indication.trim().is_empty())
            .map(|line| conditions::read(&line.indication, rules))
            .collect(),
        identity: Identity::Plain,
        confirmed: None,
    };
    listed.identity = match meaning(rules, name, atc) {
        Err(why) => Identity::Unidentified(why),
        Ok(None) => Identity::Plain,
        Ok(Some(MedicineRef::WithoutRule(at))) => {
            if listed.code.is_empty() {
                let known = rules.without_rule.names.get(at);
                listed.code = known.map_or_else(String::new, |known| known.atc.clone());
            }
            Identity::Plain
        }
        Ok(Some(MedicineRef::Combination(at))) => match rules.combinations.get(at) {
            Some(combination) => Identity::Combination(combination),
            None => Identity::Unidentified("not in the rule book"),
        },
        Ok(Some(MedicineRef::Medicine(at, _) | MedicineRef::Group(at))) => {
            let row = rules.medicines.get(at).and_then(|medicine| {
                row_of(situation, &listed, medicine).map(|row| (medicine, row))
            });
            match row {
                Some((medicine, row)) => Identity::Rule { medicine, row },
                None => Identity::Unidentified("how it is given is not in the rule book"),
            }
        }
    };
    listed
}

/// The row of the rule file that fits dose and route.
fn row_of<'a>(situation: &Situation, listed: &Listed, medicine: &'a Medicine) -> Option<&'a Row> {
    let level = dose::level(listed, medicine, situation.weight);
    let route = dose::route(listed);
    medicine.rows.iter().find(|row| {
        row.for_dose.is_none_or(|wanted| wanted == level)
            && row.for_route.is_none_or(|wanted| wanted == route)
    })
}

/// What name and code mean together; `None` is a medicine that is identified and has no rule.
fn meaning(rules: &RuleBook, name: &str, atc: &str) -> Result<Option<MedicineRef>, &'static str> {
    let by_name = if name.is_empty() {
        Vec::new()
    } else {
        rules.index.by_name(name)
    };
    if by_name.len() > 1 {
        return Err("the name fits several medicines");
    }
    let by_name = by_name.first().copied();
    if atc.is_empty() {
        return by_name
            .map(Some)
            .ok_or("the name is not known and there is no code");
    }
    if !is_atc(atc) {
        // A code that is none says nothing; the name alone must do.
        return Err("the code is not an ATC code");
    }
    match (by_name, rules.index.by_code(atc)) {
        (None, by_code) => Ok(by_code),
        (Some(named), Some(coded)) if same(named, coded) => Ok(Some(more_exact(named, coded))),
        // The same substance under another code, such as a tablet for pain.
        (Some(_), _) => Err("name and code are two medicines"),
    }
}

/// A member and its group are the same medicine, when the code says nothing more exact.
fn same(a: MedicineRef, b: MedicineRef) -> bool {
    match (a, b) {
        (MedicineRef::Group(a), MedicineRef::Medicine(b, _))
        | (MedicineRef::Medicine(a, _), MedicineRef::Group(b)) => a == b,
        (a, b) => a == b,
    }
}

fn more_exact(a: MedicineRef, b: MedicineRef) -> MedicineRef {
    if matches!(a, MedicineRef::Group(_)) {
        b
    } else {
        a
    }
}

/// A full ATC code: a letter, two digits, two letters, two digits.
fn is_atc(code: &str) -> bool {
    const PATTERN: &[u8; 7] = b"ADDAADD";
    const FIRST: &str = "ABCDGHJLMNPRSV";
    code.len() == PATTERN.len()
        && code
            .chars()
            .next()
            .is_some_and(|first| FIRST.contains(first))
        && code.bytes().zip(PATTERN).all(|(byte, kind)| match kind {
            b'A' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit(),
        })
}
