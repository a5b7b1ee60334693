//! Projection, radiography and mammography: TID 10002 to 10007 and the makers' additions.

use super::super::data_set::DataSet;
use super::super::header::date_time;
use super::codes::{self as c, Concept};
use super::content::{Code, Content};
use super::units::Quantity as Q;
use dose::quantity::{Degrees, Kilovolt, Millimetre, SquareMetre};
use dose::report::{
    EventKind, Filter, FilterMaterial, IrradiationEvent, PatientOnTable, Plane, PlaneTotals, Pose,
    Posture, ReferencePoint, Shape, Shutters, Stated, TableEnd,
};
use model::{Gray, GraySquareMetre, MilliGray, Seconds};

/// Accumulated values: one per plane.
pub fn planes(root: &Content<'_, '_>) -> Vec<PlaneTotals> {
    root.containers(c::ACCUMULATED)
        .map(|set| plane_totals(&root.inside(set, &[])))
        .collect()
}

/// A maker's private summary that states totals for the one plane it has.
pub fn private_plane(root: &Content<'_, '_>) -> PlaneTotals {
    PlaneTotals {
        plane: Plane::Single,
        ..plane_totals(root)
    }
}

fn plane_totals(inside: &Content<'_, '_>) -> PlaneTotals {
    let agd = inside
        .numbers(c::AGD_ACCUMULATED, Q::MilliKerma)
        .into_iter();
    PlaneTotals {
        plane: plane(inside),
        ka_r: inside.amount(c::KA_R_TOTAL, Q::Kerma, Gray),
        ka_r_fluoroscopy: inside.amount(c::KA_R_FLUOROSCOPY, Q::Kerma, Gray),
        ka_r_acquisition: inside.amount(c::KA_R_ACQUISITION, Q::Kerma, Gray),
        pka: inside.amount(c::PKA_TOTAL, Q::KermaArea, GraySquareMetre),
        pka_fluoroscopy: inside.amount(c::PKA_FLUOROSCOPY, Q::KermaArea, GraySquareMetre),
        pka_acquisition: inside.amount(c::PKA_ACQUISITION, Q::KermaArea, GraySquareMetre),
        fluoroscopy: inside.amount(c::FLUOROSCOPY_TIME, Q::Time, Seconds),
        acquisition: inside.amount(c::ACQUISITION_TIME, Q::Time, Seconds),
        agd: agd
            .map(|(value, resolution)| Stated {
                value: MilliGray(value),
                resolution: MilliGray(resolution),
                trust: dose::Trust::Report,
            })
            .collect(),
        reference_point: reference_point(inside),
        source_to_reference_point: plain(inside, c::SOURCE_TO_REFERENCE_POINT, Q::Length)
            .filter(|d| *d > 0.0)
            .map(Millimetre),
    }
}

fn plane(inside: &Content<'_, '_>) -> Plane {
    match inside.code(c::ACQUISITION_PLANE) {
        Some(code) if code.is(c::PLANE_A) => Plane::A,
        Some(code) if code.is(c::PLANE_B) => Plane::B,
        Some(code) if code.is(c::PLANE_SINGLE) => Plane::Single,
        Some(code) if code.is(c::PLANE_ALL) => Plane::All,
        _ => Plane::NotStated,
    }
}

fn reference_point(inside: &Content<'_, '_>) -> ReferencePoint {
    if let Some(code) = inside.code(c::REFERENCE_POINT) {
        return if code.is(c::FIFTEEN_CM_FROM_ISOCENTRE) {
            ReferencePoint::FifteenCmFromIsocentre
        } else {
            ReferencePoint::Other(code.value.to_owned())
        };
    }
    let Some(text) = inside.text(c::REFERENCE_POINT).filter(|t| !t.is_empty()) else {
        return ReferencePoint::NotStated;
    };
    let folded: String = text
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    if c::FIFTEEN_CM_TEXTS.contains(&folded.as_str()) {
        ReferencePoint::FifteenCmFromIsocentre
    } else {
        ReferencePoint::Text(text)
    }
}

/// The irradiation events in document order. An event that does not name its reference point has that of its plane.
///
/// Some makers state the detector distance only when it changes: it is carried forward within a plane.
pub fn events(root: &Content<'_, '_>, planes: &[PlaneTotals]) -> Vec<IrradiationEvent> {
    let mut events: Vec<IrradiationEvent> = root
        .containers(c::EVENT)
        .map(|set| event(root, set))
        .collect();
    details(root, &mut events);
    let mut last: Vec<(Plane, Millimetre)> = Vec::new();
    for event in &mut events {
        let of_plane = planes
            .iter()
            .find(|p| p.plane == event.plane)
            .or(planes.first().filter(|_| planes.len() == 1));
        if let (ReferencePoint::NotStated, Some(plane)) = (&event.reference_point, of_plane) {
            event.reference_point = plane.reference_point.clone();
            event.source_to_reference_point = event
                .source_to_reference_point
                .or(plane.source_to_reference_point);
        }
        match event.source_to_detector {
            Some(distance) => {
                last.retain(|(plane, _)| *plane != event.plane);
                last.push((event.plane, distance));
            }
            None => {
                event.source_to_detector = last
                    .iter()
                    .find(|(plane, _)| *plane == event.plane)
                    .map(|(_, d)| *d);
            }
        }
    }
    events
}

/// Enhanced reports keep geometry and technique apart from the dose of an event: what the event does not say itself is
/// taken from the details under its UID. A turn of the positioner in the equipment's own frame is not read.
fn details(root: &Content<'_, '_>, events: &mut [IrradiationEvent]) {
    for set in root.containers(c::IRRADIATION_DETAILS) {
        let found = event(root, set);
        let own = |e: &&mut IrradiationEvent| {
            e.uid.is_some()
                && e.uid == found.uid
                && (found.plane == Plane::NotStated || e.plane == found.plane)
        };
        for e in events.iter_mut().filter(own) {
            e.start = pose_or(e.start, found.start);
            e.end = pose_or(e.end, found.end);
            e.source_to_isocentre = e.source_to_isocentre.or(found.source_to_isocentre);
            e.source_to_detector = e.source_to_detector.or(found.source_to_detector);
            e.collimated_area = e.collimated_area.or(found.collimated_area);
            e.collimated_height = e.collimated_height.or(found.collimated_height);
            e.collimated_width = e.collimated_width.or(found.collimated_width);
            e.kvp = e.kvp.or(found.kvp);
            e.half_value_layer = e.half_value_layer.or(found.half_value_layer);
            if e.filters.is_empty() {
                e.filters.clone_from(&found.filters);
            }
        }
    }
}

fn pose_or(own: Pose, other: Pose) -> Pose {
    Pose {
        primary_angle: own.primary_angle.or(other.primary_angle),
        secondary_angle: own.secondary_angle.or(other.secondary_angle),
        column_angle: own.column_angle.or(other.column_angle),
        table_longitudinal: own.table_longitudinal.or(other.table_longitudinal),
        table_lateral: own.table_lateral.or(other.table_lateral),
        table_height: own.table_height.or(other.table_height),
        table_to_isocentre: own.table_to_isocentre.or(other.table_to_isocentre),
        table_head_tilt: own.table_head_tilt.or(other.table_head_tilt),
        table_horizontal_rotation: own
            .table_horizontal_rotation
            .or(other.table_horizontal_rotation),
        table_cradle_tilt: own.table_cradle_tilt.or(other.table_cradle_tilt),
    }
}

fn event<'t, 'a>(root: &Content<'t, 'a>, set: &'t DataSet<'a>) -> IrradiationEvent {
    let inside = root.inside(set, &[c::FILTERS]);
    let length = |concept| plain(&inside, concept, Q::Length).map(Millimetre);
    let positive = |concept| length(concept).filter(|d| d.0 > 0.0);
    IrradiationEvent {
        uid: inside.uid(c::EVENT_UID).map(str::to_owned),
        started: inside.date_time(c::STARTED).and_then(date_time),
        kind: kind(inside.code(c::EVENT_TYPE)),
        plane: plane(&inside),
        ka_r: inside.amount(c::KA_R_EVENT, Q::Kerma, Gray),
        pka: inside.amount(c::PKA_EVENT, Q::KermaArea, GraySquareMetre),
        agd: inside.amount(c::AGD_EVENT, Q::MilliKerma, MilliGray),
        duration: inside.amount(c::DURATION, Q::Time, Seconds),
        start: start_pose(&inside),
        end: end_pose(&inside),
        source_to_isocentre: positive(c::SOURCE_TO_ISOCENTRE),
        source_to_detector: positive(c::SOURCE_TO_DETECTOR),
        source_to_reference_point: positive(c::SOURCE_TO_REFERENCE_POINT),
        reference_point: reference_point(&inside),
        collimated_area: field_area(&inside),
        collimated_height: positive(c::FIELD_HEIGHT),
        collimated_width: positive(c::FIELD_WIDTH),
        shutters: shutters(&inside),
        detector_field: detector_field(&inside),
        kvp: inside.mean(c::KVP, Q::Voltage).map(Kilovolt),
        filters: inside
            .containers(c::FILTERS)
            .map(|f| filter(&inside.inside(f, &[])))
            .collect(),
        half_value_layer: positive(c::HALF_VALUE_LAYER),
        patient: patient(&inside),
        protocol: inside.text(c::PROTOCOL).unwrap_or_default(),
        target_region: inside
            .code(c::TARGET_REGION)
            .map(|code| (code.value.to_owned(), code.scheme.to_owned())),
    }
}

fn plain(inside: &Content<'_, '_>, concept: Concept, quantity: Q) -> Option<f64> {
    inside
        .numbers(concept, quantity)
        .into_iter()
        .next()
        .map(|v| v.0)
}

fn kind(code: Option<Code<'_>>) -> EventKind {
    match code {
        Some(code) if code.is(c::TYPE_FLUOROSCOPY) => EventKind::Fluoroscopy,
        Some(code) if code.is(c::TYPE_STATIONARY) => EventKind::Stationary,
        Some(code) if code.is(c::TYPE_STEPPING) => EventKind::Stepping,
        Some(code) if code.is(c::TYPE_ROTATIONAL) => EventKind::Rotational,
        _ => EventKind::NotStated,
    }
}

fn start_pose(inside: &Content<'_, '_>) -> Pose {
    let angle = |concept| plain(inside, concept, Q::Angle).map(Degrees);
    let length = |concept| plain(inside, concept, Q::Length).map(Millimetre);
    Pose {
        primary_angle: angle(c::PRIMARY_ANGLE),
        secondary_angle: angle(c::SECONDARY_ANGLE),
        column_angle: angle(c::COLUMN_ANGLE),
        table_longitudinal: length(c::TABLE_LONGITUDINAL),
        table_lateral: length(c::TABLE_LATERAL),
        table_height: length(c::TABLE_HEIGHT),
        table_to_isocentre: triple(length(c::TABLE_X), length(c::TABLE_Y), length(c::TABLE_Z)),
        table_head_tilt: angle(c::TABLE_HEAD_TILT),
        table_horizontal_rotation: angle(c::TABLE_HORIZONTAL_ROTATION),
        table_cradle_tilt: angle(c::TABLE_CRADLE_TILT),
    }
}

fn end_pose(inside: &Content<'_, '_>) -> Pose {
    let angle = |concept| plain(inside, concept, Q::Angle).map(Degrees);
    let length = |concept| plain(inside, concept, Q::Length).map(Millimetre);
    Pose {
        primary_angle: angle(c::PRIMARY_END_ANGLE),
        secondary_angle: angle(c::SECONDARY_END_ANGLE),
        column_angle: None,
        table_longitudinal: length(c::TABLE_LONGITUDINAL_END),
        table_lateral: length(c::TABLE_LATERAL_END),
        table_height: length(c::TABLE_HEIGHT_END),
        table_to_isocentre: triple(
            length(c::TABLE_X_END),
            length(c::TABLE_Y_END),
            length(c::TABLE_Z_END),
        ),
        table_head_tilt: angle(c::TABLE_HEAD_TILT_END),
        table_horizontal_rotation: None,
        table_cradle_tilt: angle(c::TABLE_CRADLE_TILT_END),
    }
}

fn triple(
    x: Option<Millimetre>,
    y: Option<Millimetre>,
    z: Option<Millimetre>,
) -> Option<[Millimetre; 3]> {
    Some([x?, y?, z?])
}

fn field_area(inside: &Content<'_, '_>) -> Option<SquareMetre> {
    let area = plain(inside, c::FIELD_AREA, Q::Area)?;
    if area > 0.0 {
        return Some(SquareMetre(area));
    }
    inside.note(
        "no_field_area",
        "a collimated field area that is not above zero was left out",
    );
    None
}

fn shutters(inside: &Content<'_, '_>) -> Option<Shutters> {
    let side = |concept| plain(inside, concept, Q::Length).map(Millimetre);
    Some(Shutters {
        left: side(c::SHUTTER_LEFT)?,
        right: side(c::SHUTTER_RIGHT)?,
        top: side(c::SHUTTER_TOP)?,
        bottom: side(c::SHUTTER_BOTTOM)?,
    })
}

/// Detector format: Philips private codes, or the diameter in the XML comment of Siemens.
fn detector_field(inside: &Content<'_, '_>) -> Option<[Millimetre; 2]> {
    let side = |concept| plain(inside, concept, Q::Length).filter(|v| *v > 0.0);
    if let (Some(x), Some(y)) = (side(c::DETECTOR_FIELD_X), side(c::DETECTOR_FIELD_Y)) {
        return Some([Millimetre(x), Millimetre(y)]);
    }
    let comment = inside.text(c::COMMENT)?;
    let (_, rest) = comment.split_once("<iiDiameter SRData=\"")?;
    let (number, _) = rest.split_once('"')?;
    let diameter = super::units::decimal(number)
        .map(|v| v.0)
        .filter(|v| *v > 0.0)?;
    Some([Millimetre(diameter); 2])
}

fn filter(inside: &Content<'_, '_>) -> Filter {
    let material = match inside.code(c::FILTER_MATERIAL) {
        Some(code) if code.is(c::COPPER) => FilterMaterial::Copper,
        Some(code) if code.is(c::ALUMINIUM) => FilterMaterial::Aluminium,
        Some(code) => FilterMaterial::Other(code.value.to_owned()),
        None => FilterMaterial::Other(String::new()),
    };
    let shaped = inside
        .code(c::FILTER_TYPE)
        .is_some_and(|code| code.is(c::FILTER_WEDGE) || code.is(c::FILTER_BUTTERFLY));
    let thickness = |concept| {
        plain(inside, concept, Q::Length)
            .filter(|v| *v >= 0.0)
            .map(Millimetre)
    };
    Filter {
        material,
        minimum: thickness(c::FILTER_MINIMUM),
        maximum: thickness(c::FILTER_MAXIMUM),
        shaped: if shaped {
            Shape::PartOfField
        } else {
            Shape::Flat
        },
    }
}

fn patient(inside: &Content<'_, '_>) -> PatientOnTable {
    PatientOnTable {
        head_first: inside.code(c::TABLE_RELATIONSHIP).and_then(|code| {
            if code.is(c::HEAD_FIRST) {
                Some(TableEnd::HeadFirst)
            } else if code.is(c::FEET_FIRST) {
                Some(TableEnd::FeetFirst)
            } else {
                None
            }
        }),
        posture: posture(inside),
    }
}

/// What is stated but is none of the four ways of lying is [`Posture::Other`], never silence.
fn posture(inside: &Content<'_, '_>) -> Option<Posture> {
    let lies = inside
        .code(c::PATIENT_ORIENTATION)
        .is_none_or(|code| code.is(c::RECUMBENT));
    let modifier = inside.code(c::ORIENTATION_MODIFIER);
    if !lies {
        return Some(Posture::Other);
    }
    let code = modifier?;
    [
        (c::SUPINE, Posture::Supine),
        (c::PRONE, Posture::Prone),
        (c::LEFT_LATERAL, Posture::LeftLateral),
        (c::RIGHT_LATERAL, Posture::RightLateral),
    ]
    .into_iter()
    .find(|(concept, _)| code.is(concept))
    .map_or(Some(Posture::Other), |(_, posture)| Some(posture))
}
