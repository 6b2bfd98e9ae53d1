//! Samples: the pages of a migration.

use super::{
    super::{
        form::{Choice, Field, Kind},
        frame::{Area, Frame, Link, Tone},
        list::List,
        migration::{
            AttemptRow, Bulk, CompareRow, EarlierUpload, EvidenceRow, FileRow, Head, KeyRow, LicensePart, LicenseRow,
            Licenses, Machine, MachineRow, Machines, Notice, OrderRow, Overview, Pack, Report, RetryRow, Site, SiteRow,
            Sites, Start, StateRow, UnsavedRow, Upload, VerdictPart, VerdictRow, Verdicts, WaveBoard, WaveRow, Way,
            WhatIf, forms, steps,
        },
        partner::customer_tabs,
        parts::{Button, Fact, Figure, Look},
        timeline::{Bar, Mark, ScaleLine, Timeline},
    },
    Cx, choices, page,
};
use crate::gallery::Sample;

const BASE: &str = "/partner/customers/1";
const HERE: &str = "/partner/customers/1/migration";

pub fn pages(cx: Cx) -> Vec<Sample> {
    vec![
        page("migration-start", &Overview { start: Some(start(cx)), ..overview(cx) }),
        page("migration", &overview(cx)),
        page("migration-upload", &upload(cx)),
        page("migration-verdicts", &verdicts(cx)),
        page("migration-machines", &machines(cx)),
        page("migration-machine", &machine(cx)),
        page("migration-licenses", &licenses(cx)),
        page("migration-waves", &waves(cx)),
        page("migration-sites", &sites(cx)),
        page("migration-site", &site(cx)),
        page("migration-pack", &pack(cx)),
        page("migration-report", &report(cx)),
    ]
}

fn head(cx: Cx, current: &'static str) -> Head {
    let help = Link::new("/partner/requests/new?kind=deployment", cx.m("migration-help"));
    Head { tabs: customer_tabs(BASE, "nav-migration"), steps: steps(HERE, current), help: Some(help) }
}

fn frame(cx: Cx, end: &str, title: &str) -> Frame {
    cx.customer(&format!("/migration{end}"), cx.m(title))
}

fn start(cx: Cx) -> Start {
    let way = |heading, text, command| Way { heading, text, command };
    Start {
        ways: vec![
            way("migration-way-one", "migration-way-one-how", "cscript //Nologo slmgr.vbs /dlv"),
            way("migration-way-list", "migration-way-list-how", ""),
        ],
        script: Link::new(format!("{HERE}/Get-Inventory.ps1"), cx.m("migration-way-script-get")),
        upload: Some(Link::new(format!("{HERE}/upload"), cx.m("migration-upload-now"))),
    }
}

fn overview(cx: Cx) -> Overview {
    let bar = |day: u64, ends, moves| Bar {
        short: cx.w(&format!("{day} Dec"), &format!("{day}. 12.")),
        label: cx.w(&format!("{day} Dec 2026"), &format!("{day}. 12. 2026")),
        ends,
        moves,
    };
    let bars = vec![bar(7, 12, 0), bar(14, 40, 100), bar(21, 0, 90), bar(28, 138, 0)];
    let row = |label: &str, count: &str| StateRow {
        label: cx.m(label),
        count: count.into(),
        href: format!("{HERE}/machines?risk=overdue"),
        note: cx.m("fleet-risk-note-overdue"),
    };
    Overview {
        t: frame(cx, "", "nav-migration"),
        head: head(cx, "migration-overview"),
        start: None,
        notices: vec![Notice {
            link: Some(Link::new(format!("{HERE}/waves"), cx.m("migration-plan-now"))),
            ..Notice::new(Tone::Bad, cx.m("migration-no-plan"))
        }],
        figures: vec![
            Figure::new("migration-machines", "400", ""),
            Figure::new("migration-moved", "120", cx.w("of 390 machines", "z 390 zařízení")),
            Figure::new("migration-at-risk", "12", cx.m("migration-at-risk-note")),
            Figure::new("migration-safe-until", cx.w("14 Dec 2026", "14. 12. 2026"), ""),
        ],
        what_if: Some(WhatIf {
            action: HERE.into(),
            day: Field::new(Kind::Date, "off", "migration-switch-off").value("2026-12-31"),
            sentences: vec![cx.m("fleet-effect")],
            days_max: 365,
            days: 39,
            today: "2026-11-22".into(),
            clear: Some(Link::new(HERE, cx.m("migration-drop-day"))),
            keep: Some(Link::new(format!("{HERE}/waves?off=2026-12-31"), cx.m("migration-keep-day"))),
        }),
        chart: Some(Timeline {
            summary: cx.m("migration-timeline"),
            scale: Timeline::scale_of(Timeline::most(&bars))
                .into_iter()
                .map(|value| ScaleLine { value, text: value.to_string() })
                .collect(),
            bars,
            marks: vec![
                Mark { at: 100, label: cx.m("migration-today") },
                Mark { at: 700, label: cx.m("migration-switch-off-short") },
            ],
        }),
        states: vec![row("fleet-risk-overdue", "3"), row("fleet-risk-urgent", "9")],
    }
}

fn upload(cx: Cx) -> Upload {
    Upload {
        t: frame(cx, "/upload", "migration-upload"),
        head: head(cx, "migration-upload"),
        form: Some(forms::upload(
            &format!("{HERE}/upload"),
            "ft",
            vec![Choice::new("", cx.m("migration-encoding-auto"))],
        )),
        start: start(cx),
        earlier: vec![EarlierUpload {
            when: cx.w("22 Nov 2026, 14:05", "22. 11. 2026 14:05"),
            by: "Petr Novák".into(),
            files: "inventory.csv, paste.txt".into(),
            machines: "400".into(),
            verdict: cx.w("380 read, 20 with doubt, 1 not read", "380 načteno, 20 s pochybností, 1 nenačteno"),
            href: format!("{HERE}/upload/1"),
        }],
    }
}

fn verdicts(cx: Cx) -> Verdicts {
    let row = |machine: &str, why: &str| VerdictRow {
        machine: machine.into(),
        place: "paste.txt, 12".into(),
        why: if why.is_empty() { String::new() } else { cx.m(why) },
    };
    let part = |heading, rows| VerdictPart {
        heading,
        rows,
        next: Some(Link::new(format!("{HERE}/upload/1?kind=doubt&after=50"), cx.m("action-next"))),
    };
    Verdicts {
        t: frame(cx, "/upload/1", "migration-verdicts"),
        head: head(cx, "migration-upload"),
        notices: vec![Notice::new(Tone::Bad, cx.m("fleet-doubt-key-masked"))],
        figures: vec![Figure::new("migration-read-well", "380", ""), Figure::new("migration-unread", "1", "")],
        parts: vec![
            part("migration-unread", vec![row("", "fleet-failure-binary")]),
            part("migration-read-doubt", vec![row("PC-PRAHA-01", "fleet-doubt-days-only")]),
            part("migration-read-well", vec![row("PC-PRAHA-02", "")]),
        ],
        files: vec![FileRow {
            file: "paste.txt".into(),
            formats: "slmgr.vbs".into(),
            encoding: "UTF-8".into(),
            machines: "400".into(),
            unread: "1".into(),
            notes: String::new(),
        }],
        next: Link::new(HERE, cx.m("migration-see-forecast")),
        again: Some(Link::new(format!("{HERE}/upload"), cx.m("migration-upload-more"))),
    }
}

fn machines(cx: Cx) -> Machines {
    let row = |id: &str, name: &str| MachineRow {
        id: id.into(),
        machine: Link::new(format!("{HERE}/machines/{id}"), name),
        site: "Praha".into(),
        product: "Windows 10 Enterprise".into(),
        state: cx.plain("Planned", "Naplánováno"),
        risk: cx.warn("Urgent", "Naléhavé"),
        safe: cx.w("14 Dec 2026", "14. 12. 2026"),
        wave: "2".into(),
        note: cx.m("fleet-doubt-days-only"),
    };
    Machines {
        t: frame(cx, "/machines", "migration-machines"),
        head: head(cx, "migration-machines"),
        list: List {
            filters: vec![
                Field::text("q", "fleet-column-machine").wide(),
                Field::select("risk", "migration-risk", choices(&[("", &cx.m("all"))])),
            ],
            ..cx.list(&format!("{HERE}/machines"), "last_safe_day")
        },
        rows: vec![row("1", "PC-PRAHA-01"), row("2", "PC-PRAHA-02")],
        bulk: Some(Bulk {
            action: format!("{HERE}/machines"),
            fields: vec![
                Field::select("which", "migration-which", choices(&[("ids", &cx.m("migration-which-ids"))])),
                Field::select("to", "migration-assign-to", choices(&[("none", &cx.m("migration-assign-none"))])),
            ],
            back: "sort=name".into(),
            error: cx.m("field-error-fleet_nothing_ticked"),
        }),
        empty: cx.empty(("", ""), ("", ""), None),
    }
}

fn machine(cx: Cx) -> Machine {
    Machine {
        t: cx.customer("/migration/machines/8", "PC-BRNO-08".to_owned()),
        head: head(cx, "migration-machines"),
        facts: vec![
            Fact::state("field-state", cx.warn("Failed", "Nezdařilo se")),
            Fact::new("fleet-column-safe", cx.w("14 Dec 2026", "14. 12. 2026")),
            Fact::link("fleet-column-wave", "2", format!("{HERE}/machines?wave=2")),
        ],
        doubts: vec![cx.m("fleet-doubt-days-only")],
        licenses: vec![LicensePart {
            product: "Windows 10 Enterprise".into(),
            key: "•••••-FKE01".into(),
            channel: cx.m("fleet-channel-kms-client"),
            outlook: cx.m("fleet-outlook-leased"),
            note: String::new(),
            remaining: "43 200".into(),
            observed: cx.w("14 Nov 2026, 9:12", "14. 11. 2026 9:12"),
            safe: cx.w("14 Dec 2026", "14. 12. 2026"),
            moves_to: "Windows".into(),
        }],
        attempts: vec![AttemptRow {
            when: cx.w("14 Dec 2026, 9:12", "14. 12. 2026 9:12"),
            wave: "2".into(),
            code: "0xC004C020".into(),
            meaning: cx.m("fleet-exit-used-up"),
            keys: "…FKE01 → …FKE09".into(),
        }],
        places: vec!["brno.csv".into()],
    }
}

fn licenses(cx: Cx) -> Licenses {
    let kinds = || vec![Choice::new("kms", cx.m("fleet-key-type-kms"))];
    let remove = Button::post("action-remove", format!("{HERE}/licenses/1/remove")).look(Look::SmallDanger);
    Licenses {
        t: frame(cx, "/licenses", "migration-licenses"),
        head: head(cx, "migration-licenses"),
        notices: Vec::new(),
        compare: vec![CompareRow {
            id: "1".into(),
            product: "Windows 11 Enterprise".into(),
            had: "400".into(),
            machines: "270".into(),
            bought: "200".into(),
            missing: "70".into(),
            state: cx.bad("70 missing", "chybí 70"),
            note: String::new(),
            buy: Some(Link::new(format!("{BASE}/add?q=Windows"), cx.m("action-add-products"))),
        }],
        rows: vec![LicenseRow {
            id: "1".into(),
            programme: "Open".into(),
            agreement: "V1234567".into(),
            product: "Windows 10 Enterprise".into(),
            quantity: "400".into(),
            key_type: cx.m("fleet-key-type-kms"),
            ends: cx.w("31 Dec 2026", "31. 12. 2026"),
            remove: Some(remove.about("l-1")),
        }],
        add: Some(forms::license(&format!("{HERE}/licenses"), "ft", kinds())),
        import: Some(forms::license_import(&format!("{HERE}/licenses/import"))),
    }
}

fn sites(cx: Cx) -> Sites {
    let reset = Button::post("migration-site-reset", format!("{HERE}/sites/reset")).look(Look::Small).about("s-1");
    let remove = Button::post("action-remove", format!("{HERE}/sites/orders/remove")).look(Look::SmallDanger);
    Sites {
        t: cx.customer("/migration/sites", cx.m("migration-sites")),
        head: head(cx, "migration-waves"),
        rows: vec![SiteRow {
            id: "1".into(),
            site: Link::new(format!("{HERE}/machines?site=Brno"), "Brno"),
            machines: "120".into(),
            days: cx.w("Saturday, Sunday", "sobota, neděle"),
            capacity: "20".into(),
            edit: Some(Link::new(format!("{HERE}/sites/window?site=Brno"), cx.m("action-change"))),
            reset: Some(reset.field("site", "Brno")),
        }],
        orders: vec![OrderRow {
            id: "1".into(),
            first: "DC-1".into(),
            then: "Brno".into(),
            remove: Some(remove.field("first", "DC-1").field("then", "Brno").about("o-1")),
        }],
        add: Some(forms::order(&format!("{HERE}/sites/orders"))),
    }
}

fn site(cx: Cx) -> Site {
    Site {
        t: cx.customer("/migration/sites/window", "Brno".to_owned()),
        head: head(cx, "migration-waves"),
        form: forms::site(&format!("{HERE}/sites/window"), "Brno"),
    }
}

fn waves(cx: Cx) -> WaveBoard {
    let wave = |id: &str, done: i64, state| WaveRow {
        id: id.into(),
        name: cx.w(&format!("Wave {id}"), &format!("Vlna {id}")),
        day: cx.w("14 Dec 2026", "14. 12. 2026"),
        machines: "50".into(),
        pilots: "2".into(),
        done,
        total: 50,
        progress: format!("{done} / 50"),
        state,
        buttons: vec![
            Button::open("migration-pack", format!("{HERE}/waves/{id}/pack"))
                .look(Look::Small)
                .about(format!("w-{id}")),
            Button::post("migration-hold", format!("{HERE}/waves/{id}/hold"))
                .look(Look::Small)
                .about(format!("w-{id}")),
        ],
    };
    let unsaved = UnsavedRow {
        machine: "PC-BRNO-07".into(),
        why: cx.m("fleet-lost-no-key"),
        safe: cx.w("14 Dec 2026", "14. 12. 2026"),
        planned: "–".into(),
    };
    let key = KeyRow {
        id: "1".into(),
        label: "Windows 11".into(),
        product: "Windows 11 Enterprise".into(),
        key: "•••••-FKE01".into(),
        left: "38".into(),
        origin: cx.m("migration-key-entered"),
        remove: Some(
            Button::post("action-remove", format!("{HERE}/keys/1/remove")).look(Look::SmallDanger).about("k-1"),
        ),
    };
    WaveBoard {
        t: frame(cx, "/waves", "migration-waves"),
        head: head(cx, "migration-waves"),
        notices: Vec::new(),
        proof: vec![Notice::new(Tone::Good, cx.m("fleet-proof-holds"))],
        facts: Vec::new(),
        waves: vec![wave("1", 50, cx.good("Done", "Hotova")), wave("2", 12, cx.bad("Held", "Pozastavena"))],
        unsaved: vec![unsaved],
        unsaved_more: cx.w("and 12 more", "a 12 dalších"),
        remedies: vec![cx.w("12 more activations", "12 dalších aktivací")],
        keys: vec![key],
        keys_note: String::new(),
        add_key: Some(forms::key(&format!("{HERE}/keys"), "ft2")),
        settings: Some(forms::plan(&format!("{HERE}/waves"), "ft")),
        sites: Link::new(format!("{HERE}/sites"), cx.m("migration-sites")),
        retry: vec![RetryRow {
            machine: Link::new(format!("{HERE}/machines/8"), "PC-BRNO-08"),
            when: cx.w("14 Dec 2026, 9:12", "14. 12. 2026 9:12"),
            code: "0xC004C020".into(),
            meaning: cx.m("fleet-exit-used-up"),
        }],
        empty: cx.empty(("", ""), ("", ""), None),
    }
}

fn pack(cx: Cx) -> Pack {
    let form = super::super::form::Form::new(format!("{HERE}/waves/2/pack"), "migration-pack-get");
    Pack {
        t: frame(cx, "/waves/2/pack", "migration-pack"),
        head: head(cx, "migration-waves"),
        facts: vec![Fact::new("migration-token", cx.m("migration-token-none"))],
        warnings: vec![cx.m("migration-pack-token"), cx.m("migration-pack-key")],
        steps: vec![cx.m("fleet-pack-1"), cx.m("fleet-pack-2")],
        form: Some(form),
        back: Link::new(format!("{HERE}/waves"), cx.m("migration-waves")),
    }
}

fn report(cx: Cx) -> Report {
    Report {
        t: cx.frame(Area::Customer, "/customer/migration/report", cx.m("migration-report")),
        head: Head { tabs: Vec::new(), steps: steps("/customer/migration", "migration-report"), help: None },
        notices: vec![Notice::new(Tone::Good, cx.m("migration-all-moved"))],
        facts: vec![Fact::new("field-customer", "Contoso Strojírny a.s.")],
        figures: vec![Figure::new("migration-moved", "400", cx.m("migration-moved-note"))],
        rows: vec![EvidenceRow {
            machine: Link::new(format!("{HERE}/machines/1"), "PC-PRAHA-01"),
            site: "Praha".into(),
            product: "Windows 10 Enterprise".into(),
            wave: "1".into(),
            state: cx.good("Moved", "Převedeno"),
            evidence: cx.m("migration-evidence-missing"),
            when: cx.w("14 Dec 2026, 9:12", "14. 12. 2026 9:12"),
        }],
        export: Some(Link::new("/customer/migration/report.csv", cx.m("action-export-csv"))),
        next: Some(Link::new("/customer/migration/report?after=1", cx.m("action-next"))),
        empty: cx.empty(("", ""), ("", ""), None),
    }
}
