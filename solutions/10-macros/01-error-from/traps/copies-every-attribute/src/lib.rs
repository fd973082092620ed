//! A macro that writes the `From` impls of an error enum.

/// Declares an error enum and, for each variant that wraps an error, the `From` impl which lets `?` convert it.
#[macro_export]
macro_rules! error_from {
    // The impl gets whatever the variant has.
    (@$item:ident $variant:tt [$($cfg:tt)*] #[$($attribute:tt)*] $($rest:tt)*) => {
        $crate::error_from! { @$item $variant [$($cfg)* #[$($attribute)*]] $($rest)* }
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

    // What a variant wraps, as an expression. A statement may have attributes, so that is where `cfg` goes.
    (@wrapped { $name:ident $variant:ident } [$($cfg:tt)*]) => {
        $crate::__private::Wrapped::NOTHING
    };
    (@wrapped { $name:ident $variant:ident $source:ty } [$($cfg:tt)*]) => {{
        #[allow(unused_variables)]
        let wrapped = $crate::__private::Wrapped::NOTHING;
        $($cfg)*
        let wrapped = $crate::__private::Wrapped {
            variant: ::core::stringify!($variant),
            source: ::core::stringify!($source),
            if_shared: ::core::concat!(
                "`", ::core::stringify!($name), "::", ::core::stringify!($variant), "` wraps `",
                ::core::stringify!($source), "`, as another variant does: `?` could not know which of them to make",
            ),
        };
        wrapped
    }};

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

        const _: () = {
            const ALL: &[$crate::__private::Wrapped] = &[
                $(
                    $crate::error_from! { @wrapped { $name $variant $($source)? } [] $(#[$($attribute)*])* }
                ),*
            ];
            // A constant for each variant, so that the compiler reports each that is in the way of another.
            $(
                const _: () = $crate::__private::refuse_shared(ALL, ::core::stringify!($variant));
            )*
        };
    };
}

/// What the expansion of [`error_from!`] needs at hand. Not for use elsewhere.
#[doc(hidden)]
pub mod __private {
    /// A variant and the type in it, as they are written.
    #[derive(Clone, Copy)]
    pub struct Wrapped {
        pub variant: &'static str,
        pub source: &'static str,
        /// What to tell whoever wraps this type twice.
        pub if_shared: &'static str,
    }

    impl Wrapped {
        /// A variant without a field, or one that is configured out.
        pub const NOTHING: Self = Self {
            variant: "",
            source: "",
            if_shared: "",
        };
    }

    /// Panics, and that is a compile error in a constant, if `variant` wraps the same type as another one.
    #[track_caller]
    pub const fn refuse_shared(all: &[Wrapped], variant: &str) {
        let mut rest = all;
        while let [this, after @ ..] = rest {
            if same(this.variant, variant) && occurrences(all, this.source) > 1 {
                panic!("{}", this.if_shared);
            }
            rest = after;
        }
    }

    const fn occurrences(all: &[Wrapped], source: &str) -> usize {
        let mut count = 0;
        let mut rest = all;
        while let [this, after @ ..] = rest {
            if same(this.source, source) {
                count += 1;
            }
            rest = after;
        }
        count
    }

    /// `left == right`, which a constant may not call, since it is a trait's method.
    const fn same(left: &str, right: &str) -> bool {
        let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
        while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
            if *first != *second {
                return false;
            }
            (left, right) = (left_rest, right_rest);
        }
        left.is_empty() && right.is_empty()
    }
}
