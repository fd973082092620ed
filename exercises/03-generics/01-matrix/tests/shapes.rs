//! What the compiler knows about a matrix: its shape, which other shapes fit it, and what its elements must be able
//! to do.

use std::{
    iter,
    ops::{Add, AddAssign, Mul},
    panic::{AssertUnwindSafe, catch_unwind},
};

use generics_matrix::Matrix;
use type_probe::{as_dyn, implements};

/// What can be made by default and be moved, and no more: neither copied nor cloned.
#[derive(Debug, Default, PartialEq, Eq)]
struct Token(String);

impl Token {
    fn new(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// What the compiler takes where `Matrix` has no such function for its `T`. Without this, a bound too many would stop
/// all tests from compiling. With it, one test fails and says why.
#[allow(
    dead_code,
    reason = "unused as soon as `Matrix` has the functions itself"
)]
trait Fallback<T, const R: usize, const C: usize>: Sized {
    fn new() -> Self {
        panic!("there is no Matrix::new for a T that is Default but not Copy or Clone")
    }

    fn dimensions() -> (usize, usize) {
        panic!("there is no Matrix::dimensions for a T that is not Copy or Clone")
    }

    fn transpose(&self) -> Matrix<T, C, R> {
        panic!("there is no Matrix::transpose for a T that is not Copy or Clone")
    }
}

impl<T, const R: usize, const C: usize> Fallback<T, R, C> for Matrix<T, R, C> {}

/// The point of putting the shape into the type: a product that makes no sense is refused before the program runs, and
/// one that makes sense needs no check while it runs. For that, one and the same name has to stand for the columns of
/// the left matrix and for the rows of the right one.
#[test]
fn shapes_that_do_not_fit_do_not_compile() {
    type Two<const C: usize> = Matrix<i64, 2, C>;
    assert!(
        !implements!(&'static Two<3>: Mul<&'static Two<3>>),
        "there is a product of two matrices of 2 rows and 3 columns, but 3 columns do not fit 2 rows"
    );
    assert!(
        !implements!(&'static Two<3>: Mul<&'static Matrix<i64, 4, 2>>),
        "there is a product of 3 columns and 4 rows, but they do not fit"
    );
    assert!(
        !implements!(Two<3>: Mul<Two<3>>),
        "there is a product of matrices by value whose 3 columns do not fit 2 rows"
    );
    assert!(
        implements!(&'static Two<3>: Mul<&'static Matrix<i64, 3, 4>, Output = Two<4>>),
        "2 rows and 3 columns times 3 rows and 4 columns must be 2 rows and 4 columns"
    );
}

/// A shape in the type costs nothing at run time, and is there for other constants to be computed from.
#[test]
fn dimensions_are_a_constant() {
    // That this compiles is half of the test. If the compiler says E0015 here, `dimensions` is no `const fn`.
    const fn elements() -> usize {
        let (rows, columns) = Matrix::<i64, 2, 3>::dimensions();
        rows * columns
    }
    assert_eq!(elements(), 6);
    assert_eq!(
        Matrix::<u8, 5, 1>::dimensions(),
        (5, 1),
        "rows come first, then columns"
    );
    assert_eq!(
        Matrix::<Token, 0, 7>::dimensions(),
        (0, 7),
        "a shape has nothing to do with what the elements can do"
    );
}

/// An array of arrays is one block of elements. There is no length to keep, since the type has it, and so there is no
/// pointer either: such a matrix can live in a register, in a `static`, or in a microcontroller without a heap.
#[test]
fn a_matrix_is_as_large_as_its_elements() {
    assert_eq!(
        size_of::<Matrix<u8, 3, 5>>(),
        15,
        "15 bytes need 15 bytes: what else does the matrix hold?"
    );
    assert_eq!(size_of::<Matrix<f64, 4, 4>>(), 128);
    assert_eq!(
        size_of::<Matrix<f64, 0, 4>>(),
        0,
        "no rows, no elements, no bytes"
    );
}

/// `[value; N]` copies one value N times, so it asks for `Copy`. What is wanted here is N values, each made for its
/// place, and for that no copy is needed.
#[test]
fn new_asks_for_default_alone() {
    let mut matrix = Matrix::<Token, 2, 3>::new();
    for row in 0..2 {
        for column in 0..3 {
            assert_eq!(
                matrix[(row, column)],
                Token::default(),
                "row {row}, column {column} should hold a default value"
            );
        }
    }
    matrix[(1, 2)].0.push_str("changed");
    assert_eq!(
        matrix[(0, 0)],
        Token::default(),
        "each element is a value of its own: changing one changed another"
    );
    assert!(
        implements!(Matrix<Token, 2, 3>: Default),
        "Default should ask of T what `new` asks, and no more"
    );
}

/// A transposed matrix has the same elements in other places. Nothing has to be copied for that, only moved, and what
/// can neither be copied nor cloned has a transpose as well: files, locks, tasks.
#[test]
fn transpose_moves_what_cannot_be_copied() {
    let matrix = Matrix::from([
        [Token::new("a"), Token::new("b"), Token::new("c")],
        [Token::new("d"), Token::new("e"), Token::new("f")],
    ]);
    let before = matrix[(0, 2)].0.as_ptr();
    let transposed: Matrix<Token, 3, 2> = matrix.transpose();
    assert_eq!(
        transposed,
        Matrix::from([
            [Token::new("a"), Token::new("d")],
            [Token::new("b"), Token::new("e")],
            [Token::new("c"), Token::new("f")],
        ]),
        "the first row of the transpose is the first column, from top to bottom"
    );
    assert_eq!(
        transposed[(2, 0)].0.as_ptr(),
        before,
        "the text of `c` is in another place of the heap: it was copied, not moved"
    );
}

/// A number that is known only by its name: a sum of products of letters. It can't be copied or cloned, and its
/// products keep the order of their factors.
#[derive(Debug, Default, PartialEq, Eq)]
struct Symbol(String);

impl Mul for &Symbol {
    type Output = Symbol;

    fn mul(self, right: Self) -> Symbol {
        Symbol(format!("{}{}", self.0, right.0))
    }
}

impl Add for Symbol {
    type Output = Self;

    fn add(mut self, right: Self) -> Self {
        self += right;
        self
    }
}

impl AddAssign for Symbol {
    fn add_assign(&mut self, right: Self) {
        if !self.0.is_empty() && !right.0.is_empty() {
            self.0.push('+');
        }
        self.0.push_str(&right.0);
    }
}

impl iter::Sum for Symbol {
    fn sum<I: Iterator<Item = Self>>(summands: I) -> Self {
        summands.fold(Self::default(), Add::add)
    }
}

/// Long integers, polynomials and matrices themselves are numbers that own memory. Their products are made from
/// references. And for some of them, matrices above all, `a * b` and `b * a` are not the same.
#[test]
fn multiplies_what_cannot_be_copied() {
    /// Asks the compiler whether two matrices have a product, and computes it.
    trait Times<Right, Product> {
        fn times(&self, right: &Right) -> Product;
    }
    impl<Left, Right, Product> Times<Right, Product> for Left
    where
        for<'a> &'a Left: Mul<&'a Right, Output = Product>,
    {
        fn times(&self, right: &Right) -> Product {
            self * right
        }
    }

    let symbols = |names: [&str; 2]| names.map(|name| Symbol(name.to_owned()));
    let left = Matrix::from([symbols(["a", "b"]), symbols(["c", "d"])]);
    let right = Matrix::from([symbols(["p", "q"]), symbols(["r", "s"])]);
    let left = as_dyn!(left, Times<Matrix<Symbol, 2, 2>, Matrix<Symbol, 2, 2>>).expect(
        "there is no product of matrices whose elements are not Copy, although it needs no more than `&T * &T` and Sum",
    );
    assert_eq!(
        left.times(&right),
        Matrix::from([symbols(["ap+br", "aq+bs"]), symbols(["cp+dr", "cq+ds"])]),
        "each element is the sum of a row times a column, the left factor first"
    );
}

/// One index out of range is an error, even where row times width plus column lies within the block of elements.
#[test]
fn an_index_outside_the_shape_is_refused() {
    for (row, column) in [(0, 3), (1, 3), (2, 0), (usize::MAX, 0)] {
        let outcome = catch_unwind(|| Matrix::from([[1, 2, 3], [4, 5, 6]])[(row, column)]);
        assert!(
            outcome.is_err(),
            "row {row}, column {column} of 2 rows and 3 columns is {outcome:?}, but should be refused"
        );
        let mut matrix = Matrix::from([[1, 2, 3], [4, 5, 6]]);
        let outcome = catch_unwind(AssertUnwindSafe(|| matrix[(row, column)] = 0));
        assert!(
            outcome.is_err(),
            "writing to row {row}, column {column} of 2 rows and 3 columns should be refused"
        );
    }
}
