//! Measures key reduction and quantisation of a GLB of the sample head: bytes, and lip error.
//!
//! ```text
//! cargo metaface animate samples/speech/line.wav -o build/line.csv
//! cargo run --release --ignore-rust-version --bin glb_sizes build/line.csv
//! ```

use std::error::Error;
use std::path::Path;

use metaface_exporters::gltf::{self, Container, Precision, WriteOptions};
use metaface_exporters::lips::CharacterLips;
use metaface_exporters::{Performance, RigMap, RiggedCharacter, clip_file};

/// Millimetres for `--reduce`, and the precision of the weights.
const VARIANTS: [(Option<f32>, Precision); 9] = [
    (None, Precision::Float),
    (None, Precision::Short),
    (None, Precision::Byte),
    (Some(0.05), Precision::Float),
    (Some(0.1), Precision::Float),
    (Some(0.25), Precision::Float),
    (Some(0.05), Precision::Short),
    (Some(0.1), Precision::Short),
    (Some(0.25), Precision::Byte),
];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: glb_sizes CLIP")?;
    let (clip, _) = clip_file::read(Path::new(&path), None, None)?;
    let head = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/head/head.glb");
    let character = gltf::load(&head)?;
    let map = RigMap::discover(&character).usable(&character)?;
    let lips = CharacterLips::of(&character, &map).ok_or("the head has no lips")?;
    let rigged = RiggedCharacter::of(gltf::load(&head)?, None)?;
    let still_bytes = rigged.to_gltf(&[], Container::Glb.into())?.len();
    let (exact, _) = rigged.perform(&clip, None);
    let exact_lips: Vec<_> = (0..exact.frame_count)
        .map(|frame| lips.at(&exact, frame))
        .collect();
    println!("| keys | weights | animation, bytes | file, bytes | largest error, mm | mean, mm |");
    println!("|---|---|---|---|---|---|");
    for (reduce, precision) in VARIANTS {
        let (performance, _) = rigged.perform(&clip, reduce);
        let options = WriteOptions {
            precision,
            ..WriteOptions::default()
        };
        let bytes = rigged.to_gltf(&[performance], options)?;
        let decoded = read_back(&rigged, &bytes)?;
        let (mut largest, mut sum, mut count) = (0.0_f32, 0.0_f64, 0_u32);
        for (frame, exact) in exact_lips.iter().enumerate() {
            for (a, b) in lips.at(&decoded, frame).iter().zip(exact) {
                let squares = (0..3).map(|axis| (a[axis] - b[axis]).powi(2));
                let error = squares.sum::<f32>().sqrt();
                largest = largest.max(error);
                sum += f64::from(error);
                count += 1;
            }
        }
        let keys = reduce.map_or("all".to_owned(), |mm| format!("`--reduce {mm}`"));
        println!(
            "| {keys} | {precision} | {} | {} | {largest:.4} | {:.4} |",
            bytes.len() - still_bytes,
            bytes.len(),
            sum / f64::from(count)
        );
    }
    Ok(())
}

/// The performance that a player decodes from the file.
fn read_back(rigged: &RiggedCharacter, bytes: &[u8]) -> Result<Performance, Box<dyn Error>> {
    let path = std::env::temp_dir().join("metaface-glb-sizes.glb");
    std::fs::write(&path, bytes)?;
    let clip = gltf::read_clip(&path, None, None)?;
    std::fs::remove_file(&path)?;
    Ok(rigged.perform(&clip, None).0)
}
