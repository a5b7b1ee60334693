//! Peers that lie, stall or stay silent are ended, and nobody else notices.

use crate::peer::{
    C_ECHO, EXPLICIT, Heard, IMPLICIT, Peer, SECONDARY_CAPTURE, VERIFICATION, message, p_data,
    request, request_bytes, start, store_command,
};
use dicom::node::{Command, Limits, Peers};
use model::AeTitle;
use std::sync::atomic::Ordering;
use std::time::Duration;

const BOTH: [(&str, &[&str]); 2] = [
    (VERIFICATION, &[IMPLICIT]),
    (SECONDARY_CAPTURE, &[EXPLICIT, IMPLICIT]),
];

/// Says `lie` on an association of its own and expects `end`, while another peer is served before and after.
async fn check(lie: Vec<u8>, end: Heard, change: impl FnOnce(&mut Limits)) {
    let node = start(|settings| change(&mut settings.limits)).await;
    let mut other = Peer::associated(node.address, &BOTH).await;
    assert_eq!(other.echo().await, 0);
    let mut liar = Peer::associated(node.address, &BOTH).await;
    liar.say(&lie).await;
    assert_eq!(other.echo().await, 0);
    assert_eq!(liar.hear().await, end);
    assert_eq!(liar.hear().await, Heard::HungUp);
    assert_eq!(other.echo().await, 0);
    other.release().await;
    assert!(node.sink.files.lock().unwrap().is_empty());
}

fn echo() -> Vec<u8> {
    message(1, &Command::request(C_ECHO, 1, VERIFICATION), None)
}

fn store_begun() -> Vec<u8> {
    let command = store_command(1, SECONDARY_CAPTURE, "1.2.3");
    let mut bytes = p_data(3, true, &command.write(), 16_000);
    let mut data = p_data(3, false, &[0; 64], 16_000);
    data[11] = 0;
    bytes.extend(data);
    bytes
}

#[tokio::test]
async fn a_pdu_longer_than_agreed() {
    check(
        vec![4, 0, 0xFF, 0xFF, 0xFF, 0xFF],
        Heard::Aborted(2, 6),
        |_| {},
    )
    .await;
    let just_too_long = [&[4, 0][..], &(256 * 1024 + 1_u32).to_be_bytes()].concat();
    check(just_too_long, Heard::Aborted(2, 6), |_| {}).await;
}

#[tokio::test]
async fn a_context_that_was_not_accepted() {
    let mut lie = echo();
    lie[10] = 9;
    check(lie, Heard::Aborted(2, 6), |_| {}).await;
}

#[tokio::test]
async fn values_that_do_not_add_up() {
    for length in [0, 1, 500, u32::MAX] {
        let mut lie = echo();
        lie[6..10].copy_from_slice(&length.to_be_bytes());
        check(lie, Heard::Aborted(2, 6), |_| {}).await;
    }
}

#[tokio::test]
async fn pdus_that_have_no_place_here() {
    check(
        vec![9, 0, 0, 0, 0, 4, 0, 0, 0, 0],
        Heard::Aborted(2, 1),
        |_| {},
    )
    .await;
    check(
        vec![2, 0, 0, 0, 0, 4, 0, 0, 0, 0],
        Heard::Aborted(2, 2),
        |_| {},
    )
    .await;
    let second_request = request_bytes(request("TESTPEER", "SELDINGER", &BOTH));
    check(second_request, Heard::Aborted(2, 2), |_| {}).await;
    let mut release_inside = store_begun();
    release_inside.extend([5, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    check(release_inside, Heard::Aborted(2, 2), |_| {}).await;
}

#[tokio::test]
async fn messages_that_are_none() {
    check(
        p_data(3, false, &[0; 64], 16_000),
        Heard::Aborted(2, 5),
        |_| {},
    )
    .await;
    check(
        p_data(1, true, &[8, 0, 0, 0, 0, 0, 0, 0], 16_000),
        Heard::Aborted(0, 0),
        |_| {},
    )
    .await;
    let response = Command::response(&Command::request(C_ECHO, 1, VERIFICATION), 0);
    check(message(1, &response, None), Heard::Aborted(2, 5), |_| {}).await;
    let mut command_inside = store_begun();
    command_inside.extend(echo());
    check(command_inside, Heard::Aborted(2, 5), |_| {}).await;
    check(
        p_data(1, true, &[0; 20_000], 16_000),
        Heard::Aborted(0, 0),
        |_| {},
    )
    .await;
}

#[tokio::test]
async fn silence_inside_a_message() {
    let short = |limits: &mut Limits| limits.pdu_timeout = Duration::from_millis(200);
    check(store_begun(), Heard::Aborted(2, 0), short).await;
    check(vec![4, 0, 0, 0], Heard::Aborted(2, 0), short).await;
    check(vec![4, 0, 0, 0, 0x10, 0, 0, 0], Heard::Aborted(2, 0), short).await;
}

#[tokio::test]
async fn silence_between_messages() {
    let node = start(|settings| settings.limits.idle_timeout = Duration::from_millis(200)).await;
    let mut silent = Peer::associated(node.address, &BOTH).await;
    assert_eq!(silent.hear().await, Heard::Aborted(2, 0));
}

#[tokio::test]
async fn silence_and_nonsense_before_the_request() {
    let node = start(|settings| settings.limits.request_timeout = Duration::from_millis(200)).await;
    let mut silent = Peer::connect(node.address).await;
    let mut halfway = Peer::connect(node.address).await;
    halfway.say(&[1, 0, 0, 0, 1, 0, 0, 1]).await;
    assert_eq!(silent.hear().await, Heard::HungUp);
    assert_eq!(halfway.hear().await, Heard::HungUp);
    for (bytes, end) in [
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), Heard::Aborted(2, 1)),
        (echo(), Heard::Aborted(2, 2)),
        (vec![1, 0, 0, 0, 0, 2, 0, 1], Heard::Aborted(2, 6)),
        (vec![1, 0, 0x7F, 0xFF, 0xFF, 0xFF], Heard::Rejected(1, 3, 2)),
    ] {
        let mut peer = Peer::connect(node.address).await;
        peer.say(&bytes).await;
        assert_eq!(peer.hear().await, end);
    }
    Peer::associated(node.address, &BOTH).await.release().await;
}

#[tokio::test]
async fn a_hang_up_inside_a_pdu_harms_nobody() {
    let node = start(|_| {}).await;
    for cut in [1, 5, 7, 40] {
        let mut peer = Peer::associated(node.address, &BOTH).await;
        peer.say(&store_begun()[..cut]).await;
        drop(peer);
    }
    Peer::associated(node.address, &BOTH).await.release().await;
    assert!(node.sink.files.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_message_that_drips_is_ended() {
    let node = start(|settings| {
        settings.limits.slow_message_after = Duration::ZERO;
        settings.limits.message_bytes_per_second_min = u64::MAX;
    })
    .await;
    let mut slow = Peer::associated(node.address, &BOTH).await;
    slow.say(&store_begun()).await;
    assert_eq!(slow.hear().await, Heard::Aborted(0, 0));
}

#[tokio::test]
async fn a_wrong_request_is_rejected_with_its_reason() {
    let listed = Peers::Listed(vec![dicom::node::Peer {
        ae_title: AeTitle::new("TESTPEER").unwrap(),
        host: Some("127.0.0.1".parse().unwrap()),
    }]);
    let node = start(|settings| settings.peers = listed).await;
    let mut wrong_application = request("TESTPEER", "SELDINGER", &BOTH);
    wrong_application.application_context_name = "1.2.3".to_owned();
    let mut wrong_protocol = request("TESTPEER", "SELDINGER", &BOTH);
    wrong_protocol.protocol_version = 2;
    for (request, end) in [
        (
            request("TESTPEER", "OTHER", &BOTH),
            Heard::Rejected(1, 1, 7),
        ),
        (
            request("STRANGER", "SELDINGER", &BOTH),
            Heard::Rejected(1, 1, 3),
        ),
        (wrong_application, Heard::Rejected(1, 1, 2)),
        (wrong_protocol, Heard::Rejected(1, 2, 2)),
    ] {
        let mut peer = Peer::connect(node.address).await;
        peer.say(&request_bytes(request)).await;
        assert_eq!(peer.hear().await, end);
        assert_eq!(peer.hear().await, Heard::HungUp);
    }
    assert_eq!(
        node.counters.associations_rejected.load(Ordering::Relaxed),
        4
    );
    Peer::associated(node.address, &BOTH).await.release().await;
}

#[tokio::test]
async fn when_all_seats_are_taken_the_idle_give_way_and_the_busy_do_not() {
    let node = start(|settings| {
        settings.limits.associations_max = 2;
        settings.limits.eviction_after = Duration::ZERO;
    })
    .await;
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    *node.sink.gate.lock().unwrap() = Some(gate.clone());
    let whole = message(
        3,
        &store_command(1, SECONDARY_CAPTURE, "1.2.3"),
        Some(&[0; 64]),
    );
    let mut busy = Peer::associated(node.address, &BOTH).await;
    busy.say(&whole).await;
    node.sink_asked(1).await;
    let mut silent = Peer::associated(node.address, &BOTH).await;
    let mut third = Peer::associated(node.address, &BOTH).await;
    assert_eq!(third.echo().await, 0);
    assert_eq!(silent.hear().await, Heard::Aborted(0, 0));
    gate.add_permits(1);
    assert_eq!(busy.status().await, 0);
}

#[tokio::test]
async fn congestion_is_said_when_nobody_is_idle_long_enough() {
    let node = start(|settings| settings.limits.associations_max = 1).await;
    let first = Peer::associated(node.address, &BOTH).await;
    let mut second = Peer::connect(node.address).await;
    second
        .say(&request_bytes(request("TESTPEER", "SELDINGER", &BOTH)))
        .await;
    assert_eq!(second.hear().await, Heard::Rejected(2, 3, 1));
    first.release().await;
}

#[tokio::test]
async fn connections_without_a_request_do_not_fill_the_house() {
    let node = start(|settings| settings.limits.connections_waiting_max = 2).await;
    let mut served = Peer::associated(node.address, &BOTH).await;
    let mut first = Peer::connect(node.address).await;
    let mut second = Peer::connect(node.address).await;
    second.say(&[1, 0, 0]).await;
    // The house is full of the silent, and the next one is served all the same: the longest waiting gave way.
    Peer::associated(node.address, &BOTH).await.release().await;
    assert_eq!(first.hear().await, Heard::HungUp);
    assert_eq!(served.echo().await, 0);
    let whole = request_bytes(request("TESTPEER", "SELDINGER", &BOTH));
    second.say(&whole[3..]).await;
    assert!(matches!(second.hear().await, Heard::Accepted(_)));
    assert_eq!(second.echo().await, 0);
    assert_eq!(node.counters.connections_dropped.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_address_with_its_share_of_seats_takes_none_from_another() {
    let node = start(|settings| settings.limits.associations_per_host_max = 2).await;
    let mut first = Peer::associated(node.address, &BOTH).await;
    let mut second = Peer::associated(node.address, &BOTH).await;
    let mut third = Peer::associated(node.address, &BOTH).await;
    assert_eq!(first.hear().await, Heard::Aborted(0, 0));
    assert_eq!(second.echo().await, 0);
    assert_eq!(third.echo().await, 0);
}

#[tokio::test]
async fn an_unknown_operation_is_answered_and_the_association_lives() {
    let node = start(|_| {}).await;
    let mut peer = Peer::associated(node.address, &BOTH).await;
    let store_on_verification = store_command(1, VERIFICATION, "1.2.3");
    peer.say(&message(1, &store_on_verification, Some(&[0; 64])))
        .await;
    assert_eq!(peer.status().await, 0x0211);
    peer.say(&message(
        3,
        &Command::request(0x0021, 2, SECONDARY_CAPTURE),
        None,
    ))
    .await;
    assert_eq!(peer.status().await, 0x0211);
    peer.say(&message(1, &Command::cancel(1), None)).await;
    assert_eq!(peer.echo().await, 0);
    peer.release().await;
}

#[tokio::test]
async fn a_node_that_is_told_to_stop_finishes_what_has_begun() {
    let mut node = start(|_| {}).await;
    let mut idle = Peer::associated(node.address, &BOTH).await;
    let mut busy = Peer::associated(node.address, &BOTH).await;
    assert_eq!(busy.echo().await, 0);
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    *node.sink.gate.lock().unwrap() = Some(gate.clone());
    let whole = message(
        3,
        &store_command(1, SECONDARY_CAPTURE, "1.2.3"),
        Some(&[0; 64]),
    );
    busy.say(&whole).await;
    node.sink_asked(1).await;
    node.stop.cancel();
    assert_eq!(idle.hear().await, Heard::Aborted(0, 0));
    drop(idle);
    gate.add_permits(1);
    assert_eq!(busy.status().await, 0);
    assert_eq!(busy.hear().await, Heard::Aborted(0, 0));
    drop(busy);
    (&mut node.task).await.unwrap();
    assert_eq!(node.sink.files.lock().unwrap().len(), 1);
}
