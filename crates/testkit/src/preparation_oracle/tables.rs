//! The figures of `knowledge/`, read as plain TOML.

use std::collections::BTreeMap;
use toml::{Table, Value};

/// Everything the oracle looks up.
#[derive(Debug, Default)]
pub struct Tables {
    pub medicines: Vec<Medicine>,
    pub combinations: Vec<Combination>,
    /// Name and code of medicines without a rule.
    pub plain: Vec<(String, String)>,
    pub procedures: BTreeMap<String, Procedure>,
    pub analytes: BTreeMap<String, Analyte>,
    /// By file name.
    pub requests: BTreeMap<String, Table>,
    pub team: BTreeMap<String, Table>,
    pub premedication: BTreeMap<String, Table>,
    pub fasting: BTreeMap<String, Table>,
    /// `file#figure`.
    pub figures: BTreeMap<String, f64>,
    /// `file#list`.
    pub lists: BTreeMap<String, Vec<String>>,
}

/// One medicine file.
#[derive(Debug, Clone)]
pub struct Medicine {
    pub id: String,
    pub prefixes: Vec<String>,
    pub members: Vec<Member>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub struct Member {
    pub inn: String,
    pub codes: Vec<String>,
    pub names: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Row {
    pub class: String,
    /// `for_dose` or `for_route`.
    pub only_for: String,
    pub rules: Vec<Table>,
}

#[derive(Debug, Clone)]
pub struct Combination {
    pub inn: String,
    pub code: String,
    pub components: Vec<String>,
    pub forced: String,
}

#[derive(Debug, Clone)]
pub struct Procedure {
    pub id: String,
    pub family: String,
    pub class: String,
    pub arterial: bool,
    pub usual_access: String,
    pub high_above_french: Option<f64>,
    pub modalities: Vec<String>,
    pub contrast: String,
    pub ionising: String,
    pub field: String,
    pub first_pass: bool,
    pub emboli: bool,
    pub anaesthesia: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Analyte {
    pub units: BTreeMap<String, f64>,
    pub min: f64,
    pub max: f64,
    pub unitless: String,
    pub words: Vec<String>,
    pub limits: Vec<Limit>,
}

#[derive(Debug, Clone)]
pub struct Limit {
    pub class: String,
    pub population: String,
    pub op: String,
    /// In the first unit of the analyte.
    pub value: f64,
    pub access: Vec<String>,
}

pub(super) fn text(table: &Table, key: &str) -> String {
    let found = table.get(key).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

pub(super) fn number(table: &Table, key: &str) -> Option<f64> {
    match table.get(key)? {
        Value::Float(value) => Some(*value),
        Value::Integer(value) => value.to_string().parse().ok(),
        _ => None,
    }
}

/// A whole number of the table.
pub(super) fn whole(table: &Table, key: &str) -> Option<i64> {
    table.get(key)?.as_integer()
}

pub(super) fn words(table: &Table, key: &str) -> Vec<String> {
    let list = table.get(key).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

pub(super) fn tables(table: &Table, key: &str) -> Vec<Table> {
    let list = table.get(key).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|item| item.as_table().cloned())
        .collect()
}

fn yes(table: &Table, key: &str) -> bool {
    table.get(key).and_then(Value::as_bool) == Some(true)
}

impl Tables {
    /// * `files` – path below `knowledge/`, and text.
    /// # Panics
    /// On a file that is not TOML.
    pub fn read(files: &[(String, String)]) -> Self {
        let mut all = Self::default();
        for (path, text_of) in files {
            if !path.ends_with(".toml") {
                continue;
            }
            let table: Table = match text_of.parse() {
                Ok(table) => table,
                Err(error) => panic!("{path}: {error}"),
            };
            all.add(path.trim_end_matches(".toml"), &table);
        }
        all
    }

    fn add(&mut self, path: &str, table: &Table) {
        let id = path.rsplit('/').next().unwrap_or(path).to_owned();
        for figure in tables(table, "figure") {
            if let Some(value) = number(&figure, "value") {
                let key = format!("{path}#{}", text(&figure, "id"));
                self.figures.insert(key, value);
            }
        }
        for list in tables(table, "list") {
            let key = format!("{path}#{}", text(&list, "id"));
            self.lists.insert(key, words(&list, "items"));
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match folder {
            "medicines" if id == "without_rule" => {
                let names = tables(table, "name");
                self.plain = names
                    .iter()
                    .map(|name| (text(name, "inn"), text(name, "atc")))
                    .collect();
            }
            "medicines" => self.medicines.push(medicine(id, table)),
            "medicines/combinations" => self.combinations.push(combination(table)),
            "procedures" => {
                self.procedures.insert(id.clone(), procedure(id, table));
            }
            "laboratory/analytes" => {
                self.analytes.insert(id, analyte(table));
            }
            "laboratory/requests" => {
                self.requests.insert(id, table.clone());
            }
            "team" => {
                self.team.insert(id, table.clone());
            }
            "contrast/premedication" => {
                self.premedication.insert(id, table.clone());
            }
            "fasting" => {
                self.fasting.insert(id, table.clone());
            }
            _ => {}
        }
    }

    /// # Panics
    /// When there is no such figure.
    pub fn figure(&self, key: &str) -> f64 {
        match self.figures.get(key) {
            Some(value) => *value,
            None => panic!("no figure {key}"),
        }
    }

    pub fn list(&self, key: &str) -> &[String] {
        self.lists.get(key).map_or(&[], Vec::as_slice)
    }
}

fn medicine(id: String, table: &Table) -> Medicine {
    let members = tables(table, "member")
        .iter()
        .map(|member| Member {
            inn: text(member, "inn"),
            codes: words(member, "atc"),
            names: words(member, "names"),
        })
        .collect();
    let rows = tables(table, "row")
        .iter()
        .map(|row| Row {
            class: text(row, "class"),
            only_for: format!("{}{}", text(row, "for_dose"), text(row, "for_route")),
            rules: tables(row, "rule"),
        })
        .collect();
    Medicine {
        id,
        prefixes: words(table, "atc_prefix"),
        members,
        rows,
    }
}

fn combination(table: &Table) -> Combination {
    let member = tables(table, "member")
        .into_iter()
        .next()
        .unwrap_or_default();
    Combination {
        inn: text(&member, "inn"),
        code: words(&member, "atc").into_iter().next().unwrap_or_default(),
        components: tables(table, "component")
            .iter()
            .map(|component| text(component, "atc"))
            .collect(),
        forced: text(table, "components_action"),
    }
}

fn procedure(id: String, table: &Table) -> Procedure {
    let part = |key: &str| {
        let found = table.get(key).and_then(Value::as_table);
        found.cloned().unwrap_or_default()
    };
    let bleeding = part("bleeding");
    let technique = part("technique");
    Procedure {
        id,
        family: text(table, "family"),
        class: text(&bleeding, "class"),
        arterial: yes(&bleeding, "arterial_access"),
        usual_access: text(&bleeding, "usual_access"),
        high_above_french: number(&bleeding, "high_if_sheath_above_french"),
        modalities: words(&technique, "modalities"),
        contrast: text(&technique, "contrast"),
        ionising: text(&technique, "ionising"),
        field: text(&technique, "uterus_field"),
        first_pass: text(&technique, "renal_exposure") == "first_pass",
        emboli: yes(&technique, "renal_emboli_risk"),
        anaesthesia: words(&technique, "anaesthesia"),
    }
}

fn analyte(table: &Table) -> Analyte {
    let units: BTreeMap<String, f64> = tables(table, "unit")
        .iter()
        .filter_map(|unit| Some((text(unit, "ucum"), number(unit, "factor")?)))
        .collect();
    let limits = tables(table, "limit")
        .iter()
        .map(|limit| {
            let factor = units.get(&text(limit, "unit")).copied().unwrap_or(f64::NAN);
            Limit {
                class: text(limit, "bleeding_class"),
                population: text(limit, "population"),
                op: text(limit, "op"),
                value: number(limit, "value").unwrap_or(f64::NAN) * factor,
                access: words(limit, "access"),
            }
        })
        .collect();
    Analyte {
        units,
        min: number(table, "plausible_min").unwrap_or(f64::NEG_INFINITY),
        max: number(table, "plausible_max").unwrap_or(f64::INFINITY),
        unitless: text(table, "unitless_means"),
        words: words(table, "values"),
        limits,
    }
}
