//! Pages of several takes.

use std::collections::BTreeMap;

use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::gltf;
use metaface_exporters::preview::{self, PreviewInput, PreviewTake, Sound};
use serde_json::json;

use super::{open, performance, pose, tone};
use crate::common::characters;

#[test]
fn a_page_of_several_takes_switches_between_them_at_the_same_time() {
    let rate = FrameRate::whole(30).expect("a rate");
    let first = characters::busy_clip("line", rate, 240);
    let mut second = first.clone();
    for frame in &mut second.frames {
        frame[Channel::JawOpen] *= 0.5;
        frame[Channel::EyeBlinkLeft] = 1.0 - frame[Channel::EyeBlinkLeft];
    }
    let clips = [first, second];
    let glb = |clip: &Clip| gltf::write_character(&characters::hero(), Some(&performance(clip)));
    let one = glb(&clips[0]).expect("a GLB").len();
    let scenes = ["average.glb", "<anna>.glb"].iter().zip(&clips);
    let scenes = scenes.map(|(name, clip)| ((*name).into(), glb(clip).expect("a GLB")));
    let joined = gltf::join(scenes.collect()).expect("the same hero");
    assert!(joined.len() < 2 * one);
    let labels = ["average", "<anna>"];
    let takes = labels.iter().zip(&clips);
    let takes: Vec<_> = takes
        .map(|(label, clip)| PreviewTake { label, clip })
        .collect();
    let wav = tone(clips[0].duration());
    let html = preview::page(&PreviewInput {
        title: "line",
        glb: &joined,
        takes: &takes,
        sound: Some(Sound {
            mime_type: "audio/wav",
            bytes: &wav,
        }),
        metadata: &BTreeMap::new(),
    });
    if let Ok(html) = &html {
        assert_eq!(html.matches("id=\"metaface-glb\"").count(), 1);
    }
    let poses = |clip| [0.0, 0.7, 1.1, 3.9].map(|time| pose(clip, time));
    let expected = json!({
        "takes": labels.iter().zip(&clips).map(|(label, clip)| json!({ "label": label, "poses": poses(clip) })).collect::<Vec<_>>(),
    });
    open("preview_takes.mjs", html, &expected);
}

#[test]
fn takes_of_different_characters_are_not_joined() {
    let clip = characters::busy_clip("line", FrameRate::whole(30).expect("a rate"), 20);
    let mut other = characters::hero();
    other.meshes[0].positions[0][1] += 0.01;
    let scenes = [("hero.glb", characters::hero()), ("other.glb", other)];
    let scenes = scenes.map(|(name, character)| {
        let glb = gltf::write_character(&character, Some(&performance(&clip))).expect("a GLB");
        (name.into(), glb)
    });
    let joined = gltf::join(scenes.to_vec()).map(|glb| glb.len());
    let message = joined.expect_err("two characters").to_string();
    assert!(
        message.contains("hero.glb") && message.contains("other.glb"),
        "{message}"
    );
}
