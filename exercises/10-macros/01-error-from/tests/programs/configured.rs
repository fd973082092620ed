use macros_error_from::error_from;

error_from! {
    pub enum LoadError {
        /// `any()` of nothing is false: this variant is never there, and its type does not exist.
        #[cfg(any())]
        Remote(crate::client::Error),
        /// `all()` of nothing is true.
        #[cfg(all())]
        #[doc(alias = "disk")]
        Read(std::io::Error),
        #[doc(alias = "text")]
        #[cfg(not(any()))]
        /// With attributes on both sides.
        Format(std::fmt::Error),
        /// One of the two is there, so no type is wrapped twice.
        #[cfg(unix)]
        Number(std::num::ParseIntError),
        #[cfg(not(unix))]
        Digit(std::num::ParseIntError),
        #[cfg(any())]
        Nothing,
    }
}

fn main() {
    let _: LoadError = std::io::Error::last_os_error().into();
    let _: LoadError = std::fmt::Error.into();
    let _: Option<LoadError> = "x".parse::<u8>().err().map(LoadError::from);
}
