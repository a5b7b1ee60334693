//! Sides, modalities, families, urgency: short closed lists, each with its code.

use crate::identifier::IdentifierError;

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code used in files and on the wire.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use coded;

coded!(
    /// Which side of the body. `NotApplicable` is a statement (midline organ), `NotStated` is a gap.
    Laterality { Left = "left", Right = "right", Both = "both", NotApplicable = "not_applicable", NotStated = "not_stated" });
coded!(
    /// DICOM modality codes (CS) of the rooms we serve.
    Modality { Ultrasound = "US", Fluoroscopy = "XA", Ct = "CT", Mr = "MR", Mammography = "MG" });
coded!(
/// What kind of procedure it is; the catalogue's own families.
Family {
        Biopsy = "biopsy", Drainage = "drainage", Angioplasty = "angioplasty", Stent = "stent",
        Angiography = "angiography", Embolisation = "embolisation", Ablation = "ablation",
        Thrombolysis = "thrombolysis", Venous = "venous", VenousAccess = "venous_access",
        Spine = "spine", Injection = "injection", Adjunct = "adjunct",
    });
coded!(
    /// Bleeding-risk class of a procedure.
    BleedingClass { Low = "low", High = "high" });
coded!(
    Urgency { Elective = "elective", Urgent = "urgent", Emergency = "emergency" });

/// Application entity title: 1 to 16 characters, no backslash, no control characters (PS3.5 AE).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AeTitle(String);

impl AeTitle {
    /// # Errors
    /// Empty after trimming, longer than 16, or with a backslash or control character.
    pub fn new(text: &str) -> Result<Self, IdentifierError> {
        let text = text.trim_matches(|c: char| c == ' ' || c == '\0');
        let sound = !text.is_empty()
            && text.len() <= 16
            && text
                .chars()
                .all(|c| c.is_ascii() && !c.is_ascii_control() && c != '\\');
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError {
                kind: "AE title",
                reason: "1 to 16 plain ASCII characters",
            })
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
