//! `GET /demo/mails`: the mails that an installation with a mail server would have sent, and every mail once with
//! invented facts. A demo sends nothing.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router, extract::State};
use futures::future::BoxFuture;
use jiff::tz::TimeZone;
use perpetua_app::mail::{Letter, Mail, Mailer, samples};
use perpetua_http::SiteState;
use perpetua_i18n::{Lang, format, text};
use perpetua_outbound::mail::{html, text as plain_text};
use serde::Deserialize;
use uuid::Uuid;

/// Mails that are kept.
const KEPT: usize = 1_000;

/// A mail may have style of its own, and nothing else: no script, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// Keeps what would be sent, the newest [`KEPT`] mails.
#[derive(Default)]
pub struct Mailbox(Mutex<VecDeque<Mail>>);

impl Mailbox {
    fn keep(&self, mail: &Mail) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A mail that is sent twice keeps its id; its reader would see it once.
        if kept.iter().any(|known| known.id == mail.id) {
            return;
        }
        kept.push_front(mail.clone());
        kept.truncate(KEPT);
    }

    fn all(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn find(&self, id: Uuid) -> Option<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().find(|mail| mail.id == id).cloned()
    }
}

impl Mailer for Mailbox {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), String>> {
        self.keep(mail);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The demo's own routes.
pub fn routes(mailbox: Arc<Mailbox>) -> Router<SiteState> {
    Router::new()
        .route("/demo/mails", get(list))
        .route("/demo/mails/{id}", get(as_html))
        .route("/demo/mails/{id}/text", get(as_text))
        .route("/demo/mail-samples/{number}", get(sample))
        .layer(Extension(mailbox))
}

#[derive(Deserialize)]
struct Wish {
    lang: Option<String>,
}

fn language(wish: &Wish, headers: &HeaderMap) -> Lang {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    wish.lang.as_deref().and_then(Lang::from_tag).unwrap_or_else(|| Lang::negotiate(accepted()))
}

async fn list(
    State(site): State<SiteState>,
    Extension(mailbox): Extension<Arc<Mailbox>>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    let lang = language(&wish, &headers);
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = write_list(&mut page, lang, &site.app.settings.public_url, &mailbox.all());
    Html(page).into_response()
}

fn write_list(page: &mut String, lang: Lang, base: &str, mails: &[Mail]) -> std::fmt::Result {
    let word = |id: &str| escaped(&text(lang, id));
    let title = word("mail-demo-title");
    write!(
        page,
        "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/assets/perpetua.css\">\n</head>\n<body>\n<main id=\"main\" class=\"bare broad\">\n\
         <div class=\"head\"><div><h1>{title}</h1><p class=\"soft\">{intro}</p></div></div>\n<p class=\"acts\">",
        tag = lang.tag(),
        intro = word("mail-demo-intro"),
    )?;
    for other in Lang::ALL {
        let (tag, name) = (other.tag(), other.native_name());
        write!(page, "<a href=\"/demo/mails?lang={tag}\" lang=\"{tag}\">{name}</a> ")?;
    }
    page.push_str("</p>\n");
    if mails.is_empty() {
        writeln!(page, "<p>{}</p>", word("mail-demo-none"))?;
    } else {
        write_mails(page, lang, mails)?;
    }
    writeln!(
        page,
        "<h2>{}</h2>\n<table><thead><tr><th scope=\"col\">{}</th></tr></thead>\n<tbody>",
        word("mail-demo-samples"),
        word("mail-demo-subject"),
    )?;
    for (number, sample) in samples(base, lang).iter().enumerate() {
        let tag = lang.tag();
        let subject = escaped(&sample.letter.subject);
        writeln!(page, "<tr><td><a href=\"/demo/mail-samples/{number}?lang={tag}\">{subject}</a></td></tr>")?;
    }
    page.push_str("</tbody></table>\n</main>\n</body>\n</html>\n");
    Ok(())
}

fn write_mails(page: &mut String, lang: Lang, mails: &[Mail]) -> std::fmt::Result {
    let word = |id: &str| escaped(&text(lang, id));
    writeln!(
        page,
        "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>\
         <th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\n<tbody>",
        word("mail-demo-when"),
        word("mail-demo-to"),
        word("mail-demo-subject"),
        word("mail-demo-text"),
    )?;
    for mail in mails {
        writeln!(
            page,
            "<tr><td>{when}</td><td>{to}</td><td><a href=\"/demo/mails/{id}\" lang=\"{tag}\">{subject}</a></td>\
             <td><a href=\"/demo/mails/{id}/text\" lang=\"{tag}\" aria-label=\"{label}: {subject}\">TXT</a></td></tr>",
            when = format::date_time(lang, mail.at, &TimeZone::UTC),
            to = escaped(&mail.to),
            id = mail.id,
            tag = mail.lang.tag(),
            subject = escaped(&mail.letter.subject),
            label = word("mail-demo-text"),
        )?;
    }
    page.push_str("</tbody></table></div>\n");
    Ok(())
}

async fn as_html(Extension(mailbox): Extension<Arc<Mailbox>>, Path(id): Path<Uuid>) -> Response {
    match mailbox.find(id) {
        Some(mail) => letter(&mail.letter, mail.lang),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn as_text(Extension(mailbox): Extension<Arc<Mailbox>>, Path(id): Path<Uuid>) -> Response {
    match mailbox.find(id) {
        Some(mail) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], plain_text(&mail.letter)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn sample(
    State(site): State<SiteState>,
    Path(number): Path<usize>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response {
    let lang = language(&wish, &headers);
    match samples(&site.app.settings.public_url, lang).get(number) {
        Some(sample) => letter(&sample.letter, lang),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn letter(letter: &Letter, lang: Lang) -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html(letter, lang))).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use perpetua_app::mail::MailKind;

    use super::*;

    fn mail(id: u128) -> Mail {
        Mail {
            id: Uuid::from_u128(id),
            kind: MailKind::OrderPlaced,
            at: Timestamp::UNIX_EPOCH,
            to_name: String::new(),
            to: "jana@alfa.example".to_owned(),
            lang: Lang::Cs,
            letter: Letter { subject: "<Objednávka>".to_owned(), ..Letter::default() },
        }
    }

    #[test]
    fn a_mail_that_is_sent_twice_is_kept_once_and_the_newest_stand_first() {
        let mailbox = Mailbox::default();
        for id in [1, 2, 1] {
            mailbox.keep(&mail(id));
        }
        let kept: Vec<u128> = mailbox.all().iter().map(|mail| mail.id.as_u128()).collect();
        assert_eq!(kept, [2, 1]);
    }

    #[test]
    fn the_page_lists_mails_and_samples_in_both_languages() {
        for (lang, title) in [(Lang::En, "Mails of this demo"), (Lang::Cs, "E-maily tohoto dema")] {
            let mut page = String::new();
            write_list(&mut page, lang, "https://desk.example.com", &[mail(7)]).unwrap();
            assert!(page.contains(title) && page.contains("&lt;Objednávka&gt;"), "{page}");
            assert!(page.matches("/demo/mail-samples/").count() > 15, "{page}");
        }
    }
}
