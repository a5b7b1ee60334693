//! docs/reference/settings.md names every setting of the program and none besides.

use super::top;
use std::collections::BTreeSet;

/// `section.key` of each field in the settings file's structs, found by their `pub` lines.
fn settings(code: &str) -> BTreeSet<String> {
    let mut sections = std::collections::BTreeMap::new();
    let mut found = Vec::new();
    let mut holder = String::new();
    let mut renamed = None;
    for line in code.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("pub struct ") {
            holder = name.trim_end_matches(" {").to_owned();
        } else if let Some(rest) = line.strip_prefix("#[serde(rename = \"") {
            renamed = rest.split('"').next().map(str::to_owned);
        } else if let Some((name, kind)) = line
            .strip_prefix("pub ")
            .and_then(|line| line.trim_end_matches(',').split_once(": "))
            .filter(|(name, _)| {
                name.chars()
                    .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
            })
        {
            let name = renamed.take().unwrap_or_else(|| name.to_owned());
            let inner = kind
                .trim_start_matches("Vec<")
                .trim_end_matches('>')
                .to_owned();
            found.push((holder.clone(), name, inner));
        } else if line.starts_with("/// Settings that have an environment name") {
            break;
        }
    }
    for (holder, name, kind) in &found {
        sections.insert(kind.clone(), (holder.clone(), name.clone()));
    }
    let path_of = |start: &str| {
        let mut path = Vec::new();
        let mut at = start.to_owned();
        while let Some((holder, name)) = sections.get(&at) {
            path.push(name.clone());
            at.clone_from(holder);
        }
        path.reverse();
        path
    };
    let is_section = |kind: &str| found.iter().any(|(holder, _, _)| holder == kind);
    found
        .iter()
        .filter(|(_, _, kind)| !is_section(kind))
        .map(|(holder, name, _)| {
            let mut path = path_of(holder);
            path.push(name.clone());
            path.join(".")
        })
        .collect()
}

/// The same from the page: rows that begin with a key, below the heading or sentence that names their section.
fn on_the_page(page: &str) -> BTreeSet<String> {
    let mut section = String::new();
    let mut found = BTreeSet::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.trim_matches(['`', '[', ']']).to_owned();
        } else if let Some(rest) = line.strip_prefix("Each `[[") {
            section = rest.split(']').next().unwrap_or_default().to_owned();
        } else if let Some(key) = line
            .strip_prefix("| `")
            .and_then(|rest| rest.split('`').next())
            && !key.starts_with("SELDINGER")
        {
            let path = [section.as_str(), key]
                .into_iter()
                .filter(|part| !part.is_empty());
            found.insert(path.collect::<Vec<_>>().join("."));
        }
    }
    found
}

#[test]
fn the_page_of_settings_names_each_of_them() {
    let file = top().join("crates/seldinger/src/settings/file.rs");
    let code = std::fs::read_to_string(file).unwrap();
    let page = std::fs::read_to_string(top().join("docs/reference/settings.md")).unwrap();
    let in_code = settings(&code);
    assert!(in_code.contains("hospital.time_zone"), "{in_code:?}");
    assert!(in_code.contains("hl7.sender.host"), "{in_code:?}");
    assert_eq!(in_code, on_the_page(&page));
    let program = code.split("#[cfg(test)]").next().unwrap_or_default();
    for line in program.lines().map(str::trim) {
        let row = line
            .strip_prefix("(\"")
            .and_then(|rest| rest.strip_suffix("\"),"))
            .and_then(|rest| rest.split_once("\", \""));
        if let Some((section, key)) = row {
            let name = format!("SELDINGER_{section}_{key}")
                .to_uppercase()
                .replace("__", "_");
            assert!(
                page.contains(&format!("`{name}`")),
                "{name} is not on the page"
            );
        }
    }
}

#[test]
fn the_page_of_settings_names_each_limit_as_the_doors_keep_it() {
    let page = std::fs::read_to_string(top().join("docs/reference/settings.md")).unwrap();
    let mllp = exchange::mllp::server::MllpLimits::default();
    let hl7 = exchange::hl7::limits::Limits::default();
    let dicom = dicom::node::Limits::default();
    let web = web::server::WebLimits::default();
    let rows = [
        ("web connections", web.connections as u64),
        (
            "web connections from one address",
            web.connections_per_address as u64,
        ),
        ("bytes of a request's head", web.head_bytes as u64),
        ("bytes of one form", web.body_bytes as u64),
        (
            "seconds for a request's head, silence before it included",
            web.head.as_secs(),
        ),
        ("seconds for a form to arrive", web.body.as_secs()),
        (
            "seconds in which nothing of an answer is taken",
            web.stalled.as_secs(),
        ),
        ("seconds for pages to finish at stop", web.drain.as_secs()),
        ("connections", mllp.connections as u64),
        (
            "connections from one address",
            mllp.connections_per_peer as u64,
        ),
        ("bytes of one message", mllp.message_bytes as u64),
        ("messages in one frame", hl7.messages as u64),
        ("segments of one message", hl7.segments as u64),
        ("repetitions of one field", hl7.repetitions as u64),
        ("seconds of silence between messages", mllp.idle.as_secs()),
        ("seconds for one message to arrive", mllp.frame.as_secs()),
        ("seconds for an answer to be taken", mllp.write.as_secs()),
        ("seconds to finish at stop", mllp.drain.as_secs()),
        ("associations", dicom.associations_max as u64),
        (
            "associations from one address",
            dicom.associations_per_host_max as u64,
        ),
        (
            "dose reports read at one time",
            dicom::node::REPORTS_AT_ONCE as u64,
        ),
        (
            "bytes of a dose report, inflated",
            dicom::objects::data_set::INFLATED_LIMIT as u64,
        ),
        (
            "elements of a dose report",
            dicom::objects::data_set::ELEMENT_LIMIT as u64,
        ),
        (
            "sequences in sequences of a dose report",
            dicom::objects::data_set::DEPTH_LIMIT as u64,
        ),
        (
            "sequences in sequences of a worklist query",
            u64::from(dicom::node::NESTING_MAX),
        ),
        (
            "connections without a request yet",
            dicom.connections_waiting_max as u64,
        ),
        (
            "bytes of an association request",
            u64::from(dicom.request_bytes_max),
        ),
        ("bytes of one PDU", u64::from(dicom.pdu_bytes_max)),
        ("bytes of one command", dicom.command_bytes_max as u64),
        (
            "bytes of one worklist query",
            dicom.identifier_bytes_max as u64,
        ),
        ("bytes of one object", dicom.object_bytes_max),
        (
            "answers to one worklist query",
            dicom.worklist_matches_max as u64,
        ),
        (
            "seconds until the association request",
            dicom.request_timeout.as_secs(),
        ),
        (
            "seconds of silence between messages",
            dicom.idle_timeout.as_secs(),
        ),
        ("seconds within one PDU", dicom.pdu_timeout.as_secs()),
        (
            "seconds for an answer to be taken",
            dicom.write_timeout.as_secs(),
        ),
        (
            "bytes per second of a long message, at least",
            dicom.message_bytes_per_second_min,
        ),
        ("seconds to finish at stop", dicom.drain_grace.as_secs()),
    ];
    for (name, limit) in rows {
        let row = format!("| {name} | {limit} |");
        assert!(page.contains(&row), "{row} is not on the page");
    }
}
