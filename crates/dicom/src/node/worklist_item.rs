//! One scheduled procedure step as a modality sees it (PS3.4 table K.6-1).

use super::data_set::DataSet;
use dicom_dictionary_std::tags;
use jiff::civil::DateTime;
use model::{
    AccessionNumber, AeTitle, BirthDate, Kilogram, Modality, PatientIdentifier, PersonName, Sex,
    StudyUid, Urgency,
};

/// A coded concept as DICOM writes it: value, scheme, meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub value: String,
    pub scheme: String,
    pub meaning: String,
}

/// Pregnancy Status (0010,21C0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PregnancyStatus {
    NotPregnant,
    PossiblyPregnant,
    DefinitelyPregnant,
    #[default]
    Unknown,
}

/// A row of the worklist, in plain values. Times are civil times of the hospital.
#[derive(Debug, Clone, PartialEq)]
pub struct WorklistItem {
    pub patient_name: PersonName,
    pub patient_id: PatientIdentifier,
    pub birth_date: BirthDate,
    pub sex: Sex,
    pub weight: Option<Kilogram>,
    /// One text each; none when nothing is known. "None known" stands here only when a person said so.
    pub allergies: Vec<String>,
    pub medical_alerts: Vec<String>,
    pub special_needs: String,
    /// Where the patient comes from and how the patient is: ward, what the patient cannot decide alone.
    pub patient_state: String,
    pub pregnancy: PregnancyStatus,
    /// `None` until a number is given; one that is longer than the 16 characters of SH goes out empty, because
    /// a cut one could be another patient's.
    pub accession_number: Option<AccessionNumber>,
    pub referring_physician: Option<PersonName>,
    pub requesting_physician: Option<PersonName>,
    pub admission_id: String,
    pub current_patient_location: String,
    pub study_instance_uid: StudyUid,
    /// 1 to 16 characters.
    pub requested_procedure_id: String,
    pub requested_procedure_description: String,
    pub requested_procedure_code: Option<Code>,
    pub urgency: Urgency,
    /// 1 to 16 characters.
    pub scheduled_procedure_step_id: String,
    pub scheduled_procedure_step_description: String,
    pub scheduled_protocol_code: Option<Code>,
    pub start: DateTime,
    pub modality: Modality,
    pub scheduled_station_ae_titles: Vec<AeTitle>,
    pub scheduled_station_name: String,
    pub scheduled_procedure_step_location: String,
    pub scheduled_performing_physician: Option<PersonName>,
    /// Comments on the Scheduled Procedure Step (0040,0400): the readiness in words stands here.
    pub comments: String,
}

/// The name as PN: family, given and middle, without empty components at the end. Delimiters inside are blanked.
pub(super) fn name_text(name: &PersonName) -> String {
    let parts = [&name.family, &name.given, &name.middle];
    let clean = parts.map(|part| part.replace(['^', '=', '\\'], " "));
    clean.join("^").trim_end_matches('^').to_owned()
}

/// A text as its representation allows: at most so many characters, no backslash, no control character.
fn short(text: &str, most: usize) -> String {
    let clean = text
        .chars()
        .map(|c| if c.is_control() || c == '\\' { ' ' } else { c });
    clean.take(most).collect::<String>().trim().to_owned()
}

/// Several values of LO. One that is too long is cut with an ellipsis that says so.
fn several(texts: &[String]) -> String {
    let cut = |text: &String| match short(text, 10_240) {
        whole if whole.chars().count() <= 64 => whole,
        long => format!("{}...", short(&long, 61)),
    };
    texts
        .iter()
        .map(cut)
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join("\\")
}

fn code_items(code: Option<&Code>) -> Vec<DataSet> {
    let items = code.map(|code| {
        let mut item = DataSet::default();
        item.put(tags::CODE_VALUE, &short(&code.value, 16));
        item.put(tags::CODING_SCHEME_DESIGNATOR, &short(&code.scheme, 16));
        item.put(tags::CODE_MEANING, &short(&code.meaning, 64));
        item
    });
    items.into_iter().collect()
}

impl WorklistItem {
    /// Every attribute that we can answer with; the answer to a query is the part that was asked for.
    pub(super) fn attributes(&self) -> DataSet {
        let mut set = DataSet::default();
        self.put_patient(&mut set);
        self.put_request(&mut set);
        set.put_items(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, vec![self.step()]);
        set
    }

    fn put_patient(&self, set: &mut DataSet) {
        let birth_date = match self.birth_date {
            BirthDate::Day(day) => day.strftime("%Y%m%d").to_string(),
            // A year alone cannot be written as DA; a made-up day would be a lie.
            BirthDate::Year(_) | BirthDate::Unknown => String::new(),
        };
        let sex = match self.sex {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Other => "O",
            Sex::Unknown => "",
        };
        let weight = self
            .weight
            .map(|weight| short(&format!("{}", weight.0), 16));
        set.put(tags::PATIENT_NAME, &name_text(&self.patient_name));
        set.put(tags::PATIENT_ID, self.patient_id.value());
        set.put(tags::ISSUER_OF_PATIENT_ID, self.patient_id.issuer());
        set.put(tags::PATIENT_BIRTH_DATE, &birth_date);
        set.put(tags::PATIENT_SEX, sex);
        set.put(tags::PATIENT_WEIGHT, &weight.unwrap_or_default());
        set.put(tags::ALLERGIES, &several(&self.allergies));
        set.put(tags::MEDICAL_ALERTS, &several(&self.medical_alerts));
        set.put(tags::SPECIAL_NEEDS, &short(&self.special_needs, 64));
        set.put(tags::PATIENT_STATE, &short(&self.patient_state, 64));
        set.put(
            tags::CONFIDENTIALITY_CONSTRAINT_ON_PATIENT_DATA_DESCRIPTION,
            "",
        );
        set.put_number(
            tags::PREGNANCY_STATUS,
            match self.pregnancy {
                PregnancyStatus::NotPregnant => 1,
                PregnancyStatus::PossiblyPregnant => 2,
                PregnancyStatus::DefinitelyPregnant => 3,
                PregnancyStatus::Unknown => 4,
            },
        );
    }

    fn put_request(&self, set: &mut DataSet) {
        let accession = self
            .accession_number
            .as_ref()
            .map_or("", |number| number.as_str());
        let accession = if accession.len() <= 16 { accession } else { "" };
        let priority = match self.urgency {
            Urgency::Elective => "ROUTINE",
            Urgency::Urgent => "HIGH",
            Urgency::Emergency => "STAT",
        };
        let name = |name: &Option<PersonName>| name.as_ref().map(name_text).unwrap_or_default();
        set.put(tags::ACCESSION_NUMBER, accession);
        set.put(
            tags::REFERRING_PHYSICIAN_NAME,
            &name(&self.referring_physician),
        );
        set.put(
            tags::REQUESTING_PHYSICIAN,
            &name(&self.requesting_physician),
        );
        set.put(tags::ADMISSION_ID, &short(&self.admission_id, 64));
        set.put(
            tags::CURRENT_PATIENT_LOCATION,
            &short(&self.current_patient_location, 64),
        );
        set.put(tags::STUDY_INSTANCE_UID, self.study_instance_uid.as_str());
        set.put(
            tags::REQUESTED_PROCEDURE_ID,
            &short(&self.requested_procedure_id, 16),
        );
        set.put(
            tags::REQUESTED_PROCEDURE_DESCRIPTION,
            &short(&self.requested_procedure_description, 64),
        );
        let code = code_items(self.requested_procedure_code.as_ref());
        set.put_items(tags::REQUESTED_PROCEDURE_CODE_SEQUENCE, code);
        set.put(tags::REQUESTED_PROCEDURE_PRIORITY, priority);
        set.put(tags::PATIENT_TRANSPORT_ARRANGEMENTS, "");
        set.put_items(tags::REFERENCED_STUDY_SEQUENCE, Vec::new());
        set.put_items(tags::REFERENCED_PATIENT_SEQUENCE, Vec::new());
    }

    fn step(&self) -> DataSet {
        let mut step = DataSet::default();
        let titles: Vec<&str> = self
            .scheduled_station_ae_titles
            .iter()
            .map(AeTitle::as_str)
            .collect();
        let performer = self.scheduled_performing_physician.as_ref();
        step.put(tags::MODALITY, self.modality.code());
        step.put(tags::SCHEDULED_STATION_AE_TITLE, &titles.join("\\"));
        let date = self.start.strftime("%Y%m%d").to_string();
        let time = self.start.strftime("%H%M%S").to_string();
        step.put(tags::SCHEDULED_PROCEDURE_STEP_START_DATE, &date);
        step.put(tags::SCHEDULED_PROCEDURE_STEP_START_TIME, &time);
        step.put(
            tags::SCHEDULED_PERFORMING_PHYSICIAN_NAME,
            &performer.map(name_text).unwrap_or_default(),
        );
        step.put(
            tags::SCHEDULED_PROCEDURE_STEP_DESCRIPTION,
            &short(&self.scheduled_procedure_step_description, 64),
        );
        let code = code_items(self.scheduled_protocol_code.as_ref());
        step.put_items(tags::SCHEDULED_PROTOCOL_CODE_SEQUENCE, code);
        step.put(
            tags::SCHEDULED_PROCEDURE_STEP_ID,
            &short(&self.scheduled_procedure_step_id, 16),
        );
        step.put(
            tags::SCHEDULED_STATION_NAME,
            &short(&self.scheduled_station_name, 16),
        );
        let location = short(&self.scheduled_procedure_step_location, 16);
        step.put(tags::SCHEDULED_PROCEDURE_STEP_LOCATION, &location);
        let comments = short(&self.comments, 10_240);
        step.put(tags::COMMENTS_ON_THE_SCHEDULED_PROCEDURE_STEP, &comments);
        step.put(tags::PRE_MEDICATION, "");
        step.put(tags::REQUESTED_CONTRAST_AGENT, "");
        step
    }
}
