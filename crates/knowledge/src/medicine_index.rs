//! Finding a medicine by code and by name.

use crate::medicine::{Combination, Medicine, WithoutRule};
use std::collections::BTreeMap;

/// Where a medicine stands in the rule book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MedicineRef {
    /// Index of the file, index of the member.
    Medicine(usize, usize),
    /// Found by its group only: index of the file.
    Group(usize),
    Combination(usize),
    /// Known by name, no rule here.
    WithoutRule(usize),
}

/// All names and codes, normalised.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MedicineIndex {
    codes: BTreeMap<String, MedicineRef>,
    prefixes: Vec<(String, usize)>,
    names: BTreeMap<String, MedicineRef>,
}

impl MedicineIndex {
    /// # Errors
    /// Two medicines claim one code or one name: (what, the medicine that came second).
    pub(crate) fn build(
        medicines: &[Medicine],
        combinations: &[Combination],
        without_rule: &WithoutRule,
    ) -> Result<Self, Vec<(String, String)>> {
        let mut index = Self::default();
        let mut clashes = Vec::new();
        for (at, medicine) in medicines.iter().enumerate() {
            for (nth, member) in medicine.members.iter().enumerate() {
                let found = MedicineRef::Medicine(at, nth);
                for code in &member.atc {
                    index.add_code(code, found, &medicine.id, &mut clashes);
                }
                for name in member.names.iter().chain([&member.inn]) {
                    index.add_name(name, found, &medicine.id, &mut clashes);
                }
            }
            for prefix in &medicine.atc_prefix {
                index.prefixes.push((prefix.clone(), at));
            }
        }
        for (at, combination) in combinations.iter().enumerate() {
            for member in &combination.members {
                let found = MedicineRef::Combination(at);
                for code in &member.atc {
                    index.add_code(code, found, &combination.id, &mut clashes);
                }
                for name in member.names.iter().chain([&member.inn]) {
                    index.add_name(name, found, &combination.id, &mut clashes);
                }
            }
        }
        for (at, known) in without_rule.names.iter().enumerate() {
            let found = MedicineRef::WithoutRule(at);
            index.add_code(&known.atc, found, &known.inn, &mut clashes);
            index.add_name(&known.inn, found, &known.inn, &mut clashes);
        }
        if clashes.is_empty() {
            Ok(index)
        } else {
            Err(clashes)
        }
    }

    fn add_code(
        &mut self,
        code: &str,
        found: MedicineRef,
        id: &str,
        clashes: &mut Vec<(String, String)>,
    ) {
        if self.codes.insert(code.to_owned(), found).is_some() {
            clashes.push((format!("code {code} is claimed twice"), id.to_owned()));
        }
    }

    fn add_name(
        &mut self,
        name: &str,
        found: MedicineRef,
        id: &str,
        clashes: &mut Vec<(String, String)>,
    ) {
        let name = normalise(name);
        if self
            .names
            .insert(name.clone(), found)
            .is_some_and(|old| old != found)
        {
            clashes.push((format!("name `{name}` is claimed twice"), id.to_owned()));
        }
    }

    /// The medicine of an ATC code; a code that only lies in a group gives the group.
    pub fn by_code(&self, code: &str) -> Option<MedicineRef> {
        self.codes.get(code).copied().or_else(|| {
            self.prefixes
                .iter()
                .find(|(prefix, _)| code.starts_with(prefix.as_str()))
                .map(|(_, at)| MedicineRef::Group(*at))
        })
    }

    /// Every medicine that a name as written can mean: the whole name when it is known, else each known name that
    /// stands in it as whole words. The order is that of the rule book.
    pub fn by_name(&self, written: &str) -> Vec<MedicineRef> {
        // One plain word is its own normal form, and the usual case.
        if written.bytes().all(|byte| byte.is_ascii_lowercase())
            && let Some(found) = self.names.get(written)
        {
            return vec![*found];
        }
        let name = normalise(written);
        if let Some(found) = self.names.get(&name) {
            return vec![*found];
        }
        let padded = format!(" {name} ");
        let mut hits: Vec<(&str, MedicineRef)> = self
            .names
            .iter()
            .filter(|(known, _)| padded.contains(&format!(" {known} ")))
            .map(|(known, found)| (known.as_str(), *found))
            .collect();
        // "acetylsalicylic acid" inside "acetylsalicylic acid and dipyridamole" says nothing of its own.
        let longest: Vec<&str> = hits.iter().map(|(known, _)| *known).collect();
        hits.retain(|(known, _)| {
            !longest.iter().any(|other| {
                other.len() > known.len() && format!(" {other} ").contains(&format!(" {known} "))
            })
        });
        let mut found: Vec<MedicineRef> = hits.into_iter().map(|(_, found)| found).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Lower case, one space between words; the parts of a fixed combination in the order of the alphabet.
pub fn normalise(written: &str) -> String {
    let lower = written.to_lowercase();
    let joined = lower.replace(" and ", "+").replace(['/', '&', ','], "+");
    let mut parts: Vec<String> = joined
        .split('+')
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|part| !part.is_empty())
        .collect();
    parts.sort_unstable();
    parts.join(" + ")
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn a_combination_reads_the_same_in_any_order() {
        assert_eq!(
            normalise("Sitagliptin / Metformin"),
            "metformin + sitagliptin"
        );
        assert_eq!(
            normalise("metformin and  sitagliptin"),
            "metformin + sitagliptin"
        );
        assert_eq!(normalise("  Warfarin "), "warfarin");
    }
}
