//! Samples: the operator's pages.

use super::{
    super::{
        chart::Chart,
        form::{Field, Form},
        forms,
        frame::{Area, Link, Tone},
        home::{Home, OrderRow, Orders},
        list::List,
        operator::{
            ActivationRules, Activations, AlarmRow, BadRow, DeadLetter, MediaList, MediaRow, Outbox, PartnerPage,
            PartnerRow, Partners, Policies, PolicyRow, PriceChange, PriceSheets, ProductActivations, Progress, RuleRow,
            SheetGroup, SheetPreview, SheetRow, TaxRates, TaxRow,
        },
        parts::{Attention, Badge, Button, Fact, Figure, Look},
    },
    Cx, access, choices, page,
};
use crate::gallery::Sample;

pub fn pages(cx: Cx) -> Vec<Sample> {
    vec![
        home(cx),
        sheets(cx),
        preview(cx, "price-sheet", false),
        preview(cx, "price-sheet-reading", true),
        media(cx),
        partners(cx),
        partner(cx),
        create_partner(cx),
        policies(cx),
        rules(cx),
        activations(cx),
        tax(cx),
        outbox(cx),
        sales(cx),
    ]
}

/// Latest orders.
pub fn orders(cx: Cx) -> Vec<OrderRow> {
    let row = |number: &str, customer: &str, summary: &str, total: String, state| OrderRow {
        number: number.into(),
        href: format!("/orders/{number}"),
        date: cx.w("22 Nov 2026", "22. 11. 2026"),
        partner: "Lumen IT s.r.o.".into(),
        customer: customer.into(),
        summary: summary.into(),
        total,
        state,
    };
    let done = || cx.good("Completed", "Dokončena");
    vec![
        row(
            "2026-000184",
            "Contoso Strojírny a.s.",
            "Windows Server 2022 Standard × 12",
            cx.czk("305,911.20", "305 911,20"),
            done(),
        ),
        row(
            "2026-000183",
            "Nemocnice Říčany",
            "Office LTSC Standard 2021 × 40",
            cx.czk("412,368.00", "412 368,00"),
            done(),
        ),
        row(
            "2026-000179",
            "Fabrikam Distribution",
            "SQL Server 2022 Standard × 2",
            cx.czk("51,244.50", "51 244,50"),
            cx.bad("Cancelled", "Zrušena"),
        ),
    ]
}

fn home(cx: Cx) -> Sample {
    let view = Home {
        t: cx.frame(Area::Operator, "/operator", cx.m("nav-home")),
        figures: vec![
            Figure::new(
                "figure-revenue-month",
                cx.czk("4,812,400.00", "4 812 400,00"),
                cx.w("3.1 % more than in October", "o 3,1 % více než v říjnu"),
            ),
            Figure::new("figure-orders-month", "184", ""),
            Figure::new("figure-partners", "12", ""),
            Figure::new("figure-customers", cx.w("1,204", "1 204"), ""),
        ],
        attention: vec![Attention {
            text: cx.w("3 events could not be delivered", "3 události nebyly doručeny"),
            badge: Some(cx.warn("Undelivered", "Nedoručeno")),
            link: Link::new("/operator/outbox", cx.m("action-show")),
        }],
        quiet: cx.m("home-nothing"),
        orders: orders(cx),
        shows_orders: true,
        all_orders: Some(Link::new("/operator/orders", cx.m("nav-sales"))),
        empty: cx.empty(
            ("Nothing sold yet", "Publish a price sheet so that partners can order."),
            ("Zatím nic neprodáno", "Zveřejněte ceník, aby partneři mohli objednávat."),
            None,
        ),
    };
    page("operator-home", &view)
}

fn sales(cx: Cx) -> Sample {
    let view = Orders {
        t: cx.frame(Area::Operator, "/operator/orders", cx.m("nav-sales")),
        tabs: vec![],
        list: List {
            filters: vec![Field::text("q", "field-customer").wide()],
            export: Some("/x.csv".into()),
            ..cx.list("/operator/orders", "-date")
        },
        rows: orders(cx),
        show_partner: true,
        show_customer: true,
        show_total: true,
        empty: cx.empty(("", ""), ("", ""), None),
    };
    page("operator-sales", &view)
}

fn sheets(cx: Cx) -> Sample {
    let row = |name: &str, state| SheetRow {
        name: name.into(),
        href: "/operator/prices/1".into(),
        market: "CZ · CZK".into(),
        rows: cx.w("18,220", "18 220"),
        uploaded: cx.w("1 Nov 2026, 8:02", "1. 11. 2026 8:02"),
        by: "Olga Malá".into(),
        state,
    };
    let view = PriceSheets {
        t: cx.frame(Area::Operator, "/operator/prices", cx.m("nav-prices")),
        upload: forms::upload_prices("/operator/prices", "ft"),
        list: List::at("/operator/prices"),
        rows: vec![
            row("NewCommerce_Nov_CZ.csv", cx.warn("To be checked", "Ke kontrole")),
            row("NewCommerce_Oct_CZ.zip", cx.good("Published", "Zveřejněn")),
        ],
        empty: cx.empty(("No price sheet yet", "Upload one above."), ("Zatím žádný ceník", "Nahrajte ho výše."), None),
    };
    page("price-sheets", &view)
}

fn preview(cx: Cx, name: &'static str, reading: bool) -> Sample {
    let change = |product: &str, before: &str, after: &str| PriceChange {
        product: product.into(),
        detail: "DG7GMGF0D5RK:0001 · P1Y · Commercial".into(),
        market: "CZ".into(),
        before: before.into(),
        after: after.into(),
        valid: "2026-12-01 – 2027-01-31".into(),
    };
    let publish = vec![
        Button::post("action-publish-without-bad", "/operator/prices/1/publish").look(Look::Main).once("ft"),
        Button::post("action-discard", "/operator/prices/1/discard"),
    ];
    let progress = Progress {
        done: 84_000,
        total: 200_000,
        text: cx.w("84,000 of about 200,000 rows", "84 000 z přibližně 200 000 řádků"),
    };
    let view = SheetPreview {
        t: cx.frame(Area::Operator, "/operator/prices/1", "NewCommerce_Nov_CZ.csv"),
        state: if reading {
            Badge::new(Tone::Accent, cx.w("Being read", "Čte se"))
        } else {
            cx.warn("To be checked", "Ke kontrole")
        },
        facts: vec![Fact::new("field-uploaded", "Olga Malá"), Fact::new("field-market", "CZ · CZK")],
        progress: reading.then_some(progress),
        figures: vec![
            Figure::new("prices-new", "142", ""),
            Figure::new("prices-changed", cx.w("1,088", "1 088"), cx.w("of 18,220 rows", "z 18 220 řádků")),
            Figure::new("prices-ended", "17", ""),
            Figure::new("prices-bad", "2", ""),
        ],
        groups: vec![SheetGroup {
            heading: "prices-changed",
            rows: vec![
                change("Windows Server 2022 Standard", "20 991,00", "21 068,40"),
                change("Office LTSC Standard 2021", "8 190,00", "8 520,00"),
            ],
            more: cx.w("and 1,086 more", "a dalších 1 086"),
        }],
        bad_how: cx.m("prices-bad-how"),
        bad: vec![
            BadRow {
                line: "311".into(),
                column: "UnitPrice".into(),
                reason: cx.w("The amount is negative.", "Částka je záporná."),
            },
            BadRow {
                line: "4 027".into(),
                column: "Currency".into(),
                reason: cx.w("XKC is no known currency.", "XKC není známá měna."),
            },
        ],
        bad_more: String::new(),
        buttons: if reading { vec![] } else { publish },
    };
    page(name, &view)
}

fn media(cx: Cx) -> Sample {
    let row = |language: &str, bit: &str, state| MediaRow {
        product: "Windows Server 2022 Standard".into(),
        file: "ws2022-std-x64.iso".into(),
        version: "21H2".into(),
        language: language.into(),
        bit: cx.m(bit),
        kind: "ISO".into(),
        size: "5.3 GB".into(),
        sha256: "9f86d081884c7d65…".into(),
        support_end: "2031-10-14".into(),
        state,
        withdraw: None,
    };
    let bits = choices(&[("64", &cx.m("bit-64")), ("32", &cx.m("bit-32"))]);
    let view = MediaList {
        t: cx.frame(Area::Operator, "/operator/media", cx.m("nav-media")),
        upload: forms::upload_media(
            "/operator/media",
            "ft",
            choices(&[("1", "Windows Server 2022 Standard")]),
            bits,
            choices(&[("iso", "ISO")]),
        ),
        list: List { filters: vec![Field::text("q", "field-product").wide()], ..cx.list("/operator/media", "product") },
        rows: vec![
            row("English (United States)", "bit-64", cx.good("Available", "Dostupné")),
            row("Čeština", "bit-64", cx.plain("Being checked", "Kontroluje se")),
        ],
        empty: cx.empty(("No media yet", "Upload a file below."), ("Zatím žádná média", "Nahrajte soubor níže."), None),
    };
    page("media", &view)
}

fn partners(cx: Cx) -> Sample {
    let row = |name: &str, state| PartnerRow {
        name: name.into(),
        href: "/operator/partners/1".into(),
        country: "CZ".into(),
        mpn_id: "4391022".into(),
        customers: "318".into(),
        credit_limit: cx.czk("5,000,000.00", "5 000 000,00"),
        credit_left: cx.czk("1,204,330.00", "1 204 330,00"),
        state,
    };
    let view = Partners {
        t: cx.frame(Area::Operator, "/operator/partners", cx.m("nav-partners")),
        create: Some(Link::new("/operator/partners/new", cx.m("action-create-partner"))),
        list: List { filters: vec![Field::text("q", "field-partner").wide()], ..List::at("/operator/partners") },
        rows: vec![
            row("Lumen IT s.r.o.", cx.good("Active", "Aktivní")),
            row("Ostrava Systems s.r.o.", cx.bad("Suspended", "Pozastaven")),
        ],
        empty: cx.empty(
            ("No partners yet", "Create the first one."),
            ("Zatím žádní partneři", "Založte prvního."),
            None,
        ),
    };
    page("partners", &view)
}

fn partner(cx: Cx) -> Sample {
    let mut credit = forms::credit_limit("/operator/partners/1/credit");
    credit.fill("credit_limit", "5000000.00");
    let view = PartnerPage {
        t: cx.frame(Area::Operator, "/operator/partners/1", "Lumen IT s.r.o."),
        state: cx.good("Active", "Aktivní"),
        facts: vec![
            Fact::new("field-country", "CZ"),
            Fact::new("field-mpn-id", "4391022"),
            Fact::new("field-credit-left", cx.czk("1,204,330.00", "1 204 330,00")),
        ],
        credit,
        staff: access::staff(cx),
        invite: Some(forms::invite("/people/1/invite", "ft", choices(&[("admin_agent", &cx.m("role-admin_agent"))]))),
        suspend: forms::suspend("/operator/partners/1/suspend", "action-suspend"),
    };
    page("partner", &view)
}

fn create_partner(cx: Cx) -> Sample {
    let back = Link::new("/operator/partners", cx.m("action-back"));
    let mut form: Form = forms::create_partner(
        "/operator/partners",
        "ft",
        choices(&[("CZ", "Česko"), ("DE", "Deutschland")]),
        choices(&[("CZK", "CZK")]),
        back,
    );
    form.fail("credit_limit", cx.w("Enter an amount of zero or more.", "Zadejte částku nula nebo vyšší."));
    let t = cx.frame(Area::Operator, "/operator/partners/new", cx.m("action-create-partner"));
    page("create-partner", &super::super::auth::FormPage { t, intro: String::new(), form, after: vec![] })
}

fn policies(cx: Cx) -> Sample {
    let mut default = forms::policy("/operator/policies", None);
    for (name, value) in [("window_days", "60"), ("activations_per_unit", "5"), ("downgrade", "on")] {
        default.fill(name, value);
    }
    let row = PolicyRow {
        product: "Windows Server 2022 Datacenter".into(),
        window: "30".into(),
        credit: "100".into(),
        activations: "10".into(),
        downgrade: cx.m("yes"),
        remove: Button::post("action-remove", "/operator/policies/1/remove").look(Look::Small),
    };
    let view = Policies {
        t: cx.frame(Area::Operator, "/operator/policies", cx.m("nav-policies")),
        default,
        rows: vec![row],
        add: forms::policy("/operator/policies/product", Some(choices(&[("1", "SQL Server 2022 Standard")]))),
    };
    page("policies", &view)
}

fn rules(cx: Cx) -> Sample {
    let products = choices(&[("1", "Harbor Server")]);
    let (after, reactions) = (choices(&[("reduce", "reduce")]), choices(&[("mark", "mark")]));
    let row = RuleRow {
        id: "1".into(),
        product: "Harbor Server".into(),
        refresh: cx.w("after 30 days, 14 days of grace, then less", "po 30 dnech, 14 dní odkladu, pak méně"),
        returns: "5".into(),
        top_up: cx.m("rules-never"),
        typed: cx.w("90 days", "90 dní"),
        leak: cx.m("leak-reaction-mark"),
        edit: Button::open("action-edit", "/operator/rules").field("product", "1").look(Look::Small).about("r-1"),
        secret: Some(Button::post("action-show-secret", "/operator/rules/secret").look(Look::Small).about("r-1")),
    };
    let view = ActivationRules {
        t: cx.frame(Area::Operator, "/operator/rules", cx.m("nav-rules")),
        rows: vec![row],
        edit: Some(forms::activation_rules("/operator/rules", products, after, reactions)),
    };
    page("rules", &view)
}

fn activations(cx: Cx) -> Sample {
    let view = Activations {
        t: cx.frame(Area::Operator, "/operator/activations", cx.m("nav-activations")),
        alarms: vec![AlarmRow {
            product: "Harbor Server".into(),
            order: "2026-000184".into(),
            href: "/operator/customers/1/software/1/machines".into(),
            seen: cx.w("132 attempts from 47 networks came on one day.", "Za jediný den přišlo 132 pokusů ze 47 sítí."),
        }],
        chart: Chart::new("chart-activations", "chart-day", super::software::bars(&[0, 3, 12, 7, 1])),
        products: vec![ProductActivations {
            product: "Harbor Server".into(),
            version: "2026".into(),
            count: "23".into(),
        }],
    };
    page("activations", &view)
}

fn tax(cx: Cx) -> Sample {
    let row = |class: String, rate: &str| TaxRow {
        country: "Česko".into(),
        class,
        rate: rate.into(),
        from: "2024-01-01".into(),
        until: "–".into(),
    };
    let view = TaxRates {
        t: cx.frame(Area::Operator, "/operator/tax", cx.m("nav-tax")),
        rows: vec![row(cx.w("Standard", "Základní"), "21"), row(cx.w("Reduced", "Snížená"), "12")],
        add: forms::tax_rate("/operator/tax", "ft", choices(&[("CZ", "Česko")]), choices(&[("standard", "standard")])),
    };
    page("tax-rates", &view)
}

fn outbox(cx: Cx) -> Sample {
    let row = DeadLetter {
        id: "7".into(),
        event: "order.cancelled".into(),
        to: "https://hooks.lumen.example/perpetua".into(),
        since: cx.w("21 Nov 2026, 17:20", "21. 11. 2026 17:20"),
        attempts: "12".into(),
        error: cx.w("The address answered 503.", "Adresa odpověděla 503."),
        retry: Button::post("action-retry", "/operator/outbox/7/retry").look(Look::Small).about("d-7"),
    };
    let view = Outbox {
        t: cx.frame(Area::Operator, "/operator/outbox", cx.m("nav-outbox")),
        list: List::at("/operator/outbox"),
        rows: vec![row],
        empty: cx.empty(
            ("Everything was delivered", "Nothing to do here."),
            ("Vše bylo doručeno", "Tady není co dělat."),
            None,
        ),
    };
    page("outbox", &view)
}
