//! Serves every page on a made-up day, to look at: `cargo run -p web --example gallery`. Prints its address and a
//! case in each state; every account is named like its role.

#[path = "../tests/it/department.rs"]
mod department;

use department::{Story, Until, accounts, department as open, router};
use model::{Laterality, Sex};
use std::io::Write as _;
use workflow::patient::{Allergy, Medicine, Pregnancy};
use workflow::record_patient_facts::PatientFact;

#[allow(
    clippy::type_complexity,
    reason = "one line of the day is read at a glance"
)]
const DAY: &[(
    &str,
    &str,
    &str,
    Sex,
    &str,
    Laterality,
    &str,
    &str,
    u16,
    Until,
)] = &[
    (
        "DEMO-ALASTALO",
        "Ritva",
        "1951-04-02",
        Sex::Female,
        "iliac_stent",
        Laterality::Left,
        "Angio 1",
        "08:00",
        90,
        Until::Recovery,
    ),
    (
        "DEMO-BERGFELDT",
        "Sanna",
        "1963-09-03",
        Sex::Female,
        "iliac_angioplasty",
        Laterality::Right,
        "Angio 1",
        "10:00",
        105,
        Until::InProcedure,
    ),
    (
        "DEMO-OKONJO",
        "Miriam",
        "1970-05-21",
        Sex::Female,
        "nephrostomy_exchange",
        Laterality::Left,
        "Angio 1",
        "12:15",
        60,
        Until::Booked,
    ),
    (
        "DEMO-VESTERBY",
        "Poul",
        "1944-11-30",
        Sex::Male,
        "ptbd",
        Laterality::NotApplicable,
        "Angio 1",
        "13:30",
        105,
        Until::Booked,
    ),
    (
        "DEMO-HUHTA",
        "Kerttu",
        "1939-08-14",
        Sex::Female,
        "nephrostomy",
        Laterality::Right,
        "Angio 2",
        "08:30",
        45,
        Until::Recovery,
    ),
    (
        "DEMO-TUOVI",
        "Osmo",
        "1957-01-19",
        Sex::Male,
        "femoropopliteal_angioplasty",
        Laterality::Left,
        "Angio 2",
        "09:45",
        75,
        Until::SignOut,
    ),
    (
        "DEMO-SALMELA",
        "Gunnel",
        "1948-02-27",
        Sex::Female,
        "biliary_drain_exchange",
        Laterality::NotApplicable,
        "Angio 2",
        "13:00",
        75,
        Until::Booked,
    ),
    (
        "DEMO-LINDROOS",
        "Eino",
        "1955-07-07",
        Sex::Male,
        "lung_biopsy",
        Laterality::Right,
        "CT 1",
        "08:00",
        75,
        Until::Recovery,
    ),
    (
        "DEMO-KIVEKAS",
        "Tapani",
        "1972-12-12",
        Sex::Male,
        "abdominal_abscess_drain",
        Laterality::NotApplicable,
        "CT 1",
        "11:00",
        60,
        Until::Arrived,
    ),
    (
        "DEMO-MARTTILA",
        "Irja",
        "1960-06-01",
        Sex::Female,
        "kidney_native_biopsy",
        Laterality::Left,
        "CT 1",
        "12:15",
        60,
        Until::Booked,
    ),
    (
        "DEMO-SJOVALL",
        "Benita",
        "1966-10-10",
        Sex::Female,
        "liver_lesion_biopsy",
        Laterality::NotApplicable,
        "US 1",
        "10:15",
        45,
        Until::InProcedure,
    ),
    (
        "DEMO-HALVARI",
        "Eero",
        "1980-03-03",
        Sex::Male,
        "thyroid_fna",
        Laterality::Right,
        "US 1",
        "11:15",
        45,
        Until::Arrived,
    ),
    (
        "DEMO-NYKVIST",
        "Arvo",
        "1991-09-19",
        Sex::Male,
        "muscle_biopsy",
        Laterality::Left,
        "US 1",
        "13:00",
        45,
        Until::Booked,
    ),
    (
        "DEMO-AALTO",
        "Liisa",
        "1988-08-08",
        Sex::Female,
        "liver_parenchymal_biopsy",
        Laterality::NotApplicable,
        "US 1",
        "14:30",
        45,
        Until::Vetted,
    ),
    (
        "DEMO-PEURA",
        "Yrjo",
        "1949-12-24",
        Sex::Male,
        "retroperitoneal_node_biopsy",
        Laterality::Left,
        "CT 1",
        "14:30",
        60,
        Until::Referred,
    ),
];

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let department = open(true).await;
    accounts(&department.desk).await;
    let mut out = std::io::stdout();
    for (at, (family, given, born, sex, procedure, side, room, start, minutes, until)) in
        DAY.iter().enumerate()
    {
        let number = format!("700{:04}", 4128 + at);
        let number: &'static str = Box::leak(number.into_boxed_str());
        let id = department
            .play(&Story {
                family,
                given,
                born,
                sex: *sex,
                number,
                procedure,
                side: *side,
                room,
                start,
                minutes: *minutes,
                until: *until,
                referrer: "Dr Alho",
            })
            .await;
        if at % 4 != 1 {
            department.learn(&id, &answers(at)).await;
        }
        writeln!(out, "{id} {family} {room} {start}")?;
    }
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:8099");
    let listener = tokio::net::TcpListener::bind(address).await?;
    writeln!(
        out,
        "http://{} password {:?}",
        listener.local_addr()?,
        department::PASSWORD
    )?;
    axum::serve(listener, router(&department)).await
}

/// What a patient answered: mostly nothing special, one with apixaban and an allergy.
fn answers(at: usize) -> Vec<PatientFact> {
    let mut facts = vec![
        PatientFact::Weight {
            weight: model::Kilogram(62.0),
            on: "2027-03-09".parse().ok(),
        },
        PatientFact::Implants("none".to_owned()),
        PatientFact::Language("fi".to_owned()),
        PatientFact::Pregnancy(Pregnancy {
            status: "not_pregnant_stated".to_owned(),
            lmp: None,
            gestation_weeks: None,
        }),
    ];
    if at.is_multiple_of(3) {
        facts.push(PatientFact::Medicine(Medicine {
            inn: "apixaban".to_owned(),
            atc: "B01AF02".to_owned(),
            dose: "5 mg".to_owned(),
            times: vec!["08:00".to_owned(), "20:00".to_owned()],
            indication: "atrial fibrillation".to_owned(),
        }));
        facts.push(PatientFact::Allergy(Allergy {
            kind: "skin_antiseptic".to_owned(),
            substance: "Chlorhexidine".to_owned(),
            reaction: "wheeze".to_owned(),
            severity: "severe".to_owned(),
            year: Some(2021),
        }));
    } else {
        facts.push(PatientFact::NoMedicines);
        facts.push(PatientFact::NoAllergies);
    }
    facts
}
