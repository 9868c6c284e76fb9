//! What fewer keys and integers save in a GLB of the sample head, and what they cost on the lips.
//!
//! ```text
//! cargo metaface animate samples/speech/line.wav -o build/line.csv
//! cargo run --release --ignore-rust-version -p metaface-exporters --example glb_sizes build/line.csv
//! ```

use std::error::Error;
use std::path::Path;

use metaface_exporters::gltf::{self, Container, Precision, WriteOptions};
use metaface_exporters::lips::Lips;
use metaface_exporters::{Cast, Performance, RigMap, clip_file};

/// Millimetres for `--reduce`, beside the precision of the weights.
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
    let clip = std::env::args().nth(1).ok_or("give a clip")?;
    let (clip, _) = clip_file::read(Path::new(&clip), None, None)?;
    let head = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/head/head.glb");
    let character = gltf::load(&head)?;
    let map = RigMap::discover(&character).usable(&character)?;
    let lips = Lips::of(&character, &map).ok_or("the head has no lips")?;
    let cast = Cast::of(gltf::load(&head)?, None)?;
    let still = cast.to_gltf(&[], Container::Glb.into())?.len();
    let (meant, _) = cast.perform(&clip, None);
    let places: Vec<_> = (0..meant.frame_count)
        .map(|frame| lips.at(&meant, frame))
        .collect();
    println!("| keys | weights | animation, bytes | file, bytes | largest error, mm | mean, mm |");
    println!("|---|---|---|---|---|---|");
    for (reduce, precision) in VARIANTS {
        let (performance, _) = cast.perform(&clip, reduce);
        let options = WriteOptions {
            precision,
            ..WriteOptions::default()
        };
        let bytes = cast.to_gltf(&[performance], options)?;
        let shown = read_back(&cast, &bytes)?;
        let (mut largest, mut sum, mut count) = (0.0_f32, 0.0_f64, 0_u32);
        for (frame, place) in places.iter().enumerate() {
            for (a, b) in lips.at(&shown, frame).iter().zip(place) {
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
            bytes.len() - still,
            bytes.len(),
            sum / f64::from(count)
        );
    }
    Ok(())
}

/// What a player shows of the file at each frame.
fn read_back(cast: &Cast, bytes: &[u8]) -> Result<Performance, Box<dyn Error>> {
    let path = std::env::temp_dir().join("metaface-glb-sizes.glb");
    std::fs::write(&path, bytes)?;
    let clip = gltf::read_clip(&path, None, None)?;
    std::fs::remove_file(&path)?;
    Ok(cast.perform(&clip, None).0)
}
