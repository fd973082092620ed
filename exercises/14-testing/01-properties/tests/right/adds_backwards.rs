//! Matrices whose size is known at run time, and their product.
//!
//! This code is right: it adds the terms of a sum from the last to the first.

use std::{error::Error, fmt};

/// A matrix of numbers. Either dimension may be 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    /// Row by row.
    elements: Vec<f64>,
}

/// Sizes that don't go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeError {
    /// There are not `rows * columns` elements.
    Elements {
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The left operand doesn't have as many columns as the right one has rows.
    Operands {
        /// The left operand's columns.
        columns: usize,
        /// The right operand's rows.
        rows: usize,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elements { expected, found } => {
                write!(f, "expected {expected} elements, found {found}")
            }
            Self::Operands { columns, rows } => {
                write!(f, "{columns} columns cannot be multiplied by {rows} rows")
            }
        }
    }
}

impl Error for ShapeError {}

impl Matrix {
    /// A matrix of these elements, given row by row.
    ///
    /// # Errors
    /// [`ShapeError::Elements`] if there are more or fewer than `rows * columns`.
    pub fn new(rows: usize, columns: usize, elements: Vec<f64>) -> Result<Self, ShapeError> {
        let (expected, found) = (rows * columns, elements.len());
        if expected != found {
            return Err(ShapeError::Elements { expected, found });
        }
        Ok(Self {
            rows,
            columns,
            elements,
        })
    }

    /// A matrix of zeros.
    pub fn zero(rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            elements: vec![0.0; rows * columns],
        }
    }

    /// The square matrix with ones from the upper left to the lower right, and zeros elsewhere.
    pub fn identity(size: usize) -> Self {
        let mut identity = Self::zero(size, size);
        for at in 0..size {
            identity.elements[at * size + at] = 1.0;
        }
        identity
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The element at this place, counted from 0.
    ///
    /// # Panics
    /// If there is no such row or column.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        assert!(row < self.rows && column < self.columns);
        self.elements[row * self.columns + column]
    }

    /// Rows become columns, and columns rows.
    pub fn transpose(&self) -> Self {
        let mut transposed = Self::zero(self.columns, self.rows);
        for row in 0..self.rows {
            for column in 0..self.columns {
                transposed.elements[column * self.rows + row] = self.at(row, column);
            }
        }
        transposed
    }

    /// The product `self * right`: the element in row `i` and column `j` is the sum of the products of row `i` of
    /// `self` with column `j` of `right`, element by element. A sum of nothing is 0.
    ///
    /// # Errors
    /// [`ShapeError::Operands`] if `self` doesn't have as many columns as `right` has rows.
    pub fn multiply(&self, right: &Self) -> Result<Self, ShapeError> {
        if self.columns != right.rows {
            return Err(ShapeError::Operands {
                columns: self.columns,
                rows: right.rows,
            });
        }
        let mut product = Self::zero(self.rows, right.columns);
        for i in 0..self.rows {
            for j in 0..right.columns {
                let mut sum = 0.0;
                for k in (0..self.columns).rev() {
                    sum += self.at(i, k) * right.at(k, j);
                }
                product.elements[i * right.columns + j] = sum;
            }
        }
        Ok(product)
    }
}
