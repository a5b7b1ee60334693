//! Dose reports of one truth, written in every way that makers have found, with the totals that a reader must find.
//!
//! A variant is drawn from a seed: events with whole numbers of µGy, µGy·m² and ms; then units, number formats, codes,
//! nesting, order, empty values, repetitions and splits into several reports. What is left out or spoilt on purpose is
//! unknown in the expectation, never zero.

use crate::chance::Chance;
use crate::structured_report::{Code, Document, Item, Lengths, Syntax, Value};

/// One study in one or several reports.
#[derive(Debug, Clone)]
pub struct Variant {
    /// What was done to it, in words.
    pub words: Vec<&'static str>,
    pub reports: Vec<Vec<u8>>,
    /// Of the only report, when there is one.
    pub stated: Option<Totals>,
    pub summed: Option<Totals>,
    /// Of the study: its number of events, and what the known values of all of them add up to.
    pub events: usize,
    pub study_summed: Totals,
}

/// Gy, Gy·m², s. `None` is not stated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Totals {
    pub ka_r: Option<f64>,
    pub pka: Option<f64>,
    pub fluoroscopy: Option<f64>,
}

#[derive(Debug, Clone)]
struct Event {
    uid: String,
    plane: usize,
    is_fluoroscopy: bool,
    /// µGy, µGy·m², ms; `None` is left out or made unreadable.
    ka_r: Option<u64>,
    pka: Option<u64>,
    duration: Option<u64>,
}

/// (unit as written, power of ten from our whole numbers to that unit)
const KERMA: [(&str, i32); 6] = [
    ("Gy", -6),
    ("mGy", -3),
    ("cGy", -4),
    ("dGy", -5),
    ("uGy", 0),
    ("µGy", 0),
];
const AREA: [(&str, i32); 9] = [
    ("Gy.m2", -6),
    ("Gym2", -6),
    ("Gy*m2", -6),
    ("dGy.cm2", -1),
    ("Gy.cm2", -2),
    ("Gy.cm^2", -2),
    ("cGy.cm2", 0),
    ("uGy.m2", 0),
    ("mGy.cm2", 1),
];
const TIME: [(&str, i32); 2] = [("s", -3), ("ms", 0)];
/// Units that no reader may guess at.
const NO_UNITS: [&str; 5] = ["", "R", "gray", "1", "m"];
const FLUOROSCOPY: [(&str, &str); 4] = [
    ("44491008", "SCT"),
    ("P5-06000", "SRT"),
    ("P5-06000", "SNM3"),
    ("P5-06000", "99SDM"),
];
const PLANES: [&str; 3] = ["113622", "113620", "113621"];

struct Maker {
    chance: Chance,
    words: Vec<&'static str>,
    kerma: (&'static str, i32),
    area: (&'static str, i32),
    time: (&'static str, i32),
    spoils: bool,
    exponents: bool,
    commas: bool,
    nests: bool,
    noise: bool,
}

/// The variant of a seed.
pub fn variant(seed: u64) -> Variant {
    let mut chance = Chance::new(seed);
    let pick = |chance: &mut Chance, list: &[(&'static str, i32)]| {
        list.get(chance.below(list.len()))
            .copied()
            .unwrap_or(("", 0))
    };
    let (kerma, area, time) = (
        pick(&mut chance, &KERMA),
        pick(&mut chance, &AREA),
        pick(&mut chance, &TIME),
    );
    let mut maker = Maker {
        kerma,
        area,
        time,
        spoils: chance.coin(),
        exponents: chance.below(4) == 0,
        commas: chance.below(8) == 0,
        nests: chance.coin(),
        noise: chance.coin(),
        words: Vec::new(),
        chance,
    };
    maker.whole()
}

impl Maker {
    fn one_in(&mut self, many: usize) -> bool {
        self.chance.below(many) == 0
    }

    fn whole(&mut self) -> Variant {
        let events = self.events();
        // Which events stand in which report.
        let count = events.len();
        let shares: Vec<std::ops::Range<usize>> = match self.chance.below(6) {
            0 => {
                self.words.push("cumulative");
                let mut ends: Vec<usize> = (1..=count).filter(|_| self.chance.coin()).collect();
                ends.push(count);
                ends.dedup();
                ends.into_iter().map(|end| 0..end).collect()
            }
            1 if count > 1 => {
                self.words.push("continued");
                let cut = 1 + self.chance.below(count - 1);
                vec![0..cut, cut..count]
            }
            2 if count > 1 => {
                self.words.push("overlapping");
                let cut = 1 + self.chance.below(count - 1);
                vec![0..cut, cut - 1..count]
            }
            _ => vec![0..count; 1],
        };
        let mut documents = Vec::new();
        let mut only = None;
        for (number, share) in shares.iter().enumerate() {
            let of_report = events.get(share.clone()).unwrap_or_default();
            let (document, stated) = self.document(of_report, number);
            documents.push(document);
            only = Some((stated, summed(of_report)));
        }
        let mut reports: Vec<Vec<u8>> = documents.iter().map(|d| self.encoded(d)).collect();
        if self.one_in(4) {
            self.words.push("sent twice");
            let again = reports.first().cloned().unwrap_or_default();
            reports.push(again);
        }
        if self.chance.coin() {
            reports.reverse();
        }
        let alone = only.filter(|_| documents.len() == 1);
        Variant {
            words: std::mem::take(&mut self.words),
            reports,
            stated: alone.map(|o| o.0),
            summed: alone.map(|o| o.1),
            events: count,
            study_summed: summed(&events),
        }
    }

    fn events(&mut self) -> Vec<Event> {
        let biplane = self.chance.coin();
        let count = 1 + self.chance.below(7);
        (0..count)
            .map(|number| {
                let mut amount = |most: usize| {
                    let left_out = self.spoils && self.one_in(6);
                    let value = self.chance.below(most) as u64;
                    (!left_out).then_some(value)
                };
                let (ka_r, pka, duration) = (amount(90_000), amount(9_000), amount(60_000));
                Event {
                    uid: format!("2.25.900.3.{number}"),
                    plane: if biplane { 1 + self.chance.below(2) } else { 0 },
                    is_fluoroscopy: self.chance.coin(),
                    ka_r,
                    pka,
                    duration,
                }
            })
            .collect()
    }

    fn encoded(&mut self, document: &Document) -> Vec<u8> {
        let syntax = match self.chance.below(3) {
            0 => Syntax::Implicit,
            1 => Syntax::Explicit,
            _ => Syntax::BigEndian,
        };
        let lengths = if self.chance.coin() {
            Lengths::Defined
        } else {
            Lengths::Undefined
        };
        let mut bytes = document.bytes(syntax, lengths);
        if self.one_in(8) {
            self.words.push("no preamble");
            bytes.drain(..132);
        }
        bytes
    }

    /// A report of these events, and what it states.
    fn document(&mut self, events: &[Event], number: usize) -> (Document, Totals) {
        let mut document = Document::projection();
        document.sop_instance_uid = format!("2.25.900.1.{number}");
        document.written = format!("202603021200{number:02}");
        if self.one_in(3) {
            self.words.push("no template id");
            document.template = None;
        }
        if self.one_in(6) {
            self.words.push("an enhanced report class");
            document.sop_class_uid = "1.2.840.10008.5.1.4.1.1.88.22".into();
        }
        let mut planes: Vec<usize> = events.iter().map(|e| e.plane).collect();
        planes.sort_unstable();
        planes.dedup();
        let mut stated = Totals {
            ka_r: Some(0.0),
            pka: Some(0.0),
            fluoroscopy: Some(0.0),
        };
        for plane in planes {
            let item = self.accumulated(plane, events, &mut stated);
            document.items.push(item);
        }
        for event in events {
            let item = self.event(event);
            if self.one_in(10) {
                self.words.push("an event twice in one report");
                document.items.push(item.clone());
            }
            document.items.push(item);
        }
        if self.nests && self.one_in(2) {
            self.words.push("everything in a container of the maker");
            let inner = document.items.split_off(1);
            let code = Code::new("77", "99MAKER", "Wrapper");
            document.items.push(Item {
                children: inner,
                ..Item::new(code, Value::Container)
            });
        }
        self.dress(&mut document);
        (document, stated)
    }

    /// Meanings, noise and order: nothing that may change a value.
    fn dress(&mut self, document: &mut Document) {
        let meanings = [
            "",
            "meaning",
            "DOSE AREA PRODUCT TOTAL",
            "Dose (RP) Total",
            "Dosis",
        ];
        let meaning = meanings
            .get(self.chance.below(meanings.len()))
            .copied()
            .unwrap_or("");
        let noise = self.noise;
        let shuffle = self.one_in(3);
        let chance = &mut self.chance;
        document.root.2 = meaning.into();
        document.each(|item| {
            item.concept.2 = meaning.into();
            if let Value::Code(code) = &mut item.value {
                code.2 = meaning.into();
            }
            if noise && item.value == Value::Container {
                // The same values under another scheme are other concepts.
                for value in ["113725", "113722", "113738", "122130", "113742", "113730"] {
                    let code = Code::new(value, "99MAKER", "Dose (RP) Total");
                    let item_of_maker = Item::new(code, Value::Number("777".into(), "Gy".into()));
                    item.children.insert(0, item_of_maker);
                }
            }
            if shuffle && item.children.len() > 1 {
                let by = chance.below(item.children.len());
                item.children.rotate_left(by);
            }
        });
        if noise {
            self.words.push("the same code values under another scheme");
        }
    }

    fn accumulated(&mut self, plane: usize, events: &[Event], stated: &mut Totals) -> Item {
        let here = || events.iter().filter(move |e| e.plane == plane);
        let ka_r: u64 = here().filter_map(|e| e.ka_r).sum();
        let pka: u64 = here().filter_map(|e| e.pka).sum();
        let time: u64 = here()
            .filter(|e| e.is_fluoroscopy)
            .filter_map(|e| e.duration)
            .sum();
        let mut amounts = [Some(ka_r), Some(pka), Some(time)];
        for amount in &mut amounts {
            if self.spoils && self.one_in(8) {
                *amount = None;
            }
        }
        let [ka_r, pka, time] = amounts;
        add(&mut stated.ka_r, ka_r, -6);
        add(&mut stated.pka, pka, -6);
        add(&mut stated.fluoroscopy, time, -3);
        let mut children = vec![self.plane(plane)];
        children.extend(self.amount("113725", ka_r, self.kerma));
        children.extend(self.amount("113722", pka, self.area));
        children.extend(self.amount("113730", time, self.time));
        Item::container("113702", children)
    }

    fn plane(&mut self, plane: usize) -> Item {
        Item::code(
            "113764",
            Code::dcm(PLANES.get(plane).copied().unwrap_or("")),
        )
    }

    fn event(&mut self, event: &Event) -> Item {
        let kind = if event.is_fluoroscopy {
            let (value, scheme) = FLUOROSCOPY
                .get(self.chance.below(FLUOROSCOPY.len()))
                .copied()
                .unwrap_or(("", ""));
            Code::new(value, scheme, "Fluoroscopy")
        } else {
            Code::dcm("113611")
        };
        let mut children = vec![
            self.plane(event.plane),
            Item::uid("113769", &event.uid),
            Item::date_time("111526", "20260302110000+0200"),
            Item::code("113721", kind),
        ];
        let mut amounts = Vec::new();
        amounts.extend(self.amount("113738", event.ka_r, self.kerma));
        amounts.extend(self.amount("122130", event.pka, self.area));
        amounts.extend(self.amount("113742", event.duration, self.time));
        if self.nests {
            let code = Code::new("78", "99MAKER", "Source data");
            children.push(Item {
                children: amounts,
                ..Item::new(code, Value::Container)
            });
        } else {
            children.extend(amounts);
        }
        Item::container("113706", children)
    }

    /// The item of an amount. An unknown one is absent, empty, negative, no number, or in a unit that is none.
    fn amount(&mut self, concept: &str, amount: Option<u64>, unit: (&str, i32)) -> Option<Item> {
        let (name, power) = unit;
        if let Some(amount) = amount {
            let number = self.number(amount, power);
            return Some(Item::number(concept, number, name));
        }
        match self.chance.below(6) {
            0 => None,
            1 => Some(Item::new(Code::dcm(concept), Value::NoMeasuredValue)),
            2 => Some(Item::new(Code::dcm(concept), Value::NoNumber(name.into()))),
            3 => Some(Item::number(concept, "n/a", name)),
            4 => Some(Item::number(concept, "-12", name)),
            _ => {
                let none = NO_UNITS.get(self.chance.below(NO_UNITS.len())).copied();
                Some(Item::number(concept, "12", none.unwrap_or("")))
            }
        }
    }

    /// A whole number times a power of ten, as a decimal string.
    fn number(&mut self, whole: u64, power: i32) -> String {
        if self.exponents {
            return format!(
                "{whole}e{}{:03}",
                if power < 0 { '-' } else { '+' },
                power.abs()
            );
        }
        let text = if power >= 0 {
            format!("{whole}{}", "0".repeat(power.unsigned_abs() as usize))
        } else {
            let places = power.unsigned_abs() as usize;
            let digits = format!("{whole:0width$}", width = places + 1);
            let (front, back) = digits.split_at(digits.len() - places);
            format!("{front}.{back}")
        };
        if self.commas {
            text.replace('.', ",")
        } else {
            text
        }
    }
}

fn add(total: &mut Option<f64>, whole: Option<u64>, power: i32) {
    *total = match (*total, whole) {
        (Some(sum), Some(whole)) => Some(sum + whole as f64 * 10f64.powi(power)),
        _ => None,
    };
}

/// What the known values add up to; the time of fluoroscopy is unknown as soon as one event does not state it.
fn summed(events: &[Event]) -> Totals {
    let sum = |values: Vec<u64>, power: i32| {
        (!values.is_empty()).then(|| values.iter().sum::<u64>() as f64 * 10f64.powi(power))
    };
    let times: Option<Vec<u64>> = events
        .iter()
        .filter(|e| e.is_fluoroscopy)
        .map(|e| e.duration)
        .collect();
    Totals {
        ka_r: sum(events.iter().filter_map(|e| e.ka_r).collect(), -6),
        pka: sum(events.iter().filter_map(|e| e.pka).collect(), -6),
        fluoroscopy: times.and_then(|times| sum(times, -3)),
    }
}
