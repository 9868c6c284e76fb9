//! Writes Mesh prims with their sections, blendshapes and skin binding.

use openusd::gf::{Vec2f, vec2f};
use openusd::sdf::{FieldKey, Value};

use super::layer::{Layer, tokens, vectors};
use super::names::{UniqueNames, identifier};
use super::skeleton::{Influences, SkeletonBinding, Skeletons, matrix};
use crate::character::{Character, Mesh, MorphTarget, Node};

/// The parts that Mesh prims refer to.
pub(super) struct MeshContext<'a> {
    pub(super) root: &'a str,
    pub(super) character: &'a Character,
    /// The paths of the character's materials.
    pub(super) materials: &'a [String],
}

/// Defines the Mesh prim of one node at `path`. `channels` has the name of the animation channel of
/// each target.
pub(super) fn define(
    layer: &mut Layer,
    path: &str,
    context: &MeshContext<'_>,
    (node, mesh): (&Node, &Mesh),
    binding: &SkeletonBinding,
    channels: &[String],
) {
    layer.define(path, "Mesh", &["SkelBindingAPI", "MaterialBindingAPI"]);
    let name = if node.name.is_empty() {
        &mesh.name
    } else {
        &node.name
    };
    if !path.ends_with(&format!("/{name}")) && !name.is_empty() {
        layer.field(path, FieldKey::DisplayName, Value::String(name.clone()));
    }
    let indices: Vec<i32> = mesh
        .sections
        .iter()
        .flat_map(|section| whole_triangles(&section.indices))
        .map(|&index| index as i32)
        .collect();
    layer.uniform(
        path,
        "subdivisionScheme",
        "token",
        Value::Token("none".into()),
    );
    layer.attribute(path, "points", "point3f[]", vectors(&mesh.positions));
    layer.attribute(
        path,
        "faceVertexCounts",
        "int[]",
        Value::IntVec(vec![3; indices.len() / 3]),
    );
    layer.attribute(path, "faceVertexIndices", "int[]", Value::IntVec(indices));
    layer.attribute(
        path,
        "extent",
        "float3[]",
        vectors(&extent(&mesh.positions)),
    );
    let materials = mesh
        .sections
        .iter()
        .filter_map(|s| context.character.materials.get(s.material?));
    if materials.clone().any(|material| material.double_sided) {
        layer.uniform(path, "doubleSided", "bool", Value::Bool(true));
    }
    if mesh.normals.len() == mesh.positions.len() {
        let normals = layer.attribute(path, "normals", "normal3f[]", vectors(&mesh.normals));
        set_interpolation(layer, &normals, "vertex");
    }
    if mesh.uvs.len() == mesh.positions.len() {
        // V points up in USD.
        let st: Vec<Vec2f> = mesh.uvs.iter().map(|&[u, v]| vec2f(u, 1.0 - v)).collect();
        let st = layer.attribute(path, "primvars:st", "texCoord2f[]", Value::Vec2fVec(st));
        set_interpolation(layer, &st, "vertex");
    }
    bind(layer, path, context.root, binding);
    let mut children = UniqueNames::default();
    blend_shapes(layer, path, mesh, channels, &mut children);
    sections(layer, path, context, mesh, &mut children);
}

fn set_interpolation(layer: &mut Layer, attribute: &str, interpolation: &str) {
    layer.field(
        attribute,
        "interpolation",
        Value::Token(interpolation.to_owned().into()),
    );
}

/// The indices of complete triangles; a remainder is ignored.
fn whole_triangles(indices: &[u32]) -> &[u32] {
    &indices[..indices.len() / 3 * 3]
}

/// The bounding box of points: its lowest and highest corner.
fn extent(points: &[[f32; 3]]) -> [[f32; 3]; 2] {
    let Some(&first) = points.first() else {
        return [[0.0; 3]; 2];
    };
    points.iter().fold([first; 2], |[low, high], p| {
        [
            std::array::from_fn(|axis| low[axis].min(p[axis])),
            std::array::from_fn(|axis| high[axis].max(p[axis])),
        ]
    })
}

fn bind(layer: &mut Layer, path: &str, root: &str, binding: &SkeletonBinding) {
    let skeleton = format!("{root}/{}", Skeletons::prim_name(binding.skeleton));
    layer.relationship(path, "skel:skeleton", &[skeleton]);
    let transform = Value::Matrix4d(matrix(&binding.geom_bind));
    layer.attribute(
        path,
        "primvars:skel:geomBindTransform",
        "matrix4d",
        transform,
    );
    let (joints, weights, interpolation, size) = match &binding.influences {
        Influences::Rigid(joint) => (vec![*joint as i32], vec![1.0], "constant", 1),
        Influences::Smooth { joints, weights } => (joints.clone(), weights.clone(), "vertex", 4),
    };
    for (name, type_name, value) in [
        ("primvars:skel:jointIndices", "int[]", Value::IntVec(joints)),
        (
            "primvars:skel:jointWeights",
            "float[]",
            Value::FloatVec(weights),
        ),
    ] {
        let attribute = layer.attribute(path, name, type_name, value);
        set_interpolation(layer, &attribute, interpolation);
        layer.field(&attribute, "elementSize", Value::Int(size));
    }
}

/// The target names in files: an unnamed target gets a name with its index.
pub(super) fn target_names(mesh: &Mesh) -> Vec<String> {
    let name = |(i, target): (usize, &MorphTarget)| match target.name.as_str() {
        "" => format!("target_{i}"),
        name => name.to_owned(),
    };
    mesh.targets.iter().enumerate().map(name).collect()
}

fn blend_shapes(
    layer: &mut Layer,
    mesh_path: &str,
    mesh: &Mesh,
    channels: &[String],
    children: &mut UniqueNames,
) {
    if mesh.targets.is_empty() {
        return;
    }
    let mut paths = Vec::with_capacity(mesh.targets.len());
    for (target, name) in mesh.targets.iter().zip(target_names(mesh)) {
        let prim_name = children.take(identifier(&name, "target"));
        let path = format!("{mesh_path}/{prim_name}");
        layer.define(&path, "BlendShape", &[]);
        if prim_name != name {
            layer.field(&path, FieldKey::DisplayName, Value::String(name));
        }
        // In USD, a shape without indices would move every point.
        let (indices, offsets, normal_offsets) = if target.indices.is_empty() {
            (&[0][..], &[[0.0; 3]][..], &[][..])
        } else {
            (
                &target.indices[..],
                &target.offsets[..],
                &target.normal_offsets[..],
            )
        };
        layer.uniform(&path, "offsets", "vector3f[]", vectors(offsets));
        if !normal_offsets.is_empty() {
            layer.uniform(
                &path,
                "normalOffsets",
                "vector3f[]",
                vectors(normal_offsets),
            );
        }
        let indices = indices.iter().map(|&i| i as i32).collect();
        layer.uniform(&path, "pointIndices", "int[]", Value::IntVec(indices));
        paths.push(path);
    }
    layer.uniform(mesh_path, "skel:blendShapes", "token[]", tokens(channels));
    layer.relationship(mesh_path, "skel:blendShapeTargets", &paths);
}

fn sections(
    layer: &mut Layer,
    path: &str,
    context: &MeshContext<'_>,
    mesh: &Mesh,
    children: &mut UniqueNames,
) {
    let material = |index: Option<usize>| Some(context.materials.get(index?)?.clone());
    let used: Vec<_> = mesh
        .sections
        .iter()
        .filter(|s| s.indices.len() >= 3)
        .collect();
    if let [only] = used[..] {
        if let Some(material) = material(only.material) {
            layer.relationship(path, "material:binding", &[material]);
        }
        return;
    }
    let mut first_face = 0;
    let mut covers_all_faces = true;
    for section in used {
        let faces = (section.indices.len() / 3) as i32;
        let range = first_face..first_face + faces;
        first_face += faces;
        let Some(material) = material(section.material) else {
            covers_all_faces = false;
            continue;
        };
        let name = material.rsplit('/').next().unwrap_or("section").to_owned();
        let subset = format!("{path}/{}", children.take(name));
        layer.define(&subset, "GeomSubset", &["MaterialBindingAPI"]);
        layer.uniform(&subset, "elementType", "token", Value::Token("face".into()));
        layer.uniform(
            &subset,
            "familyName",
            "token",
            Value::Token("materialBind".into()),
        );
        layer.attribute(&subset, "indices", "int[]", Value::IntVec(range.collect()));
        layer.relationship(&subset, "material:binding", &[material]);
    }
    let family_type = if covers_all_faces {
        "partition"
    } else {
        "nonOverlapping"
    };
    layer.uniform(
        path,
        "subsetFamily:materialBind:familyType",
        "token",
        Value::Token(family_type.to_owned().into()),
    );
}
