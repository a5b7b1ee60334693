//! PID, PV1, AL1 and body measures: the parts that every message family shares.
//!
//! | from | to |
//! |---|---|
//! | PID-3 (PID-2 when it is empty) | identifiers, issuer CX.4.1, else CX.4.2, else the sender's setting |
//! | PID-5, PID-7, PID-8 | name (type L first), date of birth, sex |
//! | PID-15 | language |
//! | PID-29, PID-30 | recorded death |
//! | AL1-2, -3, -4, -5 | allergies |
//! | OBX with weight or height of the laboratory table | weight, height with unit and OBX-14 |
//! | PV1-2, -3, -19 | class, place, visit number |

use super::fault::{Fault, FaultKind};
use super::message::{Message, Segment};
use super::sender::SenderSettings;
use super::value;
use model::{Centimetre, Kilogram};
use workflow::incoming::{
    DeathStatement, IncomingAllergy, IncomingPatient, IncomingVisit, Measured, VisitClass,
};
use workflow::site_codes::LaboratoryCodes;

/// The patient of a PID segment. Allergies and measures are added by [`with_message`].
///
/// # Errors
/// No identifier, or an identifier, name or date that cannot be one.
pub fn read(
    pid: &Segment<'_>,
    settings: &SenderSettings,
    notes: &mut Vec<String>,
) -> Result<IncomingPatient, Fault> {
    let list = pid.field(3);
    let mut found = value::identifiers(&list, settings)?;
    if found.is_empty() {
        found = value::identifiers(&pid.field(2), settings)?;
        if !found.is_empty() {
            notes.push("PID-3: empty, the identifier of PID-2 was taken".to_owned());
        }
    }
    if found.is_empty() {
        let what = "no patient identifier";
        return Err(list.fault(FaultKind::RequiredFieldMissing, what));
    }
    Ok(IncomingPatient {
        identifiers: value::best_first(found, settings),
        name: value::person_name(&pid.field(5)),
        birth_date: value::birth_date(&pid.field(7))?,
        sex: value::sex(&pid.field(8), notes),
        death: death(pid, settings, notes),
        allergies: None,
        weight: None,
        height: None,
        language: Some(pid.field(15).text()).filter(|text| !text.is_empty()),
    })
}

/// The first PID of a message with the message's allergies and body measures.
///
/// # Errors
/// No PID, or what [`read`] refuses.
pub fn of_message(
    message: &Message,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
    notes: &mut Vec<String>,
) -> Result<IncomingPatient, Fault> {
    let pid = message.first("PID").ok_or_else(|| {
        let at = super::fault::Place::new("PID", 1, 3);
        Fault::new(
            at,
            FaultKind::RequiredFieldMissing,
            "the PID segment is missing",
        )
    })?;
    let mut patient = read(&pid, settings, notes)?;
    patient.allergies = allergies(message);
    for obx in message.segments().filter(|s| s.name == "OBX") {
        measure(&obx, &mut patient, settings, codes, notes)?;
    }
    Ok(patient)
}

fn death(pid: &Segment<'_>, settings: &SenderSettings, notes: &mut Vec<String>) -> DeathStatement {
    let (when, said) = (pid.field(29), pid.field(30));
    let at = value::instant(&when, 1, settings).unwrap_or_else(|fault| {
        notes.push(fault.to_string());
        None
    });
    // A date of death alone is a recorded death, even an unreadable one: this must never be missed.
    match said.text().to_ascii_uppercase().as_str() {
        "Y" => DeathStatement::Dead(at),
        "N" if when.is_stated() => {
            notes.push("PID-30: says N beside a date of death, taken as dead".to_owned());
            DeathStatement::Dead(at)
        }
        "N" => DeathStatement::Alive,
        _ if when.is_stated() => DeathStatement::Dead(at),
        _ => DeathStatement::NotStated,
    }
}

fn allergies(message: &Message) -> Option<Vec<IncomingAllergy>> {
    let found: Vec<IncomingAllergy> = message
        .segments()
        .filter(|s| s.name == "AL1")
        .map(|al1| IncomingAllergy {
            kind: value::code(&al1.field(2)),
            allergen: value::code(&al1.field(3)),
            severity: value::code(&al1.field(4)),
            reactions: al1
                .field(5)
                .repetitions()
                .map(|r| r.component(1))
                .filter(|text| !text.is_empty())
                .collect(),
        })
        .filter(|a| !a.allergen.code.is_empty() || !a.allergen.text.is_empty())
        .collect();
    (!found.is_empty()).then_some(found)
}

fn measure(
    obx: &Segment<'_>,
    patient: &mut IncomingPatient,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
    notes: &mut Vec<String>,
) -> Result<(), Fault> {
    let analyte = codes.analyte(&value::code(&obx.field(3)));
    let Some(kind @ ("weight" | "height")) = analyte else {
        return Ok(());
    };
    let field = obx.field(5);
    if !field.is_stated() {
        return Ok(());
    }
    let number: f64 = field
        .text()
        .parse()
        .map_err(|_| field.fault(FaultKind::DataType, "not a number"))?;
    let unit = obx.field(6).text();
    let at = value::instant(&obx.field(14), 1, settings)?;
    let known = match kind {
        "weight" => kilogram(number, &unit).map(|value| {
            patient.weight = Some(Measured { value, at });
        }),
        _ => centimetre(number, &unit).map(|value| {
            patient.height = Some(Measured { value, at });
        }),
    };
    if known.is_none() {
        // A missing unit is never guessed: pounds read as kilograms are a wrong dose.
        notes.push(format!(
            "{}: unit missing or not known, left out",
            obx.field(6).at
        ));
    }
    Ok(())
}

fn kilogram(number: f64, unit: &str) -> Option<Kilogram> {
    match unit {
        "kg" => Some(Kilogram(number)),
        "g" => Some(Kilogram(number / 1000.0)),
        // The international pound, exact by definition.
        "[lb_av]" => Some(Kilogram(number * 0.453_592_37)),
        _ => None,
    }
}

fn centimetre(number: f64, unit: &str) -> Option<Centimetre> {
    match unit {
        "cm" => Some(Centimetre(number)),
        "m" => Some(Centimetre(number * 100.0)),
        // The international inch, exact by definition.
        "[in_i]" => Some(Centimetre(number * 2.54)),
        _ => None,
    }
}

/// Where the patient is, when the message says.
pub fn visit(message: &Message) -> Option<IncomingVisit> {
    let pv1 = message.first("PV1")?;
    let class = match pv1.field(2).text().to_ascii_uppercase().as_str() {
        "I" => VisitClass::Inpatient,
        "O" => VisitClass::Outpatient,
        "E" => VisitClass::Emergency,
        _ => VisitClass::Other,
    };
    let location: Vec<String> = (1..=3)
        .map(|n| pv1.field(3).component(n))
        .filter(|part| !part.is_empty())
        .collect();
    Some(IncomingVisit {
        class,
        location: location.join(" "),
        number: Some(pv1.field(19).text()).filter(|text| !text.is_empty()),
    })
}
