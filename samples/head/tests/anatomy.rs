//! The sample head's blendshapes, checked in millimetres.

use std::sync::OnceLock;

use metaface_clip::Channel;
use metaface_clip::lips::{LIP_APERTURE_MM, LIP_POINTS_MM, LIP_POINTS_REST_MM, LIP_REST_MM};
use metaface_exporters::Character;
use metaface_exporters::character::Mesh;
use metaface_exporters::sample_head::GLB;
use metaface_sample_head::{eyeballs, lid_landmarks, lip_landmarks, sample_head};

type Point = [f64; 3];

fn head() -> &'static Character {
    static HEAD: OnceLock<Character> = OnceLock::new();
    HEAD.get_or_init(sample_head)
}

/// The mesh's positions in millimetres with these weights.
fn posed(mesh: &Mesh, weights: &[(Channel, f64)]) -> Vec<Point> {
    let mut points: Vec<Point> = mesh
        .positions
        .iter()
        .map(|p| p.map(|c| f64::from(c) * 1000.0))
        .collect();
    for (channel, weight) in weights {
        let Some(target) = mesh.targets.iter().find(|t| t.name == channel.camel_name()) else {
            continue;
        };
        for (&v, offset) in target.indices.iter().zip(&target.offsets) {
            for axis in 0..3 {
                points[v as usize][axis] += f64::from(offset[axis]) * 1000.0 * weight;
            }
        }
    }
    points
}

fn mesh<'a>(head: &'a Character, name: &str) -> &'a Mesh {
    head.meshes
        .iter()
        .find(|m| m.name == name)
        .expect("the head has this mesh")
}

fn aperture(head: &Character, weights: &[(Channel, f64)]) -> f64 {
    let lips = lip_landmarks();
    let points = posed(&head.meshes[lips.mesh], weights);
    points[lips.inner_centre[0]][1] - points[lips.inner_centre[1]][1]
}

/// The smallest and the largest vertical gap along the mouth's line.
fn gaps(head: &Character, weights: &[(Channel, f64)]) -> (f64, f64) {
    let lips = lip_landmarks();
    let points = posed(&head.meshes[lips.mesh], weights);
    let gaps = lips
        .inner_pairs
        .iter()
        .map(|[u, l]| points[*u][1] - points[*l][1]);
    gaps.fold((f64::MAX, f64::MIN), |(low, high), g| {
        (low.min(g), high.max(g))
    })
}

fn both_sides(channel: Channel) -> Vec<(Channel, f64)> {
    let mut weights = vec![(channel, 1.0)];
    if channel.mirrored() != channel && channel != Channel::JawLeft && channel != Channel::MouthLeft
    {
        weights.push((channel.mirrored(), 1.0));
    }
    weights
}

#[test]
fn every_blendshape_is_a_target_and_every_target_moves_its_mesh() {
    let head = head();
    for channel in Channel::blendshapes() {
        let name = channel.camel_name();
        assert!(
            head.meshes
                .iter()
                .any(|m| m.targets.iter().any(|t| t.name == name)),
            "{name}"
        );
    }
    for mesh in &head.meshes {
        for target in &mesh.targets {
            let largest = target
                .offsets
                .iter()
                .flatten()
                .fold(0f32, |m, c| m.max(c.abs()));
            assert!(
                largest > 2e-4,
                "{} of {} moves {largest} m",
                target.name,
                mesh.name
            );
        }
    }
}

#[test]
fn each_blendshape_changes_the_lip_aperture_by_its_published_millimetres() {
    let head = head();
    assert!((aperture(head, &[]) - f64::from(LIP_REST_MM)).abs() < 0.01);
    for &channel in Channel::blendshapes() {
        let published = LIP_APERTURE_MM
            .iter()
            .find(|(c, _)| *c == channel)
            .map_or(0.0, |(_, mm)| f64::from(*mm));
        let measured = aperture(head, &[(channel, 1.0)]) - aperture(head, &[]);
        assert!(
            (measured - published).abs() < 0.08,
            "{channel}: {measured} mm, not {published}"
        );
    }
}

#[test]
fn lips_stay_sealed_and_never_cross_while_mouth_close_follows_jaw_open() {
    let head = head();
    for step in 0..=20 {
        let w = f64::from(step) / 20.0;
        let (low, high) = gaps(head, &[(Channel::JawOpen, w), (Channel::MouthClose, w)]);
        assert!(low > 0.0 && high < 0.9, "at {w}: {low} to {high} mm");
    }
}

#[test]
fn no_shape_makes_the_lips_cross_anywhere_along_the_mouth() {
    let head = head();
    for &channel in Channel::blendshapes() {
        if channel == Channel::MouthClose {
            continue; // It needs an open jaw.
        }
        for weights in [vec![(channel, 1.0)], both_sides(channel)] {
            let (low, _) = gaps(head, &weights);
            assert!(low > -0.02, "{channel}: {low} mm");
        }
    }
}

#[test]
fn lids_meet_in_a_blink_and_never_touch_the_eyeball_on_the_way() {
    let head = head();
    let (centres, radius) = eyeballs();
    let face = mesh(head, "Face");
    for (eye, lids) in lid_landmarks().iter().enumerate() {
        let blink = [Channel::EyeBlinkLeft, Channel::EyeBlinkRight][eye];
        let closed = posed(face, &[(blink, 1.0)]);
        for [upper, lower] in &lids.pairs {
            let gap: f64 = (0..3)
                .map(|k| (closed[*upper][k] - closed[*lower][k]).powi(2))
                .sum::<f64>()
                .sqrt();
            assert!(gap < 0.15, "closed lids are {gap} mm apart");
        }
        for step in 0..=10 {
            let points = posed(face, &[(blink, f64::from(step) / 10.0)]);
            for &v in &lids.on_eyeball {
                let distance: f64 = (0..3)
                    .map(|k| (points[v][k] - f64::from(centres[eye][k]) * 1000.0).powi(2))
                    .sum::<f64>()
                    .sqrt();
                assert!(
                    distance > f64::from(radius) * 1000.0,
                    "a lid is {distance} mm from the eye's centre at {step}/10"
                );
            }
        }
    }
}

#[test]
fn left_and_right_are_mirror_images() {
    let head = head();
    for mesh in &head.meshes {
        for target in &mesh.targets {
            let channel: Channel = target.name.parse().expect("an ARKit name");
            let name = channel.mirrored().camel_name();
            let other = mesh
                .targets
                .iter()
                .find(|t| t.name == name)
                .expect("the other side");
            let sum = |t: &metaface_exporters::character::MorphTarget, axis: usize| -> f64 {
                t.offsets.iter().map(|o| f64::from(o[axis])).sum()
            };
            assert!(
                target.indices.len().abs_diff(other.indices.len()) <= 4,
                "{channel}"
            );
            assert!((sum(target, 0) + sum(other, 0)).abs() < 1e-3, "{channel}");
            assert!((sum(target, 1) - sum(other, 1)).abs() < 1e-3, "{channel}");
        }
    }
}

#[test]
fn the_tongue_goes_out_between_the_teeth() {
    let head = head();
    let (tongue, lower, upper) = (
        mesh(head, "Tongue"),
        mesh(head, "LowerTeeth"),
        mesh(head, "UpperTeeth"),
    );
    for jaw in [0.6, 0.8, 1.0] {
        for step in 0..=10 {
            let weights = [
                (Channel::JawOpen, jaw),
                (Channel::TongueOut, f64::from(step) / 10.0),
            ];
            let points = posed(tongue, &weights);
            // The front teeth: incisors and canines.
            for (teeth, above) in [
                (posed(lower, &weights), true),
                (posed(upper, &weights), false),
            ] {
                let front = teeth.iter().filter(|p| p[0].abs() < 9.0);
                let edge = front
                    .clone()
                    .fold(if above { f64::MIN } else { f64::MAX }, |e, p| {
                        if above { e.max(p[1]) } else { e.min(p[1]) }
                    });
                let near = front.clone().filter(|p| (p[1] - edge).abs() < 4.0);
                let (back, out) =
                    near.fold((f64::MAX, f64::MIN), |(b, o), p| (b.min(p[2]), o.max(p[2])));
                for p in points
                    .iter()
                    .filter(|p| p[2] > back && p[2] < out && p[0].abs() < 9.0)
                {
                    let clear = if above { p[1] - edge } else { edge - p[1] };
                    assert!(
                        clear > -0.4,
                        "jaw {jaw}, tongue {step}/10: {clear} mm into the teeth"
                    );
                }
            }
        }
    }
    let out = posed(
        tongue,
        &[(Channel::JawOpen, 1.0), (Channel::TongueOut, 1.0)],
    );
    let lips = lip_landmarks();
    let face = posed(&head.meshes[lips.mesh], &[(Channel::JawOpen, 1.0)]);
    let tip = out.iter().map(|p| p[2]).fold(f64::MIN, f64::max);
    assert!(
        tip > face[lips.outer_centre[1]][2] + 10.0,
        "the tip is past the lower lip"
    );
}

#[test]
fn lower_teeth_and_tongue_follow_the_jaw_and_upper_teeth_do_not() {
    let head = head();
    for name in ["jawOpen", "jawForward", "jawLeft", "jawRight"] {
        for part in ["LowerTeeth", "Tongue", "Face"] {
            assert!(
                mesh(head, part).targets.iter().any(|t| t.name == name),
                "{part} {name}"
            );
        }
    }
    assert!(mesh(head, "UpperTeeth").targets.is_empty());
}

#[test]
fn the_committed_file_is_up_to_date() {
    let bytes = metaface_exporters::gltf::write_character(head(), None).expect("written");
    assert!(
        bytes == GLB,
        "samples/head/head.glb is out of date: run `cargo xtask head`"
    );
    assert!(bytes.len() < 2_000_000, "{} bytes", bytes.len());
}

#[test]
fn the_published_lip_points_move_like_the_head() {
    let face = mesh(head(), "Face");
    let rest = posed(face, &[]);
    let distance_between = |a: &Point, b: &Point| -> f64 {
        (0..3)
            .map(|axis| (a[axis] - b[axis]).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let nearest = |point: &[f32; 3]| {
        let point = point.map(f64::from);
        let distances = rest.iter().map(|vertex| distance_between(vertex, &point));
        let closest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        let (vertex, distance) = closest.expect("vertices");
        assert!(distance < 0.1, "no vertex at {point:?}: {distance} mm");
        vertex
    };
    let vertices = LIP_POINTS_REST_MM.each_ref().map(nearest);
    for channel in Channel::blendshapes() {
        let moved = posed(face, &[(*channel, 1.0)]);
        let row = LIP_POINTS_MM.iter().find(|(other, _)| other == channel);
        let published = row.map_or([0.0; 36], |(_, values)| *values);
        for (vertex, row) in vertices.iter().zip(published.chunks(3)) {
            for axis in 0..3 {
                let delta = moved[*vertex][axis] - rest[*vertex][axis];
                let gap = (delta - f64::from(row[axis])).abs();
                assert!(gap < 0.06, "{channel}: {delta} against {}", row[axis]);
            }
        }
    }
}
