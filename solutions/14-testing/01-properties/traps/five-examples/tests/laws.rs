//! Examples, where the page asks for laws: five hand-picked products.
use testing_properties::{Matrix, ShapeError};

fn m(rows: usize, columns: usize, elements: &[f64]) -> Matrix {
    Matrix::new(rows, columns, elements.to_vec()).unwrap()
}

#[test]
fn works() {
    let a = m(2, 2, &[1., 2., 3., 4.]);
    let b = m(2, 2, &[5., -6., 7., 8.]);
    assert_eq!(a.multiply(&b), Ok(m(2, 2, &[19., 10., 43., 14.])));
    let tall = m(2, 1, &[1., 2.]);
    assert_eq!(tall.multiply(&m(1, 1, &[3.])), Ok(m(2, 1, &[3., 6.])));
    let five = m(1, 5, &[1., 1., 1., 1., 1.]);
    assert_eq!(
        five.multiply(&m(5, 1, &[1., 1., 1., 1., 1.])),
        Ok(m(1, 1, &[5.]))
    );
    assert_eq!(m(1, 0, &[]).multiply(&m(0, 1, &[])), Ok(m(1, 1, &[0.])));
    assert_eq!(
        five.multiply(&five),
        Err(ShapeError::Operands {
            columns: 5,
            rows: 1
        })
    );
}
