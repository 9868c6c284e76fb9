//! Matrices in main memory, as stored in a speaker file.

use burn::tensor::{Tensor, TensorData, backend::Backend};

/// A matrix in row-major order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub columns: usize,
    /// `rows * columns` values, row by row.
    pub values: Vec<f32>,
}

impl Matrix {
    /// Copies a tensor's values.
    pub(crate) fn from_tensor<B: Backend>(tensor: Tensor<B, 2>) -> Self {
        let [rows, columns] = tensor.dims();
        let values = tensor.into_data().convert::<f32>();
        Self {
            rows,
            columns,
            values: values.to_vec().unwrap_or_default(),
        }
    }

    /// The matrix as a tensor on a device.
    pub(crate) fn to_tensor<B: Backend>(&self, device: &B::Device) -> Tensor<B, 2> {
        let shape = [self.rows, self.columns];
        Tensor::from_data(TensorData::new(self.values.clone(), shape), device)
    }
}

/// A layer's change as the product of two narrow matrices (Hu et al. 2022); includes the gates of
/// the mixture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LowRank {
    /// `[inputs, rank]`
    pub down: Matrix,
    /// `[rank, outputs]`
    pub up: Matrix,
}
