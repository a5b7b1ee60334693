//! The harness itself, shown on small stand-ins: without this a broken driver would look like a broken product.

use interoperability::browser::{Browser, View};
use interoperability::folder::Folder;
use interoperability::mllp::{Sender, acknowledged};
use interoperability::peers::{Peer, present};
use interoperability::postgres::Database;
use std::io::{Read, Write};
use std::net::TcpListener;

#[test]
fn the_browser_finds_labels_buttons_and_faults_as_a_reader_does() {
    if !present(&[Peer::Browser]).unwrap() {
        return;
    }
    let folder = Folder::new("browser").unwrap();
    let second = "<html lang=en><head><title>2</title></head><body><main><h1>Arrived</h1></main></body></html>";
    let second = folder.write("second.html", second.as_bytes()).unwrap();
    let first = format!(
        "<html lang=en><head><title>1</title></head><body><main><h1>Check-in</h1>
        <form action='{}'><label>Booked for <input type=date name=d></label><label>Weight <input name=w></label>
        <label>Side <select name=s><option>left</option><option>right</option></select></label>
        <label><input type=checkbox name=a> Identity checked</label>
        <label><input type=checkbox name=b> Consent seen</label><button>Arrived</button></form>
        <img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>
        <div style='width:600px'>wide</div></main></body></html>",
        second.display()
    );
    let first = folder.write("first.html", first.as_bytes()).unwrap();
    let browser = Browser::start().unwrap();
    let page = browser.page(View::PHONE).unwrap();
    page.open(&format!("file://{}", first.display())).unwrap();
    let rules: Vec<String> = page
        .violations()
        .unwrap()
        .into_iter()
        .map(|v| v.rule)
        .collect();
    assert!(rules.contains(&"image-alt".to_owned()), "{rules:?}");
    assert!(page.too_wide_by().unwrap() > 100);
    page.fill("Weight", "71").unwrap();
    page.fill("Booked for", "2026-11-24").unwrap();
    page.choose("Side", "right").unwrap();
    page.tick("Identity checked").unwrap();
    assert_eq!(page.tick_all("Arrived").unwrap(), 2);
    page.press("Arrived").unwrap();
    page.shows("Arrived").unwrap();
    let url = page.url().unwrap();
    assert!(
        url.ends_with("second.html?d=2026-11-24&w=71&s=right&a=on&b=on"),
        "{url}"
    );
    let picture = folder.path().join("page.png");
    page.picture(&picture).unwrap();
    assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    let missing = page.open("nowhere:").unwrap_err().to_string();
    assert!(
        missing.contains("Arrived"),
        "the failure shows the page: {missing}"
    );
}

#[test]
fn a_message_is_framed_and_its_acknowledgement_read() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut received = vec![0; 64];
        let count = stream.read(&mut received).unwrap();
        stream.write_all(b"\x0bMSH|x\rMSA|A").unwrap();
        stream.write_all(b"A|1\r\x1c\x0d").unwrap();
        received.truncate(count);
        received
    });
    let answer = Sender::connect(&address)
        .unwrap()
        .send("MSH|a\nPID|b\n")
        .unwrap();
    assert_eq!(acknowledged(&answer).0, "AA");
    assert_eq!(server.join().unwrap(), b"\x0bMSH|a\rPID|b\r\x1c\x0d");
}

#[test]
fn each_test_has_a_database_of_its_own() {
    if !present(&[Peer::Postgres]).unwrap() {
        return;
    }
    let first = Database::new("first").unwrap();
    let second = Database::new("second").unwrap();
    assert_ne!(first.url().unwrap(), second.url().unwrap());
    assert!(
        Database::new("first").is_err(),
        "the same name twice is refused"
    );
}
