use macros_error_from::error_from;

error_from! {
    pub enum WithComma {
        Format(std::fmt::Error),
    }
}

error_from! {
    pub enum WithoutComma {
        Format(std::fmt::Error)
    }
}

error_from! {
    pub enum UnitWithComma {
        Format(std::fmt::Error),
        Empty,
    }
}

// Where the type is long, rustfmt gives it a line and a comma of its own.
error_from! {
    pub enum InnerComma {
        Format(
            std::fmt::Error,
        ),
        Number(std::num::ParseIntError,)
    }
}

error_from! {
    pub enum Never {}
}

fn main() {
    let _: WithComma = std::fmt::Error.into();
    let _: WithoutComma = std::fmt::Error.into();
    let _: UnitWithComma = std::fmt::Error.into();
    let _: InnerComma = std::fmt::Error.into();
}
