//! Thumbnails: their content, determinism and errors.

use std::path::PathBuf;

use crate::common::characters::{PNG, busy_clip, hero, square};
use metaface_clip::{Channel, Clip, FrameRate};
use metaface_exporters::character::{Image, Material, Mesh, Node, Section};
use metaface_exporters::thumbnail::{MAX_SIDE, NoPicture, Portrait, telling_moments, thumbnail};
use metaface_exporters::{Character, Performance, RigMap, gltf};

const SIDE: usize = 96;

fn sample_head() -> Character {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    gltf::load(&root.join("samples/head/head.glb")).expect("the sample head")
}

/// A neutral frame, then an open mouth, rounded lips, and the head turned.
fn clip() -> Clip {
    let mut clip = Clip::neutral("line", FrameRate::whole(30).expect("a rate"), 4);
    clip.frames[1][Channel::JawOpen] = 0.8;
    clip.frames[2][Channel::MouthPucker] = 0.9;
    clip.frames[3][Channel::HeadYaw] = 0.4;
    clip
}

fn performed(character: &Character, clip: &Clip) -> Performance {
    RigMap::discover(character).map.drive(character, clip)
}

/// RGB pixels, row by row.
fn pixels(png: &[u8]) -> Vec<[u8; 3]> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let frame = reader.next_frame(&mut bytes).expect("pixels");
    assert_eq!(frame.color_type, png::ColorType::Rgb);
    let rgb = |pixel: &[u8]| [pixel[0], pixel[1], pixel[2]];
    bytes.chunks_exact(3).map(rgb).collect()
}

/// The number of nearly black pixels between the centre and the chin.
fn dark_in_the_mouth(png: &[u8]) -> usize {
    let pixels = pixels(png);
    let columns = SIDE * 2 / 5..SIDE * 3 / 5;
    let rows = SIDE / 2..SIDE * 9 / 10;
    rows.flat_map(|y| columns.clone().map(move |x| y * SIDE + x))
        .filter(|&at| pixels[at].iter().map(|&v| u32::from(v)).sum::<u32>() < 180)
        .count()
}

fn pictures(character: &Character, clip: &Clip) -> Vec<Vec<u8>> {
    let performance = performed(character, clip);
    let portrait = Portrait::new(character, &performance).expect("a face");
    (0..clip.frames.len())
        .map(|frame| {
            portrait
                .picture(frame, [SIDE as u32; 2])
                .expect("a picture")
        })
        .collect()
}

fn flat(mesh: Mesh) -> Character {
    Character {
        nodes: vec![Node {
            mesh: Some(0),
            ..Node::default()
        }],
        meshes: vec![mesh],
        ..Character::default()
    }
}

#[test]
fn an_open_mouth_is_darker_than_a_closed_one() {
    let pictures = pictures(&sample_head(), &clip());
    let (closed, open) = (
        dark_in_the_mouth(&pictures[0]),
        dark_in_the_mouth(&pictures[1]),
    );
    assert!(
        open > closed + 20,
        "{closed} dark pixels at rest, {open} open"
    );
    let rounded = dark_in_the_mouth(&pictures[2]);
    assert!(
        rounded < open / 2,
        "{rounded} dark pixels rounded, {open} open"
    );
}

#[test]
fn different_frames_differ_and_rendering_is_deterministic() {
    let head = sample_head();
    let once = pictures(&head, &clip());
    for (index, picture) in once.iter().enumerate() {
        assert!(!once[..index].contains(picture), "frame {index}");
    }
    assert_eq!(once, pictures(&head, &clip()));
}

#[test]
fn a_body_does_not_change_the_framing_of_the_head() {
    let mut character = sample_head();
    let alone = pictures(&character, &clip());
    // Two metres of body under the head, which nothing drives.
    let mut body = square("Body", 2.0, &["fat"]);
    body.sections.iter_mut().for_each(|s| s.material = None);
    character.meshes.push(body);
    character.nodes.push(Node {
        mesh: Some(character.meshes.len() - 1),
        translation: [-1.0, -2.4, -0.05],
        ..Node::default()
    });
    let with_body = pictures(&character, &clip());
    let middle = |png: &[u8]| pixels(png)[SIDE / 4 * SIDE..SIDE / 2 * SIDE].to_vec();
    assert_eq!(middle(&alone[1]), middle(&with_body[1]));
}

#[test]
fn a_character_that_faces_backwards_is_shown_from_its_front() {
    let head = sample_head();
    let ahead = pictures(&head, &clip());
    let mut turned = head;
    for node in &mut turned.nodes {
        if node.parent.is_none() {
            node.rotation = [0.0, 1.0, 0.0, 0.0];
        }
    }
    let behind = pictures(&turned, &clip());
    let different = (pixels(&ahead[1]).iter().zip(&pixels(&behind[1])))
        .filter(|(a, b)| (0..3).any(|i| a[i].abs_diff(b[i]) > 8))
        .count();
    assert!(different < SIDE * SIDE / 100, "{different} pixels differ");
}

#[test]
fn characters_and_sizes_that_cannot_be_drawn_are_errors() {
    let clip = clip();
    let bones = Character {
        name: "bones".to_owned(),
        nodes: vec![Node::default()],
        ..Character::default()
    };
    let picture =
        |character: &Character, size| thumbnail(character, &performed(character, &clip), 0, size);
    assert_eq!(
        picture(&bones, [8, 8]),
        Err(NoPicture::NoSurface("bones".to_owned()))
    );
    assert_eq!(
        picture(&flat(Mesh::default()), [8, 8]),
        Err(NoPicture::NoSurface(String::new()))
    );
    for size in [[0, 8], [8, 0], [MAX_SIDE + 1, 8], [u32::MAX; 2]] {
        assert_eq!(picture(&hero(), size), Err(NoPicture::Size(size)));
    }
    let mut packed = hero();
    packed.meshes[1].undecoded = Some("Draco".to_owned());
    let error = picture(&packed, [8, 8]).expect_err("compressed");
    assert!(error.to_string().contains("'Teeth'"), "{error}");
}

#[test]
fn a_frame_past_the_end_shows_the_last_one() {
    let hero = hero();
    let clip = busy_clip("line", FrameRate::whole(30).expect("a rate"), 3);
    let performance = performed(&hero, &clip);
    let at = |frame| thumbnail(&hero, &performance, frame, [20, 12]).expect("a picture");
    assert_eq!(at(2), at(usize::MAX));
    let empty = performed(&hero, &Clip::neutral("none", clip.rate, 0));
    assert!(thumbnail(&hero, &empty, 0, [1, 1]).is_ok());
}

#[test]
fn invalid_geometry_is_skipped() {
    let clip = clip();
    for invalid in [f32::NAN, f32::INFINITY, f32::MAX, f32::MIN_POSITIVE, 1e30] {
        for axis in 0..3 {
            let mut hero = hero();
            for mesh in &mut hero.meshes {
                mesh.positions[1][axis] = invalid;
                mesh.uvs[2] = [invalid; 2];
                mesh.normals[0] = [invalid; 3];
                mesh.sections[0]
                    .indices
                    .extend([7, 0, 1, 2, u32::MAX, 3, 1]);
                mesh.sections[0].material = Some(99);
                if let Some(target) = mesh.targets.first_mut() {
                    target.offsets[0][axis] = invalid;
                    target.indices[1] = 4000;
                }
            }
            let performance = performed(&hero, &clip);
            for frame in 0..clip.frames.len() {
                match thumbnail(&hero, &performance, frame, [16, 24]) {
                    Ok(png) => assert_eq!(pixels(&png).len(), 16 * 24),
                    Err(error) => assert!(matches!(error, NoPicture::NoSurface(_)), "{error}"),
                }
            }
        }
    }
    let mut dots = square("Dot", 0.0, &[]);
    dots.sections.truncate(1);
    assert!(matches!(
        thumbnail(&flat(dots), &performed(&hero(), &clip), 0, [8, 8]),
        Err(NoPicture::NoSurface(_))
    ));
}

#[test]
fn a_texture_colours_its_surface_and_a_damaged_one_is_ignored() {
    let drawn = |bytes: &[u8], blended: bool, opacity: f32| {
        let mut character = flat(Mesh {
            sections: vec![Section {
                indices: vec![0, 1, 2, 0, 2, 3],
                material: Some(0),
            }],
            ..square("Sheet", 0.2, &[])
        });
        character.images = vec![Image {
            bytes: bytes.to_vec(),
            ..Image::default()
        }];
        character.materials = vec![Material {
            base_color: [0.8, 0.8, 0.8, opacity],
            base_color_image: Some(0),
            blended,
            ..Material::default()
        }];
        let performance = performed(&character, &clip());
        let png = thumbnail(&character, &performance, 0, [9, 9]).expect("a picture");
        pixels(&png)[9 * 4 + 4]
    };
    let mut red = Vec::new();
    let mut encoder = png::Encoder::new(&mut red, 2, 2);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("a header");
    writer
        .write_image_data(&[200, 0, 0].repeat(4))
        .expect("pixels");
    writer.finish().expect("an end");
    let [r, g, b] = drawn(&red, false, 1.0);
    assert!(r > 100 && g < 80 && b < 80, "{r} {g} {b}");
    let plain = drawn(b"", false, 1.0);
    assert_eq!(plain, drawn(PNG, false, 1.0));
    assert_eq!(plain, drawn(&red[..red.len() / 2], false, 1.0));
    assert_eq!(plain, drawn(b"\xFF\xD8\xFF\xE0 no JPEG", false, 1.0));
    let background = drawn(PNG, true, 0.0);
    assert_ne!(plain, background);
    assert_eq!(drawn(PNG, false, 0.0), plain);
}

/// A clip at 50 frames per second with JawOpen and MouthPucker of each frame.
fn with_lips(frames: &[(f32, f32)]) -> Clip {
    let rate = FrameRate::whole(50).expect("a rate");
    let mut clip = Clip::neutral("line", rate, frames.len());
    for (frame, (jaw, pucker)) in clip.frames.iter_mut().zip(frames) {
        frame[Channel::JawOpen] = *jaw;
        frame[Channel::MouthPucker] = *pucker;
    }
    clip
}

#[test]
fn the_moments_of_open_rounded_and_closed_lips_are_found() {
    let mut frames = vec![(0.0, 0.0); 10];
    frames.extend([(0.3, 0.0); 10]);
    frames.extend([(0.0, 0.0); 3]);
    frames.extend([(0.6, 0.0); 10]);
    frames.extend([(0.1, 0.8); 10]);
    frames.extend([(0.0, 0.0); 30]);
    let clip = with_lips(&frames);
    let found: Vec<(usize, &str)> = telling_moments(&clip)
        .iter()
        .map(|moment| (moment.frame, moment.caption))
        .collect();
    assert_eq!(
        found,
        [
            (20, "lips closed"),
            (23, "mouth wide open"),
            (33, "lips rounded")
        ]
    );
    assert_eq!(telling_moments(&clip), telling_moments(&clip.clone()));
}

#[test]
fn moments_are_distinct_and_occur_in_the_clip() {
    let silence = telling_moments(&with_lips(&[(0.0, 0.0); 9]));
    assert_eq!((silence.len(), silence[0].frame), (1, 4));
    assert_eq!(silence[0].caption, "at rest");
    assert!(telling_moments(&with_lips(&[])).is_empty());
    // The frame with the widest aperture is also rounded, so there is one picture.
    let both = telling_moments(&with_lips(&[(0.0, 0.0), (0.5, 0.9), (0.0, 0.0)]));
    assert_eq!(both.len(), 1);
    let invalid = telling_moments(&with_lips(&[(f32::NAN, 0.0), (f32::INFINITY, f32::NAN)]));
    assert!(invalid.iter().all(|moment| moment.frame < 2));
}
