//! Samples: reporting a problem, one request as the operator decides it, the queue, and what a customer asked.

use super::{
    super::{
        desk::{
            AnswerRow, AnswersPage, AskedPage, AskedRow, Canned, Decision, DecisionLine, FileLine, HolidayRow,
            HolidaysPage, Note, Proposal, ProposalLine, Purchase, PurchaseLine, QueuePage, QueueRow, ReportPage,
            RequestPage,
        },
        form::{Field, Form, KeptFile, Kind},
        forms,
        frame::{Area, Link},
        list::List,
        parts::{Button, Fact, Look, TotalRow, Totals},
    },
    Cx, choices, page,
};
use crate::gallery::Sample;

const REQUEST: &str = "/operator/requests/1";

pub fn pages(cx: Cx) -> Vec<Sample> {
    let waiting = Proposal {
        sentence: cx.w("Olga Malá proposed this credit.", "Tento dobropis navrhuje Olga Malá."),
        reply: cx.w("As agreed by phone.", "Podle telefonické dohody."),
        lines: vec![ProposalLine {
            product: "Windows Server 2022 Standard".into(),
            amount: cx.czk("12,100.00", "12 100,00"),
            units: "1".into(),
        }],
        buttons: vec![Button::post("action-approve-credit", format!("{REQUEST}/approve")).look(Look::Main)],
    };
    vec![
        report(cx, "report", None),
        report(cx, "report-session-over", Some(Link::new("/sign-in", cx.m("action-sign-in")))),
        page("request-decide", &request(cx, Some(decision(cx, None)))),
        page("request-proposed", &request(cx, Some(decision(cx, Some(waiting))))),
        page(
            "request-settled",
            &RequestPage {
                purchase: None,
                write: None,
                refuse: None,
                typed: vec![cx.w("Half of it, as agreed.", "Polovina, podle dohody.")],
                ..request(cx, None)
            },
        ),
        queue(cx, "request-queue", false),
        queue(cx, "request-queue-empty", true),
        asked(cx),
        answers(cx),
        holidays(cx),
    ]
}

fn holidays(cx: Cx) -> Sample {
    let row = HolidayRow {
        id: "2026-12-24".into(),
        day: cx.w("24 Dec 2026", "24. 12. 2026"),
        name: cx.w("Christmas Eve", "Štědrý den"),
        href: "/operator/requests/holidays/2026-12-24".into(),
    };
    let days = Field::new(Kind::Area, "days", "field-days").required().hint("hint-days").max(20_000).wide();
    let view = HolidaysPage {
        t: cx.frame(Area::Operator, "/operator/requests/holidays", cx.m("holidays-title")),
        rows: vec![row],
        remove: "/operator/requests/holidays/remove",
        error: cx.m("field-error-no_day_chosen"),
        form: Some(Form::new("/operator/requests/holidays", "holidays-add").group("", vec![days])),
        empty: cx.empty(
            ("No holidays yet", "An administrator adds them."),
            ("Žádné svátky", "Přidá je správce."),
            None,
        ),
    };
    page("holidays", &view)
}

fn answers(cx: Cx) -> Sample {
    let row = AnswerRow {
        id: "1".into(),
        title: cx.w("Ask for a log", "Žádost o protokol"),
        href: "/operator/requests/answers/1".into(),
        text: cx.w("Please add the log of the setup.", "Přiložte prosím protokol instalace."),
        remove: Some(
            Button::post("action-remove", "/operator/requests/answers/1/remove").look(Look::SmallDanger).about("a-1"),
        ),
    };
    let view = AnswersPage {
        t: cx.frame(Area::Operator, "/operator/requests/answers", cx.m("answers-title")),
        rows: vec![row],
        form: Some(
            Form::new("/operator/requests/answers", "action-save")
                .group("", vec![Field::text("title_en", "field-answer-title-en")]),
        ),
        empty: cx.empty(("None yet", ""), ("Zatím nic", ""), None),
    };
    page("answers", &view)
}

fn report(cx: Cx, name: &'static str, sign_in: Option<Link>) -> Sample {
    let types = choices(&[("refund", &cx.m("problem-type-refund")), ("other", &cx.m("problem-type-other"))]);
    let impacts = choices(&[("moderate", &cx.m("impact-moderate"))]);
    let mut form = forms::cancel_request("/partner/requests/new", "ft", types, impacts);
    if sign_in.is_none() {
        form.kept = vec![
            KeptFile { id: "1".into(), name: "screenshot.png".into(), detail: "PNG · 120 KB".into(), confirm: None },
            KeptFile { id: "2".into(), name: "setup.log".into(), detail: "TXT · 12 KB".into(), confirm: Some(false) },
        ];
    }
    if sign_in.is_some() {
        form.error = Some(cx.m("error-session_over_typed"));
    }
    let mut t = cx.frame(Area::Partner, "/partner/requests/new", cx.m("report-title"));
    t.flash = sign_in.is_none().then(|| cx.flash("Saved.", "Uloženo."));
    page(name, &ReportPage { t, intro: cx.m("report-intro"), form, sign_in })
}

fn money(cx: Cx) -> Totals {
    Totals {
        rows: vec![
            TotalRow::new(cx.m("total-net"), cx.czk("10,000.00", "10 000,00")),
            TotalRow::new(cx.m("total-tax"), cx.czk("2,100.00", "2 100,00")),
            TotalRow::sum(cx.m("total-credit"), cx.czk("12,100.00", "12 100,00")),
        ],
    }
}

fn decision(cx: Cx, proposal: Option<Proposal>) -> Decision {
    let line = DecisionLine {
        product: "Windows Server 2022".into(),
        detail: "Standard".into(),
        amount: Field::text("amount-0", "desk-amount").value("12100.00"),
        left: cx.w("of CZK 24,200.00", "z 24 200,00 Kč"),
        units: Field::text("quantity-0", "desk-units").value("0"),
        of: cx.w("of 2 units", "ze 2 kusů"),
    };
    Decision {
        action: format!("{REQUEST}/credit"),
        version: "1".into(),
        lines: vec![line],
        totals: money(cx),
        consequences: vec![cx.w("The key stays as it is.", "Klíč zůstane, jak je.")],
        reply: Field::new(Kind::Area, "credit_reply", "field-credit-reply").hint("hint-credit-reply").wide(),
        second: cx.m("desk-second-needed"),
        error: String::new(),
        proposal,
    }
}

fn request(cx: Cx, decision: Option<Decision>) -> RequestPage {
    let refusal = Field::new(Kind::Area, "refusal", "field-refusal").required().hint("hint-refusal").wide();
    let note = Field::new(Kind::Area, "note", "field-your-note").required().wide();
    let line = PurchaseLine {
        product: "Windows Server 2022".into(),
        detail: cx.w("2 of 2 units", "2 ze 2 kusů"),
        state: cx.good("Active", "Aktivní"),
        paid: cx.czk("24,200.00", "24 200,00"),
        left: cx.czk("24,200.00", "24 200,00"),
        key: cx.w("Active, 1 activation of 4", "Aktivní, 1 aktivace z 4"),
        links: cx.w("1 in use, 3 downloads", "funkčních: 1, 3 stažení"),
        reveals: cx.m("desk-never"),
    };
    RequestPage {
        t: cx.frame(Area::Operator, REQUEST, cx.w("Request R-000123", "Žádost R-000123")),
        state: cx.warn("Open", "Otevřená"),
        tags: vec![cx.bad("Overdue", "Po termínu")],
        facts: vec![
            Fact::new("field-title", cx.w("Cancel Windows Server 2022", "Zrušit Windows Server 2022")),
            Fact::new("field-partner", "Lumen IT s.r.o."),
        ],
        text: vec![cx.w("The project was stopped.", "Projekt byl zastaven.")],
        files: vec![FileLine {
            name: "setup.log".into(),
            href: format!("{REQUEST}/files/1"),
            detail: "TXT · 12 KB".into(),
            by: "Jana Nováková".into(),
            when: cx.w("2 Mar 2026, 10:00", "2. 3. 2026 10:00"),
            badge: Some(cx.warn("May hold a product key", "Může obsahovat kód Product Key")),
        }],
        notes: vec![Note {
            author: "Petr Novák".into(),
            when: cx.w("22 Nov 2026", "22. 11. 2026"),
            text: vec![cx.w("Any news?", "Je něco nového?")],
        }],
        write: Some(Form::new(format!("{REQUEST}/write"), "action-add-note").group("", vec![note]).plain()),
        reply: cx.w("Half of it, as agreed.", "Polovina, podle dohody."),
        credit: decision.is_none().then(|| money(cx)),
        done: Vec::new(),
        buttons: vec![Button::post("action-take", format!("{REQUEST}/assign")).field("take", "1")],
        links: vec![Link::new("/operator/orders/1", cx.m("desk-open-order"))],
        purchase: Some(Purchase { facts: vec![Fact::code("field-order", "2026-000184")], lines: vec![line] }),
        decision,
        refuse: Some(Form::new(format!("{REQUEST}/refuse"), "desk-refuse-button").group("", vec![refusal]).plain()),
        limit: None,
        canned: Some(Canned {
            action: REQUEST.into(),
            answer: Field::select(
                "answer",
                "field-answer",
                choices(&[("1", &cx.w("Ask for a log", "Žádost o protokol"))]),
            ),
            into_refusal: true,
        }),
        replace: None,
        error: String::new(),
        typed: Vec::new(),
    }
}

fn queue(cx: Cx, name: &'static str, is_empty: bool) -> Sample {
    let row = QueueRow {
        number: "R-000123".into(),
        href: REQUEST.into(),
        title: cx.w("Cancel Windows Server 2022", "Zrušit Windows Server 2022"),
        kind: cx.m("problem-type-refund"),
        partner: "Lumen IT s.r.o.".into(),
        customer: "Contoso Strojírny a.s.".into(),
        impact: cx.m("impact-moderate"),
        due: cx.w("22 Nov 2026", "22. 11. 2026"),
        late: Some(cx.bad("Overdue", "Po termínu")),
        assignee: "Olga Malá".into(),
        state: cx.warn("Open", "Otevřená"),
    };
    let above = Field::new(Kind::Number, "above", "field-second-above").hint("hint-second-above").value("1000");
    let days = Field::new(Kind::Number, "days", "field-personal-days").hint("hint-personal-days").value("1095");
    let view = QueuePage {
        t: cx.frame(Area::Operator, "/operator/requests", cx.m("nav-requests")),
        list: List { filters: vec![Field::text("q", "action-search").wide()], ..List::at("/operator/requests") },
        rows: if is_empty { Vec::new() } else { vec![row] },
        empty: cx.empty(("No requests here", "Nothing waits."), ("Žádné žádosti", "Nic nečeká."), None),
        links: vec![
            Link::new("/operator/requests/answers", cx.m("answers-title")),
            Link::new("/operator/requests/holidays", cx.m("holidays-title")),
        ],
        second: Some(Form::new("/operator/requests-settings", "action-save").group("", vec![above]).plain()),
        personal: Some(Form::new("/operator/requests-personal", "action-save").group("", vec![days]).plain()),
    };
    page(name, &view)
}

fn asked(cx: Cx) -> Sample {
    let row = AskedRow {
        number: "R-000124".into(),
        href: "/customer/requests/1".into(),
        date: cx.w("22 Nov 2026", "22. 11. 2026"),
        title: cx.w("Cancel Windows Server 2022", "Zrušit Windows Server 2022"),
        partner: "Lumen IT s.r.o.".into(),
        state: cx.warn("Open", "Otevřená"),
    };
    let view = AskedPage {
        t: cx.frame(Area::Customer, "/customer/requests", cx.m("nav-requests")),
        rows: vec![row],
        empty: cx.empty(("", ""), ("", ""), None),
    };
    page("asked", &view)
}
