mod inner {
    macros_error_from::error_from! {
        pub(super) enum Shown {
            Format(std::fmt::Error),
        }
    }

    macros_error_from::error_from! {
        enum Hidden {
            Format(std::fmt::Error),
        }
    }

    pub(super) fn hide(error: std::fmt::Error) {
        let _: Hidden = error.into();
    }
}

fn main() {
    let _: inner::Shown = std::fmt::Error.into();
    inner::hide(std::fmt::Error);
    let _: Option<inner::Hidden> = None; //~ E0603: the caller wrote no `pub`, so the enum belongs to its module
}
