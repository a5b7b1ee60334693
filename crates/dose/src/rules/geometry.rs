//! Geometry packs, beam quality and the policy of the skin map.

use super::Flaw;
use super::reading::{Files, Status, file, parse};
use crate::peak_skin_dose::Model;
use crate::peak_skin_dose::quality::{BackscatterTable, HalfValueLayers, MediumTable, Quality};
use crate::peak_skin_dose::room::{
    Axis, AxisSource, Calibration, FieldFrom, Room, Share, Sign, Table, TableAxes, Transmission,
};
use crate::peak_skin_dose::uncertainty::Budget;
use crate::quantity::Millimetre;
use serde::Deserialize;
use toml::value::Datetime;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QualityFile {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "says")]
    _says: String,
    half_value_layer: HalfValueLayerTable,
    backscatter: Coefficients<[[f64; 5]; 9]>,
    medium: Coefficients<[f64; 11]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HalfValueLayerTable {
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
    kv: Vec<f64>,
    aluminium_mm: Vec<f64>,
    copper_mm: Vec<f64>,
    hvl_mm: Vec<Vec<Vec<f64>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coefficients<T> {
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
    coefficients: T,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SkinMapFile {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "says")]
    _says: String,
    refuse: RefuseTable,
    uncertainty: UncertaintyTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefuseTable {
    least_share_on_phantom: f64,
    most_without_geometry: f64,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncertaintyTable {
    kerma_display: f64,
    backscatter: f64,
    medium: f64,
    table: f64,
    position_mm: f64,
    phantom: f64,
    field_derived: f64,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PackFile {
    id: String,
    #[serde(rename = "says")]
    _says: String,
    manufacturer: String,
    models: Vec<String>,
    refuse: Option<String>,
    #[serde(rename = "source")]
    _source: Option<Vec<String>>,
    #[serde(rename = "since")]
    _since: Option<Datetime>,
    #[serde(rename = "status")]
    _status: Option<Status>,
    axes: Option<AxesTable>,
    table: Option<TableTable>,
    transmission: Option<TransmissionTable>,
    tube: Option<TubeTable>,
    kerma: Option<KermaTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AxesTable {
    x: AxisTable,
    y: AxisTable,
    z: AxisTable,
    primary_sign: char,
    secondary_sign: char,
    field: FieldWord,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AxisTable {
    from: AxisWord,
    sign: char,
    offset_mm: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AxisWord {
    Longitudinal,
    Lateral,
    Height,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FieldWord {
    CollimatedArea,
    ShuttersAtOneMetre,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableTable {
    length_mm: f64,
    width_mm: f64,
    thickness_mm: f64,
    pad_thickness_mm: f64,
    patient_from_table_end_mm: f64,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransmissionTable {
    constant: Option<f64>,
    kv: Option<Vec<f64>>,
    copper_mm: Option<Vec<f64>>,
    share: Option<Vec<Vec<f64>>>,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TubeTable {
    inherent_aluminium_mm: f64,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

/// A site's own measurement of the kerma display, with who answers for it in the source.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KermaTable {
    factor: f64,
    uncertainty: f64,
    #[serde(rename = "source")]
    _source: Vec<String>,
    #[serde(rename = "since")]
    _since: Datetime,
    #[serde(rename = "status")]
    _status: Status,
}

pub(super) fn model(files: &Files<'_>, flaws: &mut Vec<Flaw>) -> Option<Model> {
    let quality = file::<QualityFile>(files, "dose/beam_quality.toml", flaws).and_then(|f| {
        quality(f)
            .map_err(|r| flaw(flaws, "dose/beam_quality.toml", r))
            .ok()
    });
    let policy = file::<SkinMapFile>(files, "dose/skin_map.toml", flaws);
    let mut rooms = Vec::new();
    for (path, text) in files
        .iter()
        .filter(|(p, _)| p.starts_with("dose/geometry/"))
    {
        let Some(pack) = parse::<PackFile>(path, text, flaws) else {
            continue;
        };
        match room(pack) {
            Ok(room) => rooms.push(room),
            Err(reason) => flaw(flaws, path, reason),
        }
    }
    let policy = policy?;
    Some(Model {
        rooms,
        quality: quality?,
        budget: Budget {
            kerma_display: Share(policy.uncertainty.kerma_display),
            backscatter: Share(policy.uncertainty.backscatter),
            medium: Share(policy.uncertainty.medium),
            table: Share(policy.uncertainty.table),
            position: Millimetre(policy.uncertainty.position_mm),
            phantom: Share(policy.uncertainty.phantom),
            field_derived: Share(policy.uncertainty.field_derived),
        },
        least_share_on_phantom: Share(policy.refuse.least_share_on_phantom),
        most_without_geometry: Share(policy.refuse.most_without_geometry),
    })
}

fn flaw(flaws: &mut Vec<Flaw>, path: &str, reason: String) {
    flaws.push(Flaw {
        path: path.to_owned(),
        reason,
    });
}

fn quality(file: QualityFile) -> Result<Quality, String> {
    let t = file.half_value_layer;
    for (name, grid) in [
        ("kv", &t.kv),
        ("aluminium_mm", &t.aluminium_mm),
        ("copper_mm", &t.copper_mm),
    ] {
        rising(name, grid)?;
    }
    let shape_fits = t.hvl_mm.len() == t.kv.len()
        && t.hvl_mm.iter().all(|block| {
            block.len() == t.aluminium_mm.len()
                && block.iter().all(|row| row.len() == t.copper_mm.len())
        });
    if !shape_fits {
        return Err("hvl_mm does not have one value per voltage, aluminium and copper".to_owned());
    }
    let hvl_mm: Vec<f64> = t.hvl_mm.into_iter().flatten().flatten().collect();
    if hvl_mm.iter().any(|v| !(0.1..=30.0).contains(v)) {
        return Err("a half-value layer lies outside 0.1 to 30 mm Al".to_owned());
    }
    Ok(Quality {
        half_value_layers: HalfValueLayers {
            kv: t.kv,
            aluminium_mm: t.aluminium_mm,
            copper_mm: t.copper_mm,
            hvl_mm,
        },
        backscatter: BackscatterTable(file.backscatter.coefficients),
        medium: MediumTable(file.medium.coefficients),
    })
}

fn rising(name: &str, grid: &[f64]) -> Result<(), String> {
    let sound = grid.len() >= 2 && grid.iter().zip(grid.iter().skip(1)).all(|(a, b)| a < b);
    if sound {
        Ok(())
    } else {
        Err(format!("{name} must rise and have two values or more"))
    }
}

fn room(pack: PackFile) -> Result<Room, String> {
    let names_fit = pack.manufacturer == pack.manufacturer.to_lowercase()
        && !pack.manufacturer.is_empty()
        && !pack.models.is_empty()
        && pack
            .models
            .iter()
            .all(|m| !m.is_empty() && *m == m.to_lowercase());
    if !names_fit {
        return Err("manufacturer and models must be given in lower case".to_owned());
    }
    if pack.refuse.is_some() {
        return Ok(Room {
            refuse: pack.refuse,
            ..without_geometry(pack.id, pack.manufacturer, pack.models)
        });
    }
    let (Some(axes), Some(table), Some(transmission), Some(tube)) =
        (pack.axes, pack.table, pack.transmission, pack.tube)
    else {
        return Err("axes, table, transmission and tube are needed, or refuse".to_owned());
    };
    let sizes = [
        table.length_mm,
        table.width_mm,
        table.thickness_mm,
        table.pad_thickness_mm,
    ];
    if sizes.iter().any(|s| !(0.0..=4000.0).contains(s)) {
        return Err("a table size lies outside 0 to 4000 mm".to_owned());
    }
    Ok(Room {
        table_axes: TableAxes {
            x: axis(axes.x)?,
            y: axis(axes.y)?,
            z: axis(axes.z)?,
        },
        primary_sign: sign(axes.primary_sign)?,
        secondary_sign: sign(axes.secondary_sign)?,
        field: match axes.field {
            FieldWord::CollimatedArea => FieldFrom::CollimatedArea,
            FieldWord::ShuttersAtOneMetre => FieldFrom::ShuttersAtOneMetre,
        },
        table: Table {
            length: Millimetre(table.length_mm),
            width: Millimetre(table.width_mm),
            thickness: Millimetre(table.thickness_mm),
            pad_thickness: Millimetre(table.pad_thickness_mm),
        },
        transmission: transmission_of(transmission)?,
        inherent_aluminium: Millimetre(tube.inherent_aluminium_mm),
        patient_from_table_end: Millimetre(table.patient_from_table_end_mm),
        kerma_calibration: match pack.kerma {
            None => Calibration::None,
            Some(k) if (0.5..=2.0).contains(&k.factor) && (0.0..=0.5).contains(&k.uncertainty) => {
                Calibration::Measured {
                    factor: Share(k.factor),
                    uncertainty: Share(k.uncertainty),
                }
            }
            Some(_) => {
                return Err("kerma factor outside 0.5 to 2, or uncertainty over 0.5".to_owned());
            }
        },
        ..without_geometry(pack.id, pack.manufacturer, pack.models)
    })
}

fn without_geometry(id: String, manufacturer: String, models: Vec<String>) -> Room {
    let still = Axis {
        source: AxisSource::Height,
        sign: Sign::Plus,
        offset: Millimetre(0.0),
    };
    Room {
        id,
        manufacturer,
        models,
        refuse: None,
        table_axes: TableAxes {
            x: still,
            y: still,
            z: still,
        },
        primary_sign: Sign::Plus,
        secondary_sign: Sign::Plus,
        field: FieldFrom::CollimatedArea,
        table: Table {
            length: Millimetre(0.0),
            width: Millimetre(0.0),
            thickness: Millimetre(0.0),
            pad_thickness: Millimetre(0.0),
        },
        transmission: Transmission::Constant(Share(1.0)),
        inherent_aluminium: Millimetre(0.0),
        patient_from_table_end: Millimetre(0.0),
        kerma_calibration: Calibration::None,
    }
}

fn axis(table: AxisTable) -> Result<Axis, String> {
    Ok(Axis {
        source: match table.from {
            AxisWord::Longitudinal => AxisSource::Longitudinal,
            AxisWord::Lateral => AxisSource::Lateral,
            AxisWord::Height => AxisSource::Height,
        },
        sign: sign(table.sign)?,
        offset: Millimetre(table.offset_mm),
    })
}

fn sign(text: char) -> Result<Sign, String> {
    match text {
        '+' => Ok(Sign::Plus),
        '-' => Ok(Sign::Minus),
        other => Err(format!("a sign is + or -, not {other}")),
    }
}

/// A share of zero would erase dose: "not measured" is left out of the file instead.
fn transmission_of(table: TransmissionTable) -> Result<Transmission, String> {
    let sound = |share: &f64| (0.3..=1.0).contains(share);
    match (table.constant, table.kv, table.copper_mm, table.share) {
        (Some(constant), None, None, None) if sound(&constant) => {
            Ok(Transmission::Constant(Share(constant)))
        }
        (None, Some(kv), Some(copper_mm), Some(share)) => {
            rising("kv", &kv)?;
            rising("copper_mm", &copper_mm)?;
            let fits = share.len() == kv.len()
                && share
                    .iter()
                    .all(|row| row.len() == copper_mm.len() && row.iter().all(sound));
            if !fits {
                return Err("share needs one value of 0.3 to 1 per voltage and copper".to_owned());
            }
            let share = share.into_iter().flatten().collect();
            Ok(Transmission::Measured {
                kv,
                copper_mm,
                share,
            })
        }
        _ => Err("give a constant of 0.3 to 1, or kv, copper_mm and share".to_owned()),
    }
}
