//! Computed tomography: TID 10011 to 10014.

use super::super::data_set::DataSet;
use super::codes as c;
use super::content::{Code, Content};
use super::units::Quantity as Q;
use dose::quantity::Millimetre;
use dose::report::{CtAcquisition, EventKind};
use model::{MilliGray, MilliGrayCentimetre, Seconds};

/// CT irradiation events in document order. A localiser without a dose container is no error.
pub fn acquisitions(root: &Content<'_, '_>) -> Vec<CtAcquisition> {
    root.containers(c::CT_ACQUISITION)
        .map(|set| acquisition(root, set))
        .collect()
}

fn acquisition<'t, 'a>(root: &Content<'t, 'a>, set: &'t DataSet<'a>) -> CtAcquisition {
    let inside = root.inside(set, &[]);
    let length = |concept| {
        inside
            .numbers(concept, Q::Length)
            .into_iter()
            .next()
            .map(|v| Millimetre(v.0))
    };
    CtAcquisition {
        uid: inside.uid(c::EVENT_UID).map(str::to_owned),
        kind: kind(inside.code(c::CT_TYPE)),
        protocol: inside.text(c::PROTOCOL).unwrap_or_default(),
        target_region: inside
            .code(c::TARGET_REGION)
            .map(|code| (code.value.to_owned(), code.scheme.to_owned())),
        dlp: inside.amount(c::DLP, Q::DoseLength, MilliGrayCentimetre),
        ctdi_vol: inside.amount(c::CTDI_VOL, Q::MilliKerma, MilliGray),
        phantom: inside.code(c::CTDI_PHANTOM).and_then(|code| {
            if code.is(c::PHANTOM_HEAD) {
                Some(Millimetre(160.0))
            } else if code.is(c::PHANTOM_BODY) {
                Some(Millimetre(320.0))
            } else {
                None
            }
        }),
        scanning_length: length(c::SCANNING_LENGTH),
        z_limits: match (length(c::Z_TOP), length(c::Z_BOTTOM)) {
            (Some(top), Some(bottom)) => Some(if top.0 < bottom.0 {
                [top, bottom]
            } else {
                [bottom, top]
            }),
            _ => None,
        },
        exposure_time: inside.amount(c::EXPOSURE_TIME, Q::Time, Seconds),
    }
}

fn kind(code: Option<Code<'_>>) -> EventKind {
    let Some(code) = code else {
        return EventKind::NotStated;
    };
    [
        (c::CT_SPIRAL, EventKind::CtSpiral),
        (c::CT_SEQUENCED, EventKind::CtSequenced),
        (c::CT_CONSTANT_ANGLE, EventKind::CtConstantAngle),
        (c::CT_STATIONARY, EventKind::CtStationary),
        (c::CT_FREE, EventKind::CtFree),
        (c::CT_CONE_BEAM, EventKind::CtConeBeam),
    ]
    .into_iter()
    .find(|(concept, _)| code.is(concept))
    .map_or(EventKind::NotStated, |(_, kind)| kind)
}
