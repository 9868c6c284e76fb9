//! VRM expressions: named combinations of morph targets.

use serde_json::Value;

use super::file::{GltfFile, number};
use super::load::text;
use crate::Character;
use crate::character::{Expression, ExpressionBind};

/// The expressions of a VRM 1.0 or 0.x file; empty for other files.
pub(super) fn expressions(source: &GltfFile, character: &Character) -> Vec<Expression> {
    let Some(extensions) = source.json.get("extensions") else {
        return Vec::new();
    };
    let mut expressions = version_1(&extensions["VRMC_vrm"]["expressions"], character);
    expressions.extend(version_0(
        &extensions["VRM"]["blendShapeMaster"]["blendShapeGroups"],
    ));
    for expression in &mut expressions {
        expression.binds.retain(|bind| {
            let mesh = character.meshes.get(bind.mesh);
            bind.weight.is_finite() && mesh.is_some_and(|mesh| bind.target < mesh.targets.len())
        });
    }
    expressions.retain(|expression| !expression.binds.is_empty());
    expressions
}

fn version_1(json: &Value, character: &Character) -> Vec<Expression> {
    let groups = [&json["preset"], &json["custom"]];
    let named = groups.into_iter().filter_map(Value::as_object).flatten();
    named
        .map(|(name, expression)| Expression {
            name: name.clone(),
            binds: binds(&expression["morphTargetBinds"], |bind| {
                let node = number(&bind["node"])?;
                Some((character.nodes.get(node)?.mesh?, 1.0))
            }),
        })
        .collect()
}

fn version_0(groups: &Value) -> Vec<Expression> {
    groups
        .as_array()
        .into_iter()
        .flatten()
        .map(|group| {
            let preset = text(&group["presetName"]);
            Expression {
                name: if preset.is_empty() || preset == "unknown" {
                    text(&group["name"])
                } else {
                    preset
                },
                // Weights are percentages in this version.
                binds: binds(&group["binds"], |bind| Some((number(&bind["mesh"])?, 0.01))),
            }
        })
        .collect()
}

/// `mesh_and_unit` returns a bind's mesh and the unit of its weight.
fn binds(
    list: &Value,
    mesh_and_unit: impl Fn(&Value) -> Option<(usize, f32)>,
) -> Vec<ExpressionBind> {
    let read = |bind: &Value| {
        let (mesh, unit) = mesh_and_unit(bind)?;
        Some(ExpressionBind {
            mesh,
            target: number(&bind["index"])?,
            weight: bind["weight"].as_f64()? as f32 * unit,
        })
    };
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(read)
        .collect()
}
