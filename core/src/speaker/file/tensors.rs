//! Vectors and matrices as safetensors tensors.

use std::borrow::Cow;
use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, View};

use crate::model::{LowRank, Matrix};
use crate::speaker::SpeakerError;
use crate::tensor_file::{from_f16_bytes, to_f16_bytes};

/// A tensor to be written.
pub(super) struct Tensor {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Tensor {
    /// A vector in single precision.
    pub(super) fn single(values: &[f32]) -> Self {
        Self {
            dtype: Dtype::F32,
            shape: vec![values.len()],
            bytes: values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        }
    }

    /// A tensor of any shape in half precision.
    pub(super) fn half(shape: &[usize], values: &[f32]) -> Self {
        Self {
            dtype: Dtype::F16,
            shape: shape.to_vec(),
            bytes: to_f16_bytes(values),
        }
    }

    /// A matrix in half precision.
    pub(super) fn matrix(matrix: &Matrix) -> Self {
        Self::half(&[matrix.rows, matrix.columns], &matrix.values)
    }
}

impl View for Tensor {
    fn dtype(&self) -> Dtype {
        self.dtype
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
            _ => return Err(wrong("has the wrong shape")),
        };
        let values = match view.dtype() {
            Dtype::F32 => (view.data().as_chunks::<4>().0.iter())
                .map(|bytes| f32::from_le_bytes(*bytes))
                .collect(),
            Dtype::F16 => from_f16_bytes(view.data()),
            _ => return Err(wrong("has neither single nor half precision")),
        };
        Ok(Matrix {
            rows,
            columns,
            values,
        })
    }

    pub(super) fn vector(&mut self, name: &str) -> Result<Vec<f32>, SpeakerError> {
        Ok(self.take(name, 1)?.values)
    }

    pub(super) fn matrix(&mut self, name: &str) -> Result<Matrix, SpeakerError> {
        self.take(name, 2)
    }

    /// The remaining tensors as adapters, each a pair `down` and `up`.
    pub(super) fn adapters(&mut self) -> Result<BTreeMap<String, LowRank>, SpeakerError> {
        let mut adapters = BTreeMap::new();
        while let Some(name) = self.0.keys().next().cloned() {
            let layer = name.strip_prefix("adapters.");
            let layer = layer.and_then(|rest| rest.strip_suffix(".down"));
            let Some(layer) = layer else {
                return Err(SpeakerError::invalid("it contains an unknown tensor"));
            };
            let change = LowRank {
                down: self.matrix(&name)?,
                up: self.matrix(&format!("adapters.{layer}.up"))?,
            };
            adapters.insert(layer.to_owned(), change);
        }
        Ok(adapters)
    }
}
