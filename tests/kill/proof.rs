//! Looks into the store of a program that is not running.

use super::load::REPORT;
use super::record::{ByHand, Form, Object, Order, Piece, Record, sha256};
use anyhow::{Context, Result, ensure};
use interoperability::folder::Folder;
use interoperability::storage::data_set_of;
use std::path::PathBuf;
use store::database::Location;
use store::rows::{CaseRow, ObjectRow};
use store::{ObjectKey, Store};
use tokio::runtime::Runtime;
use workflow::case_file::load_case;

/// How the door names the sender of the orders.
const SENDER: &str = "HIS WARD";
const ISSUER: &str = "HARBOUR";

/// The store, opened for each look.
#[derive(Debug)]
pub struct Proof {
    runtime: Runtime,
    data: PathBuf,
    database: Option<String>,
}

impl Proof {
    pub fn new(folder: &Folder, database: Option<String>) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let data = folder.path().join("data");
        Ok(Self {
            runtime,
            data,
            database,
        })
    }

    fn with<T>(&self, look: impl AsyncFnOnce(Store) -> Result<T>) -> Result<T> {
        self.runtime.block_on(async {
            let location = Location {
                database: self.database.clone(),
                folder: self.data.clone(),
            };
            look(Store::open(&location).await?).await
        })
    }

    /// All that was acknowledged is there, whole; what was cut off is there whole or not at all.
    pub fn all_there(&self, record: &Record) -> Result<()> {
        self.with(async |store| {
            for piece in &record.acknowledged {
                let found = is_there(&store, piece).await;
                ensure!(
                    found.with_context(|| format!("{piece:?}"))?,
                    "lost: {piece:?}"
                );
            }
            for piece in &record.cut_off {
                is_there(&store, piece)
                    .await
                    .with_context(|| format!("cut off: {piece:?}"))?;
            }
            Ok(())
        })
    }

    /// After a polite stop nothing lies in the folder for arriving objects.
    pub fn nothing_arriving(&self) -> Result<()> {
        self.with(async |store| {
            let arriving = store.objects.arriving();
            let left = std::fs::read_dir(&arriving)?.count();
            ensure!(
                left == 0,
                "{left} half objects lie in {}",
                arriving.display()
            );
            Ok(())
        })
    }

    /// Where the bytes of an object are.
    pub fn file_of(&self, object: &Object) -> Result<PathBuf> {
        self.with(async |store| {
            let rows = store.query.object(&object.instance).await?;
            let row = rows.first().context("no row")?;
            let key = ObjectKey::parse(&row.sha256).context("no key")?;
            Ok(store.objects.file(&key))
        })
    }
}

/// Whether a piece of work is there; half of one is an error.
async fn is_there(store: &Store, piece: &Piece) -> Result<bool> {
    match piece {
        Piece::Order(order) => order_is_there(store, order).await,
        Piece::Cancellation(order) => cancellation_is_there(store, order).await,
        Piece::Object(object) => object_is_there(store, object).await,
        Piece::NewCase(case) => case_by_hand_is_there(store, case).await,
        Piece::Form(form) => form_is_there(store, form).await,
    }
}

/// The message stands in the inbox with its bytes.
async fn message_is_there(store: &Store, order: &Order) -> Result<bool> {
    let Some(row) = store.query.taken_in(SENDER, &order.message).await? else {
        return Ok(false);
    };
    ensure!(
        row.outcome == "applied",
        "it was {}: {}",
        row.outcome,
        row.reason
    );
    let key = ObjectKey::parse(&row.object_key).context("no key")?;
    let bytes = store.objects.get(&key).context("the message's bytes")?;
    ensure!(bytes == order.text.as_bytes(), "other bytes were kept");
    Ok(true)
}

async fn order_is_there(store: &Store, order: &Order) -> Result<bool> {
    let by_accession = store
        .query
        .cases_by_key("accession", &order.accession)
        .await?;
    let by_study = store.query.cases_by_key("study_uid", &order.study).await?;
    ensure!(
        by_accession == by_study,
        "{by_accession:?} and {by_study:?}"
    );
    if !message_is_there(store, order).await? {
        ensure!(
            by_accession.is_empty(),
            "{by_accession:?} without the message that made it"
        );
        return Ok(false);
    }
    ensure!(by_accession.len() == 1, "its cases are {by_accession:?}");
    let id = by_accession.first().context("no case")?;
    whole_case(store, id).await?;
    Ok(true)
}

/// The row of a case that is as its events say, with its patient.
async fn whole_case(store: &Store, id: &str) -> Result<CaseRow> {
    let case = load_case(&store.query, id).await?;
    let case = case.with_context(|| format!("{id} has no events"))?;
    let row = store
        .query
        .case(id)
        .await?
        .with_context(|| format!("{id} has no row"))?;
    let version = i64::try_from(case.version)?;
    ensure!(
        row.version == version,
        "{id}: row {} of {version}",
        row.version
    );
    ensure!(
        row.state == case.state.code(),
        "{id} is {} in its row",
        row.state
    );
    let patient = store.query.patient(&row.patient_key).await?;
    ensure!(patient.is_some(), "{id} has no patient");
    Ok(row)
}

async fn cancellation_is_there(store: &Store, order: &Order) -> Result<bool> {
    let cases = store
        .query
        .cases_by_key("accession", &order.accession)
        .await?;
    let id = cases.first().context("the order has no case")?;
    let row = whole_case(store, id).await?;
    let is_there = message_is_there(store, order).await?;
    ensure!(
        is_there == (row.state == "cancelled"),
        "{id} is {}",
        row.state
    );
    Ok(is_there)
}

async fn object_is_there(store: &Store, object: &Object) -> Result<bool> {
    let rows = store.query.object(&object.instance).await?;
    let row = match rows.as_slice() {
        [] => return Ok(false),
        [row] => row,
        several => anyhow::bail!("it has {} versions", several.len()),
    };
    let key = ObjectKey::parse(&row.sha256).context("no key")?;
    let bytes = store.objects.get(&key).context("its bytes")?;
    ensure!(row.bytes == i64::try_from(bytes.len())?, "another length");
    ensure!(
        sha256(data_set_of(&bytes)?) == object.sha256,
        "other bytes were kept"
    );
    let kind = if object.class == REPORT {
        "dose_report"
    } else {
        "image"
    };
    ensure!(row.kind == kind, "it is kept as {}", row.kind);
    it_is_filed(store, object, row).await?;
    Ok(true)
}

/// Under the case of its order, which knows its study and, of a report, its dose; or under nobody.
async fn it_is_filed(store: &Store, object: &Object, row: &ObjectRow) -> Result<()> {
    if object.accession.is_empty() {
        ensure!(row.case_id.is_empty(), "it went to {}", row.case_id);
        return Ok(());
    }
    let cases = store
        .query
        .cases_by_key("accession", &object.accession)
        .await?;
    ensure!(
        cases.first() == Some(&row.case_id),
        "it went to {:?}",
        row.case_id
    );
    whole_case(store, &row.case_id).await?;
    let events = store.query.events(&format!("case:{}", row.case_id)).await?;
    let needle = if object.class == REPORT {
        &object.instance
    } else {
        &object.study
    };
    ensure!(
        events.iter().any(|event| event.body.contains(needle)),
        "{} does not know of it",
        row.case_id
    );
    Ok(())
}

async fn case_by_hand_is_there(store: &Store, case: &ByHand) -> Result<bool> {
    let patient = store
        .query
        .patient_by_identifier(ISSUER, &case.hospital_number)
        .await?;
    let Some(patient) = patient else {
        return Ok(false);
    };
    let cases = store.query.cases_of_patient(&patient.patient_key).await?;
    ensure!(cases.len() == 1, "the patient has {} cases", cases.len());
    for entry in cases {
        whole_case(store, &entry.case.case_id).await?;
    }
    Ok(true)
}

/// Its words stand in one event, and the event's row is as new as that.
async fn form_is_there(store: &Store, form: &Form) -> Result<bool> {
    let row = whole_case(store, &form.case).await?;
    let stream = match form.event {
        "patient" => format!("patient:{}", row.patient_key),
        _ => format!("case:{}", form.case),
    };
    let events = store.query.events(&stream).await?;
    let found: Vec<_> = events
        .iter()
        .filter(|event| event.body.contains(&form.words))
        .collect();
    let Some(first) = found.first() else {
        return Ok(false);
    };
    if form.event == "patient" {
        let patient = store
            .query
            .patient(&row.patient_key)
            .await?
            .context("no patient")?;
        ensure!(
            patient.body.contains(&form.words),
            "the patient's row does not say it"
        );
    } else {
        ensure!(found.len() == 1, "it stands in {} events", found.len());
        ensure!(first.kind == form.event, "it stands in {}", first.kind);
    }
    Ok(true)
}
