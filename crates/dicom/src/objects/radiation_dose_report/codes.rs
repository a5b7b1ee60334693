//! The codes of dose reports, standard and private, as tables. A concept is recognised by (scheme, value)
//! and never by its meaning text; several spellings of one concept stand in one list, best first.

/// (value, scheme) pairs that all mean the same concept.
pub type Concept = &'static [(&'static str, &'static str)];

macro_rules! concepts {
    ($($(#[$doc:meta])* $name:ident = $($value:literal @ $scheme:literal),+;)+) => {
        $($(#[$doc])* pub const $name: Concept = &[$(($value, $scheme)),+];)+
    };
}

concepts! {
    DOSE_REPORT = "113701" @ "DCM";
    /// Siemens mobile C-arms: "Radiation Summary Report" in private codes.
    SIEMENS_RADIATION_SUMMARY = "C-10" @ "99SMS_RADSUM";

    PROCEDURE_REPORTED = "121058" @ "DCM";
    PROJECTION_XRAY = "113704" @ "DCM";
    COMPUTED_TOMOGRAPHY = "77477000" @ "SCT", "P5-08000" @ "SRT", "P5-08000" @ "SNM3", "P5-08000" @ "99SDM";
    MAMMOGRAPHY = "71651007" @ "SCT", "P5-40010" @ "SRT", "P5-40010" @ "SNM3", "P5-40010" @ "99SDM";

    DEVICE_MANUFACTURER = "121014" @ "DCM";
    DEVICE_MODEL = "121015" @ "DCM";
    DEVICE_SERIAL = "121016" @ "DCM";

    /// The second is that of the enhanced report (TID 10041).
    ACCUMULATED = "113702" @ "DCM", "130500" @ "DCM";
    /// The second is that of the enhanced report (TID 10042).
    EVENT = "113706" @ "DCM", "130501" @ "DCM";
    /// Enhanced report: geometry and technique of an event, named by its UID.
    IRRADIATION_DETAILS = "130505" @ "DCM";
    CT_ACCUMULATED = "113811" @ "DCM";
    CT_ACQUISITION = "113819" @ "DCM";

    ACQUISITION_PLANE = "113764" @ "DCM";
    PLANE_A = "113620" @ "DCM";
    PLANE_B = "113621" @ "DCM";
    PLANE_SINGLE = "113622" @ "DCM";
    PLANE_ALL = "113890" @ "DCM";

    PKA_TOTAL = "113722" @ "DCM", "C-204" @ "99SMS_RADSUM";
    KA_R_TOTAL = "113725" @ "DCM", "C-210" @ "99SMS_RADSUM";
    PKA_FLUOROSCOPY = "113726" @ "DCM";
    PKA_ACQUISITION = "113727" @ "DCM";
    KA_R_FLUOROSCOPY = "113728" @ "DCM";
    KA_R_ACQUISITION = "113729" @ "DCM";
    FLUOROSCOPY_TIME = "113730" @ "DCM", "C-202" @ "99SMS_RADSUM";
    ACQUISITION_TIME = "113855" @ "DCM";
    AGD_ACCUMULATED = "111637" @ "DCM";
    AGD_EVENT = "111631" @ "DCM";

    EVENT_UID = "113769" @ "DCM";
    STARTED = "111526" @ "DCM";
    EVENT_TYPE = "113721" @ "DCM";
    TYPE_FLUOROSCOPY = "44491008" @ "SCT", "P5-06000" @ "SRT", "P5-06000" @ "SNM3", "P5-06000" @ "99SDM";
    TYPE_STATIONARY = "113611" @ "DCM";
    TYPE_STEPPING = "113612" @ "DCM";
    TYPE_ROTATIONAL = "113613" @ "DCM";
    PROTOCOL = "125203" @ "DCM";
    TARGET_REGION = "123014" @ "DCM";
    COMMENT = "121106" @ "DCM";

    PKA_EVENT = "122130" @ "DCM";
    KA_R_EVENT = "113738" @ "DCM";
    DURATION = "113742" @ "DCM";
    REFERENCE_POINT = "113780" @ "DCM";
    FIFTEEN_CM_FROM_ISOCENTRE = "113860" @ "DCM";
    SOURCE_TO_REFERENCE_POINT = "113737" @ "DCM";

    PRIMARY_ANGLE = "112011" @ "DCM";
    SECONDARY_ANGLE = "112012" @ "DCM";
    PRIMARY_END_ANGLE = "113739" @ "DCM";
    SECONDARY_END_ANGLE = "113740" @ "DCM";
    COLUMN_ANGLE = "113770" @ "DCM";
    SOURCE_TO_ISOCENTRE = "113748" @ "DCM", "002" @ "99PHI-IXR-XPER";
    SOURCE_TO_DETECTOR = "113750" @ "DCM", "018" @ "99PHI-IXR-XPER";
    TABLE_LONGITUDINAL = "113751" @ "DCM";
    TABLE_LATERAL = "113752" @ "DCM";
    TABLE_HEIGHT = "113753" @ "DCM", "021" @ "99PHI-IXR-XPER";
    TABLE_LONGITUDINAL_END = "113759" @ "DCM";
    TABLE_LATERAL_END = "113760" @ "DCM";
    TABLE_HEIGHT_END = "113761" @ "DCM", "020" @ "99PHI-IXR-XPER";
    TABLE_HEAD_TILT = "113754" @ "DCM";
    TABLE_HORIZONTAL_ROTATION = "113755" @ "DCM";
    TABLE_CRADLE_TILT = "113756" @ "DCM";
    TABLE_HEAD_TILT_END = "128763" @ "DCM", "022" @ "99PHI-IXR-XPER";
    TABLE_CRADLE_TILT_END = "128765" @ "DCM", "019" @ "99PHI-IXR-XPER";
    TABLE_X = "128766" @ "DCM";
    TABLE_Y = "128767" @ "DCM";
    TABLE_Z = "128768" @ "DCM";
    TABLE_X_END = "128769" @ "DCM";
    TABLE_Y_END = "128770" @ "DCM";
    TABLE_Z_END = "128771" @ "DCM";

    FIELD_AREA = "113790" @ "DCM";
    FIELD_HEIGHT = "113788" @ "DCM";
    FIELD_WIDTH = "113789" @ "DCM";
    SHUTTER_BOTTOM = "006" @ "99PHI-IXR-XPER";
    SHUTTER_LEFT = "007" @ "99PHI-IXR-XPER";
    SHUTTER_RIGHT = "008" @ "99PHI-IXR-XPER";
    SHUTTER_TOP = "009" @ "99PHI-IXR-XPER";
    DETECTOR_FIELD_X = "024" @ "99PHI-IXR-XPER";
    DETECTOR_FIELD_Y = "025" @ "99PHI-IXR-XPER";

    KVP = "113733" @ "DCM";
    HALF_VALUE_LAYER = "111634" @ "DCM";
    FILTERS = "113771" @ "DCM";
    FILTER_TYPE = "113772" @ "DCM";
    FILTER_MATERIAL = "113757" @ "DCM";
    FILTER_MINIMUM = "113758" @ "DCM";
    FILTER_MAXIMUM = "113773" @ "DCM";
    FILTER_WEDGE = "113651" @ "DCM";
    FILTER_BUTTERFLY = "113652" @ "DCM";
    COPPER = "66925006" @ "SCT", "C-127F9" @ "SRT", "C-127F9" @ "SNM3", "C-127F9" @ "DCM";
    ALUMINIUM = "12503006" @ "SCT", "C-120F9" @ "SRT", "C-120F9" @ "SNM3", "C-120F9" @ "DCM";

    TABLE_RELATIONSHIP = "113745" @ "DCM";
    /// 102540001 and 102541002 are no SNOMED codes (their check digit is wrong) but were written by earlier versions
    /// of this program and may come from others.
    HEAD_FIRST = "102540008" @ "SCT", "102540001" @ "SCT", "F-10470" @ "SRT", "F-10470" @ "SNM3", "F-10470" @ "99SDM";
    FEET_FIRST = "102541007" @ "SCT", "102541002" @ "SCT", "F-10480" @ "SRT", "F-10480" @ "SNM3", "F-10480" @ "99SDM";
    PATIENT_ORIENTATION = "113743" @ "DCM";
    RECUMBENT = "102538003" @ "SCT", "F-10450" @ "SRT", "F-10450" @ "SNM3", "F-10450" @ "99SDM";
    ORIENTATION_MODIFIER = "113744" @ "DCM";
    SUPINE = "40199007" @ "SCT", "F-10340" @ "SRT", "F-10340" @ "SNM3", "F-10340" @ "99SDM";
    PRONE = "1240000" @ "SCT", "F-10310" @ "SRT", "F-10310" @ "SNM3", "F-10310" @ "99SDM";
    LEFT_LATERAL = "102536004" @ "SCT", "F-10319" @ "SRT", "F-10319" @ "SNM3", "F-10319" @ "99SDM";
    RIGHT_LATERAL = "102535000" @ "SCT", "F-10317" @ "SRT", "F-10317" @ "SNM3", "F-10317" @ "99SDM";

    CT_EVENT_COUNT = "113812" @ "DCM";
    DLP_TOTAL = "113813" @ "DCM";
    CT_TYPE = "113820" @ "DCM";
    CT_SPIRAL = "116152004" @ "SCT", "P5-08001" @ "SRT", "P5-08001" @ "SNM3";
    CT_SEQUENCED = "113804" @ "DCM";
    CT_CONSTANT_ANGLE = "113805" @ "DCM";
    CT_STATIONARY = "113806" @ "DCM";
    CT_FREE = "113807" @ "DCM";
    CT_CONE_BEAM = "702569007" @ "SCT", "R-FB8F1" @ "SRT";
    CTDI_VOL = "113830" @ "DCM";
    CTDI_PHANTOM = "113835" @ "DCM";
    PHANTOM_HEAD = "113690" @ "DCM";
    PHANTOM_BODY = "113691" @ "DCM";
    DLP = "113838" @ "DCM";
    SCANNING_LENGTH = "113825" @ "DCM";
    EXPOSURE_TIME = "113824" @ "DCM";
    Z_TOP = "113897" @ "DCM";
    Z_BOTTOM = "113898" @ "DCM";
}

/// Free texts that makers write where the standard wants a reference-point code. Compared without case and
/// spaces.
pub const FIFTEEN_CM_TEXTS: [&str; 4] = [
    "15cmbelowbeamisocenter",
    "15cmfromisocentertowardsource",
    "15cmfromisocentertowardsthesource",
    "15cmfromisocentretowardsource",
];
