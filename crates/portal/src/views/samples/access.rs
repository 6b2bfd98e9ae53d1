//! Samples: sign-in and its neighbours, errors, refusals, people, activity, public links.

use super::{
    super::{
        activity::{Activity, ActivityRow},
        auth::{ChooseTenant, ErrorPage, FormPage, Notice, Refusal},
        form::{Field, Form, Kind},
        forms,
        frame::{Area, Link, TenantChoice, Theme},
        list::List,
        parts::{Button, Fact, Look},
        people::{People, PersonRow, RoleRequest, RoleTag},
        public::{HandOverPage, LinkDead, LinkPage},
    },
    Cx, choices, page,
};
use crate::gallery::Sample;

pub fn pages(cx: Cx) -> Vec<Sample> {
    let mut pages = vec![sign_in(cx), sign_in_failed(cx), choose(cx), signed_out(cx)];
    pages.extend(passwords(cx));
    pages.push(mail_choices(cx));
    pages.extend([
        error(cx),
        refusal(cx),
        people(cx),
        activity(cx),
        link(cx),
        link_dead(cx),
        hand_over(cx, false),
        hand_over(cx, true),
    ]);
    pages
}

fn form_page(cx: Cx, title: String, intro: String, form: super::super::form::Form) -> FormPage {
    FormPage { t: cx.bare(title), intro, form, after: vec![] }
}

fn sign_in(cx: Cx) -> Sample {
    let after = vec![Link::new("/forgot", cx.m("action-forgot-password"))];
    page(
        "sign-in",
        &FormPage { after, ..form_page(cx, cx.m("action-sign-in"), String::new(), forms::sign_in("/sign-in")) },
    )
}

fn sign_in_failed(cx: Cx) -> Sample {
    let mut form = forms::sign_in("/sign-in");
    form.fill("email", "petr@");
    form.fail("email", cx.w("Enter a whole e-mail address.", "Zadejte úplnou e-mailovou adresu."));
    page("sign-in-failed", &form_page(cx, cx.m("action-sign-in"), String::new(), form))
}

fn choose(cx: Cx) -> Sample {
    let choice = |id: &str, name: &str, note: &str| TenantChoice { id: id.into(), name: name.into(), note: cx.m(note) };
    let choices = vec![
        choice("1", "Lumen IT s.r.o.", "role-admin_agent"),
        choice("2", "Contoso Strojírny a.s.", "role-global_admin"),
    ];
    let title = cx.w("Choose an organization", "Vyberte organizaci");
    page("choose-tenant", &ChooseTenant { t: cx.bare(title), action: "/switch".into(), choices })
}

fn signed_out(cx: Cx) -> Sample {
    let next = Some(Link::new("/sign-in", cx.m("action-sign-in")));
    let text = cx.w("You are signed out.", "Jste odhlášeni.");
    page("signed-out", &Notice { t: cx.bare(cx.w("Goodbye", "Na shledanou")), text, next })
}

fn mail_choices(cx: Cx) -> Sample {
    let offered = [("orders", true), ("cancellations", true), ("requests", false), ("reminders", true)];
    let form = forms::mail_choices("/mail-choices", &offered, "/partner", &cx.m("action-back"));
    page("mail-choices", &form_page(cx, cx.m("mail-choices-title"), cx.m("mail-choices-intro"), form))
}

fn passwords(cx: Cx) -> Vec<Sample> {
    let forgot = form_page(
        cx,
        cx.w("Forgot your password?", "Zapomněli jste heslo?"),
        cx.w("We send you a link that is valid for one hour.", "Pošleme vám odkaz platný jednu hodinu."),
        forms::forgot_password("/forgot"),
    );
    let reset = form_page(
        cx,
        cx.w("Set a new password", "Nastavit nové heslo"),
        String::new(),
        forms::reset_password("/reset"),
    );
    let invited = form_page(
        cx,
        cx.w("Welcome to Lumen IT", "Vítejte v Lumen IT"),
        cx.w("Petr Novák invites you as sales agent.", "Petr Novák vás zve jako prodejního agenta."),
        forms::accept_invitation("/invitation/1", true),
    );
    vec![page("forgot-password", &forgot), page("reset-password", &reset), page("accept-invitation", &invited)]
}

fn error(cx: Cx) -> Sample {
    let view = ErrorPage {
        t: cx.bare(cx.w("Not found", "Nenalezeno")),
        sentence: cx.w(
            "There is no such order, or it is not yours to see.",
            "Taková objednávka neexistuje, nebo ji nemůžete vidět.",
        ),
        code: "not_found".into(),
        request_id: "019abf3e-9c1d-7c40".into(),
        advice: cx.w("Check the address or use the search.", "Zkontrolujte adresu nebo použijte hledání."),
        back: Some(Link::new("/", cx.m("nav-home"))),
    };
    page("error", &view)
}

fn refusal(cx: Cx) -> Sample {
    let view = Refusal {
        t: cx.frame(Area::Customer, "/customer/software", cx.w("A role is missing", "Chybí role")),
        sentence: cx.w(
            "Product keys need a role that you do not hold.",
            "Pro kódy Product Key je potřeba role, kterou nemáte.",
        ),
        role: cx.m("role-global_admin"),
        holders: vec!["Jana Dvořáková".into(), "Karel Říha".into()],
        ask: Some(forms::ask_for_role("/ask", "global_admin", "ft")),
        asked: false,
        code: "role_missing".into(),
        request_id: "019abf3e-9c1d-7c41".into(),
    };
    page("refusal", &view)
}

/// Two members and an open invitation.
pub fn staff(cx: Cx) -> Vec<PersonRow> {
    let role = |id: &str| RoleTag { name: cx.m(id), until: String::new(), revoke: None };
    let remove = |id: &str| {
        Some(Button::post("action-remove", "/people/remove").look(Look::SmallDanger).about(format!("p-{id}")))
    };
    let lent = RoleTag {
        until: cx.w("until 23 Nov 2026, 18:00", "do 23. 11. 2026 18:00"),
        revoke: Some(Button::post("action-revoke", "/people/revoke").look(Look::Small).about("p-2")),
        ..role("role-admin_agent")
    };
    let person = |id: &str, name: &str, roles, seen: String, state| PersonRow {
        id: id.into(),
        name: name.into(),
        email: format!("{id}@lumen.example"),
        roles,
        last_seen: seen,
        state,
        reset: None,
        export: Some(
            Button::post("action-export-person", "/people/export").look(Look::Small).about(format!("p-{id}")).stays(),
        ),
        remove: remove(id),
    };
    let today = cx.w("today, 9:12", "dnes 9:12");
    vec![
        person(
            "1",
            "Petr Novák",
            vec![role("role-admin_agent"), role("role-user_admin")],
            today.clone(),
            cx.good("Active", "Aktivní"),
        ),
        person("2", "Eva Kučerová", vec![role("role-sales_agent"), lent], today, cx.good("Active", "Aktivní")),
        person("3", "Tomáš Beran", vec![role("role-helpdesk_agent")], "–".into(), cx.warn("Invited", "Pozván")),
    ]
}

fn people(cx: Cx) -> Sample {
    let roles = choices(&[("admin_agent", &cx.m("role-admin_agent")), ("sales_agent", &cx.m("role-sales_agent"))]);
    let request = RoleRequest {
        id: "9".into(),
        text: cx.w(
            "Eva Kučerová asks for Admin agent: “Install day at Contoso”",
            "Eva Kučerová žádá o roli Agent správce: „Instalace u Contoso“",
        ),
        when: cx.w("20 minutes ago", "před 20 minutami"),
        grant: forms::answer_request("/people/grant", "9", "ft"),
        decline: Button::post("action-decline", "/people/decline").about("r-9"),
    };
    let mut grant = forms::grant_role("/people/grant", "ft", choices(&[("2", "Eva Kučerová")]), Vec::new());
    grant.choices("grant_role", roles.clone());
    let view = People {
        t: cx.frame(Area::Partner, "/partner/people", cx.m("nav-people")),
        requests: vec![request],
        rows: staff(cx),
        invite: Some(forms::invite("/people/invite", "ft", roles)),
        grant: Some(grant),
        export: Some(
            Form::new("/people/export", "action-export-person")
                .group("", vec![Field::new(Kind::Email, "address", "field-contact-email").required()])
                .plain(),
        ),
    };
    page("people", &view)
}

fn activity(cx: Cx) -> Sample {
    let row = |hour: &str, who: &str, what: String, outcome| ActivityRow {
        when: cx.w(&format!("22 Nov 2026, {hour}"), &format!("22. 11. 2026 {hour}")),
        instant: format!("2026-11-22T{hour}:00Z"),
        who: who.into(),
        tenant: "Lumen IT s.r.o.".into(),
        what,
        details: String::new(),
        about: "Windows Server 2022 Standard".into(),
        href: "/purchase/1".into(),
        from: "203.0.113.17".into(),
        outcome,
    };
    let kinds = choices(&[("", &cx.m("all")), ("key", &cx.w("Keys", "Klíče")), ("order", &cx.m("nav-orders"))]);
    let list = List {
        filters: vec![
            Field::new(Kind::Date, "from", "field-from"),
            Field::new(Kind::Date, "to", "field-to"),
            Field::text("person", "field-person"),
            Field::select("kind", "field-kind", kinds),
        ],
        export: Some("/activity.csv".into()),
        ..cx.list("/partner/activity", "")
    };
    let view = Activity {
        t: cx.frame(Area::Partner, "/partner/activity", cx.m("nav-activity")),
        tabs: vec![],
        intro: cx.w("Records are sealed and can be verified.", "Záznamy jsou zapečetěné a lze je ověřit."),
        list,
        rows: vec![
            row("09:41", "Petr Novák", cx.w("Key shown", "Klíč zobrazen"), cx.good("Done", "Provedeno")),
            row("09:40", "Eva Kučerová", cx.w("Key asked for", "Žádost o klíč"), cx.bad("Refused", "Odmítnuto")),
            row("09:12", "Eva Kučerová", cx.w("Order placed", "Objednáno"), cx.good("Done", "Provedeno")),
        ],
        proofs: Some(Link::new("/activity/proofs", cx.w("Download with proofs", "Stáhnout s důkazy"))),
        empty: cx.empty(("Nothing yet", ""), ("Zatím nic", ""), None),
    };
    page("activity", &view)
}

fn link(cx: Cx) -> Sample {
    let facts = vec![
        Fact::new("field-expires", cx.w("6 Dec 2026, 23:59", "6. 12. 2026 23:59")),
        Fact::new("field-uses", cx.w("2 of 3 left", "zbývají 2 ze 3")),
        Fact::new("field-size", "5.3 GB"),
    ];
    let view = LinkPage {
        t: cx.bare(cx.w("Your download is ready", "Vaše stažení je připraveno")),
        facts,
        start: Some(forms::start_download("/l/token/start", true)),
        download: None,
        command: Some(Button::post("action-make-command", "/l/token/start").look(Look::Small)),
        curl: String::new(),
        check: Some(super::software::check()),
    };
    page("public-link", &view)
}

fn hand_over(cx: Cx, is_recipient: bool) -> Sample {
    let code = Field::new(Kind::Number, "code", "field-code").required().hint("hint-code").auto("one-time-code");
    let form = super::super::form::Form::new("/hand-over/token", "action-show-key").group("", vec![code]);
    let view = HandOverPage {
        t: cx.bare(cx.m("hand-over-title")),
        facts: vec![Fact::new("field-product", "Windows Server 2022"), Fact::new("hand-over-from", "Lumen IT s.r.o.")],
        show: is_recipient.then(|| Button::post("action-show-key", "/hand-over/token").look(Look::Main)),
        code: (!is_recipient).then_some(form),
        ask: (!is_recipient).then(|| Button::post("action-send-code-again", "/hand-over/token/code")),
    };
    page(if is_recipient { "hand-over-signed-in" } else { "hand-over" }, &view)
}

fn link_dead(cx: Cx) -> Sample {
    let mut t = cx.bare(cx.w("This link no longer works", "Tento odkaz už nefunguje"));
    t.theme = Theme::from_word("dark");
    let view = LinkDead {
        t,
        reason: cx.w("It has been used as often as was allowed.", "Byl použit tolikrát, kolikrát bylo povoleno."),
        advice: cx.w("Ask the person who sent it for a new one.", "O nový požádejte toho, kdo vám ho poslal."),
        request_id: "019abf3e-9c1d-7c42".into(),
    };
    page("public-link-dead", &view)
}
