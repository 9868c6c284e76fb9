//! The head's materials.

use metaface_exporters::character::{Image, Material};

use crate::paint;
use crate::topology::FaceMesh;

pub const SKIN: usize = 0;
pub const LIPS: usize = 1;
pub const MOUTH: usize = 2;
pub const TEETH: usize = 3;
pub const GUMS: usize = 4;
pub const TONGUE: usize = 5;
pub const EYES: usize = 6;
pub const HAIR: usize = 7;
pub const BROWS: usize = 8;
pub const LASHES: usize = 9;
pub const SHIRT: usize = 10;
pub const EARS: usize = 11;

/// Linear colour of an sRGB colour `0xRRGGBB`.
pub fn linear(rgb: u32) -> [f32; 4] {
    let channel = |shift: u32| {
        let c = f64::from((rgb >> shift) & 0xff) / 255.0;
        let l = if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        };
        ((l * 1e4).round() / 1e4) as f32
    };
    [channel(16), channel(8), channel(0), 1.0]
}

/// The materials, in the order of the constants above, and their images.
pub fn all(face: &FaceMesh) -> (Vec<Material>, Vec<Image>) {
    let plain = |name: &str, rgb: u32, roughness: f32| Material {
        name: name.to_owned(),
        base_color: linear(rgb),
        roughness,
        ..Material::default()
    };
    let painted = |name: &str, image: usize, roughness: f32| Material {
        base_color_image: Some(image),
        ..plain(name, 0xffffff, roughness)
    };
    let materials = vec![
        painted("Skin", 0, 0.52),
        painted("Lips", 0, 0.34),
        painted("Mouth", 0, 0.45),
        plain("Teeth", 0xf6efe4, 0.22),
        plain("Gums", 0xb5605c, 0.35),
        plain("Tongue", 0xb85a5a, 0.55),
        painted("Eyes", 1, 0.06),
        plain("Hair", 0x4b2a18, 0.45),
        plain("Brows", 0x57341f, 0.7),
        Material {
            double_sided: true,
            ..plain("Lashes", 0x241510, 0.6)
        },
        plain("Shirt", 0x2f6f73, 0.85),
        plain("Ears", paint::SKIN, 0.52),
    ];
    (materials, vec![paint::skin(face), paint::eye()])
}

/// Whether a material has a texture, so that its mesh needs texture coordinates.
pub fn is_painted(material: usize) -> bool {
    matches!(material, SKIN | LIPS | MOUTH | EYES)
}
