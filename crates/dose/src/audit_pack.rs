//! The figures of an audit pack on medical exposure (Directive 2013/59/Euratom, article 58, with 56 and 63): which
//! procedures have their dose recorded, which reached a level and what became of their follow-up, and which reference
//! levels are exceeded. Figures only; protocols, referral guidelines and responsibilities are documents of the site.

use crate::performed::{Dose, PerformedProcedure, Skin};
use crate::reference_level::{self, GroupBy, GroupSpread, Review};
use crate::report::Trust;
use crate::rules::levels::Levels;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// One duty of a skin follow-up as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyState {
    pub case: String,
    /// Rule id of the duty.
    pub rule: String,
    /// Last day.
    pub to: Date,
    pub done: Option<Date>,
    /// What was found, in the words of who did it; empty while it is open.
    pub outcome: String,
}

/// How the follow-up of a case stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FollowUpStanding {
    /// A level was reached and no duty is on record.
    NoDuty,
    /// A duty is past its last day.
    Overdue,
    Open,
    Done,
}

/// A procedure that reached a substantial-dose level.
#[derive(Debug, Clone, PartialEq)]
pub struct SubstantialDose {
    pub day: Date,
    pub case: String,
    pub procedure: String,
    pub room: String,
    pub alerts: Vec<String>,
    pub skin: Skin,
    pub follow_up: FollowUpStanding,
    pub duties: Vec<DutyState>,
}

/// How complete the records of one room are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRecords {
    pub room: String,
    pub devices: BTreeSet<String>,
    pub procedures: usize,
    /// By how the value came, with the number of procedures.
    pub by_trust: BTreeMap<Trust, usize>,
    /// Cases without any dose.
    pub missing: Vec<String>,
    /// Refusals of a skin dose by their reason.
    pub skin_refused: BTreeMap<String, usize>,
    pub skin_computed: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AuditPack<'a> {
    /// First and last day, both inclusive.
    pub period: [Date; 2],
    pub procedures: usize,
    pub rooms: Vec<RoomRecords>,
    pub substantial: Vec<SubstantialDose>,
    /// Medians and quartiles by procedure and room.
    pub spreads: Vec<GroupSpread>,
    /// Of the whole department, on the last day of the period.
    pub reviews: Vec<Review<'a>>,
}

/// Puts the pack of a period together; procedures and duties outside it are left out, except that reviews look back
/// as far as their rule says.
pub fn pack<'a>(
    levels: &'a Levels,
    period: [Date; 2],
    done: &[PerformedProcedure],
    duties: &[DutyState],
) -> AuditPack<'a> {
    let [from, to] = period;
    let mut inside: Vec<PerformedProcedure> = done
        .iter()
        .filter(|p| (from..=to).contains(&p.day))
        .cloned()
        .collect();
    inside.sort_by(|a, b| (a.day, &a.case).cmp(&(b.day, &b.case)));
    AuditPack {
        period,
        procedures: inside.len(),
        rooms: rooms(&inside),
        substantial: inside
            .iter()
            .filter_map(|p| substantial(p, duties, to))
            .collect(),
        spreads: reference_level::by_group(&inside, GroupBy::ProcedureAndRoom),
        reviews: reference_level::reviews(levels, done, None, to),
    }
}

fn rooms(done: &[PerformedProcedure]) -> Vec<RoomRecords> {
    let mut rooms: BTreeMap<&str, RoomRecords> = BTreeMap::new();
    for p in done {
        let room = rooms.entry(&p.room).or_insert_with(|| RoomRecords {
            room: p.room.clone(),
            devices: BTreeSet::new(),
            procedures: 0,
            by_trust: BTreeMap::new(),
            missing: Vec::new(),
            skin_refused: BTreeMap::new(),
            skin_computed: 0,
        });
        room.procedures += 1;
        room.devices.extend(p.devices.iter().cloned());
        match &p.dose {
            Dose::Missing => room.missing.push(p.case.clone()),
            Dose::Known(known) => {
                *room.by_trust.entry(known.trust).or_default() += 1;
                match &known.skin {
                    Skin::Computed { .. } => room.skin_computed += 1,
                    Skin::Refused { code, .. } => {
                        *room.skin_refused.entry(code.clone()).or_default() += 1;
                    }
                    Skin::NotApplicable => {}
                }
            }
        }
    }
    rooms.into_values().collect()
}

fn substantial(
    p: &PerformedProcedure,
    duties: &[DutyState],
    today: Date,
) -> Option<SubstantialDose> {
    let known = p.known()?;
    let reached = known.alerts.iter().any(|a| a.ends_with("_substantial"));
    if !reached {
        return None;
    }
    let duties: Vec<DutyState> = duties
        .iter()
        .filter(|d| d.case == p.case)
        .cloned()
        .collect();
    let standing = |d: &DutyState| match d.done {
        Some(_) => FollowUpStanding::Done,
        None if d.to < today => FollowUpStanding::Overdue,
        None => FollowUpStanding::Open,
    };
    Some(SubstantialDose {
        day: p.day,
        case: p.case.clone(),
        procedure: p.procedure.clone(),
        room: p.room.clone(),
        alerts: known.alerts.clone(),
        skin: known.skin.clone(),
        // The worst duty counts.
        follow_up: duties
            .iter()
            .map(standing)
            .min()
            .unwrap_or(FollowUpStanding::NoDuty),
        duties,
    })
}
