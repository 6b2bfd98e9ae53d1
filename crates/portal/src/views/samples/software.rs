//! Samples: Software, one purchase, key, links, and cancelling.

use super::{
    super::{
        cancel::{CancelLine, CancelPage, Machine},
        chart::{Bar, Chart},
        form::{Field, Form},
        forms,
        frame::{Area, Frame, Link, Tone},
        list::List,
        partner::customer_tabs,
        parts::{Badge, Button, Fact, Look, TotalRow, Totals},
        qr::Qr,
        software::{
            AnswerCode, Check, HandOverRow, KeyPage, LinkMade, LinkRow, LinkUse, MachineRow, Machines, Media,
            ProductTotal, Purchase, RefusedPart, Software, SoftwareRow, TypedCode,
        },
    },
    Cx, choices, page,
};
use crate::gallery::Sample;

const PURCHASE: &str = "/partner/customers/1/software/1";

pub fn pages(cx: Cx) -> Vec<Sample> {
    let partner = || cx.customer("/software/1", "Windows Server 2022 Standard");
    let customer = cx.frame(Area::Customer, "/customer/software/1", "Windows Server 2022 Standard");
    let chosen =
        Purchase { result: Some(media()), links: links(cx), hand_overs: hand_overs(cx), ..purchase(cx, partner()) };
    let refused = RefusedPart {
        sentence: cx
            .w("Keys and downloads need the role Admin agent.", "Klíče a stahování vyžadují roli Agent správce."),
        holders: vec!["Petr Novák".into()],
        ask: Some(forms::ask_for_role("/ask", "admin_agent", "ft")),
    };
    vec![
        list(cx),
        page("purchase", &purchase(cx, partner())),
        page("purchase-media", &chosen),
        page("purchase-refused", &Purchase { refused: Some(refused), ..purchase(cx, partner()) }),
        page(
            "customer-purchase",
            &Purchase {
                cancel: None,
                result: Some(Media { copy_link: None, hand_over: None, ..media() }),
                ..purchase(cx, customer)
            },
        ),
        key(cx),
        machines(cx),
        answer(cx),
        typed(cx),
        link_made(cx),
        cancel(cx),
    ]
}

fn machines(cx: Cx) -> Sample {
    let row = |id: &str, name: &str, state: Badge, may_return: bool| MachineRow {
        id: id.into(),
        name: name.into(),
        via: cx.m("machine-via-network"),
        version: "2026.1".into(),
        first_seen: cx.w("22 Nov 2026, 09:30", "22. 11. 2026 9:30"),
        last_seen: cx.w("24 Nov 2026, 10:00", "24. 11. 2026 10:00"),
        state,
        give_back: may_return.then(|| {
            Button::post("action-return-machine", format!("{PURCHASE}/machines/{id}/return"))
                .look(Look::SmallDanger)
                .about(format!("m-{id}"))
        }),
    };
    let view = Machines {
        t: cx.customer("/software/1/machines", cx.m("nav-machines")),
        facts: vec![
            Fact::new("field-activations", cx.w("2 of 60 activations used", "použity 2 z 60 aktivací")),
            Fact::new("field-activations-left", "58"),
        ],
        list: List { export: Some(format!("{PURCHASE}/machines.csv")), ..cx.list("/software/1/machines", "") },
        rows: vec![
            row("1", "PC-PRAHA-01", cx.good("Active", "Aktivní"), true),
            row("2", "PC-PRAHA-02", cx.bad("Released", "Uvolněno"), false),
        ],
        upload: Some(forms::upload_requests(&format!("{PURCHASE}/machines/requests"), "ft")),
        scan: Some(forms::answer_code(&format!("{PURCHASE}/machines/answer"))),
        alarm: cx.w("132 attempts from 47 networks came on one day.", "Za jediný den přišlo 132 pokusů ze 47 sítí."),
        settle: Some(Button::post("action-false-alarm", format!("{PURCHASE}/machines/false-alarm"))),
        history: Some(Chart::new("chart-machines", "chart-day", bars(&[1, 2, 2, 5, 9, 12, 11]))),
        typed: Some(forms::typed_request(&format!("{PURCHASE}/machines/typed"))),
        replace: Some(forms::replace_key(
            &format!("{PURCHASE}/machines/replace"),
            choices(&[("leaked", &cx.m("replace-why-leaked"))]),
            "0",
        )),
        empty: cx.empty(("", ""), ("", ""), None),
    };
    page("machines", &view)
}

fn answer(cx: Cx) -> Sample {
    let text = format!("PS1:{}", "0123456789ABCDEFGHJKMNPQRSTVWXYZ".repeat(18));
    let view = AnswerCode {
        t: cx.customer("/software/1/machines", cx.m("answer-code-title")),
        decided: (Tone::Good, cx.m("activation-activated")),
        qr: Qr::of(&text),
        text,
        back: Link::new(format!("{PURCHASE}/machines"), cx.m("nav-machines")),
    };
    page("answer-code", &view)
}

/// A bar per day.
pub fn bars(values: &[i64]) -> Vec<Bar> {
    let bar = |(day, value): (usize, &i64)| Bar {
        label: format!("2026-11-{:02}", day + 1),
        value: *value,
        shown: value.to_string(),
    };
    values.iter().enumerate().map(bar).collect()
}

fn typed(cx: Cx) -> Sample {
    let group = |number: u32| format!("{:06}", 190_427 + number * 71_103);
    let view = TypedCode {
        t: cx.customer("/software/1/machines", cx.m("typed-code-title")),
        groups: (0..8).map(group).collect(),
        facts: vec![
            Fact::new("field-machine", "PC-PRAHA-01"),
            Fact::new("field-expires", cx.w("2 Feb 2027", "2. 2. 2027")),
        ],
        back: Link::new(format!("{PURCHASE}/machines"), cx.m("nav-machines")),
    };
    page("typed-code", &view)
}

fn list(cx: Cx) -> Sample {
    let row = |id: &str, product: &str, quantity: &str, state: Badge, window: String, cancelled: bool| {
        let open = !cancelled && id != "3";
        let cancel = Button::open("action-cancel", format!("{PURCHASE}/cancel"))
            .look(Look::SmallDanger)
            .about(format!("p-{id}"));
        SoftwareRow {
            id: id.into(),
            product: product.into(),
            href: PURCHASE.into(),
            quantity: quantity.into(),
            order: "2026-000184".into(),
            order_href: "/partner/orders/1".into(),
            date: cx.w("22 Nov 2026", "22. 11. 2026"),
            state,
            window,
            open,
            term_end: if id == "3" { cx.w("21 Nov 2027", "21. 11. 2027") } else { "–".into() },
            cancelled,
            cancel: open.then_some(cancel),
        }
    };
    let states = choices(&[("", &cx.m("all")), ("active", &cx.w("Active", "Aktivní"))]);
    let total = ProductTotal {
        product: "Windows Server 2022".into(),
        bought: "14".into(),
        cancelled: "2".into(),
        active: "12".into(),
    };
    let view = Software {
        t: cx.customer("/software", cx.m("nav-software")),
        tabs: customer_tabs("/partner/customers/1", "nav-software"),
        list: List {
            filters: vec![Field::text("q", "action-search").wide(), Field::select("state", "field-state", states)],
            export: Some("/software.csv".into()),
            ..cx.list("/partner/customers/1/software", "-date")
        },
        rows: vec![
            row(
                "1",
                "Windows Server 2022",
                "12",
                cx.good("Active", "Aktivní"),
                cx.w("60 days left", "zbývá 60 dní"),
                false,
            ),
            row(
                "2",
                "Windows Server 2022",
                "2",
                cx.bad("Cancelled", "Zrušeno"),
                cx.w("cancelled 12 Oct 2026", "zrušeno 12. 10. 2026"),
                true,
            ),
            row(
                "3",
                "SQL Server 2022",
                "4",
                cx.good("Active", "Aktivní"),
                cx.w("closed on 20 Jan 2026", "uzavřeno 20. 1. 2026"),
                false,
            ),
        ],
        totals: vec![total],
        add_products: Some(Button::open("action-add-products", "/partner/customers/1/add")),
        empty: cx.empty(("", ""), ("", ""), None),
    };
    page("software", &view)
}

fn purchase(cx: Cx, t: Frame) -> Purchase {
    let mut versions = Field::select(
        "version",
        "field-version",
        choices(&[("21h2", "2022 (21H2)"), ("1809", &cx.w("2019 – older version", "2019 – starší verze"))]),
    );
    versions.value = "1809".into();
    Purchase {
        t,
        state: cx.good("Active", "Aktivní"),
        facts: vec![
            Fact::new("field-quantity", "12"),
            Fact::link("field-order", "2026-000184", "/partner/orders/1"),
            Fact::new("field-date", cx.w("22 Nov 2026", "22. 11. 2026")),
            Fact::new("field-days-to-cancel", cx.w("60 days left, until 21 Jan 2027", "zbývá 60 dní, do 21. 1. 2027")),
        ],
        closed: String::new(),
        choice_action: PURCHASE.into(),
        choices: vec![
            versions,
            Field::select(
                "language",
                "field-language",
                choices(&[("cs-CZ", "Čeština"), ("en-US", "English (United States)")]),
            ),
            Field::select("bit", "field-bit", choices(&[("64", &cx.m("bit-64"))])),
        ],
        version_note: cx.w("Support of this version ended on 9 Jan 2024.", "Podpora této verze skončila 9. 1. 2024."),
        result: None,
        links: vec![],
        hand_overs: vec![],
        cancel: Some(Button::open("action-cancel", format!("{PURCHASE}/cancel")).look(Look::Danger)),
        refused: None,
    }
}

fn media() -> Media {
    Media {
        get_key: Button::post("action-get-key", format!("{PURCHASE}/key")).look(Look::Main).in_dialog("#product-key"),
        activations: "17 / 60".into(),
        facts: vec![
            Fact::new("field-file-type", "ISO"),
            Fact::new("field-size", "5.3 GB"),
            Fact::code("field-sha256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            Fact::code("field-signature", "Ed25519 · 3b6a27bc"),
        ],
        download: Button::post("action-download", format!("{PURCHASE}/download")).look(Look::Main).stays(),
        command: Button::post("action-make-command", format!("{PURCHASE}/download")).look(Look::Small),
        check: check(),
        curl: "curl -fLO -C - https://perpetua.example/d/9Jm2…/ws2019-cs-x64.iso".into(),
        copy_link: Some(forms::copy_link(&format!("{PURCHASE}/link"), "ft", "m1")),
        hand_over: Some(
            Form::new(format!("{PURCHASE}/hand-over"), "action-hand-over")
                .group("", vec![Field::text("recipient_name", "field-person-name").required()])
                .once("ft")
                .plain(),
        ),
    }
}

pub fn check() -> Check {
    Check {
        file: "ws2019-cs-x64.iso".into(),
        signature: "data:application/octet-stream;base64,c2lnbmF0dXJl".into(),
        key: "/signing-keys/3b6a27bc.pem".into(),
        commands: "openssl pkeyutl -verify -pubin -inkey 3b6a27bc.pem -rawin -in ws2019-cs-x64.iso.txt".into(),
    }
}

fn hand_overs(cx: Cx) -> Vec<HandOverRow> {
    vec![HandOverRow {
        id: "h1".into(),
        name: "Ada Berg".into(),
        email: "ada@northlake.example".into(),
        made: cx.w("22 Nov 2026, 10:02", "22. 11. 2026 10:02"),
        by: "Jana Nováková".into(),
        expires: cx.w("6 Dec 2026, 10:02", "6. 12. 2026 10:02"),
        opened: cx.w("22 Nov 2026, 10:30", "22. 11. 2026 10:30"),
        shown: String::new(),
        state: cx.warn("Opened", "Otevřeno"),
        revoke: Some(Button::post("action-revoke", format!("{PURCHASE}/hand-overs/h1/revoke")).about("h-h1")),
    }]
}

fn links(cx: Cx) -> Vec<LinkRow> {
    let used = LinkUse {
        when: cx.w("22 Nov 2026, 10:02", "22. 11. 2026 10:02"),
        network: "198.51.100.0/24".into(),
        result: cx.w("whole file", "celý soubor"),
    };
    vec![LinkRow {
        id: "1".into(),
        recipient: "Karel Říha".into(),
        file: "ws2019-cs-x64.iso".into(),
        made: cx.w("22 Nov 2026", "22. 11. 2026"),
        by: cx.w("by Jana Nová", "vytvořila Jana Nová"),
        expires: cx.w("6 Dec 2026", "6. 12. 2026"),
        used: cx.w("used 1 of 3", "použito 1 ze 3"),
        state: cx.good("Works", "Funguje"),
        uses: vec![used],
        revoke: Some(
            Button::post("action-revoke", format!("{PURCHASE}/link/1/revoke")).look(Look::SmallDanger).about("k-1"),
        ),
        renew: Some(Button::post("action-renew", format!("{PURCHASE}/link/1/renew")).look(Look::Small).about("k-1")),
    }]
}

fn key(cx: Cx) -> Sample {
    let view = KeyPage {
        t: cx.customer("/software/1/key", cx.m("media-key")),
        product: "Windows Server 2022 Standard".into(),
        // Words instead of characters: no sample may look like a key that somebody could try.
        groups: ["THIS", "ISNO", "KEYO", "NLYA", "SAMP", "LEFO", "RTHE", "EYES"].map(str::to_owned).to_vec(),
        activations: cx.w("17 of 60 activations used.", "Využito 17 z 60 aktivací."),
        back: Link::new(PURCHASE, cx.m("action-back")),
    };
    page("key", &view)
}

fn link_made(cx: Cx) -> Sample {
    let view = LinkMade {
        t: cx.customer("/software/1/link", cx.m("action-copy-link")),
        url: "https://perpetua.example/l/sample-of-a-link".into(),
        facts: vec![
            Fact::new("field-recipient", "Karel Říha"),
            Fact::new("field-expires", cx.w("6 Dec 2026", "6. 12. 2026")),
        ],
        back: Link::new(PURCHASE, cx.m("action-back")),
    };
    page("link-made", &view)
}

fn credit(cx: Cx) -> Totals {
    let rows = vec![
        TotalRow::new(cx.w("Without tax", "Bez daně"), cx.czk("42,136.80", "42 136,80")),
        TotalRow::new(cx.w("VAT 21 %", "DPH 21 %"), cx.czk("8,848.73", "8 848,73")),
        TotalRow::sum(cx.m("field-credit"), cx.czk("50,985.53", "50 985,53")),
    ];
    Totals { rows }
}

fn cancel(cx: Cx) -> Sample {
    let types = choices(&[(
        "refund",
        &cx.w("Purchase / refund on behalf of a customer", "Nákup / vrácení peněz jménem zákazníka"),
    )]);
    let impacts = choices(&[("moderate", &cx.w("Moderate – answer in 8 hours", "Střední – odpověď do 8 hodin"))]);
    let mut form = forms::cancel_request(&format!("{PURCHASE}/cancel"), "ft", types, impacts);
    for (name, value) in [
        ("title", "Windows Server 2022, 2026-000184"),
        ("customer", "contoso.example"),
        ("order", "2026-000184"),
        ("amount", "50985.53"),
        ("contact_name", "Petr Novák"),
        ("contact_email", "petr@lumen.example"),
    ] {
        form.fill(name, value);
    }
    form.fail("reason", cx.w("Say why.", "Uveďte důvod."));
    let machine = |id: &str, name: &str, release| Machine {
        id: id.into(),
        name: name.into(),
        seen: cx.w("seen 3 months ago", "viděn před 3 měsíci"),
        release,
    };
    let line = CancelLine {
        product: "Windows Server 2022 Standard".into(),
        detail: cx.w("Order 2026-000184", "Objednávka 2026-000184"),
        quantity: Field::text("quantity-1", "field-cancel-quantity").value("2"),
        of: cx.w("of 12", "z 12"),
        credit: cx.czk("50,985.53", "50 985,53"),
    };
    let view = CancelPage {
        t: cx.customer(
            "/software/1/cancel",
            cx.w("Cancel Windows Server 2022 Standard", "Zrušit Windows Server 2022 Standard"),
        ),
        intro: cx.w("Submit carries the cancellation out at once.", "Odesláním se zrušení ihned provede."),
        deadline: Fact::new(
            "cancel-deadline",
            cx.w("21 Jan 2027, 23:59 Prague time", "21. 1. 2027 23:59 pražského času"),
        ),
        lines: vec![line],
        credit: credit(cx),
        consequences: vec![
            cx.w("The key allows 50 activations instead of 60.", "Klíč dovolí 50 aktivací místo 60."),
            cx.w("Two machines are released.", "Dva počítače se uvolní."),
        ],
        machines: vec![machine("1", "SRV-PRAHA-01", true), machine("2", "SRV-BRNO-07", false)],
        machines_note: cx.w("Choose 1 machine to release.", "Vyberte 1 počítač k uvolnění."),
        form,
        keep: Link::new(PURCHASE, ""),
        report: Link::new("/partner/requests/new?line=1", cx.m("cancel-report")),
    };
    page("cancel", &view)
}
