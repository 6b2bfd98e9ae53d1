//! In which segment a customer buys: the old word (C-10, C-11) and the new list (C-12, C-13).
//!
//! The partner itself keeps the segment of its customers here, so that nothing is left to vet: a qualification
//! that was asked for is approved by the time anybody looks.

use perpetua_app::customers::{self, CustomerPage, EditCustomer, Profile};
use perpetua_domain::access::Permission as P;
use perpetua_domain::catalog::Segment;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault};
use crate::wire::word::Words;

/// The words that clients send.
const WORDS: Words<Segment> = Words(&[
    ("none", Some(Segment::Commercial)),
    ("education", Some(Segment::Education)),
    ("nonprofit", Some(Segment::Nonprofit)),
    ("government_community_cloud", Some(Segment::Government)),
    ("state_owned_entity", None),
]);

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::get("C-10", "/v1/customers/{c}/qualification", handler!(old))
            .says("The qualification as one word: none, education or nonprofit")
            .over_customer(P::CustomerView)
            .answers::<String>(200),
        Operation::put("C-11", "/v1/customers/{c}/qualification", handler!(put_old), r#""education""#)
            .says("Qualifies a customer that has no qualification, by the old word or its position")
            .over_customer(P::CustomerEdit)
            .asks("code", "Code of the validation; not needed here")
            .answers::<String>(200),
        Operation::get("C-12", "/v1/customers/{c}/qualifications", handler!(list))
            .says("The qualifications of a customer; a bare list")
            .over_customer(P::CustomerView)
            .answers::<Vec<Qualification>>(200),
        Operation::post(
            "C-13",
            "/v1/customers/{c}/qualifications",
            handler!(add),
            r#"{"qualification":"Education","educationSegment":"HigherEducation","website":"northlake.example"}"#,
        )
        .says("Qualifies a customer that has no qualification")
        .over_customer(P::CustomerEdit)
        .asks("code", "Code of the validation; not needed here")
        .answers::<Qualification>(201),
    ]
}

/// A qualification.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Qualification {
    /// `Education`, `Nonprofit` or `GovernmentCommunityCloud`.
    qualification: &'static str,
    /// `InReview`, `Approved` or `Denied`.
    vetting_status: &'static str,
}

const fn new_word(segment: Segment) -> Option<&'static str> {
    match segment {
        Segment::Commercial => None,
        Segment::Education => Some("Education"),
        Segment::Government => Some("GovernmentCommunityCloud"),
        Segment::Nonprofit => Some("Nonprofit"),
    }
}

/// Java knows only these three words.
const fn old_word(segment: Segment) -> &'static str {
    match segment {
        Segment::Education => "education",
        Segment::Nonprofit => "nonprofit",
        Segment::Commercial | Segment::Government => "none",
    }
}

fn segment(page: &CustomerPage) -> Segment {
    Segment::parse(&page.profile.segment).unwrap_or(Segment::Commercial)
}

async fn page(call: &Call) -> Result<CustomerPage, Fault> {
    customers::page(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)
}

async fn old(call: Call) -> Result<Answer, Fault> {
    Answer::ok(old_word(segment(&page(&call).await?)))
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let found = new_word(segment(&page(&call).await?));
    let found = found.map(|qualification| Qualification { qualification, vetting_status: "Approved" });
    Answer::ok(found.into_iter().collect::<Vec<_>>())
}

async fn put_old(call: Call) -> Result<Answer, Fault> {
    // PowerShell quotes nothing when it sends the word as a form would.
    let Some(word) = call.json()?.enum_word(&WORDS)? else { return Err(Fault::enum_word("body")) };
    qualify(&call, word).await?;
    Answer::ok(old_word(word))
}

async fn add(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let body = body.fields()?;
    body.required_text("qualification", 100)?;
    let wanted = body.enum_word("qualification", &WORDS)?;
    let Some((wanted, qualification)) = wanted.and_then(|wanted| Some((wanted, new_word(wanted)?))) else {
        return Err(Fault::enum_word("qualification"));
    };
    qualify(&call, wanted).await?;
    Answer::created(Qualification { qualification, vetting_status: "InReview" })
}

async fn qualify(call: &Call, wanted: Segment) -> Result<(), Fault> {
    let page = page(call).await?;
    if segment(&page) != Segment::Commercial {
        return Err(Fault::of(codes::EXISTS));
    }
    let profile = Profile { segment: wanted.as_text().to_owned(), ..page.profile };
    let command = EditCustomer { customer: page.id, profile, version: Some(page.version) };
    customers::edit(call.app(), &call.caller, command).await.about(Family::Customer)
}
