//! The hospital of the demonstration: made up, and named as such.

use crate::settings::file::{File, RoomRow};

/// (room, station, modality, operator)
const ROOMS: [(&str, &str, &str, &str); 5] = [
    ("Angio 1", "ANGIO1", "XA", "Dr Rautio"),
    ("Angio 2", "ANGIO2", "XA", "Dr Ekholm"),
    ("CT 1", "CT1", "CT", "Dr Saarelma"),
    ("US 1", "US1", "US", "Dr Wiik"),
    ("MR 1", "MR1", "MR", "Dr Lumme"),
];

/// Gives every setting that is not set its made-up value.
pub fn fill_in(file: &mut File) {
    let fill = |setting: &mut Option<String>, value: &str| {
        setting.get_or_insert_with(|| value.to_owned());
    };
    let hospital = &mut file.hospital;
    fill(&mut hospital.name, "Harbour Hospital (demonstration)");
    fill(&mut hospital.unit, "Interventional radiology");
    fill(&mut hospital.time_zone, "Europe/Helsinki");
    fill(&mut hospital.patient_identifier_issuer, "HARBOUR");
    fill(&mut file.telephones.day, "000 000 001");
    fill(&mut file.telephones.night, "000 000 002");
    fill(&mut file.telephones.emergency, "112");
    if file.rooms.is_empty() {
        file.rooms = ROOMS
            .iter()
            .map(|(name, station, modality, operator)| RoomRow {
                name: (*name).to_owned(),
                station: (*station).to_owned(),
                modality: (*modality).to_owned(),
                operator: Some((*operator).to_owned()),
            })
            .collect();
    }
}
