//! A migration over HTTP: from a paste to the final report, on both sides, and what strangers meet.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "other tests need more of it")]
mod browser;

use std::fmt::Write as _;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use browser::{Browser, Page, fill};
use perpetua_app::Caller;
use perpetua_app::fleet::{self, NewKey};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_test_support::TestApp;
use tower::ServiceExt as _;

struct World {
    agent: Browser,
    caller: Caller,
    customer: TenantId,
    base: String,
}

async fn world(test: &TestApp) -> World {
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    let caller = test.caller(partner, &[Role::AdminAgent]).await;
    let agent = Browser::of(test, &caller, "en").await;
    World { agent, caller, customer, base: format!("/partner/customers/{customer}/migration") }
}

/// Text of `slmgr.vbs /dlv` of machines with these minutes left.
fn paste(machines: &[(&str, u32)]) -> String {
    let one = |(name, minutes): &(&str, u32)| {
        format!(
            "=== {name} ===\nSoftware licensing service version: 10.0.19041.4170\n\nName: Windows(R), Enterprise edition\n\
             Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel\nPartial Product Key: FKE01\n\
             License Status: Licensed\nVolume activation expiration: {minutes} minute(s) ({} day(s))\n\n",
            minutes.div_ceil(1440)
        )
    };
    machines.iter().map(one).collect()
}

/// Sends a form with a paste and files, as browsers do.
async fn send(browser: &Browser, action: &str, fields: &[(String, String)], files: &[(&str, &str)]) -> Page {
    let mut body = String::new();
    for (name, value) in fields.iter().filter(|(name, _)| name != "files" && name != "file") {
        write!(body, "--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").unwrap();
    }
    for (name, content) in files {
        write!(body, "--xyz\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n").unwrap();
        write!(body, "Content-Type: text/plain\r\n\r\n{content}\r\n").unwrap();
    }
    body.push_str("--xyz--\r\n");
    let request = Request::post(action)
        .header("cookie", &browser.cookie)
        .header("content-type", "multipart/form-data; boundary=xyz")
        .body(Body::from(body))
        .unwrap();
    let response = browser.router.clone().oneshot(request).await.unwrap();
    let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    Page { status, location: location.unwrap_or_default(), html: String::from_utf8(bytes.to_vec()).unwrap() }
}

impl World {
    /// Pastes machines and answers with the page that follows.
    async fn upload(&self, text: &str, files: &[(&str, &str)]) -> Page {
        let action = format!("{}/upload", self.base);
        let mut fields = self.agent.get(&action).await.form(&action);
        fill(&mut fields, "text", text);
        let answer = send(&self.agent, &action, &fields, files).await;
        if answer.status == StatusCode::SEE_OTHER { self.agent.get(&answer.location).await } else { answer }
    }

    async fn page(&self, end: &str) -> Page {
        let page = self.agent.get(&format!("{}{end}", self.base)).await;
        assert_eq!(page.status, StatusCode::OK, "{end}: {}", page.html);
        page
    }

    async fn plan(&self) -> Page {
        let action = format!("{}/waves", self.base);
        let fields = self.page("/waves").await.form(&action);
        let answer = self.agent.post(&action, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        self.agent.get(&answer.location).await
    }
}

/// The token that every page carries.
fn csrf(page: &Page) -> String {
    page.html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn holds(page: &Page, parts: &[&str]) {
    for part in parts {
        assert!(page.html.contains(part), "{part} is missing: {}", page.html);
    }
}

#[test]
fn an_empty_migration_says_what_to_do_first_and_a_paste_gets_its_verdicts_at_once() {
    TestApp::each(|test| async move {
        let world = world(&test).await;
        holds(&world.page("").await, &["First, collect the machines", "Get-CimInstance", "slmgr.vbs /dlv", "/upload"]);
        let script = world.agent.get(&format!("{}/Get-Inventory.ps1", world.base)).await;
        assert!(script.html.contains("Get-CimInstance"), "{}", script.html);
        let text = paste(&[("PC-001", 200_000), ("PC-002", 90_000)]);
        let keyed = "=== PC-003 ===\nInstalled product key AAAAA-BBBBB-CCCCC-DDDDD-EEEEE successfully.\n";
        let page = world.upload(&format!("{text}{keyed}"), &[("noise.bin", "\u{1}\u{2}\u{0}\u{3}")]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        holds(&page, &["Read with doubt", "Not read", "PC-001", "noise.bin", "treat it as known to others"]);
        assert!(!page.html.contains("CCCCC"), "a full key is shown");
        holds(&world.page("").await, &["Last safe day", "<svg", "What if the key host is switched off", "At risk"]);
        holds(&world.page("?off=2030-01-31").await, &["Switched off on 31 Jan 2030", "Plan with this day"]);
        holds(&world.page("/upload").await, &["Earlier uploads", "paste.txt"]);
    });
}

#[test]
fn an_upload_without_content_comes_back_with_a_sentence_and_changes_nothing() {
    TestApp::each(|test| async move {
        let world = world(&test).await;
        for (text, files) in [("", vec![]), ("what is this", vec![]), ("", vec![("empty.txt", "")])] {
            let page = world.upload(text, &files).await;
            assert!(page.status.is_client_error(), "{text:?} {files:?}: {} {}", page.status, page.html);
            holds(&page, &["role=\"alert\""]);
        }
        holds(&world.page("").await, &["First, collect the machines"]);
        let action = format!("{}/upload", world.base);
        let mut fields = world.agent.get(&action).await.form(&action);
        fill(&mut fields, "csrf", "wrong");
        fill(&mut fields, "text", &paste(&[("PC-001", 200_000)]));
        assert!(send(&world.agent, &action, &fields, &[]).await.status.is_client_error());
        holds(&world.page("").await, &["First, collect the machines"]);
    });
}

#[test]
fn machines_are_filtered_and_assigned_and_the_board_shows_waves_with_their_proof() {
    TestApp::each(|test| async move {
        let world = world(&test).await;
        let admin = test.caller(world.customer, &[Role::GlobalAdmin]).await;
        let admin = Browser::of(&test, &admin, "en").await;
        world.upload(&paste(&[("PC-001", 200_000), ("PC-002", 90_000), ("SRV-9", 40_000)]), &[]).await;
        let board = world.plan().await;
        holds(&board, &["Machines that the plan cannot save", "no key or activation left", "3 more activations"]);
        let keys = "/customer/migration/keys";
        let mut fields = admin.get("/customer/migration/waves").await.form(keys);
        let full = [["DEMOX"; 4].join("-").as_str(), "FKE11"].join("-");
        for (name, value) in
            [("label", "Clients"), ("product", "Windows 10 Enterprise"), ("key", full.as_str()), ("remaining", "10")]
        {
            fill(&mut fields, name, value);
        }
        let answer = admin.post(keys, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        let shown = admin.get(&answer.location).await;
        holds(&shown, &["•••••-FKE11", "entered by the customer"]);
        assert!(!shown.html.contains("DEMOX"), "the key is shown");
        let board = world.plan().await;
        holds(&board, &["Wave 1", "Proof: every planned machine", "Scripts"]);
        let list = world.page("/machines?q=srv").await;
        holds(&list, &["SRV-9"]);
        assert!(!list.html.contains("PC-001"), "{}", list.html);
        let action = format!("{}/machines", world.base);
        let machine = machine_in(&list);
        // The filters have the same address, so the fields of the form that posts are written down here.
        let mut fields = vec![("csrf".to_owned(), csrf(&list)), ("which".to_owned(), "ids".to_owned())];
        fields.push(("back".to_owned(), "q=srv".to_owned()));
        let nothing = world.agent.post(&action, &fields).await;
        assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
        fill(&mut fields, "to", "out");
        fields.push(("machine".to_owned(), machine));
        let answer = world.agent.post(&action, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        holds(&world.page("/machines?state=left_out").await, &["SRV-9", "left out by hand"]);
        let one = format!("{}/waves/1", world.base);
        let held = world.agent.post(&format!("{one}/hold"), &board.form(&format!("{one}/hold"))).await;
        assert_eq!(held.status, StatusCode::SEE_OTHER, "{}", held.html);
        let board = world.agent.get(&held.location).await;
        holds(&board, &["Held", "Wave 1 is held"]);
        let released = world.agent.post(&format!("{one}/release"), &board.form(&format!("{one}/release"))).await;
        assert_eq!(released.status, StatusCode::SEE_OTHER, "{}", released.html);
    });
}

/// The id of the first machine of a list.
fn machine_in(list: &Page) -> String {
    list.html.split("name=\"machine\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn a_machine_has_a_page_with_what_its_scripts_reported_and_tables_run_no_formula() {
    TestApp::each(|test| async move {
        let world = world(&test).await;
        let table = "PSComputerName;Name;Description;LicenseStatus;GracePeriodRemaining;PartialProductKey;BuildNumber;Site\n\
                     PC-002;Windows(R), Enterprise edition;Windows(R) Operating System, VOLUME_KMSCLIENT channel;1;200000;FKE01;19045;=1+1\n";
        world.upload(&paste(&[("PC-001", 90_000)]), &[("b.csv", table)]).await;
        let admin = test.caller(world.customer, &[Role::GlobalAdmin]).await;
        let key = NewKey {
            label: "Clients".to_owned(),
            product: "Windows 10 Enterprise".to_owned(),
            also_versions: String::new(),
            key: [["DEMOX"; 4].join("-").as_str(), "FKE11"].join("-").into(),
            remaining: 10,
            reserve: 0,
        };
        fleet::add_key(&test.app, &admin, world.customer, key, None).await.unwrap();
        world.plan().await;
        let pack = fleet::script_pack(&test.app, &world.caller, world.customer, 1).await.unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack.bytes.to_vec())).unwrap();
        let address = std::io::read_to_string(archive.by_name("report-to.txt").unwrap()).unwrap();
        test.clock.advance(jiff::SignedDuration::from_hours(48));
        let line = "\"PC-001\",\"2026-03-03T08:00:00Z\",\"55c92734-d682-4d71-983e-d6ec3f16059f\",\"FKE01\",\"FKE01\",\"other\",\"1\",\"1\",\"0xC004C008\",\"10\",\"7\",\"All\",\"False\"\r\n";
        let token = address.lines().nth(1).unwrap();
        fleet::report(&test.app, &world.caller.origin, token, line.as_bytes()).await.unwrap();

        let list = world.page("/machines?q=pc-001").await;
        let path = format!("{}/machines/{}", world.base, machine_in(&list));
        assert!(list.html.contains(&format!("href=\"{path}\"")), "{}", list.html);
        let page = world.agent.get(&path).await;
        let told = [
            "PC-001",
            "•••••-FKE01",
            "Out of contact with the key host",
            "Clients",
            "0xC004C008",
            "are used up",
            "…FKE01",
            "paste.txt",
        ];
        holds(&page, &told);
        let czech = Browser::of(&test, &admin, "cs").await;
        let page = czech.get(&path.replace(&world.base, "/customer/migration")).await;
        holds(&page, &["Co hlásily jeho skripty", "přes server KMS, licencováno"]);
        let nobody = format!("{}/machines/00000000-0000-0000-0000-000000000000", world.base);
        assert_eq!(world.agent.get(&nobody).await.status, StatusCode::NOT_FOUND);

        let table = world.page("/machines.csv?state=failed").await;
        assert_eq!(table.html.lines().count(), 2, "{}", table.html);
        holds(&table, &["Machine,Site,Product", "PC-001", "0xC004C008"]);
        let all = world.page("/machines.csv").await;
        holds(&all, &[",'=1+1,"]);
        assert!(!all.html.contains(",=") && !all.html.contains("\n="), "{}", all.html);
        holds(&world.page("/report.csv").await, &["Evidence", "none yet", "PC-001"]);
        holds(&world.page("/report").await, &["/report.csv"]);
    });
}

#[test]
fn scripts_are_given_out_with_a_warning_and_the_report_shows_evidence() {
    TestApp::each(|test| async move {
        let world = world(&test).await;
        world.upload(&paste(&[("PC-001", 200_000)]), &[]).await;
        let admin = test.caller(world.customer, &[Role::GlobalAdmin]).await;
        let admin = Browser::of(&test, &admin, "cs").await;
        let keys = "/customer/migration/keys";
        let mut fields = admin.get("/customer/migration/waves").await.form(keys);
        let full = [["DEMOX"; 4].join("-").as_str(), "FKE11"].join("-");
        for (name, value) in
            [("label", "Clients"), ("product", "Windows 10 Enterprise"), ("key", full.as_str()), ("remaining", "10")]
        {
            fill(&mut fields, name, value);
        }
        assert_eq!(admin.post(keys, &fields).await.status, StatusCode::SEE_OTHER);
        world.plan().await;
        let path = format!("{}/waves/1/pack", world.base);
        let page = world.agent.get(&path).await;
        holds(&page, &["Handle with care", "No product key is in it", "Download scripts"]);
        let request = Request::post(&path)
            .header("cookie", &world.agent.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={}", browser::value(&page.form(&path), "csrf"))))
            .unwrap();
        let answer = world.agent.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "application/zip");
        holds(&world.page("/report").await, &["1 machine still has to move", "none yet"]);
        let moved = paste(&[("PC-001", 0)])
            .replace("VOLUME_KMSCLIENT", "VOLUME_MAK")
            .replace("FKE01", "FKE11")
            .replace("Volume activation expiration: 0 minute(s) (0 day(s))\n", "");
        test.clock.advance(jiff::SignedDuration::from_hours(48));
        holds(&world.upload(&moved, &[]).await, &["proves with this inventory"]);
        holds(&world.page("/report").await, &["Every machine that had to move has moved", "…FKE11", "Print"]);
        let report = admin.get("/customer/migration/report").await;
        holds(&report, &["Závěrečná zpráva", "Všechna zařízení, která měla přejít, přešla", "Převedeno"]);
    });
}

#[test]
fn sites_have_days_of_their_own_and_an_order_that_is_no_circle() {
    TestApp::each(|test| async move {
        let world = world(&test).await;
        let table = "PSComputerName;Name;Description;LicenseStatus;GracePeriodRemaining;PartialProductKey;BuildNumber;Site\n\
                     PC-1;Windows(R), Enterprise edition;Windows(R) Operating System, VOLUME_KMSCLIENT channel;1;200000;FKE01;19045;Brno & okolí\n";
        world.upload("", &[("a.csv", table)]).await;
        let path = format!("{}/sites", world.base);
        let page = world.agent.get(&path).await;
        holds(&page, &["Brno &#38; okolí", "As the plan says (Monday, Tuesday", "Nothing has to wait"]);
        let edit = format!("{path}/window?site=Brno%20%26%20okol%C3%AD");
        let site = world.agent.get(&edit).await;
        let window = format!("{path}/window");
        let typed = |capacity: &str| {
            let mut fields = site.form(&window);
            fields.retain(|(name, _)| !name.starts_with("day-"));
            fill(&mut fields, "day-5", "on");
            fill(&mut fields, "capacity_per_day", capacity);
            fields
        };
        let refused = world.agent.post(&window, &typed("lots")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        holds(&refused, &["Enter a number.", "lots"]);
        assert_eq!(world.agent.post(&window, &typed("20")).await.status, StatusCode::SEE_OTHER);
        let page = world.agent.get(&path).await;
        holds(&page, &[">Saturday<", ">20<"]);
        let token = csrf(&page);
        let sent = |fields: &[(&str, &str)]| {
            let fields = [("csrf", token.as_str())].into_iter().chain(fields.iter().copied());
            fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
        };
        let add = |first, then| sent(&[("first", first), ("then", then)]);
        let orders = format!("{path}/orders");
        assert_eq!(world.agent.post(&orders, &add("PC-1", "Praha")).await.status, StatusCode::SEE_OTHER);
        let circle = world.agent.post(&orders, &add("Praha", "PC-1")).await;
        assert_eq!(circle.status, StatusCode::BAD_REQUEST);
        holds(&circle, &["everything would wait for everything else", "value=\"Praha\""]);
        world.agent.post(&format!("{orders}/remove"), &add("PC-1", "Praha")).await;
        world.agent.post(&format!("{path}/reset"), &sent(&[("site", "Brno & okolí")])).await;
        holds(&world.agent.get(&path).await, &["Nothing has to wait", "As the plan says (Monday"]);
        assert_eq!(world.agent.get(&format!("{path}/window?site=Praha")).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn former_licenses_are_recorded_imported_and_compared_with_one_click_to_the_cart() {
    TestApp::each(|test| async move {
        let world = world(&test).await;
        world.upload(&paste(&[("PC-001", 200_000), ("PC-002", 90_000)]), &[]).await;
        let action = format!("{}/licenses", world.base);
        let mut fields = world.page("/licenses").await.form(&action);
        let wrong = world.agent.post(&action, &fields).await;
        assert!(wrong.status.is_client_error(), "{}", wrong.html);
        fill(&mut fields, "product", "Windows 10 Enterprise");
        fill(&mut fields, "quantity", "400");
        fill(&mut fields, "agreement", "V7654321");
        let answer = world.agent.post(&action, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
        let page = world.agent.get(&answer.location).await;
        holds(&page, &["V7654321", "2 missing", "/add?q=Windows", "400"]);
        let import = format!("{action}/import");
        let csv = "product;quantity;programme\nWindows Server 2019 Standard;20;Select\nno quantity;;x\n";
        let fields = page.form(&import);
        let answer = send(&world.agent, &import, &fields, &[("former.csv", csv)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.html);
        holds(&answer, &["1 license was imported", "Lines without a product or a quantity: 3", "Select"]);
    });
}

#[test]
fn help_is_asked_for_with_the_migration_and_strangers_find_nothing() {
    TestApp::each(|test| async move {
        let world = world(&test).await;
        world.upload(&paste(&[("PC-001", 200_000)]), &[]).await;
        let overview = world.page("").await;
        let help = overview.html.split("href=\"").find(|rest| rest.contains("kind=deployment")).unwrap();
        let help = help.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let form = world.agent.get(&help).await;
        holds(
            &form,
            &["Migration from volume licensing: Northlake", "Machines: 1, moved 0", "value=\"deployment\" selected"],
        );
        let stranger = test.partner("Beta").await;
        let stranger = test.caller(stranger, &[Role::AdminAgent]).await;
        let stranger = Browser::of(&test, &stranger, "en").await;
        let machine = machine_in(&world.page("/machines").await);
        let one = format!("/machines/{machine}");
        for end in [
            "",
            "/upload",
            "/machines",
            "/machines.csv",
            one.as_str(),
            "/licenses",
            "/waves",
            "/report",
            "/report.csv",
            "/waves/1/pack",
        ] {
            let page = stranger.get(&format!("{}{end}", world.base)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{end}");
        }
        let help = stranger.get(&help).await;
        assert_eq!(help.status, StatusCode::NOT_FOUND, "{}", help.html);
        let caller = test.caller(world.caller.tenant, &[Role::HelpdeskAgent]).await;
        assert_eq!(Browser::of(&test, &caller, "en").await.get(&world.base).await.status, StatusCode::OK);
    });
}
