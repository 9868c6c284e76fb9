//! Decodes recorded packets of the Live Link Face app. They are in the folder `METAFACE_SHARED`, by
//! default beside the workspace. Without them, these tests print a message and pass.
//!
//! The recordings are gzipped: a byte 6, the number of packets (u32), then for each its length
//! (u32) and its bytes; all big-endian.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use metaface_clip::Channel;
use metaface_exporters::live_link::Packet;

/// The raw packets of a recording; `None` if it is absent.
fn recorded(name: &str) -> Option<Vec<Vec<u8>>> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let shared = std::env::var_os("METAFACE_SHARED").map_or(default, PathBuf::from);
    let path = shared.join("face_capture").join(name);
    let Ok(file) = File::open(&path) else {
        println!("skipped: {name} is absent");
        return None;
    };
    let mut bytes = Vec::new();
    (GzDecoder::new(file).read_to_end(&mut bytes)).expect("gzip");
    let number = |at: usize| {
        let number: [u8; 4] = bytes[at..at + 4].try_into().expect("four bytes");
        u32::from_be_bytes(number) as usize
    };
    assert_eq!(bytes[0], 6);
    let mut packets = Vec::new();
    let mut at = 5;
    while at < bytes.len() {
        let length = number(at);
        packets.push(bytes[at + 4..at + 4 + length].to_vec());
        at += 4 + length;
    }
    assert_eq!(packets.len(), number(1));
    Some(packets)
}

#[test]
fn recorded_packets_are_decoded_and_encoded_to_the_same_bytes() {
    for (name, count) in [
        ("dao.gesichter", 180),
        ("debug-jawopen.gesichter", 66),
        ("debug-all-blendshapes.gesichter", 3660),
    ] {
        let Some(packets) = recorded(name) else {
            return;
        };
        assert_eq!(packets.len(), count);
        for bytes in packets {
            let packet = Packet::decode(&bytes).expect(name);
            assert_eq!(packet.subject.as_str(), "LLV Default Device");
            assert_eq!(packet.rate.to_string(), "60");
            let again = packet.encode();
            assert_eq!(again.len(), bytes.len());
            // Zeros may lose their sign when signs of angles are converted.
            let values = bytes.len() - 4 * Channel::COUNT;
            assert_eq!(again[..values], bytes[..values]);
            for (again, bytes) in
                (again[values..].chunks_exact(4)).zip(bytes[values..].chunks_exact(4))
            {
                let zero = bytes[1..] == [0; 3] && bytes[0] & 0x7F == 0;
                assert!(again == bytes || zero && again == [0; 4], "{bytes:?}");
            }
        }
    }
}

#[test]
fn every_channel_is_at_the_recorded_position() {
    // The recording moves one channel after the other, each for 60 frames, in the order of
    // `Channel::ALL`.
    let Some(packets) = recorded("debug-all-blendshapes.gesichter") else {
        return;
    };
    for (index, channel) in Channel::ALL.into_iter().enumerate() {
        let middle = Packet::decode(&packets[60 * index + 30]).expect("a packet");
        for other in Channel::ALL {
            let moves = middle.face[other] != 0.0;
            assert_eq!(moves, other == channel, "{other:?} while {channel:?} moves");
        }
    }
}

#[test]
fn eye_angles_agree_with_the_eye_blendshapes() {
    let Some(packets) = recorded("dao.gesichter") else {
        return;
    };
    let correlation = |angle: Channel, shape: Channel| -> f32 {
        let faces = packets
            .iter()
            .map(|bytes| Packet::decode(bytes).expect("a packet").face);
        faces.map(|face| face[angle] * face[shape]).sum()
    };
    // If the left eye looks inwards, to the character's right, its yaw is negative; if it looks
    // down, its pitch is negative.
    assert!(correlation(Channel::LeftEyeYaw, Channel::EyeLookInLeft) < 0.0);
    assert!(correlation(Channel::LeftEyeYaw, Channel::EyeLookOutLeft) > 0.0);
    assert!(correlation(Channel::LeftEyePitch, Channel::EyeLookDownLeft) < 0.0);
}
