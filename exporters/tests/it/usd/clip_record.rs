//! Clip records of files, and the assignment of curves to joints.

use metaface_clip::FrameRate;
use metaface_exporters::usd;

use super::characters;

#[test]
fn a_clip_is_read_back_with_its_name_frames_and_metadata() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, character, mut performance) = characters::all().swap_remove(2);
    performance.rate = FrameRate::new(24000, 1001).expect("a rate");
    performance.start_frame = 86_399.25;
    performance.metadata.insert("seed".into(), "7".into());
    let original = folder.path().join("hero.usdc");
    let unanimated = usd::write_character(&original, &character, None).expect("encoded");
    unanimated.write(&original).expect("written");
    let loaded = usd::load(&original).expect("loaded");
    let mut over = characters::performance(&loaded, 5);
    (over.name, over.rate) = (performance.name.clone(), performance.rate);
    (over.start_frame, over.metadata) = (performance.start_frame, performance.metadata.clone());
    for name in ["line.usda", "line.usdc", "line.usdz"] {
        let path = folder.path().join(name);
        let files = usd::write_character(&path, &character, Some(&performance)).expect("encoded");
        files.write(&path).expect("written");
        let layer = folder.path().join(format!("layer {name}"));
        let bytes = usd::animate_layer(&original, &layer, &loaded, &over).expect("encoded");
        metaface_exporters::files::write(&layer, &bytes).expect("written");
        for (file, expected) in [(path, &performance), (layer, &over)] {
            let read = usd::load(&file).expect("loaded");
            let clip = usd::read_clip(&file).expect("read").performance(&read);
            assert_eq!(
                (
                    &clip.name,
                    clip.rate,
                    clip.frame_count,
                    clip.start_frame,
                    &clip.metadata
                ),
                (
                    &expected.name,
                    expected.rate,
                    expected.frame_count,
                    expected.start_frame,
                    &expected.metadata
                ),
                "{name}"
            );
        }
    }
    let double = FrameRate::new(48000, 1001).expect("a rate");
    let path = folder.path().join("line.usda");
    let [once, twice] =
        [None, Some(double)].map(|rate| usd::read_clip_at(&path, rate).expect("read"));
    assert_eq!(
        (twice.rate, twice.targets[0].1.len()),
        (double, once.targets[0].1.len() * 2 - 1)
    );
    assert!((twice.start_frame - 2.0 * 86_399.25).abs() < 1e-6);
    assert!((twice.targets[0].1[4] - once.targets[0].1[2]).abs() < 1e-5);
}

#[test]
fn an_outdated_clip_record_is_ignored() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, character, performance) = characters::all().swap_remove(2);
    let path = folder.path().join("line.usda");
    let files = usd::write_character(&path, &character, Some(&performance)).expect("encoded");
    let text = String::from_utf8(files.bytes).expect("text");
    let stale = text.replace("frameCount = 5", "frameCount = 2000000");
    assert_ne!(stale, text);
    std::fs::write(&path, stale).expect("written");
    assert_eq!(usd::read_clip(&path).expect("read").targets[0].1.len(), 5);
}

/// A head joint, a mesh with the same name before it, and a second skeleton that also has a head.
const HEADS: &str = r#"#usda 1.0
( timeCodesPerSecond = 24 framesPerSecond = 24 )
def SkelRoot "A"
{
    def Mesh "Head"
    {
        int[] faceVertexCounts = [3]
        int[] faceVertexIndices = [0, 1, 2]
        point3f[] points = [(0, 0, 0), (1, 0, 0), (0, 1, 0)]
    }
    def Skeleton "Skel" ( prepend apiSchemas = ["SkelBindingAPI"] )
    {
        uniform token[] joints = ["Neck", "Neck/Head"]
        uniform matrix4d[] bindTransforms = [((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1)), ((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1))]
        uniform matrix4d[] restTransforms = [((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1)), ((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1))]
        rel skel:animationSource = </A/Anim>
    }
    def SkelAnimation "Anim"
    {
        uniform token[] joints = ["Neck/Head"]
        quatf[] rotations.timeSamples = { 0: [(1, 0, 0, 0)], 1: [(0.8, 0.6, 0, 0)] }
    }
}
def SkelRoot "B"
{
    def Skeleton "Skel" ( prepend apiSchemas = ["SkelBindingAPI"] )
    {
        uniform token[] joints = ["Head"]
        uniform matrix4d[] bindTransforms = [((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1))]
        uniform matrix4d[] restTransforms = [((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1))]
        rel skel:animationSource = </B/Anim>
    }
    def SkelAnimation "Anim"
    {
        uniform token[] joints = ["Head"]
        quatf[] rotations.timeSamples = { 0: [(1, 0, 0, 0)], 1: [(0, 0, 1, 0)] }
    }
}
"#;

#[test]
fn motion_is_assigned_to_the_right_joint_among_parts_with_the_same_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("heads.usda");
    std::fs::write(&path, HEADS).expect("written");
    let character = usd::load(&path).expect("loaded");
    let performance = usd::read_clip(&path).expect("read").performance(&character);
    let turned: Vec<(usize, [f32; 4])> = performance
        .joints
        .iter()
        .map(|track| (track.node, track.rotations[1]))
        .collect();
    let head = |skeleton: &str| {
        let above = |mut node: usize| {
            while let Some(parent) = character.nodes[node].parent {
                node = parent;
            }
            character.nodes[node].name == skeleton
        };
        let joint = |node: &usize| {
            character.nodes[*node].name == "Head" && character.nodes[*node].mesh.is_none()
        };
        (0..character.nodes.len())
            .filter(joint)
            .find(|node| above(*node))
            .expect("a head")
    };
    assert_eq!(
        turned,
        [
            (head("A"), [0.6, 0.0, 0.0, 0.8]),
            (head("B"), [0.0, 1.0, 0.0, 0.0])
        ]
    );
}

#[test]
fn a_small_file_cannot_exhaust_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("long.usda");
    let shapes: Vec<String> = (0..300).map(|i| format!("\"s{i}\"")).collect();
    let zeros = vec!["0"; 300].join(", ");
    let text = format!(
        "#usda 1.0\n( timeCodesPerSecond = 30 )\ndef SkelAnimation \"a\" {{\n uniform token[] blendShapes = [{}]\n float[] blendShapeWeights.timeSamples = {{ 0: [{zeros}], 999000: [{zeros}] }}\n}}\n",
        shapes.join(", ")
    );
    std::fs::write(&path, text).expect("written");
    let error = usd::read_clip(&path).expect_err("too long").to_string();
    assert!(
        error.contains("1 GiB") && error.contains("long.usda"),
        "{error}"
    );
}
