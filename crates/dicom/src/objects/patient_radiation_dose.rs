//! The peak skin dose as a Patient Radiation Dose SR (PS3.16 TID 10030): what other systems may keep beside the report.
//!
//! | template | rows written |
//! | --- | --- |
//! | 10030 | 1 root, 2 language, 3 observer (a device: this program), 4 the estimate, 5 comment with place and assumptions |
//! | 10031 | the estimate: its name, the largest absorbed dose of the skin with both ends of its interval, methodology |
//! | 10033 | 1 container, 2 reports used, 4 events used when not all were, 5 to 7 model, 12 its words, 13 and 18 to 20 demographics, method |
//!
//! TID 10030 and rows 1 to 19 of TID 10033 were read in the standard; TID 10031 is written as recalled. All three are
//! extensible and their order means nothing. A refused skin dose is not written: there is no value that says so.

use super::data_set::Encoding;
use super::radiation_dose_report::write::ReportHeader;
use super::radiation_dose_report::write::encode::{
    C, D, Form, Node, code_item, composite, container, document, number, text, uid,
};
use dose::peak_skin_dose::Peak;
use dose::peak_skin_dose::phantom::human::Measures;

pub use super::radiation_dose_report::write::encode::Evidence;

pub const PATIENT_RADIATION_DOSE_SR: &str = "1.2.840.10008.5.1.4.1.1.88.73";

/// A dose report that the estimate stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub report: Evidence,
    /// Irradiation event UIDs that are on the map; empty when all of the report's are.
    pub events_used: Vec<String>,
}

/// Who computed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// UID of this installation.
    pub uid: String,
    pub name: String,
    pub version: String,
}

/// The document's bytes, explicit little endian.
///
/// * `header` – of the new object; maker, model and serial number are those of the program that computes.
/// * `body` – height and weight of the body that the dose was mapped on; `None` for a phantom without any.
pub fn write(
    header: &ReportHeader,
    program: &Program,
    peak: &Peak,
    body: Option<Measures>,
    sources: &[Source],
) -> Vec<u8> {
    let mut content = vec![code_item(
        "HAS CONCEPT MOD",
        D("121049", "Language of Content Item and Descendants"),
        C("en", "RFC5646", "English"),
    )];
    content.extend(observer(header, program));
    content.push(estimate(peak, body, sources));
    let mut comment = format!(
        "{}; {:.0} % of the dose meets the phantom",
        peak.place.words(),
        peak.share_on_phantom.0 * 100.0
    );
    for assumed in &peak.assumed {
        comment.push_str("; assumed: ");
        comment.push_str(assumed);
    }
    content.push(text("CONTAINS", D("121106", "Comment"), &comment));
    let evidence: Vec<Evidence> = sources.iter().map(|s| s.report.clone()).collect();
    let form = Form {
        sop_class_uid: PATIENT_RADIATION_DOSE_SR,
        root: D("128401", "Patient Radiation Dose Report"),
        template: "10030",
        evidence: &evidence,
    };
    let encoding = Encoding {
        explicit: true,
        big_endian: false,
    };
    document(header, &form, &content, encoding)
}

fn observer(header: &ReportHeader, program: &Program) -> Vec<Node> {
    let how = "HAS OBS CONTEXT";
    vec![
        code_item(how, D("121005", "Observer Type"), D("121007", "Device")),
        uid(how, D("121012", "Device Observer UID"), &program.uid),
        text(how, D("121013", "Device Observer Name"), &program.name),
        text(
            how,
            D("121014", "Device Observer Manufacturer"),
            &header.manufacturer,
        ),
        text(
            how,
            D("121015", "Device Observer Model Name"),
            &header.model,
        ),
        text(
            how,
            D("121016", "Device Observer Serial Number"),
            &header.serial_number,
        ),
    ]
}

fn estimate(peak: &Peak, body: Option<Measures>, sources: &[Source]) -> Node {
    let [low, high] = peak.interval;
    let uncertainty =
        |code, name, value: f64| number("HAS PROPERTIES", C(code, "SCT", name), value, "Gy");
    let dose = number(
        "CONTAINS",
        D("128531", "Maximum Absorbed Radiation Dose"),
        peak.dose.0,
        "Gy",
    )
    .with(code_item(
        "HAS CONCEPT MOD",
        C("363698007", "SCT", "Finding Site"),
        C("39937001", "SCT", "Skin"),
    ))
    .with(uncertainty(
        "371886008",
        "+, range of upper measurement uncertainty",
        high.0 - peak.dose.0,
    ))
    .with(uncertainty(
        "371885007",
        "-, range of lower measurement uncertainty",
        peak.dose.0 - low.0,
    ));
    container("CONTAINS", D("128402", "Radiation Dose Estimate"))
        .with(text(
            "CONTAINS",
            D("128403", "Radiation Dose Estimate Name"),
            "Peak skin dose, mean over 1 cm2, interval at k = 2",
        ))
        .with(dose)
        .with(methodology(peak, body, sources))
}

fn methodology(peak: &Peak, body: Option<Measures>, sources: &[Source]) -> Node {
    let mut node = container(
        "CONTAINS",
        D("128415", "Radiation Dose Estimate Methodology"),
    );
    for source in sources {
        let mut used = composite(
            "CONTAINS",
            D("128416", "SR Instance Used"),
            &source.report.sop_class_uid,
            &source.report.sop_instance_uid,
        );
        for event in &source.events_used {
            used = used.with(uid("HAS PROPERTIES", D("128429", "Event UID Used"), event));
        }
        node = node.with(used);
    }
    let model_type = match peak.phantom {
        "human" => D("128404", "Anthropomorphic Model"),
        _ => D("128418", "Simple Object Model"),
    };
    let mut demographics = container("CONTAINS", D("128427", "Patient Model Demographics"));
    if let Some(body) = body {
        let (kg, cm) = (body.weight.0, body.height.0);
        let of = |code, name, value, unit| number("CONTAINS", D(code, name), value, unit);
        demographics = demographics
            .with(of("128438", "Model Minimum Weight", kg, "kg"))
            .with(of("128441", "Model Maximum Weight", kg, "kg"))
            .with(of("128439", "Model Minimum Height", cm, "cm"))
            .with(of("128442", "Model Maximum Height", cm, "cm"));
    }
    let model = container("CONTAINS", D("128500", "Patient Radiation Dose Model"))
        .with(code_item(
            "CONTAINS",
            D("128417", "Patient Model Type"),
            model_type,
        ))
        .with(code_item(
            "CONTAINS",
            D("128420", "Radiation Transport Model Type"),
            D("128421", "Geometric Radiation Transport Model"),
        ))
        .with(text(
            "CONTAINS",
            D("121106", "Comment"),
            &format!("{} of {} cells", peak.phantom, peak.cells),
        ))
        .with(demographics);
    let method =
        container("CONTAINS", D("128476", "Radiation Dose Estimate Method")).with(code_item(
            "CONTAINS",
            D("128477", "Radiation Dose Estimate Method Type"),
            D("128480", "Analytical Algorithm"),
        ));
    node.with(model).with(method)
}

#[cfg(test)]
mod tests;
