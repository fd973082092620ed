use macros_validated_builder::Builder;

#[derive(Debug, PartialEq, Builder)]
struct Account {
    name: String,
    age: u8,
    nick: Option<String>,
    motto: Option<&'static str>,
}

fn main() {
    let account = Account::builder()
        .nick("countess".to_owned())
        .age(1)
        .name("Ada".to_owned())
        .age(36)
        .build();
    let expected = Account {
        name: "Ada".to_owned(),
        age: 36,
        nick: Some("countess".to_owned()),
        motto: None,
    };
    assert_eq!(account, Ok(expected), "the last value that was set counts, and what is optional may be left out");
}
