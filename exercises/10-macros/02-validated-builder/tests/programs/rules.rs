use macros_validated_builder::Builder;

#[derive(Builder)]
struct Order {
    #[validate(range(1..=9))]
    count: u32,
    #[validate(length(2..5))]
    code: String,
    #[validate(length(..=2))]
    notes: Vec<&'static str>,
    #[validate(with = even)]
    total: i64,
    #[validate(with = shouted)]
    title: String,
    #[validate(range(10..))]
    discount: Option<u8>,
}

fn even(total: &i64) -> Result<(), &'static str> {
    if total % 2 == 0 { Ok(()) } else { Err("is odd") }
}

fn shouted(title: &str) -> Result<(), String> {
    if title.to_uppercase() == title { Ok(()) } else { Err(format!("'{title}' is not loud")) }
}

/// An order in which everything is right.
fn right() -> OrderBuilder {
    Order::builder()
        .count(5)
        .code("abc".to_owned())
        .notes(vec![])
        .total(2)
        .title("OLÉ".to_owned())
}

#[track_caller]
fn accepted(order: OrderBuilder, why: &str) {
    if let Err(errors) = order.build() {
        panic!("refused with {errors:?}, but {why}");
    }
}

#[track_caller]
fn refused(order: OrderBuilder, error: OrderError, why: &str) {
    match order.build() {
        Ok(_) => panic!("accepted, but {why}"),
        Err(errors) => assert_eq!(errors, [error], "{why}"),
    }
}

fn main() {
    use OrderError::{OutOfRange, Refused, WrongLength};

    accepted(right(), "all is right, and an optional field that was not set has no value to be wrong");
    accepted(right().count(1), "1 is in 1..=9");
    accepted(right().count(9), "9 is in 1..=9");
    refused(right().count(0), OutOfRange("count"), "0 is not in 1..=9");
    refused(right().count(10), OutOfRange("count"), "10 is not in 1..=9");

    accepted(right().code("ab".to_owned()), "the length 2 is in 2..5");
    refused(right().code("a".to_owned()), WrongLength("code"), "the length 1 is not in 2..5");
    refused(right().code("abcde".to_owned()), WrongLength("code"), "the length 5 is not in 2..5");
    accepted(right().notes(vec!["a", "b"]), "the length 2 is in ..=2");
    refused(right().notes(vec!["a", "b", "c"]), WrongLength("notes"), "the length 3 is not in ..=2");

    refused(right().total(3), Refused("total", "is odd".to_owned()), "3 is odd");
    let reason = "'olé' is not loud".to_owned();
    refused(right().title("olé".to_owned()), Refused("title", reason), "the function says no");

    accepted(right().discount(10), "10 is in 10..");
    refused(right().discount(9), OutOfRange("discount"), "9 is not in 10..");
}
