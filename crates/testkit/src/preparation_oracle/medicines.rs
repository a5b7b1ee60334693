//! Sentences 1 to 17.

use super::dates::{clock, dated, days_earlier, within_months};
use super::expect::{Findings, Kidneys, View};
use super::person;
use super::tables::{Medicine, Row, number, text, whole, words};
use jiff::ToSpan;
use jiff::civil::DateTime;
use std::collections::BTreeMap;
use toml::Table;

#[derive(Debug, Clone, Default)]
pub(super) struct Decided {
    pub name: String,
    pub action: String,
    pub last_dose: Option<DateTime>,
    pub restart: Option<i64>,
    /// The last allowed dose, even when it is not printed.
    pub limit: Option<DateTime>,
    pub infusion_stops: bool,
    pub vitamin_k_antagonist: bool,
    /// Apixaban, rivaroxaban, edoxaban, dabigatran, fondaparinux.
    pub wants_creatinine: bool,
    pub metformin: bool,
}

#[derive(Debug, Default)]
pub(super) struct Found {
    pub rows: Vec<Decided>,
    /// The strictest INR limit of the vitamin K antagonists themselves.
    pub inr_max: Option<f64>,
}

/// One medicine of the list: all its lines together.
#[derive(Debug, Clone)]
struct Taken<'a> {
    name: String,
    atc: String,
    lines: Vec<&'a person::Medicine>,
    times: Vec<String>,
}

enum What<'a> {
    Known(&'a Medicine, &'a Row),
    Parts(Vec<&'a Medicine>, String),
    Plain,
    Unknown,
}

const TEAM: &str = "mdt_decision_required";
const DECIDE: &str = "decision_required";

pub(super) fn decide(view: &View, kidneys: &Kidneys, findings: &mut Findings) -> Found {
    let mut found = Found::default();
    let all = taken(view);
    let classes: Vec<String> = all
        .iter()
        .filter_map(|one| match what(view, one) {
            What::Known(_, row) => Some(row.class.clone()),
            _ => None,
        })
        .collect();
    for one in &all {
        let mut row = Decision {
            view,
            kidneys,
            one,
            classes: &classes,
        }
        .decide(findings, &mut found);
        row.name.clone_from(&one.name);
        found.rows.push(row);
    }
    found
}

fn taken<'a>(view: &View<'a>) -> Vec<Taken<'a>> {
    let mut all: BTreeMap<String, Taken> = BTreeMap::new();
    for line in &view.person.medicines {
        let name = if line.inn.is_empty() {
            &line.atc
        } else {
            &line.inn
        };
        let one = all.entry(name.clone()).or_insert_with(|| Taken {
            name: name.clone(),
            atc: String::new(),
            lines: Vec::new(),
            times: Vec::new(),
        });
        one.lines.push(line);
        one.times.extend(line.times.iter().cloned());
        if one.atc.is_empty() {
            one.atc.clone_from(&line.atc);
        }
    }
    all.into_values().collect()
}

fn by_code<'a>(view: &View<'a>, code: &str) -> Option<&'a Medicine> {
    let all = &view.tables.medicines;
    let exact = all.iter().find(|one| {
        one.members
            .iter()
            .any(|member| member.codes.iter().any(|own| own == code))
    });
    exact.or_else(|| {
        all.iter().find(|one| {
            one.prefixes
                .iter()
                .any(|prefix| code.starts_with(prefix.as_str()))
        })
    })
}

/// 1: name and code must speak of one medicine.
fn what<'a>(view: &View<'a>, one: &Taken) -> What<'a> {
    let tables = view.tables;
    let written = one.lines.first().map_or("", |line| line.inn.as_str());
    let same = |name: &String| name.eq_ignore_ascii_case(written);
    let named = tables.medicines.iter().find_map(|medicine| {
        let member = medicine
            .members
            .iter()
            .find(|member| same(&member.inn) || member.names.iter().any(same))?;
        Some((medicine, member))
    });
    let plain = tables.plain.iter().find(|(name, _)| same(name));
    let combined = tables
        .combinations
        .iter()
        .find(|one_of| same(&one_of.inn) || one_of.code == one.atc);
    if let Some(combined) = combined {
        // A name that nobody knows says nothing; the code does.
        let combination = tables.combinations.iter().any(|one_of| same(&one_of.inn));
        let unheard = named.is_none() && plain.is_none() && !combination;
        let fits =
            (same(&combined.inn) || unheard) && (combined.code == one.atc || one.atc.is_empty());
        if !fits {
            return What::Unknown;
        }
        let parts = combined
            .components
            .iter()
            .filter_map(|code| by_code(view, code))
            .collect();
        return What::Parts(parts, combined.forced.clone());
    }
    if one.atc.is_empty() {
        return match (named, plain) {
            (Some((medicine, _)), _) => known(view, one, medicine),
            (None, Some(_)) => What::Plain,
            (None, None) => What::Unknown,
        };
    }
    if one.atc.len() != 7 {
        return What::Unknown;
    }
    if let Some((medicine, member)) = named {
        return if member.codes.contains(&one.atc) {
            known(view, one, medicine)
        } else {
            What::Unknown
        };
    }
    if plain.is_some_and(|(_, code)| *code != one.atc) {
        return What::Unknown;
    }
    match by_code(view, &one.atc) {
        Some(medicine) => known(view, one, medicine),
        None if ["B01A", "A10"]
            .iter()
            .any(|group| one.atc.starts_with(group)) =>
        {
            What::Unknown
        }
        None => What::Plain,
    }
}

fn known<'a>(view: &View, one: &Taken, medicine: &'a Medicine) -> What<'a> {
    let infusion = one.times.iter().any(|time| time == "continuous");
    let fits = |row: &&Row| match row.only_for.as_str() {
        "prophylactic" => prophylactic(view, one, &medicine.id),
        "treatment" => !prophylactic(view, one, &medicine.id),
        "infusion" => infusion,
        "injection" => !infusion,
        _ => true,
    };
    match medicine.rows.iter().find(fits) {
        Some(row) => What::Known(medicine, row),
        None => What::Unknown,
    }
}

/// 5: enoxaparin up to 40 mg once or twice a day or half a milligram for each kilogram and day; tinzaparin up to 4500 units
/// once a day. What cannot be read is treatment.
fn prophylactic(view: &View, one: &Taken, id: &str) -> bool {
    let mut largest: f64 = 0.0;
    for line in &one.lines {
        let mut words = line.dose.split_whitespace();
        let amount: Option<f64> = words.next().and_then(|word| word.parse().ok());
        let unit = words.next().unwrap_or_default();
        let fits = match id {
            "enoxaparin" => unit == "mg",
            "tinzaparin" => unit == "IU",
            _ => false,
        };
        match amount.filter(|_| fits) {
            Some(amount) => largest = largest.max(amount),
            None => return false,
        }
    }
    let mut clocks: Vec<_> = one.times.iter().filter_map(|time| clock(time)).collect();
    clocks.sort_unstable();
    clocks.dedup();
    if clocks.is_empty() || one.times.iter().any(|time| clock(time).is_none()) {
        return false;
    }
    if id == "tinzaparin" {
        return largest <= 4500.0 && clocks.len() == 1;
    }
    let a_day: f64 = clocks.iter().map(|_| largest).sum();
    largest <= 40.0 && clocks.len() <= 2 || view.person.weight.is_some_and(|kg| a_day <= 0.5 * kg)
}

struct Decision<'v, 'a> {
    view: &'v View<'a>,
    kidneys: &'v Kidneys,
    one: &'v Taken<'a>,
    /// Classes of the whole list.
    classes: &'v [String],
}

impl Decision<'_, '_> {
    fn action(&self, action: &str) -> Decided {
        Decided {
            action: action.to_owned(),
            ..Decided::default()
        }
    }

    fn decide(&self, findings: &mut Findings, found: &mut Found) -> Decided {
        match what(self.view, self.one) {
            What::Unknown => {
                findings.review("medicine_not_identified");
                self.action(DECIDE)
            }
            What::Plain => self.plain(),
            What::Parts(parts, forced) => self.parts(&parts, &forced, findings, found),
            What::Known(medicine, row) => self.known(medicine, row, findings, found),
        }
    }

    /// 1 and 15: no rule of its own.
    fn plain(&self) -> Decided {
        let (view, code) = (self.view, self.code_of_plain());
        let clash = view.clash(self.kidneys);
        if code.starts_with("M01A") {
            return match (view.high, clash) {
                (true, _) => self.action(DECIDE),
                (false, true) => self.action("hold"),
                (false, false) => self.action("continue"),
            };
        }
        let nephrotoxic = view.tables.list("contrast/nephrotoxic#groups");
        if clash
            && nephrotoxic
                .iter()
                .any(|group| code.starts_with(group.as_str()))
        {
            return self.action(DECIDE);
        }
        self.action("continue")
    }

    fn code_of_plain(&self) -> String {
        if !self.one.atc.is_empty() {
            return self.one.atc.clone();
        }
        let plain = &self.view.tables.plain;
        let found = plain
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&self.one.name));
        found.map_or_else(String::new, |(_, code)| code.clone())
    }

    /// 17: of a combination the stricter component counts.
    fn parts(
        &self,
        parts: &[&Medicine],
        forced: &str,
        findings: &mut Findings,
        found: &mut Found,
    ) -> Decided {
        let mut strictest = Decided::default();
        let mut metformin = false;
        for medicine in parts {
            let Some(row) = medicine.rows.first() else {
                continue;
            };
            let decided = self.known(medicine, row, findings, found);
            metformin |= decided.metformin;
            if strictness(&decided.action) >= strictness(&strictest.action) {
                strictest = decided;
            }
        }
        if !forced.is_empty() && self.view.sedated {
            strictest = self.action(forced);
        }
        Decided {
            metformin,
            ..strictest
        }
    }

    fn known(
        &self,
        medicine: &Medicine,
        row: &Row,
        findings: &mut Findings,
        found: &mut Found,
    ) -> Decided {
        let view = self.view;
        let class = row.class.as_str();
        if class == "vka" {
            let limit = row
                .rules
                .iter()
                .filter(|rule| text(rule, "bleeding_class") == view.class())
                .find_map(|rule| number(rule, "inr_max"));
            found.inr_max = match (found.inr_max, limit) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        let heparins = ["heparin", "lmwh", "lmwh_prophylactic", "lmwh_therapeutic"];
        let mut decided = if heparins.contains(&class) && self.hit() {
            findings.review("suspected_hit");
            self.action(DECIDE)
        } else {
            match class {
                "nsaid" => self.nsaid(row, findings),
                "supplement" => self.supplement(row),
                "antiplatelet_iv" => {
                    findings.review("iv_antiplatelet_pci_window");
                    self.action(TEAM)
                }
                _ if row.rules.iter().any(|rule| rule.contains_key("fasting")) => {
                    self.diabetes(class, row, findings)
                }
                "vka" if !view.high => self.vitamin_k_low(row),
                _ if !view.high => self.action("continue"),
                _ => self.high(medicine, row, findings),
            }
        };
        decided.vitamin_k_antagonist = class == "vka";
        decided.metformin |= class == "metformin";
        let asked = view.tables.requests.get("doac_kidney");
        decided.wants_creatinine =
            asked.is_some_and(|asked| words(asked, "medicines").contains(&medicine.id));
        decided
    }

    /// 14: the newest platelets are at most half of an earlier value.
    fn hit(&self) -> bool {
        let mut counts: Vec<(DateTime, f64)> = super::laboratory::numbers(self.view, "platelets");
        let Some((newest_at, newest)) = counts.pop() else {
            return false;
        };
        counts
            .iter()
            .any(|(at, count)| *at < newest_at && newest * 2.0 <= *count)
    }

    /// 2: an INR that is valid at the appointment and meets the limit that applies.
    fn vitamin_k_low(&self, row: &Row) -> Decided {
        let view = self.view;
        let own = row
            .rules
            .iter()
            .filter(|rule| text(rule, "bleeding_class") == "low")
            .find_map(|rule| number(rule, "inr_max"));
        let inr = super::laboratory::newest(view, "inr");
        let passes = inr.is_some_and(|newest| {
            let fresh = view.start() - view.zone.minutes(newest.taken) <= 24 * 60;
            let value = newest.number.filter(|_| fresh);
            value.is_some_and(|value| {
                own.is_some_and(|own| value <= own)
                    && super::laboratory::meets_limits(view, "inr", value)
            })
        });
        self.action(if passes { "continue" } else { "target" })
    }

    /// 12: advice has its date whatever happened.
    fn supplement(&self, row: &Row) -> Decided {
        let rule = rule_of(row, |rule| {
            text(rule, "bleeding_class") == self.view.class()
        });
        let Some(rule) = rule.filter(|rule| text(rule, "action") == "hold_advice") else {
            return self.action("continue");
        };
        let Some((_, limit)) = self.limit(rule) else {
            return self.action(DECIDE);
        };
        Decided {
            last_dose: Some(limit),
            ..self.action("hold_advice")
        }
    }

    /// 12 and 15.
    fn nsaid(&self, row: &Row, findings: &mut Findings) -> Decided {
        let view = self.view;
        let clash = view.clash(self.kidneys);
        let held = rule_of(row, |rule| {
            text(rule, "bleeding_class") == view.class() && text(rule, "action") == "hold"
        });
        let Some(rule) = held else {
            return self.action(if clash { "hold" } else { "continue" });
        };
        let mut decided = self.hold(rule, false, findings);
        if clash && let Some(date) = decided.last_dose {
            let hours = 48;
            let contrast = self
                .doses_back(view.person.appointment)
                .into_iter()
                .find(|dose| view.start() - view.zone.minutes(*dose) >= hours * 60);
            let contrast = contrast.map(|dose| view.zone.plain(dose));
            decided.last_dose = Some(contrast.map_or(date, |contrast| contrast.min(date)));
        }
        decided
    }

    /// 17.
    fn diabetes(&self, class: &str, row: &Row, findings: &mut Findings) -> Decided {
        let view = self.view;
        if class == "metformin" && view.iodine_in_vessel {
            let limit = view
                .tables
                .figure("contrast/kidney#metformin_stops_below_egfr");
            let poor = self.kidneys.egfr.is_none_or(|rate| rate < limit);
            if poor || view.procedure.first_pass || view.procedure.emboli {
                let after = |hours: i64| view.zone.wall(view.start() + hours * 60);
                let sample = ("creatinine".to_owned(), after(48), after(72));
                findings.labs.insert(sample);
                return self.action("hold_from_procedure");
            }
        }
        if !view.sedated {
            return self.action("continue");
        }
        let fasting =
            |rule: &Table| rule.get("fasting").and_then(toml::Value::as_bool) == Some(true);
        let Some(rule) = rule_of(row, fasting) else {
            return self.action(DECIDE);
        };
        match text(rule, "action").as_str() {
            "hold" => self.hold(rule, false, findings),
            action => self.action(action),
        }
    }

    fn high(&self, medicine: &Medicine, row: &Row, findings: &mut Findings) -> Decided {
        let view = self.view;
        let class = row.class.as_str();
        let heparins = ["heparin", "lmwh", "lmwh_prophylactic", "lmwh_therapeutic"];
        let dialysis = self
            .one
            .times
            .iter()
            .find_map(|time| time.strip_prefix("dialysis_"));
        if let (Some(days), true) = (dialysis, heparins.contains(&class)) {
            return self.dialysis(days, findings);
        }
        let level = if prophylactic(view, self.one, &medicine.id) {
            "prophylactic"
        } else {
            "treatment"
        };
        let rules: Vec<&Table> = row
            .rules
            .iter()
            .filter(|rule| text(rule, "bleeding_class") == "high")
            .filter(|rule| ["", level].contains(&text(rule, "for_dose").as_str()))
            .collect();
        if rules.iter().all(|rule| text(rule, "action") == "continue") {
            return self.action("continue");
        }
        // 8: intended therapy.
        let treats = ["angioplasty", "stent"].contains(&view.procedure.family.as_str());
        let aspirin_or_p2y12 = class == "antiplatelet_p2y12"
            || ["aspirin", "aspirin_dipyridamole"].contains(&medicine.id.as_str());
        if view.procedure.arterial && treats && aspirin_or_p2y12 {
            return self.action("continue");
        }
        let team = self.team(class, findings);
        let anticoagulant = !class.starts_with("antiplatelet");
        let rule = self.band(&rules);
        let in_time = rule
            .and_then(|rule| self.limit(rule))
            .is_some_and(|(_, limit)| self.confirmed().is_some_and(|taken| taken <= limit));
        // 13: not known to have stopped in time.
        if view.emergency && anticoagulant && !in_time {
            findings.review("anticoagulant_active_emergency");
        }
        let Some(rule) = rule else {
            return self.action(if team { TEAM } else { DECIDE });
        };
        let review = text(rule, "review");
        if !review.is_empty() {
            findings.review(&review);
        }
        if team || text(rule, "action") == TEAM {
            return self.action(TEAM);
        }
        // 9.
        if medicine.id == "aspirin" && !self.primary_prevention() {
            findings.review("aspirin_operator_decision");
            return self.action("continue_pending_operator");
        }
        let mut decided = self.hold(rule, anticoagulant, findings);
        // 23: argatroban and bivalirudin are only ever given as an infusion, however their times are written.
        let infused = class == "dti_parenteral"
            || class == "heparin" && self.one.times.iter().any(|time| time == "continuous");
        decided.infusion_stops = infused && decided.action == "hold";
        decided
    }

    /// 16.
    fn dialysis(&self, days: &str, findings: &mut Findings) -> Decided {
        let today = self
            .view
            .person
            .appointment
            .strftime("%a")
            .to_string()
            .to_lowercase();
        let by_condition = self
            .view
            .conditions
            .iter()
            .filter_map(|name| name.strip_prefix("haemodialysis_"));
        let on_day = by_condition
            .chain([days])
            .any(|days| days.split('_').any(|day| day == today));
        if on_day {
            findings.review("dialysis_day_conflict");
            return self.action(DECIDE);
        }
        self.action("continue")
    }

    /// 10: the band that holds the clearance.
    fn band<'t>(&self, rules: &[&'t Table]) -> Option<&'t Table> {
        rules.iter().copied().find(|rule| {
            let (from, below) = (number(rule, "crcl_from"), number(rule, "crcl_below"));
            match (self.kidneys.crcl, from, below) {
                (_, None, None) => true,
                (None, _, _) => rule.contains_key("also_if_crcl_unknown"),
                (Some(crcl), from, below) => {
                    from.is_none_or(|from| crcl >= from) && below.is_none_or(|below| crcl < below)
                }
            }
        })
    }

    /// 4 to 7: each condition that is true for a medicine of the class is a review.
    fn team(&self, class: &str, findings: &mut Findings) -> bool {
        let day = self.view.person.appointment.date();
        let mut any = false;
        for (id, table) in &self.view.tables.team {
            if !words(table, "classes").iter().any(|own| own == class) {
                continue;
            }
            let months = whole(table, "within_months").unwrap_or(0);
            let event = |names: &[&str]| {
                self.view.named.iter().any(|(name, date)| {
                    names.contains(&name.as_str()) && within_months(*date, months, day)
                })
            };
            let ever = |names: &[&str]| {
                self.view
                    .named
                    .iter()
                    .any(|(name, _)| names.contains(&name.as_str()))
            };
            let listed =
                |group: &[&str]| self.classes.iter().any(|own| group.contains(&own.as_str()));
            let is_true = match id.as_str() {
                "mechanical_heart_valve" => self
                    .view
                    .named
                    .iter()
                    .any(|(name, _)| name.starts_with("mechanical_") && name.contains("valve")),
                "vte_within_3_months" => {
                    ever(&["acute_dvt"])
                        || event(&[
                            "vte",
                            "pulmonary_embolism",
                            "deep_vein_thrombosis",
                            "portal_vein_thrombosis",
                        ])
                }
                "stroke_tia_within_3_months" => event(&["stroke_tia"]),
                "coronary_des_within_6_months" => event(&["coronary_des"]),
                "acs_within_12_months" => event(&["acs"]),
                "coronary_bms_or_balloon_within_1_month" => {
                    event(&["coronary_bms", "coronary_balloon"])
                }
                "peripheral_or_carotid_stent_within_3_months" => {
                    event(&["peripheral_stent", "carotid_stent"])
                }
                "af_cha2ds2vasc_ge_7_or_rheumatic_ms" => {
                    ever(&["rheumatic_mitral_stenosis"])
                        || self.view.named.iter().any(|(name, _)| {
                            let score = name.strip_prefix("af_cha2ds2vasc_");
                            let score: Option<u8> = score.and_then(|score| score.parse().ok());
                            score.is_some_and(|score| score >= 7)
                        })
                }
                "antiphospholipid_or_severe_thrombophilia" => {
                    ever(&["antiphospholipid_syndrome", "severe_thrombophilia"])
                }
                "lvad_or_intracardiac_thrombus" => ever(&["lvad", "intracardiac_thrombus"]),
                "combined_anticoagulant_and_antiplatelet" => {
                    listed(&["vka", "doac"])
                        && listed(&[
                            "antiplatelet",
                            "antiplatelet_p2y12",
                            "antiplatelet_weak",
                            "antiplatelet_iv",
                        ])
                }
                _ => false,
            };
            if is_true {
                findings.review(id);
                any = true;
            }
        }
        any
    }

    /// 9: only primary prevention, and nothing names arterial disease or a stent.
    fn primary_prevention(&self) -> bool {
        const DISEASE: [&str; 13] = [
            "acs",
            "coronary_des",
            "coronary_bms",
            "coronary_balloon",
            "coronary_stent",
            "stroke_tia",
            "peripheral_arterial_disease",
            "claudication",
            "critical_limb_ischaemia",
            "renal_artery_stenosis",
            "peripheral_stent",
            "carotid_stent",
            "coronary_artery_disease",
        ];
        let mut indications = self.one.lines.iter().map(|line| dated(&line.indication).0);
        indications.all(|indication| indication == "primary_prevention")
            && !self
                .view
                .named
                .iter()
                .any(|(name, _)| DISEASE.contains(&name.as_str()))
    }

    /// The latest dose that somebody said was taken.
    fn confirmed(&self) -> Option<DateTime> {
        let person = self.view.person;
        let own = person
            .intakes
            .iter()
            .filter(|(name, at)| *name == self.one.name && *at <= person.as_of);
        own.map(|(_, at)| *at).max()
    }

    /// Scheduled doses before a moment, the latest first.
    fn doses_back(&self, before: DateTime) -> Vec<DateTime> {
        let mut clocks: Vec<_> = self
            .one
            .times
            .iter()
            .filter_map(|time| clock(time))
            .collect();
        clocks.sort_unstable();
        clocks.dedup();
        let mut doses = Vec::new();
        for back in 0..40 {
            let day = days_earlier(before.date(), back);
            for time in clocks.iter().rev() {
                let dose = day.to_datetime(*time);
                if dose < before {
                    doses.push(dose);
                }
            }
        }
        doses
    }

    /// 11: the last dose that may be taken, as scheduled and as printed.
    fn limit(&self, rule: &Table) -> Option<(DateTime, DateTime)> {
        let view = self.view;
        let appointment = view.person.appointment;
        let times = &self.one.times;
        let (doses, hours) = (whole(rule, "doses"), whole(rule, "min_hours"));
        if times.iter().any(|time| time == "continuous") {
            let stop = view.zone.hours_before(appointment, hours?);
            return Some((stop, stop));
        }
        let clocks: Option<Vec<_>> = times.iter().map(|time| clock(time)).collect();
        let latest = clocks?.into_iter().max()?;
        let dose = match whole(rule, "hold_days") {
            Some(days) => days_earlier(appointment.date(), days + 1).to_datetime(latest),
            None => {
                let either = text(rule, "doses_or_hours") == "either";
                let back = self.doses_back(appointment);
                let at = back.iter().zip(0_i64..).find(|(dose, left_out)| {
                    let elapsed = view.start() - view.zone.minutes(**dose);
                    let enough_doses = doses.map(|doses| *left_out >= doses);
                    let enough_hours = hours.map(|hours| elapsed >= hours * 60);
                    match (enough_doses, enough_hours) {
                        (Some(a), Some(b)) if either => a || b,
                        (Some(a), Some(b)) => a && b,
                        (Some(a), None) => a,
                        (None, Some(b)) => b,
                        (None, None) => false,
                    }
                });
                *at?.0
            }
        };
        Some((dose, view.zone.plain(dose)))
    }

    /// 12 and 13.
    fn hold(&self, rule: &Table, anticoagulant: bool, findings: &mut Findings) -> Decided {
        let view = self.view;
        let as_of = view.person.as_of;
        let Some((scheduled, printed)) = self.limit(rule) else {
            return self.action(DECIDE);
        };
        let not_in_time = Decided {
            limit: Some(printed),
            ..self.action(DECIDE)
        };
        let held = Decided {
            last_dose: Some(printed),
            restart: whole(rule, "restart_hours"),
            limit: Some(printed),
            ..self.action("hold")
        };
        if let Some(taken) = self.confirmed() {
            if taken <= printed {
                return held;
            }
            if view.emergency && !anticoagulant {
                findings.review("hold_interval_not_reachable");
            } else if !view.emergency {
                findings.block("hold_not_followed", false);
            }
            return not_in_time;
        }
        let presumed = if self.one.times.iter().any(|time| time == "continuous") {
            as_of > printed
        } else {
            let upto = as_of.saturating_add(1.minute());
            self.doses_back(upto)
                .first()
                .is_some_and(|last| *last > scheduled)
        };
        if view.emergency && anticoagulant {
            return not_in_time;
        }
        if presumed {
            findings.review("hold_interval_not_reachable");
            return not_in_time;
        }
        held
    }
}

fn rule_of(row: &Row, fits: impl Fn(&Table) -> bool) -> Option<&Table> {
    row.rules.iter().find(|rule| fits(rule))
}

fn strictness(action: &str) -> usize {
    let order = "continue continue_with_liquid_diet reduce omit_morning hold_from_procedure hold";
    if action == DECIDE {
        return order.len();
    }
    let mut known = order.split(' ');
    known.position(|known| known == action).unwrap_or(0)
}
