//! Layers over a user's file preserve its content.

use std::path::{Path, PathBuf};

use metaface_exporters::{Character, MeshTrack, Performance, files, usd};

use super::characters;

/// A face with two shapes, both animated over six frames.
fn animated(path: &Path) -> (Character, Performance) {
    let (_, character, _) = characters::all().swap_remove(0);
    let performance = characters::performance(&character, 6);
    let written = usd::write_character(path, &character, Some(&performance)).expect("encoded");
    written.write(path).expect("written");
    (character, performance)
}

#[test]
fn shapes_that_are_not_driven_keep_their_animation() {
    let folder = tempfile::tempdir().expect("a folder");
    let original = folder.path().join("hero.usda");
    let (_, before) = animated(&original);
    let loaded = usd::load(&original).expect("loaded");
    let node = (0..loaded.nodes.len()).find(|&n| {
        let mesh = loaded.nodes[n].mesh;
        mesh.is_some_and(|mesh| loaded.meshes[mesh].targets.len() > 1)
    });
    let node = node.expect("a mesh with two targets");
    let mesh = &loaded.meshes[loaded.nodes[node].mesh.expect("a mesh")];
    let names: Vec<&String> = mesh.targets.iter().map(|target| &target.name).collect();
    let count = names.len();
    let track = MeshTrack {
        node,
        weights: vec![[vec![0.75], vec![0.0; count - 1]].concat(); 6],
        undriven: (1..count).collect(),
        // Reduced to the first and last frame; existing animation must not be reduced.
        keys: Some(vec![0, 5]),
    };
    let performance = Performance {
        meshes: vec![track],
        joints: Vec::new(),
        ..before
    };
    let output = folder.path().join("line.usda");
    let bytes = usd::animate_layer(&original, &output, &loaded, &performance).expect("encoded");
    files::write(&output, &bytes).expect("written");
    let [old, new] = [&original, &output].map(|file| {
        let curves = usd::read_clip(file).expect("read").targets;
        let curve = |name: &&String| {
            curves
                .iter()
                .find(|(other, _)| other == *name)
                .expect("a curve")
                .1
                .clone()
        };
        names.iter().map(curve).collect::<Vec<Vec<f32>>>()
    });
    assert_eq!(new[0], [0.75; 6]);
    assert!(old[1].windows(2).any(|pair| pair[0] != pair[1]), "it moved");
    assert_eq!(old[1..], new[1..]);
}

/// A stage with sublayers and a reference, and the files that it depends on.
fn composed(folder: &Path) -> (PathBuf, Vec<PathBuf>) {
    let hero = folder.join("parts/hero.usda");
    animated(&hero);
    let sub = folder.join("sub.usda");
    std::fs::write(&sub, "#usda 1.0\n").expect("written");
    let root = folder.join("root.usda");
    let name = usd::load(&hero).expect("loaded").nodes[0].name.clone();
    let text = format!(
        "#usda 1.0\n( subLayers = [@./sub.usda@, @./not yet.usda@] )\ndef \"{name}\" ( references = @./parts/hero.usda@</{name}> ) {{}}\n"
    );
    std::fs::write(&root, text).expect("written");
    let dependencies = vec![root.clone(), sub, hero, folder.join("not yet.usda")];
    (root, dependencies)
}

#[test]
fn files_that_the_character_depends_on_are_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, mut dependencies) = composed(folder.path());
    #[cfg(unix)]
    {
        let link = folder.path().join("link.usda");
        std::os::unix::fs::symlink(&dependencies[1], &link).expect("linked");
        dependencies.push(link);
    }
    let character = usd::load(&root).expect("loaded");
    let performance = characters::performance(&character, 2);
    for output in dependencies {
        let error = usd::animate_layer(&root, &output, &character, &performance);
        let error = error.expect_err("a dependency").to_string();
        assert!(error.contains("another name"), "{error}");
    }
    let output = folder.path().join("line.usda");
    usd::animate_layer(&root, &output, &character, &performance).expect("encoded");
}

#[test]
fn all_files_of_a_written_character_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("out/hero.usda");
    let all = characters::all();
    let textured = all
        .iter()
        .find(|(_, character, _)| !character.images.is_empty());
    let character = &textured.expect("a texture").1;
    let written = usd::write_character(&output, character, None).expect("encoded");
    written.write(&output).expect("written");
    let paths = written.paths(&output);
    assert_eq!(paths[0], output);
    assert!(
        paths.len() > 1 && paths.iter().all(|path| path.is_file()),
        "{paths:?}"
    );
    assert!(paths[1].starts_with(folder.path().join("out/hero.textures")));
}
