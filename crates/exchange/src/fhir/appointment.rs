//! Appointment: when the procedure starts. The one that names the request counts.

use super::bundle::{Bundle, Resource, Whose, whose};
use super::node::{Flaw, Node};
use super::time::{When, when, when_of};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Extensions that name an IANA zone (HL7 core).
const ZONE_EXTENSIONS: [&str; 2] = [
    "http://hl7.org/fhir/StructureDefinition/timezone",
    "http://hl7.org/fhir/StructureDefinition/tz-code",
];

/// The appointments of a request that stand.
pub(super) fn of_request<'b>(
    bundle: &'b Bundle<'b>,
    request: &Resource,
    patient: &str,
) -> Result<Vec<&'b Resource<'b>>, Flaw> {
    let (mut named, mut loose) = (Vec::new(), Vec::new());
    let requests = bundle.of_kind("ServiceRequest").count();
    for appointment in bundle.of_kind("Appointment") {
        let status = appointment.node.text_or_empty("status")?;
        if matches!(
            status,
            "cancelled" | "noshow" | "entered-in-error" | "fulfilled"
        ) {
            continue;
        }
        let based_on = appointment.node.children("basedOn")?;
        let mut names_it = false;
        for reference in &based_on {
            let found = reference
                .text("reference")?
                .and_then(|text| bundle.find(text));
            names_it |= found.is_some_and(|found| found.node.path() == request.node.path());
        }
        let theirs = whose(bundle, appointment)?;
        if names_it {
            named.push(appointment);
        } else if based_on.is_empty() && requests == 1 && theirs == Whose::Patient(patient) {
            loose.push(appointment);
        }
    }
    Ok(if named.is_empty() { loose } else { named })
}

/// The start on the hospital's clocks; `None` when it has no start yet.
pub(super) fn start(node: &Node, zone: &TimeZone) -> Result<Option<DateTime>, Flaw> {
    match when(node, "start", zone)? {
        None => Ok(None),
        Some(When::Moment(at)) => Ok(Some(at)),
        Some(_) => Err(node.flaw("start", "a day without a time is no start")),
    }
}

/// The start that the request itself wishes, when there is no appointment.
pub(super) fn wished(node: &Node, zone: &TimeZone) -> Result<Option<DateTime>, Flaw> {
    if let Some(period) = node.child("occurrencePeriod")?
        && let Some(When::Moment(at)) = when(&period, "start", zone)?
    {
        return Ok(Some(at));
    }
    match when_of(node, "occurrence", zone)? {
        Some(When::Moment(at)) => Ok(Some(at)),
        Some(_) | None => Ok(None),
    }
}

/// A zone that the sender names on one of these.
pub(super) fn zone_of(nodes: &[&Node]) -> Result<Option<TimeZone>, Flaw> {
    for node in nodes {
        let mut extended = vec![(*node).clone()];
        extended.extend(node.child("_start")?);
        for holder in extended {
            for extension in holder.children("extension")? {
                let url = extension.text_or_empty("url")?;
                if !ZONE_EXTENSIONS.contains(&url) {
                    continue;
                }
                let name = match extension.text("valueCode")? {
                    Some(name) => name,
                    None => extension.text_or_empty("valueString")?,
                };
                let zone = TimeZone::get(name);
                return zone.map(Some).map_err(|_| {
                    extension.flaw("valueCode", format!("{name:?} is no IANA time zone"))
                });
            }
        }
    }
    Ok(None)
}
