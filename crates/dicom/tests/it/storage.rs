//! C-STORE: what arrives is what is kept.

use crate::peer::{
    C_STORE, EXPLICIT, Heard, IMPLICIT, Peer, SECONDARY_CAPTURE, message, start, store_command,
};
use dicom::node::{CharacterSet, Command, DataSet, Encoding, NotKept, read_head};
use dicom_core::Tag;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

fn small_object(instance: &str, description: &str) -> Vec<u8> {
    let mut set = DataSet::default();
    set.put(Tag(0x0008, 0x0016), SECONDARY_CAPTURE);
    set.put(Tag(0x0008, 0x0018), instance);
    set.put(Tag(0x0008, 0x1030), description);
    set.put(Tag(0x0010, 0x0020), "P1");
    set.put(Tag(0x0020, 0x000D), "1.2.9");
    set.write(Encoding::ExplicitLittle, &CharacterSet::utf8())
}

const CONTEXTS: [(&str, &[&str]); 1] = [(SECONDARY_CAPTURE, &[EXPLICIT])];

#[tokio::test]
async fn the_same_bytes_change_nothing_and_other_bytes_are_a_further_version() {
    let node = start(|_| {}).await;
    let mut peer = Peer::associated(node.address, &CONTEXTS).await;
    for (description, versions) in [("one", 1), ("one", 1), ("two", 2), ("one", 2)] {
        let data = small_object("1.2.3", description);
        peer.say(&message(
            1,
            &store_command(1, SECONDARY_CAPTURE, "1.2.3"),
            Some(&data),
        ))
        .await;
        assert_eq!(peer.status().await, 0);
        assert_eq!(node.sink.files.lock().unwrap()["1.2.3"].len(), versions);
    }
    assert_eq!(node.counters.objects_kept.load(Ordering::Relaxed), 2);
    assert_eq!(node.counters.objects_again.load(Ordering::Relaxed), 2);
    peer.release().await;
}

#[tokio::test]
async fn a_long_object_goes_through_the_spool_and_leaves_nothing_there() {
    let node = start(|settings| settings.limits.object_in_memory_bytes_max = 10_000).await;
    let mut peer = Peer::associated(node.address, &CONTEXTS).await;
    let mut data = small_object("1.2.3", "long");
    data.extend_from_slice(&[
        0xE0, 0x7F, 0x10, 0x00, b'O', b'W', 0, 0, 0x40, 0x42, 0x0F, 0x00,
    ]);
    data.extend((0..1_000_000_u32).map(|n| n as u8));
    peer.say(&message(
        1,
        &store_command(1, SECONDARY_CAPTURE, "1.2.3"),
        Some(&data),
    ))
    .await;
    assert_eq!(peer.status().await, 0);
    peer.release().await;
    let files = node.sink.files.lock().unwrap();
    let kept = &files["1.2.3"][0];
    assert!(kept.bytes[kept.data_set_at..] == data);
    assert_eq!(node.sink.spooled.load(Ordering::Relaxed), 1);
    assert_eq!(std::fs::read_dir(&node.spool).unwrap().count(), 0);
}

#[tokio::test]
async fn what_an_earlier_run_left_half_arrived_is_removed_at_start() {
    let folder = crate::peer::temporary_folder("sweep");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("incoming-1-0.part"), b"half").unwrap();
    std::fs::write(folder.join("somebody-elses"), b"kept").unwrap();
    let used = folder.clone();
    let _node = start(|settings| settings.spool = used).await;
    assert!(!folder.join("incoming-1-0.part").exists());
    assert!(folder.join("somebody-elses").exists());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn each_refusal_has_its_status_and_a_comment_and_the_association_lives() {
    let node = start(|_| {}).await;
    let mut peer = Peer::associated(node.address, &CONTEXTS).await;
    let data = small_object("1.2.3", "x");
    let no_data_set =
        Command::request(C_STORE, 1, SECONDARY_CAPTURE).with_sop_instance_uid("1.2.3");
    let cases: [(Command, Option<&[u8]>, u16); 7] = [
        (no_data_set, None, 0xC000),
        (store_command(1, SECONDARY_CAPTURE, ""), Some(&data), 0xC000),
        (
            store_command(1, SECONDARY_CAPTURE, &"1".repeat(66)),
            Some(&data),
            0xC000,
        ),
        (
            store_command(1, SECONDARY_CAPTURE, "1.2.3"),
            Some(&[]),
            0xC000,
        ),
        (
            store_command(1, "1.2.840.10008.5.1.4.1.1.2", "1.2.3"),
            Some(&data),
            0x0122,
        ),
        (
            store_command(1, SECONDARY_CAPTURE, "1.2.4"),
            Some(&data),
            0xA900,
        ),
        (
            store_command(1, SECONDARY_CAPTURE, "1.2.3"),
            Some(&data),
            0x0000,
        ),
    ];
    for (command, data, expected) in cases {
        peer.say(&message(1, &command, data)).await;
        let Heard::Message(response, None) = peer.hear().await else {
            panic!("no response")
        };
        assert_eq!(response.status(), Some(expected));
        assert_eq!(response.error_comment().is_empty(), expected == 0);
    }
    for (failure, expected) in [
        (NotKept::OutOfResources("disk".into()), 0xA700),
        (NotKept::Refused("a demonstration object".into()), 0x0124),
    ] {
        *node.sink.fails.lock().unwrap() = Some(failure);
        peer.say(&message(
            1,
            &store_command(1, SECONDARY_CAPTURE, "1.2.3"),
            Some(&data),
        ))
        .await;
        assert_eq!(peer.status().await, expected);
    }
    assert_eq!(node.sink.files.lock().unwrap().len(), 1);
    peer.release().await;
}

#[tokio::test]
async fn an_object_without_end_is_refused_and_the_association_ended() {
    let node = start(|settings| settings.limits.object_bytes_max = 50_000).await;
    let mut peer = Peer::associated(node.address, &CONTEXTS).await;
    let data = vec![0; 60_000];
    peer.say(&message(
        1,
        &store_command(1, SECONDARY_CAPTURE, "1.2.3"),
        Some(&data),
    ))
    .await;
    assert_eq!(peer.status().await, 0xA700);
    assert_eq!(peer.hear().await, Heard::Aborted(0, 0));
    assert!(node.sink.files.lock().unwrap().is_empty());
}

#[tokio::test]
async fn no_room_in_the_spool_is_out_of_resources_and_a_later_object_is_kept() {
    let node = start(|settings| settings.limits.object_in_memory_bytes_max = 100).await;
    std::fs::remove_dir_all(&node.spool).unwrap();
    let mut peer = Peer::associated(node.address, &CONTEXTS).await;
    let data = small_object("1.2.3", "x");
    let store = message(
        1,
        &store_command(1, SECONDARY_CAPTURE, "1.2.3"),
        Some(&data),
    );
    peer.say(&store).await;
    assert_eq!(peer.status().await, 0xA700);
    std::fs::create_dir_all(&node.spool).unwrap();
    peer.say(&store).await;
    assert_eq!(peer.status().await, 0);
    peer.release().await;
}

/// (transfer syntax, offset of the data set) of a file as it lies on a disk; implicit little endian where the file
/// does not say.
fn part_10(bytes: &[u8]) -> (String, usize) {
    let mut at = if bytes.get(128..132) == Some(b"DICM") {
        132
    } else {
        0
    };
    let mut syntax = IMPLICIT.to_owned();
    while let Some([0x02, 0x00, e0, e1, v0, v1, l0, l1]) = bytes.get(at..at + 8) {
        let long = matches!(&[*v0, *v1], b"OB" | b"UN" | b"OW" | b"UT" | b"SQ");
        let (start, length) = if long {
            let four: [u8; 4] = bytes[at + 8..at + 12].try_into().unwrap();
            (at + 12, u32::from_le_bytes(four) as usize)
        } else {
            (at + 8, usize::from(u16::from_le_bytes([*l0, *l1])))
        };
        let Some(value) = bytes.get(start..start + length) else {
            break;
        };
        if [*e0, *e1] == [0x10, 0x00] {
            syntax = String::from_utf8_lossy(value)
                .trim_matches(['\0', ' '])
                .to_owned();
        }
        at = start + length;
    }
    (syntax, at)
}

fn files_below(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_below(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "dcm") {
            into.push(path);
        }
    }
}

#[tokio::test]
async fn odd_objects_and_real_images_are_kept_byte_for_byte() {
    let Some(data) = std::env::var_os("SELDINGER_TEST_DATA") else {
        println!(
            "left out: all files of data/odd, data/images and data/rdsr (SELDINGER_TEST_DATA is not set)"
        );
        return;
    };
    let mut files = Vec::new();
    for folder in ["odd", "images", "rdsr", "decode"] {
        files_below(&Path::new(&data).join("data").join(folder), &mut files);
    }
    assert!(files.len() > 50);
    let node = start(|_| {}).await;
    let mut flawed = 0;
    for (n, path) in files.iter().enumerate() {
        let bytes = std::fs::read(path).unwrap();
        let (syntax, at) = part_10(&bytes);
        let data_set = &bytes[at..];
        let head = read_head(data_set, &syntax);
        let or = |text: &str, other: String| {
            if text.is_empty() {
                other
            } else {
                text.to_owned()
            }
        };
        let class = or(&head.sop_class_uid, SECONDARY_CAPTURE.to_owned());
        // Several files are variants of one instance: each is still found under its own bytes.
        let instance = or(&head.sop_instance_uid, format!("1.2.3.{n}"));
        let mut peer = Peer::associated(node.address, &[(&class, &[&syntax])]).await;
        peer.say(&message(
            1,
            &store_command(1, &class, &instance),
            Some(data_set),
        ))
        .await;
        assert_eq!(peer.status().await, 0, "{}", path.display());
        peer.release().await;
        let kept = node.sink.files.lock().unwrap();
        let version = kept[&instance].iter().find(|version| {
            version.bytes[version.data_set_at..] == *data_set && version.transfer_syntax == syntax
        });
        let version = version.unwrap_or_else(|| panic!("{} is not kept as sent", path.display()));
        assert_eq!(
            part_10(&version.bytes),
            (syntax.clone(), version.data_set_at)
        );
        assert_eq!(version.study_instance_uid, head.study_instance_uid);
        flawed += u32::from(version.head_flaw.is_some());
    }
    println!(
        "{} objects kept byte for byte, {flawed} with a head that cannot be read to its end",
        files.len()
    );
}
