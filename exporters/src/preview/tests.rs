use std::collections::BTreeMap;

use metaface_clip::{Channel, Clip, FrameRate};

use super::{PreviewInput, PreviewTake, describe, is_available, page};
use crate::FormatError;

fn empty_glb() -> Vec<u8> {
    [&b"glTF"[..], &2u32.to_le_bytes(), &12u32.to_le_bytes()].concat()
}

fn clip() -> Clip {
    let mut clip = Clip::neutral("line", FrameRate::new(24000, 1001).expect("a rate"), 3);
    clip.frames[1][Channel::JawOpen] = 0.5;
    clip.frames[2][Channel::HeadYaw] = -0.25;
    clip
}

fn take(clip: &Clip) -> PreviewTake<'_> {
    PreviewTake {
        label: &clip.name,
        clip,
    }
}

#[test]
fn the_page_contains_every_moving_channel_and_the_exact_rate() {
    let (glb, clip, metadata) = (empty_glb(), clip(), BTreeMap::new());
    let (json, samples) = describe(&PreviewInput {
        title: "line",
        glb: &glb,
        takes: &[take(&clip)],
        sound: None,
        metadata: &metadata,
    });
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["takes"][0]["rate"], serde_json::json!([24000, 1001]));
    assert_eq!(json["channels"], serde_json::json!(["jawOpen", "headYaw"]));
    let samples: Vec<f32> = samples
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        .collect();
    assert_eq!(samples, [0.0, 0.5, 0.0, 0.0, 0.0, -0.25]);
}

#[test]
fn a_name_cannot_inject_markup_into_the_page() {
    let hostile = "</script><script>alert(1)</script>{{glb}}<!--\"'";
    let mut clip = clip();
    clip.name = hostile.to_owned();
    clip.metadata.insert(hostile.to_owned(), hostile.to_owned());
    let (glb, metadata) = (empty_glb(), BTreeMap::new());
    let input = PreviewInput {
        title: hostile,
        glb: &glb,
        takes: &[take(&clip)],
        sound: None,
        metadata: &metadata,
    };
    let (json, _) = describe(&input);
    assert!(!json.contains('<'), "{json}");
    let parsed: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(parsed["takes"][0]["name"], hostile);
    let Ok(html) = page(&input) else {
        assert!(!is_available());
        return;
    };
    assert!(!html.contains("alert(1)</script>"));
    assert_eq!(html.matches("<script").count(), 5);
    // The placeholder inside the title is not replaced.
    assert!(html.contains("&lt;/script&gt;{{glb}}&lt;!--"));
}

#[test]
fn an_invalid_glb_or_a_missing_player_is_an_error() {
    let (clip, metadata) = (clip(), BTreeMap::new());
    let input = PreviewInput {
        title: "line",
        glb: b"PK\x03\x04 not a face",
        takes: &[take(&clip)],
        sound: None,
        metadata: &metadata,
    };
    let result = page(&input);
    if is_available() {
        assert!(matches!(
            result,
            Err(FormatError::Invalid { format: "GLB", .. })
        ));
    } else {
        assert!(matches!(result, Err(FormatError::NoPagePlayer)));
    }
}

#[test]
fn a_page_makes_no_network_requests_and_contains_the_licence_of_three_js() {
    let (glb, clip, metadata) = (empty_glb(), clip(), BTreeMap::new());
    let input = PreviewInput {
        title: "line",
        glb: &glb,
        takes: &[take(&clip)],
        sound: None,
        metadata: &metadata,
    };
    let Ok(html) = page(&input) else {
        assert!(!is_available());
        return;
    };
    assert!(html.contains("default-src 'none'"));
    assert!(!html.contains("<link rel=\"stylesheet\""));
    assert!(!html.contains(" src=\"http"));
    assert!(html.contains("Permission is hereby granted, free of charge"));
}
