//! The machines of a purchase over HTTP: seen by both sides, given back, exported, and answered by file; and the
//! choice of machines when a cancellation leaves too many.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "other tests need more of it")]
mod browser;

use std::fmt::Write as _;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use browser::{Browser, fill};
use perpetua_domain::access::Role;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, Licensed};
use tower::ServiceExt as _;

fn path(licensed: &Licensed) -> String {
    format!("/partner/customers/{}/software/{}", licensed.customer, licensed.line)
}

#[test]
fn both_sides_see_the_machines_and_the_agent_gives_one_back() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(2).await;
        for seed in 1..=2 {
            assert_eq!(Device::new(seed).activate(&test.app, &licensed.key).await, "activated");
        }
        let agent = Browser::of(&test, &licensed.agent, "en").await;
        let purchase = agent.get(&path(&licensed)).await;
        let machines = format!("{}/machines", path(&licensed));
        assert!(purchase.html.contains(&machines), "{}", purchase.html);
        let page = agent.get(&machines).await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in ["PC-1", "PC-2", "2 of 4 activations used", "2025.0", "Active"] {
            assert!(page.html.contains(shown), "{shown}: {}", page.html);
        }
        let action = page.html.split("action=\"").find(|rest| rest.contains("/return\"")).unwrap();
        let action = action.split('"').next().unwrap().to_owned();
        let answer = agent.post(&action, &page.form(&action)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        let after = agent.get(&answer.location).await;
        assert!(after.html.contains("counts until"), "{}", after.html);
        let csv = agent.get(&format!("{machines}.csv")).await;
        assert!(csv.html.contains("PC-1") && csv.html.contains("leaving"), "{}", csv.html);
        let customer = test.caller(licensed.customer, &[Role::GlobalAdmin]).await;
        let customer = Browser::of(&test, &customer, "cs").await;
        let page = customer.get(&format!("/customer/software/{}/machines", licensed.line)).await;
        assert!(page.html.contains("PC-2") && page.html.contains("Aktivní"), "{}", page.html);
        let stranger = test.partner("Beta").await;
        let stranger = test.caller(stranger, &[Role::AdminAgent]).await;
        assert_eq!(Browser::of(&test, &stranger, "en").await.get(&machines).await.status, StatusCode::NOT_FOUND);
    });
}

/// Sends a file with the fields of the page's form, as browsers do.
async fn upload(browser: &Browser, action: &str, fields: &[(String, String)], file: &str) -> (StatusCode, String) {
    let mut body = String::new();
    for (name, value) in fields.iter().filter(|(name, _)| name != "file") {
        write!(body, "--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    body.push_str("--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.request\"\r\n");
    write!(body, "Content-Type: text/plain\r\n\r\n{file}\r\n--xyz--\r\n").unwrap();
    let request = Request::post(action)
        .header("cookie", &browser.cookie)
        .header("content-type", "multipart/form-data; boundary=xyz")
        .body(Body::from(body))
        .unwrap();
    let response = browser.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn a_request_file_is_answered_by_a_file_and_nonsense_by_a_sentence() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let agent = Browser::of(&test, &licensed.agent, "en").await;
        let machines = format!("{}/machines", path(&licensed));
        let action = format!("{machines}/requests");
        let mut fields = agent.get(&machines).await.form(&action);
        let (status, answer) = upload(&agent, &action, &fields, "nonsense").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(answer.contains("This is not an activation request."), "{answer}");
        let file = Device::new(1).request_file(&test.app, &licensed.key).await;
        let (status, answer) = upload(&agent, &action, &fields, &file).await;
        assert_eq!(status, StatusCode::OK);
        assert!(answer.contains("<svg class=\"qr\""), "asked for as a QR code: {answer}");
        fields.retain(|(name, _)| name != "show_qr");
        let (status, answer) = upload(&agent, &action, &fields, &file).await;
        assert_eq!(status, StatusCode::OK);
        assert!(answer.starts_with("-----BEGIN PERPETUA RESPONSE-----"), "{answer}");
        assert!(agent.get(&machines).await.html.contains("asked by file"));
    });
}

/// What a camera reads from the page's QR code: its lines drawn with four dots a module, then found and decoded.
fn scanned(html: &str) -> String {
    const DOTS: usize = 4;
    let html = html.split_once("<svg class=\"qr\"").unwrap().1;
    let between = |from: &str, to: &str| html.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned();
    let side: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
    let mut dark = vec![false; side * side];
    let (mut x, mut y) = (0_usize, 0_usize);
    for step in between("<path d=\"", "\"").replace('M', "\nM").replace('m', "\nm").lines().skip(1) {
        let (to, run) = step[1..].split_once('h').unwrap();
        let (across, down) = to.split_once(' ').unwrap();
        if step.starts_with('M') {
            (x, y) = (across.parse().unwrap(), down.strip_suffix(".5").unwrap().parse().unwrap());
        } else {
            x += across.parse::<usize>().unwrap();
        }
        let run: usize = run.parse().unwrap();
        dark[y * side + x..y * side + x + run].fill(true);
        x += run;
    }
    let dot = |x: usize, y: usize| if dark[y / DOTS * side + x / DOTS] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * DOTS, side * DOTS, dot);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code in the picture");
    grids[0].decode().unwrap().1
}

#[test]
fn a_scanned_request_is_answered_by_a_qr_code_that_activates_the_machine() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let agent = Browser::of(&test, &licensed.agent, "en").await;
        let machines = format!("{}/machines", path(&licensed));
        let action = format!("{machines}/answer");
        let mut fields = agent.get(&machines).await.form(&action);
        for (sent, sentence) in [
            (String::new(), "Please fill this in."),
            ("nonsense".to_owned(), "This is not an activation request."),
            ("PQ1:0000".to_owned(), "This is not an activation request."),
            ("x".repeat(20_000), "This is not an activation request."),
        ] {
            fill(&mut fields, "request_text", &sent);
            let page = agent.post(&action, &fields).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{sent}");
            assert!(page.html.contains(sentence), "{sent}: {}", page.html);
        }
        let mut device = Device::new(1);
        let (request, text) = device.request_qr(&test.app, &licensed.key).await;
        fill(&mut fields, "request_text", &text);
        let page = agent.post(&action, &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        assert!(page.html.contains("This machine is activated."), "{}", page.html);
        let read = scanned(&page.html);
        assert!(page.html.contains(&format!("data-text=\"{read}\"")), "the same stands there as text");
        assert_eq!(device.accept_qr(&test.app, &request, &read).await, "activated");
        assert!(agent.get(&machines).await.html.contains("1 of 2 activations used"));

        // Also the file of one machine, and a refusal is carried to the machine as well.
        let mut others: Vec<Device> = (2..=3).map(Device::new).collect();
        fill(&mut fields, "request_text", &others[0].request_file(&test.app, &licensed.key).await);
        assert!(agent.post(&action, &fields).await.html.contains("<svg class=\"qr\""));
        let (request, text) = others[1].request_qr(&test.app, &licensed.key).await;
        fill(&mut fields, "request_text", &text);
        let page = agent.post(&action, &fields).await;
        assert!(page.html.contains("No activation of this key is left."), "{}", page.html);
        assert_eq!(others[1].accept_qr(&test.app, &request, &scanned(&page.html)).await, "key_exhausted");
        let clerk = test.caller(licensed.partner, &[Role::SalesAgent]).await;
        assert!(!Browser::of(&test, &clerk, "en").await.get(&machines).await.html.contains(&action));
    });
}

#[test]
fn a_cancellation_that_leaves_too_many_machines_offers_a_choice_of_them() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(2).await;
        for seed in 1..=3 {
            Device::new(seed).activate(&test.app, &licensed.key).await;
        }
        let agent = Browser::of(&test, &licensed.agent, "en").await;
        let cancel = format!("{}/cancel", path(&licensed));
        let page = agent.get(&cancel).await;
        assert!(page.html.contains("PC-3") && !page.html.contains("name=\"release\""), "all of them go: {}", page.html);
        let mut fields = page.form(&cancel);
        fill(&mut fields, "quantity-0", "1");
        fill(&mut fields, "recalculate", "1");
        let page = agent.post(&cancel, &fields).await;
        assert!(page.html.contains("Choose 1 machine to release"), "{}", page.html);
        let third = page.html.split("value=\"").find(|rest| rest.contains("PC-3")).unwrap();
        let third = third.split('"').next().unwrap().to_owned();
        let mut fields = page.form(&cancel);
        fields.retain(|(name, _)| name != "recalculate" && name != "release");
        fill(&mut fields, "reason", "Ordered twice");
        fill(&mut fields, "contact_phone", "+420 777 123 456");
        fields.push(("release".to_owned(), third));
        let answer = agent.post(&cancel, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        let machines = agent.get(&format!("{}/machines", path(&licensed))).await;
        let of_third = machines.html.split("PC-3").nth(1).unwrap();
        assert!(of_third.split("</tr>").next().unwrap().contains("Released"), "{}", machines.html);
        assert_eq!(machines.html.matches("Released").count(), 1);
    });
}
