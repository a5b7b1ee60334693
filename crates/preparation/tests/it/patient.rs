//! A made-up patient with a booking, in plain values: the only place where the tests of the sentences call the engine.
//!
//! Without a change: a man of 60, 80 kg, who goes home with somebody; planned on Monday 1 February 2027 at 09:00 for
//! Wednesday 10 February 2027 at 09:00, elective, local anaesthesia, normal laboratory values of 30 January.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::medicine::Action;
use knowledge::procedure::Anaesthesia;
use model::{Centimetre, Gate, Kilogram, Modality, ProcedureId, Sex, Urgency};
use preparation::facts::French;
use preparation::{
    Allergy, Answer, BookedProcedure, Booking, Facts, LabResult, LastIntake, MedicineRow,
    MedicineTaken, Plan, PregnancyStatus, ResultValue, StatedAge,
};
use testkit::shipped_rules::rule_book;

/// mg/dL; the default patient clears 60.1 mL/min (Cockcroft–Gault) and filters 53.6 (CKD-EPI 2021).
pub const CREATININE: f64 = 1.48;

#[derive(Debug, Clone)]
pub struct Patient {
    pub facts: Facts,
    pub booking: Booking,
    pub as_of: DateTime,
    pub zone: String,
}

pub fn at(text: &str) -> DateTime {
    text.parse().unwrap()
}

/// Native kidney biopsy under ultrasound: high class, no X-rays, no contrast.
pub fn high() -> Patient {
    Patient::for_procedure("kidney_native_biopsy").modality("US")
}

/// Paracentesis: low class, no X-rays, no contrast.
pub fn low() -> Patient {
    Patient::for_procedure("paracentesis").modality("US")
}

impl Patient {
    pub fn for_procedure(id: &str) -> Self {
        let facts = Facts {
            age: StatedAge::Years(60.0),
            sex: Sex::Male,
            weight: Some(Kilogram(80.0)),
            companion: Answer::Known(true),
            inpatient: Answer::Known(false),
            ..Facts::default()
        };
        let booked = BookedProcedure {
            id: ProcedureId::new(id).unwrap(),
            modality: Vec::new(),
            anaesthesia: Some(Anaesthesia::Local),
            access: None,
            sheath: None,
            contrast: None,
        };
        let taken = "2027-01-30T08:00";
        Self {
            facts,
            booking: Booking {
                procedures: vec![booked],
                appointment: at("2027-02-10T09:00"),
                urgency: Urgency::Elective,
            },
            as_of: at("2027-02-01T09:00"),
            zone: "Europe/Helsinki".to_owned(),
        }
        .lab("inr", 1.0, "{INR}", taken)
        .lab("platelets", 200.0, "10*9/L", taken)
        .lab("hb", 140.0, "g/L", taken)
        .lab("creatinine", CREATININE, "mg/dL", taken)
    }

    pub fn modality(mut self, codes: &str) -> Self {
        self.booking.procedures[0].modality = codes
            .split('+')
            .map(|code| Modality::from_code(code).unwrap())
            .collect();
        self
    }

    pub fn anaesthesia(mut self, code: &str) -> Self {
        self.booking.procedures[0].anaesthesia = Anaesthesia::from_code(code);
        self
    }

    pub fn anaesthesia_not_said(mut self) -> Self {
        self.booking.procedures[0].anaesthesia = None;
        self
    }

    pub fn sedated(self) -> Self {
        self.anaesthesia("moderate_sedation")
    }

    pub fn access(mut self, artery: &str) -> Self {
        self.booking.procedures[0].access = Some(artery.to_owned());
        self
    }

    pub fn sheath(mut self, french: f64) -> Self {
        self.booking.procedures[0].sheath = Some(French(french));
        self
    }

    pub fn contrast(mut self, agent: &str) -> Self {
        self.booking.procedures[0].contrast = Some(agent.to_owned());
        self
    }

    pub fn appointment(mut self, text: &str) -> Self {
        self.booking.appointment = at(text);
        self
    }

    pub fn planned_at(mut self, text: &str) -> Self {
        self.as_of = at(text);
        self
    }

    pub fn zone(mut self, name: &str) -> Self {
        self.zone = name.to_owned();
        self
    }

    pub fn urgent(mut self) -> Self {
        self.booking.urgency = Urgency::Urgent;
        self
    }

    pub fn emergency(mut self) -> Self {
        self.booking.urgency = Urgency::Emergency;
        self
    }

    pub fn age(mut self, years: f64) -> Self {
        self.facts.age = StatedAge::Years(years);
        self
    }

    pub fn age_unknown(mut self) -> Self {
        self.facts.age = StatedAge::Unknown;
        self
    }

    pub fn woman(mut self, years: f64) -> Self {
        self.facts.sex = Sex::Female;
        self.age(years)
    }

    pub fn weight(mut self, kg: f64) -> Self {
        self.facts.weight = Some(Kilogram(kg));
        self
    }

    pub fn weight_unknown(mut self) -> Self {
        self.facts.weight = None;
        self
    }

    pub fn height(mut self, cm: f64) -> Self {
        self.facts.height = Some(Centimetre(cm));
        self
    }

    pub fn inpatient(mut self) -> Self {
        self.facts.inpatient = Answer::Known(true);
        self
    }

    pub fn companion(mut self, answer: Answer<bool>) -> Self {
        self.facts.companion = answer;
        self
    }

    pub fn has(mut self, condition: &str) -> Self {
        self.facts.conditions.push(condition.to_owned());
        self
    }

    /// `times` are parted by blanks.
    pub fn takes(self, inn: &str, atc: &str, dose: &str, times: &str) -> Self {
        self.takes_for(inn, atc, dose, times, "")
    }

    pub fn takes_for(
        mut self,
        inn: &str,
        atc: &str,
        dose: &str,
        times: &str,
        indication: &str,
    ) -> Self {
        self.facts.medicines.push(MedicineTaken {
            inn: inn.to_owned(),
            atc: atc.to_owned(),
            dose: dose.to_owned(),
            times: times.split_whitespace().map(str::to_owned).collect(),
            indication: indication.to_owned(),
        });
        self
    }

    pub fn last_took(mut self, drug: &str, when: &str) -> Self {
        self.facts.last_intakes.push(LastIntake {
            drug: drug.to_owned(),
            at: at(when),
        });
        self
    }

    pub fn without(mut self, analyte: &str) -> Self {
        self.facts
            .laboratory
            .retain(|result| result.analyte != analyte);
        self
    }

    pub fn lab(mut self, analyte: &str, value: f64, unit: &str, taken_at: &str) -> Self {
        self.facts.laboratory.push(LabResult {
            analyte: analyte.to_owned(),
            value: ResultValue::Number(value),
            unit: unit.to_owned(),
            taken_at: Some(at(taken_at)),
        });
        self
    }

    pub fn lab_word(mut self, analyte: &str, word: &str, taken_at: &str) -> Self {
        self.facts.laboratory.push(LabResult {
            analyte: analyte.to_owned(),
            value: ResultValue::Word(word.to_owned()),
            unit: String::new(),
            taken_at: Some(at(taken_at)),
        });
        self
    }

    /// The only value of its analyte.
    pub fn only(self, analyte: &str, value: f64, unit: &str, taken_at: &str) -> Self {
        self.without(analyte).lab(analyte, value, unit, taken_at)
    }

    pub fn allergy(mut self, kind: &str, substance: &str, reaction: &str, severity: &str) -> Self {
        self.facts.allergies.push(Allergy {
            kind: kind.to_owned(),
            substance: substance.to_owned(),
            reaction: reaction.to_owned(),
            severity: severity.to_owned(),
            year: None,
        });
        self
    }

    pub fn pregnancy(mut self, status: PregnancyStatus) -> Self {
        self.facts.pregnancy.status = status;
        self
    }

    /// Asked, and the day of the cycle at the appointment.
    pub fn cycle_day(mut self, day: i64) -> Self {
        use jiff::ToSpan;
        self.facts.pregnancy.status = PregnancyStatus::NotPregnantStated;
        let first = self
            .booking
            .appointment
            .date()
            .checked_sub((day - 1).days());
        self.facts.pregnancy.lmp = Some(first.unwrap());
        self
    }

    /// A creatinine that gives this clearance by Cockcroft–Gault.
    pub fn clearance(self, ml_min: f64) -> Self {
        let StatedAge::Years(age) = self.facts.age else {
            panic!("the age is needed for a clearance");
        };
        let weight = self.facts.weight.unwrap().0;
        let factor = if self.facts.sex == Sex::Female {
            0.85
        } else {
            1.0
        };
        let mg_dl = (140.0 - age) * weight * factor / (72.0 * ml_min);
        self.only("creatinine", mg_dl, "mg/dL", "2027-01-30T08:00")
    }

    pub fn plan(&self) -> Plan {
        let zone = TimeZone::get(&self.zone).unwrap();
        preparation::plan(&self.facts, &self.booking, rule_book(), self.as_of, &zone).unwrap()
    }
}

/// What the tests ask a plan.
pub trait Asked {
    fn row(&self, inn: &str) -> &MedicineRow;
    fn reviews(&self) -> Vec<&str>;
    fn blockers(&self) -> Vec<&str>;
    fn bypassed(&self) -> Vec<&str>;
    fn labs(&self) -> Vec<&str>;
    fn warns(&self, code: &str) -> bool;
    fn gates(&self) -> (Gate, Gate);
}

impl Asked for Plan {
    fn row(&self, inn: &str) -> &MedicineRow {
        let rows: Vec<&MedicineRow> = self.medicines.iter().filter(|row| row.inn == inn).collect();
        assert_eq!(rows.len(), 1, "rows of {inn}");
        rows[0]
    }

    fn reviews(&self) -> Vec<&str> {
        self.reviews.iter().map(|one| one.code.as_str()).collect()
    }

    fn blockers(&self) -> Vec<&str> {
        self.blockers.iter().map(|one| one.code.as_str()).collect()
    }

    fn bypassed(&self) -> Vec<&str> {
        self.bypassed.iter().map(|one| one.code.as_str()).collect()
    }

    fn labs(&self) -> Vec<&str> {
        self.labs_due
            .iter()
            .map(|one| one.analyte.as_str())
            .collect()
    }

    fn warns(&self, code: &str) -> bool {
        self.warnings.iter().any(|one| one == code)
    }

    fn gates(&self) -> (Gate, Gate) {
        (self.gate_now, self.gate_if_completed)
    }
}

/// Action and last dose of one medicine.
pub fn check(patient: &Patient, inn: &str, action: Action, last_dose: Option<&str>) {
    let plan = patient.plan();
    let row = plan.row(inn);
    assert_eq!(
        (row.action, row.last_dose),
        (action, last_dose.map(at)),
        "{inn}: {row:?}"
    );
}
