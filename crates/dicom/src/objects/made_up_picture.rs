//! Writes small pictures of nobody: a drawn body with a vessel or a needle in it, for the demonstration and tests.

use super::data_set::Encoding;
use super::element_writer::{Writer, file};
use super::radiation_dose_report::write::ReportHeader;
use model::Modality;

/// Rows and columns of every picture.
pub const SIDE: u16 = 192;

/// What is drawn, and where in its series it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub modality: Modality,
    pub description: String,
    /// From 1.
    pub instance: u16,
    /// A needle from the skin to the middle; otherwise a vessel from top to bottom.
    pub shows_needle: bool,
}

/// A single-frame picture of 8 bits, explicit little endian. Whose it is stands in `header`, which also names the
/// instance; its `manufacturer`, `model` and `station_name` are the device's.
pub fn write(header: &ReportHeader, picture: &Picture) -> Vec<u8> {
    let class = class(picture.modality);
    let mut set = Writer::new(Encoding {
        explicit: true,
        big_endian: false,
    });
    heads(&mut set, header, picture, class);
    pixels(&mut set, picture);
    file(
        class,
        &header.sop_instance_uid,
        "1.2.840.10008.1.2.1",
        &set.bytes,
    )
}

/// SOP class of one picture of the modality (PS3.4 B.5).
fn class(modality: Modality) -> &'static str {
    match modality {
        Modality::Fluoroscopy => "1.2.840.10008.5.1.4.1.1.12.1",
        Modality::Ct => "1.2.840.10008.5.1.4.1.1.2",
        Modality::Ultrasound => "1.2.840.10008.5.1.4.1.1.6.1",
        Modality::Mr => "1.2.840.10008.5.1.4.1.1.4",
        Modality::Mammography => "1.2.840.10008.5.1.4.1.1.1.2",
    }
}

fn heads(set: &mut Writer, header: &ReportHeader, picture: &Picture, class: &str) {
    let day = header.written.strftime("%Y%m%d").to_string();
    let time = header.written.strftime("%H%M%S").to_string();
    set.text(0x0008_0005, b"CS", "ISO_IR 192");
    set.text(0x0008_0008, b"CS", "ORIGINAL\\PRIMARY");
    set.text(0x0008_0016, b"UI", class);
    set.text(0x0008_0018, b"UI", &header.sop_instance_uid);
    set.text(0x0008_0020, b"DA", &day);
    set.text(0x0008_0023, b"DA", &day);
    set.text(0x0008_0030, b"TM", &time);
    set.text(0x0008_0033, b"TM", &time);
    set.text(0x0008_0050, b"SH", &header.accession_number);
    set.text(0x0008_0060, b"CS", picture.modality.code());
    set.text(0x0008_0070, b"LO", &header.manufacturer);
    set.text(0x0008_0090, b"PN", "");
    set.text(0x0008_1010, b"SH", &header.station_name);
    set.text(0x0008_103E, b"LO", &picture.description);
    set.text(0x0008_1090, b"LO", &header.model);
    let name = &header.patient_name;
    let name = format!("{}^{}^{}", name.family, name.given, name.middle);
    set.text(0x0010_0010, b"PN", name.trim_end_matches('^'));
    set.text(0x0010_0020, b"LO", &header.patient_id);
    if !header.issuer_of_patient_id.is_empty() {
        set.text(0x0010_0021, b"LO", &header.issuer_of_patient_id);
    }
    set.text(0x0010_0030, b"DA", &header.birth_date);
    set.text(0x0010_0040, b"CS", &header.sex);
    set.text(0x0018_1000, b"LO", &header.serial_number);
    set.text(0x0018_1020, b"LO", "synthetic");
    set.text(0x0020_000D, b"UI", &header.study_uid);
    set.text(0x0020_000E, b"UI", &header.series_uid);
    set.text(0x0020_0010, b"SH", "");
    set.text(0x0020_0011, b"IS", "1");
    set.text(0x0020_0013, b"IS", &picture.instance.to_string());
    set.text(0x0020_0020, b"CS", "");
}

fn pixels(set: &mut Writer, picture: &Picture) {
    let number = |set: &mut Writer, tag: u32, value: u16| {
        set.element(tag, b"US", &value.to_le_bytes());
    };
    number(set, 0x0028_0002, 1);
    set.text(0x0028_0004, b"CS", "MONOCHROME2");
    number(set, 0x0028_0010, SIDE);
    number(set, 0x0028_0011, SIDE);
    number(set, 0x0028_0100, 8);
    number(set, 0x0028_0101, 8);
    number(set, 0x0028_0102, 7);
    number(set, 0x0028_0103, 0);
    set.text(0x0028_1050, b"DS", "128");
    set.text(0x0028_1051, b"DS", "256");
    set.text(0x0028_1052, b"DS", "0");
    set.text(0x0028_1053, b"DS", "1");
    let side = i32::from(SIDE);
    let mut grey = Vec::with_capacity(usize::from(SIDE) * usize::from(SIDE));
    for row in 0..side {
        for column in 0..side {
            grey.push(shade(picture, row - side / 2, column - side / 2));
        }
    }
    set.element(0x7FE0_0010, b"OW", &grey);
}

/// Grey value at a place counted from the middle of the picture, in pixels, rows downwards.
fn shade(picture: &Picture, row: i32, column: i32) -> u8 {
    let half = i32::from(SIDE) / 2;
    // An ellipse for the body: 88 by 68 pixels.
    let inside = row * row * 88 * 88 + column * column * 68 * 68 < 88 * 88 * 68 * 68;
    let is_fan = column.abs() < (row + half) * 3 / 4 + 8;
    let body = match picture.modality {
        Modality::Ultrasound if !is_fan => return 0,
        Modality::Ultrasound => 60,
        Modality::Fluoroscopy => 170,
        Modality::Ct | Modality::Mr | Modality::Mammography if !inside => return 4,
        Modality::Ct | Modality::Mammography => 110,
        Modality::Mr => 90,
    };
    // Speckle that is the same each time: a small scrambling of the place.
    let mixed =
        (row * 73 + column * 151 + row * column * 7 + i32::from(picture.instance) * 31) & 15;
    let drawn = if picture.shows_needle {
        let on_line = (row - column / 2).abs() < 2 && column < 12 && column > -90;
        let lesion = row * row + (column - 14) * (column - 14) < 120;
        match (on_line, lesion) {
            (true, _) => Some(245),
            (false, true) => Some(body / 2),
            (false, false) => None,
        }
    } else {
        let bend = row * row / 260 - 14;
        let narrow = if row.abs() < 14 && picture.instance < 2 {
            2
        } else {
            6
        };
        ((column - bend).abs() < narrow).then_some(if body > 150 { 40 } else { 230 })
    };
    let value = drawn.unwrap_or(body) + mixed - 8;
    u8::try_from(value.clamp(0, 255)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::header;
    use super::*;
    use jiff::civil::datetime;
    use model::PersonName;

    fn whose() -> ReportHeader {
        ReportHeader {
            sop_instance_uid: "2.25.100.7".into(),
            study_uid: "2.25.100".into(),
            series_uid: "2.25.100.6".into(),
            patient_id: "T-0001".into(),
            issuer_of_patient_id: "TESTHOSPITAL".into(),
            patient_name: PersonName {
                family: "DEMO-Väinölä".into(),
                given: "Test".into(),
                middle: String::new(),
            },
            birth_date: "19490112".into(),
            sex: "F".into(),
            accession_number: "ACC-77".into(),
            manufacturer: "Siemens".into(),
            model: "AXIOM-Artis".into(),
            serial_number: "1".into(),
            station_name: "ANGIO1".into(),
            written: datetime(2026, 3, 2, 10, 30, 0, 0),
        }
    }

    #[test]
    fn a_picture_says_whose_it_is_and_has_all_its_pixels() {
        for modality in [
            Modality::Fluoroscopy,
            Modality::Ct,
            Modality::Ultrasound,
            Modality::Mr,
        ] {
            let picture = Picture {
                modality,
                description: "made up".into(),
                instance: 1,
                shows_needle: modality != Modality::Fluoroscopy,
            };
            let bytes = write(&whose(), &picture);
            let head = header::read(&bytes).unwrap();
            assert_eq!(head.sop_class_uid, class(modality));
            assert_eq!(head.study_uid, "2.25.100");
            assert_eq!(head.accession_number, "ACC-77");
            assert_eq!(head.patient_name.family, "DEMO-Väinölä");
            assert_eq!(head.modality, modality.code());
            assert_eq!(head.tolerated, Vec::<&str>::new());
            let pixels = usize::from(SIDE) * usize::from(SIDE);
            let shown = &bytes[bytes.len() - pixels..];
            assert!(shown.iter().any(|grey| *grey > 160), "{modality:?}");
            assert!(shown.iter().any(|grey| *grey < 60));
            assert_eq!(bytes, write(&whose(), &picture), "the same each time");
        }
    }
}
