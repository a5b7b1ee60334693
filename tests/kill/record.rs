//! What was sent, what of it was acknowledged, and what was under way when the program was killed.

use sha2::{Digest, Sha256};

/// One piece of work.
#[derive(Debug, Clone)]
pub enum Piece {
    Order(Order),
    /// The message that takes an order back.
    Cancellation(Order),
    Object(Object),
    /// A case made by hand.
    NewCase(ByHand),
    /// A form of staff.
    Form(Form),
}

/// An order in HL7; as a cancellation the message is the one that cancels.
#[derive(Debug, Clone)]
pub struct Order {
    pub message: String,
    /// All bytes of the message.
    pub text: String,
    pub accession: String,
    pub study: String,
}

#[derive(Debug, Clone)]
pub struct Object {
    pub class: &'static str,
    pub instance: String,
    /// Empty when no order has it.
    pub accession: String,
    pub study: String,
    /// How it is made again, to be sent again.
    pub size: usize,
    /// Of the data set as it was sent.
    pub sha256: String,
}

#[derive(Debug, Clone)]
pub struct ByHand {
    pub hospital_number: String,
}

/// One form about a case.
#[derive(Debug, Clone)]
pub struct Form {
    pub case: String,
    /// The event that it makes.
    pub event: &'static str,
    /// Words that stand in that event and in no other.
    pub words: String,
}

impl Piece {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Order(_) => "orders",
            Self::Cancellation(_) => "cancellations",
            Self::Object(object) if object.class == super::load::REPORT => "dose reports",
            Self::Object(_) => "images",
            Self::NewCase(_) => "cases by hand",
            Self::Form(_) => "forms",
        }
    }

    /// The same with a key that nobody sent: to show that its loss would be seen.
    pub fn never_sent(&self) -> Self {
        let mut piece = self.clone();
        match &mut piece {
            Self::Order(order) | Self::Cancellation(order) => order.message.push_str("lost"),
            Self::Object(object) => object.instance.push_str(".0"),
            Self::NewCase(case) => case.hospital_number.push_str("lost"),
            Self::Form(form) => form.words.push_str("lost"),
        }
        piece
    }
}

#[derive(Debug, Default)]
pub struct Record {
    pub acknowledged: Vec<Piece>,
    /// Without an answer: there whole, or not at all.
    pub cut_off: Vec<Piece>,
}

impl Record {
    pub fn of(piece: Piece) -> Self {
        Self {
            acknowledged: vec![piece],
            cut_off: Vec::new(),
        }
    }

    pub fn append(&mut self, mut other: Self) {
        self.acknowledged.append(&mut other.acknowledged);
        self.cut_off.append(&mut other.cut_off);
    }

    /// Each kind of what was acknowledged, once.
    pub fn kinds(&self) -> Vec<&'static str> {
        let mut kinds: Vec<_> = self.acknowledged.iter().map(Piece::kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    pub fn words(&self) -> String {
        let of = |kind| {
            let all = self.acknowledged.iter();
            all.filter(|piece| piece.kind() == kind).count()
        };
        let kinds = self.kinds();
        let words = kinds.iter().map(|kind| format!("{} {kind}", of(*kind)));
        format!("{} acknowledged", words.collect::<Vec<_>>().join(", "))
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
