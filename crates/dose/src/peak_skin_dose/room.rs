//! A room: how a model of angiography system writes positions, and what lies between tube and patient.

use crate::quantity::{Degrees, Kilovolt, Millimetre};
use crate::report::{IrradiationEvent, Pose, Posture};
use crate::vector::{Rotation, Vector};

/// Geometry pack of one or more models. Shipped as data in `knowledge/dose/geometry/`; a site overlays its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Room {
    pub id: String,
    /// Lower-case beginnings of manufacturer and model as the reports write them.
    pub manufacturer: String,
    pub models: Vec<String>,
    /// The reason why no map can be made with this model, when there is one.
    pub refuse: Option<String>,
    pub table_axes: TableAxes,
    pub primary_sign: Sign,
    pub secondary_sign: Sign,
    pub field: FieldFrom,
    /// Table top and pad, in the table frame.
    pub table: Table,
    /// Share of the air kerma that passes table and pad at right angles, by tube voltage and added copper.
    pub transmission: Transmission,
    /// Inherent filtration of the tube, mm Al.
    pub inherent_aluminium: Millimetre,
    /// Crown of a head-first patient (soles of a feet-first one) from the head end of the table.
    pub patient_from_table_end: Millimetre,
    /// Displayed to true reference air kerma.
    pub kerma_calibration: Calibration,
}

/// The site's correction of the displayed kerma.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Calibration {
    /// Nothing measured here: the tolerance of the display counts in full.
    None,
    /// Factor and its standard uncertainty, both relative.
    Measured { factor: Share, uncertainty: Share },
}

/// A dimensionless share or factor.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Share(pub f64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    Plus,
    Minus,
}

impl Sign {
    fn of(self, value: f64) -> f64 {
        match self {
            Self::Plus => value,
            Self::Minus => -value,
        }
    }
}

/// Which report value moves the table along which room axis, with sign and zero.
///
/// Room axes: x to the left of a head-first supine patient, y down, z towards the head end. In the standard
/// "longitudinal" is motion towards LAO, hence x, and "lateral" is motion towards cranial, hence z; some
/// makers use the words the other way round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TableAxes {
    pub x: Axis,
    pub y: Axis,
    pub z: Axis,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    pub source: AxisSource,
    pub sign: Sign,
    /// Room coordinate, in mm, of the table frame's origin when the report says zero.
    pub offset: Millimetre,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AxisSource {
    Longitudinal,
    Lateral,
    Height,
}

/// Where the field size is read from, in the order of trust of this model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldFrom {
    /// Collimated Field Area at the detector, taken as a square unless height and width are given.
    CollimatedArea,
    /// Four shutter distances, scaled to 1 m from the focus.
    ShuttersAtOneMetre,
}

/// Table top and pad as one box in the table frame: x across, y down from the table surface, z from the head
/// end to negative values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Table {
    pub length: Millimetre,
    pub width: Millimetre,
    pub thickness: Millimetre,
    pub pad_thickness: Millimetre,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Transmission {
    /// One value for all beams.
    Constant(Share),
    /// Grid of tube voltage (kV) and added copper (mm), copper fastest.
    Measured {
        kv: Vec<f64>,
        copper_mm: Vec<f64>,
        share: Vec<f64>,
    },
}

impl Transmission {
    /// Share that passes at right angles.
    pub fn at(&self, voltage: Kilovolt, copper: Millimetre) -> Share {
        match self {
            Self::Constant(share) => *share,
            Self::Measured {
                kv: kvs,
                copper_mm: coppers,
                share,
            } => {
                let table = super::quality::HalfValueLayers {
                    kv: kvs.clone(),
                    aluminium_mm: vec![0.0, 1.0],
                    copper_mm: coppers.clone(),
                    hvl_mm: share
                        .chunks(coppers.len().max(1))
                        .flat_map(|row| row.iter().chain(row).copied())
                        .collect(),
                };
                Share(table.at(voltage, Millimetre(0.0), copper).0.0)
            }
        }
    }
}

/// What is missing for a beam. The words of the JSON contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    ReferenceAirKerma,
    PositionerAngles,
    SourceToIsocentre,
    SourceToDetector,
    TablePosition,
    FieldSize,
    TubeVoltage,
    ReferencePoint,
    /// The patient sits, stands or lies in a way that no phantom of ours takes.
    PatientPosition,
}

impl Missing {
    pub fn code(self) -> &'static str {
        match self {
            Self::ReferenceAirKerma => "reference_air_kerma",
            Self::PositionerAngles => "positioner_angles",
            Self::SourceToIsocentre => "source_to_isocentre",
            Self::SourceToDetector => "source_to_detector",
            Self::TablePosition => "table_position",
            Self::FieldSize => "field_size",
            Self::TubeVoltage => "tube_voltage",
            Self::ReferencePoint => "reference_point",
            Self::PatientPosition => "patient_position",
        }
    }
}

/// Position of the table frame in the room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TablePose {
    pub rotation: Rotation,
    /// Room coordinates of the table frame's origin (surface, middle of the head end).
    pub origin: Vector,
}

impl TablePose {
    pub fn to_table(&self, room: Vector) -> Vector {
        self.rotation.back(room - self.origin)
    }

    pub fn direction_to_table(&self, room: Vector) -> Vector {
        self.rotation.back(room)
    }
}

impl Room {
    /// Whether this pack is for a device, by the beginnings of its names, without regard to case.
    pub fn is_for(&self, manufacturer: &str, model: &str) -> bool {
        let (maker, model) = (
            manufacturer.trim().to_lowercase(),
            model.trim().to_lowercase(),
        );
        maker.starts_with(&self.manufacturer)
            && self.models.iter().any(|m| model.starts_with(m.as_str()))
    }

    /// The table in the room for one pose of the report.
    ///
    /// Tilts turn about the middle of the table top. Head tilt lifts the head end, cradle tilt lifts the left
    /// side, horizontal rotation turns clockwise seen from above (PS3.16, 113754 to 113756).
    pub fn table_pose(&self, pose: &Pose) -> Option<TablePose> {
        let origin = match pose.table_to_isocentre {
            Some([x, y, z]) => Vector::new(x.0, y.0, z.0),
            None => Vector::new(
                self.table_axes.x.read(pose)?,
                self.table_axes.y.read(pose)?,
                self.table_axes.z.read(pose)?,
            ),
        };
        let angle = |a: Option<Degrees>| a.map_or(0.0, |d| d.0);
        // x left, y down, z head: a right-handed turn about +x moves the head end (z) to -y, that is, up.
        let rotation = Rotation::about_y(angle(pose.table_horizontal_rotation))
            .after(Rotation::about_x(angle(pose.table_head_tilt)))
            .after(Rotation::about_z(-angle(pose.table_cradle_tilt)));
        let middle = Vector::new(0.0, 0.0, -self.table.length.0 / 2.0);
        Some(TablePose {
            rotation,
            origin: origin + middle - rotation.of(middle),
        })
    }

    /// Rotation of the positioner: at rest the beam goes up (-y), the field's sides lie along x and z.
    ///
    /// Positive primary angle: detector to the patient's left (LAO); positive secondary angle: detector to the
    /// head (cranial), as in PS3.3 C.8.7.5.
    pub fn positioner(&self, primary: Degrees, secondary: Degrees) -> Rotation {
        Rotation::about_z(self.primary_sign.of(primary.0))
            .after(Rotation::about_x(-self.secondary_sign.of(secondary.0)))
    }

    /// Which inputs an event lacks for a beam with this room.
    pub fn missing(&self, event: &IrradiationEvent) -> Vec<Missing> {
        let start = &event.start;
        let mut missing = Vec::new();
        let mut need = |there: bool, what| {
            if !there {
                missing.push(what);
            }
        };
        need(event.ka_r.is_some(), Missing::ReferenceAirKerma);
        need(
            start.primary_angle.is_some() && start.secondary_angle.is_some(),
            Missing::PositionerAngles,
        );
        need(
            event.source_to_isocentre.is_some(),
            Missing::SourceToIsocentre,
        );
        need(
            event.source_to_detector.is_some(),
            Missing::SourceToDetector,
        );
        need(self.table_pose(start).is_some(), Missing::TablePosition);
        need(
            super::beam::field(self, event).is_some(),
            Missing::FieldSize,
        );
        need(event.kvp.is_some(), Missing::TubeVoltage);
        need(
            super::beam::reference_distance(event).is_some(),
            Missing::ReferencePoint,
        );
        need(
            event.patient.posture != Some(Posture::Other),
            Missing::PatientPosition,
        );
        missing
    }
}

impl Axis {
    fn read(&self, pose: &Pose) -> Option<f64> {
        let value = match self.source {
            AxisSource::Longitudinal => pose.table_longitudinal,
            AxisSource::Lateral => pose.table_lateral,
            AxisSource::Height => pose.table_height,
        }?;
        Some(self.offset.0 + self.sign.of(value.0))
    }
}
