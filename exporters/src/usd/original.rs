//! Collects a user's asset and its dependencies for a package.

use std::path::{Path, PathBuf};

use openusd::ar::{DefaultResolver, ResolvedPath, Resolver, split_package_relative_path_outer};
use openusd::usd_utils::{compute_all_dependencies, create_new_usdz_package};
use openusd::usdz::Archive;

use super::package::package;
use super::scene::{Scene, with_large_stack};
use super::{asset_path, invalid};
use crate::{Result, files};

/// The folder of the original inside a package.
const FOLDER: &str = "original";

/// Files for a package, unchanged.
pub(super) struct PackagedFiles {
    /// The path of the original relative to the package's root layer.
    pub(super) entry: String,
    files: Vec<(String, Vec<u8>)>,
}

impl PackagedFiles {
    /// Creates the package with `layer` as its root layer.
    pub(super) fn with_root(self, layer: Vec<u8>, output: &Path) -> Result<Vec<u8>> {
        let mut files = vec![("animation.usdc".to_owned(), layer)];
        files.extend(self.files);
        package(&files, output)
    }
}

/// Whether a scene depends on a file, which need not exist.
pub(super) fn depends_on(scene: &Scene<'_>, file: &Path) -> bool {
    let file = canonical(file);
    dependencies(scene)
        .iter()
        .any(|dependency| canonical(dependency) == file)
}

/// The file of a scene and all files that it refers to, including missing ones.
fn dependencies(scene: &Scene<'_>) -> Vec<PathBuf> {
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

/// The files that an asset consists of: the file itself, its layers and images.
///
/// # Errors
/// As [`load`](super::load).
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    with_large_stack(path, || {
        let mut files = dependencies(&Scene::open(path)?);
        files.retain(|file| file.is_file());
        files.sort();
        files.dedup();
        Ok(files)
    })
}

/// The canonical path of a file, which need not exist.
fn canonical(path: &Path) -> PathBuf {
    let existing = path.canonicalize().ok();
    let new = || {
        let path = std::path::absolute(path).ok()?;
        Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
    };
    existing.or_else(new).unwrap_or_else(|| path.to_owned())
}

/// Collects the original of a scene and its dependencies. For a package, these are its files. For a
/// layer, the dependencies keep their relative paths; if that is not possible, because they are in
/// other folders or referred to by absolute paths, the layers are rewritten.
pub(super) fn packaged(scene: &Scene<'_>) -> Result<PackagedFiles> {
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
    let original = file_name(scene.path);
    let mut packaged = PackagedFiles {
        entry: format!("./{FOLDER}/{original}"),
        files: vec![(format!("{FOLDER}/{original}"), bytes)],
    };
    for file in found.layers.iter().skip(1).chain(&found.assets) {
        let relative = asset_path::relative(Path::new(file), scene.path);
        let below = relative.strip_prefix("./").filter(|_| !file.contains('['));
        let Some(below) = below else {
            return rewritten(scene);
        };
        let resolved = ResolvedPath::new(file);
        let asset = DefaultResolver::new()
            .open_asset(&resolved)
            .and_then(|mut a| a.read_all());
        let bytes = asset.map_err(|e| failed(format!("{file}: {e}")))?;
        packaged
            .files
            .push((format!("{FOLDER}/{below}"), bytes.to_vec()));
    }
    Ok(packaged)
}

/// The files of a package.
fn entries(path: &Path, bytes: Vec<u8>) -> Result<PackagedFiles> {
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
    Ok(PackagedFiles {
        entry: format!("./{FOLDER}/{root}"),
        files,
    })
}

/// Rewrites the original into a package and returns the files of that package.
fn rewritten(scene: &Scene<'_>) -> Result<PackagedFiles> {
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
    // The end record has 22 bytes and may be followed by a comment of up to 65,535 bytes.
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
