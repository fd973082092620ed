use macros_validated_builder::Builder;

#[derive(Debug, PartialEq, Builder)]
struct Odd {
    #[validate(range(1..))]
    r#type: u8,
    errors: Vec<u8>,
    #[validate(length(1..))]
    error: String,
    #[validate(range(limit..))]
    value: u8,
    builder: u8,
    result: u8,
    missing: Option<u8>,
    field: u8,
    field_0: u8,
    name: u8,
    reason: u8,
    range: u8,
    len: u8,
    problems: u8,
}

/// In lower case, as nothing else that a rule can name outside of the function.
#[allow(non_upper_case_globals)]
const limit: u8 = 3;

fn main() {
    let odd = Odd::builder().r#type(0).error(String::new()).value(2).build();
    use OddError::{Missing, OutOfRange, WrongLength};
    let expected = vec![
        OutOfRange("type"),
        Missing("errors"),
        WrongLength("error"),
        OutOfRange("value"),
        Missing("builder"),
        Missing("result"),
        Missing("field"),
        Missing("field_0"),
        Missing("name"),
        Missing("reason"),
        Missing("range"),
        Missing("len"),
        Missing("problems"),
    ];
    assert_eq!(odd, Err(expected));

    let odd = Odd::builder().r#type(1).errors(vec![2]).error("3".to_owned()).value(4).builder(5).result(6).field(7);
    let odd = odd.field_0(8).name(9).reason(10).range(11).len(12).problems(13).build();
    let odd = odd.expect("all is right with this one");
    assert!(odd.r#type == 1 && odd.errors == [2] && odd.error == "3" && odd.value == 4, "{odd:?}");
    assert!(odd.builder == 5 && odd.result == 6 && odd.field == 7 && odd.field_0 == 8, "{odd:?}");
    assert!(odd.name == 9 && odd.reason == 10 && odd.range == 11 && odd.len == 12, "{odd:?}");
    assert!(odd.problems == 13 && odd.missing.is_none(), "{odd:?}");
}
