//! Uploads of inventories: files of any size that the portal takes, what became of each, and the verdict on every
//! record.

use perpetua_app::fleet::{self, Failure, UPLOAD_BYTES_MAX, Upload, UploadedFile, VerdictKind, VerdictView};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::FleetImportId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{FleetImport, collected, of_import};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::page::Collection;
use crate::wire::query::Seek;
use crate::wire::token::{Continuation, Position};
use crate::wire::word::Words;

/// The words of verdicts; `unknown` stands for all.
const KINDS: Words<VerdictKind> = Words(&[
    ("unknown", None),
    ("read", Some(VerdictKind::Read)),
    ("doubt", Some(VerdictKind::Doubt)),
    ("unread", Some(VerdictKind::Unread)),
]);

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::get("X-66", "/ext/v1/customers/{c}/fleet/imports", handler!(list))
            .says("The newest 20 uploads of a customer's inventories")
            .over_customer(P::FleetView)
            .answers::<Collection<FleetImport>>(200),
        Operation::get("X-67", "/ext/v1/customers/{c}/fleet/imports/{import}/verdicts", handler!(verdicts))
            .says("What became of each record of an upload, what was not read first")
            .over_customer(P::FleetView)
            .asks("kind", "read, doubt or unread")
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<FleetVerdict>>(200),
        Operation::upload("X-68", "/ext/v1/customers/{c}/fleet/inventories", handler!(upload))
            .says("Upload an inventory or an archive of inventories of up to 64 MiB, as the plain body of the call")
            .over_customer(P::FleetEdit)
            .asks("name", "What the file is called; it may name the machine")
            .answers::<FleetImport>(201),
    ]
}

/// What became of a record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetVerdict {
    /// Its place, from 1.
    number: i64,
    /// `read`, `doubt` or `unread`.
    kind: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    machine: String,
    file: String,
    /// 0 for the whole file.
    line: i64,
    /// What was assumed.
    doubts: Vec<&'static str>,
    /// Why it was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

fn of(verdict: VerdictView) -> FleetVerdict {
    FleetVerdict {
        number: verdict.number,
        kind: verdict.kind.as_text(),
        machine: verdict.machine,
        file: verdict.file,
        line: verdict.line,
        doubts: verdict.doubts.iter().map(|doubt| doubt.as_text()).collect(),
        failure: verdict.failure.map(Failure::as_text),
        detail: verdict.detail,
    }
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let found = fleet::imports(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    let items = found.into_iter().map(of_import).collect();
    Answer::ok(Collection::<FleetImport>::whole(items, &call.address()))
}

async fn verdicts(call: Call) -> Result<Answer, Fault> {
    let import: FleetImportId = call.id("import", Family::Other)?;
    let kind = call.query.enum_word("kind", &KINDS)?;
    let list = format!("fleet verdicts {import} {kind:?}");
    let after = match (call.query.seek()?, call.continuation()?) {
        (Seek::Previous, _) => return Err(Fault::invalid_property("seekOperation", Reason::NotExpected)),
        (Seek::First, None) => None,
        (_, token) => {
            let Continuation { last, .. } = Continuation::read(&token.unwrap_or_default(), &list)?;
            let number = last.id.parse::<i64>();
            Some(number.map_err(|_| Fault::invalid_property("MS-ContinuationToken", Reason::Token))?)
        }
    };
    let found = fleet::verdicts(call.app(), &call.caller, call.customer()?, import, kind, after).await;
    let (found, next) = found.about(Family::Other)?;
    let address = call.address().and_some("kind", call.query.text("kind")?);
    let next = next.map(|number| {
        let place = Position::of_id(number.to_string());
        Continuation { first: place.clone(), last: place }.token(&list)
    });
    Answer::ok(Collection::<FleetVerdict>::seek(found.into_iter().map(of).collect(), &address, next))
}

async fn upload(call: Call) -> Result<Answer, Fault> {
    let name = call.query.text("name")?.unwrap_or("inventory").to_owned();
    let bytes = collected(call.take_upload(), UPLOAD_BYTES_MAX).await?;
    let upload = Upload { files: vec![UploadedFile { name, bytes }], ..Upload::default() };
    let done = fleet::upload(call.app(), &call.caller, call.customer()?, upload).await.about(Family::Customer)?;
    Answer::created(of_import(done))
}
