use macros_validated_builder::Builder;

#[derive(Debug, Builder)]
struct Mix {
    #[validate(range(0.0..=1.0))]
    share: f64,
}

fn main() {
    assert!(Mix::builder().share(0.5).build().is_ok(), "0.5 is in 0.0..=1.0");
    let errors = Mix::builder().share(f64::NAN).build().err();
    let expected = Some(vec![MixError::OutOfRange("share")]);
    assert_eq!(errors, expected, "0.0..=1.0 does not contain NaN");
}
