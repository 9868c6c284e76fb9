//! Clips, packets, rig maps and characters: a small character in every format, and unusual but valid files.

use metaface_clip::FrameRate;
use metaface_exporters::curves::{audio2face, csv};
use metaface_exporters::gltf::{self, Container};
use metaface_exporters::live_link::{FrameTime, Packet};
use metaface_exporters::{RigMap, usd};

use super::Seed;
use super::common::{characters, unusual};

/// Hand-written USD: other units, variants, internal references, instances, time samples.
const HAND_WRITTEN: &str = r#"#usda 1.0
(
    defaultPrim = "Hero"
    metersPerUnit = 0.01
    upAxis = "Z"
    timeCodesPerSecond = 24
    startTimeCode = 1
)
def SkelRoot "Hero" (prepend apiSchemas = ["SkelBindingAPI"]
    variants = { string look = "plain" }
    prepend variantSets = "look")
{
    rel skel:skeleton = </Hero/Rig>
    def Skeleton "Rig" (prepend apiSchemas = ["SkelBindingAPI"])
    {
        uniform token[] joints = ["Hips", "Hips/Head"]
        uniform matrix4d[] bindTransforms = [((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1)), ((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,1,1))]
        uniform matrix4d[] restTransforms = [((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1)), ((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,1,1))]
        rel skel:animationSource = </Hero/Anim>
    }
    def SkelAnimation "Anim"
    {
        uniform token[] blendShapes = ["jawOpen"]
        float[] blendShapeWeights.timeSamples = { 1: [0], 2: [0.5], 3: [1] }
        uniform token[] joints = ["Hips/Head"]
        quatf[] rotations.timeSamples = { 1: [(1, 0, 0, 0)], 3: [(0.9, 0.1, 0, 0)] }
        float3[] translations = [(0, 0, 1)]
        half3[] scales = [(1, 1, 1)]
    }
    def Mesh "Face" (prepend apiSchemas = ["SkelBindingAPI"])
    {
        point3f[] points = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)]
        int[] faceVertexCounts = [4]
        int[] faceVertexIndices = [0, 1, 2, 3]
        texCoord2f[] primvars:st = [(0, 0), (1, 0), (1, 1), (0, 1)] (interpolation = "faceVarying")
        int[] primvars:skel:jointIndices = [0, 1, 0, 1] (elementSize = 1 interpolation = "vertex")
        float[] primvars:skel:jointWeights = [1, 1, 1, 1] (elementSize = 1 interpolation = "vertex")
        uniform token[] skel:blendShapes = ["jawOpen"]
        rel skel:blendShapeTargets = </Hero/Face/jawOpen>
        def BlendShape "jawOpen"
        {
            uniform vector3f[] offsets = [(0, -1, 0)]
            uniform int[] pointIndices = [2]
        }
        double3 xformOp:translate = (0, 0, 1)
        uniform token[] xformOpOrder = ["xformOp:translate"]
    }
    over "Copy" (instanceable = true
        prepend references = </Hero/Face>) {}
    variantSet "look" = { "plain" { def Xform "Hat" {} } }
}
"#;

/// The unusual characters that differ from all other seeds.
const UNUSUAL: [&str; 5] = [
    "quantised",
    "unknown extensions",
    "a second buffer within",
    "vrm 0",
    "vrm 1",
];

/// Clips and tables as other programs write them.
const TABLES: [(&str, &str); 3] = [
    (
        "seconds.csv",
        "time,JawOpen,HeadYaw\n0,0.1,0.2\n0.0333,0.5,-0.2\n0.0667,1,0\n",
    ),
    (
        "uneven.csv",
        "Timecode,BlendShapeCount,JawOpen\n00:00:01:29.5,61,0.1\n00:00:02:00.5,61,0.2\n00:00:02:00.5,61,0.2\n00:00:02:04.0,61,1e-3\n",
    ),
    (
        "other.a2f.json",
        r#"{"exportFps":24,"numPoses":2,"numFrames":2,"facsNames":["jawOpen","cheek"],"weightMat":[[0,1],[0.5,0]]}"#,
    ),
];

pub fn seeds() -> Vec<Seed> {
    let clip = characters::busy_clip("line", FrameRate::new(30_000, 1001).expect("a rate"), 2);
    let hero = characters::hero();
    let map = RigMap::discover(&hero).map;
    let performance = map.drive(&hero, &clip);
    let mut seeds: Vec<Seed> = vec![
        ("clip", "live-link.csv".into(), csv::write(&clip).into()),
        (
            "clip",
            "own.a2f.json".into(),
            audio2face::write(&clip).into(),
        ),
        ("rig_map", "hero.json".into(), map.to_json().into()),
        ("usd", "by-hand.usda".into(), HAND_WRITTEN.into()),
    ];
    let packet = Packet {
        device: "0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0"
            .parse()
            .expect("a name"),
        subject: "Hero".parse().expect("a name"),
        time: FrameTime::of(1_234_567.25, clip.rate),
        rate: clip.rate,
        face: clip.frames[0],
    };
    seeds.push(("live_link", "hero.packet".into(), packet.encode()));
    let tables = TABLES.map(|(name, text)| ("clip", name.to_owned(), text.into()));
    seeds.extend(tables);
    let head = gltf::load_bytes(
        "head.glb".as_ref(),
        metaface_exporters::sample_head::GLB.to_vec(),
    );
    let map = RigMap::discover(&head.expect("the sample head")).map;
    seeds.push(("rig_map", "sample-head.json".into(), map.to_json().into()));
    for container in [Container::Glb, Container::Gltf] {
        let performances = std::slice::from_ref(&performance);
        let file = gltf::write_character_as(&hero, performances, container.into());
        let name = format!("hero.{container:?}").to_lowercase();
        seeds.push(("gltf", name, file.expect("written")));
    }
    for (name, glb) in unusual::all() {
        if !UNUSUAL.contains(&name) {
            continue;
        }
        let name = format!("{}.glb", name.replace(' ', "-"));
        seeds.push(("gltf", name, glb.bytes()));
    }
    for ending in ["usda", "usdc", "usdz"] {
        let output = format!("hero.{ending}");
        let files = usd::write_character(output.as_ref(), &hero, Some(&performance));
        seeds.push(("usd", output, files.expect("written").bytes));
    }
    seeds
}
