//! Invented plans that the tests speak about: one per family, and one with everything left open.

use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use letters::patient_plan::*;
use letters::{AtHome, CancellationInput, DischargeInput, Language, NewTime, Print, Resume};
use model::{CaseId, Family, Laterality, Modality, PersonName, ProcedureId};

pub fn at(day: Date, hour: i8, minute: i8) -> ZonedDateTime {
    day.at(hour, minute, 0, 0)
        .to_zoned_datetime(TimeZone::get("Europe/Helsinki").unwrap())
        .unwrap()
}

pub const PROCEDURE_DAY: Date = date(2027, 3, 11);

pub fn medicine(generic: &str, trade: Option<&str>) -> MedicineName {
    MedicineName {
        generic: generic.to_owned(),
        trade: trade.map(str::to_owned),
    }
}

fn frame(procedure: PlannedProcedure, stay: Stay) -> PatientPlan {
    PatientPlan {
        demonstration: false,
        patient: Addressee {
            name: PersonName {
                family: "Toivokoski-Rae".to_owned(),
                given: "Eila".to_owned(),
                middle: String::new(),
            },
            hospital_number: "000 318".to_owned(),
        },
        hospital: Hospital {
            name: "Harbour Hospital".to_owned(),
            unit: "Imaging unit".to_owned(),
        },
        appointment: Appointment {
            arrive_at: at(PROCEDURE_DAY, 8, 0),
            starts_at: Some(at(PROCEDURE_DAY, 9, 0)),
            place: "Imaging unit, 1st floor, entrance C".to_owned(),
            stay,
        },
        procedure,
        steps: Vec::new(),
        open: Vec::new(),
        call_by: None,
        aftercare: AfterCare::default(),
        results: Results {
            told_by: Some("Doctor Alho".to_owned()),
            by: Some(date(2027, 3, 25)),
            appointment: FollowUp::NotBooked,
        },
        contacts: contacts(),
        version: PlanVersion {
            case: CaseId::new("27-000318").unwrap(),
            number: 3,
            rule_book: "2027.02".to_owned(),
            written_at: at(date(2027, 2, 25), 14, 5),
        },
    }
}

pub fn contacts() -> Contacts {
    Contacts {
        day_phone: "000 000 001".to_owned(),
        day_hours: Some(DayHours {
            from: Time::constant(8, 0, 0, 0),
            until: time(15, 0, 0, 0),
        }),
        night_phone: "000 000 002".to_owned(),
        emergency_number: "112".to_owned(),
    }
}

fn procedure(id: &str, family: Family) -> PlannedProcedure {
    PlannedProcedure {
        id: Some(ProcedureId::new(id).unwrap()),
        family,
        side: Laterality::NotApplicable,
        modalities: vec![Modality::Ultrasound],
        anaesthesia: Anaesthesia::Local,
        contrast: Contrast::None,
        pregnancy: PregnancyQuestion::NotNeeded,
    }
}

pub fn hold_apixaban() -> Instruction {
    Instruction::HoldMedicine {
        medicine: medicine("apixaban", Some("Eliquis")),
        why: HoldReason::Bleeding,
        last_dose: Some(DoseMoment::At(at(date(2027, 3, 8), 20, 0))),
        free_from: None,
        restart: Restart::At(DoseMoment::At(at(date(2027, 3, 12), 20, 0))),
    }
}

/// A liver biopsy with a blood thinner, blood tests, fasting and one night.
pub fn biopsy() -> PatientPlan {
    let mut plan = frame(
        procedure("liver_parenchymal_biopsy", Family::Biopsy),
        Stay::Overnight,
    );
    plan.steps = [
        hold_apixaban(),
        Instruction::ContinueMedicine {
            medicine: medicine("metoprolol", None),
        },
        Instruction::LaboratoryTests {
            from: at(date(2027, 3, 8), 7, 30),
            until: at(date(2027, 3, 10), 14, 0),
            place: Some("Laboratory, entrance A".to_owned()),
        },
        Instruction::NoFoodAfter(at(PROCEDURE_DAY, 3, 0)),
        Instruction::ClearFluidsUntil(at(PROCEDURE_DAY, 7, 0)),
        Instruction::Escort { overnight: false },
    ]
    .map(Ruled::approved)
    .into();
    plan.aftercare = AfterCare {
        steps: [
            AfterStep::BedRestHours(4),
            AfterStep::LieOnRightSide,
            AfterStep::StayOvernight,
            AfterStep::KeepDressingDays(2),
            AfterStep::NoHeavyLiftingDays(7),
        ]
        .map(Ruled::approved)
        .into(),
        warning_signs: [WarningSign::YellowSkin, WarningSign::BlackStools]
            .map(Ruled::approved)
            .into(),
    };
    plan
}

/// A tube from the kidney, in a patient who is already in hospital.
pub fn drainage() -> PatientPlan {
    let mut plan = frame(
        PlannedProcedure {
            side: Laterality::Left,
            modalities: vec![Modality::Ultrasound, Modality::Fluoroscopy],
            anaesthesia: Anaesthesia::Sedation,
            contrast: Contrast::Iodine,
            pregnancy: PregnancyQuestion::Ask,
            ..procedure("nephrostomy", Family::Drainage)
        },
        Stay::Inpatient,
    );
    plan.steps = [
        Instruction::AskAboutDose {
            medicine: medicine("insulin glargine", Some("Lantus")),
        },
        Instruction::OmitMorningDose {
            medicine: medicine("gliclazide", None),
            on: PROCEDURE_DAY,
        },
        Instruction::LaboratoryTests {
            from: at(date(2027, 3, 10), 8, 0),
            until: at(date(2027, 3, 10), 12, 0),
            place: None,
        },
        Instruction::NoFoodAfter(at(PROCEDURE_DAY, 2, 0)),
    ]
    .map(Ruled::approved)
    .into();
    plan.open = vec![OpenTopic::Antibiotic];
    plan.call_by = Some(date(2027, 3, 9));
    plan.aftercare.steps = [
        AfterStep::CatheterStays(CatheterPlace::Kidney),
        AfterStep::CatheterBelowBody,
        AfterStep::FlushCatheter {
            volume_ml: 5,
            times_a_day: 2,
        },
        AfterStep::WriteDownOutput,
        AfterStep::NoBathDays(14),
    ]
    .map(Ruled::approved)
    .into();
    plan.aftercare.warning_signs = [
        WarningSign::NoUrineInBag,
        WarningSign::CatheterOut,
        WarningSign::BloodInUrine,
    ]
    .map(Ruled::approved)
    .into();
    plan.results.appointment = FollowUp::NotNeeded;
    plan
}

/// A leg artery with metformin, premedication and a visit booked.
pub fn angioplasty() -> PatientPlan {
    let mut plan = frame(
        PlannedProcedure {
            side: Laterality::Right,
            modalities: vec![Modality::Fluoroscopy],
            contrast: Contrast::Iodine,
            pregnancy: PregnancyQuestion::Ask,
            ..procedure("femoropopliteal_angioplasty", Family::Angioplasty)
        },
        Stay::SameDay,
    );
    plan.steps = [
        Instruction::HoldMedicine {
            medicine: medicine("metformin", None),
            why: HoldReason::Kidneys,
            last_dose: None,
            free_from: Some(PROCEDURE_DAY),
            restart: Restart::AskFirst,
        },
        Instruction::Premedication {
            medicine: medicine("prednisolone", None),
            dose: "50 mg".to_owned(),
            at: at(date(2027, 3, 10), 20, 0),
        },
        Instruction::ContinueMedicine {
            medicine: medicine("acetylsalicylic acid", None),
        },
        Instruction::NoFasting,
        Instruction::DrinkWell(date(2027, 3, 10)),
        Instruction::Shower(PROCEDURE_DAY),
        Instruction::Escort { overnight: true },
    ]
    .map(Ruled::approved)
    .into();
    plan.aftercare.steps = [
        AfterStep::BedRestHours(2),
        AfterStep::LegStraight,
        AfterStep::NoDrivingHours(48),
        AfterStep::NoBathDays(3),
    ]
    .map(Ruled::approved)
    .into();
    plan.aftercare.warning_signs = [WarningSign::GrowingLump, WarningSign::LegPainReturns]
        .map(Ruled::approved)
        .into();
    plan.results.appointment = FollowUp::Booked(at(date(2027, 4, 15), 10, 30));
    plan
}

/// A stent, with a medicine that goes over to injections.
pub fn stent() -> PatientPlan {
    let mut plan = frame(
        PlannedProcedure {
            side: Laterality::Both,
            modalities: vec![Modality::Fluoroscopy],
            anaesthesia: Anaesthesia::General,
            contrast: Contrast::Iodine,
            pregnancy: PregnancyQuestion::Ask,
            ..procedure("iliac_stent", Family::Stent)
        },
        Stay::Overnight,
    );
    plan.steps = [
        Instruction::HoldMedicine {
            medicine: medicine("warfarin", None),
            why: HoldReason::Bleeding,
            last_dose: Some(DoseMoment::Evening(date(2027, 3, 5))),
            free_from: None,
            restart: Restart::AskFirst,
        },
        Instruction::Injection {
            medicine: medicine("enoxaparin", None),
            dose: "40 mg".to_owned(),
            at: at(date(2027, 3, 10), 8, 0),
        },
        Instruction::NoFoodAfter(at(date(2027, 3, 10), 23, 30)),
        Instruction::ClearFluidsUntil(at(PROCEDURE_DAY, 6, 0)),
    ]
    .map(Ruled::approved)
    .into();
    plan.aftercare.steps = [AfterStep::StentCard, AfterStep::StayWatchedHours(6)]
        .map(Ruled::approved)
        .into();
    plan.aftercare.warning_signs = vec![Ruled::approved(WarningSign::ColdLimb)];
    plan
}

/// Nothing decided and no rule approved: the sheet that says least.
pub fn nothing_approved() -> PatientPlan {
    let mut plan = biopsy();
    for step in &mut plan.steps {
        step.standing = Standing::NotApproved;
    }
    for step in &mut plan.aftercare.steps {
        step.standing = Standing::NotApproved;
    }
    for sign in &mut plan.aftercare.warning_signs {
        sign.standing = Standing::NotApproved;
    }
    plan
}

pub fn families() -> [(&'static str, PatientPlan); 4] {
    [
        ("biopsy", biopsy()),
        ("drainage", drainage()),
        ("angioplasty", angioplasty()),
        ("stent", stent()),
    ]
}

pub fn cancellation(language: Language) -> CancellationInput {
    let plan = biopsy();
    CancellationInput {
        language,
        print: Print::Normal,
        demonstration: false,
        patient: plan.patient,
        hospital: plan.hospital,
        procedure: plan.procedure,
        was_at: Some(plan.appointment.arrive_at),
        new_time: NewTime::Follows,
        medicines: vec![
            Ruled::approved(Resume::NextDose(medicine("apixaban", Some("Eliquis")))),
            Ruled::approved(Resume::At(
                medicine("metformin", None),
                at(date(2027, 3, 10), 18, 0),
            )),
            Ruled::approved(Resume::AskFirst(medicine("warfarin", None))),
            Ruled::approved(Resume::Injection(medicine("enoxaparin", None))),
        ],
        unit_says: None,
        contacts: plan.contacts,
        version: plan.version,
    }
}

pub fn discharge(language: Language) -> DischargeInput {
    let plan = drainage();
    DischargeInput {
        language,
        print: Print::Normal,
        demonstration: false,
        patient: plan.patient,
        hospital: plan.hospital,
        procedure: plan.procedure,
        done_on: PROCEDURE_DAY,
        aftercare: plan.aftercare,
        medicines: vec![
            (
                medicine("apixaban", Some("Eliquis")),
                Ruled::approved(AtHome::StartAgain(DoseMoment::Evening(date(2027, 3, 12)))),
            ),
            (
                medicine("metformin", None),
                Ruled::approved(AtHome::StartAgain(DoseMoment::At(at(
                    date(2027, 3, 13),
                    8,
                    0,
                )))),
            ),
            (
                medicine("metoprolol", None),
                Ruled::approved(AtHome::AsUsual),
            ),
            (
                medicine("warfarin", None),
                Ruled::approved(AtHome::AskFirst),
            ),
            (
                medicine("ibuprofen", None),
                Ruled::approved(AtHome::Stopped),
            ),
            (
                medicine("ciprofloxacin", None),
                Ruled::approved(AtHome::New {
                    dose: "500 mg, 08:00 + 20:00".to_owned(),
                }),
            ),
        ],
        results: Results {
            told_by: None,
            by: Some(date(2027, 3, 25)),
            appointment: FollowUp::NotBooked,
        },
        dose: Some(DoseTold::NoXRays),
        unit_says: None,
        contacts: plan.contacts,
        version: plan.version,
    }
}

/// The moment of an instant in the hospital's zone, as a caller is asked to convert it.
pub fn hospital_time(instant: &str) -> ZonedDateTime {
    instant
        .parse::<Timestamp>()
        .unwrap()
        .to_zoned_datetime(TimeZone::get("Europe/Helsinki").unwrap())
}
