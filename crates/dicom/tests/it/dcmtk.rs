//! DCMTK's programs as peers, when they are on the path.

use crate::peer::{EXPLICIT, Started, start, temporary_folder};
use crate::worklist::a_day;
use std::path::Path;
use std::process::{Command, Output};

/// Whether all programs are there; says how many tests are left out when not.
fn have(programs: &[&str], tests: usize) -> bool {
    let missing: Vec<&&str> = programs
        .iter()
        .filter(|program| Command::new(program).arg("--version").output().is_err())
        .collect();
    if !missing.is_empty() {
        println!("left out: {tests} tests with DCMTK ({missing:?} not on the path)");
    }
    missing.is_empty()
}

async fn run(program: &'static str, arguments: Vec<String>) -> Output {
    tokio::task::spawn_blocking(move || Command::new(program).args(arguments).output().unwrap())
        .await
        .unwrap()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn door(node: &Started) -> String {
    format!(
        "-aet TESTPEER -aec SELDINGER {} {}",
        node.address.ip(),
        node.address.port()
    )
}

#[tokio::test]
async fn echoscu_is_answered_and_a_wrong_called_title_is_not() {
    if !have(&["echoscu"], 1) {
        return;
    }
    let node = start(|_| {}).await;
    let good = run("echoscu", words(&format!("--repeat 5 {}", door(&node)))).await;
    assert!(
        good.status.success(),
        "{}",
        String::from_utf8_lossy(&good.stderr)
    );
    let many = run(
        "echoscu",
        words(&format!("--propose-ts 38 --propose-pc 128 {}", door(&node))),
    )
    .await;
    assert!(
        many.status.success(),
        "{}",
        String::from_utf8_lossy(&many.stderr)
    );
    let wrong = words(&format!(
        "-aec OTHER {} {}",
        node.address.ip(),
        node.address.port()
    ));
    let refused = run("echoscu", wrong).await;
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("Called AE Title Not Recognized"));
}

/// The patient ids that `findscu -W` finds with some keys, in the order of the answers.
async fn find(node: &Started, keys: &str) -> Vec<String> {
    let folder = temporary_folder("findscu");
    std::fs::create_dir_all(&folder).unwrap();
    let all = "-k 0010,0010 -k 0010,0020 -k 0008,0050 -k 0020,000D -k 0040,1001 -k 0032,1060 \
               -k (0040,0100)[0].0008,0060 -k (0040,0100)[0].0040,0001 -k (0040,0100)[0].0040,0002 \
               -k (0040,0100)[0].0040,0003 -k (0040,0100)[0].0040,0009";
    let text = format!("-W -X -od {} {all} {keys} {}", folder.display(), door(node));
    let found = run("findscu", words(&text)).await;
    assert!(
        found.status.success(),
        "{}",
        String::from_utf8_lossy(&found.stderr)
    );
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let ids = files.iter().map(|file| dumped(file, "0010,0020")).collect();
    std::fs::remove_dir_all(&folder).unwrap();
    ids
}

/// The value of an element as `dcmdump` shows it.
fn dumped(file: &Path, tag: &str) -> String {
    let output = Command::new("dcmdump")
        .args(["-q", "+P", tag])
        .arg(file)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let value = text.split(['[', ']']).nth(1).unwrap_or_default();
    value.to_owned()
}

#[tokio::test]
async fn findscu_finds_the_day_by_date_station_and_patient_id() {
    if !have(&["findscu", "dcmdump"], 1) {
        return;
    }
    let node = start(|_| {}).await;
    *node.worklist.steps.lock().unwrap() = a_day();
    assert_eq!(find(&node, "").await, ["P0001", "P0002", "P0003", "P0004"]);
    let date = "-k (0040,0100)[0].0040,0002=20260601";
    assert_eq!(find(&node, date).await, ["P0001", "P0002", "P0004"]);
    let both = format!("{date} -k (0040,0100)[0].0040,0001=ANGIO1");
    assert_eq!(find(&node, &both).await, ["P0001", "P0002"]);
    assert_eq!(find(&node, "-k 0010,0020=P0003").await, ["P0003"]);
    assert_eq!(find(&node, "-k 0010,0010=DEMOV*").await, ["P0004"]);
    assert_eq!(
        find(&node, "-k 0010,0020=NOBODY").await,
        Vec::<String>::new()
    );
    // Implicit little endian alone, and a peer that takes small PDUs only.
    assert_eq!(find(&node, "-xi -k 0010,0020=P0002").await, ["P0002"]);
    assert_eq!(find(&node, "-pdu 4096").await.len(), 4);
}

#[tokio::test]
async fn storescu_sends_what_dump2dcm_made_and_dcmdump_reads_what_we_kept() {
    if !have(&["storescu", "dump2dcm", "dcmdump"], 1) {
        return;
    }
    let folder = temporary_folder("storescu");
    std::fs::create_dir_all(&folder).unwrap();
    let dump = folder.join("object.txt");
    let text = "(0008,0016) UI [1.2.840.10008.5.1.4.1.1.88.67]\n(0008,0018) UI [1.2.3.4]\n\
                (0008,0060) CS [SR]\n(0010,0010) PN [DEMO^Anna]\n(0010,0020) LO [P0001]\n\
                (0020,000d) UI [1.2.826.0.1.1]\n(0020,000e) UI [1.2.3.5]\n";
    std::fs::write(&dump, text).unwrap();
    let file = folder.join("object.dcm");
    let made = Command::new("dump2dcm")
        .args(["+te", "-q"])
        .args([&dump, &file])
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let node = start(|_| {}).await;
    for _ in 0..2 {
        let text = format!("{} {}", door(&node), file.display());
        let sent = run("storescu", words(&text)).await;
        assert!(
            sent.status.success(),
            "{}",
            String::from_utf8_lossy(&sent.stderr)
        );
    }
    let kept = {
        let files = node.sink.files.lock().unwrap();
        assert_eq!(files["1.2.3.4"].len(), 1);
        let kept = &files["1.2.3.4"][0];
        assert_eq!(
            (kept.transfer_syntax.as_str(), kept.patient_id.as_str()),
            (EXPLICIT, "P0001")
        );
        kept.bytes.clone()
    };
    let out = folder.join("kept.dcm");
    std::fs::write(&out, kept).unwrap();
    for tag in ["0002,0002", "0008,0016"] {
        assert_eq!(dumped(&out, tag), dumped(&file, tag));
    }
    assert_eq!(dumped(&out, "0010,0010"), "DEMO^Anna");
    std::fs::remove_dir_all(&folder).unwrap();
}
