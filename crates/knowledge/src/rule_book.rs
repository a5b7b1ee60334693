//! The rule book: every file of `knowledge/` read, checked and typed, with the site's overlay on top.

use crate::aftercare::AfterCareRule;
use crate::anaesthesia::LocalAnaesthetic;
use crate::antibiotic::{AntibioticGroup, Regimen};
use crate::approval::{Approval, ApprovalFile};
use crate::canonical::content_hash;
use crate::checks;
use crate::cite::{Source, SourceFile};
use crate::condition::{Condition, ConditionFile, ConditionsCited};
use crate::contrast::Premedication;
use crate::fasting::FastingScheme;
use crate::figures::{
    AnaesthesiaLists, AnaesthesiaRules, ContrastAgents, ContrastKidney, FigureFile, Formulas,
    Nephrotoxic, PolicyFigures, PregnancyLists, PregnancyRules, SeverityWords, Thyroid,
};
use crate::flaw::{Flaw, line_of};
use crate::laboratory::{Analyte, Request};
use crate::medicine::{Combination, Medicine, WithoutRule};
use crate::medicine_index::MedicineIndex;
use crate::policy::{Policy, PolicyFile};
use crate::procedure::Procedure;
use crate::team::TeamDecision;
use jiff::civil::Date;
use model::ReviewStatus;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use toml::Value;

/// Who wrote the text of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Shipped,
    /// A file of the site under the same path.
    Local,
}

/// What is known about a rule beside its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleState {
    pub origin: Origin,
    /// SHA-256 over the canonical JSON.
    pub hash: String,
    /// The weakest status of its figures.
    pub weakest: Option<ReviewStatus>,
    /// What the rule says, in one sentence; empty when its file holds none.
    pub says: String,
    /// Keys of `sources.toml` that its figures name.
    pub sources: BTreeSet<String>,
    pub approval: Option<Approval>,
}

/// How many figures have which status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StatusCount {
    pub recalled: usize,
    pub secondary: usize,
    pub primary: usize,
    /// Rules (files) that the site approved.
    pub approved_rules: usize,
    pub rules: usize,
}

/// All rules. Build one with [`RuleBook::load`]; it never changes afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleBook {
    /// Date of this edition of the shipped rules.
    pub version: Date,
    pub policy: Policy,
    pub procedures: BTreeMap<String, Procedure>,
    pub medicines: Vec<Medicine>,
    pub combinations: Vec<Combination>,
    pub without_rule: WithoutRule,
    pub index: MedicineIndex,
    pub team: Vec<TeamDecision>,
    pub conditions: Vec<Condition>,
    /// Where the list of the conditions comes from.
    pub conditions_cited: ConditionsCited,
    pub analytes: BTreeMap<String, Analyte>,
    pub requests: BTreeMap<String, Request>,
    pub formulas: Formulas,
    pub contrast_kidney: ContrastKidney,
    pub contrast_agents: ContrastAgents,
    pub nephrotoxic: Nephrotoxic,
    pub severity: SeverityWords,
    pub thyroid: Thyroid,
    /// The longest first.
    pub premedication: Vec<Premedication>,
    pub fasting: BTreeMap<String, FastingScheme>,
    pub local_anaesthetics: BTreeMap<String, LocalAnaesthetic>,
    pub anaesthesia: AnaesthesiaRules,
    pub anaesthesia_lists: AnaesthesiaLists,
    pub regimens: BTreeMap<String, Regimen>,
    pub antibiotic_groups: BTreeMap<String, AntibioticGroup>,
    pub pregnancy: PregnancyRules,
    pub pregnancy_lists: PregnancyLists,
    pub aftercare: BTreeMap<String, AfterCareRule>,
    pub sources: BTreeMap<String, Source>,
    /// By rule id (the path without `.toml`).
    pub states: BTreeMap<String, RuleState>,
    counts: StatusCount,
}

/// Requests that the preparation room asks for by name.
pub const REQUESTS: [&str; 8] = [
    "high_baseline",
    "high_unstable",
    "vitamin_k_antagonist",
    "liver_disease",
    "stopped_infusion",
    "doac_kidney",
    "group_and_screen",
    "contrast_kidney",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionFile {
    #[serde(deserialize_with = "crate::read::date")]
    version: Date,
}

/// The files of one load, by path, and what was found wrong so far.
pub(crate) struct Desk {
    pub texts: BTreeMap<String, (Origin, String)>,
    pub values: BTreeMap<String, Value>,
    pub flaws: Vec<Flaw>,
}

impl RuleBook {
    /// Reads the shipped files, each a path below `knowledge/` and its text. Other files than `.toml`, and
    /// worked cases below an `examples/` folder, are left alone.
    /// # Errors
    /// Every flaw that was found, with file and line.
    pub fn load<P: Into<String>, T: Into<String>>(
        files: impl IntoIterator<Item = (P, T)>,
    ) -> Result<Self, Vec<Flaw>> {
        Self::load_with_site(files, std::iter::empty::<(String, String)>())
    }

    /// The same with a site's own files: one under a known path replaces the shipped one and counts as local,
    /// `approvals/*.toml` are the site's signatures.
    /// # Errors
    /// Every flaw that was found; an approval whose hash does not fit its rule is one.
    pub fn load_with_site<P: Into<String>, T: Into<String>, Q: Into<String>, U: Into<String>>(
        files: impl IntoIterator<Item = (P, T)>,
        site: impl IntoIterator<Item = (Q, U)>,
    ) -> Result<Self, Vec<Flaw>> {
        let shipped = files
            .into_iter()
            .map(|(path, text)| (path.into(), text.into()));
        let site = site
            .into_iter()
            .map(|(path, text)| (path.into(), text.into()));
        load(shipped.collect(), site.collect())
    }

    /// The after-care rules that speak about these procedures, by name.
    ///
    /// * `access` – the artery that the procedure goes through; `None` = the catalogue's usual one.
    pub fn aftercare(
        &self,
        procedures: &[&str],
        access: Option<&str>,
        sedated: bool,
    ) -> Vec<&AfterCareRule> {
        let goes_through = |id: &str, rule: &AfterCareRule| {
            let usual = self
                .procedures
                .get(id)
                .map(|procedure| procedure.bleeding.usual_access.as_str());
            access
                .or(usual)
                .is_some_and(|access| rule.access.iter().any(|named| named == access))
        };
        self.aftercare
            .values()
            .filter(|rule| {
                (sedated && rule.after_sedation)
                    || procedures.iter().any(|id| {
                        rule.procedures.iter().any(|named| named == id)
                            && (rule.access.is_empty() || goes_through(id, rule))
                    })
            })
            .collect()
    }

    /// How many figures have which status.
    pub fn counts(&self) -> StatusCount {
        self.counts
    }

    /// Whether the site answers for this rule on this day.
    pub fn is_approved(&self, rule: &str, day: Date) -> bool {
        self.states
            .get(rule)
            .and_then(|state| state.approval.as_ref())
            .is_some_and(|approval| approval.counts_on(day))
    }

    /// The condition of a name without its date, and the part of the name that varies.
    pub fn condition<'b, 'n>(&'b self, name: &'n str) -> Option<(&'b Condition, &'n str)> {
        self.conditions
            .iter()
            .find_map(|condition| condition.fits(name).map(|part| (condition, part)))
    }
}

fn load(
    shipped: Vec<(String, String)>,
    site: Vec<(String, String)>,
) -> Result<RuleBook, Vec<Flaw>> {
    let mut desk = Desk::gather(shipped, site);
    let sources = desk.sources();
    let counts = checks::cited_tables(&mut desk, &sources);
    let states = desk.states();
    let book = desk.assemble(sources, states, counts);
    if let Some(book) = &book {
        checks::rule_book(book, &mut desk);
    }
    match book {
        Some(book) if desk.flaws.is_empty() => Ok(book),
        _ => {
            desk.flaws.sort();
            desk.flaws.dedup();
            Err(desk.flaws)
        }
    }
}

impl Desk {
    fn gather(shipped: Vec<(String, String)>, site: Vec<(String, String)>) -> Self {
        let mut desk = Self {
            texts: BTreeMap::new(),
            values: BTreeMap::new(),
            flaws: Vec::new(),
        };
        let both = shipped
            .into_iter()
            .map(|file| (Origin::Shipped, file))
            .chain(site.into_iter().map(|file| (Origin::Local, file)));
        for (origin, (path, text)) in both {
            if !path.ends_with(".toml") || path.contains("/examples/") {
                continue;
            }
            if origin == Origin::Shipped && path.starts_with("approvals/") {
                desk.flaws.push(Flaw::new(
                    &path,
                    0,
                    "an approval belongs to a site, it is never shipped",
                ));
                continue;
            }
            match text.parse::<toml::Table>() {
                Ok(table) => {
                    desk.values.insert(path.clone(), Value::Table(table));
                    desk.texts.insert(path, (origin, text));
                }
                Err(error) => desk.flaws.push(flaw_of(&path, &text, &error)),
            }
        }
        desk
    }

    pub fn line(&self, path: &str, needle: &str) -> usize {
        self.texts
            .get(path)
            .and_then(|(_, text)| text.find(needle).map(|at| line_of(text, at)))
            .unwrap_or(0)
    }

    pub fn refuse(&mut self, path: &str, needle: &str, what: impl Into<String>) {
        let line = self.line(path, needle);
        self.flaws.push(Flaw::new(path, line, what));
    }

    fn read<T: DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        let Some((_, text)) = self.texts.get(path) else {
            self.flaws.push(Flaw::new(path, 0, "the file is missing"));
            return None;
        };
        match toml::from_str(text) {
            Ok(read) => Some(read),
            Err(error) => {
                let flaw = flaw_of(path, text, &error);
                self.flaws.push(flaw);
                None
            }
        }
    }

    /// Every file directly in a folder, by its id.
    fn folder<T: DeserializeOwned>(&mut self, folder: &str) -> BTreeMap<String, T> {
        let paths: Vec<(String, String)> = self
            .texts
            .keys()
            .filter_map(|path| {
                let stem = path
                    .strip_prefix(folder)?
                    .strip_prefix('/')?
                    .strip_suffix(".toml")?;
                (!stem.contains('/')).then(|| (path.clone(), stem.to_owned()))
            })
            .collect();
        let mut read = BTreeMap::new();
        for (path, stem) in paths {
            let named = self
                .values
                .get(&path)
                .and_then(|value| value.get("id")?.as_str());
            if named != Some(stem.as_str()) {
                self.refuse(&path, "id =", "the id is not the file name");
            }
            if let Some(one) = self.read(&path) {
                read.insert(stem, one);
            }
        }
        read
    }

    fn sources(&mut self) -> BTreeMap<String, Source> {
        let paths: Vec<String> = self
            .texts
            .keys()
            .filter(|path| path.starts_with("sources") && !path.contains('/'))
            .cloned()
            .collect();
        let mut sources = BTreeMap::new();
        for path in paths {
            if let Some(file) = self.read::<SourceFile>(&path) {
                for source in file.source {
                    let key = source.key.clone();
                    if sources.insert(key.clone(), source).is_some() {
                        self.refuse(&path, &key, format!("source {key} stands twice"));
                    }
                }
            }
        }
        sources
    }

    fn states(&mut self) -> BTreeMap<String, RuleState> {
        let mut states = BTreeMap::new();
        for (path, value) in &self.values {
            let is_rule = !path.starts_with("approvals/")
                && !path.starts_with("sources")
                && path != "version.toml";
            if let (true, Some(rule)) = (is_rule, path.strip_suffix(".toml")) {
                let origin = self
                    .texts
                    .get(path)
                    .map_or(Origin::Shipped, |(origin, _)| *origin);
                states.insert(
                    rule.to_owned(),
                    RuleState {
                        origin,
                        hash: content_hash(value),
                        weakest: checks::weakest_status(value),
                        says: value
                            .get("says")
                            .and_then(Value::as_str)
                            .unwrap_or_default()
                            .to_owned(),
                        sources: checks::sources_named(value),
                        approval: None,
                    },
                );
            }
        }
        let paths: Vec<String> = self
            .texts
            .keys()
            .filter(|path| path.starts_with("approvals/"))
            .cloned()
            .collect();
        for path in paths {
            let Some(file) = self.read::<ApprovalFile>(&path) else {
                continue;
            };
            for approval in file.approval {
                self.take_approval(&path, approval, &mut states);
            }
        }
        states
    }

    fn take_approval(
        &mut self,
        path: &str,
        approval: Approval,
        states: &mut BTreeMap<String, RuleState>,
    ) {
        let needle = approval.rule.clone();
        let Some(state) = states.get_mut(&approval.rule) else {
            self.refuse(path, &needle, format!("there is no rule {needle}"));
            return;
        };
        if state.hash != approval.sha256 {
            self.refuse(
                path,
                &needle,
                format!("the approval of {needle} is for another content: its hash does not fit"),
            );
        } else if approval.name.trim().is_empty() || approval.role.trim().is_empty() {
            self.refuse(
                path,
                &needle,
                format!("the approval of {needle} names nobody"),
            );
        } else {
            state.approval = Some(approval);
        }
    }

    fn figure_set<T>(
        &mut self,
        path: &str,
        take: fn(&FigureFile) -> Result<T, Vec<&'static str>>,
    ) -> Option<T> {
        let file: FigureFile = self.read(path)?;
        match take(&file) {
            Ok(set) => Some(set),
            Err(missing) => {
                self.refuse(
                    path,
                    "id =",
                    format!("missing here: {}", missing.join(", ")),
                );
                None
            }
        }
    }

    fn policy(&mut self) -> Option<Policy> {
        let file: PolicyFile = self.read("policy.toml")?;
        let find = |id: &str| file.figures.iter().find(|figure| figure.id == id).cloned();
        match PolicyFigures::take(&find) {
            Ok(figures) => Some(Policy {
                bleeding: file.bleeding,
                fasting_adult: file.fasting_adult,
                fasting_child: file.fasting_child,
                range: file.range,
                local_anaesthetic_column: file.local_anaesthetic_column,
                intended_therapy_families: file.intended_therapy_families,
                ask_when_group_has_no_rule: file.ask_when_group_has_no_rule,
                nsaid_group: file.nsaid_group,
                figures,
            }),
            Err(missing) => {
                let what = format!(
                    "{} ({}): missing here: {}",
                    file.id,
                    file.says,
                    missing.join(", ")
                );
                self.refuse("policy.toml", "id =", what);
                None
            }
        }
    }

    fn index(
        &mut self,
        medicines: &[Medicine],
        combinations: &[Combination],
        without_rule: &WithoutRule,
    ) -> MedicineIndex {
        match MedicineIndex::build(medicines, combinations, without_rule) {
            Ok(index) => index,
            Err(clashes) => {
                for (what, id) in clashes {
                    let tail = format!("/{id}.toml");
                    let path = self
                        .texts
                        .keys()
                        .find(|path| path.ends_with(&tail))
                        .cloned();
                    let path = path.unwrap_or_else(|| "medicines/without_rule.toml".to_owned());
                    self.refuse(&path, &id, what);
                }
                MedicineIndex::default()
            }
        }
    }

    fn assemble(
        &mut self,
        sources: BTreeMap<String, Source>,
        states: BTreeMap<String, RuleState>,
        mut counts: StatusCount,
    ) -> Option<RuleBook> {
        let without_rule: Option<WithoutRule> = self.read("medicines/without_rule.toml");
        let held_out = self.texts.remove("medicines/without_rule.toml");
        let medicines: Vec<Medicine> = self.folder("medicines").into_values().collect();
        if let Some(text) = held_out {
            self.texts
                .insert("medicines/without_rule.toml".to_owned(), text);
        }
        let combinations: Vec<Combination> = self
            .folder("medicines/combinations")
            .into_values()
            .collect();
        let mut premedication: Vec<Premedication> = self
            .folder("contrast/premedication")
            .into_values()
            .collect();
        premedication.sort_by_key(|scheme| std::cmp::Reverse(scheme.hours_left_min));
        let without_rule = without_rule?;
        let index = self.index(&medicines, &combinations, &without_rule);
        counts.rules = states.len();
        counts.approved_rules = states
            .values()
            .filter(|state| state.approval.is_some())
            .count();
        // Every part is read before the first missing one ends the load, so that all flaws are listed.
        let version = self.read::<VersionFile>("version.toml");
        let policy = self.policy();
        let conditions = self.read::<ConditionFile>("conditions.toml");
        let formulas = self.figure_set("laboratory/formulas.toml", |file| {
            Formulas::take(&|id| file.figure(id).cloned())
        });
        let contrast_kidney = self.figure_set("contrast/kidney.toml", |file| {
            ContrastKidney::take(&|id| file.figure(id).cloned())
        });
        let contrast_agents = self.figure_set("contrast/agents.toml", |file| {
            ContrastAgents::take(&|id| file.list(id).cloned())
        });
        let nephrotoxic = self.figure_set("contrast/nephrotoxic.toml", |file| {
            Nephrotoxic::take(&|id| file.list(id).cloned())
        });
        let severity = self.figure_set("contrast/severity.toml", |file| {
            SeverityWords::take(&|id| file.list(id).cloned())
        });
        let thyroid = self.figure_set("contrast/thyroid.toml", |file| {
            Thyroid::take(&|id| file.list(id).cloned())
        });
        let anaesthesia_lists = self.figure_set("anaesthesia/rules.toml", |file| {
            AnaesthesiaLists::take(&|id| file.list(id).cloned())
        });
        let anaesthesia = self.figure_set("anaesthesia/rules.toml", |file| {
            AnaesthesiaRules::take(&|id| file.figure(id).cloned())
        });
        let pregnancy = self.figure_set("pregnancy/rules.toml", |file| {
            PregnancyRules::take(&|id| file.figure(id).cloned())
        });
        let pregnancy_lists = self.figure_set("pregnancy/rules.toml", |file| {
            PregnancyLists::take(&|id| file.list(id).cloned())
        });
        let procedures = self.folder("procedures");
        let team = self.folder("team").into_values().collect();
        let analytes = self.folder("laboratory/analytes");
        let requests = self.folder("laboratory/requests");
        let fasting = self.folder("fasting");
        let local_anaesthetics = self.folder("anaesthesia/local");
        let regimens = self.folder("antibiotics/regimens");
        let antibiotic_groups = self.folder("antibiotics/groups");
        let aftercare = self.folder("aftercare");
        Some(RuleBook {
            version: version?.version,
            policy: policy?,
            procedures,
            medicines,
            combinations,
            without_rule,
            index,
            team,
            conditions_cited: conditions.as_ref()?.cited(),
            conditions: conditions?.conditions,
            analytes,
            requests,
            formulas: formulas?,
            contrast_kidney: contrast_kidney?,
            contrast_agents: contrast_agents?,
            nephrotoxic: nephrotoxic?,
            severity: severity?,
            thyroid: thyroid?,
            premedication,
            fasting,
            local_anaesthetics,
            anaesthesia: anaesthesia?,
            anaesthesia_lists: anaesthesia_lists?,
            regimens,
            antibiotic_groups,
            aftercare,
            pregnancy: pregnancy?,
            pregnancy_lists: pregnancy_lists?,
            sources,
            states,
            counts,
        })
    }
}

fn flaw_of(path: &str, text: &str, error: &toml::de::Error) -> Flaw {
    let line = error.span().map_or(0, |span| line_of(text, span.start));
    Flaw::new(path, line, error.message())
}
