//! Whatever comes in: never a panic, always an answer that the sender can read.

use crate::department::{Department, site};
use crate::outside_files::{laboratory_codes, settings};
use bytes::Bytes;
use exchange::hl7::limits::Limits;
use exchange::hl7::message::Message;
use exchange::hl7::read::read;
use exchange::hl7::split::split;
use exchange::mllp::frame::{Found, Frames};
use exchange::mllp::server::{Handler, Peer};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

const SEEDS: [&str; 5] = [
    "MSH|^~\\&|HIS|WARD|IR|HOSP|20270112083000||ADT^A40|1|P|2.5.1\rPID|1||H1^^^RIVER^MR||Testi^Aino||19580412|F\rMRG|H2^^^RIVER\r",
    "MSH|^~\\&|HIS|WARD|IR|HOSP|20270112083000||ORM^O01|2|P|2.5.1\rPID|1||H1^^^RIVER||Testi^Aino||19580412|F\rORC|NW|P1||G1||||^^^20270120^^S\rOBR|1|P1||X^Y^L|||||||||||^^^^L\rZDS|1.2.3^A\r",
    "MSH|^~\\&|LAB|X|IR|HOSP|20270112083000||ORU^R01|3|P|2.5.1|||||||UNICODE UTF-8\rPID|1||H1||Tästi\rOBR|1|P|F|Z|||20270111\rOBX|1|NM|6301-6^INR^LN||1.9|1|||||F|||20270111\rOBX|2|SN|1^a^L||<^5||||||C\r",
    "MSH|^~\\&|SCH|X|IR|HOSP|20270112083000||SIU^S13|4|P|2.5.1\rPID|1||H1\rSCH|A1^S|||||\\F\\x\\X41\\|||||^^^202701\rAIS|1||S|2027\rAIL|1||P^Q\r",
    "FHS|^~\\&\rBHS|^~\\&\rMSH*:;!%*A\rPID*1**X:::Y\rMSH|^~\\&|A\rBTS|2\rFTS|1\r",
];

/// A piece of a seed is cut out, doubled, or replaced by other bytes.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<u16>(), any::<u8>(), vec(any::<u8>(), 0..6));
    (0..SEEDS.len(), vec(edit, 0..8)).prop_map(|(seed, edits)| {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for (at, what, put) in edits {
            let at = usize::from(at) % (bytes.len() + 1);
            let end = (at + usize::from(what >> 2)).min(bytes.len());
            match what % 4 {
                0 => drop(bytes.drain(at..end)),
                1 => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
                2 => drop(bytes.splice(at..end, put)),
                _ => drop(bytes.splice(at..at, *b"|^~\\&\r\n\"\"|")),
            }
        }
        bytes
    })
}

fn all_read(bytes: &[u8]) {
    let bytes = Bytes::copy_from_slice(bytes);
    let limits = Limits::default();
    let (settings, codes) = (settings(), laboratory_codes());
    if let Ok(messages) = split(&bytes, &limits) {
        for message in messages {
            let reading = read(&message, &limits, &settings, &codes);
            if let Ok(parsed) = Message::parse(message.clone(), &limits, None) {
                assert_eq!(parsed.bytes(), &message);
                for segment in parsed.segments() {
                    for field in 0..50 {
                        let field = segment.field(field);
                        let _ = (field.whole_text(), field.subcomponent(2, 2));
                    }
                }
            }
            assert!(reading.header.control_id.len() <= message.len() * 4);
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..400)) {
        all_read(&bytes);
    }

    #[test]
    fn random_bytes_behind_a_header_never_panic(tail in vec(any::<u8>(), 0..400)) {
        all_read(&[b"MSH|^~\\&|A|B|C|D|2027||ORU^R01|1|P|2.5\r".as_slice(), &tail].concat());
    }

    #[test]
    fn mutated_messages_never_panic(bytes in mutated()) {
        all_read(&bytes);
    }

    #[test]
    fn frames_are_found_the_same_however_the_stream_is_cut(
        messages in vec(vec(any::<u8>().prop_filter("no end byte", |b| *b != 0x1C), 0..40), 1..5),
        cut in 1_usize..17,
    ) {
        let stream: Vec<u8> = messages.iter().flat_map(|m| exchange::mllp::frame::framed(m)).collect();
        let mut frames = Frames::default();
        let mut got = Vec::new();
        for chunk in stream.chunks(cut) {
            frames.buffer().extend_from_slice(chunk);
            while let Found::Frame(frame) = frames.next(64) {
                got.push(frame.to_vec());
            }
        }
        prop_assert_eq!(got, messages);
    }
}

/// The whole door over a real store: each mutated message is answered, and the answer names the message.
#[tokio::test]
async fn every_mutated_message_gets_an_answer() {
    let ir = Department::open(site()).await;
    let peer = Peer {
        address: "127.0.0.1:1".parse().unwrap(),
        name: String::new(),
    };
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..200 {
        let bytes = mutated().new_tree(&mut runner).unwrap().current();
        let answer = ir
            .door
            .answer(Bytes::from(bytes.clone()), peer.clone())
            .await;
        let shown = String::from_utf8_lossy(&answer);
        let parsed = split(&Bytes::from(answer.clone()), &Limits::default()).expect(&shown);
        for one in parsed {
            let ack = Message::parse(one, &Limits::default(), None).expect(&shown);
            let code = ack.first("MSA").expect(&shown).field(1).text();
            assert!(["AA", "AE", "AR"].contains(&code.as_str()), "{shown}");
        }
        assert!(
            !shown.contains("trouble here"),
            "{shown} for {}",
            String::from_utf8_lossy(&bytes)
        );
    }
}
