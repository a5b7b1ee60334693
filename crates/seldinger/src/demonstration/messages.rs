//! What the hospital's own systems would have sent: who the patient is, the order, the blood values.

use super::story::{Background, Story};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// The messages of one patient, as they come over the wire. The same day gives the same texts, so that a
/// restart sends nothing new.
pub fn messages(story: &Story, place: usize, day: Date, issuer: &str) -> Vec<String> {
    let number = Story::number(place);
    let before = |days: i32| {
        let then = day.checked_sub(days.days()).unwrap_or(day);
        then.strftime("%Y%m%d").to_string()
    };
    let pid = format!(
        "PID|1||{number}^^^{issuer}^MR||{}^{}||{}|{}",
        story.family, story.given, story.born, story.sex
    );
    let header = |system: &str, kind: &str, id: &str, days: i32| {
        format!(
            "MSH|^~\\&|{system}|HARBOUR|IR|HARBOUR|{}081500||{kind}|DEMO{id}{number}|P|2.5.1|||||||UNICODE UTF-8",
            before(days)
        )
    };
    let weight = 58 + place * 7 % 41;
    let mut admission = vec![
        header("HIS", "ADT^A04", "A", 9),
        format!("EVN||{}081500", before(9)),
        pid.clone(),
        "PV1|1|O".to_owned(),
        format!(
            "OBX|1|NM|29463-7^Body weight^LN||{weight}|kg|||||F|||{}080000",
            before(9)
        ),
    ];
    if story.background == Background::ContrastAllergy {
        admission.push("AL1|1|DA|^Iodinated contrast medium|MO|hives".to_owned());
    }
    let order = vec![
        header("RIS", "ORM^O01", "O", 8),
        pid.clone(),
        format!("ORC|NW|DP{number}||||||||||REF{:02}^Sarvela^Dr", place % 7),
        obr(story, &number),
    ];
    let mut blood = vec![
        header("LAB", "ORU^R01", "L", 1),
        pid,
        format!(
            "OBR|1|DL{number}|DL{number}|PANEL^Blood before the procedure^L|||{}063000",
            before(1)
        ),
    ];
    for (place, (code, name, value, unit)) in values(story.background).into_iter().enumerate() {
        blood.push(format!(
            "OBX|{}|NM|{code}^{name}^LN||{value}|{unit}|||||F|||{}063000",
            place + 1,
            before(1)
        ));
    }
    [admission, order, blood]
        .map(|segments| segments.join("\r") + "\r")
        .into()
}

fn obr(story: &Story, number: &str) -> String {
    let mut fields = vec![String::new(); 32];
    let mut put = |place: usize, text: String| {
        if let Some(field) = fields.get_mut(place) {
            *field = text;
        }
    };
    put(0, "OBR".to_owned());
    put(1, "1".to_owned());
    put(2, format!("DP{number}"));
    put(4, format!("{0}^{0}^99SELDINGER", story.procedure));
    if !story.side.is_empty() {
        put(15, format!("^^^^{}", story.side));
    }
    put(31, format!("^{}", story.indication));
    fields.join("|")
}

type Value = (&'static str, &'static str, &'static str, &'static str);

fn values(background: Background) -> [Value; 5] {
    let inr = match background {
        Background::Warfarin => "2.9",
        _ => "1.1",
    };
    let (creatinine, egfr) = match background {
        Background::Kidneys => ("148", "41"),
        _ => ("74", "88"),
    };
    [
        ("6301-6", "INR", inr, "{INR}"),
        ("777-3", "Platelets", "214", "10*9/L"),
        ("718-7", "Haemoglobin", "129", "g/L"),
        ("14682-9", "Creatinine", creatinine, "umol/L"),
        ("98979-8", "eGFR", egfr, "mL/min/{1.73_m2}"),
    ]
}
