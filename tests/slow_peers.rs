//! The real program while slow and silent peers hold connections at each of its doors: everybody else is served.

use interoperability::dimse::{Association, EXPLICIT_LITTLE, IMPLICIT_LITTLE, message};
use interoperability::folder::Folder;
use interoperability::hospital::{self, PASSWORD, account};
use interoperability::http::Client;
use interoperability::mllp::{Sender, acknowledged};
use interoperability::program::{Program, Setup};
use interoperability::storage::{Modality, Picture, picture};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const IMAGE: &str = "1.2.840.10008.5.1.4.1.1.7";
const VERIFICATION: &str = "1.2.840.10008.1.1";
/// More than any door has places for in the settings below.
const HELD: usize = 12;

const LIMITS: &str = "
[limits]
web_connections = 10
web_connections_per_address = 10
hl7_connections = 10
hl7_connections_per_address = 10
dicom_associations = 10
dicom_associations_per_address = 10
";

/// Half a beginning at every door, several times over.
fn slow_peers(program: &Program) -> Vec<TcpStream> {
    let beginnings: [(&str, &[u8]); 6] = [
        (&program.http, b""),
        (
            &program.http,
            b"POST /log-in HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nname=",
        ),
        (&program.mllp, b""),
        (&program.mllp, b"\x0bMSH|^~\\&|HIS|WARD|"),
        (&program.dicom, b""),
        (&program.dicom, b"\x01\x00\x00\x00\x00\xff\x00\x01"),
    ];
    let mut held = Vec::new();
    for (door, beginning) in beginnings {
        for _ in 0..HELD {
            let mut stream = TcpStream::connect(door).unwrap();
            stream.write_all(beginning).unwrap();
            held.push(stream);
        }
    }
    held
}

/// How many of them the program has not closed.
fn still_held(streams: &mut [TcpStream]) -> usize {
    let is_open = |stream: &mut TcpStream| {
        stream
            .set_read_timeout(Some(Duration::from_millis(1)))
            .unwrap();
        let read = stream.read(&mut [0; 1]);
        read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    };
    streams.iter_mut().map(is_open).filter(|open| *open).count()
}

#[test]
fn slow_and_silent_peers_keep_nobody_from_being_served() {
    let folder = Folder::new("slow").unwrap();
    let coordinator = [("coordinator", account("coordinator"))];
    let mut setup = hospital::open_with(&folder, Setup::default(), &coordinator).unwrap();
    setup.settings.push_str(LIMITS);
    let program = Program::start(&folder, &setup).unwrap();
    let mut held = slow_peers(&program);
    // Associated, and in the middle of an object.
    let contexts = [(IMAGE, EXPLICIT_LITTLE)];
    let half = message(1, &[], &[0; 64]);
    let mut modalities: Vec<_> = (0..4)
        .map(|_| {
            let mut modality = Association::open(&program.dicom, "CT1", &contexts).unwrap();
            modality.say(&half[..40]).unwrap();
            modality
        })
        .collect();

    an_order_is_taken(&program);
    an_object_is_kept(&program);
    a_person_logs_in(&program);

    let open = still_held(&mut held);
    assert!(
        open > 2 * HELD,
        "only {open} were still held: they were not in the way"
    );
    for modality in &mut modalities {
        assert!(modality.say(&half[40..41]).is_ok());
    }
    assert_eq!(program.stop().unwrap(), 0);
}

fn an_order_is_taken(program: &Program) {
    let mut sender = Sender::connect(&program.mllp).unwrap();
    let answer = sender
        .send(&hospital::order(1, "kidney_native_biopsy"))
        .unwrap();
    let (code, segment) = acknowledged(&answer);
    assert_eq!(code, "AA", "{segment}");
}

fn an_object_is_kept(program: &Program) {
    let contexts = [(VERIFICATION, IMPLICIT_LITTLE)];
    Association::open(&program.dicom, "ANGIO1", &contexts)
        .unwrap()
        .release()
        .unwrap();
    let mut modality = Modality::associate(&program.dicom, "ANGIO1", &[IMAGE]).unwrap();
    let data_set = picture(Picture {
        class: IMAGE,
        instance: "2.25.77003",
        accession: "",
        patient: "",
        study: "2.25.77004",
        pixels: 4000,
    });
    assert_eq!(modality.store(IMAGE, "2.25.77003", &data_set).unwrap(), 0);
}

fn a_person_logs_in(program: &Program) {
    let mut browser = Client::default();
    let fields = [("name", account("coordinator")), ("password", PASSWORD)];
    let answer = browser.post(&program.http, "/log-in", &fields).unwrap();
    assert_eq!(answer.status, 303);
    let board = browser.get(&program.http, "/board").unwrap();
    assert_eq!(board.status, 200);
}
