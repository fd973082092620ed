use macros_validated_builder::Builder;

#[derive(Builder)]
struct Account {
    #[validate(length(1..=3))] age: u8, //~ refused: a number has no length
    #[validate(range(1..=3))] name: String, //~ refused: text is not between numbers
    #[validate(with = even)] nick: String, //~ refused: `even` takes a number
    #[validate(range(1..=3))] height: Option<String>, //~ refused: text is not between numbers
    #[validate(range(18..=120))] fine: u8,
}

fn even(_: &i64) -> Result<(), &'static str> {
    Ok(())
}

fn main() {}
