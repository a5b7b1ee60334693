//! What the hospital's own systems would have sent: who the patient is, the order, the blood values, an order taken
//! back. Each text with the moment at which it comes.

use super::calendar::Calendar;
use super::story::{Course, Story, Takes, Twist};
use jiff::Timestamp;

/// The messages of one patient in the order of their times. The same day gives the same texts, so that a restart
/// sends nothing new.
pub fn messages(
    story: &Story,
    place: usize,
    calendar: &Calendar,
    issuer: &str,
) -> Vec<(Timestamp, String)> {
    let writer = Writer {
        story,
        place,
        calendar,
        number: Story::number(place),
        issuer,
    };
    let spread = i64::try_from(place).unwrap_or(0) * 7 % 50;
    if story.course == Course::Emergency {
        let called = calendar.at(
            0,
            i64::from(story.start.0) * 60 + i64::from(story.start.1) - 55,
        );
        let blood = super::calendar::later(called, 6);
        return vec![
            (called, writer.admission(called)),
            (blood, writer.blood(blood, "L", &values(story, place))),
        ];
    }
    let registered = calendar.at(-9, 9 * 60 + spread);
    let ordered = calendar.at(-9, 9 * 60 + 20 + spread);
    let drawn = match story.course {
        // The sample of the morning: a vitamin K antagonist is measured on the day.
        Course::GivenUp => calendar.at(0, 6 * 60 + 50),
        _ => calendar.at(-1, 8 * 60 + spread),
    };
    let mut all = vec![
        (registered, writer.admission(registered)),
        (ordered, writer.order(ordered)),
    ];
    if story.twist == Twist::BloodLate {
        let morning = calendar.at(0, 9 * 60 + 40);
        all.push((morning, writer.blood(morning, "L", &values(story, place))));
    } else if story.course != Course::ToVet && story.course != Course::ToBook {
        all.push((drawn, writer.blood(drawn, "L", &values(story, place))));
    }
    if story.twist == Twist::Pregnancy {
        let morning = calendar.at(0, 9 * 60 + 15);
        let test = [Value(
            "2118-8",
            "Choriogonadotropin (pregnancy test)",
            "negative".into(),
            "",
        )];
        all.push((morning, writer.blood(morning, "H", &test)));
    }
    if story.course == Course::OrderTakenBack {
        let morning = calendar.at(0, 8 * 60 + 5);
        all.push((morning, writer.taken_back(morning)));
    }
    all
}

struct Writer<'a> {
    story: &'a Story,
    place: usize,
    calendar: &'a Calendar,
    number: String,
    issuer: &'a str,
}

impl Writer<'_> {
    fn clock(&self, at: Timestamp) -> String {
        let here = at.to_zoned_datetime(self.calendar.zone.clone());
        here.strftime("%Y%m%d%H%M%S").to_string()
    }

    fn header(&self, system: &str, kind: &str, id: &str, at: Timestamp) -> String {
        format!(
            "MSH|^~\\&|{system}|HARBOUR|IR|HARBOUR|{}||{kind}|DEMO{id}{}|P|2.5.1|||||||UNICODE UTF-8",
            self.clock(at),
            self.number
        )
    }

    fn pid(&self) -> String {
        let Story {
            family,
            given,
            born,
            sex,
            ..
        } = self.story;
        format!(
            "PID|1||{}^^^{}^MR||{family}^{given}||{born}|{sex}",
            self.number, self.issuer
        )
    }

    fn admission(&self, at: Timestamp) -> String {
        let place = i64::try_from(self.place).unwrap_or(0);
        let (weight, height) = if self.story.twist == Twist::Child {
            (31, 136)
        } else if self.story.sex == 'F' {
            (54 + place * 7 % 31, 156 + place * 5 % 17)
        } else {
            (66 + place * 7 % 34, 169 + place * 5 % 19)
        };
        let class = if self.story.course == Course::Emergency {
            "E"
        } else {
            "O"
        };
        let clock = self.clock(at);
        let measured = |set: u8, code: &str, value: i64, unit: &str| {
            format!("OBX|{set}|NM|{code}^LN||{value}|{unit}|||||F|||{clock}")
        };
        let mut segments = vec![
            self.header("HIS", "ADT^A04", "A", at),
            format!("EVN||{clock}"),
            self.pid(),
            format!("PV1|1|{class}"),
            measured(1, "29463-7^Body weight", weight, "kg"),
            measured(2, "8302-2^Body height", height, "cm"),
        ];
        if self.story.twist == Twist::ContrastAllergy {
            segments.push("AL1|1|DA|^Iodinated contrast medium|MO|hives".to_owned());
        }
        joined(&segments)
    }

    fn order(&self, at: Timestamp) -> String {
        let orc = format!("ORC|NW|DP{}||||||||||{}", self.number, self.referrer());
        joined(&[
            self.header("RIS", "ORM^O01", "O", at),
            self.pid(),
            orc,
            self.obr(),
        ])
    }

    fn taken_back(&self, at: Timestamp) -> String {
        let orc = format!("ORC|CA|DP{}||||||||||{}", self.number, self.referrer());
        joined(&[
            self.header("RIS", "ORM^O01", "C", at),
            self.pid(),
            orc,
            self.obr(),
        ])
    }

    fn referrer(&self) -> String {
        const REFERRERS: [&str; 5] = [
            "SARVELA^Liisa^^^^Dr",
            "HEINOLAMPI^Jorma^^^^Dr",
            "STORKULL^Karin^^^^Dr",
            "AHTIVUO^Matti^^^^Dr",
            "NYGARD^Elsa^^^^Dr",
        ];
        let which = self.place % REFERRERS.len();
        let name = REFERRERS.get(which).copied().unwrap_or_default();
        format!("REF{which:02}^{name}")
    }

    fn obr(&self) -> String {
        let mut fields = vec![String::new(); 32];
        let mut put = |place: usize, text: String| {
            if let Some(field) = fields.get_mut(place) {
                *field = text;
            }
        };
        let story = self.story;
        put(0, "OBR".to_owned());
        put(1, "1".to_owned());
        put(2, format!("DP{}", self.number));
        put(4, format!("{0}^{0}^99SELDINGER", story.procedure));
        if !story.side.is_empty() {
            put(15, format!("^^^^{}", story.side));
        }
        put(31, format!("^{}", story.indication));
        fields.join("|")
    }

    fn blood(&self, at: Timestamp, id: &str, values: &[Value]) -> String {
        let clock = self.clock(at);
        let number = &self.number;
        let mut segments = vec![
            self.header("LAB", "ORU^R01", id, at),
            self.pid(),
            format!(
                "OBR|1|D{id}{number}|D{id}{number}|PANEL^Blood before the procedure^L|||{clock}"
            ),
        ];
        for (place, Value(code, name, value, unit)) in values.iter().enumerate() {
            let kind = if unit.is_empty() { "ST" } else { "NM" };
            segments.push(format!(
                "OBX|{}|{kind}|{code}^{name}^LN||{value}|{unit}|||||F|||{clock}",
                place + 1
            ));
        }
        joined(&segments)
    }
}

fn joined(segments: &[String]) -> String {
    segments.join("\r") + "\r"
}

struct Value(&'static str, &'static str, String, &'static str);

fn values(story: &Story, place: usize) -> Vec<Value> {
    let vary = |low: usize, step: usize, range: usize| low + place * step % range;
    let inr = match (story.takes, story.course) {
        (Takes::Warfarin, Course::GivenUp) => "2.9".to_owned(),
        (_, Course::Emergency) => "1.4".to_owned(),
        _ => format!("1.{}", place % 2),
    };
    let (creatinine, egfr) = match story.twist {
        Twist::Child => (41, 96),
        _ => (vary(61, 7, 29), vary(71, 5, 22)),
    };
    let value = |code, name, value: usize, unit| Value(code, name, value.to_string(), unit);
    vec![
        Value("6301-6", "INR", inr, "{INR}"),
        value("777-3", "Platelets", vary(187, 17, 120), "10*9/L"),
        value("718-7", "Haemoglobin", vary(118, 5, 34), "g/L"),
        value("14682-9", "Creatinine", creatinine, "umol/L"),
        value("98979-8", "eGFR", egfr, "mL/min/{1.73_m2}"),
    ]
}
