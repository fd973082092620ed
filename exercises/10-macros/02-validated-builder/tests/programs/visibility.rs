mod inner {
    use macros_validated_builder::Builder;

    #[derive(Builder)]
    struct Hidden {
        name: String,
    }

    #[derive(Builder)]
    pub(crate) struct Shared {
        name: String,
    }

    pub(crate) fn name() -> Option<String> {
        let hidden = Hidden::builder().name("Ada".to_owned()).build();
        let shared = Shared::builder().name("Ada".to_owned()).build();
        Some(hidden.ok()?.name + &shared.ok()?.name)
    }
}

fn main() {
    let _ = inner::name();
    let shared: inner::SharedBuilder = inner::Shared::builder();
    let _: Result<inner::Shared, Vec<inner::SharedError>> = shared.name("Ada".to_owned()).build();
    let _: Option<inner::HiddenBuilder> = None; //~ E0603: the struct belongs to its module, and its builder with it
}
