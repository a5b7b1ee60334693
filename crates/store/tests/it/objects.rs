//! Objects are there whole, or not at all.

use store::{ObjectKey, Objects};

#[test]
fn an_object_comes_back_byte_for_byte_and_a_half_one_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path()).unwrap();
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let key = objects.put(&bytes).unwrap();
    assert_eq!(objects.put(&bytes).unwrap(), key);
    assert_eq!(objects.get(&key).unwrap(), bytes);

    let mut half = objects.begin().unwrap();
    half.write(b"half").unwrap();
    drop(half);
    assert_eq!(
        std::fs::read_dir(folder.path().join("arriving"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_file_that_arrived_elsewhere_is_kept_without_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path()).unwrap();
    let bytes: Vec<u8> = (0..=255).cycle().take(700_000).collect();
    let path = objects.arriving().join("elsewhere");
    std::fs::write(&path, &bytes).unwrap();
    let (key, length) = objects.adopt(&path).unwrap();
    assert_eq!(length, 700_000);
    assert_eq!(objects.put(&bytes).unwrap(), key);
    assert_eq!(objects.get(&key).unwrap(), bytes);
    assert!(!path.exists());
}

#[test]
fn a_damaged_object_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(folder.path()).unwrap();
    let key = objects.put(b"as it was").unwrap();
    std::fs::write(objects.file(&key), b"as it is").unwrap();
    assert!(objects.get(&key).is_err());
    assert!(objects.verify(&key).is_err());
}

#[test]
fn what_a_killed_process_left_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    drop(Objects::open(folder.path()).unwrap());
    std::fs::write(folder.path().join("arriving/77-0"), b"half").unwrap();
    Objects::open(folder.path()).unwrap();
    assert_eq!(
        std::fs::read_dir(folder.path().join("arriving"))
            .unwrap()
            .count(),
        0
    );
}

#[test]
fn a_second_process_does_not_sweep_what_is_arriving_in_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Objects::open(folder.path()).unwrap();
    let mut arriving = serving.begin().unwrap();
    arriving.write(b"first half, ").unwrap();
    let backup = Objects::open(folder.path()).unwrap();
    arriving.write(b"second half").unwrap();
    let (key, bytes) = arriving.finish().unwrap();
    assert_eq!(bytes, 23);
    assert_eq!(backup.verify(&key).unwrap(), 23);
}

#[test]
fn a_key_is_a_hash_and_nothing_else() {
    assert!(ObjectKey::parse("../../etc/passwd").is_none());
    assert!(ObjectKey::parse(&"a".repeat(64)).is_some());
}
