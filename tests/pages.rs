//! Every page that a role can reach by links is opened once, looked at, and has no fault.

use interoperability::album::Album;
use interoperability::browser::{Browser, Page, View};
use interoperability::folder::Folder;
use interoperability::hospital::{self, PASSWORD, PEOPLE};
use interoperability::mllp::{Sender, acknowledged};
use interoperability::peers::{Peer, present};
use interoperability::program::{Program, Setup};
use std::collections::{BTreeSet, VecDeque};

/// More would mean that some page makes links without end.
const PAGES_MAX: usize = 200;

#[test]
fn every_page_is_open_to_those_who_listen_and_those_on_a_telephone() {
    if !present(&[Peer::Browser]).unwrap() {
        return;
    }
    let folder = Folder::new("pages").unwrap();
    let setup = hospital::open(&folder, Setup::default()).unwrap();
    let program = Program::start(&folder, &setup).unwrap();
    orders_of_each_kind(&program);
    let browser = Browser::start().unwrap();
    let album = Album::new().unwrap();
    let mut walked = BTreeSet::new();
    for (_, account) in PEOPLE {
        let page = browser.page(View::DESKTOP).unwrap();
        log_in(&album, &program, &page, account);
        walk(&album, &program, &page, &mut walked);
    }
    assert!(album.pages() >= 10, "only {walked:?}");
    let faults = album.faults();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert_eq!(program.stop().unwrap(), 0);
}

/// One that is known, one that no table maps, and one message that nobody understands.
fn orders_of_each_kind(program: &Program) {
    let mut sender = Sender::connect(&program.mllp).unwrap();
    let known = hospital::order(1, "iliac_angioplasty");
    let unmapped = hospital::order(2, "NOT_OURS").replace("99SELDINGER", "L");
    for message in [known, unmapped] {
        let answer = sender.send(&message).unwrap();
        assert_eq!(acknowledged(&answer).0, "AA", "{answer}");
    }
    let nameless = hospital::order(3, "iliac_angioplasty").replace("H3^^^HARBOUR^MR", "");
    assert_eq!(acknowledged(&sender.send(&nameless).unwrap()).0, "AE");
}

fn log_in(album: &Album, program: &Program, page: &Page, account: &str) {
    assert_eq!(page.open(&program.url("/log-in")).unwrap(), 200);
    album.look(page, "log-in").unwrap();
    page.fill("Name", account).unwrap();
    page.fill("Password", PASSWORD).unwrap();
    assert_eq!(page.press("Log in").unwrap(), 200, "{account} logs in");
}

/// Follows links breadth first; of pages that differ in a number only, one is opened.
fn walk(album: &Album, program: &Program, page: &Page, walked: &mut BTreeSet<String>) {
    let mut to_do = VecDeque::from([page.url().unwrap()]);
    to_do.extend(page.links().unwrap());
    while let Some(url) = to_do.pop_front() {
        let path = url.trim_start_matches(&program.url("")).to_owned();
        let kind = kind_of(&path);
        let is_file = ["/log-out", "/static", "/assets", "/live", ".pdf"]
            .iter()
            .any(|word| path.contains(word));
        if is_file || !walked.insert(kind.clone()) {
            continue;
        }
        assert!(walked.len() < PAGES_MAX, "{walked:?}");
        let status = page.open(&url).unwrap();
        assert_eq!(status, 200, "a link that leads nowhere: {path}");
        album.look(page, &kind).unwrap();
        to_do.extend(page.links().unwrap());
    }
}

/// The path with every part that holds a digit made alike, as a file name.
fn kind_of(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts = path.split('/').filter(|part| !part.is_empty());
    let alike = parts.map(|part| {
        if part.chars().any(|c| c.is_ascii_digit()) {
            "n"
        } else {
            part
        }
    });
    let kind = alike.collect::<Vec<_>>().join("-");
    if kind.is_empty() {
        "first".to_owned()
    } else {
        kind
    }
}

#[test]
fn pages_that_differ_in_a_number_are_of_one_kind() {
    assert_eq!(kind_of("/cases/26-000001/room?x=1"), "cases-n-room");
    assert_eq!(kind_of("/"), "first");
}
