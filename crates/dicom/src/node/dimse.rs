//! DIMSE command sets: group 0000 in implicit VR little endian (PS3.7 chapters 6 and 9, annex E).

use std::collections::BTreeMap;

pub const C_STORE_RQ: u16 = 0x0001;
pub const C_FIND_RQ: u16 = 0x0020;
pub const C_ECHO_RQ: u16 = 0x0030;
pub const C_CANCEL_RQ: u16 = 0x0FFF;
/// Set in the command field of every response.
pub const RESPONSE: u16 = 0x8000;
/// Command Data Set Type that says "no data set follows"; every other value says that one does.
pub const NO_DATA_SET: u16 = 0x0101;
/// What we write when a data set follows.
const WITH_DATA_SET: u16 = 0x0001;

const AFFECTED_SOP_CLASS_UID: u16 = 0x0002;
const COMMAND_FIELD: u16 = 0x0100;
const MESSAGE_ID: u16 = 0x0110;
const MESSAGE_ID_BEING_RESPONDED_TO: u16 = 0x0120;
const COMMAND_DATA_SET_TYPE: u16 = 0x0800;
const STATUS: u16 = 0x0900;
const ERROR_COMMENT: u16 = 0x0902;
const AFFECTED_SOP_INSTANCE_UID: u16 = 0x1000;

/// Statuses that belong to no single service (PS3.7 annex C).
pub mod status {
    pub const SUCCESS: u16 = 0x0000;
    /// Refused: the SOP class of the command is not the one that was negotiated.
    pub const SOP_CLASS_NOT_SUPPORTED: u16 = 0x0122;
    /// Refused: not authorised.
    pub const NOT_AUTHORISED: u16 = 0x0124;
    /// The command is not one of this service.
    pub const UNRECOGNISED_OPERATION: u16 = 0x0211;
}

/// A command set that cannot be used; the association is aborted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandFlaw {
    #[error("the command set ends inside an element")]
    EndsEarly,
    #[error("the command set holds an element of group {group:04x}")]
    OtherGroup { group: u16 },
    #[error("the command set has no element (0000,{element:04x})")]
    Missing { element: u16 },
}

/// A command set: the elements by element number, values as they lie in the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Command {
    elements: BTreeMap<u16, Vec<u8>>,
}

impl Command {
    /// # Errors
    /// An element that does not fit, a group other than 0000, no command field or no data set type.
    pub fn read(bytes: &[u8]) -> Result<Self, CommandFlaw> {
        let mut elements = BTreeMap::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (head, tail) = rest
                .split_first_chunk::<8>()
                .ok_or(CommandFlaw::EndsEarly)?;
            let [g0, g1, e0, e1, l0, l1, l2, l3] = *head;
            let group = u16::from_le_bytes([g0, g1]);
            if group != 0 {
                return Err(CommandFlaw::OtherGroup { group });
            }
            let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
            let (value, after) = tail
                .split_at_checked(length)
                .ok_or(CommandFlaw::EndsEarly)?;
            let element = u16::from_le_bytes([e0, e1]);
            if element != 0 {
                elements.insert(element, value.to_vec());
            }
            rest = after;
        }
        let command = Self { elements };
        command.number(COMMAND_FIELD)?;
        command.number(COMMAND_DATA_SET_TYPE)?;
        Ok(command)
    }

    /// The bytes, group length first, elements in ascending order.
    pub fn write(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for (element, value) in &self.elements {
            write_element(&mut body, *element, value);
        }
        let mut out = Vec::with_capacity(body.len() + 12);
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        write_element(&mut out, 0, &length.to_le_bytes());
        out.extend_from_slice(&body);
        out
    }

    fn number(&self, element: u16) -> Result<u16, CommandFlaw> {
        let value = self.elements.get(&element).map(Vec::as_slice);
        match value {
            Some([low, high, ..]) => Ok(u16::from_le_bytes([*low, *high])),
            Some(_) | None => Err(CommandFlaw::Missing { element }),
        }
    }

    fn text(&self, element: u16) -> String {
        let value = self.elements.get(&element).map_or(&[][..], Vec::as_slice);
        String::from_utf8_lossy(value)
            .trim_matches([' ', '\0'])
            .to_owned()
    }

    /// What is asked for; [`Command::read`] has made sure that it is there.
    pub fn field(&self) -> u16 {
        self.number(COMMAND_FIELD).unwrap_or(0)
    }

    pub fn has_data_set(&self) -> bool {
        self.number(COMMAND_DATA_SET_TYPE) != Ok(NO_DATA_SET)
    }

    /// # Errors
    /// The element is missing.
    pub fn message_id(&self) -> Result<u16, CommandFlaw> {
        self.number(MESSAGE_ID)
    }

    /// Which request a C-CANCEL (or a response) speaks of.
    pub fn responded_to(&self) -> Option<u16> {
        self.number(MESSAGE_ID_BEING_RESPONDED_TO).ok()
    }

    pub fn status(&self) -> Option<u16> {
        self.number(STATUS).ok()
    }

    /// Affected SOP Class UID; empty when absent.
    pub fn sop_class_uid(&self) -> String {
        self.text(AFFECTED_SOP_CLASS_UID)
    }

    /// Affected SOP Instance UID; empty when absent.
    pub fn sop_instance_uid(&self) -> String {
        self.text(AFFECTED_SOP_INSTANCE_UID)
    }

    pub fn error_comment(&self) -> String {
        self.text(ERROR_COMMENT)
    }

    /// A request, as tests and a later user of other people's services send it.
    pub fn request(field: u16, message_id: u16, sop_class_uid: &str) -> Self {
        let mut command = Self::default();
        command.put_number(COMMAND_FIELD, field);
        command.put_number(MESSAGE_ID, message_id);
        command.put_number(0x0700, 0);
        command.put_number(COMMAND_DATA_SET_TYPE, NO_DATA_SET);
        command.put_uid(AFFECTED_SOP_CLASS_UID, sop_class_uid);
        command
    }

    /// C-CANCEL-RQ for an earlier request.
    pub fn cancel(message_id: u16) -> Self {
        let mut command = Self::default();
        command.put_number(COMMAND_FIELD, C_CANCEL_RQ);
        command.put_number(MESSAGE_ID_BEING_RESPONDED_TO, message_id);
        command.put_number(COMMAND_DATA_SET_TYPE, NO_DATA_SET);
        command
    }

    /// The response to a request, without a data set. A request without message id is answered with id 0.
    pub fn response(request: &Self, status: u16) -> Self {
        let mut command = Self::default();
        command.put_number(COMMAND_FIELD, request.field() | RESPONSE);
        command.put_number(
            MESSAGE_ID_BEING_RESPONDED_TO,
            request.message_id().unwrap_or(0),
        );
        command.put_number(COMMAND_DATA_SET_TYPE, NO_DATA_SET);
        command.put_number(STATUS, status);
        for element in [AFFECTED_SOP_CLASS_UID, AFFECTED_SOP_INSTANCE_UID] {
            if let Some(value) = request.elements.get(&element) {
                command.elements.insert(element, value.clone());
            }
        }
        command
    }

    #[must_use]
    pub fn with_data_set(mut self) -> Self {
        self.put_number(COMMAND_DATA_SET_TYPE, WITH_DATA_SET);
        self
    }

    #[must_use]
    pub fn with_sop_instance_uid(mut self, uid: &str) -> Self {
        self.put_uid(AFFECTED_SOP_INSTANCE_UID, uid);
        self
    }

    /// Error Comment (0000,0902): plain ASCII, cut at 64 characters.
    #[must_use]
    pub fn with_comment(mut self, comment: &str) -> Self {
        let plain = comment
            .chars()
            .map(|c| if c.is_ascii() && c != '\\' { c } else { '?' });
        let mut bytes = plain.take(64).collect::<String>().into_bytes();
        if bytes.len() % 2 == 1 {
            bytes.push(b' ');
        }
        self.elements.insert(ERROR_COMMENT, bytes);
        self
    }

    fn put_number(&mut self, element: u16, value: u16) {
        self.elements.insert(element, value.to_le_bytes().to_vec());
    }

    fn put_uid(&mut self, element: u16, uid: &str) {
        let mut bytes = uid.as_bytes().to_vec();
        if bytes.len() % 2 == 1 {
            bytes.push(0);
        }
        self.elements.insert(element, bytes);
    }
}

fn write_element(out: &mut Vec<u8>, element: u16, value: &[u8]) {
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&element.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_as_it_was_written() {
        let request = Command::request(C_STORE_RQ, 7, "1.2.840.10008.5.1.4.1.1.7")
            .with_sop_instance_uid("1.2.3")
            .with_data_set();
        let read = Command::read(&request.write()).unwrap();
        assert_eq!(read, request);
        assert!(read.has_data_set());
        let response = Command::response(&read, 0xA700).with_comment("no room \u{2014} left");
        let response = Command::read(&response.write()).unwrap();
        assert_eq!(response.field(), 0x8001);
        assert_eq!(response.responded_to(), Some(7));
        assert_eq!(response.status(), Some(0xA700));
        assert_eq!(response.sop_instance_uid(), "1.2.3");
        assert_eq!(response.error_comment(), "no room ? left");
        assert!(!response.has_data_set());
    }

    #[test]
    fn what_is_no_command_set_is_refused() {
        let good = Command::request(C_ECHO_RQ, 1, "1.2.840.10008.1.1").write();
        for end in 1..good.len() {
            assert!(Command::read(&good[..end]).is_err(), "cut at {end}");
        }
        assert!(Command::read(&[]).is_err());
        let mut other = good.clone();
        other[0] = 8;
        assert_eq!(
            Command::read(&other),
            Err(CommandFlaw::OtherGroup { group: 8 })
        );
    }
}
