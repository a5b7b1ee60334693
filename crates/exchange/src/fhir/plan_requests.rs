//! The entry: bytes of a Bundle in, one request for each ServiceRequest out.

use super::appointment;
use super::bundle::{Bundle, Resource, Whose, whose};
use super::chart::{Chart, Surroundings, chart};
use super::node::Flaw;
use super::service_request;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use knowledge::RuleBook;
use model::Gate;
use preparation::Booking;
use serde_json::Value;
use workflow::plan_request::{PlanRequest, RequestRefused};
use workflow::site::Site;
use workflow::site_codes::LaboratoryCodes;

/// What a Bundle is read with.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    pub rules: &'a RuleBook,
    /// Its zone, its tables of codes.
    pub site: &'a Site,
    pub now: Timestamp,
    /// Plan as if it were this moment, on the clocks of the plan's zone.
    pub at: Option<DateTime>,
}

/// Why no plan can be made of the bytes as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleRefused {
    #[error("not JSON: {0}")]
    NotJson(String),
    #[error("{0}")]
    Flaw(#[from] Flaw),
    #[error("Bundle.entry: no ServiceRequest in it, so nothing is asked for")]
    NothingAsked,
    #[error(
        "no time zone: set hospital.time_zone (SELDINGER_HOSPITAL_TIME_ZONE), or let the Appointment \
         name one (extension timezone)"
    )]
    NoZone,
}

/// Reads the Bundle. A request that cannot be planned stands in its place with the reason, the others go on.
/// # Errors
/// An element that is not what FHIR says (with its path), nothing asked for, no time zone.
pub fn read_bundle(
    bytes: &[u8],
    reading: &Reading,
) -> Result<Vec<Result<PlanRequest, RequestRefused>>, BundleRefused> {
    let document: Value =
        serde_json::from_slice(bytes).map_err(|error| BundleRefused::NotJson(error.to_string()))?;
    let bundle = Bundle::read(&document)?;
    let laboratory = LaboratoryCodes::new(
        reading.rules.analytes.values(),
        &reading.site.laboratory_codes,
    );
    let mut out = Vec::new();
    for request in bundle.of_kind("ServiceRequest") {
        let read = one(&bundle, request, reading, &laboratory)?;
        out.push(read.map_err(|reason| RequestRefused {
            id: request.id.clone(),
            reason,
        }));
    }
    if out.is_empty() {
        return Err(BundleRefused::NothingAsked);
    }
    Ok(out)
}

fn one(
    bundle: &Bundle,
    request: &Resource,
    reading: &Reading,
    laboratory: &LaboratoryCodes,
) -> Result<Result<PlanRequest, String>, BundleRefused> {
    let node = &request.node;
    if let Some(reason) = service_request::refused(node)? {
        return Ok(Err(reason));
    }
    let patient = match whose(bundle, request)? {
        Whose::Patient(id) => id,
        Whose::Stranger => return Err(node.flaw("subject", "is no Patient of this Bundle").into()),
        Whose::Nobody => return Err(node.flaw("subject", "is missing").into()),
    };
    let appointments = appointment::of_request(bundle, request, patient)?;
    let mut named: Vec<_> = appointments.iter().map(|one| &one.node).collect();
    named.push(node);
    named.extend(bundle.meta.as_ref());
    let zone = match appointment::zone_of(&named)? {
        Some(zone) => zone,
        None => reading.site.zone.clone().ok_or(BundleRefused::NoZone)?,
    };
    let now = reading.now.to_zoned_datetime(zone.clone()).datetime();
    let as_of = reading.at.unwrap_or(now);
    let around = Surroundings {
        bundle,
        site: reading.site,
        rules: reading.rules,
        laboratory,
        zone: &zone,
        as_of,
    };
    let mut chart = chart(&around, patient)?;
    chart.notes(node)?;
    if request.not_to_be_read {
        let words = "the request carries a modifier that is not understood".to_owned();
        chart.ask(
            "modifier_not_understood",
            node.path(),
            "coordinator",
            Gate::Review,
            words,
        );
    }
    let Some(start) = start(&appointments, request, &zone, &mut chart)? else {
        return Ok(Err(
            "no appointment: a plan is worked out for a start".to_owned()
        ));
    };
    let urgency = service_request::urgency(node)?;
    let booking = service_request::procedure(&around, node, &mut chart)?.map(|procedure| Booking {
        procedures: vec![procedure],
        appointment: start,
        urgency,
    });
    not_asked(&mut chart, node.path());
    Ok(Ok(PlanRequest {
        id: request.id.clone(),
        as_of,
        zone,
        facts: chart.facts,
        booking,
        open: chart.open,
        not_used: chart.not_used,
    }))
}

fn start(
    appointments: &[&Resource],
    request: &Resource,
    zone: &TimeZone,
    chart: &mut Chart,
) -> Result<Option<DateTime>, Flaw> {
    let mut starts = Vec::new();
    for appointment in appointments {
        starts.extend(appointment::start(&appointment.node, zone)?);
        if let Some(comment) = appointment.node.text("comment")? {
            let path = appointment.node.below("comment");
            let words = format!("a note to be read: {comment}");
            chart.ask("note_to_read", &path, "ir_nurse", Gate::Pending, words);
        }
    }
    starts.sort();
    starts.dedup();
    if let [earliest, _, ..] = starts.as_slice() {
        let words = format!("several appointments: planned for the first, {earliest}");
        chart.ask(
            "several_appointments",
            request.node.path(),
            "coordinator",
            Gate::Review,
            words,
        );
    }
    match starts.first() {
        Some(first) => Ok(Some(*first)),
        None => appointment::wished(&request.node, zone),
    }
}

/// A list that is not there is not an empty list. The gate of the case in the department says so too; here it is
/// said beside the plan, which speaks only of what was sent.
fn not_asked(chart: &mut Chart, path: &str) {
    for (said, code, words) in [
        (
            chart.medicines_said,
            "medicines_not_stated",
            "nothing is said about medicines",
        ),
        (
            chart.allergies_said,
            "allergies_not_stated",
            "nothing is said about allergies",
        ),
    ] {
        if !said {
            chart.ask(code, path, "ir_nurse", Gate::Ready, words.to_owned());
        }
    }
}
