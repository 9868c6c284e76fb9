//! A user's asset and everything it needs, for a package.

use std::path::{Path, PathBuf};

use openusd::ar::{DefaultResolver, ResolvedPath, Resolver, split_package_relative_path_outer};
use openusd::usd_utils::{compute_all_dependencies, create_new_usdz_package};
use openusd::usdz::Archive;

use super::package::package;
use super::scene::{Scene, with_room};
use super::{asset_path, invalid};
use crate::{Result, files};

/// The folder of the original inside a package.
const FOLDER: &str = "original";

/// Files that go into a package, untouched.
pub(super) struct Packed {
    /// The original's path from the package's root layer.
    pub(super) entry: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Packed {
    /// The package whose root layer is `layer`.
    pub(super) fn with_root(self, layer: Vec<u8>, output: &Path) -> Result<Vec<u8>> {
        let mut files = vec![("animation.usdc".to_owned(), layer)];
        files.extend(self.files);
        package(&files, output)
    }
}

/// Whether a scene is composed of a file, or of what that file would be if it were written.
pub(super) fn needs(scene: &Scene<'_>, file: &Path) -> bool {
    let file = real_place(file);
    sources(scene)
        .iter()
        .any(|source| real_place(source) == file)
}

/// The files that a scene is composed of or names, those that are not there among them.
fn sources(scene: &Scene<'_>) -> Vec<PathBuf> {
    let root = scene.path.to_str().unwrap_or_default();
    let mut names = scene.stage.layer_identifiers();
    names.push(root.to_owned());
    if let Ok(found) = compute_all_dependencies(&scene.stage, root) {
        let all = [found.layers, found.assets, found.unresolved];
        names.extend(all.into_iter().flatten());
    }
    let file = |name: &String| {
        let outer = split_package_relative_path_outer(name).map(|(package, _)| package);
        PathBuf::from(outer.as_ref().unwrap_or(name))
    };
    names.iter().map(file).collect()
}

/// The files that an asset consists of: itself, and the layers and pictures that it needs.
///
/// # Errors
/// As [`load`](super::load).
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    with_room(path, || {
        let mut files = sources(&Scene::open(path)?);
        files.retain(|file| file.is_file());
        files.sort();
        files.dedup();
        Ok(files)
    })
}

/// Where a file is, or will be, whatever links lead there.
fn real_place(path: &Path) -> PathBuf {
    let found = path.canonicalize().ok();
    let made = || {
        let path = std::path::absolute(path).ok()?;
        Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
    };
    found.or_else(made).unwrap_or_else(|| path.to_owned())
}

/// The original of a scene and its dependencies. A package gives its files; a layer comes with
/// the files it names, which keep their places relative to it. Where that is not possible,
/// because they lie above it or it names them by absolute paths, the layers are rewritten.
pub(super) fn packed(scene: &Scene<'_>) -> Result<Packed> {
    let bytes = files::read(scene.path)?;
    if bytes.starts_with(b"PK\x03\x04") {
        return entries(scene.path, bytes);
    }
    let failed = |reason: String| {
        invalid(
            scene.path,
            format!("cannot be packaged: {reason}"),
            "write .usdc instead",
        )
    };
    let name = scene.path.to_str().unwrap_or_default();
    let found = compute_all_dependencies(&scene.stage, name).map_err(|e| failed(e.to_string()))?;
    let own = file_name(scene.path);
    let mut packed = Packed {
        entry: format!("./{FOLDER}/{own}"),
        files: vec![(format!("{FOLDER}/{own}"), bytes)],
    };
    for file in found.layers.iter().skip(1).chain(&found.assets) {
        let place = asset_path::relative(Path::new(file), scene.path);
        let inside = place.strip_prefix("./").filter(|_| !file.contains('['));
        let Some(inside) = inside else {
            return rewritten(scene);
        };
        let resolved = ResolvedPath::new(file);
        let asset = DefaultResolver::new()
            .open_asset(&resolved)
            .and_then(|mut a| a.read_all());
        let bytes = asset.map_err(|e| failed(format!("{file}: {e}")))?;
        packed
            .files
            .push((format!("{FOLDER}/{inside}"), bytes.to_vec()));
    }
    Ok(packed)
}

/// The files of a package.
fn entries(path: &Path, bytes: Vec<u8>) -> Result<Packed> {
    let failed = |e: &dyn std::fmt::Display| {
        invalid(path, format!("cannot be unpacked: {e}"), "package it again")
    };
    let names = zip_names(&bytes).ok_or_else(|| failed(&"its list of files is damaged"))?;
    let mut archive = Archive::from_bytes(bytes).map_err(|e| failed(&e))?;
    let root = archive
        .first_layer_name()
        .ok_or_else(|| failed(&"it has no layer"))?;
    let mut files = Vec::new();
    for name in names.into_iter().filter(|name| !name.ends_with('/')) {
        let bytes = archive.entry(&name).map_err(|e| failed(&e))?;
        files.push((format!("{FOLDER}/{name}"), bytes.to_vec()));
    }
    Ok(Packed {
        entry: format!("./{FOLDER}/{root}"),
        files,
    })
}

/// The original rewritten into a package, and that package's files.
fn rewritten(scene: &Scene<'_>) -> Result<Packed> {
    let failed = |reason: String| {
        invalid(
            scene.path,
            format!("cannot be packaged: {reason}"),
            "write .usdc instead",
        )
    };
    let folder = tempfile::tempdir().map_err(|e| failed(e.to_string()))?;
    let package: PathBuf = folder.path().join("original.usdz");
    let name = scene.path.to_str().unwrap_or_default();
    create_new_usdz_package(&scene.stage, name, &package, None)
        .map_err(|e| failed(e.to_string()))?;
    entries(scene.path, files::read(&package)?)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The names in a zip archive's central directory, in order.
fn zip_names(bytes: &[u8]) -> Option<Vec<String>> {
    let u16_at = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    // The end record is the last 22 bytes, or lies before a comment of up to 65,535.
    let last = bytes.len().checked_sub(22)?;
    let end = (last.saturating_sub(65_535)..=last)
        .rev()
        .find(|&at| bytes[at..].starts_with(b"PK\x05\x06"))?;
    let mut at = u32_at(end + 16)? as usize;
    let mut names = Vec::new();
    for _ in 0..u16_at(end + 10)? {
        if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|field| u16_at(at + field).map(usize::from));
        let (name, extra, comment) = (name?, extra?, comment?);
        let text = bytes.get(at + 46..at + 46 + name)?;
        names.push(String::from_utf8(text.to_vec()).ok()?);
        at += 46 + name + extra + comment;
    }
    Some(names)
}
