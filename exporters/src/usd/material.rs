//! Writes materials as UsdPreviewSurface networks.

use openusd::gf::{vec3f, vec4f};
use openusd::sdf::{AssetPath, Value};

use super::layer::Layer;
use super::names::{UniqueNames, identifier};
use crate::character::{Character, Image, Material};

/// A texture file that a layer refers to.
pub(super) struct Texture {
    /// The path relative to the layer, with forward slashes.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// The character's images as texture files in `folder`; `None` for images that no material uses or
/// that are neither PNG nor JPEG.
pub(super) fn textures(character: &Character, folder: &str) -> Vec<Option<Texture>> {
    let mut names = UniqueNames::default();
    let texture = |(i, image): (usize, &Image)| {
        let ending = ending(image)?;
        let is_used = character
            .materials
            .iter()
            .any(|m| m.base_color_image == Some(i));
        is_used.then(|| {
            let name = names.take(identifier(&image.name, "texture"));
            Texture {
                name: format!("{folder}/{name}.{ending}"),
                bytes: image.bytes.clone(),
            }
        })
    };
    character.images.iter().enumerate().map(texture).collect()
}

fn ending(image: &Image) -> Option<&'static str> {
    match image.mime_type.as_str() {
        "image/png" => Some("png"),
        "image/jpeg" => Some("jpg"),
        _ => None,
    }
}

/// Defines the materials under `scope`; returns their paths.
pub(super) fn define(
    layer: &mut Layer,
    scope: &str,
    character: &Character,
    textures: &[Option<Texture>],
) -> Vec<String> {
    if character.materials.is_empty() {
        return Vec::new();
    }
    layer.define(scope, "Scope", &[]);
    let mut names = UniqueNames::default();
    let mut paths = Vec::new();
    for material in &character.materials {
        let name = names.take(identifier(&material.name, "Material"));
        let path = format!("{scope}/{name}");
        let texture = material
            .base_color_image
            .and_then(|i| textures.get(i)?.as_ref());
        define_one(
            layer,
            &path,
            material,
            texture.map(|texture| texture.name.as_str()),
        );
        paths.push(path);
    }
    paths
}

fn define_one(layer: &mut Layer, path: &str, material: &Material, texture: Option<&str>) {
    layer.define(path, "Material", &[]);
    let surface = format!("{path}/Surface");
    layer.connection(
        path,
        "outputs:surface",
        "token",
        &format!("{surface}.outputs:surface"),
    );
    layer.define(&surface, "Shader", &[]);
    shader_id(layer, &surface, "UsdPreviewSurface");
    let [r, g, b, opacity] = material.base_color;
    match texture {
        Some(file) => {
            let image = define_texture(layer, path, file, material);
            let color = format!("{image}.outputs:rgb");
            layer.connection(&surface, "inputs:diffuseColor", "color3f", &color);
            if material.blended {
                let alpha = format!("{image}.outputs:a");
                layer.connection(&surface, "inputs:opacity", "float", &alpha);
            }
        }
        None => {
            let color = Value::Vec3f(vec3f(r, g, b));
            layer.attribute(&surface, "inputs:diffuseColor", "color3f", color);
            if material.blended {
                layer.attribute(&surface, "inputs:opacity", "float", Value::Float(opacity));
            }
        }
    }
    let [r, g, b] = material.emissive;
    let emissive = Value::Vec3f(vec3f(r, g, b));
    layer.attribute(&surface, "inputs:emissiveColor", "color3f", emissive);
    layer.attribute(
        &surface,
        "inputs:metallic",
        "float",
        Value::Float(material.metallic),
    );
    layer.attribute(
        &surface,
        "inputs:roughness",
        "float",
        Value::Float(material.roughness),
    );
    layer.declare(&surface, "outputs:surface", "token");
}

fn define_texture(layer: &mut Layer, path: &str, file: &str, material: &Material) -> String {
    let reader = format!("{path}/TextureCoordinates");
    layer.define(&reader, "Shader", &[]);
    shader_id(layer, &reader, "UsdPrimvarReader_float2");
    layer.attribute(
        &reader,
        "inputs:varname",
        "string",
        Value::String("st".into()),
    );
    layer.declare(&reader, "outputs:result", "float2");
    let image = format!("{path}/BaseColor");
    layer.define(&image, "Shader", &[]);
    shader_id(layer, &image, "UsdUVTexture");
    let asset = Value::AssetPath(AssetPath::new(file));
    layer.attribute(&image, "inputs:file", "asset", asset);
    layer.connection(
        &image,
        "inputs:st",
        "float2",
        &format!("{reader}.outputs:result"),
    );
    let [r, g, b, a] = material.base_color;
    layer.attribute(
        &image,
        "inputs:scale",
        "float4",
        Value::Vec4f(vec4f(r, g, b, a)),
    );
    for (name, value) in [
        ("inputs:sourceColorSpace", "sRGB"),
        ("inputs:wrapS", "repeat"),
        ("inputs:wrapT", "repeat"),
    ] {
        layer.attribute(&image, name, "token", Value::Token(value.into()));
    }
    layer.declare(&image, "outputs:rgb", "float3");
    if material.blended {
        layer.declare(&image, "outputs:a", "float");
    }
    image
}

fn shader_id(layer: &mut Layer, path: &str, id: &str) {
    layer.uniform(path, "info:id", "token", Value::Token(id.to_owned().into()));
}
