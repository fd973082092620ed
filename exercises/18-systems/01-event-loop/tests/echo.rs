//! What goes in comes out: all of it, in order, however it is cut into pieces, and without piling up.

mod peer;

use peer::{LONG, Peer, State, assert_echoed, bytes, server, settle};
use systems_event_loop::{HELD, os};

/// An edge says that something has *changed*: bytes have come. It is said once. Whoever takes one buffer full and waits
/// for the next edge leaves the rest lying there, and it lies until the peer happens to send again.
#[test]
fn reads_until_the_socket_is_empty() {
    let (mut server, address) = server(LONG);
    let mut peer = Peer::connect(&address);
    let sent = bytes(HELD - 1);
    peer.send_all(&sent);
    settle(&mut server);
    assert_eq!(
        peer.receive(),
        State::Open,
        "the connection should stay open"
    );
    assert_echoed(&peer.received, &sent, "after one long message");
    assert_eq!(server.connections(), 1);
}

/// The same edge tells of one caller or of fifty. Here all of them have connected, and sent, before the server looks.
#[test]
fn accepts_everyone_who_waits() {
    let (mut server, address) = server(LONG);
    let mut peers: Vec<Peer> = (0..50).map(|_| Peer::connect(&address)).collect();
    for (number, peer) in peers.iter_mut().enumerate() {
        peer.send_all(&bytes(number + 1));
    }
    settle(&mut server);
    assert_eq!(
        server.connections(),
        50,
        "50 peers have connected, all before the first turn"
    );
    for (number, peer) in peers.iter_mut().enumerate() {
        assert_eq!(peer.receive(), State::Open);
        assert_echoed(
            &peer.received,
            &bytes(number + 1),
            &format!("as number {number} of 50"),
        );
    }
}

/// `write` takes what the kernel has room for, and says how much that was. The rest is yours to keep, until an edge
/// tells that there is room again. The peer here reads a little at a time, so that there is never room for all.
#[test]
fn sends_the_rest_when_the_peer_makes_room() {
    let (mut server, _) = server(LONG);
    let mut peer = Peer::with_little_room(&mut server);
    let all = bytes(200_000);
    let mut sent = 0;
    // Each round moves something, or else nothing ever will.
    while peer.received.len() < all.len() {
        let before = (sent, peer.received.len());
        sent += peer.send(&all[sent..]);
        settle(&mut server);
        assert_eq!(
            peer.receive_up_to(3_000),
            State::Open,
            "the connection should stay open"
        );
        settle(&mut server);
        assert_ne!(
            (sent, peer.received.len()),
            before,
            "the echo has come to a standstill: the peer has sent {} bytes and got {} back, and it goes on reading",
            before.0,
            before.1,
        );
    }
    assert_echoed(&peer.received, &all, "reading slowly");
}

/// A peer that sends and never reads must not make the server store all that it sends: from a certain point on
/// it isn't read from any more, and then its own kernel stops it. That is what flow control is.
#[test]
fn holds_no_more_than_it_may() {
    let (mut server, address) = server(LONG);
    let mut peer = Peer::connect(&address);
    let sent = peer.send_until_stuck(&mut server);
    let held = os::calls().most_held;
    assert!(
        held <= HELD as u64,
        "a peer that does not read has sent {sent} bytes, and the server held {held} of them at once; the limit is {HELD}",
    );
    assert!(
        held > 0,
        "the server should read and write through `os`, so that both can be counted"
    );
}

/// The hard part of the limit. The server has read as much as it may hold, and stops, although more lies in the socket.
/// Then it writes all of that, and has room again. No edge will tell it so: nothing has changed but the server itself.
#[test]
fn goes_on_when_it_has_made_room_itself() {
    let (mut server, address) = server(LONG);
    let mut peer = Peer::connect(&address);
    let sent = bytes(4 * HELD);
    peer.send_all(&sent);
    settle(&mut server);
    assert_eq!(
        peer.receive(),
        State::Open,
        "the connection should stay open"
    );
    assert_echoed(
        &peer.received,
        &sent,
        "after a message of four times the limit, with room for the whole echo",
    );
}

/// The same with the peer's help: nothing moves until it reads. The edge that comes then is about the room, and not about
/// the bytes that have been waiting all the time.
#[test]
fn goes_on_when_the_peer_has_made_room() {
    let (mut server, address) = server(LONG);
    let mut peer = Peer::connect(&address);
    let sent = peer.send_until_stuck(&mut server);
    // From here on the peer only reads.
    let mut before = usize::MAX;
    while peer.received.len() != before {
        before = peer.received.len();
        assert_eq!(
            peer.receive(),
            State::Open,
            "the connection should stay open"
        );
        settle(&mut server);
    }
    assert_echoed(
        &peer.received,
        &bytes(sent),
        "reading again after a long pause, until nothing more came",
    );
}

/// A socket is writable nearly all the time. Who asks to be told so, level-triggered, is told so for ever, and the
/// thread that should sleep runs at full speed.
#[test]
fn rests_between_two_messages() {
    let (mut server, address) = server(LONG);
    let mut peers: Vec<Peer> = (0..3).map(|_| Peer::connect(&address)).collect();
    settle(&mut server);
    let mut wakes = 0;
    for round in 0..20 {
        for peer in &mut peers {
            peer.send_all(&bytes(100 + round));
            let before = os::calls().events;
            settle(&mut server);
            wakes += os::calls().events - before;
        }
    }
    // One edge for the bytes that came; the kernel may tell once more as the peer makes room.
    assert!(
        wakes <= 2 * 60,
        "60 messages should not take more than 120 events, but there were {wakes}",
    );
    for peer in &mut peers {
        peer.receive();
        assert_eq!(peer.received.len(), (100..120).sum::<usize>());
    }
}
