//! Every route of this door, on one page: path, who enters, handlers.

use crate::guard::{Entry, enter};
use crate::pages::{
    acts, again, board, case, case_dose, dose, downtime, emergency, errors, events, facts,
    identify, join, knowledge, lists, log_in, new_case, quarantined, restriction, room, studies,
    unmatched, users,
};
use crate::patient::{code, door, doses, letter, page};
use crate::state::State;
use crate::{api, assets, headers, live, operations};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodRouter, get, post};
use workflow::access::Area;
use workflow::accounts::Scope;

/// One route. A new one without its entry does not compile; one without a row in the access test fails there.
pub struct Route {
    pub path: &'static str,
    pub entry: Entry,
    pub handlers: MethodRouter<State>,
}

fn route(path: &'static str, entry: Entry, handlers: MethodRouter<State>) -> Route {
    Route {
        path,
        entry,
        handlers,
    }
}

/// All routes.
pub fn routes() -> Vec<Route> {
    let mut routes = machine_routes();
    routes.extend(staff_routes());
    routes.extend(case_routes());
    routes.extend(patient_routes());
    routes
}

fn patient_routes() -> Vec<Route> {
    vec![
        route("/p", Entry::Patient, get(door::show).post(door::enter)),
        route("/p/plan", Entry::Patient, get(page::plan)),
        route(
            "/p/doses",
            Entry::Patient,
            get(doses::show).post(doses::tell),
        ),
        route("/p/calendar.ics", Entry::Patient, get(page::own_calendar)),
        route("/p/letter.pdf", Entry::Patient, get(letter::own)),
        route("/p/leave", Entry::Patient, post(door::leave)),
    ]
}

fn staff_routes() -> Vec<Route> {
    vec![
        route("/assets/{name}", Entry::Open, get(assets::file)),
        route("/", Entry::AnyStaff, get(log_in::go_home)),
        route(
            "/log-in",
            Entry::Open,
            get(log_in::show).post(log_in::enter),
        ),
        route("/log-out", Entry::AnyStaff, post(log_in::leave)),
        route(
            "/role",
            Entry::AnyStaff,
            get(log_in::show_roles).post(log_in::choose),
        ),
        route("/board", Entry::Staff(Area::Board), get(board::show)),
        route("/board/part", Entry::Staff(Area::Board), get(board::part)),
        route("/cases", Entry::Staff(Area::Cases), get(lists::cases)),
        route("/cases/{id}", Entry::Staff(Area::Case), get(case::show)),
        route(
            "/cases/{id}/reason",
            Entry::Staff(Area::Case),
            post(case::give_reason),
        ),
        route(
            "/cases/{id}/events",
            Entry::Staff(Area::Case),
            get(events::show),
        ),
        route(
            "/cases/{id}/facts",
            Entry::Staff(Area::Act),
            get(facts::show).post(facts::record),
        ),
        route(
            "/cases/{id}/dose",
            Entry::Staff(Area::Case),
            get(case_dose::show),
        ),
        route("/cases/{id}/room", Entry::Staff(Area::Act), get(room::show)),
        route(
            "/cases/{id}/do/{act}",
            Entry::Staff(Area::Act),
            get(acts::show).post(acts::submit),
        ),
        route(
            "/cases/{id}/letter.pdf",
            Entry::Staff(Area::Case),
            get(letter::sheet),
        ),
        route(
            "/cases/{id}/patient-code",
            Entry::Staff(Area::NewCase),
            get(code::show).post(code::make),
        ),
        route(
            "/cases/{id}/patient-code/revoke",
            Entry::Staff(Area::NewCase),
            post(code::revoke),
        ),
        route(
            "/new-case",
            Entry::Staff(Area::NewCase),
            get(new_case::show).post(new_case::make),
        ),
        route(
            "/unmatched",
            Entry::Staff(Area::Unmatched),
            get(unmatched::list),
        ),
        route(
            "/unmatched/{object}",
            Entry::Staff(Area::Unmatched),
            get(unmatched::show).post(unmatched::attach),
        ),
        route(
            "/quarantine/{entry}",
            Entry::Staff(Area::QuarantineRead),
            get(quarantined::show),
        ),
        route(
            "/quarantine/{entry}/again",
            Entry::Staff(Area::QuarantineRead),
            post(quarantined::read_again),
        ),
        route(
            "/quarantine/{entry}/settle",
            Entry::Staff(Area::QuarantineRead),
            post(quarantined::settle),
        ),
        route(
            "/users",
            Entry::Staff(Area::Users),
            get(users::show).post(users::put),
        ),
        route(
            "/recovery",
            Entry::Staff(Area::Recovery),
            get(lists::recovery),
        ),
        route(
            "/follow-up",
            Entry::Staff(Area::FollowUp),
            get(lists::follow_up),
        ),
        route("/tasks", Entry::Staff(Area::Tasks), get(lists::tasks)),
        route(
            "/quarantine",
            Entry::Staff(Area::QuarantineList),
            get(lists::quarantine),
        ),
        route("/audit", Entry::Staff(Area::Audit), get(lists::audit)),
        route(
            "/settings",
            Entry::Staff(Area::Settings),
            get(lists::settings),
        ),
    ]
}

/// What is said about one case beside its commands.
fn case_routes() -> Vec<Route> {
    vec![
        route(
            "/cases/{id}/identify",
            Entry::Staff(Area::NewCase),
            get(identify::show).post(identify::identify),
        ),
        route(
            "/cases/{id}/again",
            Entry::Staff(Area::NewCase),
            get(again::show).post(again::make),
        ),
        route(
            "/emergency",
            Entry::Staff(Area::NewCase),
            get(emergency::show).post(emergency::enter),
        ),
        route(
            "/cases/{id}/join",
            Entry::Staff(Area::NewCase),
            get(join::show).post(join::join),
        ),
        route(
            "/cases/{id}/restriction",
            Entry::Staff(Area::NewCase),
            get(restriction::show).post(restriction::change),
        ),
        route(
            "/cases/{id}/studies",
            Entry::Staff(Area::Unmatched),
            get(studies::list),
        ),
        route(
            "/cases/{id}/studies/{study}",
            Entry::Staff(Area::Unmatched),
            get(studies::ask).post(studies::detach),
        ),
        route(
            "/cases/{id}/print",
            Entry::Staff(Area::Downtime),
            get(downtime::case),
        ),
        route(
            "/downtime",
            Entry::Staff(Area::Downtime),
            get(downtime::day),
        ),
        route("/dose", Entry::Staff(Area::Dose), get(dose::show)),
        route(
            "/knowledge",
            Entry::Staff(Area::Knowledge),
            get(knowledge::list),
        ),
    ]
}

fn machine_routes() -> Vec<Route> {
    let staff_api = |area| Entry::StaffOrMachine(area, Scope::Api);
    vec![
        route("/healthz", Entry::Open, get(operations::healthz)),
        route("/metrics", Entry::Open, get(operations::metrics)),
        route("/live", Entry::Staff(Area::Cases), get(live::cases)),
        route("/api/cases", staff_api(Area::Cases), get(api::cases::list)),
        route(
            "/api/cases/{id}/events",
            staff_api(Area::Case),
            get(api::cases::events),
        ),
        route(
            "/api/plan",
            staff_api(Area::Case),
            post(api::plan::work_out),
        ),
        route(
            "/api/unmatched",
            staff_api(Area::Unmatched),
            get(api::unmatched::list),
        ),
    ]
}

/// The whole door.
pub fn router(state: State) -> Router {
    let mut router = Router::new();
    for Route {
        path,
        entry,
        handlers,
    } in routes()
    {
        let at_the_door = state.clone();
        let guarded = handlers.layer(from_fn(move |request: Request, next: Next| {
            enter(at_the_door.clone(), entry, request, next)
        }));
        router = router.route(path, guarded);
    }
    let dressing = state.clone();
    router
        .fallback(errors::nothing_here)
        .layer(from_fn(move |request: Request, next: Next| {
            errors::dressed(dressing.clone(), request, next)
        }))
        .layer(from_fn(headers::secure))
        .with_state(state)
}
