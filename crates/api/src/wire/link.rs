//! Links, attributes and etags of resources (contract file 00 §7).
//!
//! A link is relative, begins with a slash, lacks `/v1` and is strictly percent-encoded: Java refuses braces
//! and blanks, and doubles a `/v1`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa::ToSchema;

use super::codes;
use super::fault::Fault;

/// What stays as it is (RFC 3986 "unreserved").
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A header that the client sends when it follows a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Header {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// A link to another resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// The relative address.
    pub uri: String,
    /// The method, in capitals.
    pub method: &'static str,
    /// Always a list, because clients walk it without looking.
    pub headers: Vec<Header>,
}

impl Link {
    /// A link to read.
    pub fn get(uri: impl Into<String>) -> Self {
        Self::to("GET", uri)
    }

    /// A link with another method.
    pub fn to(method: &'static str, uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), method, headers: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push(Header { key: key.into(), value: value.into() });
        self
    }
}

/// The links of a resource that has only one to itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SelfLinks {
    /// The resource itself.
    #[serde(rename = "self")]
    pub itself: Link,
}

impl SelfLinks {
    /// The link to the resource at this address.
    pub fn at(uri: impl Into<String>) -> Self {
        Self { itself: Link::get(uri) }
    }
}

/// What every resource says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    /// The version, where the resource has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The type, such as `Customer`.
    pub object_type: &'static str,
}

impl Attributes {
    /// The attributes of a resource without a version.
    pub const fn of(object_type: &'static str) -> Self {
        Self { etag: None, object_type }
    }

    /// The attributes of a resource with a version.
    pub fn versioned(object_type: &'static str, etag: impl Into<String>) -> Self {
        Self { etag: Some(etag.into()), object_type }
    }
}

/// A relative address, encoded while it is put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    path: String,
    query: String,
}

impl Address {
    /// The address of these segments: `["customers", id]` is `/customers/{id}`.
    pub fn of<S: AsRef<str>>(segments: impl IntoIterator<Item = S>) -> Self {
        let path = segments.into_iter().fold(String::new(), |mut path, segment| {
            path.push('/');
            path.extend(utf8_percent_encode(segment.as_ref(), ENCODED));
            path
        });
        Self { path, query: String::new() }
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(name);
        self.query.push('=');
        self.query.extend(utf8_percent_encode(&value.to_string(), ENCODED));
        self
    }

    /// Adds a query parameter that may be missing.
    #[must_use]
    pub fn and_some(self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.and(name, value),
            None => self,
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.path, self.query)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

/// Whether a change may go on: `if_match` is the header, `in_body` the etag that the body carries along.
/// Without either it may; `*` always may.
///
/// # Errors
///
/// 400/2055 when the etag is another one. Not 412: clients repeat that.
pub fn precondition(if_match: Option<&str>, in_body: Option<&str>, current: &str) -> Result<(), Fault> {
    let header = if_match.map(str::trim).filter(|etag| !etag.is_empty());
    let Some(expected) = header.or(in_body.map(str::trim).filter(|etag| !etag.is_empty())) else { return Ok(()) };
    let fits = expected == "*" || expected.split(',').any(|etag| bare(etag) == bare(current));
    if fits { Ok(()) } else { Err(Fault::of(codes::ETAG_STALE)) }
}

/// An etag without quotes and the mark of weakness.
fn bare(etag: &str) -> &str {
    let etag = etag.trim();
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_strictly_encoded_and_lack_the_version() {
        let address = Address::of(["customers", "a b/č{\"}"]).and("size", 2).and("filter", r#"{"Field":"A&B"}"#);
        assert_eq!(
            address.to_string(),
            "/customers/a%20b%2F%C4%8D%7B%22%7D?size=2&filter=%7B%22Field%22%3A%22A%26B%22%7D"
        );
    }

    #[test]
    fn a_link_always_has_a_list_of_headers_and_attributes_leave_out_what_is_missing() {
        let links = serde_json::to_string(&SelfLinks::at("/customers/1")).unwrap();
        assert_eq!(links, r#"{"self":{"uri":"/customers/1","method":"GET","headers":[]}}"#);
        assert_eq!(serde_json::to_string(&Attributes::of("Cart")).unwrap(), r#"{"objectType":"Cart"}"#);
        let versioned = serde_json::to_string(&Attributes::versioned("Order", "7")).unwrap();
        assert_eq!(versioned, r#"{"etag":"7","objectType":"Order"}"#);
    }

    #[test]
    fn a_stale_etag_is_refused_wherever_it_stands_and_the_header_counts_first() {
        assert_eq!(precondition(None, None, "7"), Ok(()));
        assert_eq!(precondition(None, Some(""), "7"), Ok(()));
        for good in ["7", "\"7\"", "W/\"7\"", "*", "\"6\", \"7\""] {
            assert_eq!(precondition(Some(good), Some("6"), "7"), Ok(()), "{good}");
        }
        for stale in [precondition(Some("6"), Some("7"), "7"), precondition(None, Some("6"), "7")] {
            let fault = stale.unwrap_err();
            assert_eq!((fault.status(), fault.code().number), (400, 2055));
        }
    }
}
