//! Shipped rules, plain rooms and events for the tests.

use dose::peak_skin_dose::quality::{BackscatterTable, HalfValueLayers, MediumTable, Quality};
use dose::peak_skin_dose::room::{
    Axis, AxisSource, Calibration, FieldFrom, Room, Share, Sign, Table, TableAxes, Transmission,
};
use dose::report::{EventKind, Plane, Pose, ReferencePoint, Stated};
use dose::rules::Rules;
use dose::{Degrees, IrradiationEvent, Kilovolt, Millimetre, SquareMetre, Trust};
use model::{Gray, GraySquareMetre};

pub const SHIPPED: [(&str, &str); 10] = [
    (
        "dose/beam_quality.toml",
        include_str!("../../../../knowledge/dose/beam_quality.toml"),
    ),
    (
        "dose/skin_map.toml",
        include_str!("../../../../knowledge/dose/skin_map.toml"),
    ),
    (
        "dose/skin_levels.toml",
        include_str!("../../../../knowledge/dose/skin_levels.toml"),
    ),
    (
        "dose/reference_levels.toml",
        include_str!("../../../../knowledge/dose/reference_levels.toml"),
    ),
    (
        "dose/conceptus.toml",
        include_str!("../../../../knowledge/dose/conceptus.toml"),
    ),
    (
        "dose/effective_dose.toml",
        include_str!("../../../../knowledge/dose/effective_dose.toml"),
    ),
    (
        "dose/geometry/siemens_axiom_artis.toml",
        include_str!("../../../../knowledge/dose/geometry/siemens_axiom_artis.toml"),
    ),
    (
        "dose/geometry/philips_allura_clarity.toml",
        include_str!("../../../../knowledge/dose/geometry/philips_allura_clarity.toml"),
    ),
    (
        "dose/geometry/siemens_artis_pheno_icono.toml",
        include_str!("../../../../knowledge/dose/geometry/siemens_artis_pheno_icono.toml"),
    ),
    (
        "dose/geometry/philips_azurion.toml",
        include_str!("../../../../knowledge/dose/geometry/philips_azurion.toml"),
    ),
];

pub fn shipped() -> Rules {
    dose::rules::read(SHIPPED).unwrap()
}

/// Backscatter `b` and medium factor `m` whatever the beam: for answers in closed form.
pub fn flat_quality(b: f64, m: f64) -> Quality {
    let mut backscatter = [[0.0; 5]; 9];
    backscatter[0] = [b; 5];
    let mut medium = [0.0; 11];
    medium[0] = m;
    Quality {
        half_value_layers: HalfValueLayers {
            kv: vec![40.0, 150.0],
            aluminium_mm: vec![1.0, 10.0],
            copper_mm: vec![0.0, 1.2],
            hvl_mm: vec![3.0; 8],
        },
        backscatter: BackscatterTable(backscatter),
        medium: MediumTable(medium),
    }
}

/// A room that writes positions from the isocentre, without table unless one is put in.
pub fn plain_room() -> Room {
    let axis = |source| Axis {
        source,
        sign: Sign::Plus,
        offset: Millimetre(0.0),
    };
    Room {
        id: "plain".into(),
        manufacturer: "plain".into(),
        models: vec!["room".into()],
        refuse: None,
        table_axes: TableAxes {
            x: axis(AxisSource::Longitudinal),
            y: axis(AxisSource::Height),
            z: axis(AxisSource::Lateral),
        },
        primary_sign: Sign::Plus,
        secondary_sign: Sign::Plus,
        field: FieldFrom::CollimatedArea,
        table: Table {
            length: Millimetre(2000.0),
            width: Millimetre(450.0),
            thickness: Millimetre(0.0),
            pad_thickness: Millimetre(0.0),
        },
        transmission: Transmission::Constant(Share(1.0)),
        inherent_aluminium: Millimetre(3.0),
        patient_from_table_end: Millimetre(0.0),
        kerma_calibration: Calibration::None,
    }
}

pub fn stated<T>(value: T, resolution: T) -> Stated<T> {
    Stated {
        value,
        resolution,
        trust: Trust::Report,
    }
}

/// One gray from below: focus 700 mm under the isocentre, detector at 1000 mm, field 200 × 200 mm there.
pub fn plain_event(uid: &str) -> IrradiationEvent {
    IrradiationEvent {
        uid: Some(uid.into()),
        kind: EventKind::Fluoroscopy,
        plane: Plane::Single,
        ka_r: Some(stated(Gray(1.0), Gray(0.1))),
        pka: Some(stated(GraySquareMetre(0.01), GraySquareMetre(0.001))),
        start: Pose {
            primary_angle: Some(Degrees(0.0)),
            secondary_angle: Some(Degrees(0.0)),
            table_longitudinal: Some(Millimetre(0.0)),
            table_lateral: Some(Millimetre(0.0)),
            table_height: Some(Millimetre(0.0)),
            ..Pose::default()
        },
        source_to_isocentre: Some(Millimetre(700.0)),
        source_to_detector: Some(Millimetre(1000.0)),
        reference_point: ReferencePoint::FifteenCmFromIsocentre,
        collimated_area: Some(SquareMetre(0.04)),
        kvp: Some(Kilovolt(80.0)),
        ..IrradiationEvent::default()
    }
}
