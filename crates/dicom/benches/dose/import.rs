//! Reports through the storage door into a file database: bytes, row, task and audit durable before the next one.

use super::{Done, EXAMPLE, Figure, figure};
use bytes::Bytes;
use dicom::node::{ArrivedObject, DeskDoor, FileBytes, Kept, ObjectSink, PeerName, read_head};
use serde_json::json;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use store::Store;
use store::database::Location;
use workflow::{Desk, Rules, Site, SystemClock};

const REPORTS: usize = 300;
const EXPLICIT: &str = "1.2.840.10008.1.2.1";

pub fn all(example: &Path) -> Done<Figure> {
    let folder = std::env::temp_dir().join(format!("seldinger-bench-dose-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let done = runtime.block_on(one_by_one(example, &folder));
    drop(runtime);
    std::fs::remove_dir_all(&folder)?;
    done
}

async fn one_by_one(example: &Path, folder: &Path) -> Done<Figure> {
    let location = Location {
        database: None,
        folder: folder.to_owned(),
    };
    let store = Store::open(&location).await?;
    let files: BTreeMap<String, String> = testkit::shipped_rules::files().into_iter().collect();
    let pathway = knowledge::pathway::Pathway::read(|path| files.get(path).cloned())
        .map_err(|flaws| format!("{flaws:?}"))?;
    let rules = Rules::new(
        testkit::shipped_rules::rule_book().clone(),
        pathway,
        testkit::shipped_rules::dose_rules(),
    );
    let site = Arc::new(Site::unconfigured());
    let desk = Desk::new(store, Arc::new(SystemClock), site, Arc::new(rules));
    let door = DeskDoor::new(desk);
    let bytes = std::fs::read(example)?;
    let mut times = Vec::with_capacity(REPORTS);
    for number in 0..REPORTS {
        let object = arrived(renumbered(&bytes, number)?)?;
        let start = Instant::now();
        let kept = door.keep(object).await?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        if kept != Kept::New {
            return Err(format!("report {number} was {kept:?}").into());
        }
    }
    let whole: f64 = times.iter().sum();
    let more = json!({
        "report": EXAMPLE, "bytes": bytes.len(),
        "reports_per_second": REPORTS as f64 / whole * 1e3,
    });
    Ok(figure("report_imported_ms", times, more))
}

/// The example under new SOP instance and study UIDs of the same length.
fn renumbered(bytes: &[u8], number: usize) -> Done<Vec<u8>> {
    let header = dicom::objects::header::read(bytes)?;
    let mut out = bytes.to_vec();
    for uid in [&header.sop_instance_uid, &header.study_uid] {
        let keep = uid.len().checked_sub(5).ok_or("a UID is too short")?;
        let fresh = format!(
            "{}{:05}",
            uid.get(..keep).ok_or("a UID is no text")?,
            number
        );
        let places: Vec<usize> = out
            .windows(uid.len())
            .enumerate()
            .filter(|(_, window)| *window == uid.as_bytes())
            .map(|(at, _)| at)
            .collect();
        for at in places {
            let place = out.get_mut(at..at + uid.len()).ok_or("a UID at the end")?;
            place.copy_from_slice(fresh.as_bytes());
        }
    }
    Ok(out)
}

fn arrived(bytes: Vec<u8>) -> Done<ArrivedObject> {
    let header = dicom::objects::header::read(&bytes)?;
    // Behind preamble and meta group: the first element of group 0008.
    let at = bytes
        .windows(4)
        .skip(132)
        .position(|window| window == [8, 0, 5, 0] || window == [8, 0, 0x16, 0])
        .ok_or("no data set")?
        + 132;
    let head = read_head(bytes.get(at..).unwrap_or_default(), EXPLICIT);
    Ok(ArrivedObject {
        sop_class_uid: header.sop_class_uid,
        sop_instance_uid: header.sop_instance_uid,
        transfer_syntax: EXPLICIT.to_owned(),
        from: PeerName {
            calling_ae_title: "BENCH".to_owned(),
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        },
        head,
        file: FileBytes::Memory(Bytes::from(bytes)),
        data_set_at: at,
    })
}
