//! The answer for one machine without network as a QR code, with the same as text (issue: codes for machines without
//! network). The request comes as the text of the machine's own QR code, or as its file.

use axum::http::StatusCode;
use perpetua_app::Problem;
use perpetua_app::activation::files::{self, Exchanged};
use perpetua_http::PostForm;
use perpetua_i18n::text;

use super::{At, machines, wording};
use crate::shell::{Answer, page, page_with, titled};
use crate::views::frame::{Link, Tone};
use crate::views::qr::Qr;
use crate::views::software::AnswerCode;

/// *Answer with a QR code*. The text of a file with several machines is answered by a file, as where it is uploaded.
pub async fn answer(at: At, PostForm(form): PostForm) -> Answer {
    let line = at.line()?;
    let sent = form.get("request_text");
    let why = match files::exchange_for(&at.visitor.site.app, &at.caller, line, sent).await? {
        Ok(done) if is_shown(&done) => return show(&at, &done),
        Ok(Exchanged { file: Some(text), .. }) => return machines::carry(text),
        Ok(done) => sentence(&at, done.answers.first().map_or("request_malformed", |one| one.answer.code())),
        Err(_) if sent.trim().is_empty() => text(at.visitor.origin.lang, "field-error-missing").into_owned(),
        Err(answer) => sentence(&at, answer.code()),
    };
    let mut view = machines::view(&at).await?;
    if let Some(shown) = &mut view.scan {
        shown.fill("request_text", sent);
        shown.fail("request_text", why);
    }
    page_with(StatusCode::BAD_REQUEST, &view)
}

fn sentence(at: &At, code: &str) -> String {
    wording::activation(at.visitor.origin.lang, code)
}

/// Whether it is the signed answer for one machine.
pub fn is_shown(done: &Exchanged) -> bool {
    matches!(&done.answers[..], [one] if one.response.is_some())
}

/// The page with the answer; also a refusal is carried to the machine, which stops by it.
pub fn show(at: &At, done: &Exchanged) -> Answer {
    let one = done.answers.first().and_then(|one| Some((one.answer, one.qr_text()?)));
    let (decided, qr_text) = one.ok_or_else(|| Problem::internal("an answer without a response"))?;
    let lang = at.visitor.origin.lang;
    page(&AnswerCode {
        t: titled(&at.visitor, text(lang, "answer-code-title").into_owned()),
        decided: (if decided.is_good() { Tone::Good } else { Tone::Warn }, sentence(at, decided.code())),
        qr: Qr::of(&qr_text),
        text: qr_text,
        back: Link::new(format!("{}/machines", at.purchase()), text(lang, "nav-machines")),
    })
}
