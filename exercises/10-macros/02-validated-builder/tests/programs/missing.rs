use macros_validated_builder::Builder;

#[derive(Debug, PartialEq, Builder)]
struct Account {
    name: String,
    nick: Option<String>,
    age: u8,
}

fn main() {
    let nothing = Account::builder().build();
    let both = vec![AccountError::Missing("name"), AccountError::Missing("age")];
    assert_eq!(nothing, Err(both), "nothing was set");

    let young = Account::builder().name("Ada".to_owned()).build();
    assert_eq!(young, Err(vec![AccountError::Missing("age")]), "only the name was set");
}
