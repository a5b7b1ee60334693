//! Figures of the node on a real store (SQLite in a temporary folder), one JSON line each:
//! `cargo run --profile ci -p dicom --example node_bench [FOLDER]`. Nothing is asserted but that every answer is a
//! success. The peer runs in the same process on the same cores.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a measuring program: it may fail, and its figures are its output"
)]

#[path = "../tests/it/peer.rs"]
mod peer;

use dicom::node::{CharacterSet, DataSet, DeskDoor, Encoding, Limits, Node, NodeSettings, Peers};
use dicom_dictionary_std::tags;
use knowledge::pathway::Pathway;
use peer::{EXPLICIT, Peer, SECONDARY_CAPTURE, VERIFICATION, message, store_command};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use store::Store;
use store::database::Location;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use workflow::{Desk, Rules, Site, SystemClock};

#[tokio::main]
async fn main() {
    let named = std::env::args().nth(1).map(PathBuf::from);
    let folder = named.unwrap_or_else(|| peer::temporary_folder("bench"));
    std::fs::create_dir_all(&folder).unwrap();
    let (address, stop) = node(&folder).await;
    associations(address, 500).await;
    echoes(address, 2000).await;
    let mut serial = 0;
    for (name, bytes, objects) in [("512 KiB", 512 * 1024, 200), ("10 KiB", 10 * 1024, 2000)] {
        for peers in [1, 4] {
            objects_of(address, name, bytes, objects, peers, &mut serial).await;
        }
    }
    stop.cancel();
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn node(folder: &Path) -> (SocketAddr, CancellationToken) {
    let location = Location {
        database: None,
        folder: folder.to_owned(),
    };
    let store = Store::open(&location).await.unwrap();
    let files: BTreeMap<String, String> = testkit::shipped_rules::files().into_iter().collect();
    let pathway = Pathway::read(|path| files.get(path).cloned()).unwrap();
    let rules = Rules::new(
        testkit::shipped_rules::rule_book().clone(),
        pathway,
        testkit::shipped_rules::dose_rules(),
    );
    let site = Arc::new(Site::unconfigured());
    let desk = Desk::new(store, Arc::new(SystemClock), site, Arc::new(rules));
    let settings = NodeSettings {
        ae_title: model::AeTitle::new("SELDINGER").unwrap(),
        peers: Peers::Open,
        limits: Limits::default(),
        spool: desk.objects().arriving(),
    };
    let door = Arc::new(DeskDoor::new(desk));
    let node = Node::new(settings, door.clone(), door).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(node.serve(listener, stop.clone()));
    (address, stop)
}

fn figure(what: &str, size: &str, peers: usize, count: usize, began: Instant, bytes: usize) {
    let seconds = began.elapsed().as_secs_f64();
    let line = serde_json::json!({
        "bench": "dicom_node",
        "what": what,
        "size": size,
        "associations": peers,
        "count": count,
        "seconds": seconds,
        "per_second": count as f64 / seconds,
        "mib_per_second": bytes as f64 / seconds / 1_048_576.0,
    });
    println!("{line}");
}

async fn associations(address: SocketAddr, count: usize) {
    let began = Instant::now();
    for _ in 0..count {
        Peer::associated(address, &[(VERIFICATION, &[EXPLICIT])])
            .await
            .release()
            .await;
    }
    figure("association and release", "", 1, count, began, 0);
}

async fn echoes(address: SocketAddr, count: usize) {
    let mut peer = Peer::associated(address, &[(VERIFICATION, &[EXPLICIT])]).await;
    let began = Instant::now();
    for _ in 0..count {
        assert_eq!(peer.echo().await, 0);
    }
    figure("C-ECHO", "", 1, count, began, 0);
}

async fn objects_of(
    address: SocketAddr,
    size: &str,
    bytes: usize,
    objects: usize,
    peers: usize,
    serial: &mut usize,
) {
    // All messages are made before the clock starts.
    let mut messages: Vec<Vec<Vec<u8>>> = vec![Vec::new(); peers];
    for n in 0..objects {
        *serial += 1;
        let instance = format!("1.2.3.{serial}");
        let command = store_command(1, SECONDARY_CAPTURE, &instance);
        let data = object(&instance, bytes);
        messages[n % peers].push(message(1, &command, Some(&data)));
    }
    let mut ready = Vec::new();
    for batch in messages {
        let peer = Peer::associated(address, &[(SECONDARY_CAPTURE, &[EXPLICIT])]).await;
        ready.push((peer, batch));
    }
    let began = Instant::now();
    let senders = ready.into_iter().map(|(mut peer, batch)| {
        tokio::spawn(async move {
            for message in batch {
                peer.say(&message).await;
                assert_eq!(peer.status().await, 0);
            }
            peer.release().await;
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.unwrap();
    }
    figure(
        "C-STORE, durable",
        size,
        peers,
        objects,
        began,
        objects * bytes,
    );
}

fn object(instance: &str, bytes: usize) -> Vec<u8> {
    let mut set = DataSet::default();
    set.put(tags::SOP_CLASS_UID, SECONDARY_CAPTURE);
    set.put(tags::SOP_INSTANCE_UID, instance);
    set.put(tags::STUDY_INSTANCE_UID, "1.2.77");
    set.put(tags::PATIENT_ID, "BENCH");
    let mut data = set.write(Encoding::ExplicitLittle, &CharacterSet::utf8());
    data.extend_from_slice(&[0xE0, 0x7F, 0x10, 0x00, b'O', b'W', 0, 0]);
    data.extend_from_slice(&(bytes as u32).to_le_bytes());
    data.extend((0..bytes).map(|n| (n % 251) as u8));
    data
}
