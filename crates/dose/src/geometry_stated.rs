//! Which geometry a projection report states: for every event, or not.

use crate::peak_skin_dose::room::Missing;
use crate::report::{IrradiationEvent, Kind, ReferencePoint, Report};

/// Names that every event states, and names that at least one event lacks; the words of the JSON contract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GeometryStated {
    pub present: Vec<&'static str>,
    pub missing: Vec<&'static str>,
}

type Test = fn(&IrradiationEvent) -> bool;

/// What a skin dose map would need, as far as the report itself says it. Empty for reports without events and
/// for other kinds than projection and radiography.
pub fn geometry_stated(report: &Report) -> GeometryStated {
    let tests: [(&'static str, Test); 10] = [
        (Missing::ReferenceAirKerma.code(), |e| e.ka_r.is_some()),
        (Missing::ReferencePoint.code(), |e| {
            e.source_to_reference_point.is_some() || e.reference_point != ReferencePoint::NotStated
        }),
        (Missing::PositionerAngles.code(), |e| {
            e.start.primary_angle.is_some() && e.start.secondary_angle.is_some()
        }),
        (Missing::SourceToIsocentre.code(), |e| {
            e.source_to_isocentre.is_some()
        }),
        (Missing::SourceToDetector.code(), |e| {
            e.source_to_detector.is_some()
        }),
        (Missing::TablePosition.code(), |e| {
            let s = &e.start;
            s.table_to_isocentre.is_some()
                || (s.table_longitudinal.is_some()
                    && s.table_lateral.is_some()
                    && s.table_height.is_some())
        }),
        ("table_tilt", |e| {
            e.start.table_head_tilt.is_some() || e.start.table_cradle_tilt.is_some()
        }),
        (Missing::FieldSize.code(), |e| {
            e.collimated_area.is_some()
                || e.shutters.is_some()
                || (e.collimated_height.is_some() && e.collimated_width.is_some())
        }),
        (Missing::TubeVoltage.code(), |e| e.kvp.is_some()),
        ("patient_orientation", |e| {
            e.patient.head_first.is_some() && e.patient.posture.is_some()
        }),
    ];
    let mut stated = GeometryStated::default();
    if report.events.is_empty() || !matches!(report.kind, Kind::Projection | Kind::Radiography) {
        return stated;
    }
    for (name, test) in tests {
        if report.events.iter().all(test) {
            stated.present.push(name);
        } else {
            stated.missing.push(name);
        }
    }
    stated
}
