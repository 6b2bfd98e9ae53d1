//! Enumerations that the database stores as checked text.
//!
//! [`text_enum!`](crate::text_enum!) writes the enumeration together with both directions, so that
//! the words in a column and the variants in code cannot drift apart.

/// What every [`text_enum!`](crate::text_enum!) can do, for code that stores any of them.
pub trait TextEnum: Copy + 'static {
    /// The word that is stored and sent.
    fn as_text(self) -> &'static str;
    /// The variant of exactly this word.
    fn parse(text: &str) -> Option<Self>;
}

/// Declares an enumeration whose variants have one fixed word each.
///
/// The type is `Copy`, ordered as written, and gets `ALL`, `as_text()`, `parse()`, `Display` (the
/// word) and `FromStr` (the error is `()`: the caller knows which column or field it read). The
/// words are an interface: they stand in columns, CHECK constraints and the API, so a released one
/// never changes.
///
/// ```
/// perpetua_domain::text_enum! {
///     /// Whether the lamp burns.
///     pub enum Lamp {
///         /// It burns.
///         On = "on",
///         /// It is dark.
///         Off = "off",
///     }
/// }
///
/// assert_eq!(Lamp::On.as_text(), "on");
/// assert_eq!(Lamp::parse("off"), Some(Lamp::Off));
/// assert_eq!(Lamp::parse("OFF"), None);
/// assert_eq!(Lamp::ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! text_enum {
    ($(#[$outer:meta])* $vis:vis enum $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$inner])* $variant,)+
        }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that is stored and sent.
            pub const fn as_text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The variant of exactly this word; `None` for any other text.
            pub fn parse(text: &str) -> ::core::option::Option<Self> {
                match text {
                    $($text => ::core::option::Option::Some(Self::$variant),)+
                    _ => ::core::option::Option::None,
                }
            }
        }

        impl $crate::text_enum::TextEnum for $name {
            fn as_text(self) -> &'static str {
                Self::as_text(self)
            }

            fn parse(text: &str) -> ::core::option::Option<Self> {
                Self::parse(text)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_text())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> ::core::result::Result<Self, ()> {
                Self::parse(text).ok_or(())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    text_enum! {
        /// A sample.
        enum Lamp {
            /// It burns.
            On = "on",
            /// It is dark.
            Off = "off",
        }
    }

    #[test]
    fn each_word_reads_back_as_its_variant_and_no_other_text_does() {
        for lamp in Lamp::ALL {
            assert_eq!(Lamp::parse(lamp.as_text()), Some(*lamp));
            assert_eq!(lamp.to_string().parse(), Ok(*lamp));
        }
        for text in ["", "On", "on ", "lit"] {
            assert_eq!(Lamp::parse(text), None, "{text:?}");
        }
    }
}
