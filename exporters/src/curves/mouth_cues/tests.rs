use metaface_clip::{Channel, Clip, Frame, FrameRate};
use proptest::prelude::*;

use super::{DatNames, SHORTEST_CUE_SECONDS, cues, write_dat, write_json, write_tsv};

/// A clip at 50 frames per second that holds each pose for the given number of frames.
fn held(poses: &[(&[(Channel, f32)], usize)]) -> Clip {
    let mut clip = Clip::neutral("line", FrameRate::whole(50).expect("a rate"), 0);
    for (pose, count) in poses {
        let mut frame = Frame::NEUTRAL;
        for (channel, value) in *pose {
            frame[*channel] = *value;
        }
        clip.frames.extend(std::iter::repeat_n(frame, *count));
    }
    clip
}

const REST: &[(Channel, f32)] = &[];
const WIDE: &[(Channel, f32)] = &[(Channel::JawOpen, 0.5)];
const OPEN: &[(Channel, f32)] = &[(Channel::JawOpen, 0.3)];
const TEETH: &[(Channel, f32)] = &[(Channel::JawOpen, 0.12), (Channel::MouthStretchLeft, 0.3)];
const SHUT: &[(Channel, f32)] = &[(Channel::JawOpen, 0.2), (Channel::MouthClose, 0.2)];
const PUCKER: &[(Channel, f32)] = &[(Channel::JawOpen, 0.12), (Channel::MouthPucker, 0.8)];
const ROUND: &[(Channel, f32)] = &[
    (Channel::JawOpen, 0.3),
    (Channel::MouthPucker, 0.2),
    (Channel::MouthFunnel, 0.3),
];
const LIP_TO_TEETH: &[(Channel, f32)] = &[
    (Channel::JawOpen, 0.1),
    (Channel::MouthRollLower, 0.35),
    (Channel::MouthUpperUpLeft, 0.1),
    (Channel::MouthUpperUpRight, 0.1),
];
const TONGUE: &[(Channel, f32)] = &[(Channel::JawOpen, 0.15), (Channel::TongueOut, 0.35)];

fn sentence() -> Clip {
    held(&[
        (REST, 10),
        (WIDE, 10),
        (SHUT, 5),
        (OPEN, 10),
        (TEETH, 10),
        (PUCKER, 10),
        (ROUND, 10),
        (LIP_TO_TEETH, 6),
        (TONGUE, 6),
        (WIDE, 10),
        (REST, 15),
    ])
}

fn letters(clip: &Clip) -> String {
    cues(clip).iter().map(|cue| cue.shape.to_string()).collect()
}

#[test]
fn each_pose_shows_its_shape() {
    assert_eq!(letters(&sentence()), "XDACBFEGHDX");
}

#[test]
fn a_pause_is_rest_and_a_short_closure_is_a_consonant() {
    let clip = held(&[(WIDE, 20), (REST, 20), (WIDE, 20), (SHUT, 5), (WIDE, 20)]);
    assert_eq!(letters(&clip), "DXDAD");
}

#[test]
fn a_contact_of_one_frame_is_held_long_enough_to_be_seen() {
    let clip = held(&[
        (WIDE, 20),
        (SHUT, 1),
        (WIDE, 10),
        (LIP_TO_TEETH, 2),
        (OPEN, 20),
    ]);
    assert_eq!(letters(&clip), "DADGC");
    for cue in cues(&clip) {
        assert!(
            cue.end - cue.start >= SHORTEST_CUE_SECONDS - 1e-9,
            "{cue:?}"
        );
    }
    let shut = cues(&clip)[1];
    assert!(
        shut.start <= 0.4 && shut.end >= 0.42,
        "{shut:?} contains the frame of the contact"
    );
}

#[test]
fn a_shape_too_short_to_be_seen_is_merged_into_its_more_similar_neighbour() {
    let clip = held(&[(WIDE, 20), (OPEN, 2), (TEETH, 20)]);
    assert_eq!(letters(&clip), "DB");
    assert_eq!(cues(&clip)[0].end, 0.4, "C is nearer to B than to D");
}

#[test]
fn rhubarb_json_has_its_keys_and_no_gaps() {
    let mut clip = sentence();
    clip.metadata
        .insert("sound".to_owned(), "a\\b \"c\".wav".to_owned());
    let value: serde_json::Value = serde_json::from_str(&write_json(&clip)).expect("JSON");
    assert_eq!(value["metadata"]["soundFile"], "a\\b \"c\".wav");
    assert_eq!(value["metadata"]["duration"], 2.04);
    let cues = value["mouthCues"].as_array().expect("cues");
    assert_eq!(cues[0]["start"], 0.0);
    assert_eq!(cues[0]["value"], "X");
    assert_eq!(cues[cues.len() - 1]["end"], 2.04);
    assert!(
        cues.windows(2)
            .all(|pair| pair[0]["end"] == pair[1]["start"])
    );
}

#[test]
fn tsv_ends_with_a_closed_mouth_at_the_end() {
    let text = write_tsv(&held(&[(WIDE, 20), (SHUT, 5), (WIDE, 20)]));
    assert_eq!(text, "0.00\tD\n0.40\tA\n0.50\tD\n0.90\tX\n");
}

#[test]
fn moho_frames_count_from_one_at_the_given_rate() {
    let clip = held(&[(WIDE, 20), (SHUT, 5), (WIDE, 20)]);
    assert_eq!(
        write_dat(&clip, None, DatNames::Letters),
        "MohoSwitch1\n1 D\n21 A\n26 D\n46 X\n"
    );
    let film = FrameRate::whole(24).expect("a rate");
    assert_eq!(
        write_dat(&clip, Some(film), DatNames::PrestonBlair),
        "MohoSwitch1\n1 AI\n11 MBP\n13 AI\n23 rest\n"
    );
    let empty = Clip::neutral("", film, 0);
    assert_eq!(
        write_dat(&empty, None, DatNames::Letters),
        "MohoSwitch1\n1 X\n"
    );
    assert_eq!(write_tsv(&empty), "0.00\tX\n");
}

proptest! {
    #[test]
    fn cues_cover_any_clip_without_gaps_or_flicker(
        values in prop::collection::vec(prop::array::uniform5(0.0_f32..1.0), 1..120),
        fps in prop::sample::select(vec![12_u32, 24, 30, 50, 60]),
    ) {
        let mut clip = Clip::neutral("line", FrameRate::whole(fps).expect("a rate"), values.len());
        for (frame, value) in clip.frames.iter_mut().zip(values) {
            frame[Channel::JawOpen] = value[0];
            frame[Channel::MouthClose] = value[0] * (value[1] * 1.5).min(1.0);
            frame[Channel::MouthPucker] = value[2];
            frame[Channel::MouthRollLower] = value[3];
            frame[Channel::TongueOut] = value[4] * 0.3;
        }
        let cues = cues(&clip);
        prop_assert_eq!(cues[0].start, 0.0);
        prop_assert!((cues[cues.len() - 1].end - clip.duration()).abs() < 1e-9);
        for pair in cues.windows(2) {
            prop_assert_eq!(pair[0].end, pair[1].start);
            prop_assert!(pair[0].shape != pair[1].shape);
        }
        if cues.len() > 1 {
            for cue in &cues {
                prop_assert!(cue.end - cue.start >= SHORTEST_CUE_SECONDS - 1e-6, "{:?}", cue);
            }
        }
    }
}
