//! Collections and their pages (contract file 00 §6).
//!
//! The SDKs stop only when `links.next` is missing, and follow it together with its headers. `totalCount` is
//! the number of entries on this page; `items` is always there.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::link::{Address, Attributes, Link};

/// The header of a continuation token.
pub const TOKEN_HEADER: &str = "MS-ContinuationToken";

/// The links of a collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CollectionLinks {
    /// This page.
    #[serde(rename = "self")]
    pub itself: Link,
    /// The next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<Link>,
}

/// A list of resources, or one page of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Collection<T> {
    /// The entries on this page.
    pub total_count: usize,
    /// The entries.
    pub items: Vec<T>,
    /// The token of the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    /// This page and the next one.
    pub links: CollectionLinks,
    /// Always `Collection`.
    pub attributes: Attributes,
}

impl<T: ToSchema> PartialSchema for Collection<T> {
    fn schema() -> RefOr<Schema> {
        let plain = |kind| ObjectBuilder::new().schema_type(kind).build();
        let named = |name: Cow<'static, str>| Ref::from_schema_name(name.to_string());
        let object = ObjectBuilder::new()
            .description(Some("A list of resources, or one page of it."))
            .property("totalCount", plain(Type::Integer))
            .property("items", ArrayBuilder::new().items(named(T::name())))
            .property("continuationToken", plain(Type::String))
            .property("links", named(CollectionLinks::name()))
            .property("attributes", named(Attributes::name()))
            .required("totalCount")
            .required("items")
            .required("links")
            .required("attributes");
        object.into()
    }
}

impl<T: ToSchema> ToSchema for Collection<T> {
    // Derived, this would leave out the entries themselves.
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        fn add<S: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            S::schemas(schemas);
            schemas.push((S::name().to_string(), S::schema()));
        }
        add::<T>(schemas);
        add::<CollectionLinks>(schemas);
        add::<Attributes>(schemas);
    }
}

impl<T> Collection<T> {
    /// Everything on one page. `address` is the request's own, without `/v1`.
    pub fn whole(items: Vec<T>, address: &Address) -> Self {
        Self {
            total_count: items.len(),
            items,
            continuation_token: None,
            links: CollectionLinks { itself: Link::get(address.to_string()), next: None },
            attributes: Attributes::of("Collection"),
        }
    }

    /// A page of a list that is walked by tokens. `address` holds the parameters that every page needs: size,
    /// filter, sort. `next` is the token of the next page, if there is one.
    pub fn seek(items: Vec<T>, address: &Address, next: Option<String>) -> Self {
        let link = next
            .as_ref()
            .map(|token| Link::get(address.clone().and("seekOperation", "Next")).with_header(TOKEN_HEADER, token));
        let mut page = Self::whole(items, address);
        page.links.next = link;
        page.continuation_token = next;
        page
    }

    /// A page of a list that is walked by numbers. `more` says whether entries follow those of this page.
    pub fn offset(items: Vec<T>, address: &Address, size: u32, offset: u32, more: bool) -> Self {
        let at = |offset: u32| Link::get(address.clone().and("size", size).and("offset", offset));
        let following = offset.saturating_add(u32::try_from(items.len()).unwrap_or(u32::MAX));
        let next = more.then(|| at(following));
        let mut page = Self::whole(items, address);
        page.links = CollectionLinks { itself: at(offset), next };
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customers() -> Address {
        Address::of(["customers"]).and("size", 2)
    }

    #[test]
    fn a_page_tells_the_way_to_the_next_one_with_its_header() {
        let page = Collection::seek(vec![1, 2], &customers(), Some("b64url".to_owned()));
        assert_eq!(
            serde_json::to_string(&page).unwrap(),
            concat!(
                r#"{"totalCount":2,"items":[1,2],"continuationToken":"b64url","links":{"#,
                r#""self":{"uri":"/customers?size=2","method":"GET","headers":[]},"#,
                r#""next":{"uri":"/customers?size=2&seekOperation=Next","method":"GET","#,
                r#""headers":[{"key":"MS-ContinuationToken","value":"b64url"}]}},"#,
                r#""attributes":{"objectType":"Collection"}}"#
            )
        );
    }

    #[test]
    fn the_last_page_has_neither_token_nor_next_link_and_items_even_when_empty() {
        let page = Collection::<u8>::seek(Vec::new(), &customers(), None);
        assert_eq!(
            serde_json::to_string(&page).unwrap(),
            concat!(
                r#"{"totalCount":0,"items":[],"links":{"self":{"uri":"/customers?size=2","method":"GET","#,
                r#""headers":[]}},"attributes":{"objectType":"Collection"}}"#
            )
        );
    }

    #[test]
    fn a_numbered_page_begins_where_the_one_before_ended() {
        let invoices = Address::of(["invoices"]);
        let page = Collection::offset(vec!["a", "b"], &invoices, 2, 4, true);
        assert_eq!(page.links.itself.uri, "/invoices?size=2&offset=4");
        assert_eq!(page.links.next.map(|link| link.uri), Some("/invoices?size=2&offset=6".to_owned()));
        assert_eq!(page.continuation_token, None);
        assert_eq!(Collection::offset(vec!["a"], &invoices, 2, 4, false).links.next, None);
    }
}
