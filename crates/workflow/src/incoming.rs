//! What the outside tells us, in plain words: the values that a door hands to `receive_*`.
//!
//! Nothing here knows HL7. A field that the sender did not state is `None` and leaves what is known as it is;
//! a field that the sender deleted is `Some` of the unknown value.

use jiff::Timestamp;
use model::{
    AccessionNumber, AeTitle, BirthDate, Centimetre, Kilogram, LaboratoryValue, Laterality,
    Modality, PatientIdentifier, PersonName, ProcedureId, Sex, StudyUid, Urgency,
};

/// A code with its text and coding system, as sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SentCode {
    pub code: String,
    pub text: String,
    pub system: String,
}

/// What a message says about being dead. Only `Dead` stops letters, messages and portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeathStatement {
    NotStated,
    Alive,
    Dead(Option<Timestamp>),
}

/// An allergy as sent; what it means for a contrast agent is for the preparation room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingAllergy {
    pub kind: SentCode,
    pub allergen: SentCode,
    pub severity: SentCode,
    pub reactions: Vec<String>,
}

/// A body measure with the time it was taken, when that was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured<T> {
    pub value: T,
    pub at: Option<Timestamp>,
}

/// A person as one message describes them. `identifiers` is never empty; the first is the one to show.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingPatient {
    pub identifiers: Vec<PatientIdentifier>,
    pub name: Option<PersonName>,
    pub birth_date: Option<BirthDate>,
    pub sex: Option<Sex>,
    pub death: DeathStatement,
    /// `None` when the message says nothing about allergies (that is not "no allergies").
    pub allergies: Option<Vec<IncomingAllergy>>,
    pub weight: Option<Measured<Kilogram>>,
    pub height: Option<Measured<Centimetre>>,
    /// Language tag or the sender's own code, for the letters.
    pub language: Option<String>,
}

/// Where the patient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitClass {
    Inpatient,
    Outpatient,
    Emergency,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingVisit {
    pub class: VisitClass,
    /// Ward, room and bed in one line, as sent.
    pub location: String,
    pub number: Option<String>,
}

/// What happened to a patient's record elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatientChange {
    Admitted,
    Registered,
    Discharged,
    Updated,
    AdmissionCancelled,
    DischargeCancelled,
    PersonAdded,
    /// Two records were one person; the identifiers given here are gone and their record joins this one.
    Merged(Vec<PatientIdentifier>),
    /// The same record has other identifiers now; the ones given here are the old ones.
    IdentifiersChanged(Vec<PatientIdentifier>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct IncomingPatientChange {
    pub change: PatientChange,
    pub patient: IncomingPatient,
    pub visit: Option<IncomingVisit>,
}

/// What an order message wants done with one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderAction {
    New,
    Change,
    /// Cancelled, discontinued: the case will not take place for this order.
    Cancel,
}

/// An order number with who gave it (empty when not said).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumber {
    pub value: String,
    pub namespace: String,
}

/// Who asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncomingReferrer {
    pub id: String,
    pub name: PersonName,
}

/// One order for one procedure.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingOrder {
    pub action: OrderAction,
    pub placer: Option<OrderNumber>,
    pub filler: Option<OrderNumber>,
    /// Orders of one message with the same group are one visit to the room.
    pub group: Option<OrderNumber>,
    pub accession: Option<AccessionNumber>,
    pub study_uid: Option<StudyUid>,
    /// What to do, first the sender's own code, then its alternate.
    pub procedure: Vec<SentCode>,
    pub laterality: Laterality,
    pub modality: Option<Modality>,
    pub urgency: Option<Urgency>,
    pub wanted_at: Option<Timestamp>,
    pub reason: String,
    pub clinical_information: String,
    pub referrer: IncomingReferrer,
    pub requested_procedure_id: Option<String>,
    pub scheduled_procedure_step_id: Option<String>,
    pub stations: Vec<AeTitle>,
}

/// All orders of one message about one patient. Orders that are to be done in one visit stand together.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingOrders {
    pub patient: IncomingPatient,
    pub visit: Option<IncomingVisit>,
    pub visits_to_the_room: Vec<Vec<IncomingOrder>>,
}

/// One laboratory value with the order it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingResult {
    pub value: LaboratoryValue,
    pub placer: Option<OrderNumber>,
    pub filler: Option<OrderNumber>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct IncomingResults {
    pub patient: IncomingPatient,
    pub results: Vec<IncomingResult>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentChange {
    Booked,
    Rescheduled,
    Modified,
    Cancelled,
    DidNotCome,
}

/// An appointment made in another system. It raises a task; it never moves a case.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingAppointment {
    pub change: AppointmentChange,
    pub patient: IncomingPatient,
    pub placer_appointment: Option<OrderNumber>,
    pub filler_appointment: Option<OrderNumber>,
    pub placer_order: Option<OrderNumber>,
    pub filler_order: Option<OrderNumber>,
    pub starts: Option<Timestamp>,
    pub services: Vec<SentCode>,
    pub places: Vec<String>,
    pub reason: String,
}

/// What one message comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    Patients(Vec<IncomingPatientChange>),
    Orders(IncomingOrders),
    Results(IncomingResults),
    Appointment(Box<IncomingAppointment>),
}

/// A procedure code of the site's own table or of our catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappedProcedure {
    Known(ProcedureId),
    /// The case is made all the same, with the task "procedure not identified".
    NotIdentified,
}
