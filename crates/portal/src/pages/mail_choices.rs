//! A person's own page: which mails they want.

use axum::Router;
use axum::routing::get;
use perpetua_app::mail::{self, Choice, Topic};
use perpetua_http::{PostForm, SignedIn, SiteState};
use perpetua_i18n::text;

use crate::shell::{Answer, frame, go, home, page};
use crate::views::auth::FormPage;
use crate::views::forms;

/// The page.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/mail-choices", get(show).post(choose))
}

async fn show(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let lang = visitor.origin.lang;
    let chosen = mail::mine(&visitor.site.app, &caller).await?;
    let offered: Vec<(&'static str, bool)> =
        chosen.iter().map(|Choice { topic, wanted }| (topic.as_text(), *wanted)).collect();
    page(&FormPage {
        t: frame(&visitor, "mail-choices-title"),
        intro: text(lang, "mail-choices-intro").into_owned(),
        form: forms::mail_choices("/mail-choices", &offered, home(&caller), &text(lang, "action-back")),
        after: Vec::new(),
    })
}

async fn choose(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let wanted: Vec<Topic> = Topic::ALL.iter().copied().filter(|topic| form.get(topic.as_text()) == "on").collect();
    mail::choose(&visitor.site.app, &caller, &wanted).await?;
    go("/mail-choices?done=mails-chosen")
}
