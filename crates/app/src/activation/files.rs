//! Many requests in one file: a closed site's machines, activated by one that has network, or carried by hand.

use futures::StreamExt as _;
use perpetua_domain::access::Permission;
use perpetua_domain::id::OrderLineId;
use perpetua_license::exchange::file::{read_request_qr, read_requests, write_responses};
use perpetua_license::policy::answer::Answer;

use super::answering::{Bounds, answer_within};
use super::{Answered, Via, answer, open};
use crate::caller::{Caller, Origin};
use crate::context::App;
use crate::problem::Problem;
use crate::software;

/// Requests of a file that are decided at once.
const AT_ONCE: usize = 16;

/// What became of a file.
#[derive(Debug)]
pub struct Exchanged {
    /// One answer per request, in the order of the file.
    pub answers: Vec<Answered>,
    /// The `.response` file with every signed answer; `None` when there is none.
    pub file: Option<String>,
}

/// Answers every request of a `.request` file, or of the text of a QR code, each for itself and within bounds: once
/// they are reached, the rest is not even opened.
///
/// # Errors
///
/// Why the text as a whole cannot be read; nothing was decided then.
pub async fn exchange(app: &App, origin: &Origin, text: &str, bounds: &impl Bounds) -> Result<Exchanged, Answer> {
    let documents = documents(text)?;
    let one = |document: Result<Vec<u8>, Answer>| async move {
        match document {
            Ok(document) => answer_within(app, origin, Via::File, None, &document, bounds).await,
            Err(_) if bounds.is_network_over() => Answered::unsigned(Answer::TooManyRequests),
            Err(answer) => {
                bounds.note(None);
                Answered::unsigned(answer)
            }
        }
    };
    // In the order of the file, some at once: each has a transaction of its own.
    let answers: Vec<Answered> =
        futures::stream::iter(documents.into_iter().map(one)).buffered(AT_ONCE).collect().await;
    Ok(exchanged(answers))
}

/// The requests of a text, each readable or not.
fn documents(text: &str) -> Result<Vec<Result<Vec<u8>, Answer>>, Answer> {
    if is_qr(text) {
        return Ok(vec![Ok(read_request_qr(text)?)]);
    }
    let read = read_requests(text)?;
    Ok(read.into_iter().map(|one| one.map(|one| one.as_bytes().to_vec()).map_err(Answer::from)).collect())
}

fn is_qr(text: &str) -> bool {
    text.trim_start().get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("PQ1:"))
}

/// Answers every request of a file, or of the text of a QR code, that a signed-in person brings to one purchase: a
/// request with the key of another purchase is refused, so that nobody fills a stranger's count by mistake.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`; within, why the text as a whole
/// cannot be read.
pub async fn exchange_for(
    app: &App,
    caller: &Caller,
    line: OrderLineId,
    text: &str,
) -> Result<Result<Exchanged, Answer>, Problem> {
    let asking = caller.clone();
    let may = app.store.read(move |conn| software::find(conn, &asking, line, Permission::KeyReveal).map(drop));
    may.await?;
    let read = match documents(text) {
        Ok(read) => read,
        Err(answer) => return Ok(Err(answer)),
    };
    let mut answers = Vec::with_capacity(read.len());
    for one in read {
        let answered = match one {
            Err(answer) => Answered::unsigned(answer),
            Ok(one) => match open(app, &one).await {
                Err(refused) => refused.answered(app).await,
                Ok(asked) if asked.is_of_line(app, line).await => answer(app, &caller.origin, Via::File, asked).await,
                Ok(asked) => asked.refused(app, Answer::KeyUnknown).await,
            },
        };
        answers.push(answered);
    }
    Ok(Ok(exchanged(answers)))
}

fn exchanged(answers: Vec<Answered>) -> Exchanged {
    let responses: Vec<_> = answers.iter().filter_map(|answered| answered.response.clone()).collect();
    let file = if responses.is_empty() { None } else { write_responses(&responses).ok() };
    Exchanged { answers, file }
}
