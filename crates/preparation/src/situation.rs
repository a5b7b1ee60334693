//! The facts read once, for all sections: what is booked, who the patient is, which conditions are named.

use crate::clock::Clock;
use crate::conditions::{self, Stated};
use crate::facts::{BookedProcedure, Booking, Facts};
use crate::kidney::Years;
use jiff::Timestamp;
use jiff::civil::DateTime;
use knowledge::RuleBook;
use knowledge::condition::Tag;
use knowledge::laboratory::{Analyte, Population};
use knowledge::procedure::{
    Anaesthesia, Contrast, Ionising, Procedure, RenalExposure, UterusField,
};
use model::{BleedingClass, Kilogram, Modality, Urgency};

/// One booked procedure with its catalogue entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned<'a> {
    pub booked: &'a BookedProcedure,
    pub entry: &'a Procedure,
}

/// Which contrast goes where, over all procedures of the visit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ContrastPlan {
    pub iodinated_into_vessel: bool,
    pub iodinated_into_cavity: bool,
    pub first_pass: bool,
    pub renal_emboli_risk: bool,
    pub gadolinium: bool,
    /// Of a group that asks for the kidneys.
    pub gadolinium_asks_for_kidneys: bool,
}

/// All sections read from here.
pub(crate) struct Situation<'a> {
    pub facts: &'a Facts,
    pub booking: &'a Booking,
    pub rules: &'a RuleBook,
    pub clock: Clock,
    pub as_of: DateTime,
    pub now: Timestamp,
    pub appointment: DateTime,
    pub start: Timestamp,
    pub planned: Vec<Planned<'a>>,
    pub class: BleedingClass,
    /// Arteries that are punctured.
    pub arteries: Vec<&'a str>,
    pub anaesthesia: Anaesthesia,
    pub contrast: ContrastPlan,
    pub age: Option<Years>,
    pub weight: Option<Kilogram>,
    /// The typed weight and the converted one disagree, or the weight cannot be true.
    pub weight_refused: bool,
    pub conditions: Vec<Stated<'a>>,
    /// Indications of the medicines.
    pub indications: Vec<Stated<'a>>,
}

impl<'a> Situation<'a> {
    /// `None` when a procedure is not in the catalogue or nothing is booked.
    pub fn read(
        facts: &'a Facts,
        booking: &'a Booking,
        rules: &'a RuleBook,
        as_of: DateTime,
        clock: Clock,
    ) -> Option<Self> {
        let planned: Vec<Planned> = booking
            .procedures
            .iter()
            .map(|booked| {
                let entry = rules.procedures.get(booked.id.as_str())?;
                Some(Planned { booked, entry })
            })
            .collect::<Option<_>>()?;
        let class = planned.iter().map(class_of).max()?;
        let anaesthesia = planned.iter().map(anaesthesia_of).max()?;
        let contrast = contrast_of(&planned, rules);
        let arteries = planned
            .iter()
            .filter(|one| one.entry.bleeding.arterial_access)
            .map(|one| {
                let usual = one.entry.bleeding.usual_access.as_str();
                one.booked.access.as_deref().unwrap_or(usual)
            })
            .collect();
        let age = facts.age.years_on(booking.appointment.date()).map(Years);
        let (weight, weight_refused) = weight_of(facts, rules);
        let now = clock.last_instant(as_of);
        let start = clock.first_instant(booking.appointment);
        let read = |written: &String| conditions::read(written, rules);
        Some(Self {
            facts,
            booking,
            rules,
            as_of,
            now,
            appointment: booking.appointment,
            start,
            planned,
            class,
            arteries,
            anaesthesia,
            contrast,
            age,
            weight,
            weight_refused,
            conditions: facts.conditions.iter().map(read).collect(),
            indications: facts
                .medicines
                .iter()
                .filter(|medicine| !medicine.indication.trim().is_empty())
                .map(|medicine| read(&medicine.indication))
                .collect(),
            clock,
        })
    }

    pub fn is_emergency(&self) -> bool {
        self.booking.urgency == Urgency::Emergency
    }

    /// Sedation or general anaesthesia: the patient fasts.
    pub fn is_sedated(&self) -> bool {
        self.anaesthesia > Anaesthesia::Local
    }

    pub fn has(&self, tag: Tag) -> bool {
        self.conditions
            .iter()
            .filter_map(|stated| stated.known)
            .any(|known| known.tags.contains(&tag))
    }

    pub fn inpatient(&self) -> bool {
        self.facts.inpatient.is_yes()
    }

    /// Below the age for the adult rules; an unknown age counts as adult.
    pub fn is_child(&self) -> bool {
        let adult_from = self.rules.policy.figures.adult_from_years.value;
        self.age.is_some_and(|age| age.0 < adult_from)
    }

    pub fn has_liver_disease(&self) -> bool {
        self.has(Tag::LiverDisease)
    }

    pub fn population(&self) -> Population {
        if self.has_liver_disease() {
            Population::ChronicLiverDisease
        } else {
            Population::General
        }
    }

    /// Values of this patient move: younger ones are asked for.
    pub fn is_unstable(&self) -> bool {
        self.inpatient() || self.has(Tag::Unstable)
    }

    /// Acute: a week counts instead of three months for the kidneys.
    pub fn is_acute(&self) -> bool {
        self.inpatient() || self.booking.urgency != Urgency::Elective
    }

    /// X-rays are used.
    pub fn is_ionising(&self) -> bool {
        self.planned.iter().any(|one| self.uses_x_ray(*one))
    }

    pub fn uses_x_ray(&self, one: Planned) -> bool {
        let x_ray = &self.rules.pregnancy_lists.x_ray_modalities.items;
        let any_x_ray = |modalities: &[Modality]| {
            modalities
                .iter()
                .any(|modality| x_ray.iter().any(|code| code == modality.code()))
        };
        match one.entry.technique.ionising {
            Ionising::Yes => true,
            Ionising::No => false,
            // Nothing booked yet: what the catalogue allows is not excluded.
            Ionising::Optional if one.booked.modality.is_empty() => {
                any_x_ray(&one.entry.technique.modalities)
            }
            Ionising::Optional => any_x_ray(&one.booked.modality),
        }
    }

    pub fn uterus_field(&self) -> UterusField {
        self.planned
            .iter()
            .filter(|one| self.uses_x_ray(**one))
            .map(|one| one.entry.technique.uterus_field)
            .max()
            .unwrap_or(UterusField::None)
    }
}

fn class_of(one: &Planned) -> BleedingClass {
    let bleeding = &one.entry.bleeding;
    let large = match (bleeding.high_if_sheath_above_french, one.booked.sheath) {
        (Some(limit), Some(sheath)) => bleeding.arterial_access && sheath.0 > limit,
        _ => false,
    };
    if large {
        BleedingClass::High
    } else {
        bleeding.class
    }
}

fn anaesthesia_of(one: &Planned) -> Anaesthesia {
    one.booked.anaesthesia.unwrap_or_else(|| {
        let usual = one.entry.technique.anaesthesia.iter().copied();
        usual.max().unwrap_or(Anaesthesia::General)
    })
}

fn contrast_of(planned: &[Planned], rules: &RuleBook) -> ContrastPlan {
    let mut plan = ContrastPlan::default();
    let agents = &rules.contrast_agents;
    for one in planned {
        let technique = &one.entry.technique;
        let agent = one
            .booked
            .contrast
            .as_deref()
            .map(str::trim)
            .map(str::to_lowercase);
        let named = |list: &knowledge::figures::WordList| {
            agent
                .as_ref()
                .is_some_and(|agent| list.items.iter().any(|item| item == agent))
        };
        if named(&agents.no_contrast)
            || named(&agents.carbon_dioxide)
            || named(&agents.microbubbles)
        {
            continue;
        }
        if named(&agents.gadolinium) || named(&agents.gadolinium_kidney_check_needed) {
            // Into a cavity neither kidneys nor earlier reactions count.
            if technique.contrast != Contrast::IodinatedIntracavity {
                plan.gadolinium = true;
                plan.gadolinium_asks_for_kidneys |= named(&agents.gadolinium_kidney_check_needed);
            }
            continue;
        }
        let route = match (technique.contrast, agent.is_some()) {
            // Every other named agent is an iodinated one.
            (Contrast::None | Contrast::Microbubble | Contrast::Gadolinium, true) => {
                Contrast::IodinatedIv
            }
            (route, _) => route,
        };
        match route {
            Contrast::IodinatedIa | Contrast::IodinatedIv => {
                plan.iodinated_into_vessel = true;
                plan.first_pass |= technique.renal_exposure == RenalExposure::FirstPass;
                plan.renal_emboli_risk |= technique.renal_emboli_risk;
            }
            Contrast::IodinatedIntracavity => plan.iodinated_into_cavity = true,
            Contrast::Gadolinium => plan.gadolinium = true,
            Contrast::None | Contrast::Microbubble => {}
        }
    }
    plan
}

/// The weight that may be used; refused when it cannot be true or what was typed says something else.
fn weight_of(facts: &Facts, rules: &RuleBook) -> (Option<Kilogram>, bool) {
    let Some(analyte) = rules.analytes.get("weight") else {
        return (None, false);
    };
    let entered = facts.weight_entered.as_ref().map(|entered| {
        let factor = unit_factor(analyte, &entered.unit)?;
        Some(entered.amount * factor)
    });
    let tolerance = rules.policy.figures.weight_entered_tolerance_kg.value;
    let weight = match (facts.weight, entered) {
        (weight, None) => weight.map(|weight| weight.0),
        (_, Some(None)) => return (None, true),
        (None, Some(Some(entered))) => Some(entered),
        (Some(weight), Some(Some(entered))) if (weight.0 - entered).abs() <= tolerance => {
            Some(weight.0)
        }
        (Some(_), Some(Some(_))) => return (None, true),
    };
    let Some(weight) = weight else {
        return (None, false);
    };
    let low = analyte.plausible_min.is_some_and(|min| weight < min);
    let high = analyte.plausible_max.is_some_and(|max| weight > max);
    if low || high || !weight.is_finite() {
        (None, true)
    } else {
        (Some(Kilogram(weight)), false)
    }
}

pub(crate) fn unit_factor(analyte: &Analyte, ucum: &str) -> Option<f64> {
    let unit = analyte.units.iter().find(|unit| unit.ucum == ucum)?;
    Some(unit.factor)
}
