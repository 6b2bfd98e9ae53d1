//! The interface described: `/openapi.json` for programs and `/docs/api` for people, both from the table of
//! operations, so that neither can say something else than what is served. Both are public.

mod example;
mod links;
mod page;
mod parameters;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use axum::body::Body as HttpBody;
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use serde_json::Value;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required,
    ResponseBuilder, Schema, SecurityRequirement, Type,
};
use utoipa::{PartialSchema as _, ToSchema};

use crate::operation::{Access, Operation, Schemas};
use crate::operations;
use crate::wire::route::segments;

/// What holds for every operation, for readers of the document.
const ABOUT: &str = "The Partner Center-compatible interface of Perpetua for on-premises software. \
    Every call carries a bearer token; `MS-RequestId` makes a write safe to repeat, `MS-CorrelationId` is echoed, \
    `X-Locale` (`en-US` or `cs-CZ`) chooses the language of texts. Names in paths, queries and bodies are read \
    without regard to case, and unknown ones are passed over. Calls are counted per partner, minute and family of \
    operations (the headings here); beyond the limit that the operator has set, a call answers 429, and `Retry-After` \
    says for how many seconds to wait.";

/// Statuses that any operation may answer with, and why.
const REFUSALS: [(&str, &str, &str); 7] = [
    ("400", "BadInput", "Something about the request is wrong; `data` names the fields"),
    ("401", "NoToken", "The token is missing, malformed, expired or meant for somebody else"),
    ("403", "Forbidden", "A role, a right or the relationship to the customer is missing"),
    ("404", "NotFound", "It does not exist for this caller"),
    ("409", "Conflict", "It exists already, or a copy of the request still runs"),
    ("429", "TooMany", "Too many calls; `Retry-After` says for how many seconds to wait"),
    ("500", "Failure", "A defect; the text names the correlation id"),
];

/// Answers by the operation's id, as a test records them; some operations have nothing to answer with there.
static ANSWERS: LazyLock<BTreeMap<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("openapi/answers.json")).unwrap_or_default());

static DOCUMENT: LazyLock<String> = LazyLock::new(|| with_links().to_string());
static PAGE: LazyLock<String> = LazyLock::new(|| page::page(&operations::all()));

/// The body of every refusal but 429.
#[derive(serde::Serialize, ToSchema)]
#[schema(as = Fault)]
struct FaultSchema {
    /// The code, on which programs decide.
    code: u32,
    /// What happened, in the caller's language.
    description: String,
    /// Wrong fields as `<field>: <reason>`.
    data: Vec<String>,
    /// Always `PartnerApi`.
    source: String,
}

/// The body of 429.
#[derive(serde::Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TooManyRequests)]
struct TooManySchema {
    /// Always 429.
    status_code: u16,
    /// How long to wait, in words.
    message: String,
}

/// The type of documents.
pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// Whether a path is one of these two.
pub fn is_ours(path: &str) -> bool {
    kind_of(path).is_some()
}

/// The document or the page, when the path names one of them and the method reads.
pub fn answer(method: &Method, path: &str) -> Option<Response> {
    let (kind, text) = match kind_of(path)? {
        _ if !matches!(*method, Method::GET | Method::HEAD) => return None,
        Kind::Document => (JSON, DOCUMENT.as_str()),
        Kind::Page => ("text/html; charset=utf-8", PAGE.as_str()),
    };
    Some(fixed(kind, text))
}

/// What never changes while the program runs.
pub(crate) fn fixed(kind: &'static str, text: &'static str) -> Response {
    let mut response = Response::new(HttpBody::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

enum Kind {
    Document,
    Page,
}

fn kind_of(path: &str) -> Option<Kind> {
    let segments = segments(path)?;
    match segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [one] if one.eq_ignore_ascii_case("openapi.json") => Some(Kind::Document),
        [docs, api] if docs.eq_ignore_ascii_case("docs") && api.eq_ignore_ascii_case("api") => Some(Kind::Page),
        _ => None,
    }
}

/// The operations with the schemas that they name.
fn gathered() -> (Paths, Schemas) {
    let mut schemas: Schemas = Vec::new();
    let mut paths = Paths::new();
    for operation in &operations::all() {
        let described = describe(operation, &mut schemas);
        paths.add_path_operation(operation.path, vec![method_of(operation)], described);
    }
    schemas.push(("Fault".to_owned(), FaultSchema::schema()));
    schemas.push(("TooManyRequests".to_owned(), TooManySchema::schema()));
    (paths, schemas)
}

fn with_links() -> Value {
    let mut document = serde_json::to_value(document()).unwrap_or_default();
    links::add(&mut document);
    document
}

/// The `OpenAPI` document of all operations, still without links between them.
pub fn document() -> OpenApi {
    let (paths, schemas) = gathered();
    let components = ComponentsBuilder::new().schemas_from_iter(schemas);
    let components = REFUSALS.into_iter().fold(components, |components, (status, name, text)| {
        let body = if status == "429" { "TooManyRequests" } else { "Fault" };
        let content = Content::new(Some(Ref::from_schema_name(body)));
        components.response(name, ResponseBuilder::new().description(text).content("application/json", content))
    });
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let scopes = Scopes::new();
    let flow = Flow::ClientCredentials(ClientCredentials::new("/common/oauth2/v2.0/token", scopes));
    let components = components
        .security_scheme("token", SecurityScheme::Http(bearer))
        .security_scheme("program", SecurityScheme::OAuth2(OAuth2::new([flow])));
    let info = InfoBuilder::new().title("Perpetua").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT));
    let none = Vec::<String>::new;
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components.build()))
        .security(Some([SecurityRequirement::new("token", none()), SecurityRequirement::new("program", none())]))
        .build()
}

fn method_of(operation: &Operation) -> HttpMethod {
    match operation.method {
        "POST" => HttpMethod::Post,
        "PUT" => HttpMethod::Put,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn describe(operation: &Operation, schemas: &mut Schemas) -> OperationBuilder {
    let mut described = OperationBuilder::new()
        .operation_id(Some(operation.id))
        .tag(family(operation.path))
        .summary(Some(operation.summary))
        .description(Some(right(operation.access)))
        .parameters(Some(parameters(operation)));
    let example = operation.example.and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let Some(example) = example {
        let mut content = Content::new(Some(example::schema_of(&example)));
        content.example = Some(example);
        let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
        described = described.request_body(Some(body.build()));
    }
    if operation.takes_file {
        let bytes = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).build();
        let content = Content::new(Some(Schema::Object(bytes)));
        let body =
            RequestBodyBuilder::new().content("application/octet-stream", content).required(Some(Required::True));
        described = described.request_body(Some(body.build()));
    }
    let mut success = ResponseBuilder::new().description(if operation.status < 400 { "Done" } else { "Refused" });
    if let Some(answer) = operation.answer {
        let mut content = Content::new(Some(answer(schemas)));
        content.example = ANSWERS.get(operation.id).cloned();
        success = success.content(operation.content_type, content);
    } else if operation.status != 204 && operation.content_type != "application/json" {
        let bytes = ObjectBuilder::new().schema_type(Type::String).build();
        success = success.content(operation.content_type, Content::new(Some(Schema::Object(bytes))));
    }
    let is_refused = operation.status >= 400;
    if !is_refused {
        described = described.response(operation.status.to_string(), success);
    }
    for (status, name, _) in REFUSALS {
        if status != "409" || operation.is_write() {
            let response: RefOr<utoipa::openapi::Response> = RefOr::Ref(Ref::from_response_name(name));
            described = described.response(status, response);
        }
    }
    described
}

/// Parameters of the path, in its order, and of the query.
fn parameters(operation: &Operation) -> Vec<Parameter> {
    let mut seen = BTreeSet::new();
    let of_path = path_parameters(operation.path).filter(|name| seen.insert(*name)).map(|name| {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        parameter.description(Some(path_text(name))).schema(Some(parameters::of_path(name).build())).build()
    });
    let mut found: Vec<Parameter> = of_path.collect();
    found.extend(operation.query.iter().map(|asked| {
        let required = if asked.required { Required::True } else { Required::False };
        let parameter = ParameterBuilder::new().name(asked.name).parameter_in(ParameterIn::Query).required(required);
        parameter
            .description(Some(asked.text))
            .schema(Some(parameters::of_query(asked.name, asked.required).build()))
            .build()
    }));
    found
}

/// Names in braces.
fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// What a parameter of a path is.
fn path_text(name: &str) -> &'static str {
    match name {
        "c" | "customer" => "The customer's id, a GUID",
        "p" | "product" => "The product's id",
        "s" | "sku" => "The SKU's id; under subscriptions, the subscription's",
        "a" | "availability" => "The availability's id",
        "o" | "order" => "The order's id",
        "n" => "The number of the order's line, from 0",
        "cart" => "The cart's id, a GUID",
        "subscription" => "The subscription's id, a GUID",
        "u" | "user" => "The user's id, a GUID",
        "sheet" => "pricesheets(Market='US',PricesheetView='software')",
        _ => "What the answers before named",
    }
}

/// Who may call, in words.
fn right(access: Access) -> String {
    match access {
        Access::Token => "Every token is enough.".to_owned(),
        Access::Own(permission) => format!("Needs the right `{}`.", permission.as_text()),
        Access::Customer(permission) => format!("Needs the right `{}` over the customer.", permission.as_text()),
    }
}

/// The family under which an operation stands: the kind of thing that its path names first, below a customer
/// the one that follows.
pub(crate) fn family(path: &str) -> &str {
    let is_name = |part: &&str| !part.is_empty() && !part.starts_with(['{', '$']) && !matches!(*part, "v1" | "v1.0");
    let mut names = path.split('/').filter(is_name);
    match names.next().unwrap_or("other") {
        "customers" => names.next().unwrap_or("customers"),
        first => first,
    }
}

/// Every `$ref` of a document.
#[cfg(test)]
pub(crate) fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(entries) => entries.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
