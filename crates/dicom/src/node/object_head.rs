//! The head of a stored object: the few attributes that say whose it is, read as far as they can be read.

use super::data_set::{CharacterSet, DataSetFlaw, Elements, Encoding};
use super::negotiation::{DEFLATED, EXPLICIT_BIG, IMPLICIT_LITTLE};
use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_encoding::Codec;
use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use std::collections::BTreeMap;
use std::io::Read;

/// So many bytes of the data set are enough for its head; attributes behind it are not looked for.
pub const HEAD_BYTES_MAX: usize = 256 * 1024;

/// The wanted attributes, all in the first groups.
const WANTED: [Tag; 19] = [
    tags::SPECIFIC_CHARACTER_SET,
    tags::SOP_CLASS_UID,
    tags::SOP_INSTANCE_UID,
    tags::STUDY_DATE,
    tags::ACCESSION_NUMBER,
    tags::MODALITY,
    tags::MANUFACTURER,
    tags::STATION_NAME,
    tags::STUDY_DESCRIPTION,
    tags::SERIES_DESCRIPTION,
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::ISSUER_OF_PATIENT_ID,
    tags::PATIENT_BIRTH_DATE,
    tags::PATIENT_SEX,
    tags::STUDY_INSTANCE_UID,
    tags::SERIES_INSTANCE_UID,
    tags::INSTANCE_NUMBER,
    tags::NUMBER_OF_FRAMES,
];
const LAST_WANTED: Tag = tags::NUMBER_OF_FRAMES;

/// What the head says, as text without padding. Empty means absent or empty: never a guess.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectHead {
    pub sop_class_uid: String,
    pub sop_instance_uid: String,
    pub study_date: String,
    pub accession_number: String,
    pub modality: String,
    pub manufacturer: String,
    pub station_name: String,
    pub study_description: String,
    pub series_description: String,
    /// Patient's Name as it stands, groups parted by `^`.
    pub patient_name: String,
    pub patient_id: String,
    pub issuer_of_patient_id: String,
    pub patient_birth_date: String,
    pub patient_sex: String,
    pub study_instance_uid: String,
    pub series_instance_uid: String,
    pub instance_number: String,
    pub number_of_frames: String,
    /// Why the head could not be read to its end; `None` when it was.
    pub flaw: Option<HeadFlaw>,
}

/// Why a head is not complete. The object is kept all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadFlaw {
    #[error("the transfer syntax is not known here")]
    UnknownTransferSyntax,
    #[error("the deflated data set could not be inflated")]
    NotInflated,
    #[error(transparent)]
    DataSet(#[from] DataSetFlaw),
}

/// Reads the head from the first bytes of a data set (at most [`HEAD_BYTES_MAX`] are looked at).
pub fn read_head(data_set: &[u8], transfer_syntax: &str) -> ObjectHead {
    let first = data_set.get(..HEAD_BYTES_MAX).unwrap_or(data_set);
    let mut inflated = Vec::new();
    let (bytes, encoding) = match transfer_syntax {
        IMPLICIT_LITTLE => (first, Encoding::ImplicitLittle),
        EXPLICIT_BIG => (first, Encoding::ExplicitBig),
        DEFLATED => match inflate(first, &mut inflated) {
            Ok(()) => (&inflated[..], Encoding::ExplicitLittle),
            Err(flaw) => {
                return ObjectHead {
                    flaw: Some(flaw),
                    ..ObjectHead::default()
                };
            }
        },
        // GE's private syntax: implicit little endian but for the pixels (vendor's conformance statements).
        "1.2.840.113619.5.2" => (first, Encoding::ImplicitLittle),
        // All compressed syntaxes of the standard are explicit little endian outside the pixels (PS3.5 A.4).
        standard if standard.starts_with("1.2.840.10008.1.2.") => (first, Encoding::ExplicitLittle),
        _ => {
            let flaw = Some(HeadFlaw::UnknownTransferSyntax);
            return ObjectHead {
                flaw,
                ..ObjectHead::default()
            };
        }
    };
    read_elements(bytes, encoding)
}

fn inflate(deflated: &[u8], into: &mut Vec<u8>) -> Result<(), HeadFlaw> {
    let Some(Codec::Dataset(Some(adapter))) = TransferSyntaxRegistry
        .get(DEFLATED)
        .map(|syntax| syntax.codec())
    else {
        return Err(HeadFlaw::NotInflated);
    };
    let mut reader = adapter
        .adapt_reader(Box::new(deflated))
        .take(HEAD_BYTES_MAX as u64);
    // The cut at `HEAD_BYTES_MAX` ends in an error of the inflater; what came before it is what we want.
    match reader.read_to_end(into) {
        Err(_) if into.is_empty() => Err(HeadFlaw::NotInflated),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn read_elements(bytes: &[u8], encoding: Encoding) -> ObjectHead {
    let mut found: BTreeMap<Tag, &[u8]> = BTreeMap::new();
    let mut elements = Elements::new(bytes, encoding);
    let flaw = loop {
        match elements.step() {
            Ok(Some(element)) if element.tag > LAST_WANTED => break None,
            Ok(Some(element)) => {
                if WANTED.contains(&element.tag) {
                    found.insert(element.tag, element.value);
                }
            }
            Ok(None) => break None,
            Err(flaw) => break Some(HeadFlaw::DataSet(flaw)),
        }
    };
    let charset = found
        .get(&tags::SPECIFIC_CHARACTER_SET)
        .map_or_else(CharacterSet::default_repertoire, |value| {
            CharacterSet::from_value(&String::from_utf8_lossy(value))
        });
    let text = |tag: Tag| {
        let value = found.get(&tag).copied().unwrap_or_default();
        // No attribute here is longer than 64 characters; a longer one is cut, it is only shown and compared.
        let value = value.get(..1024).unwrap_or(value);
        charset.decode(value).trim_matches([' ', '\0']).to_owned()
    };
    ObjectHead {
        sop_class_uid: text(tags::SOP_CLASS_UID),
        sop_instance_uid: text(tags::SOP_INSTANCE_UID),
        study_date: text(tags::STUDY_DATE),
        accession_number: text(tags::ACCESSION_NUMBER),
        modality: text(tags::MODALITY),
        manufacturer: text(tags::MANUFACTURER),
        station_name: text(tags::STATION_NAME),
        study_description: text(tags::STUDY_DESCRIPTION),
        series_description: text(tags::SERIES_DESCRIPTION),
        patient_name: text(tags::PATIENT_NAME),
        patient_id: text(tags::PATIENT_ID),
        issuer_of_patient_id: text(tags::ISSUER_OF_PATIENT_ID),
        patient_birth_date: text(tags::PATIENT_BIRTH_DATE),
        patient_sex: text(tags::PATIENT_SEX),
        study_instance_uid: text(tags::STUDY_INSTANCE_UID),
        series_instance_uid: text(tags::SERIES_INSTANCE_UID),
        instance_number: text(tags::INSTANCE_NUMBER),
        number_of_frames: text(tags::NUMBER_OF_FRAMES),
        flaw,
    }
}

#[cfg(test)]
mod tests {
    use super::super::data_set::DataSet;
    use super::super::negotiation::EXPLICIT_LITTLE;
    use super::*;

    fn object() -> DataSet {
        let mut set = DataSet::default();
        set.put(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 100");
        set.put(tags::SOP_INSTANCE_UID, "1.2.3");
        set.put(tags::ACCESSION_NUMBER, "A1");
        set.put(tags::PATIENT_NAME, "DEMO^\u{c4}nne");
        set.put(tags::PATIENT_ID, "P1");
        set.put(tags::STUDY_INSTANCE_UID, "1.2");
        set
    }

    #[test]
    fn the_head_is_read_in_each_encoding_and_without_the_rest() {
        let charset = CharacterSet::from_value("ISO_IR 100");
        for (syntax, encoding) in [
            (IMPLICIT_LITTLE, Encoding::ImplicitLittle),
            (EXPLICIT_LITTLE, Encoding::ExplicitLittle),
            (EXPLICIT_BIG, Encoding::ExplicitBig),
            ("1.2.840.10008.1.2.4.70", Encoding::ExplicitLittle),
        ] {
            let mut bytes = object().write(encoding, &charset);
            let whole = read_head(&bytes, syntax);
            assert_eq!(whole.patient_name, "DEMO^\u{c4}nne");
            assert_eq!(whole.study_instance_uid, "1.2");
            assert_eq!(whole.accession_number, "A1");
            assert_eq!(whole.flaw, None);
            bytes.truncate(bytes.len() - 1);
            let cut = read_head(&bytes, syntax);
            assert_eq!(cut.patient_id, "P1");
            assert_eq!(cut.study_instance_uid, "");
            assert!(cut.flaw.is_some());
        }
    }

    #[test]
    fn a_syntax_that_is_not_known_gives_an_empty_head_with_its_reason() {
        let head = read_head(&[1, 2, 3], "1.3.46.670589.33.1.4.1");
        assert_eq!(head.flaw, Some(HeadFlaw::UnknownTransferSyntax));
        assert_eq!(head.patient_id, "");
        assert_eq!(
            read_head(&[0xFF; 9], DEFLATED).flaw,
            Some(HeadFlaw::NotInflated)
        );
    }
}
