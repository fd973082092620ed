use macros_error_from::error_from;

error_from! {
    /// Why nothing was loaded.
    #[derive(Debug, Default)]
    #[non_exhaustive]
    pub enum LoadError {
        /// The file could not be read.
        ///
        /// This is not about what is in it.
        #[doc(alias = "disk")]
        Read(#[allow(dead_code)] std::io::Error),
        /// An attribute that is allowed on a variant, and on no impl.
        #[non_exhaustive]
        Format(std::fmt::Error),
        /// An attribute that `Default` looks for.
        #[default]
        Empty,
    }
}

fn main() {
    let error: LoadError = std::fmt::Error.into();
    let _ = format!("{error:?}");
    assert!(matches!(LoadError::default(), LoadError::Empty));
}
