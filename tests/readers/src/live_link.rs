//! Packets of Live Link Face: anybody on the network may send one.

use metaface_clip::Channel;
use metaface_exporters::live_link::Packet;

pub fn read(bytes: &[u8]) {
    let Ok(packet) = Packet::decode(bytes) else {
        return;
    };
    for channel in Channel::ALL {
        assert!(
            packet.face[channel].is_finite(),
            "{} is no number",
            channel.name()
        );
    }
    let again = Packet::decode(&packet.encode()).expect("what was written");
    assert_eq!(again, packet, "a packet written is the packet read");
}
