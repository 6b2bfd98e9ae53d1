//! Enumerations that travel as stable words: in JSON, in message ids and in stored records.

/// Declares a [`text_enum!`](perpetua_domain::text_enum!) that serde reads and writes as its word.
#[macro_export]
macro_rules! coded_enum {
    ($(#[$outer:meta])* pub enum $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        ::perpetua_domain::text_enum! {
            $(#[$outer])*
            pub enum $name { $($(#[$inner])* $variant = $text),+ }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_text())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <::std::borrow::Cow<'_, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&word).ok_or_else(|| ::serde::de::Error::custom("not a known word"))
            }
        }
    };
}
