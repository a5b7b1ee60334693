//! The dose of one case: how much, where on the skin, what follows from it.

mod map;

use crate::guard::Seated;
use crate::layout::{Frame, page};
use crate::pages::banner::Banner;
use crate::pages::opened::{Ended, Opened, open};
use crate::state::State;
use crate::words;
use ::dose::alert::Grade;
use ::dose::follow_up::{CarriedOver, band};
use ::dose::peak_skin_dose::{Outcome, Peak};
use ::dose::rules::Rules;
use ::dose::study::Study;
use ::dose::{IrradiationEvent, Kind};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State as Given};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use map::{Picture, pictures};
use model::DoseTotals;
use workflow::case_dose::{CaseDose, StudyDose, case_dose, earlier_dose};

/// Events listed for each study: those that gave most.
const EVENTS_SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "case_dose.html")]
struct DosePage {
    frame: Frame,
    banner: Banner,
    case_id: String,
    title: String,
    may_act: bool,
    /// Levels reached: the highest grade first.
    alerts: Vec<AlertLine>,
    duties: Vec<DutyLine>,
    studies: Vec<StudyBlock>,
    unread: Vec<String>,
    earlier: Vec<(String, String)>,
    body: String,
}

struct AlertLine {
    tone: &'static str,
    words: String,
    rule: String,
}

struct DutyLine {
    words: String,
    owner: &'static str,
    when: String,
}

struct StudyBlock {
    device: String,
    note: String,
    skin: SkinBlock,
    totals: Vec<TotalLine>,
    findings: Vec<String>,
    events: Vec<EventLine>,
    event_count: usize,
    pictures: Vec<Picture>,
}

struct SkinBlock {
    tone: &'static str,
    icon: &'static str,
    /// "Computed", "Refused" or "Does not apply".
    verdict: &'static str,
    /// `3.4 Gy`; empty unless computed.
    peak: String,
    words: String,
    facts: Vec<(&'static str, String)>,
}

struct TotalLine {
    what: &'static str,
    stated: String,
    summed: String,
}

struct EventLine {
    at: String,
    what: String,
    angles: String,
    kerma: String,
    share: String,
}

pub async fn show(
    Given(state): Given<State>,
    Extension(seat): Seated,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Ended> {
    let opened = open(&state, &seat, &headers, &id, "dose").await?;
    let zone = state.desk.site().zone_or_utc();
    let today = state.desk.now_here().date();
    let day = opened
        .case
        .started_at
        .map_or(today, |at| at.to_zoned_datetime(zone).date());
    let dose = case_dose(&state.desk, &id, &opened.patient).await?;
    let earlier = earlier_dose(&state.desk, &id, &opened.patient, day).await?;
    let rules = &state.desk.rules().dose;
    Ok(page(&DosePage {
        frame: Frame::of(&state, &seat, "/cases", format!("Dose of case {id}")),
        title: title(&opened, day),
        may_act: workflow::access::allowed(seat.session.role, workflow::access::Area::Act)
            .is_some(),
        alerts: alerts(&dose),
        duties: duties(&dose, rules, day, today),
        studies: dose
            .studies
            .iter()
            .map(|study| block(study, rules))
            .collect(),
        unread: dose.unread.iter().map(|one| one.why.clone()).collect(),
        earlier: carried(&earlier, today),
        body: body(&dose),
        case_id: id,
        banner: opened.banner,
    })?)
}

fn title(opened: &Opened, day: Date) -> String {
    let what: Vec<&str> = opened
        .summary
        .procedures
        .iter()
        .map(|procedure| procedure.words.as_str())
        .collect();
    format!("Dose · {}, {}", what.join(" and "), words::long_day(day))
}

fn alerts(dose: &CaseDose) -> Vec<AlertLine> {
    let mut alerts: Vec<_> = dose.alerts.iter().collect();
    alerts.sort_by_key(|alert| std::cmp::Reverse(alert.grade));
    alerts
        .into_iter()
        .map(|alert| AlertLine {
            tone: match alert.grade {
                Grade::Substantial => "blocked",
                Grade::Notification => "review",
            },
            words: match alert.grade {
                Grade::Substantial => format!("Follow-up level reached: {}", alert.words),
                Grade::Notification => format!("Notice: {}", alert.words),
            },
            rule: alert.rule.clone(),
        })
        .collect()
}

fn duties(dose: &CaseDose, rules: &Rules, day: Date, today: Date) -> Vec<DutyLine> {
    dose.duties(rules, day)
        .into_iter()
        .map(|duty| DutyLine {
            words: duty.rule.says.clone(),
            owner: words::role(duty.rule.owner),
            when: if duty.from == duty.to {
                words::day(duty.to, today)
            } else {
                format!(
                    "{} to {}",
                    words::day(duty.from, today),
                    words::day(duty.to, today)
                )
            },
        })
        .collect()
}

fn body(dose: &CaseDose) -> String {
    let measures = format!("{:.0} cm, {:.0} kg", dose.body.height.0, dose.body.weight.0);
    if dose.is_body_assumed {
        format!("assumed body, {measures}: height or weight is not known")
    } else {
        format!("body of {measures}")
    }
}

fn carried(earlier: &CarriedOver, today: Date) -> Vec<(String, String)> {
    earlier
        .within_window
        .iter()
        .map(|one| {
            let of = |value: Option<model::Gray>| {
                value.map_or_else(|| "not known".to_owned(), |v| gray(v.0))
            };
            (
                words::day(one.day, today),
                format!(
                    "reference air kerma {}, peak skin dose {}",
                    of(one.ka_r),
                    of(one.peak)
                ),
            )
        })
        .collect()
}

fn block(study: &StudyDose, rules: &Rules) -> StudyBlock {
    let of = &study.study;
    let device = of.devices.first();
    let reports = of.reports.len();
    let mut note = format!(
        "{} {}, {} events",
        reports,
        if reports == 1 { "report" } else { "reports" },
        of.events.len() + of.ct_events.len()
    );
    if !of.replaced.is_empty() {
        note.push_str(&format!(
            "; {} more are contained in them and do not count",
            of.replaced.len()
        ));
    }
    StudyBlock {
        device: device.map_or_else(
            || "device not stated".to_owned(),
            |d| format!("{} {}", d.manufacturer, d.model).trim().to_owned(),
        ),
        note,
        skin: skin(&study.skin, rules),
        totals: totals(of),
        findings: of.findings.iter().map(|f| f.words.clone()).collect(),
        events: events(study),
        event_count: of.events.len(),
        pictures: pictures(&study.map),
    }
}

fn skin(outcome: &Outcome, rules: &Rules) -> SkinBlock {
    match outcome {
        Outcome::Computed(peak) => computed(peak, rules),
        Outcome::Refused(refusal) => SkinBlock {
            tone: "review",
            icon: "i-unknown",
            verdict: "Refused",
            peak: String::new(),
            words: format!("The skin dose was not computed: {}.", refusal.words()),
            facts: Vec::new(),
        },
        Outcome::NotApplicable => SkinBlock {
            tone: "quiet",
            icon: "i-done",
            verdict: "Does not apply",
            peak: String::new(),
            words: "This study is no fluoroscopy or angiography: there is no skin map to make."
                .to_owned(),
            facts: Vec::new(),
        },
    }
}

fn computed(peak: &Peak, rules: &Rules) -> SkinBlock {
    let [low, high] = peak.interval;
    let band = band(&rules.levels, peak.dose);
    let mut facts = vec![
        (
            "Dose that met the body",
            format!("{:.1} %", peak.share_on_phantom.0 * 100.0),
        ),
        (
            "What the skin may show",
            band.map_or_else(
                || "not known".to_owned(),
                |band| {
                    if band.watch.0 == 0 {
                        "nothing is expected".to_owned()
                    } else {
                        let effects: Vec<String> = band
                            .prompt
                            .iter()
                            .chain(&band.early)
                            .map(|code| words::from_code(code).to_lowercase())
                            .collect();
                        format!("{}; watch for {} days", effects.join(", "), band.watch.0)
                    }
                },
            ),
        ),
    ];
    let largest = peak
        .budget
        .iter()
        .max_by(|a, b| a.share.0.total_cmp(&b.share.0));
    if let Some(part) = largest {
        facts.push((
            "Largest part of the uncertainty",
            format!("{}, {:.0} %", part.name, part.share.0 * 100.0),
        ));
    }
    for assumed in &peak.assumed {
        facts.push(("Assumed", assumed.clone()));
    }
    let above: Vec<String> = peak
        .areas
        .iter()
        .filter(|(_, area)| area.0 > 0.0)
        .map(|(from, area)| format!("{:.0} cm² above {:.0} Gy", area.0, from.0))
        .collect();
    SkinBlock {
        tone: "ready",
        icon: "i-ready",
        verdict: "Computed",
        peak: gray(peak.dose.0),
        words: format!(
            "{} to {} with about 95 % confidence (k = 2). {}{}{}.",
            gray(low.0),
            gray(high.0),
            capital(&peak.place.words()),
            if above.is_empty() { "" } else { ". " },
            above.join(", ")
        ),
        facts,
    }
}

/// A dose on the skin in the unit that reads best.
fn gray(value: f64) -> String {
    if value < 0.1 {
        format!("{} mGy", words::number((value * 1e5).round() / 100.0))
    } else {
        format!("{value:.2} Gy")
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

fn totals(study: &Study) -> Vec<TotalLine> {
    let line = |what, value: fn(&DoseTotals) -> Option<String>| TotalLine {
        what,
        stated: value(&study.totals).unwrap_or_else(|| "not stated".to_owned()),
        summed: value(&study.summed).unwrap_or_else(|| "not stated".to_owned()),
    };
    let mut lines = Vec::new();
    if study.kind != Kind::Ct {
        lines.push(line("Reference air kerma", |t| t.ka_r.map(|v| gray(v.0))));
        lines.push(line("Kerma–area product", |t| {
            t.pka.map(|v| {
                let value = v.0 * 1e4;
                let digits = if value < 10.0 { 100.0 } else { 10.0 };
                format!(
                    "{} Gy·cm²",
                    words::number((value * digits).round() / digits)
                )
            })
        }));
        lines.push(line("Fluoroscopy time", |t| {
            t.fluoroscopy.map(|v| {
                let seconds = v.0.round() as u64;
                format!("{}:{:02} min", seconds / 60, seconds % 60)
            })
        }));
    }
    if study.kind == Kind::Ct || study.totals.dlp.is_some() {
        lines.push(line("Dose–length product", |t| {
            t.dlp
                .map(|v| format!("{} mGy·cm", words::number((v.0 * 10.0).round() / 10.0)))
        }));
    }
    lines
}

/// The events that gave most to the peak, or, without a map, those with most air kerma.
fn events(study: &StudyDose) -> Vec<EventLine> {
    let find = |uid: &str| {
        let mut all = study.study.events.iter();
        all.find(|event| event.uid.as_deref() == Some(uid))
    };
    if let Outcome::Computed(peak) = &study.skin {
        return peak
            .contributors
            .iter()
            .filter_map(|(uid, share)| Some((find(uid)?, share)))
            .map(|(event, share)| event_line(event, format!("{:.0} %", share.0 * 100.0)))
            .collect();
    }
    let mut all: Vec<&IrradiationEvent> = study.study.events.iter().collect();
    let kerma = |event: &IrradiationEvent| event.ka_r.map_or(-1.0, |v| v.value.0);
    all.sort_by(|a, b| kerma(b).total_cmp(&kerma(a)));
    all.into_iter()
        .take(EVENTS_SHOWN)
        .map(|event| event_line(event, "not computed".to_owned()))
        .collect()
}

fn event_line(event: &IrradiationEvent, share: String) -> EventLine {
    let unknown = || "not stated".to_owned();
    let angle = |value: Option<::dose::Degrees>, plus: &str, minus: &str| {
        value.map(|v| {
            let name = if v.0 < 0.0 { minus } else { plus };
            format!("{name} {:.0}", v.0.abs())
        })
    };
    let primary = angle(event.start.primary_angle, "LAO", "RAO");
    let secondary = angle(event.start.secondary_angle, "CRA", "CAU");
    let angles: Vec<String> = primary.into_iter().chain(secondary).collect();
    EventLine {
        at: event
            .started
            .map_or_else(unknown, |at| at.strftime("%H:%M:%S").to_string()),
        what: words::from_code(event.kind.code()),
        angles: if angles.is_empty() {
            unknown()
        } else {
            angles.join(", ")
        },
        kerma: event.ka_r.map_or_else(unknown, |v| gray(v.value.0)),
        share,
    }
}
