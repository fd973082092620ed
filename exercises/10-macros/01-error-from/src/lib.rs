//! A macro that writes the `From` impls of an error enum.

/// Declares an error enum and, for each variant that wraps an error, the `From` impl which lets `?` convert it.
///
/// ```ignore
/// error_from! {
///     /// Why a configuration could not be loaded.
///     #[derive(Debug)]
///     pub enum LoadError {
///         /// The file could not be read.
///         Read(std::io::Error),
///         Number(std::num::ParseIntError),
///         Empty,
///     }
/// }
/// ```
///
/// is the enum as it stands there, and `impl From<std::io::Error> for LoadError`, which makes a `Read`, and
/// `impl From<std::num::ParseIntError> for LoadError`, which makes a `Number`. A variant without a field, such as
/// `Empty`, gets no impl. Other variants, with several fields or with named ones, need not be accepted.
///
/// - **Types.** A variant may wrap any type: a path, one with generic arguments, a reference, a box with a trait object.
/// - **Commas.** A comma after the last variant is allowed, and so is none. The same goes for a comma after the type that a
///   variant wraps. An enum may have no variants.
/// - **Visibility** is what the caller writes, and nothing if the caller writes nothing.
/// - **Attributes** on the enum, on its variants and on their fields stay where they are, doc comments among them. None of
///   a variant's attributes goes to its impl, except for `#[cfg(…)]`: when the variant is configured out, its impl
///   goes with it.
/// - **Names.** The macro works wherever it is called: in a module that has a `From` or a `Result` of its own, in one that
///   doesn't import the macro but calls it as `macros_error_from::error_from!`, and where there is no prelude.
/// - **Duplicates.** If two variants wrap the same type, `?` could not know which is meant. The program does not compile,
///   and the compiler's message tells the reader what to mend: the first lines of its errors (`error…: …`) name the type as it is
///   written in the enum, and both variants. Two types are the same here if they are written alike. Variants that are
///   configured out don't count.
#[macro_export]
macro_rules! error_from {
    ($($anything:tt)*) => {
        ::core::compile_error!("error_from! is yet to be written");
    };
}
