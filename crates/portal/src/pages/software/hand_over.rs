//! *Hand over to a person* on the page of a purchase: the form, the list, and taking back (M16).

use perpetua_app::hand_over::{self, HandOver, Seen, Standing};
use perpetua_app::{FormKey, Problem};
use perpetua_domain::id::OrderLineId;
use perpetua_http::{FormData, PostForm, status_of};
use perpetua_i18n::{Lang, text};

use super::{At, purchase, wording};
use crate::shell::{Answer, fail_form, go, page, page_with, titled};
use crate::views::form::{Choice, Field, Form, Kind};
use crate::views::frame::{Link, Tone};
use crate::views::parts::{Badge, Button, Fact, Look};
use crate::views::software::{HandOverRow, LinkMade};

/// The form; its field names are those of the use case.
pub fn form(at: &At) -> Form {
    let lang = at.visitor.origin.lang;
    let languages = Lang::ALL.map(|lang| Choice::new(lang.tag(), lang.native_name())).to_vec();
    let fields = vec![
        Field::text("recipient_name", "field-person-name").required().auto("off").max(120),
        Field::new(Kind::Email, "recipient_email", "field-person-email").required().auto("off").max(254),
        Field::select("recipient_language", "field-person-language", languages).required().value(lang.tag()),
        Field::new(Kind::Number, "hand_over_days", "field-link-days").required().value("14").max(2),
    ];
    let action = format!("{}/hand-over", at.purchase());
    Form::new(action, "action-hand-over").group("", fields).once(at.visitor.form_token()).plain()
}

/// *Hand over*.
pub async fn give(at: At, PostForm(typed): PostForm) -> Answer {
    let line = at.line()?;
    let key = FormKey::new(&at.caller, "key.handed_over", typed.get("form_token"));
    let given = match command(line, at.visitor.origin.lang, &typed) {
        Ok(command) => hand_over::give(&at.visitor.site.app, &at.caller, key, command).await,
        Err(problem) => Err(problem),
    };
    match given {
        Ok(Some(hand_over::Given { address: Some(url), expires_at, .. })) => {
            let lang = at.visitor.origin.lang;
            let until = wording::at(lang, expires_at, &crate::zone::of_reader());
            super::actions::secret(page(&LinkMade {
                t: titled(&at.visitor, text(lang, "hand-over-made").into_owned()),
                url,
                facts: vec![
                    Fact::new("field-recipient", typed.get("recipient_name")),
                    Fact::new("field-expires", until),
                ],
                back: Link::new(format!("{}?get=1", at.purchase()), text(lang, "action-back")),
            })?)
        }
        Ok(Some(_)) => go(&format!("{}?get=1&done=handed-over", at.purchase())),
        Ok(None) => go(&format!("{}?get=1&done=handed-over-before", at.purchase())),
        Err(problem) if !problem.fields.is_empty() => again(&at, &typed, &problem).await,
        Err(problem) => Err(problem.into()),
    }
}

fn command(line: OrderLineId, lang: Lang, typed: &FormData) -> Result<HandOver, Problem> {
    let days = match typed.get("hand_over_days") {
        "" => None,
        days => Some(days.parse().map_err(|_| Problem::field("hand_over_days", "link_lifetime"))?),
    };
    Ok(HandOver {
        line,
        name: typed.get("recipient_name").to_owned(),
        email: typed.get("recipient_email").to_owned(),
        language: Lang::from_tag(typed.get("recipient_language")).unwrap_or(lang),
        days,
    })
}

/// The page again, with what was wrong beside its field.
async fn again(at: &At, typed: &FormData, problem: &Problem) -> Answer {
    // The part with the form is open, whatever was chosen before.
    let mut shown = typed.clone();
    shown.push("get".to_owned(), "1".to_owned());
    let mut view = purchase::view(at, &shown, String::new()).await?;
    if let Some(form) = view.result.as_mut().and_then(|media| media.hand_over.as_mut()) {
        fail_form(at.visitor.origin.lang, form, typed, problem);
    }
    page_with(status_of(problem), &view)
}

/// *Take back*.
pub async fn revoke(at: At, PostForm(_): PostForm) -> Answer {
    let id = at.id("hand_over")?;
    let line = hand_over::revoke(&at.visitor.site.app, &at.caller, id).await?;
    go(&format!("{}/{line}?get=1&done=hand-over-revoked", at.list()))
}

/// What was handed over, for those who may do so.
pub async fn rows(at: &At, line: OrderLineId) -> Result<Vec<HandOverRow>, Problem> {
    match hand_over::list(&at.visitor.site.app, &at.caller, line).await {
        Ok(found) => Ok(found.into_iter().map(|seen| row(at, seen)).collect()),
        // Who sees the page without being allowed to look at keys sees no hand-overs either.
        Err(problem) if problem.kind == perpetua_app::Kind::Forbidden => Ok(Vec::new()),
        Err(problem) => Err(problem),
    }
}

fn row(at: &At, Seen { row, standing, may_revoke }: Seen) -> HandOverRow {
    let lang = at.visitor.origin.lang;
    let zone = crate::zone::of_reader();
    let when = |moment: jiff::Timestamp| wording::at(lang, moment, &zone);
    let id = row.id.0.to_string();
    let tone = match standing {
        Standing::Waiting | Standing::Opened => Tone::Warn,
        Standing::Shown => Tone::Good,
        Standing::Revoked | Standing::Locked | Standing::Expired | Standing::Dead => Tone::Plain,
    };
    let revoke = format!("{}/hand-overs/{id}/revoke", at.purchase());
    HandOverRow {
        name: row.recipient_name,
        email: row.recipient_email,
        made: when(row.created_at.timestamp()),
        by: row.giver_name,
        expires: when(row.expires_at.timestamp()),
        opened: row.opened_at.map(|moment| when(moment.timestamp())).unwrap_or_default(),
        shown: row.shown_at.map(|moment| when(moment.timestamp())).unwrap_or_default(),
        state: Badge::new(tone, text(lang, &format!("hand-over-{standing}"))),
        revoke: may_revoke
            .then(|| Button::post("action-revoke", revoke).look(Look::SmallDanger).about(format!("h-{id}"))),
        id,
    }
}
