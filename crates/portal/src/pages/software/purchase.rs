//! The page of one purchase: facts, the three selects, key and download, links and their uses (M15–M18).

use perpetua_app::links::{self, LinkView};
use perpetua_app::software::{self, MediaPart, MediumView, PurchaseFacts, PurchasePage};
use perpetua_app::{App, Kind, Problem, people};
use perpetua_domain::access::Role;
use perpetua_domain::media::{Bit, Choices, MediaLanguage, Selection};
use perpetua_http::FormData;
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::{At, hand_over, wording};
use crate::shell::{self, Answer, titled};
use crate::views::form::{Choice, Field, Form};
use crate::views::forms;
use crate::views::parts::{Button, Fact, Look};
use crate::views::software::{Check, LinkRow, LinkUse, Media, Purchase, RefusedPart};

pub async fn page(at: At) -> Answer {
    let query = at.visitor.here.split_once('?').map_or("", |(_, query)| query).to_owned();
    let view = view(&at, &FormData::parse(&query), String::new()).await?;
    shell::page(&view)
}

/// What the three selects say.
fn selection(form: &FormData) -> Selection {
    Selection {
        version: Some(form.get("version")).filter(|version| !version.is_empty()).map(str::to_owned),
        language: MediaLanguage::parse(form.get("language")),
        bit: Bit::parse(form.get("bit")),
    }
}

/// The page; `curl` is the line of a session that was just opened.
pub async fn view(at: &At, form: &FormData, curl: String) -> Result<Purchase, Problem> {
    let app = &at.visitor.site.app;
    let line = at.line()?;
    let found = software::page(app, &at.caller, line, selection(form)).await?;
    if found.facts.customer != at.customer {
        return Err(Problem::not_found());
    }
    let lang = at.visitor.origin.lang;
    let mut t = titled(&at.visitor, found.facts.product.clone());
    t.crumbs = at.crumbs(&found.customer_name);
    t.crumbs.push(crate::views::frame::Link::new(at.list(), text(lang, "nav-software")));
    let to = format!("{}/cancel", at.purchase());
    // After the window the same page takes a request that a person decides (M19).
    let cancel = match found.facts.window {
        software::Window::Open { .. } => Button::open("action-cancel", to).look(Look::Danger),
        software::Window::Closed { .. } => Button::open("report-title", to),
    };
    let ask = Button::open("action-ask-cancel", format!("{}/ask", at.purchase()));
    let mut view = Purchase {
        t,
        state: wording::state(lang, found.facts.state),
        facts: facts(at, &found),
        closed: String::new(),
        choice_action: at.purchase(),
        choices: Vec::new(),
        version_note: String::new(),
        result: None,
        links: Vec::new(),
        hand_overs: Vec::new(),
        cancel: found.may_cancel.then_some(cancel).or_else(|| found.may_ask.then_some(ask)),
        refused: None,
    };
    match found.media {
        MediaPart::Cancelled => {
            view.closed = text(lang, "error-purchase_cancelled").into_owned();
            // What was given out is still known, and who used it (M18).
            view.links = match link_rows(at, line, &found.facts).await {
                Err(problem) if problem.kind == Kind::Forbidden => Vec::new(),
                rows => rows?,
            };
            view.hand_overs = hand_over::rows(at, line).await?;
        }
        MediaPart::RelationshipEnded => view.closed = text(lang, "error-relationship_ended").into_owned(),
        MediaPart::MissingRole { any_of } => view.refused = Some(refused(at, any_of).await?),
        MediaPart::Offered { choices, media, may_link } => {
            view.choices = selects(lang, &choices);
            view.version_note = version_note(lang, &choices);
            if media.is_empty() {
                view.closed = text(lang, "purchase-no-media").into_owned();
            } else if form.is_on("get") {
                view.result = Some(result(at, &found.facts, &media[0], may_link, curl).await?);
            }
            view.links = link_rows(at, line, &found.facts).await?;
            view.hand_overs = hand_over::rows(at, line).await?;
        }
    }
    Ok(view)
}

fn facts(at: &At, found: &PurchasePage) -> Vec<Fact> {
    let lang = at.visitor.origin.lang;
    let facts = &found.facts;
    let order = at.order(facts.order);
    let mut shown = vec![
        Fact::new("field-edition", facts.edition.clone()),
        Fact::new("field-quantity", wording::quantity(lang, facts)),
        if found.may_see_order && !order.is_empty() {
            Fact::link("field-order", facts.order_number.clone(), order)
        } else {
            Fact::new("field-order", facts.order_number.clone())
        },
        Fact::new("field-date", format::date(lang, facts.placed_on)),
        Fact::new("field-days-to-cancel", wording::window_until(lang, facts)),
    ];
    if let Some(day) = facts.term_last_day {
        shown.push(Fact::new("field-term-end", format::date(lang, day)));
    }
    if let Some((used, limit)) = facts.activations {
        let machines = format!("{}/machines", at.purchase());
        shown.push(Fact::link("field-activations", wording::activations(lang, used, limit), machines));
    }
    if at.caller.tenant != facts.partner {
        shown.push(Fact::new("field-partner", found.partner_name.clone()));
    }
    shown
}

async fn refused(at: &At, any_of: &'static [Role]) -> Result<RefusedPart, Problem> {
    let lang = at.visitor.origin.lang;
    let roles: Vec<String> = any_of.iter().map(|role| text(lang, &format!("role-{role}")).into_owned()).collect();
    if roles.is_empty() {
        let sentence = text(lang, "purchase-never-yours").into_owned();
        return Ok(RefusedPart { sentence, holders: Vec::new(), ask: None });
    }
    let (holders, asked) = people::who_holds(&at.visitor.site.app, &at.caller, any_of).await?;
    let ask = any_of.last().filter(|role| !asked.contains(role));
    Ok(RefusedPart {
        sentence: text_with(lang, "purchase-needs-role", &Args::new().set("roles", roles.join(", "))),
        holders: holders.into_iter().map(|holder| holder.name).collect(),
        ask: ask.map(|role| forms::ask_for_role("/people/ask", role.as_text(), &at.visitor.form_token())),
    })
}

fn selects(lang: Lang, choices: &Choices) -> Vec<Field> {
    let versions = choices.versions.iter().map(|choice| {
        let label = if choice.is_downgrade {
            text_with(lang, "version-older", &Args::new().set("version", &choice.version.label))
        } else {
            choice.version.label.clone()
        };
        (choice.version.label.clone(), label, choice.is_selected)
    });
    let languages = choices
        .languages
        .iter()
        .map(|choice| (choice.value.to_string(), wording::language(lang, choice.value.as_str()), choice.is_selected));
    let bits = choices
        .bits
        .iter()
        .map(|choice| (choice.value.as_text().to_owned(), wording::bit(choice.value).to_owned(), choice.is_selected));
    vec![
        select("version", "field-version", versions),
        select("language", "field-language", languages),
        select("bit", "field-bit", bits),
    ]
}

fn select(name: &str, label: &'static str, options: impl Iterator<Item = (String, String, bool)>) -> Field {
    let options: Vec<_> = options.collect();
    let selected = options.iter().find(|(.., is_selected)| *is_selected).map(|(value, ..)| value.clone());
    let choices = options.into_iter().map(|(value, label, _)| Choice::new(value, label)).collect();
    Field::select(name, label, choices).value(selected.unwrap_or_default())
}

fn version_note(lang: Lang, choices: &Choices) -> String {
    let selected = choices.versions.iter().find(|version| version.is_selected);
    let ended = selected.and_then(|version| version.support_ended_on);
    let ended =
        ended.map(|day| text_with(lang, "version-unsupported", &Args::new().set("date", format::date(lang, day))));
    let older = selected.filter(|version| version.is_downgrade).map(|_| text(lang, "version-downgrade").into_owned());
    [older, ended].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

async fn result(
    at: &At,
    facts: &PurchaseFacts,
    medium: &MediumView,
    may_link: bool,
    curl: String,
) -> Result<Media, Problem> {
    let lang = at.visitor.origin.lang;
    let path = at.purchase();
    let (used, limit) = facts.activations.unwrap_or_default();
    let copy_link = if may_link { Some(copy_link(at, medium).await?) } else { None };
    Ok(Media {
        get_key: Button::post("action-get-key", format!("{path}/key")).look(Look::Main).in_dialog("#product-key"),
        activations: wording::activations(lang, used, limit),
        facts: vec![
            Fact::new("field-file", medium.file_name.clone()),
            Fact::new("field-file-type", medium.file_type.as_text().to_uppercase()),
            Fact::new("field-size", format::size(lang, medium.size)),
            Fact::code("field-sha256", medium.sha256.clone()),
            signature(medium),
        ],
        download: Button::post("action-download", format!("{path}/download"))
            .look(Look::Main)
            .field("media", medium.id.to_string())
            .stays(),
        command: Button::post("action-make-command", format!("{path}/download"))
            .look(Look::Small)
            .field("media", medium.id.to_string())
            .field("version", medium.version.clone())
            .field("language", medium.language.clone())
            .field("bit", medium.bit.as_text())
            .field("command", "1")
            .field("get", "1"),
        check: check(&at.visitor.site.app, medium),
        curl,
        copy_link,
        // Who may make links may look at keys, and whoever may look at a key may hand it over.
        hand_over: may_link.then(|| hand_over::form(at)),
    })
}

/// The signature as a fact beside a file.
pub fn signature(medium: &MediumView) -> Fact {
    Fact::code("field-signature", format!("Ed25519 · {} · {}", medium.signing_key, medium.signature))
}

/// How to check a file.
pub fn check(app: &App, medium: &MediumView) -> Check {
    Check {
        file: medium.file_name.clone(),
        signature: format!("data:application/octet-stream;base64,{}", medium.signature),
        key: medium.key_address(app),
        commands: medium.check_commands(app),
    }
}

/// The form of *Copy link*, with the days and downloads of the purchase's policy.
async fn copy_link(at: &At, medium: &MediumView) -> Result<Form, Problem> {
    let (days, uses) = links::defaults(&at.visitor.site.app, &at.caller, at.line()?).await?;
    let path = format!("{}/link", at.purchase());
    let mut form = forms::copy_link(&path, &at.visitor.form_token(), &medium.id.to_string());
    form.fill("days", &days.to_string());
    form.fill("uses", &uses.to_string());
    // The choice travels along, so that the page can show wrong terms beside the same file.
    let chosen = [
        ("version", medium.version.as_str()),
        ("language", medium.language.as_str()),
        ("bit", medium.bit.as_text()),
        ("get", "1"),
    ];
    Ok(form.group("", chosen.map(|(name, value)| Field::hidden(name, value)).to_vec()))
}

async fn link_rows(
    at: &At,
    line: perpetua_domain::id::OrderLineId,
    facts: &PurchaseFacts,
) -> Result<Vec<LinkRow>, Problem> {
    let found = links::list(&at.visitor.site.app, &at.caller, line).await?;
    Ok(found.into_iter().map(|link| link_row(at, facts, link)).collect())
}

fn link_row(at: &At, facts: &PurchaseFacts, link: LinkView) -> LinkRow {
    let lang = at.visitor.origin.lang;
    let id = link.id.to_string();
    let path = format!("{}/links/{id}", at.purchase());
    let about = format!("k-{id}");
    let button = |label, end: &str, look| Button::post(label, format!("{path}/{end}")).look(look).about(about.clone());
    let recipient = if link.recipient.is_empty() { text(lang, "link-for-nobody").into_owned() } else { link.recipient };
    let protected = if link.is_protected { format!(" · {}", text(lang, "link-protected")) } else { String::new() };
    LinkRow {
        recipient,
        file: format!("{}{protected}", link.file_name),
        made: wording::at(lang, link.created_at, &facts.zone),
        by: if link.made_by.is_empty() {
            String::new()
        } else {
            super::super::money::with(lang, "link-made-by", "name", &link.made_by)
        },
        expires: wording::at(lang, link.expires_at, &facts.zone),
        used: text_with(lang, "link-used", &Args::new().set("uses", link.uses).num("max", link.uses_max)),
        state: wording::link_state(lang, link.state),
        uses: link
            .history
            .iter()
            .take(20)
            .map(|used| LinkUse {
                when: wording::at(lang, used.at, &facts.zone),
                network: used.network.clone(),
                result: wording::link_outcome(lang, &used.outcome),
            })
            .collect(),
        revoke: link.may_revoke.then(|| button("action-revoke", "revoke", Look::SmallDanger)),
        renew: link.may_renew.then(|| button("action-renew", "renew", Look::Small)),
        id,
    }
}
