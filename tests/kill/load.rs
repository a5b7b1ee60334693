//! Orders, objects and forms at once, and a note of each that was acknowledged.

use super::record::{Object, Order, Piece, Record, sha256};
use super::staff;
use anyhow::{Result, bail};
use dicom::objects::radiation_dose_report::write::{ReportHeader, projection};
use interoperability::mllp::{Sender, acknowledged};
use interoperability::program::Program;
use interoperability::staff::Staff;
use interoperability::storage::{Modality, Picture, data_set_of, picture};
use jiff::civil::{DateTime, datetime};
use model::PersonName;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub const IMAGE: &str = "1.2.840.10008.5.1.4.1.1.7";
pub const REPORT: &str = "1.2.840.10008.5.1.4.1.1.88.67";
/// Longer than any piece of work takes: a stalled program fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of pixel data; the longest arrive in a file, the others in memory.
const SIZES: [usize; 6] = [200, 40_000, 5_000, 300_000, 200, 3_000_000];
const WRITTEN: DateTime = datetime(2026, 12, 1, 11, 0, 0, 0);

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// Orders, cancellations, objects and forms.
    Everything,
    Objects,
}

impl Mix {
    pub fn name(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Objects => "objects",
        }
    }
}

/// Where the senders write down what they do.
#[derive(Debug, Default)]
pub struct Board {
    record: Mutex<Record>,
    changed: Condvar,
    is_over: AtomicBool,
    failure: Mutex<Option<String>>,
}

impl Board {
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failure(&self) -> MutexGuard<'_, Option<String>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Sends a piece: `Ok(None)` when it was acknowledged, `Ok(Some(_))` when it was refused, an error when there was no
    /// answer. False when nothing more can be sent.
    pub fn send(&self, piece: Piece, send: impl FnOnce() -> Result<Option<String>>) -> bool {
        let answer = send();
        let kind = piece.kind();
        let is_acknowledged = matches!(answer, Ok(None));
        match answer {
            Ok(None) => self.record().acknowledged.push(piece),
            Ok(Some(words)) => *self.failure() = Some(format!("{kind}: {words}")),
            // The program is gone.
            Err(_) => self.record().cut_off.push(piece),
        }
        self.changed.notify_all();
        is_acknowledged
    }

    fn orders(&self) -> Vec<Order> {
        let record = self.record();
        let all = record.acknowledged.iter().filter_map(|piece| match piece {
            Piece::Order(order) => Some(order.clone()),
            _ => None,
        });
        all.collect()
    }
}

/// The load on one run of the program.
#[derive(Debug)]
pub struct Load {
    board: Arc<Board>,
    threads: Vec<JoinHandle<()>>,
    person: Option<JoinHandle<Staff>>,
}

impl Load {
    /// Two modalities, and with everything two senders of orders and a member of staff with the session of the run
    /// before. What was cut off then is sent again first.
    pub fn begin(
        program: &Program,
        mix: Mix,
        round: u64,
        again: Vec<Piece>,
        session: Option<Staff>,
    ) -> Result<Self> {
        let board = Arc::new(Board::default());
        let mut threads = Vec::new();
        let (objects_again, orders_again): (Vec<_>, Vec<_>) = again
            .into_iter()
            .partition(|piece| matches!(piece, Piece::Object(_)));
        let mut objects_again = Some(objects_again);
        let mut orders_again = Some(orders_again);
        for worker in 0..2 {
            let mut modality = Modality::associate(&program.dicom, "ANGIO1", &[IMAGE, REPORT])?;
            let of = Arc::clone(&board);
            let again = objects_again.take().unwrap_or_default();
            threads.push(std::thread::spawn(move || {
                objects(&of, &mut modality, &format!("{round}.{worker}"), again);
            }));
            if mix == Mix::Objects {
                continue;
            }
            let mut sender = Sender::connect(&program.mllp)?;
            let of = Arc::clone(&board);
            let again = orders_again.take().unwrap_or_default();
            threads.push(std::thread::spawn(move || {
                orders(&of, &mut sender, &format!("{round}.{worker}"), again);
            }));
        }
        let mut person = None;
        if mix == Mix::Everything {
            let of = Arc::clone(&board);
            let mut staff = match session {
                Some(staff) => staff,
                None => Staff::log_in(&program.http, "coordinator")?,
            };
            staff.moves_to(&program.http);
            person = Some(std::thread::spawn(move || staff::works(&of, staff, round)));
        }
        Ok(Self {
            board,
            threads,
            person,
        })
    }

    /// Returns when so many pieces of work were acknowledged, and a moment after that.
    ///
    /// # Errors
    /// When something was refused, or nothing happens any more.
    pub fn wait_for(&self, pieces: usize, then: Duration) -> Result<()> {
        let failed = || self.board.failure().is_some();
        let record = self.board.record();
        let too_few = |record: &mut Record| record.acknowledged.len() < pieces && !failed();
        let (record, waited) = self
            .board
            .changed
            .wait_timeout_while(record, PATIENCE, too_few)
            .unwrap_or_else(PoisonError::into_inner);
        let (record, _) = self
            .board
            .changed
            .wait_timeout_while(record, then, |_| !failed())
            .unwrap_or_else(PoisonError::into_inner);
        let acknowledged = record.acknowledged.len();
        drop(record);
        if let Some(words) = self.board.failure().as_ref() {
            bail!("refused during the load: {words}");
        }
        if waited.timed_out() {
            bail!("only {acknowledged} of {pieces} pieces of work in {PATIENCE:?}");
        }
        Ok(())
    }

    /// After the kill: what was acknowledged and what was cut off, and the session of the person at work.
    pub fn end(self) -> (Record, Option<Staff>) {
        self.board.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            drop(thread.join());
        }
        let person = self.person.and_then(|person| person.join().ok());
        (std::mem::take(&mut *self.board.record()), person)
    }
}

fn orders(board: &Board, sender: &mut Sender, of: &str, again: Vec<Piece>) {
    for piece in again {
        let (Piece::Order(order) | Piece::Cancellation(order)) = &piece else {
            continue;
        };
        let text = order.text.clone();
        if !board.send(piece, || refused(sender, &text)) {
            return;
        }
    }
    for number in 0_usize.. {
        if board.is_over() {
            return;
        }
        let key = format!("{of}.{number}");
        let message = format!("N{key}");
        let order = Order {
            text: order_message("NW", &message, &key),
            message,
            accession: format!("K{key}"),
            study: study(&key),
        };
        let text = order.text.clone();
        if !board.send(Piece::Order(order.clone()), || refused(sender, &text)) {
            return;
        }
        if number % 3 == 1 {
            let message = format!("C{key}");
            let text = order_message("CA", &message, &key);
            let cancelling = Order {
                text: text.clone(),
                message,
                ..order
            };
            if !board.send(Piece::Cancellation(cancelling), || refused(sender, &text)) {
                return;
            }
        }
    }
}

/// `None` when it was accepted, else what the answer says.
fn refused(sender: &mut Sender, message: &str) -> Result<Option<String>> {
    let answer = sender.send_bytes(message.as_bytes())?;
    let (code, segment) = acknowledged(&answer);
    Ok((code != "AA").then(|| segment.to_owned()))
}

fn study(key: &str) -> String {
    format!("1.2.826.0.1.3680043.9.9999.1{key}")
}

fn order_message(control: &str, message: &str, key: &str) -> String {
    format!(
        "MSH|^~\\&|HIS|WARD|SELDINGER|IR|20261124080000||ORM^O01|{message}|P|2.5\r\
         PID|1||KP{key}^^^HARBOUR^MR||Testkill^Patient||19500304|F\r\
         ORC|{control}|PL{key}\r\
         OBR|1|PL{key}||kidney_native_biopsy^Kidney biopsy^99SELDINGER||||||||||||||K{key}\r\
         ZDS|{study}^SELDINGER^Application^DICOM\r",
        study = study(key),
    )
}

fn objects(board: &Board, modality: &mut Modality, of: &str, again: Vec<Piece>) {
    let mut send = |object: Object| {
        let data_set = data_set(&object);
        let (class, instance) = (object.class, object.instance.clone());
        let refused = |status| (status != 0).then(|| format!("{instance}: status {status:#06x}"));
        board.send(Piece::Object(object), || {
            Ok(refused(modality.store(class, &instance, &data_set)?))
        })
    };
    for piece in again {
        if let Piece::Object(object) = piece
            && !send(object)
        {
            return;
        }
    }
    for number in 0_usize.. {
        if board.is_over() {
            return;
        }
        // Every other object belongs to an order that is in, the rest to nobody; every fifth is a dose report.
        let orders = board.orders();
        let order = orders.get(number.checked_rem(orders.len()).unwrap_or(0));
        let order = order.filter(|_| number % 2 == 0);
        let instance = format!("1.2.826.0.1.3680043.9.9998.1{of}.{number}");
        let mut object = Object {
            class: if number % 5 == 2 { REPORT } else { IMAGE },
            accession: order
                .map(|order| order.accession.clone())
                .unwrap_or_default(),
            study: order.map_or_else(|| format!("{instance}.1"), |order| order.study.clone()),
            size: SIZES.get(number % SIZES.len()).copied().unwrap_or(200),
            instance,
            sha256: String::new(),
        };
        object.sha256 = sha256(&data_set(&object));
        if !send(object) {
            return;
        }
    }
}

fn data_set(object: &Object) -> Vec<u8> {
    if object.class == REPORT {
        let report = projection(&report_header(object), &[]);
        return data_set_of(&report).map(<[u8]>::to_vec).unwrap_or_default();
    }
    picture(Picture {
        class: object.class,
        instance: &object.instance,
        accession: &object.accession,
        patient: "",
        study: &object.study,
        pixels: object.size,
    })
}

fn report_header(object: &Object) -> ReportHeader {
    ReportHeader {
        sop_instance_uid: object.instance.clone(),
        study_uid: object.study.clone(),
        series_uid: format!("{}.2", object.study),
        patient_id: String::new(),
        issuer_of_patient_id: String::new(),
        patient_name: PersonName {
            family: "Testkill".to_owned(),
            given: "Patient".to_owned(),
            middle: String::new(),
        },
        birth_date: "19500304".to_owned(),
        sex: "F".to_owned(),
        accession_number: object.accession.clone(),
        manufacturer: "Made up".to_owned(),
        model: "Generator".to_owned(),
        serial_number: "1".to_owned(),
        station_name: "ANGIO1".to_owned(),
        written: WRITTEN,
    }
}
