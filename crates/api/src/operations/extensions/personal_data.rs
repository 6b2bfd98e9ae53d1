//! What is stored about one of the partner's people, for whoever must answer them. How long requests keep personal data
//! and the desk's holidays are the operator's to say, which has no programs of its own: they stay in the portal.

use perpetua_app::personal_data::{self, Whom};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::PersonId;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::fault::{Family, Fault};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::post("X-72", "/ext/v1/people/{person}/exports", handler!(export), "{}")
            .says("Export what the partner stores about one of its people; each export is recorded")
            .own(P::TenantPeopleManage)
            .answers::<PersonalData>(200)
            // What it holds must not be kept for a repetition; another one is another record.
            .unclaimed(),
    ]
}

/// What is stored about one person, as far as it belongs to the partner: at most 10,000 rows of each kind.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the use case writes the document; this is its description")]
pub struct PersonalData {
    /// Their address.
    about: String,
    /// The partner's name.
    organization: String,
    /// Name, address, telephone, language, state.
    #[schema(value_type = Object)]
    account: (),
    /// Roles that they hold or held.
    #[schema(value_type = Vec<Object>)]
    roles: (),
    /// Requests that they made or that name them as contact.
    #[schema(value_type = Vec<Object>)]
    requests: (),
    /// Notes that they wrote.
    #[schema(value_type = Vec<Object>)]
    notes: (),
    /// Files that they brought, without content.
    #[schema(value_type = Vec<Object>)]
    files: (),
    /// Records of what they did.
    #[schema(value_type = Vec<Object>)]
    activity: (),
    /// Calls of this interface that they made.
    #[schema(value_type = Vec<Object>)]
    calls: (),
    /// Where else they are named.
    mentions: Vec<Mention>,
    /// Kinds of which there is more than the export holds.
    incomplete: Vec<String>,
    exported_at: String,
}

/// A place where somebody is named.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the use case writes the document; this is its description")]
pub struct Mention {
    /// `request`, `link` or `handOver`.
    r#in: String,
    /// The number of the request, or of the order whose link or key it was.
    number: String,
    /// `title`, `reason`, `text`, `contact`, `informed`, `decision`, `note` or `recipient`.
    field: String,
    /// `name` or `address`.
    named: String,
    at: String,
}

async fn export(call: Call) -> Result<Answer, Fault> {
    call.json()?.fields()?;
    let person: PersonId = call.id("person", Family::Other)?;
    let whom = Whom::Person(person);
    let found = personal_data::export(call.app(), &call.caller, call.caller.tenant, whom).await.about(Family::Other)?;
    Ok(Answer::File { content_type: "application/json", name: found.name, bytes: found.bytes })
}
