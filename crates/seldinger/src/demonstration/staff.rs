//! Who works in the demonstration: every step is somebody's, by name. The log-ins are one for each role.

use case::Actor;
use model::Role;

/// The name behind the log-in of a role.
pub fn staff_name(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "Leena Sund",
        Role::IrNurse => "Nurse Ahola",
        Role::WardNurse => "Nurse Kivelä",
        Role::Radiographer => "Radiographer Berg",
        Role::Radiologist => "Dr Rautio",
        Role::Anaesthetist => "Dr Holm",
        Role::Physicist => "Physicist Nurmi",
        Role::Referrer => "Dr Sarvela",
        Role::Observer => "Observer",
        Role::Administrator => "Administrator",
    }
}

/// Who of this role works in this room today.
pub fn name_in(role: Role, room: &workflow::Room) -> String {
    let name = match (role, room.name.as_str()) {
        (Role::Radiologist, _) if !room.operator.is_empty() => room.operator.as_str(),
        (Role::IrNurse, "Angio 2") => "Nurse Palmu",
        (Role::IrNurse, "CT 1") => "Nurse Ek",
        (Role::IrNurse, "US 1") => "Nurse Toivola",
        (Role::IrNurse, "MR 1") => "Nurse Strand",
        (Role::WardNurse, "CT 1" | "US 1") => "Nurse Saari",
        (Role::Radiographer, "Angio 2") => "Radiographer Laine",
        (Role::Radiographer, "CT 1") => "Radiographer Hjelm",
        (Role::Radiographer, "US 1" | "MR 1") => "Radiographer Oksa",
        _ => staff_name(role),
    };
    name.to_owned()
}

pub fn staff_in(role: Role, room: &workflow::Room) -> Actor {
    Actor::Staff {
        user: role.code().to_owned(),
        name: name_in(role, room),
        role,
    }
}
