//! Wraps the USD library's resolver and rejects files that would crash or block the program.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, Read, Seek};
use std::rc::Rc;
use std::time::SystemTime;

use openusd::ar::{
    Asset, AssetInfo, DefaultResolver, ResolvedPath, Resolver, split_package_relative_path_outer,
};

use super::nesting::{MAX_DEPTH, is_too_deep};

/// Why a layer was rejected, if one was.
pub(super) type Refusal = Rc<RefCell<Option<String>>>;

/// The default resolver, but it rejects text layers that are nested too deep (the file itself,
/// sublayers, references and parts of packages) and everything that is not a regular file.
pub(super) struct SafeResolver {
    inner: DefaultResolver,
    refusal: Refusal,
}

impl SafeResolver {
    pub(super) fn new(refusal: Refusal) -> Self {
        let inner = DefaultResolver::new();
        Self { inner, refusal }
    }
}

impl Resolver for SafeResolver {
    fn open_asset(&self, path: &ResolvedPath) -> io::Result<Box<dyn Asset>> {
        let mut asset = self.inner.open_asset(path)?;
        if is_text(&mut asset)? && is_too_deep(&self.inner.open_asset(path)?.into_buffer()?) {
            let reason = format!("{path} is nested more than {MAX_DEPTH} deep");
            self.refusal.replace(Some(reason.clone()));
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Ok(asset)
    }

    fn create_identifier(&self, asset_path: &str, anchor: Option<&ResolvedPath>) -> String {
        self.inner.create_identifier(asset_path, anchor)
    }

    /// Does not resolve pipes and devices, because reading them may never end. The package of an
    /// asset is resolved first, because resolving the asset opens the package.
    fn resolve(&self, asset_path: &str) -> Option<ResolvedPath> {
        let package = split_package_relative_path_outer(asset_path).map(|(package, _)| package);
        let file = self
            .inner
            .resolve(package.as_deref().unwrap_or(asset_path))?;
        if !file.is_file() {
            return None;
        }
        self.inner.resolve(asset_path)
    }

    fn resolve_for_new_asset(&self, asset_path: &str) -> Option<ResolvedPath> {
        self.inner.resolve_for_new_asset(asset_path)
    }

    fn get_extension<'a>(&self, asset_path: &'a str) -> &'a str {
        self.inner.get_extension(asset_path)
    }

    fn is_context_dependent_path(&self, asset_path: &str) -> bool {
        self.inner.is_context_dependent_path(asset_path)
    }

    fn in_memory_identifier<'a>(&self, asset_path: &'a str) -> Cow<'a, str> {
        self.inner.in_memory_identifier(asset_path)
    }

    fn get_asset_info(&self, asset_path: &str, resolved: &ResolvedPath) -> AssetInfo {
        self.inner.get_asset_info(asset_path, resolved)
    }

    fn get_modification_timestamp(
        &self,
        path: &str,
        resolved: &ResolvedPath,
    ) -> Option<SystemTime> {
        self.inner.get_modification_timestamp(path, resolved)
    }

    fn identity(&self) -> String {
        self.inner.identity()
    }

    fn cache_id(&self) -> Option<u64> {
        self.inner.cache_id()
    }
}

/// Whether an asset is USD text: it starts with `#usda`, after any white space.
fn is_text(asset: &mut Box<dyn Asset>) -> io::Result<bool> {
    let mut start = Vec::new();
    let mut bytes = io::BufReader::new(&mut *asset).bytes();
    while start.len() < 6 {
        match bytes.next().transpose()? {
            Some(byte) if start.is_empty() && byte.is_ascii_whitespace() => {}
            Some(byte) => start.push(byte),
            None => break,
        }
    }
    asset.rewind()?;
    Ok(start == b"#usda ")
}
