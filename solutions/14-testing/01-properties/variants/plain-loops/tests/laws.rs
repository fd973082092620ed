//! Every product of sizes up to nine, against a model that counts in whole numbers.
//! Nothing here is random: no environment, no clock, and no `unsafe` either.

use testing_properties::{Matrix, ShapeError};

const MOST: usize = 6;

/// A small generator: enough for numbers that are not all alike.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> i64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i64::from(self.0 >> 24) - 128
    }

    fn grid(&mut self, rows: usize, columns: usize) -> Vec<Vec<i64>> {
        (0..rows)
            .map(|_| (0..columns).map(|_| self.next()).collect())
            .collect()
    }
}

fn matrix(rows: usize, columns: usize, grid: &[Vec<i64>]) -> Matrix {
    let elements = grid.iter().flatten().map(|&number| number as f64).collect();
    Matrix::new(rows, columns, elements).expect("the grid has this size")
}

#[test]
fn products_are_those_of_the_model() {
    let mut numbers = Numbers(1);
    for rows in 0..=MOST {
        for inner in 0..=MOST {
            for columns in 0..=MOST {
                let (left, right) = (numbers.grid(rows, inner), numbers.grid(inner, columns));
                let product = matrix(rows, inner, &left)
                    .multiply(&matrix(inner, columns, &right))
                    .expect("they fit");
                let expected: Vec<Vec<i64>> = left
                    .iter()
                    .map(|row| {
                        (0..columns)
                            .map(|column| row.iter().zip(&right).map(|(a, b)| a * b[column]).sum())
                            .collect()
                    })
                    .collect();
                assert_eq!(
                    product,
                    matrix(rows, columns, &expected),
                    "{rows} {inner} {columns}"
                );
            }
        }
    }
}

#[test]
fn misfits_are_named() {
    for columns in 0..=MOST {
        for rows in (0..=MOST).filter(|rows| *rows != columns) {
            for outside in 0..=MOST {
                assert_eq!(
                    Matrix::zero(outside, columns).multiply(&Matrix::zero(rows, outside)),
                    Err(ShapeError::Operands { columns, rows })
                );
            }
        }
    }
}
