//! The formulas against figures that somebody else computed: `knowledge/laboratory/examples/formulas.toml`.

use model::{Centimetre, Kilogram, Sex};
use preparation::kidney::{
    MicromolePerLitre, Years, bedside_schwartz, bsa_mosteller, ckd_epi_2021, cockcroft_gault,
    ideal_weight_devine,
};
use testkit::shipped_rules::{files, rule_book};

fn compute(row: &toml::Value) -> f64 {
    let formulas = &rule_book().formulas;
    let number = |key: &str| row.get(key).and_then(toml::Value::as_float);
    let sex = || match row["sex"].as_str() {
        Some("F") => Sex::Female,
        _ => Sex::Male,
    };
    let per_mg_dl = formulas.creatinine_umol_l_per_mg_dl.value;
    let creatinine = || {
        let mg_dl = number("scr_mg_dl").map(|value| value * per_mg_dl);
        MicromolePerLitre(mg_dl.or(number("scr_umol_l")).unwrap())
    };
    let age = || Years(number("age").unwrap());
    let height = || Centimetre(number("height_cm").unwrap());
    let weight = || Kilogram(number("weight_kg").unwrap());
    match row["formula"].as_str().unwrap() {
        "ckd_epi_2021_cr" => {
            ckd_epi_2021(formulas, age(), sex(), creatinine())
                .unwrap()
                .0
        }
        "cockcroft_gault" => {
            cockcroft_gault(formulas, age(), sex(), weight(), creatinine())
                .unwrap()
                .0
        }
        "bedside_schwartz" => {
            bedside_schwartz(formulas, Years(8.0), height(), creatinine())
                .unwrap()
                .0
        }
        "bsa_mosteller" => bsa_mosteller(formulas, height(), weight()).0,
        other => panic!("no formula {other}"),
    }
}

#[test]
fn every_worked_figure_comes_out_to_the_printed_digit() {
    let (_, text) = files()
        .into_iter()
        .find(|(path, _)| path == "laboratory/examples/formulas.toml")
        .unwrap();
    let table: toml::Table = text.parse().unwrap();
    let rows = table["worked"].as_array().unwrap();
    assert_eq!(rows.len(), 22);
    for row in rows {
        let want = row["expect"].as_float().unwrap();
        let got = compute(row);
        assert_eq!(format!("{got:.3}"), format!("{want:.3}"), "{row}");
        if let Some(rounded) = row.get("expect_rounded").and_then(toml::Value::as_float) {
            assert!((got.round() - rounded).abs() < 0.5, "{row}");
        }
    }
}

#[test]
fn adult_formulas_refuse_children_and_unknown_sex() {
    let formulas = &rule_book().formulas;
    let creatinine = MicromolePerLitre(60.0);
    assert_eq!(
        ckd_epi_2021(formulas, Years(17.9), Sex::Male, creatinine),
        None
    );
    assert!(ckd_epi_2021(formulas, Years(18.0), Sex::Male, creatinine).is_some());
    assert_eq!(
        ckd_epi_2021(formulas, Years(40.0), Sex::Unknown, creatinine),
        None
    );
    assert_eq!(
        cockcroft_gault(formulas, Years(17.0), Sex::Male, Kilogram(50.0), creatinine),
        None
    );
    assert_eq!(
        bedside_schwartz(formulas, Years(18.0), Centimetre(170.0), creatinine),
        None
    );
    assert_eq!(
        ideal_weight_devine(formulas, Centimetre(170.0), Sex::Unknown),
        None
    );
}
