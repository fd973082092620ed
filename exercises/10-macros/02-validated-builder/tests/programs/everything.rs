use macros_validated_builder::Builder;

#[derive(Debug, PartialEq, Builder)]
struct Account {
    #[validate(with = ascii, length(4..))]
    name: String,
    email: String,
    #[validate(range(18..))]
    #[validate(with = even)]
    age: u8,
    #[validate(length(1..))]
    nick: Option<String>,
    country: String,
}

fn ascii(name: &str) -> Result<(), &'static str> {
    if name.is_ascii() { Ok(()) } else { Err("is not ASCII") }
}

fn even(age: &u8) -> Result<(), &'static str> {
    if age % 2 == 0 { Ok(()) } else { Err("is odd") }
}

fn main() {
    use AccountError::{Missing, OutOfRange, Refused, WrongLength};

    let account = Account::builder()
        .age(17)
        .nick(String::new())
        .name("é".to_owned())
        .build();
    let expected = vec![
        Refused("name", "is not ASCII".to_owned()),
        WrongLength("name"),
        Missing("email"),
        OutOfRange("age"),
        Refused("age", "is odd".to_owned()),
        WrongLength("nick"),
        Missing("country"),
    ];
    assert_eq!(account, Err(expected), "two fields are missing, and three break five rules");
}
