use macros_validated_builder::Builder;

#[derive(Builder)]
struct Account {
    #[validate(lenght(1..=32))] name: String, //~ refused: there is no rule `lenght`
    #[validate(range(18..=120))] age: u8,
    #[validate(range)] height: u8, //~ refused: a range of what?
    #[validate(range())] width: u8, //~ refused: a range of what?
    #[validate(length(1..2, 3))] nick: String, //~ refused: there is something after the range
    #[validate(length(3))] email: String, //~ refused: this is no range
    #[validate(with)] phone: String, //~ refused: with what?
    #[validate(with = )] country: String, //~ refused: with what?
    #[validate] town: String, //~ refused: validate what?
    #[validate(length(1..) range(1..))] street: String, //~ refused: there should be a comma
    #[validate(length(1..), with = fine,)] fine: String,
    #[doc = "validate"] described: String,
}

fn fine(_: &str) -> Result<(), &'static str> {
    Ok(())
}

fn main() {
    let _ = fine;
}
