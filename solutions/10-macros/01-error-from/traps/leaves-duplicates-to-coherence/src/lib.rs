//! A macro that writes the `From` impls of an error enum.

/// Declares an error enum and, for each variant that wraps an error, the `From` impl which lets `?` convert it.
#[macro_export]
macro_rules! error_from {
    // Each variant's attributes are munched one by one: of all of them, only `cfg` goes along. When none is left, what was
    // asked for is written.
    (@$item:ident $variant:tt [$($cfg:tt)*] #[cfg($($when:tt)*)] $($rest:tt)*) => {
        $crate::error_from! { @$item $variant [$($cfg)* #[cfg($($when)*)]] $($rest)* }
    };
    (@$item:ident $variant:tt [$($cfg:tt)*] #[$($other:tt)*] $($rest:tt)*) => {
        $crate::error_from! { @$item $variant [$($cfg)*] $($rest)* }
    };

    (@from { $name:ident $variant:ident } [$($cfg:tt)*]) => {};
    (@from { $name:ident $variant:ident $source:ty } [$($cfg:tt)*]) => {
        $($cfg)*
        impl ::core::convert::From<$source> for $name {
            fn from(source: $source) -> Self {
                Self::$variant(source)
            }
        }
    };

    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$($attribute:tt)*])*
                $variant:ident $(( $(#[$field:meta])* $source:ty $(,)? ))?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis enum $name {
            $(
                $(#[$($attribute)*])*
                $variant $(( $(#[$field])* $source ))?
            ),*
        }

        $(
            $crate::error_from! { @from { $name $variant $($source)? } [] $(#[$($attribute)*])* }
        )*
    };
}
