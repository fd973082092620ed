use macros_validated_builder::Builder;

/// Not what the standard library calls so.
#[derive(Debug, PartialEq)]
struct Optional<T>(T);

#[derive(Debug, PartialEq, Builder)]
struct Sample {
    plain: Option<u8>,
    #[validate(range(1..))]
    std: std::option::Option<u8>,
    core: ::core::option::Option<Vec<u8>>,
    twice: Option<Option<u8>>,
    unlike: Optional<u8>,
    many: Vec<Option<u8>>,
}

fn main() {
    let sample = Sample::builder()
        .unlike(Optional(1))
        .many(vec![None])
        .std(2)
        .core(vec![3])
        .twice(None)
        .build();
    let expected = Sample {
        plain: None,
        std: Some(2),
        core: Some(vec![3]),
        twice: Some(None),
        unlike: Optional(1),
        many: vec![None],
    };
    assert_eq!(sample, Ok(expected), "everything that is required was set");

    let nothing = Sample::builder().build();
    let missing = vec![SampleError::Missing("unlike"), SampleError::Missing("many")];
    assert_eq!(nothing, Err(missing), "`Optional` and `Vec<Option<_>>` are required");
}
