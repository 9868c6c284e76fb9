use metaface_clip::{Channel, Frame, FrameRate};
use proptest::prelude::*;

use super::{FrameTime, Name, NameError, Packet, PacketError};

fn rate(text: &str) -> FrameRate {
    text.parse().expect("a frame rate")
}

fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

fn packet() -> Packet {
    let mut face = Frame::NEUTRAL;
    face[Channel::EyeBlinkLeft] = 1.0;
    face[Channel::TongueOut] = 0.5;
    face[Channel::HeadYaw] = -0.25;
    face[Channel::RightEyeRoll] = 2.0;
    Packet {
        device: name("DEADC0DE-1337"),
        subject: name("Hero"),
        time: FrameTime {
            frame: 5_375_735,
            subframe: 0.5,
        },
        rate: rate("59.94"),
        face,
    }
}

#[test]
fn the_bytes_are_as_the_app_sends_them() {
    let mut expected = vec![6, 0, 0, 0, 13];
    expected.extend(b"DEADC0DE-1337");
    expected.extend([0, 0, 0, 4]);
    expected.extend(b"Hero");
    expected.extend([0x00, 0x52, 0x06, 0xF7]); // 5375735 frames
    expected.extend([0x3F, 0x00, 0x00, 0x00]); // and a half
    expected.extend([0x00, 0x00, 0xEA, 0x60]); // of 60000
    expected.extend([0x00, 0x00, 0x03, 0xE9]); // per 1001 seconds
    expected.push(61);
    expected.extend([0x3F, 0x80, 0x00, 0x00]); // EyeBlinkLeft, the first: 1
    expected.extend([0; 50 * 4]);
    expected.extend([0x3F, 0x00, 0x00, 0x00]); // TongueOut, the 52nd: 0.5
    expected.extend([0x3E, 0x80, 0x00, 0x00]); // HeadYaw: 0.25 to the right
    expected.extend([0; 7 * 4]);
    expected.extend([0x40, 0x00, 0x00, 0x00]); // RightEyeRoll, the 61st: beyond 1
    assert_eq!(expected.len(), 270 + 13 + 4);
    assert_eq!(packet().encode(), expected);
    assert_eq!(Packet::decode(&expected), Ok(packet()));
}

#[test]
fn every_truncation_and_every_extra_byte_is_rejected() {
    let bytes = packet().encode();
    for length in 0..bytes.len() {
        let error = Packet::decode(&bytes[..length]).expect_err("truncated");
        assert_eq!(error, PacketError::Short(length));
    }
    let longer = [bytes, vec![0, 0]].concat();
    assert_eq!(Packet::decode(&longer), Err(PacketError::Long(2)));
}

#[test]
fn invalid_packets_are_rejected_with_the_reason() {
    let bytes = packet().encode();
    let error_with = |position: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[position] = byte;
        Packet::decode(&bytes).expect_err("rejected").to_string()
    };
    let (rate, count) = (1 + 4 + 13 + 4 + 4 + 8, 1 + 4 + 13 + 4 + 4 + 16);
    assert!(error_with(0, 5).contains("version 6: it begins with 5"));
    assert!(error_with(1, 0xFF).contains("device id is not valid text"));
    assert!(error_with(22, 0xFF).contains("subject is not valid text"));
    assert!(error_with(22, b'\n').contains("control characters such as '\\n'"));
    assert!(error_with(rate, 0x80).contains("frames per second"));
    assert!(error_with(count, 62).contains("62 values"));
    assert!(error_with(count + 1, 0xFF).contains("EyeBlinkLeft is not a finite number"));
}

#[test]
fn a_subject_has_at_most_the_length_that_every_receiver_supports() {
    assert_eq!("".parse::<Name>(), Err(NameError::Empty));
    assert_eq!("x".repeat(256).parse::<Name>(), Err(NameError::Long(256)));
    assert!("x".repeat(255).parse::<Name>().is_ok());
    assert_eq!("a\tb".parse::<Name>(), Err(NameError::Control('\t')));
    assert!(name("Hero 2").is_plain() && !name("主角").is_plain());
}

#[test]
fn times_count_frames_from_midnight_at_any_rate() {
    for (fps, seconds, frame, subframe) in [
        ("60", 1.5, 90, 0.0),
        ("60", 86_399.99, 5_183_999, 0.4),
        ("30", 86_400.0, 0, 0.0),
        ("24000/1001", 1001.0, 24_000, 0.0),
        ("59.94", 3600.0, 215_784, 0.215_784),
        ("30", -0.5, 2_591_985, 0.0),
    ] {
        let rate = rate(fps);
        let frames = seconds * f64::from(rate.numerator()) / f64::from(rate.denominator());
        let time = FrameTime::of(frames, rate);
        assert_eq!(time.frame, frame, "{seconds} s at {fps}");
        assert!((time.subframe - subframe).abs() < 1e-3, "{time:?}");
    }
    let nearly = FrameTime::of(8.0 - 1e-12, rate("60"));
    assert_eq!((nearly.frame, nearly.subframe), (8, 0.0));
    assert_eq!(FrameTime::of(f64::NAN, rate("60")).frame, 0);
}

#[test]
fn a_device_id_is_a_constant_uuid() {
    let id = Name::device("stage-2", &name("Hero"));
    assert_eq!(id.as_str(), "1F8BAEF8-F01C-8BE4-8598-25F4588F38FE");
}

#[test]
fn a_rate_with_large_numbers_is_rounded_to_fit_a_packet() {
    let rate = FrameRate::new(4_294_967_291, 71_582_789).expect("about 60");
    let read = Packet::decode(&Packet { rate, ..packet() }.encode()).expect("a packet");
    assert!((read.rate.as_f64() - rate.as_f64()).abs() < 1e-6);
}

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = Packet::decode(&bytes);
    }

    #[test]
    fn damaged_packets_are_rejected_or_read_without_panic(
        damage in proptest::collection::vec((0_usize..287, any::<u8>()), 1..6),
        length in 0_usize..290,
    ) {
        let mut bytes = packet().encode();
        for (position, byte) in damage {
            bytes[position] = byte;
        }
        bytes.truncate(length);
        if let Ok(read) = Packet::decode(&bytes) {
            let again = Packet::decode(&read.encode());
            prop_assert_eq!(again, Ok(read));
        }
    }

    #[test]
    fn encoding_and_decoding_a_face_is_lossless(
        values in proptest::array::uniform32(-3.0_f32..3.0),
        frame in 0..i32::MAX,
        subframe in 0.0_f32..1.0,
    ) {
        let mut sent = packet();
        for (index, channel) in Channel::ALL.into_iter().enumerate() {
            sent.face[channel] = values[index % values.len()];
        }
        sent.time = FrameTime { frame, subframe };
        prop_assert_eq!(Packet::decode(&sent.encode()), Ok(sent));
    }
}
