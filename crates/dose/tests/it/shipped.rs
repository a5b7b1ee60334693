//! The shipped files read, and broken ones are refused with file and reason.

use crate::fixture::{SHIPPED, shipped};
use dose::peak_skin_dose::quality::Inside;
use dose::peak_skin_dose::room::Share;
use dose::{Kilovolt, Millimetre};

#[test]
fn half_value_layers_are_those_of_the_published_table() {
    // 3.1 mm Al; kV, copper, mm Al (skin-dose note, section 4).
    let published = [
        (60.0, [2.37, 3.50, 4.84, 5.86, 6.44]),
        (80.0, [3.12, 4.64, 6.47, 7.82, 8.58]),
        (100.0, [3.94, 5.74, 7.80, 9.23, 10.03]),
        (120.0, [4.77, 6.73, 8.86, 10.31, 11.11]),
    ];
    let table = shipped().model.quality.half_value_layers;
    for (kv, row) in published {
        for (copper, expected) in [0.0, 0.1, 0.3, 0.6, 0.9].into_iter().zip(row) {
            let (hvl, inside) = table.at(Kilovolt(kv), Millimetre(3.1), Millimetre(copper));
            assert_eq!(inside, Inside::Table);
            assert!(
                (hvl.0 / expected - 1.0).abs() < 0.012,
                "{kv} {copper}: {hvl:?} {expected}"
            );
        }
    }
}

#[test]
fn a_broken_file_is_refused_with_its_name_and_reason() {
    let check = |path: &str, from: &str, to: &str, reason: &str| {
        let files: Vec<(String, String)> = SHIPPED
            .iter()
            .map(|(p, text)| {
                let text = if *p == path {
                    text.replacen(from, to, 1)
                } else {
                    (*text).to_owned()
                };
                ((*p).to_owned(), text)
            })
            .collect();
        let flaws =
            dose::rules::read(files.iter().map(|(p, t)| (p.as_str(), t.as_str()))).unwrap_err();
        assert!(
            flaws
                .iter()
                .any(|f| f.path == path && f.reason.contains(reason)),
            "{reason}: {flaws:?}"
        );
    };
    let levels = "dose/skin_levels.toml";
    check(
        levels,
        "to_gy = 5.0",
        "to_gy = 4.0",
        "does not start where the one before ends",
    );
    check(levels, "first = 2.0", "first = 4.0", "first <= substantial");
    check(levels, "days = [14, 28]", "days = [28, 14]", "out of order");
    check(
        levels,
        "status = \"primary\"",
        "status = \"reviewed\"",
        "reviewed",
    );
    check(levels, "source =", "sauce =", "sauce");
    let artis = "dose/geometry/siemens_axiom_artis.toml";
    check(
        artis,
        "constant = 0.8",
        "constant = 0.0",
        "constant of 0.3 to 1",
    );
    check(artis, "\"siemens\"", "\"Siemens\"", "lower case");
    check(artis, "sign = \"+\"", "sign = \"x\"", "a sign is + or -");
    check(
        "dose/beam_quality.toml",
        "kv = [40.0, 50.0,",
        "kv = [50.0, 40.0,",
        "must rise",
    );
    check(
        "dose/effective_dose.toml",
        "msv_per_year = 5.1",
        "msv_per_year = 0.0",
        "background",
    );
    let without = SHIPPED.iter().filter(|(p, _)| *p != levels).copied();
    assert!(
        dose::rules::read(without)
            .unwrap_err()
            .iter()
            .any(|f| f.reason.contains("missing"))
    );
}

#[test]
fn an_overlay_of_the_same_path_counts() {
    let path = "dose/geometry/siemens_axiom_artis.toml";
    let (_, shipped) = SHIPPED.iter().find(|file| file.0 == path).unwrap();
    let own = shipped.replace("constant = 0.8", "constant = 0.7");
    let files = SHIPPED.iter().copied().chain([(path, own.as_str())]);
    let rules = dose::rules::read(files).unwrap();
    let room = rules
        .model
        .rooms
        .iter()
        .find(|r| r.id == "siemens_axiom_artis")
        .unwrap();
    assert_eq!(
        room.transmission.at(Kilovolt(80.0), Millimetre(0.1)),
        Share(0.7)
    );
}
