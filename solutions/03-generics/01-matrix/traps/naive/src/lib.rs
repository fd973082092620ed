//! A matrix whose number of rows and columns is part of its type.

use std::{
    iter::Sum,
    ops::{Index, IndexMut, Mul},
};

// ANCHOR: naive
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix<T, const R: usize, const C: usize> {
    rows: [[T; C]; R],
}

impl<T: Copy + Default, const R: usize, const C: usize> Matrix<T, R, C> {
    pub fn new() -> Self {
        Self {
            rows: [[T::default(); C]; R],
        }
    }
}

impl<T, const R: usize, const C: usize, const M: usize, const N: usize> Mul<&Matrix<T, M, N>>
    for &Matrix<T, R, C>
where
    T: Copy + Default + Sum,
    for<'a> &'a T: Mul<Output = T>,
{
    type Output = Matrix<T, R, N>;

    fn mul(self, right: &Matrix<T, M, N>) -> Matrix<T, R, N> {
        assert_eq!(C, M, "as many columns on the left as rows on the right");
        let mut product = Matrix::new();
        for i in 0..R {
            for k in 0..N {
                product[(i, k)] = (0..C).map(|j| &self[(i, j)] * &right[(j, k)]).sum();
            }
        }
        product
    }
}
// ANCHOR_END: naive

impl<T: Copy + Default, const R: usize, const C: usize> Matrix<T, R, C> {
    pub const fn dimensions() -> (usize, usize) {
        (R, C)
    }

    pub fn transpose(self) -> Matrix<T, C, R> {
        let mut transposed = Matrix::new();
        for row in 0..R {
            for column in 0..C {
                transposed[(column, row)] = self[(row, column)];
            }
        }
        transposed
    }
}

impl<T: Copy + Default, const R: usize, const C: usize> Default for Matrix<T, R, C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const R: usize, const C: usize> From<[[T; C]; R]> for Matrix<T, R, C> {
    fn from(rows: [[T; C]; R]) -> Self {
        Self { rows }
    }
}

impl<T, const R: usize, const C: usize> Index<(usize, usize)> for Matrix<T, R, C> {
    type Output = T;

    fn index(&self, (row, column): (usize, usize)) -> &T {
        &self.rows[row][column]
    }
}

impl<T, const R: usize, const C: usize> IndexMut<(usize, usize)> for Matrix<T, R, C> {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut T {
        &mut self.rows[row][column]
    }
}
