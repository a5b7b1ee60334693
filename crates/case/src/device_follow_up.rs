//! A catheter that stays: exchanged, removed or lost, never forgotten.

use crate::{
    DeviceRole, DeviceUse, NewTrack, Refusal, Track, TrackKind, TrackOutcome, procedure::track,
    values::said,
};
use model::Role;

pub(crate) fn for_device(device: &DeviceUse) -> Option<NewTrack> {
    match device.role {
        DeviceRole::Implanted | DeviceRole::Used => {}
        DeviceRole::Explanted | DeviceRole::Wasted | DeviceRole::Failed => return None,
    }
    device.exchange_by?;
    Some(track(
        TrackKind::Device,
        &format!("{} {}", device.name, device.position),
        Role::IrNurse,
        device.exchange_by,
    ))
}

/// After removal the site is looked at once more: a follow-up track opens.
pub(crate) fn after_closing(
    closed: &Track,
    outcome: &TrackOutcome,
) -> Result<Option<NewTrack>, Refusal> {
    match outcome {
        TrackOutcome::DeviceRemoved { words, .. } | TrackOutcome::DeviceLost { words, .. }
            if !said(words) =>
        {
            Err(Refusal::empty("what happened to the device"))
        }
        TrackOutcome::DeviceRemoved { .. } => Ok(Some(track(
            TrackKind::FollowUp,
            &format!("site check after removal of {}", closed.about),
            Role::IrNurse,
            None,
        ))),
        _ => Ok(None),
    }
}
