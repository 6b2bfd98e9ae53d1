//! The protocol of devices described: `/activation/v1/openapi.json`, made from the table of endpoints. It is a document
//! of its own, because its calls carry no token, its answers have other bodies, and its version is the protocol's.

use std::future::{Ready, ready};
use std::sync::LazyLock;

use axum::response::Response;
use perpetua_license::exchange::file::FILE_BYTES_MAX;
use perpetua_license::exchange::request::REQUEST_BYTES_MAX;
use utoipa::PartialSchema as _;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::{
    ComponentsBuilder, Content, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required,
    ResponseBuilder, Schema, Type,
};

use super::body::{AnswerBody, AnswersBody, Code, InstallationBody};
use super::endpoints::{self, Endpoint, Gives, Takes};
use crate::openapi::{JSON, fixed};

/// What holds for every address, for readers of the document.
pub(crate) const ABOUT: &str = "How machines activate against an installation. They have no account: the product key in \
    a request is the credential, and the machine's own signature says who asks. Requests, responses, chain and \
    revocation list are signed documents in a format of their own (`docs/license-format.md`); `docs/activation.md` tells \
    how they are used. A device acts on the signed response alone, and passes over members of answers that it does not \
    know. A request that was not answered is sent again as it is. Typed codes have no address here: people type them \
    between a machine and the page of its purchase. Addresses of another version answer 404 with \
    `protocol_unsupported`.";

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_json().unwrap_or_default());

/// `/activation/v1/openapi.json`
pub(super) fn answer() -> Ready<Response> {
    ready(fixed(JSON, &DOCUMENT))
}

/// The `OpenAPI` document of the protocol.
pub fn document() -> OpenApi {
    let mut paths = Paths::new();
    for endpoint in endpoints::ALL {
        let method = if endpoint.method == "POST" { HttpMethod::Post } else { HttpMethod::Get };
        paths.add_path_operation(endpoint.path, vec![method], described(endpoint));
    }
    let schemas = [
        ("Code", Code::schema()),
        ("Answer", AnswerBody::schema()),
        ("Answers", AnswersBody::schema()),
        ("Installation", InstallationBody::schema()),
    ];
    let info = InfoBuilder::new().title("Perpetua: activation").version("1").description(Some(ABOUT));
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(ComponentsBuilder::new().schemas_from_iter(schemas).build()))
        .build()
}

fn described(endpoint: &Endpoint) -> OperationBuilder {
    let mut described = OperationBuilder::new()
        .operation_id(Some(endpoint.id))
        .tag("activation")
        .summary(Some(endpoint.summary))
        .parameters(Some(parameters(endpoint)))
        .request_body(taken(endpoint.takes));
    for (status, gives) in endpoint.answers {
        described = described.response(status.to_string(), given(*status, *gives));
    }
    described
}

fn parameters(endpoint: &Endpoint) -> Vec<Parameter> {
    let parameter = |name: &str, place: ParameterIn, about: &str, schema: ObjectBuilder| {
        let parameter = ParameterBuilder::new().name(name).parameter_in(place).required(Required::False);
        parameter.description(Some(about)).schema(Some(schema.build())).build()
    };
    let mut found = vec![parameter(
        "Accept-Language",
        ParameterIn::Header,
        "The language of sentences: `cs`, else English",
        text(),
    )];
    if endpoint.answers.iter().any(|(status, _)| *status == 304) {
        let about = "The tag of the document that the caller has; 304 when it is the newest";
        found.push(parameter("If-None-Match", ParameterIn::Header, about, text()));
    }
    if endpoint.since {
        let number = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0));
        let about = "The number of the list that the caller has; then what was added since is enough, or 304";
        found.push(parameter("since", ParameterIn::Query, about, number));
    }
    found
}

fn taken(takes: Takes) -> Option<RequestBody> {
    let (kind, most, about) = match takes {
        Takes::Nothing => return None,
        Takes::Request => {
            (super::DOCUMENT, REQUEST_BYTES_MAX, "One signed request document; the type is not looked at")
        }
        Takes::File => ("text/plain", FILE_BYTES_MAX, "A `.request` file, or the text of a machine's QR code"),
    };
    let content = Content::new(Some(Schema::Object(text().max_length(Some(most)).build())));
    let body = RequestBodyBuilder::new().description(Some(about)).required(Some(Required::True));
    Some(body.content(kind, content).build())
}

fn given(status: u16, gives: Gives) -> ResponseBuilder {
    let response = ResponseBuilder::new().description(match status {
        200 => "Done",
        304 => "The caller has the newest one",
        400 => "The request, or the key in it, cannot be used",
        409 => "The request is sound, and the answer is no",
        413 => "The request is too large",
        429 => "Too many attempts; `Retry-After` says for how many seconds to wait",
        _ => "This cannot be answered now; `Retry-After` says for how many seconds to wait",
    });
    let header = |about: &str| HeaderBuilder::new().description(Some(about)).schema(text()).build();
    let response = match (status, gives) {
        (304, _) | (_, Gives::Document) => response.header("ETag", header("The number of the document")),
        (429 | 503, _) => response.header("Retry-After", header("Seconds")),
        _ => response,
    };
    let (kind, schema): (&str, RefOr<Schema>) = match gives {
        Gives::Nothing => return response,
        Gives::Answer => ("application/json", Ref::from_schema_name("Answer").into()),
        Gives::Answers => ("application/json", Ref::from_schema_name("Answers").into()),
        Gives::Installation => ("application/json", Ref::from_schema_name("Installation").into()),
        Gives::Description => ("application/json", ObjectBuilder::new().schema_type(Type::Object).build().into()),
        Gives::File => ("text/plain", text().build().into()),
        Gives::Document => (super::DOCUMENT, text().build().into()),
    };
    response.content(kind, Content::new(Some(schema)))
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

#[cfg(test)]
mod tests {
    use perpetua_license::policy::answer::Answer;
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_code_is_listed_with_its_sentence_and_every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(&DOCUMENT).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let code = &document["components"]["schemas"]["Code"];
        assert_eq!(code["enum"].as_array().unwrap().len(), Answer::ALL.len());
        for answer in Answer::ALL {
            let line = format!("- `{}` (", answer.code());
            assert!(code["description"].as_str().unwrap().contains(&line), "{line}");
        }
        let mut found = Vec::new();
        crate::openapi::references(&document, &mut found);
        assert!(found.len() > 20, "{}", found.len());
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference} leads nowhere");
        }
    }
}
