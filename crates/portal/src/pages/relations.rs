//! The customer's page about its partners: who serves it, who asks to, and the way to end it.

use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use perpetua_app::Kind;
use perpetua_app::customers::relationships::{self, PartnerOfCustomer, Partners};
use perpetua_domain::id::TenantId;
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde::Deserialize;

use super::people::id;
use crate::shell::{Answer, fail_form, frame, go, page, page_with};
use crate::views::auth::FormPage;
use crate::views::forms;
use crate::views::frame::{Link, Tone};
use crate::views::partner::{Invitation, RelationRow, Relations};
use crate::views::parts::{Badge, Button, Look};

/// Pages about a customer's partners.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/customer/partners", get(list))
        .route("/customer/partners/accept", post(accept))
        .route("/invite", get(asked).post(accept_asked))
        .route("/customer/partners/decline", post(decline))
        .route("/customer/partners/{partner}/end", get(end_page).post(end))
}

/// A day as people read it.
pub fn day(lang: Lang, at: jiff::Timestamp) -> String {
    format::date(lang, at.to_zoned(crate::zone::of_reader()).date())
}

async fn list(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let found = relationships::of_customer(&visitor.site.app, &caller).await?;
    page(&view(&visitor, &found))
}

fn view(visitor: &Visitor, found: &Partners) -> Relations {
    let lang = visitor.origin.lang;
    let invitations = found.invitations.iter().enumerate().map(|(index, invitation)| {
        let button = |label, verb| {
            Button::post(label, format!("/customer/partners/{verb}"))
                .field("invitation", invitation.id.to_string())
                .about(format!("i-{}", index + 1))
        };
        Invitation {
            partner: invitation.name.clone(),
            note: text_with(lang, "relation-invited", &Args::new().set("date", day(lang, invitation.at))),
            accept: found.can_decide.then(|| button("action-accept", "accept").look(Look::Main)),
            decline: found.can_decide.then(|| button("action-decline", "decline")),
        }
    });
    let rows = found.partners.iter().enumerate().map(|(index, partner)| row(lang, found.can_decide, index, partner));
    Relations { t: frame(visitor, "nav-relations"), invitations: invitations.collect(), rows: rows.collect() }
}

fn row(lang: Lang, can_decide: bool, index: usize, partner: &PartnerOfCustomer) -> RelationRow {
    let relationship = &partner.relationship;
    let ended = relationship.ended_at.map_or_else(String::new, |at| {
        let by = if relationship.ended_by_partner { "relation-ended-by-partner" } else { "relation-ended-by-customer" };
        text_with(lang, by, &Args::new().set("date", day(lang, at)))
    });
    let is_active = relationship.ended_at.is_none();
    let end = Button::open("action-end-relationship", format!("/customer/partners/{}/end", partner.partner));
    RelationRow {
        partner: partner.name.clone(),
        since: day(lang, relationship.since),
        state: if is_active {
            Badge::new(Tone::Good, text(lang, "customer-state-active"))
        } else {
            Badge::new(Tone::Plain, text(lang, "customer-state-ended"))
        },
        ended,
        end: (is_active && can_decide).then(|| end.look(Look::SmallDanger).about(format!("rel-{}", index + 1))),
    }
}

async fn accept(signed_in: SignedIn, PostForm(form): PostForm) -> Answer {
    answer(signed_in, &form, true).await
}

async fn decline(signed_in: SignedIn, PostForm(form): PostForm) -> Answer {
    answer(signed_in, &form, false).await
}

async fn answer(SignedIn { caller, visitor }: SignedIn, form: &FormData, accept: bool) -> Answer {
    let invitation = id(form.get("invitation"))?;
    relationships::answer(&visitor.site.app, &caller, invitation, accept).await?;
    let done = if accept { "relationship-accepted" } else { "relationship-declined" };
    go(&format!("/customer/partners?done={done}"))
}

/// What stands in the address that a partner handed over.
#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "partnerId", default)]
    partner: String,
}

/// The page of partners with the one on top that handed over the address.
async fn asked(SignedIn { caller, visitor }: SignedIn, Query(query): Query<Asked>) -> Answer {
    let (app, partner) = (&visitor.site.app, id(&query.partner)?);
    let asking = relationships::asking(app, &caller, partner).await?;
    let found = relationships::of_customer(app, &caller).await?;
    let mut view = view(&visitor, &found);
    if let Some(name) = asking {
        let accept = Button::post("action-accept", "/invite".to_owned()).field("partner", partner.to_string());
        let invitation = Invitation {
            partner: name,
            note: text(visitor.origin.lang, "relation-asked").into_owned(),
            accept: found.can_decide.then(|| accept.about("asked".to_owned()).look(Look::Main)),
            decline: None,
        };
        view.invitations.insert(0, invitation);
    }
    page(&view)
}

async fn accept_asked(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    relationships::accept_partner(&visitor.site.app, &caller, id(form.get("partner"))?).await?;
    go("/customer/partners?done=relationship-accepted")
}

fn end_view(visitor: &Visitor, partner: TenantId) -> FormPage {
    let lang = visitor.origin.lang;
    let mut form = forms::suspend(&format!("/customer/partners/{partner}/end"), "action-end-relationship");
    form.back = Some(Link::new("/customer/partners", text(lang, "action-back")));
    FormPage { t: frame(visitor, "end-title"), intro: text(lang, "end-intro").into_owned(), form, after: Vec::new() }
}

async fn end_page(SignedIn { visitor, .. }: SignedIn, Path(partner): Path<String>) -> Answer {
    page(&end_view(&visitor, id(&partner)?))
}

async fn end(SignedIn { caller, visitor }: SignedIn, Path(partner): Path<String>, PostForm(form): PostForm) -> Answer {
    let partner: TenantId = id(&partner)?;
    match relationships::end(&visitor.site.app, &caller, partner, form.get("suspend_reason")).await {
        Ok(()) => go("/customer/partners?done=relationship-ended"),
        Err(problem) if problem.kind == Kind::Invalid => {
            let mut view = end_view(&visitor, partner);
            fail_form(visitor.origin.lang, &mut view.form, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}
