//! A macro that writes the `From` impls of an error enum.

/// Declares an error enum and the `From` impls which let `?` convert to it.
// ANCHOR: naive
#[macro_export]
macro_rules! error_from {
    (pub enum $name:ident { $($variant:ident($source:ident)),* }) => {
        #[derive(Debug)]
        pub enum $name {
            $($variant($source)),*
        }
        $(
            impl From<$source> for $name {
                fn from(source: $source) -> Self {
                    $name::$variant(source)
                }
            }
        )*
    };
}
// ANCHOR_END: naive
