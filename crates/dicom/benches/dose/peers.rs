//! The same work by other programs, where they are installed, and what divides the two.

use super::{Done, Figure, say};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every JSON line that the peers' scripts print.
pub fn all(example: &Path) -> Done<Vec<Value>> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
    };
    let (Some(peers), Some(scripts)) = (
        folder("SELDINGER_BENCH_PEERS"),
        folder("SELDINGER_BENCH_PEER_SCRIPTS"),
    ) else {
        say(
            &json!({"peer": "all", "left_out": "SELDINGER_BENCH_PEERS or SELDINGER_BENCH_PEER_SCRIPTS is not set"}),
        );
        return Ok(Vec::new());
    };
    let mut lines = Vec::new();
    let skin = ["--runs", "5", "--report", "example_procedure"].map(Into::into);
    lines.extend(script(
        &peers.join("venv"),
        &scripts.join("skin_dose.py"),
        &skin,
    ));
    let import = [
        "--count".into(),
        "10".into(),
        "--rdsr".into(),
        example.as_os_str().to_owned(),
    ];
    lines.extend(script(
        &peers.join("openrem"),
        &scripts.join("openrem_import.py"),
        &import,
    ));
    Ok(lines)
}

fn script(environment: &Path, script: &Path, arguments: &[std::ffi::OsString]) -> Vec<Value> {
    let name = script
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let run = Command::new(environment.join("bin/python"))
        .arg(script)
        .args(arguments)
        .output();
    let output = match run {
        Ok(output) if output.status.success() => output,
        Ok(output) => {
            let error = String::from_utf8_lossy(&output.stderr);
            let last = error.lines().last().unwrap_or_default();
            say(&json!({"peer": name, "left_out": last}));
            return Vec::new();
        }
        Err(error) => {
            say(&json!({"peer": name, "left_out": error.to_string()}));
            return Vec::new();
        }
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<Value> = text
        .lines()
        .filter_map(|l| serde_json::from_str(l).ok())
        .collect();
    lines.iter().for_each(say);
    lines
}

/// A peer's figure: which line of which metric, which key of it, and how it is called.
struct Pair {
    ours: &'static str,
    metric: &'static str,
    key: &'static str,
    wanted: f64,
}

const PAIRS: [Pair; 4] = [
    Pair {
        ours: "map_alone_plane_ms",
        metric: "example_procedure.dcm plane",
        key: "map_median_s",
        wanted: 1000.0,
    },
    Pair {
        ours: "map_alone_cylinder_ms",
        metric: "example_procedure.dcm cylinder",
        key: "map_median_s",
        wanted: 1000.0,
    },
    Pair {
        ours: "whole_command_ms",
        metric: "example_procedure.dcm human:hudfrid",
        key: "median",
        wanted: 100.0,
    },
    Pair {
        ours: "report_imported_ms",
        metric: "reports, one process, each",
        key: "median",
        wanted: 500.0,
    },
];

/// How many times faster, one line each.
pub fn ratios(ours: &[Figure], theirs: &[Value]) {
    for pair in PAIRS {
        let ms = ours.iter().find(|f| f.name == pair.ours).map(|f| f.median);
        let metric = |line: &&Value| {
            line.get("metric")
                .and_then(Value::as_str)
                .is_some_and(|m| m.ends_with(pair.metric))
        };
        let seconds = theirs
            .iter()
            .find(metric)
            .and_then(|l| l.get(pair.key)?.as_f64());
        if let (Some(ms), Some(seconds)) = (ms, seconds) {
            say(&json!({
                "ratio": pair.ours, "ours_ms": ms, "theirs_ms": seconds * 1e3,
                "times_faster": seconds * 1e3 / ms, "wanted": pair.wanted,
            }));
        }
    }
}
