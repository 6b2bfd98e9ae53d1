//! Samples: a partner's customers, catalog, cart, orders, and the customer's partners and home.

use super::{
    super::{
        auth::FormPage,
        cart::{Cart, CartRow, CartSummary, Catalog, CatalogRow, Review, SavedCart},
        form::Field,
        forms,
        frame::{Area, Link},
        home::{
            CustomerHome, Document, Hit, Home, HomeLook, HomePartner, HomePurchase, Line, Orders, Search, SearchGroup,
        },
        invoices::{InvoiceRow, Invoices},
        list::List,
        partner::{Contact, CustomerPage, CustomerRow, Customers, Invitation, RelationRow, Relations, customer_tabs},
        parts::{Attention, Button, Fact, Figure, Look, TotalRow, Totals},
    },
    Cx, choices, operator, page,
};
use crate::gallery::Sample;

pub fn pages(cx: Cx) -> Vec<Sample> {
    vec![
        home(cx),
        customer_home(cx),
        customers(cx, "customers", false),
        customers(cx, "customers-empty", true),
        create_customer(cx),
        customer(cx),
        catalog(cx),
        cart(cx),
        review(cx),
        document(cx, "order-placed"),
        orders(cx),
        invoices(cx, "invoices", false),
        invoices(cx, "invoices-empty", true),
        search(cx),
        relations(cx),
    ]
}

fn home(cx: Cx) -> Sample {
    let todo = |text: String, badge, to: &str| Attention { text, badge, link: Link::new(to, cx.m("action-show")) };
    let view = Home {
        t: cx.frame(Area::Partner, "/partner", cx.m("nav-home")),
        figures: vec![
            Figure::new(
                "figure-credit-left",
                cx.czk("1,204,330.00", "1 204 330,00"),
                cx.w("of 5,000,000.00", "z 5 000 000,00"),
            ),
            Figure::new("figure-orders-month", "31", ""),
            Figure::new("figure-cancellable", "9", ""),
            Figure::new("figure-customers", "318", ""),
        ],
        attention: vec![
            todo(
                cx.w(
                    "Contoso Strojírny: Windows Server 2022 can be cancelled until 25 Nov",
                    "Contoso Strojírny: Windows Server 2022 lze zrušit do 25. 11.",
                ),
                Some(cx.warn("3 days left", "zbývají 3 dny")),
                "/x",
            ),
            todo(
                cx.w("A cart for Nemocnice Říčany waits since Friday", "Košík pro Nemocnici Říčany čeká od pátku"),
                None,
                "/y",
            ),
        ],
        quiet: cx.m("home-nothing"),
        orders: operator::orders(cx),
        shows_orders: true,
        all_orders: Some(Link::new("/partner/orders", cx.m("nav-orders"))),
        empty: cx.empty(("", ""), ("", ""), None),
    };
    page("partner-home", &view)
}

fn customer_home(cx: Cx) -> Sample {
    let purchase = |product: &str, quantity: &str, date: String, state| HomePurchase {
        product: product.into(),
        href: "/customer/software/1".into(),
        quantity: quantity.into(),
        date,
        state,
    };
    let look = |who: &str, tenant: &str, when: String| HomeLook {
        who: who.into(),
        tenant: tenant.into(),
        product: "Windows Server 2022 Standard".into(),
        href: "/customer/software/1".into(),
        when,
        instant: "2026-11-22T09:14:00Z".into(),
    };
    let view = CustomerHome {
        t: cx.frame(Area::Customer, "/customer", cx.m("nav-home")),
        figures: vec![
            Figure::new("figure-purchases", "14", cx.w("62 units", "62 kusů")),
            Figure::new("figure-partners", "2", ""),
        ],
        invitations: vec![Attention {
            text: cx.w(
                "Ostrava Systems s.r.o. asks to serve you.",
                "Ostrava Systems s.r.o. žádá, aby vás mohl obsluhovat.",
            ),
            badge: None,
            link: Link::new("/customer/partners", cx.m("action-show")),
        }],
        purchases: vec![
            purchase(
                "Windows Server 2022 Standard",
                "3",
                cx.w("20 Nov 2026", "20. 11. 2026"),
                cx.good("Active", "Aktivní"),
            ),
            purchase("SQL Server 2022", "1", cx.w("3 Oct 2026", "3. 10. 2026"), cx.bad("Cancelled", "Zrušeno")),
        ],
        looks: Some(vec![
            look("Jana Nováková", "Alfa Distribution a.s.", cx.w("22 Nov 2026, 10:14", "22. 11. 2026 10:14")),
            look("Karel Říha", "Contoso Strojírny a.s.", cx.w("21 Nov 2026, 16:02", "21. 11. 2026 16:02")),
        ]),
        partners: Some(vec![HomePartner {
            name: "Alfa Distribution a.s.".into(),
            note: cx.w("since 3 Feb 2025", "od 3. 2. 2025"),
        }]),
        empty: cx.empty(("", ""), ("", ""), None),
    };
    page("customer-home", &view)
}

fn customers(cx: Cx, name: &'static str, empty: bool) -> Sample {
    let row = |id: &str, name: &str, domain: &str, agreement, state| CustomerRow {
        id: id.into(),
        name: name.into(),
        href: "/partner/customers/1".into(),
        is_former: id == "3",
        domain: domain.into(),
        country: "CZ".into(),
        purchases: "14".into(),
        agreement,
        since: cx.w("3 Feb 2025", "3. 2. 2025"),
        state,
        add: Some(
            Button::open("action-add-products", "/partner/customers/1/add").look(Look::Small).about(format!("c-{id}")),
        ),
    };
    let accepted = || cx.good("Accepted", "Přijata");
    let active = || cx.good("Active", "Aktivní");
    let rows = vec![
        row("1", "Contoso Strojírny a.s.", "contoso.example", accepted(), active()),
        row("2", "Fabrikam Distribution", "fabrikam.example", cx.warn("Missing", "Chybí"), active()),
        row(
            "3",
            "Nemocnice Říčany, příspěvková organizace",
            "nemocnice-ricany.example",
            accepted(),
            cx.plain("Ended", "Ukončen"),
        ),
    ];
    let states = choices(&[("", &cx.m("all")), ("active", &cx.w("Active", "Aktivní"))]);
    let filters = vec![Field::text("q", "action-search").wide(), Field::select("state", "field-state", states)];
    let view = Customers {
        t: cx.frame(Area::Partner, "/partner/customers", cx.m("nav-customers")),
        create: Link::new("/partner/customers/new", cx.m("action-create-customer")),
        invite: Link::new("/partner/customers/invite", cx.m("customer-invite-title")),
        list: List { filters, ..cx.list("/partner/customers", "name") },
        rows: if empty { vec![] } else { rows },
        empty: cx.empty(
            ("No customers yet", "Create your first customer, record its agreement, and add products."),
            ("Zatím žádní zákazníci", "Založte prvního zákazníka, zaznamenejte smlouvu a přidejte produkty."),
            Some(Link::new("/partner/customers/new", cx.m("action-create-customer"))),
        ),
    };
    page(name, &view)
}

fn create_customer(cx: Cx) -> Sample {
    let back = Link::new("/partner/customers", cx.m("action-back"));
    let segments = choices(&[("commercial", "Commercial"), ("education", "Education")]);
    let mut form = forms::create_customer("/partner/customers", "ft", choices(&[("CZ", "Česko")]), segments, back);
    form.fill("name", "Contoso");
    form.fail("domain", cx.w("This domain belongs to another customer.", "Tato doména patří jinému zákazníkovi."));
    let t = cx.frame(Area::Partner, "/partner/customers/new", cx.m("action-create-customer"));
    page("create-customer", &FormPage { t, intro: String::new(), form, after: vec![] })
}

fn customer(cx: Cx) -> Sample {
    let mut end = forms::suspend("/partner/customers/1/end", "action-end-relationship");
    end.fill("suspend_reason", "");
    let view = CustomerPage {
        t: cx.frame(Area::Partner, "/partner/customers/1", "Contoso Strojírny a.s."),
        tabs: customer_tabs("/partner/customers/1", "tab-overview"),
        state: cx.good("Active", "Aktivní"),
        facts: vec![
            Fact::new("field-domain", "contoso.example"),
            Fact::code("field-customer", "019abf3e-9c1d-7c40-9a02-5d8b3f1f7e11"),
            Fact::new("field-country", "Česko"),
            Fact::new("field-vat-id", "CZ12345678"),
        ],
        agreement: vec![],
        agree: Some(forms::agreement("/partner/customers/1/agreement", "ft")),
        relationship: vec![
            Fact::state("field-state", cx.good("Active", "Aktivní")),
            Fact::new("field-since", cx.w("3 Feb 2025", "3. 2. 2025")),
        ],
        end: Some(end),
        people: vec![Contact {
            name: "Jana Dvořáková".into(),
            email: "jana@contoso.example".into(),
            roles: cx.m("role-global_admin"),
        }],
        edit: Some(Link::new("/partner/customers/1/edit", cx.m("action-edit"))),
        add_products: Some(Button::open("action-add-products", "/partner/customers/1/add")),
        saved: vec![saved_cart(cx)],
    };
    page("customer", &view)
}

fn catalog(cx: Cx) -> Sample {
    let row = |id: &str, product: &str, edition: &str, term: String| CatalogRow {
        id: id.into(),
        catalog_item: format!("DG7GMGF0D5RK:000{id}:DG7GMGF0D63D"),
        product: product.into(),
        edition: edition.into(),
        term,
        cost: cx.czk("21,068.40", "21 068,40"),
        suggested: cx.czk("25,910.00", "25 910,00"),
        own: cx.czk("24,990.00", "24 990,00"),
        margin: cx.w("15.7 %", "15,7 %"),
        valid: cx.w("until 31 Jan 2027", "do 31. 1. 2027"),
        media: cx.w("Versions 2022, 2019", "Verze 2022, 2019"),
        combinations: vec![
            cx.w("2022: Czech, English (64-bit ISO)", "2022: Čeština, Angličtina (64-bit ISO)"),
            cx.w("2019: English (64-bit ISO, 32-bit ISO)", "2019: Angličtina (64-bit ISO, 32-bit ISO)"),
        ],
        tiers: vec![cx.w("from 50: CZK 19,990.00", "od 50: 19 990,00 Kč")],
        quantity: "1".into(),
        refused: if id == "3" {
            cx.w("Priced in USD; your account is in CZK.", "Cena je v USD; váš účet je veden v CZK.")
        } else {
            String::new()
        },
    };
    let segments = choices(&[("commercial", "Commercial"), ("education", "Education")]);
    let view = Catalog {
        t: cx.customer("/add", cx.m("action-add-products")),
        tabs: vec![],
        list: List {
            filters: vec![
                Field::text("q", "action-search").wide(),
                Field::select("segment", "field-segment", segments),
            ],
            ..cx.list("/partner/customers/1/add", "name")
        },
        add_action: "/partner/customers/1/cart".into(),
        form_token: "ft".into(),
        rows: vec![
            row("1", "Windows Server 2022", "Standard – 16 Core", cx.w("Perpetual", "Trvalá")),
            row("2", "Office LTSC 2021", "Standard", cx.w("Perpetual", "Trvalá")),
            row("3", "SQL Server 2022", "Standard – 2 Core", cx.w("1 year", "1 rok")),
        ],
        cart: CartSummary {
            items: cx.bare("").n("count-items", "count", 2),
            total: cx.czk("305,911.20", "305 911,20"),
            href: "/partner/customers/1/cart".into(),
        },
        empty: cx.empty(("", ""), ("", ""), None),
    };
    page("add-products", &view)
}

fn totals(cx: Cx) -> Totals {
    let rows = vec![
        TotalRow::new(cx.w("Without tax", "Bez daně"), cx.czk("252,820.80", "252 820,80")),
        TotalRow::new(cx.w("VAT 21 %", "DPH 21 %"), cx.czk("53,092.37", "53 092,37")),
        TotalRow::sum(cx.m("field-total"), cx.czk("305,913.17", "305 913,17")),
    ];
    Totals { rows }
}

fn saved_cart(cx: Cx) -> SavedCart {
    SavedCart {
        name: cx.w("Cart of Friday", "Páteční košík"),
        note: cx.w("3 items, saved 20 Nov 2026", "3 položky, uložen 20. 11. 2026"),
        resume: Button::post("action-continue", "/carts/resume").field("cart", "2").about("s-1"),
        remove: Button::post("action-remove", "/carts/2/remove").about("s-1"),
    }
}

fn cart(cx: Cx) -> Sample {
    let row = |id: &str, product: &str, quantity: &str, error: String| CartRow {
        id: id.into(),
        product: product.into(),
        detail: cx.w("Perpetual · Commercial", "Trvalá · Commercial"),
        quantity: quantity.into(),
        unit_price: cx.czk("21,068.40", "21 068,40"),
        own: cx.w("24990.00", "24990,00"),
        margin: cx.w("15.7%", "15,7 %"),
        amount: cx.czk("252,820.80", "252 820,80"),
        error,
        own_error: String::new(),
    };
    let view = Cart {
        t: cx.customer("/cart", cx.w("Cart", "Košík")),
        tabs: vec![],
        action: "/partner/customers/1/cart/edit".into(),
        form_token: "ft".into(),
        version: "3".into(),
        rows: vec![
            row("1", "Windows Server 2022 Standard", "12", String::new()),
            row("2", "Office LTSC Standard 2021", "0", cx.w("Enter 1 to 10,000.", "Zadejte 1 až 10 000.")),
        ],
        name: Field::text("cart_name", "field-cart-name").max(64).value(cx.w("Autumn", "Podzim")),
        purchase_order: Field::text("purchase_order", "field-purchase-order").max(60),
        totals: totals(cx),
        more: Link::new("/partner/customers/1/add", cx.m("action-add-products")),
        another: Some(Link::new("/partner/customers/1/add?cart=new", cx.m("buy-new-cart"))),
        saved: vec![saved_cart(cx)],
        empty: cx.empty(("The cart is empty", "Add products."), ("Košík je prázdný", "Přidejte produkty."), None),
    };
    page("cart", &view)
}

/// Lines of an order.
fn lines(cx: Cx) -> Vec<Line> {
    vec![Line {
        product: "Windows Server 2022 Standard".into(),
        detail: cx.w("Perpetual · cancel until 21 Jan 2027", "Trvalá · zrušit do 21. 1. 2027"),
        href: "/purchase/1".into(),
        quantity: "12".into(),
        unit_price: cx.czk("21,068.40", "21 068,40"),
        tax: cx.czk("53,092.37", "53 092,37"),
        amount: cx.czk("252,820.80", "252 820,80"),
        state: None,
    }]
}

fn review(cx: Cx) -> Sample {
    let view = Review {
        t: cx.customer("/review", cx.m("action-review")),
        tabs: vec![],
        facts: vec![
            Fact::new("field-customer", "Contoso Strojírny a.s."),
            Fact::new("field-purchase-order", "PO-2026-1187"),
            Fact::new("figure-credit-left", cx.czk("1,204,330.00", "1 204 330,00")),
        ],
        lines: lines(cx),
        totals: totals(cx),
        changed: vec![cx.w(
            "Windows Server 2022 Standard costs 21,068.40 instead of 20,991.00.",
            "Windows Server 2022 Standard stojí 21 068,40 místo 20 991,00.",
        )],
        remarks: vec![cx.w(
            "Prices are valid until 30 Nov 2026. You pay on account.",
            "Ceny platí do 30. 11. 2026. Platí se na účet.",
        )],
        place: forms::place_order("/partner/customers/1/order", "ft", "3")
            .back(Link::new("/partner/customers/1/cart", cx.m("action-back"))),
    };
    page("review", &view)
}

fn document(cx: Cx, name: &'static str) -> Sample {
    let view = Document {
        t: cx.frame(Area::Partner, "/partner/orders/1", cx.w("Order 2026-000184", "Objednávka 2026-000184")),
        badge: Some(cx.good("Completed", "Dokončena")),
        note: cx.w(
            "The order is placed. Keys and downloads are ready.",
            "Objednávka je zadána. Klíče a média jsou připraveny.",
        ),
        facts: vec![
            Fact::link("field-customer", "Contoso Strojírny a.s.", "/partner/customers/1"),
            Fact::new("field-date", cx.w("22 Nov 2026", "22. 11. 2026")),
            Fact::new("field-purchase-order", "PO-2026-1187"),
        ],
        lines: lines(cx),
        totals: totals(cx),
        remarks: vec![],
        links: vec![Link::new("/partner/customers/1/software", cx.m("nav-software"))],
        actions: vec![],
    };
    page(name, &view)
}

fn orders(cx: Cx) -> Sample {
    let view = Orders {
        t: cx.customer("/orders", cx.m("nav-orders")),
        tabs: customer_tabs("/partner/customers/1", "nav-orders"),
        list: List { filters: vec![Field::text("q", "action-search").wide()], ..cx.list("/partner/orders", "-date") },
        rows: operator::orders(cx),
        show_partner: false,
        show_customer: true,
        show_total: true,
        empty: cx.empty(("", ""), ("", ""), None),
    };
    page("orders", &view)
}

fn invoices(cx: Cx, name: &'static str, is_empty: bool) -> Sample {
    let row = |number: &str, en: &str, cs: &str, total: (&str, &str)| InvoiceRow {
        number: number.to_owned(),
        href: format!("/partner/invoices/{number}"),
        partner: None,
        period: cx.w(&format!("1 {en} to 31 {en}"), &format!("1. {cs} až 31. {cs}")),
        date: cx.w("1 Nov 2026", "1. 11. 2026"),
        net: cx.czk("81,900.00", "81 900,00"),
        tax: cx.czk("17,199.00", "17 199,00"),
        total: cx.czk(total.0, total.1),
        file: format!("/partner/invoices/{number}/pdf"),
    };
    let rows = vec![
        row("G000000117", "Oct 2026", "10. 2026", ("99,099.00", "99 099,00")),
        row("G000000088", "Aug 2026", "8. 2026", ("\u{2212}4,200.00", "\u{2212}4 200,00")),
    ];
    let empty = cx.empty(
        ("No invoices yet", "The first one is made soon after the end of a month in which something was bought."),
        ("Zatím žádné faktury", "První vznikne brzy po konci měsíce, ve kterém se něco koupilo."),
        None,
    );
    let view = Invoices {
        t: cx.frame(Area::Partner, "/partner/invoices", cx.m("nav-invoices")),
        figures: vec![
            Figure::new("invoices-balance", cx.czk("94,899.00", "94 899,00"), cx.m("invoices-balance-held")),
            Figure::new("invoices-credit-limit", cx.czk("5,000,000.00", "5 000 000,00"), ""),
            Figure::new("invoices-last-payment", cx.m("invoices-no-payment"), ""),
        ],
        list: cx.list("/partner/invoices", ""),
        rows: if is_empty { Vec::new() } else { rows },
        shows_partner: false,
        empty,
    };
    page(name, &view)
}

fn search(cx: Cx) -> Sample {
    let hit = Hit {
        href: "/partner/customers/1".into(),
        title: "Contoso Strojírny a.s.".into(),
        note: "contoso.example".into(),
    };
    let mut t = cx.frame(Area::Partner, "/search", cx.w("Results for “contoso”", "Výsledky pro „contoso“"));
    t.query = "contoso".into();
    page("search", &Search { t, groups: vec![SearchGroup { heading: "nav-customers", hits: vec![hit], more: None }] })
}

fn relations(cx: Cx) -> Sample {
    let row = RelationRow {
        partner: "Lumen IT s.r.o.".into(),
        since: cx.w("3 Feb 2025", "3. 2. 2025"),
        state: cx.good("Active", "Aktivní"),
        ended: String::new(),
        end: Some(
            Button::open("action-end-relationship", "/customer/partners/1/end").look(Look::SmallDanger).about("rel-1"),
        ),
    };
    let invitation = Invitation {
        partner: "Ostrava Systems s.r.o.".into(),
        note: cx.w(
            "wants to sell you software. It will not see what others sold you.",
            "vám chce prodávat software. Neuvidí, co vám prodali jiní.",
        ),
        accept: Some(Button::post("action-accept", "/customer/partners/accept").look(Look::Main).about("i-1")),
        decline: Some(Button::post("action-decline", "/customer/partners/decline").about("i-1")),
    };
    let t = cx.frame(Area::Customer, "/customer/partners", cx.m("nav-relations"));
    page("relations", &Relations { t, invitations: vec![invitation], rows: vec![row] })
}
