//! Canned answers of the operator: the list, and one of them to be changed.

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use perpetua_app::desk::{self, AnswerFacts, EditAnswer};
use perpetua_app::{Kind as ProblemKind, Problem};
use perpetua_domain::id::RowId;
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::text;

use crate::shell::{Answer, fail_form, frame, go, page, page_with};
use crate::views::desk::{AnswerRow, AnswersPage};
use crate::views::form::{Field, Form, Kind};
use crate::views::frame::Link;
use crate::views::parts::{Button, Empty, Look};

/// Where the list is.
pub const PATH: &str = "/operator/requests/answers";

/// The list, and one answer.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route(PATH, get(list).post(add))
        .route("/operator/requests/answers/{answer}", get(one).post(change))
        .route("/operator/requests/answers/{answer}/remove", post(remove))
}

async fn list(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let (found, may_edit) = desk::canned_answers(&visitor.site.app, &caller).await?;
    page(&view(&visitor, &found, may_edit.then(|| form(PATH, None))))
}

fn view(visitor: &Visitor, found: &[AnswerFacts], form: Option<Form>) -> AnswersPage {
    let lang = visitor.origin.lang;
    let may_edit = form.is_some();
    let row = |row: &AnswerFacts| {
        let id = row.id.0.to_string();
        let remove = Button::post("action-remove", format!("{PATH}/{id}/remove")).look(Look::SmallDanger);
        AnswerRow {
            title: desk::title(row, lang).to_owned(),
            href: if may_edit { format!("{PATH}/{id}") } else { String::new() },
            text: desk::words(row, lang).to_owned(),
            remove: may_edit.then(|| remove.about(format!("a-{id}"))),
            id,
        }
    };
    let mut t = frame(visitor, "answers-title");
    t.crumbs = vec![Link::new("/operator/requests", text(lang, "nav-requests"))];
    AnswersPage {
        t,
        rows: found.iter().map(row).collect(),
        form,
        empty: Empty {
            heading: text(lang, "answers-empty").into_owned(),
            text: text(lang, "answers-empty-text").into_owned(),
            action: None,
        },
    }
}

fn form(action: &str, row: Option<&AnswerFacts>) -> Form {
    let area = |name: &str, label| Field::new(Kind::Area, name, label).max(2_000).wide();
    let mut fields = vec![
        Field::text("title_en", "field-answer-title-en").hint("hint-answer-language").max(120).wide(),
        area("text_en", "field-answer-text-en"),
        Field::text("title_cs", "field-answer-title-cs").max(120).wide(),
        area("text_cs", "field-answer-text-cs"),
    ];
    if let Some(row) = row {
        fields.push(Field::hidden("version", row.version.to_string()));
        for (field, value) in fields.iter_mut().zip([&row.title_en, &row.text_en, &row.title_cs, &row.text_cs]) {
            field.value.clone_from(value);
        }
    }
    Form::new(action, "action-save").group("", fields)
}

fn read(typed: &FormData, id: Option<RowId>) -> EditAnswer {
    let text = |name: &str| typed.get(name).to_owned();
    EditAnswer {
        of: id.map(|id| (id, typed.get("version").parse().unwrap_or(0))),
        title_en: text("title_en"),
        text_en: text("text_en"),
        title_cs: text("title_cs"),
        text_cs: text("text_cs"),
    }
}

async fn add(signed_in: SignedIn, PostForm(typed): PostForm) -> Answer {
    save(signed_in, None, &typed).await
}

async fn change(signed_in: SignedIn, Path(answer): Path<String>, PostForm(typed): PostForm) -> Answer {
    let id = answer.parse().map_err(|_| Problem::not_found())?;
    save(signed_in, Some(id), &typed).await
}

async fn save(SignedIn { caller, visitor }: SignedIn, id: Option<RowId>, typed: &FormData) -> Answer {
    let app = &visitor.site.app;
    match desk::save_answer(app, &caller, read(typed, id)).await {
        Ok(()) => go(&format!("{PATH}?done=answer-saved")),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            let (found, _) = desk::canned_answers(app, &caller).await?;
            let action = id.map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}"));
            let mut form = form(&action, found.iter().find(|row| Some(row.id.0) == id));
            fail_form(visitor.origin.lang, &mut form, typed, &problem);
            let shown = if id.is_some() { &found[..0] } else { &found[..] };
            page_with(status_of(&problem), &view(&visitor, shown, Some(form)))
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn one(SignedIn { caller, visitor }: SignedIn, Path(answer): Path<String>) -> Answer {
    let (found, may_edit) = desk::canned_answers(&visitor.site.app, &caller).await?;
    let row = found.iter().find(|row| row.id.0.to_string() == answer).filter(|_| may_edit);
    let row = row.ok_or_else(Problem::not_found)?;
    page(&view(&visitor, &[], Some(form(&format!("{PATH}/{answer}"), Some(row)))))
}

async fn remove(SignedIn { caller, visitor }: SignedIn, Path(answer): Path<String>, PostForm(_): PostForm) -> Answer {
    let id = answer.parse().map_err(|_| Problem::not_found())?;
    desk::remove_answer(&visitor.site.app, &caller, id).await?;
    go(&format!("{PATH}?done=answer-removed"))
}
