//! Reads accessors as numbers: strided, quantised and sparse.

use serde_json::Value;

use super::document::{BYTE, FLOAT, SHORT, UNSIGNED_BYTE, UNSIGNED_INT, UNSIGNED_SHORT};
use super::file::{GltfFile, number};
use crate::Result;

/// Why an accessor of a valid file cannot be read.
pub(super) const COMPRESSED: &str = "its geometry is compressed (meshopt or Draco)";

/// Rows of `N` numbers; `None` if they are compressed.
pub(super) fn rows<const N: usize>(
    source: &GltfFile,
    index: usize,
) -> Result<Option<Vec<[f32; N]>>> {
    let accessor = Accessor::new(source, index, N)?;
    let base = accessor.base()?;
    accessor.reserve()?;
    let mut rows = match base {
        Base::Data(data) => data.rows::<N>(accessor.count),
        Base::Zero => vec![[0.0; N]; accessor.count],
        Base::Compressed => return Ok(None),
    };
    if let Some(sparse) = accessor.sparse::<N>()? {
        let Some((indices, values)) = sparse else {
            return Ok(None);
        };
        for (&row, value) in indices.iter().zip(values) {
            rows[row as usize] = value;
        }
    }
    Ok(Some(rows))
}

/// The rows that are not zero, with their indices, ascending; `None` if they are compressed.
#[expect(
    clippy::type_complexity,
    reason = "indices beside their rows, as in MorphTarget"
)]
pub(super) fn nonzero_rows(
    source: &GltfFile,
    index: usize,
    count: usize,
) -> Result<Option<(Vec<u32>, Vec<[f32; 3]>)>> {
    let accessor = Accessor::new(source, index, 3)?;
    if accessor.count != count {
        return Err(source.invalid(format!(
            "accessors[{index}] has {} rows for {count} vertices",
            accessor.count
        )));
    }
    let only_sparse = matches!(accessor.base()?, Base::Zero);
    let (indices, values) = if only_sparse {
        match accessor.sparse::<3>()? {
            Some(Some(sparse)) => sparse,
            Some(None) => return Ok(None),
            None => return Ok(Some((Vec::new(), Vec::new()))),
        }
    } else {
        match rows::<3>(source, index)? {
            Some(rows) => ((0..rows.len() as u32).collect(), rows),
            None => return Ok(None),
        }
    };
    let moved = indices
        .into_iter()
        .zip(values)
        .filter(|(_, value)| *value != [0.0; 3]);
    Ok(Some(moved.unzip()))
}

/// Unsigned integers, one per row.
pub(super) fn indices(source: &GltfFile, index: usize) -> Result<Option<Vec<u32>>> {
    let accessor = Accessor::new(source, index, 1)?;
    let base = accessor.base()?;
    accessor.reserve()?;
    match base {
        Base::Data(data) => Ok(Some(data.integers(accessor.count))),
        Base::Zero => Ok(Some(vec![0; accessor.count])),
        Base::Compressed => Ok(None),
    }
}

/// The number of rows of an accessor.
pub(super) fn count(source: &GltfFile, index: usize) -> Result<usize> {
    let accessor = source.array("accessors").get(index);
    accessor
        .and_then(|accessor| number(&accessor["count"]))
        .ok_or_else(|| source.invalid(format!("accessors[{index}] is missing or has no count")))
}

struct Accessor<'a> {
    source: &'a GltfFile,
    index: usize,
    json: &'a Value,
    count: usize,
    width: usize,
    component: u32,
    normalized: bool,
}

enum Base<'a> {
    Data(StridedData<'a>),
    Zero,
    Compressed,
}

/// Strided numbers in a buffer, with checked bounds.
struct StridedData<'a> {
    bytes: &'a [u8],
    stride: usize,
    width: usize,
    component: u32,
    normalized: bool,
}

impl<'a> Accessor<'a> {
    fn new(source: &'a GltfFile, index: usize, width: usize) -> Result<Self> {
        let invalid = |what: &str| source.invalid(format!("accessors[{index}] {what}"));
        let json = source
            .array("accessors")
            .get(index)
            .ok_or_else(|| invalid("does not exist"))?;
        let actual_width = match json["type"].as_str() {
            Some("SCALAR") => 1,
            Some("VEC2") => 2,
            Some("VEC3") => 3,
            Some("VEC4") => 4,
            Some("MAT4") => 16,
            _ => return Err(invalid("has an unknown type")),
        };
        if actual_width != width {
            return Err(invalid(&format!(
                "has rows of {actual_width} numbers where {width} are needed"
            )));
        }
        let component = number(&json["componentType"]).and_then(|c| u32::try_from(c).ok());
        let component = component.filter(|&c| size_of_component(c) > 0);
        let accessor = Self {
            source,
            index,
            json,
            count: count(source, index)?,
            width,
            component: component.ok_or_else(|| invalid("has an unknown component type"))?,
            normalized: json["normalized"] == true,
        };
        // An accessor without data must not need more memory than the file itself.
        if json["bufferView"].is_null() {
            let bytes = source.buffers.iter().flatten().map(Vec::len).sum::<usize>();
            if accessor.count > bytes.max(1 << 20) {
                return Err(invalid("has more rows than the file has bytes"));
            }
        }
        Ok(accessor)
    }

    /// Counts the accessor's floats towards the file's limit.
    fn reserve(&self) -> Result<()> {
        self.source
            .reserve_floats((self.count as u64).saturating_mul(self.width as u64))
    }

    fn base(&self) -> Result<Base<'a>> {
        let Some(view) = number(&self.json["bufferView"]) else {
            return Ok(Base::Zero);
        };
        let offset = number(&self.json["byteOffset"]).unwrap_or(0);
        let data = self.data(view, offset, self.count, self.component, self.width, true)?;
        Ok(data.map_or(Base::Compressed, |mut data| {
            data.normalized = self.normalized;
            Base::Data(data)
        }))
    }

    /// The sparse rows, if any. The inner option is `None` if they are compressed.
    #[expect(clippy::type_complexity, reason = "indices beside their rows")]
    fn sparse<const N: usize>(&self) -> Result<Option<Option<(Vec<u32>, Vec<[f32; N]>)>>> {
        let json = &self.json["sparse"];
        if json.is_null() {
            return Ok(None);
        }
        let invalid = |what: &str| {
            self.source
                .invalid(format!("accessors[{}].sparse {what}", self.index))
        };
        let count = number(&json["count"]).filter(|&count| count <= self.count);
        let count = count.ok_or_else(|| invalid("has more rows than the accessor"))?;
        self.source
            .reserve_floats((count as u64).saturating_mul(N as u64))?;
        let part = |part: &Value, component: u32, width: usize| {
            let view = number(&part["bufferView"]).ok_or_else(|| invalid("has no buffer view"))?;
            let offset = number(&part["byteOffset"]).unwrap_or(0);
            self.data(view, offset, count, component, width, false)
        };
        let component = number(&json["indices"]["componentType"]).unwrap_or(0) as u32;
        if ![UNSIGNED_BYTE, UNSIGNED_SHORT, UNSIGNED_INT].contains(&component) {
            return Err(invalid("has indices of an unknown component type"));
        }
        let indices = part(&json["indices"], component, 1)?;
        let values = part(&json["values"], self.component, self.width)?;
        let (Some(indices), Some(mut values)) = (indices, values) else {
            return Ok(Some(None));
        };
        values.normalized = self.normalized;
        let indices = indices.integers(count);
        let ascending = indices.is_sorted_by(|a, b| a < b);
        if !ascending
            || indices
                .last()
                .is_some_and(|&last| last as usize >= self.count)
        {
            return Err(invalid("has indices out of order or out of range"));
        }
        Ok(Some(Some((indices, values.rows::<N>(count)))))
    }

    fn data(
        &self,
        view: usize,
        offset: usize,
        count: usize,
        component: u32,
        width: usize,
        strided: bool,
    ) -> Result<Option<StridedData<'a>>> {
        let beyond = || {
            self.source
                .invalid(format!("accessors[{}] reaches beyond its data", self.index))
        };
        let Some(bytes) = view_bytes(self.source, view)? else {
            return Ok(None);
        };
        let row = size_of_component(component) * width;
        let json = &self.source.array("bufferViews")[view];
        let stride = number(&json["byteStride"])
            .filter(|_| strided)
            .unwrap_or(row);
        let bytes = bytes.get(offset..).ok_or_else(beyond)?;
        let needed = match count {
            0 => Some(0),
            _ => (count - 1)
                .checked_mul(stride)
                .and_then(|n| n.checked_add(row)),
        };
        // With a stride of zero, a few bytes could hold any number of rows.
        if stride < row || needed.is_none_or(|needed| needed > bytes.len()) {
            return Err(beyond());
        }
        Ok(Some(StridedData {
            bytes,
            stride,
            width,
            component,
            normalized: false,
        }))
    }
}

/// The bytes of a buffer view; `None` if they are compressed or the buffer has no data.
pub(super) fn view_bytes(source: &GltfFile, view: usize) -> Result<Option<&[u8]>> {
    let invalid = |what: &str| source.invalid(format!("bufferViews[{view}] {what}"));
    let json = source
        .array("bufferViews")
        .get(view)
        .ok_or_else(|| invalid("does not exist"))?;
    let buffer = number(&json["buffer"]).and_then(|index| source.buffers.get(index));
    let buffer = buffer.ok_or_else(|| invalid("names a buffer that does not exist"))?;
    let compressed = |name: &str| !json["extensions"][name].is_null();
    let Some(bytes) = buffer else {
        return Ok(None);
    };
    let offset = number(&json["byteOffset"]).unwrap_or(0);
    let length = number(&json["byteLength"]);
    let slice = length
        .and_then(|length| offset.checked_add(length))
        .and_then(|end| bytes.get(offset..end));
    match slice {
        Some(slice) => Ok(Some(slice)),
        None if compressed("EXT_meshopt_compression") || compressed("KHR_meshopt_compression") => {
            Ok(None)
        }
        None => Err(invalid("reaches beyond its buffer")),
    }
}

impl StridedData<'_> {
    fn rows<const N: usize>(&self, count: usize) -> Vec<[f32; N]> {
        let size = size_of_component(self.component);
        let value = |row: usize, column: usize| {
            let at = row * self.stride + column * size;
            to_float(&self.bytes[at..at + size], self.component, self.normalized)
        };
        (0..count)
            .map(|row| {
                std::array::from_fn(|column| {
                    if column < self.width {
                        value(row, column)
                    } else {
                        0.0
                    }
                })
            })
            .collect()
    }

    fn integers(&self, count: usize) -> Vec<u32> {
        let size = size_of_component(self.component);
        (0..count)
            .map(|row| {
                let bytes = &self.bytes[row * self.stride..row * self.stride + size];
                let mut four = [0; 4];
                four[..size].copy_from_slice(bytes);
                u32::from_le_bytes(four)
            })
            .collect()
    }
}

fn size_of_component(component: u32) -> usize {
    match component {
        BYTE | UNSIGNED_BYTE => 1,
        SHORT | UNSIGNED_SHORT => 2,
        UNSIGNED_INT | FLOAT => 4,
        _ => 0,
    }
}

/// One number. Normalised integers are converted as in glTF 2.0, section 3.6.2.2.
fn to_float(bytes: &[u8], component: u32, normalized: bool) -> f32 {
    let (value, largest) = match (component, bytes) {
        (BYTE, &[a]) => (f32::from(a as i8), 127.0),
        (UNSIGNED_BYTE, &[a]) => (f32::from(a), 255.0),
        (SHORT, &[a, b]) => (f32::from(i16::from_le_bytes([a, b])), 32767.0),
        (UNSIGNED_SHORT, &[a, b]) => (f32::from(u16::from_le_bytes([a, b])), 65535.0),
        (UNSIGNED_INT, &[a, b, c, d]) => return u32::from_le_bytes([a, b, c, d]) as f32,
        (_, &[a, b, c, d]) => return f32::from_le_bytes([a, b, c, d]),
        _ => return 0.0,
    };
    if normalized {
        (value / largest).max(-1.0)
    } else {
        value
    }
}
