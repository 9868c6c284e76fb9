//! Rows and tables as tensors of a file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, View};

use crate::speaker::{LowRank, Matrix, SpeakerError};
use crate::tensor_file::{from_halves, halves};

/// A tensor on its way into a file.
pub(super) struct Tensor {
    kind: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Tensor {
    pub(super) fn single(values: &[f32]) -> Self {
        Self {
            kind: Dtype::F32,
            shape: vec![values.len()],
            bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        }
    }

    pub(super) fn half(shape: &[usize], values: &[f32]) -> Self {
        Self {
            kind: Dtype::F16,
            shape: shape.to_vec(),
            bytes: halves(values),
        }
    }

    pub(super) fn table(matrix: &Matrix) -> Self {
        Self::half(&[matrix.rows, matrix.columns], &matrix.values)
    }
}

impl View for Tensor {
    fn dtype(&self) -> Dtype {
        self.kind
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// The tensors of a file, each taken once.
pub(super) struct Tensors<'a>(BTreeMap<String, TensorView<'a>>);

impl<'a> Tensors<'a> {
    pub(super) fn of(file: SafeTensors<'a>) -> Self {
        Self(file.tensors().into_iter().collect())
    }

    fn take(&mut self, name: &str, dimensions: usize) -> Result<Matrix, SpeakerError> {
        let wrong = |what: &str| SpeakerError::invalid(format!("its tensor '{name}' {what}"));
        let view = self.0.remove(name).ok_or_else(|| wrong("is missing"))?;
        let (rows, columns) = match *view.shape() {
            [columns] if dimensions == 1 => (1, columns),
            [rows, columns] if dimensions == 2 => (rows, columns),
            _ => return Err(wrong("has another shape")),
        };
        let values = match view.dtype() {
            Dtype::F32 => (view.data().as_chunks::<4>().0.iter())
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect(),
            Dtype::F16 => from_halves(view.data()),
            _ => return Err(wrong("is neither of single nor of half precision")),
        };
        Ok(Matrix {
            rows,
            columns,
            values,
        })
    }

    pub(super) fn row(&mut self, name: &str) -> Result<Vec<f32>, SpeakerError> {
        Ok(self.take(name, 1)?.values)
    }

    pub(super) fn table(&mut self, name: &str) -> Result<Matrix, SpeakerError> {
        self.take(name, 2)
    }

    /// What is left are the adapters, in pairs.
    pub(super) fn adapters(&mut self) -> Result<BTreeMap<String, LowRank>, SpeakerError> {
        let mut adapters = BTreeMap::new();
        while let Some(name) = self.0.keys().next().cloned() {
            let layer = name.strip_prefix("adapters.");
            let layer = layer.and_then(|rest| rest.strip_suffix(".down"));
            let Some(layer) = layer else {
                return Err(SpeakerError::invalid("it holds a tensor without a meaning"));
            };
            let change = LowRank {
                down: self.table(&name)?,
                up: self.table(&format!("adapters.{layer}.up"))?,
            };
            adapters.insert(layer.to_owned(), change);
        }
        Ok(adapters)
    }
}
