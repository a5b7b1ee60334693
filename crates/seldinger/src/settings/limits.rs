//! Limits of the three doors: the defaults of each door, and what the site has set in `[limits]`.

use super::file;
use anyhow::{Result, ensure};
use exchange::mllp::server::MllpLimits;
use std::time::Duration;
use web::server::WebLimits;

/// What each door keeps.
#[derive(Debug, Clone)]
pub struct Limits {
    pub web: WebLimits,
    pub mllp: MllpLimits,
    pub hl7: exchange::hl7::limits::Limits,
    pub dicom: dicom::node::Limits,
}

impl Limits {
    /// # Errors
    /// A limit of nothing: the door would serve nobody.
    pub fn read(set: &file::Limits, trusted_proxy: bool) -> Result<Self> {
        let mut limits = Self {
            web: WebLimits::default(),
            mllp: MllpLimits::default(),
            hl7: exchange::hl7::limits::Limits::default(),
            dicom: dicom::node::Limits::default(),
        };
        let web = &mut limits.web;
        put(&mut web.connections, "web_connections", set.web_connections)?;
        // Behind a proxy every connection has the proxy's address.
        let own = &mut web.connections_per_address;
        match set.web_connections_per_address {
            None if trusted_proxy => *own = web.connections,
            given => put(own, "web_connections_per_address", given)?,
        }
        let mllp = &mut limits.mllp;
        put(
            &mut mllp.connections,
            "hl7_connections",
            set.hl7_connections,
        )?;
        let own = &mut mllp.connections_per_peer;
        put(
            own,
            "hl7_connections_per_address",
            set.hl7_connections_per_address,
        )?;
        put(
            &mut mllp.message_bytes,
            "hl7_message_bytes",
            set.hl7_message_bytes,
        )?;
        seconds(&mut mllp.idle, "hl7_idle_seconds", set.hl7_idle_seconds)?;
        limits.hl7.bytes = mllp.message_bytes;
        let dicom = &mut limits.dicom;
        put(
            &mut dicom.associations_max,
            "dicom_associations",
            set.dicom_associations,
        )?;
        let own = &mut dicom.associations_per_host_max;
        put(
            own,
            "dicom_associations_per_address",
            set.dicom_associations_per_address,
        )?;
        put(
            &mut dicom.object_bytes_max,
            "dicom_object_bytes",
            set.dicom_object_bytes,
        )?;
        seconds(
            &mut dicom.idle_timeout,
            "dicom_idle_seconds",
            set.dicom_idle_seconds,
        )?;
        Ok(limits)
    }
}

fn put<T: TryFrom<u64>>(limit: &mut T, name: &str, given: Option<u64>) -> Result<()> {
    let Some(given) = given else { return Ok(()) };
    ensure!(given > 0, "limits.{name} = 0 would let nobody in");
    match T::try_from(given) {
        Ok(given) => *limit = given,
        Err(_) => anyhow::bail!("limits.{name} = {given} is too large"),
    }
    Ok(())
}

fn seconds(limit: &mut Duration, name: &str, given: Option<u64>) -> Result<()> {
    let mut seconds = limit.as_secs();
    put(&mut seconds, name, given)?;
    *limit = Duration::from_secs(seconds);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_site_sets_goes_before_the_defaults() {
        let set = file::Limits {
            web_connections: Some(900),
            hl7_message_bytes: Some(1000),
            dicom_idle_seconds: Some(20),
            ..file::Limits::default()
        };
        let limits = Limits::read(&set, true).unwrap();
        assert_eq!(
            (limits.web.connections, limits.web.connections_per_address),
            (900, 900)
        );
        assert_eq!((limits.mllp.message_bytes, limits.hl7.bytes), (1000, 1000));
        assert_eq!(limits.dicom.idle_timeout, Duration::from_secs(20));
        let alone = Limits::read(&file::Limits::default(), false).unwrap();
        assert_eq!(alone.web, WebLimits::default());
        let nobody = file::Limits {
            dicom_associations: Some(0),
            ..file::Limits::default()
        };
        assert!(Limits::read(&nobody, false).is_err());
    }
}
