//! Samples: programs that call the REST interface, and the question whether one may act for a person.

use super::{
    super::{
        apps::{self, AppLine, AppPage, Apps, Consent, CredentialLine, Remove, Secret},
        auth::FormPage,
        frame::{Area, Link, PROGRAMS},
        parts::{Badge, Button, Fact, Look},
    },
    Cx, choices, page,
};
use crate::gallery::Sample;

const CLIENT: &str = "0196f2ab-4a51-7c30-9d55-b0a1f2c3d4e5";

pub fn pages(cx: Cx) -> Vec<Sample> {
    vec![
        list(cx, "apps", false),
        list(cx, "apps-empty", true),
        register(cx),
        one(cx),
        secret(cx),
        remove(cx),
        consent(cx),
    ]
}

fn credentials(cx: Cx) -> Vec<CredentialLine> {
    let line = |id: &str, label: &str, kind: &str, hint: &str, until: Badge| CredentialLine {
        id: id.into(),
        label: label.into(),
        kind: cx.m(kind),
        hint: hint.into(),
        until,
        used: cx.w("used 21 November 2026 at 8:15", "použito 21. listopadu 2026 v 8:15"),
        remove: None,
    };
    vec![
        line("1", "web-01", "apps-kind-secret", "k3V…", cx.warn("until 1 December 2026", "do 1. prosince 2026")),
        line("2", "web-02", "apps-kind-certificate", "7a01c4de90", cx.plain("until 1 May 2028", "do 1. května 2028")),
    ]
}

fn list(cx: Cx, name: &'static str, is_empty: bool) -> Sample {
    let line = AppLine {
        href: format!("{PROGRAMS}/1"),
        name: cx.w("Control panel", "Ovládací panel"),
        id: CLIENT.into(),
        roles: cx.m("role-sales_agent"),
        rights: vec![cx.warn("keys and downloads", "klíče a soubory ke stažení")],
        used: cx.m("apps-never-used"),
        credentials: credentials(cx),
    };
    let t = cx.frame(Area::Partner, PROGRAMS, cx.m("nav-apps"));
    let none = ("No program is registered", "Register a program.");
    let empty = cx.empty(none, ("Žádná aplikace není registrována", "Zaregistrujte aplikaci."), None);
    page(name, &Apps { t, rows: if is_empty { vec![] } else { vec![line] }, empty })
}

fn register(cx: Cx) -> Sample {
    let mut form = apps::describe(PROGRAMS, "action-register-app");
    form.fill("keys", "on");
    form.fill("redirect_uris", "http://tool.example");
    form.fail("redirect_uris", cx.m("field-error-not_a_redirect"));
    let t = cx.frame(Area::Partner, "/partner/apps/new", cx.m("apps-new"));
    page("app-register", &FormPage { t, intro: cx.m("apps-new-intro"), form, after: vec![] })
}

fn one(cx: Cx) -> Sample {
    let removable = |line: CredentialLine| CredentialLine {
        remove: Some(Button::post("action-remove", "/remove").about(format!("c-{}", line.id)).look(Look::SmallDanger)),
        ..line
    };
    let mut t = cx.frame(Area::Partner, "/partner/apps/1", cx.w("Control panel", "Ovládací panel"));
    t.crumbs = vec![Link::new(PROGRAMS, cx.m("nav-apps"))];
    let view = AppPage {
        t,
        facts: vec![
            Fact::code("field-client-id", CLIENT),
            Fact::new("legend-app-roles", cx.m("role-sales_agent")),
            Fact::new("field-app-used", cx.m("apps-never-used")),
        ],
        addresses: vec!["https://tool.example/back".into()],
        credentials: credentials(cx).into_iter().map(removable).collect(),
        secret: apps::add_secret("/secrets", choices(&[("30", "30"), ("180", "180")])),
        certificate: apps::add_certificate("/certificates"),
        change: apps::describe("/partner/apps/1", "action-save"),
        is_changing: true,
        remove: Button::open("action-remove-app", "/remove").look(Look::Danger),
    };
    page("app", &view)
}

fn secret(cx: Cx) -> Sample {
    let view = Secret {
        t: cx.frame(Area::Partner, "/partner/apps/1", cx.m("apps-secret-title")),
        intro: cx.w("It is shown only now.", "Ukazuje se jen teď."),
        secret: "k3VxTq9m0bYw2sNf8uHd1A".into(),
        facts: vec![Fact::code("field-client-id", CLIENT), Fact::code("field-tenant-id", CLIENT)],
        next: Link::new("/partner/apps/1", cx.m("action-back")),
    };
    page("app-secret", &view)
}

fn remove(cx: Cx) -> Sample {
    let view = Remove {
        t: cx.frame(Area::Partner, "/partner/apps/1", cx.w("Remove Control panel?", "Odebrat Ovládací panel?")),
        text: cx.m("apps-remove-how"),
        remove: Button::post("action-remove-app", "/remove").look(Look::Danger),
        back: Link::new("/partner/apps/1", cx.m("action-back")),
    };
    page("app-remove", &view)
}

fn consent(cx: Cx) -> Sample {
    let view = Consent {
        t: cx.frame(Area::Partner, "/common/oauth2/authorize", cx.m("consent-title")),
        intro: cx.w("Control panel asks to act for you.", "Ovládací panel chce jednat za vás."),
        facts: vec![Fact::code("field-client-id", CLIENT), Fact::new("consent-as", "Petr Novák (petr@lumen.example)")],
        points: vec![cx.m("consent-keys"), cx.m("consent-recorded"), cx.m("consent-ends")],
        allow: Button::post("action-allow", "/authorize").look(Look::Main),
        refuse: Button::post("action-refuse", "/authorize"),
    };
    page("consent", &view)
}
