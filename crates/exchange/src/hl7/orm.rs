//! ORM^O01, OMI^O23, OMG^O19: orders. Order control NW, XO, CA, DC, OD; another one is ignored with its reason.
//!
//! | from | to |
//! |---|---|
//! | ORC-1 | new (NW), change (XO), cancel (CA, DC, OD) |
//! | ORC-2 else OBR-2, ORC-3 else OBR-3, ORC-4 | placer, filler, group number |
//! | OBR-4 (both triplets) | procedure codes |
//! | IPC-1 else OBR-18 else OBR-3 (per sender) | accession number |
//! | IPC-3 else ZDS-1 (per sender) | Study Instance UID |
//! | OBR-15.5 (L, R), else OBR-45 (LT, RT, 50) | side |
//! | IPC-5 else OBR-24 | modality |
//! | TQ1-9 else ORC-7.6 else OBR-27.6 else OBR-5 | urgency |
//! | TQ1-7 else OBR-36 else ORC-7.4 else OBR-27.4 | wanted at |
//! | ORC-12 else OBR-16 else PV1-8 | referrer |
//! | OBR-31, OBR-13 | reason, clinical information |
//! | IPC-2 else OBR-19, IPC-4 else OBR-20, IPC-9 | requested procedure id, scheduled step id, stations |

use super::fault::{Fault, FaultKind};
use super::message::{Field, Message, Segment};
use super::patient;
use super::sender::{FieldName, SenderSettings};
use super::value;
use jiff::Timestamp;
use model::{AccessionNumber, AeTitle, Laterality, Modality, StudyUid, Urgency};
use workflow::incoming::{
    IncomingOrder, IncomingOrders, IncomingReferrer, OrderAction, OrderNumber,
};
use workflow::site_codes::LaboratoryCodes;

/// Segments that say what is ordered, when it is not an OBR.
const OTHER_ORDER_DETAIL: &[&str] = &["RXO", "RXE", "RQD", "RQ1", "ODS", "ODT", "BPO"];

/// Reads one order message.
///
/// The second value says which orders were left out and why. Orders without ORC-4 are one visit each.
/// # Errors
/// The segment and field that cannot be read. Then no order of the message is taken.
pub fn read(
    message: &Message,
    settings: &SenderSettings,
    codes: &LaboratoryCodes,
    notes: &mut Vec<String>,
) -> Result<(IncomingOrders, Vec<String>), Fault> {
    let patient = patient::of_message(message, settings, codes, notes)?;
    let mut ignored = Vec::new();
    let mut visits: Vec<Vec<IncomingOrder>> = Vec::new();
    let blocks = blocks(message)?;
    for block in &blocks {
        match block.order(message, settings, notes)? {
            Ok(order) => {
                let together = order.group.as_ref().and_then(|group| {
                    visits.iter_mut().find(|visit| {
                        visit.iter().any(|other| {
                            other.group.as_ref() == Some(group) && other.action == order.action
                        })
                    })
                });
                match together {
                    Some(visit) => visit.push(order),
                    None => visits.push(vec![order]),
                }
            }
            Err(reason) => ignored.push(reason),
        }
    }
    let orders = IncomingOrders {
        patient,
        visit: patient::visit(message),
        visits_to_the_room: visits,
    };
    Ok((orders, ignored))
}

/// One ORC with the segments that follow it.
struct Block<'m> {
    orc: Segment<'m>,
    detail: Vec<Segment<'m>>,
}

fn blocks(message: &Message) -> Result<Vec<Block<'_>>, Fault> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for segment in message.segments() {
        match (segment.name, blocks.last_mut()) {
            ("ORC", _) => blocks.push(Block {
                orc: segment,
                detail: Vec::new(),
            }),
            (_, Some(block)) => block.detail.push(segment),
            (_, None) => {}
        }
    }
    if blocks.is_empty() {
        let at = super::fault::Place::new("ORC", 1, 1);
        let what = "the ORC segment is missing";
        return Err(Fault::new(at, FaultKind::RequiredFieldMissing, what));
    }
    Ok(blocks)
}

impl<'m> Block<'m> {
    fn first(&self, name: &str) -> Option<Segment<'m>> {
        if name == "ORC" {
            return Some(self.orc);
        }
        self.detail.iter().find(|s| s.name == name).copied()
    }

    /// The first stated field of a list of places.
    fn stated(&self, places: &[FieldName]) -> Option<Field<'m>> {
        places.iter().find_map(|place| {
            let field = self.first(&place.segment)?.field(place.field);
            field.is_stated().then_some(field)
        })
    }

    fn field(&self, segment: &str, field: usize) -> Option<Field<'m>> {
        self.stated(&[FieldName::new(segment, field)])
    }

    /// The order, or the reason for which it is left out.
    fn order(
        &self,
        message: &Message,
        settings: &SenderSettings,
        notes: &mut Vec<String>,
    ) -> Result<Result<IncomingOrder, String>, Fault> {
        let control = self.orc.field(1);
        let action = match control.text().to_ascii_uppercase().as_str() {
            "NW" => OrderAction::New,
            "XO" => OrderAction::Change,
            "CA" | "DC" | "OD" => OrderAction::Cancel,
            "" => {
                let what = "no order control";
                return Err(control.fault(FaultKind::RequiredFieldMissing, what));
            }
            other => {
                let shown: String = other.chars().take(8).collect();
                return Ok(Err(format!(
                    "{}: order control {shown} is not taken",
                    control.at
                )));
            }
        };
        let other_kind = OTHER_ORDER_DETAIL
            .iter()
            .find(|name| self.first(name).is_some());
        if let (Some(kind), None) = (other_kind, self.first("OBR")) {
            return Ok(Err(format!(
                "{kind}: an order of another kind, not for a procedure"
            )));
        }
        let placer = self.number("ORC", "OBR", 2);
        let filler = self.number("ORC", "OBR", 3);
        if placer.is_none() && filler.is_none() {
            let what = "neither placer nor filler order number";
            return Err(self
                .orc
                .field(2)
                .fault(FaultKind::RequiredFieldMissing, what));
        }
        Ok(Ok(IncomingOrder {
            action,
            placer,
            filler,
            group: self.field("ORC", 4).and_then(|f| group_number(&f)),
            accession: self.accession(settings, notes)?,
            study_uid: self.study_uid(settings)?,
            procedure: self.procedure(action)?,
            laterality: self.laterality(notes),
            modality: self.modality(),
            urgency: self.urgency(),
            wanted_at: self.wanted_at(settings, notes),
            reason: self.words("OBR", 31),
            clinical_information: self.words("OBR", 13),
            referrer: self.referrer(message),
            requested_procedure_id: self.plain(&[("IPC", 2), ("OBR", 19)]),
            scheduled_procedure_step_id: self.plain(&[("IPC", 4), ("OBR", 20)]),
            stations: self.stations(notes),
        }))
    }

    fn number(&self, first: &str, second: &str, field: usize) -> Option<OrderNumber> {
        let places = [FieldName::new(first, field), FieldName::new(second, field)];
        self.stated(&places).and_then(|f| value::order_number(&f))
    }

    fn accession(
        &self,
        settings: &SenderSettings,
        notes: &mut Vec<String>,
    ) -> Result<Option<AccessionNumber>, Fault> {
        let Some(field) = self.stated(&settings.accession_from) else {
            return Ok(None);
        };
        let number = AccessionNumber::new(&field.text())
            .map_err(|e| field.fault(FaultKind::DataType, e.to_string()))?;
        if number.as_str().chars().count() > 16 {
            notes.push(format!(
                "{}: longer than the 16 characters of DICOM",
                field.at
            ));
        }
        Ok(Some(number))
    }

    fn study_uid(&self, settings: &SenderSettings) -> Result<Option<StudyUid>, Fault> {
        let Some(field) = self.stated(&settings.study_uid_from) else {
            return Ok(None);
        };
        StudyUid::new(&field.text())
            .map(Some)
            .map_err(|e| field.fault(FaultKind::DataType, e.to_string()))
    }

    /// A cancellation need not say again what was ordered; a new order must.
    fn procedure(&self, action: OrderAction) -> Result<Vec<workflow::incoming::SentCode>, Fault> {
        let field = match self.first("OBR") {
            Some(obr) => obr.field(4),
            None => {
                if action == OrderAction::Cancel {
                    return Ok(Vec::new());
                }
                let at = super::fault::Place::new("OBR", self.orc.occurrence, 4);
                let what = "the OBR segment is missing";
                return Err(Fault::new(at, FaultKind::RequiredFieldMissing, what));
            }
        };
        let codes = field.repetitions().next().map(|r| value::codes(&r));
        let codes = codes.unwrap_or_default();
        if codes.is_empty() && action == OrderAction::New {
            let what = "no procedure";
            return Err(field.fault(FaultKind::RequiredFieldMissing, what));
        }
        Ok(codes)
    }

    fn laterality(&self, notes: &mut Vec<String>) -> Laterality {
        let site = self
            .field("OBR", 15)
            .map(|f| (f.at.clone(), f.component(5)));
        let modifier = self.field("OBR", 45).map(|f| (f.at.clone(), f.text()));
        let stated = [site, modifier]
            .into_iter()
            .flatten()
            .find(|(_, text)| !text.is_empty());
        let Some((at, text)) = stated else {
            return Laterality::NotStated;
        };
        match text.to_ascii_uppercase().as_str() {
            "L" | "LT" => Laterality::Left,
            "R" | "RT" => Laterality::Right,
            "B" | "50" => Laterality::Both,
            // A side that we do not understand must be asked for, not dropped in silence.
            _ => {
                notes.push(format!(
                    "{at}: a side that is not understood, taken as not stated"
                ));
                Laterality::NotStated
            }
        }
    }

    fn modality(&self) -> Option<Modality> {
        let text = self.plain(&[("IPC", 5), ("OBR", 24)])?;
        Modality::from_code(&text.to_ascii_uppercase())
    }

    /// Table 0485: S stat, A as soon as possible; everything else planned.
    fn urgency(&self) -> Option<Urgency> {
        let text = [("TQ1", 9, 1), ("ORC", 7, 6), ("OBR", 27, 6), ("OBR", 5, 1)]
            .into_iter()
            .filter_map(|(segment, field, component)| {
                Some(self.field(segment, field)?.component(component))
            })
            .find(|text| !text.is_empty())?;
        match text.to_ascii_uppercase().as_str() {
            "S" => Some(Urgency::Emergency),
            "A" => Some(Urgency::Urgent),
            "R" | "P" | "C" | "T" => Some(Urgency::Elective),
            _ => None,
        }
    }

    /// A wish of the sender; the department books by hand, so an unreadable one is said and left out.
    fn wanted_at(&self, settings: &SenderSettings, notes: &mut Vec<String>) -> Option<Timestamp> {
        [("TQ1", 7, 1), ("OBR", 36, 1), ("ORC", 7, 4), ("OBR", 27, 4)]
            .into_iter()
            .filter_map(|(segment, number, component)| {
                let field = self.field(segment, number)?;
                value::instant(&field, component, settings).unwrap_or_else(|fault| {
                    notes.push(format!("{fault}, left out"));
                    None
                })
            })
            .next()
    }

    fn referrer(&self, message: &Message) -> IncomingReferrer {
        let places = [FieldName::new("ORC", 12), FieldName::new("OBR", 16)];
        let from_visit = || Some(message.first("PV1")?.field(8)).filter(Field::is_stated);
        let Some(field) = self.stated(&places).or_else(from_visit) else {
            return IncomingReferrer::default();
        };
        IncomingReferrer {
            id: field.component(1),
            name: model::PersonName {
                family: field.component(2),
                given: field.component(3),
                middle: field.component(4),
            },
        }
    }

    fn stations(&self, notes: &mut Vec<String>) -> Vec<AeTitle> {
        let Some(field) = self.field("IPC", 9) else {
            return Vec::new();
        };
        let titles = field.repetitions().filter_map(|r| {
            AeTitle::new(&r.component(1))
                .map_err(|e| notes.push(format!("{}: {e}, left out", field.at)))
                .ok()
        });
        titles.collect()
    }

    /// Text of a field that holds words: the text of a coded entry, else what stands there.
    fn words(&self, segment: &str, field: usize) -> String {
        let Some(field) = self.field(segment, field) else {
            return String::new();
        };
        let parts = field.repetitions().map(|r| {
            let text = r.component(2);
            if text.is_empty() {
                r.component(1)
            } else {
                text
            }
        });
        parts
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn plain(&self, places: &[(&str, usize)]) -> Option<String> {
        let places: Vec<FieldName> = places.iter().map(|(s, f)| FieldName::new(s, *f)).collect();
        self.stated(&places)
            .map(|f| f.text())
            .filter(|t| !t.is_empty())
    }
}

fn group_number(field: &Field<'_>) -> Option<OrderNumber> {
    value::order_number_in_pair(field).map(|mut number| {
        // As EI the namespace is the second component, as EIP the second subcomponent.
        if number.namespace.is_empty() {
            number.namespace = field.component(2);
        }
        number
    })
}
