//! Files at requests over HTTP: sent with the form, refused beside what was typed, and fetched by ranges.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod browser;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use browser::{Browser, Page, fill, value};
use perpetua_app::Caller;
use perpetua_domain::access::Role;
use perpetua_test_support::TestApp;
use tower::ServiceExt as _;

const NEW: &str = "/partner/requests/new";

async fn agent(test: &TestApp) -> (Caller, Browser) {
    let agent = test.caller(test.partner("Alfa").await, &[Role::AdminAgent]).await;
    let browser = Browser::of(test, &agent, "en").await;
    (agent, browser)
}

/// The form without its file field, as a browser sends the fields before the files.
fn typed(page: &Page) -> Vec<(String, String)> {
    let mut fields = page.form(NEW);
    fields.retain(|(name, _)| name != "files" && !name.starts_with("drop-") && !name.starts_with("confirm-"));
    fill(&mut fields, "problem_type", "other");
    fill(&mut fields, "title", "Setup stops");
    fill(&mut fields, "text", "See the <log>.");
    fill(&mut fields, "contact_phone", "+420 777 123 456");
    fields
}

/// Posts these fields and then files, each with the field's name, its own name and its content.
async fn post_files(browser: &Browser, path: &str, fields: &[(String, String)], files: &[(&str, &str, &[u8])]) -> Page {
    const BOUNDARY: &str = "boundary-of-the-test";
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    for (field, name, content) in files {
        let named = format!("form-data; name=\"{field}\"; filename=\"{name}\"");
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: {named}\r\nContent-Type: application/octet-stream\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let request = Request::post(path)
        .header(header::COOKIE, &browser.cookie)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    let answer = browser.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = answer.status();
    let location = answer.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
    let html = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let html = String::from_utf8(html.to_vec()).unwrap();
    assert!(!html.contains('«'), "a message is missing: {html}");
    Page { status, location: location.unwrap_or_default(), html }
}

/// The id of a file that stays with the form.
fn kept(page: &Page, name: &str) -> String {
    let before = page.html.split(&format!("\">{name}</strong>")).next().unwrap();
    before.rsplit("id=\"k-").next().unwrap().to_owned()
}

#[test]
fn files_come_with_the_form_once_and_are_fetched_by_ranges() {
    TestApp::each(|test| async move {
        let (_, browser) = agent(&test).await;
        let page = browser.get(NEW).await;
        assert!(page.html.contains("multipart/form-data") && page.html.contains("type=\"file\" multiple"));
        let fields = typed(&page);
        let files: [(&str, &str, &[u8]); 3] =
            [("files", "účet.pdf", b"%PDF-1.7 text"), ("files", "setup.log", b"0123456789"), ("files", "", b"")];
        let sent = post_files(&browser, NEW, &fields, &files).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
        let copy = post_files(&browser, NEW, &fields, &files).await;
        assert_eq!(copy.location, sent.location, "sent twice is one request");
        let page = browser.get(&sent.location).await;
        assert_eq!(page.html.matches("/files/").count(), 2, "{}", page.html);
        for shown in ["účet.pdf", "PDF · 13", "setup.log", "Text · 10"] {
            assert!(page.html.contains(shown), "{shown}: {}", page.html);
        }
        let path = page.html.split("href=\"").find(|rest| rest.contains("setup.log\"") || rest.contains(">setup.log<"));
        let path = path.unwrap().split('"').next().unwrap().to_owned();
        let request = Request::get(&path).header(header::COOKIE, &browser.cookie).header(header::RANGE, "bytes=2-4");
        let answer = browser.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
        let said = |name: header::HeaderName| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(said(header::CONTENT_RANGE), "bytes 2-4/10");
        assert_eq!(said(header::CONTENT_DISPOSITION), "attachment; filename*=UTF-8''setup%2Elog");
        assert_eq!(said(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(&to_bytes(answer.into_body(), 100).await.unwrap()[..], b"234");
        let rival = test.caller(test.partner("Beta").await, &[Role::AdminAgent]).await;
        let rival = Browser::of(&test, &rival, "en").await;
        assert_eq!(rival.get(&path).await.status, StatusCode::NOT_FOUND);
        let desk = test.caller(test.operator, &[Role::OperatorSupport]).await;
        let desk = Browser::of(&test, &desk, "en").await;
        assert_eq!(desk.get(&path.replace("/partner/", "/operator/")).await.status, StatusCode::OK);
    });
}

#[test]
fn a_refused_file_takes_neither_what_was_typed_nor_the_good_files_along() {
    TestApp::each(|test| async move {
        let (agent, browser) = agent(&test).await;
        let fields = typed(&browser.get(NEW).await);
        let large = vec![b'x'; 25 * 1024 * 1024 + 1];
        let key = ["A1B2C", "D3E4F", "G5H6J", "K7L8M", "N9P0Q"].join("-");
        let log = format!("with {key}");
        let files: [(&str, &str, &[u8]); 5] = [
            ("files", "good.log", b"fine"),
            ("files", "invoice.pdf", b"MZ\x90\0\x03\0"),
            ("files", "empty.txt", b""),
            ("files", "large.log", &large),
            ("files", "key.log", log.as_bytes()),
        ];
        let page = post_files(&browser, NEW, &fields, &files).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        for shown in [
            "invoice.pdf: Programs are not taken",
            "empty.txt: The file is empty",
            "large.log: The file is larger than 25",
            "See the &#60;log&#62;.",
            "id=\"f-files-err\"",
            "good.log",
            "seems to hold a product key",
        ] {
            assert!(page.html.contains(shown), "{shown}: {}", page.html);
        }
        assert_eq!(value(&page.form(NEW), "form_token"), value(&fields, "form_token"));
        assert_eq!(page.html.matches("name=\"drop-").count(), 2, "the good one and the doubtful one");

        let again = post_files(&browser, NEW, &fields, &[]).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST);
        assert!(again.html.contains("Confirm it below"), "{}", again.html);
        let mut sure = fields.clone();
        fill(&mut sure, &format!("confirm-{}", kept(&page, "key.log")), "on");
        fill(&mut sure, &format!("drop-{}", kept(&page, "good.log")), "on");
        let sent = browser.post(NEW, &sure).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
        let page = browser.get(&sent.location).await;
        assert!(page.html.contains("key.log") && !page.html.contains("good.log"), "{}", page.html);
        assert!(page.html.contains("May hold a product key"));

        // Whose session ended keeps what was typed, and nobody's files are stored.
        let nobody = post_files(&Browser::of_nobody(&test), NEW, &fields, &files[..1]).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
        assert!(nobody.html.contains("See the &#60;log&#62;."));
        drop(agent);
    });
}

#[test]
fn the_conversation_takes_files_of_both_sides_with_a_note_or_without() {
    TestApp::each(|test: Arc<TestApp>| async move {
        let (_, browser) = agent(&test).await;
        let sent = browser.post(NEW, &typed(&browser.get(NEW).await)).await;
        let path = sent.location.split('?').next().unwrap().to_owned();
        let write = format!("{path}/write");
        let mut fields = browser.get(&path).await.form(&write);
        fields.retain(|(name, _)| name != "files");
        let empty = post_files(&browser, &write, &fields, &[]).await;
        assert_eq!(empty.status, StatusCode::BAD_REQUEST, "neither a note nor a file");
        fill(&mut fields, "note", "typed <before>");
        let refused = post_files(&browser, &write, &fields, &[("files", "run.exe", b"MZ\0")]).await;
        assert!(refused.html.contains("typed &#60;before&#62;"), "{}", refused.html);
        assert!(refused.html.contains("run.exe: Programs are not taken"), "{}", refused.html);
        fill(&mut fields, "note", "");
        let added = post_files(&browser, &write, &fields, &[("files", "only.log", b"text")]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.html);
        assert!(browser.get(&path).await.html.contains("only.log"));

        let desk = test.caller(test.operator, &[Role::OperatorSupport]).await;
        let desk = Browser::of(&test, &desk, "en").await;
        let (path, write) = (path.replace("/partner/", "/operator/"), write.replace("/partner/", "/operator/"));
        let mut fields = desk.get(&path).await.form(&write);
        fields.retain(|(name, _)| name != "files" && name != "ask_back");
        fill(&mut fields, "note", "Try this.");
        let answered = post_files(&desk, &write, &fields, &[("files", "steps.pdf", b"%PDF-1.7")]).await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.html);
        let page = browser.get(&path.replace("/operator/", "/partner/")).await;
        assert!(page.html.contains("steps.pdf") && page.html.contains("Try this."), "{}", page.html);
    });
}
