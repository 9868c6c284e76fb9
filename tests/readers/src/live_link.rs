//! Packets of Live Link Face, which any machine on the network may send.

use metaface_clip::Channel;
use metaface_exporters::live_link::Packet;

pub fn read(bytes: &[u8]) {
    let Ok(packet) = Packet::decode(bytes) else {
        return;
    };
    for channel in Channel::ALL {
        assert!(
            packet.face[channel].is_finite(),
            "{} is not finite",
            channel.name()
        );
    }
    let again = Packet::decode(&packet.encode()).expect("a written packet can be read");
    assert_eq!(
        again, packet,
        "writing and reading a packet gives the same packet"
    );
}
