//! Who may speak to the DICOM and HL7 doors, from the settings; refused before a port opens.

use crate::settings::Settings;
use anyhow::{Context as _, Result, bail};
use dicom::node;
use exchange::hl7::receive::Hl7Settings;
use exchange::hl7::sender::{FieldName, SenderSettings};
use exchange::mllp;
use jiff::tz::TimeZone;
use model::AeTitle;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// # Errors
/// A title or an address that cannot be.
pub fn dicom(settings: &Settings) -> Result<node::Peers> {
    if settings.site.demonstration {
        return Ok(node::Peers::Open);
    }
    let peers = settings.dicom_peers.iter().map(|peer| {
        let named = || format!("dicom.peer {:?}", peer.ae_title);
        Ok(node::Peer {
            ae_title: AeTitle::new(&peer.ae_title).with_context(named)?,
            host: match &peer.host {
                Some(host) => Some(
                    host.parse::<IpAddr>()
                        .with_context(|| format!("{}: host {host:?} is no address", named()))?,
                ),
                None => None,
            },
        })
    });
    Ok(node::Peers::Listed(peers.collect::<Result<_>>()?))
}

/// # Errors
/// An address, a zone, a field name or a character set that cannot be.
pub fn hl7(settings: &Settings) -> Result<(mllp::peers::Peers, Hl7Settings)> {
    let anybody = SenderSettings::new(
        settings.site.patient_issuer.as_deref().unwrap_or_default(),
        settings.site.zone_or_utc(),
    );
    let mut listed = Vec::new();
    let mut senders = BTreeMap::new();
    for sender in &settings.senders {
        let named = || format!("hl7.sender {:?}", sender.name);
        let Some(network) = mllp::peers::Network::parse(&sender.host) else {
            bail!(
                "{}: host {:?} is no address or network",
                named(),
                sender.host
            );
        };
        listed.push((network, sender.name.clone()));
        let mut own = anybody.clone();
        if let Some(issuer) = &sender.patient_identifier_issuer {
            own.default_issuer.clone_from(issuer);
        }
        if let Some(zone) = &sender.time_zone {
            own.zone = TimeZone::get(zone).with_context(named)?;
        }
        if let Some(fields) = &sender.accession_from {
            own.accession_from = field_names(fields).with_context(named)?;
        }
        if let Some(fields) = &sender.study_uid_from {
            own.study_uid_from = field_names(fields).with_context(named)?;
        }
        if let Some(label) = &sender.character_set {
            let found = encoding_rs::Encoding::for_label(label.as_bytes());
            let known = found.with_context(|| format!("{}: character_set {label:?}", named()))?;
            own.charset = Some(known);
        }
        senders.insert(sender.name.clone(), own);
    }
    let peers = if settings.site.demonstration {
        mllp::peers::Peers::Everybody
    } else {
        mllp::peers::Peers::Listed(listed)
    };
    let door = Hl7Settings {
        limits: settings.limits.hl7,
        senders,
        anybody,
        application: "SELDINGER".to_owned(),
        facility: settings.site.hospital.clone(),
    };
    Ok((peers, door))
}

fn field_names(fields: &[String]) -> Result<Vec<FieldName>> {
    let read = |field: &String| {
        FieldName::parse(field).with_context(|| format!("{field:?} is no field like OBR-18"))
    };
    fields.iter().map(read).collect()
}
