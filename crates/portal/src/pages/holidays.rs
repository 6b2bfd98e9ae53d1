//! The desk's working calendar: the days on which it does not work, added as a list, changed one by one and removed as
//! many as are ticked.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use jiff::civil::Date;
use perpetua_app::desk::{self, Holiday};
use perpetua_app::{Kind as ProblemKind, Problem};
use perpetua_domain::holidays::{NAME_CHARS_MAX, TEXT_CHARS_MAX};
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{format, text};

use crate::shell::{Answer, fail_form, field_sentence, frame, go, page, page_with};
use crate::views::desk::{HolidayRow, HolidaysPage};
use crate::views::form::{Field, Form, Kind};
use crate::views::frame::Link;
use crate::views::parts::Empty;

/// Where the calendar is.
pub const PATH: &str = "/operator/requests/holidays";
/// Where ticked days go.
const REMOVE: &str = "/operator/requests/holidays/remove";

/// The calendar, and one day.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route(PATH, get(list).post(add))
        .route("/operator/requests/holidays/{day}", get(one).post(change))
        .route(REMOVE, post(remove))
}

async fn list(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let (found, may_edit) = desk::calendar(&visitor.site.app, &caller).await?;
    page(&view(&visitor, &found, may_edit, may_edit.then(many)))
}

fn view(visitor: &Visitor, found: &[Holiday], may_edit: bool, form: Option<Form>) -> HolidaysPage {
    let lang = visitor.origin.lang;
    let row = |holiday: &Holiday| {
        let day = holiday.day;
        HolidayRow {
            id: day.to_string(),
            day: format::date(lang, day),
            name: holiday.name.clone(),
            href: if may_edit { format!("{PATH}/{day}") } else { String::new() },
        }
    };
    let mut t = frame(visitor, "holidays-title");
    t.crumbs = vec![Link::new("/operator/requests", text(lang, "nav-requests"))];
    HolidaysPage {
        t,
        rows: found.iter().map(row).collect(),
        remove: if may_edit { REMOVE } else { "" },
        error: String::new(),
        form,
        empty: Empty {
            heading: text(lang, "holidays-empty").into_owned(),
            text: text(lang, "holidays-empty-text").into_owned(),
            action: None,
        },
    }
}

/// Takes a list of days.
fn many() -> Form {
    let days = Field::new(Kind::Area, "days", "field-days").required().hint("hint-days").max(TEXT_CHARS_MAX).wide();
    Form::new(PATH, "holidays-add").group("", vec![days])
}

/// Takes one day.
fn single(holiday: &Holiday) -> Form {
    let fields = vec![
        Field::text("day", "field-day").required().hint("hint-day").max(20).value(holiday.day.to_string()),
        Field::text("name", "field-day-name").max(NAME_CHARS_MAX).value(holiday.name.clone()),
    ];
    Form::new(format!("{PATH}/{}", holiday.day), "action-save").group("", fields)
}

fn day_of(text: &str) -> Result<Date, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

async fn add(SignedIn { caller, visitor }: SignedIn, PostForm(typed): PostForm) -> Answer {
    let app = &visitor.site.app;
    match desk::add_holidays(app, &caller, typed.get("days")).await {
        Ok(_) => go(&format!("{PATH}?done=holidays-added")),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            let (found, _) = desk::calendar(app, &caller).await?;
            again(&visitor, &found, many(), &typed, &problem)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The page with a form that was refused.
fn again(visitor: &Visitor, shown: &[Holiday], mut form: Form, typed: &FormData, problem: &Problem) -> Answer {
    fail_form(visitor.origin.lang, &mut form, typed, problem);
    page_with(status_of(problem), &view(visitor, shown, true, Some(form)))
}

async fn one(SignedIn { caller, visitor }: SignedIn, Path(day): Path<String>) -> Answer {
    let day = day_of(&day)?;
    let (found, may_edit) = desk::calendar(&visitor.site.app, &caller).await?;
    let holiday = found.iter().find(|known| known.day == day).filter(|_| may_edit).ok_or_else(Problem::not_found)?;
    page(&view(&visitor, &[], true, Some(single(holiday))))
}

async fn change(SignedIn { caller, visitor }: SignedIn, Path(day): Path<String>, PostForm(typed): PostForm) -> Answer {
    let of = day_of(&day)?;
    match desk::change_holiday(&visitor.site.app, &caller, of, typed.get("day"), typed.get("name")).await {
        Ok(()) => go(&format!("{PATH}?done=holiday-saved")),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            let (found, _) = desk::calendar(&visitor.site.app, &caller).await?;
            let holiday = found.iter().find(|known| known.day == of).ok_or_else(Problem::not_found)?;
            again(&visitor, &[], single(holiday), &typed, &problem)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn remove(SignedIn { caller, visitor }: SignedIn, PostForm(typed): PostForm) -> Answer {
    let app = &visitor.site.app;
    let ticked = typed.iter().filter(|(name, _)| *name == "day").map(|(_, day)| day_of(day));
    let ticked: BTreeSet<Date> = ticked.collect::<Result<_, _>>()?;
    match desk::remove_holidays(app, &caller, ticked).await {
        Ok(_) => go(&format!("{PATH}?done=holidays-removed")),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            let (found, may_edit) = desk::calendar(app, &caller).await?;
            let mut view = view(&visitor, &found, may_edit, may_edit.then(many));
            view.error =
                problem.fields.first().map(|field| field_sentence(visitor.origin.lang, field)).unwrap_or_default();
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}
