//! The case file: TOML, one `[[vignette]]` or `[[case]]` for each plan that is wanted.
//!
//! Times are wall clock in the case's own `timezone` (default Europe/Helsinki, which belongs to these files alone).

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use knowledge::procedure::Anaesthesia;
use model::{Centimetre, Kilogram, Modality, ProcedureId, Sex, Urgency};
use preparation::facts::French;
use preparation::{
    Allergy, Answer, BookedProcedure, Booking, Facts, LabResult, LastIntake, List, MedicineTaken,
    PregnancyFacts, PregnancyStatus, ResultValue, StatedAge, WeightEntered,
};
use serde::Deserialize;
use std::fmt;
use toml::Value;

/// One case, ready for planning.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: String,
    pub as_of: DateTime,
    pub zone: TimeZone,
    pub facts: Facts,
    pub booking: Booking,
}

/// A case that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRefused {
    pub id: String,
    pub reason: String,
}

/// The file as a whole could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFileError(pub String);

impl fmt::Display for CaseFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a case file: {}", self.0)
    }
}

impl std::error::Error for CaseFileError {}

const DEFAULT_ZONE: &str = "Europe/Helsinki";

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    vignette: Vec<Value>,
    #[serde(default)]
    case: Vec<Value>,
}

#[derive(Deserialize)]
struct CaseText {
    as_of: Value,
    timezone: Option<String>,
    patient: PatientText,
    procedure: Option<ProcedureText>,
    #[serde(default)]
    procedures: Vec<ProcedureText>,
}

#[derive(Deserialize)]
struct PatientText {
    age_years: Option<f64>,
    #[serde(default)]
    sex: String,
    weight_kg: Option<f64>,
    weight_entered: Option<String>,
    height_cm: Option<f64>,
    inpatient: Option<bool>,
    companion: Option<bool>,
    #[serde(default)]
    conditions: Vec<String>,
    #[serde(default)]
    medications: Vec<MedicineText>,
    #[serde(default)]
    labs: Vec<LabText>,
    #[serde(default)]
    allergies: Vec<AllergyText>,
    pregnancy: Option<PregnancyText>,
    #[serde(default)]
    last_intake: Vec<IntakeText>,
}

#[derive(Deserialize)]
struct MedicineText {
    #[serde(default)]
    inn: String,
    #[serde(default)]
    atc: String,
    #[serde(default)]
    dose: String,
    #[serde(default)]
    times: Option<Value>,
    #[serde(default)]
    indication: String,
}

#[derive(Deserialize)]
struct LabText {
    analyte: String,
    value: Value,
    #[serde(default)]
    unit: String,
    taken_at: Option<Value>,
}

#[derive(Deserialize)]
struct AllergyText {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    substance: String,
    #[serde(default)]
    reaction: String,
    #[serde(default)]
    severity: String,
    year: Option<i16>,
}

#[derive(Deserialize)]
struct PregnancyText {
    #[serde(default)]
    status: String,
    lmp: Option<Value>,
    gestation_weeks: Option<f64>,
}

#[derive(Deserialize)]
struct IntakeText {
    drug: String,
    at: Value,
}

#[derive(Deserialize)]
struct ProcedureText {
    id: String,
    appointment: Option<Value>,
    #[serde(default)]
    urgency: String,
    #[serde(default)]
    modality: String,
    anaesthesia: Option<String>,
    access: Option<String>,
    sheath_f: Option<f64>,
    contrast: Option<String>,
}

/// Reads the file; a case that cannot be read stands in its place with the reason, the others go on.
/// # Errors
/// The text is not TOML, or holds no case.
pub fn read_case_file(text: &str) -> Result<Vec<Result<Case, CaseRefused>>, CaseFileError> {
    let file: File = toml::from_str(text).map_err(|error| CaseFileError(error.to_string()))?;
    let cases: Vec<Value> = file.vignette.into_iter().chain(file.case).collect();
    if cases.is_empty() {
        return Err(CaseFileError(
            "no [[case]] and no [[vignette]] in it".to_owned(),
        ));
    }
    Ok(cases
        .into_iter()
        .enumerate()
        .map(|(at, value)| {
            let named = value.get("id").and_then(Value::as_str).map(str::to_owned);
            let id = named.unwrap_or_else(|| format!("case {}", at + 1));
            read_case(&id, value).map_err(|reason| CaseRefused { id, reason })
        })
        .collect())
}

fn read_case(id: &str, value: Value) -> Result<Case, String> {
    let text: CaseText = value
        .try_into()
        .map_err(|error: toml::de::Error| error.message().to_owned())?;
    let zone_name = text.timezone.as_deref().unwrap_or(DEFAULT_ZONE);
    let zone =
        TimeZone::get(zone_name).map_err(|_| format!("timezone {zone_name} is not known"))?;
    let mut procedures = text.procedures;
    procedures.extend(text.procedure);
    Ok(Case {
        id: id.to_owned(),
        as_of: wall_clock("as_of", &text.as_of)?,
        zone,
        facts: facts(text.patient)?,
        booking: booking(procedures)?,
    })
}

fn facts(patient: PatientText) -> Result<Facts, String> {
    let sex = match patient.sex.trim() {
        "F" => Sex::Female,
        "M" => Sex::Male,
        "" | "U" => Sex::Unknown,
        "O" => Sex::Other,
        other => return Err(format!("sex {other} is not F or M")),
    };
    let weight_entered = patient
        .weight_entered
        .as_deref()
        .map(weight_entered)
        .transpose()?;
    Ok(Facts {
        age: patient
            .age_years
            .map_or(StatedAge::Unknown, StatedAge::Years),
        sex,
        weight: patient.weight_kg.map(Kilogram),
        weight_entered,
        height: patient.height_cm.map(Centimetre),
        inpatient: patient.inpatient.map_or(Answer::NotAsked, Answer::Known),
        companion: patient.companion.map_or(Answer::NotAsked, Answer::Known),
        conditions: patient.conditions,
        medicines: patient
            .medications
            .into_iter()
            .map(medicine)
            .collect::<Result<_, _>>()?,
        // A case file is whole: a list that it leaves out is empty.
        medicines_asked: List::Asked,
        allergies_asked: List::Asked,
        laboratory: patient
            .labs
            .into_iter()
            .map(laboratory)
            .collect::<Result<_, _>>()?,
        allergies: patient.allergies.into_iter().map(allergy).collect(),
        pregnancy: patient
            .pregnancy
            .map(pregnancy)
            .transpose()?
            .unwrap_or_default(),
        last_intakes: patient
            .last_intake
            .into_iter()
            .map(|intake| {
                let at = wall_clock("last_intake", &intake.at)?;
                Ok(LastIntake {
                    drug: intake.drug,
                    at,
                })
            })
            .collect::<Result<_, String>>()?,
    })
}

/// `154 [lb_av]`: a number and a UCUM unit.
fn weight_entered(text: &str) -> Result<WeightEntered, String> {
    let (amount, unit) = text
        .trim()
        .split_once(' ')
        .ok_or_else(|| format!("weight_entered {text}: a number and a unit are wanted"))?;
    let amount = amount
        .replace(',', ".")
        .parse()
        .map_err(|_| format!("weight_entered {text}"))?;
    Ok(WeightEntered {
        amount,
        unit: unit.trim().to_owned(),
    })
}

fn medicine(text: MedicineText) -> Result<MedicineTaken, String> {
    let times = match text.times {
        None => Vec::new(),
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(word) => Ok(word.clone()),
                Value::Datetime(time) => Ok(time.to_string().chars().take(5).collect()),
                other => Err(format!("time {other} of {}", text.inn)),
            })
            .collect::<Result<_, _>>()?,
        Some(other) => return Err(format!("times {other} of {}", text.inn)),
    };
    Ok(MedicineTaken {
        inn: text.inn,
        atc: text.atc,
        dose: text.dose,
        times,
        indication: text.indication,
    })
}

fn laboratory(text: LabText) -> Result<LabResult, String> {
    let value = match text.value {
        Value::Float(number) => ResultValue::Number(number),
        #[expect(clippy::cast_precision_loss, reason = "laboratory values are small")]
        Value::Integer(number) => ResultValue::Number(number as f64),
        Value::String(word) => match word.trim().parse::<f64>() {
            Ok(number) => ResultValue::Number(number),
            Err(_) => ResultValue::Word(word),
        },
        other => return Err(format!("value {other} of {}", text.analyte)),
    };
    let taken_at = text
        .taken_at
        .as_ref()
        .map(|at| wall_clock("taken_at", at))
        .transpose()?;
    Ok(LabResult {
        analyte: text.analyte,
        value,
        unit: text.unit,
        taken_at,
    })
}

fn allergy(text: AllergyText) -> Allergy {
    Allergy {
        kind: text.kind,
        substance: text.substance,
        reaction: text.reaction,
        severity: text.severity,
        year: text.year,
    }
}

fn pregnancy(text: PregnancyText) -> Result<PregnancyFacts, String> {
    let status = match text.status.as_str() {
        "" | "not_asked" => PregnancyStatus::NotAsked,
        "unknown" => PregnancyStatus::Unknown,
        "not_pregnant_stated" => PregnancyStatus::NotPregnantStated,
        "pregnant" => PregnancyStatus::Pregnant,
        "refused" => PregnancyStatus::Refused,
        other => return Err(format!("pregnancy status {other} is not known")),
    };
    let lmp = text
        .lmp
        .map(|value| {
            let word = words(&value);
            word.parse::<Date>()
                .map_err(|_| format!("lmp {word} is not a date"))
        })
        .transpose()?;
    Ok(PregnancyFacts {
        status,
        lmp,
        gestation_weeks: text.gestation_weeks,
    })
}

/// All procedures of a case share appointment and urgency: the first one that names them.
fn booking(procedures: Vec<ProcedureText>) -> Result<Booking, String> {
    let appointment = procedures
        .iter()
        .find_map(|one| one.appointment.as_ref())
        .ok_or_else(|| "no procedure with an appointment".to_owned())?;
    let appointment = wall_clock("appointment", appointment)?;
    let urgency = procedures
        .iter()
        .map(|one| one.urgency.as_str())
        .find(|word| !word.is_empty());
    let urgency = match urgency {
        None => Urgency::Elective,
        Some(word) => {
            Urgency::from_code(word).ok_or_else(|| format!("urgency {word} is not known"))?
        }
    };
    Ok(Booking {
        procedures: procedures
            .into_iter()
            .map(procedure)
            .collect::<Result<_, _>>()?,
        appointment,
        urgency,
    })
}

fn procedure(text: ProcedureText) -> Result<BookedProcedure, String> {
    let modality = text
        .modality
        .split('+')
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(|word| {
            Modality::from_code(word).ok_or_else(|| format!("modality {word} is not known"))
        })
        .collect::<Result<_, _>>()?;
    let anaesthesia = text
        .anaesthesia
        .map(|word| {
            Anaesthesia::from_code(&word).ok_or_else(|| format!("anaesthesia {word} is not known"))
        })
        .transpose()?;
    Ok(BookedProcedure {
        id: ProcedureId::new(&text.id).map_err(|error| error.to_string())?,
        modality,
        anaesthesia,
        access: text.access,
        sheath: text.sheath_f.map(French),
        contrast: text.contrast,
    })
}

fn words(value: &Value) -> String {
    match value {
        Value::String(word) => word.trim().to_owned(),
        other => other.to_string(),
    }
}

fn wall_clock(what: &str, value: &Value) -> Result<DateTime, String> {
    let word = words(value);
    word.parse()
        .map_err(|_| format!("{what} {word} is not a date and time"))
}
