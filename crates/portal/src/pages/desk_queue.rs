//! The operator's queue of requests: filters, search, who works on what, what is late, and the second person's amount.

use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use jiff::Timestamp;
use perpetua_app::desk::{self, QueueFilter, Queued};
use perpetua_app::{Problem, personal_data};
use perpetua_domain::request::{Impact, ProblemType, RequestState};
use perpetua_http::{FormData, PostForm, SignedIn, SiteState};
use perpetua_i18n::{Lang, text};
use serde::Deserialize;

use super::desk::when;
use super::requests::cursor;
use crate::shell::{Answer, fail_form, frame, go, page, page_with};
use crate::views::desk::{QueuePage, QueueRow};
use crate::views::form::{Choice, Field, Form, Kind};
use crate::views::frame::{Link, Tone};
use crate::views::list::List;
use crate::views::parts::{Badge, Empty};

const PATH: &str = "/operator/requests";
/// Rows of one page.
const ROWS: i64 = 50;

/// The queue.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route(PATH, get(list))
        .route("/operator/requests-settings", post(settings))
        .route("/operator/requests-personal", post(personal))
}

#[derive(Deserialize, Default)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    impact: String,
    /// `mine` or `late`.
    #[serde(default)]
    only: String,
    #[serde(default)]
    after: String,
}

impl Asked {
    fn query(&self) -> String {
        let pairs = [
            ("q", &self.q),
            ("state", &self.state),
            ("kind", &self.kind),
            ("impact", &self.impact),
            ("only", &self.only),
        ];
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let set = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
    }
}

async fn list(signed_in: SignedIn, Query(asked): Query<Asked>) -> Answer {
    let (view, _) = view(signed_in, asked).await?;
    page(&view)
}

async fn view(SignedIn { caller, visitor }: SignedIn, asked: Asked) -> Result<(QueuePage, Lang), Problem> {
    let app = &visitor.site.app;
    let lang = visitor.origin.lang;
    let now = app.clock.now();
    let filter = QueueFilter {
        state: RequestState::parse(&asked.state),
        kind: ProblemType::parse(&asked.kind),
        impact: Impact::parse(&asked.impact),
        assignee: (asked.only == "mine").then_some(caller.person),
        overdue_at: (asked.only == "late").then(|| now.into()),
        words: asked.q.trim().to_owned(),
    };
    let (rows, next) = desk::queue(app, &caller, filter, cursor(&asked.after), ROWS).await?;
    let (above, may_set) = desk::second_person_above(app, &caller).await?;
    let (days, may_keep) = personal_data::retention(app, &caller).await?;
    let query = asked.query();
    let and = if query.is_empty() { "" } else { "&" };
    let list = List {
        filters: filters(lang, &asked),
        clear: (!query.is_empty()).then(|| Link::new(PATH, text(lang, "action-filter-clear"))),
        next: next.map(|last| format!("{PATH}?{query}{and}after={}_{}", last.created_at_micros, last.id)),
        previous: (!asked.after.is_empty()).then(|| format!("{PATH}?{query}")),
        query,
        ..List::at(PATH)
    };
    let view = QueuePage {
        t: frame(&visitor, "nav-requests"),
        list,
        rows: rows.iter().map(|queued| row(lang, now, queued)).collect(),
        empty: Empty {
            heading: text(lang, "desk-queue-empty").into_owned(),
            text: text(lang, "desk-queue-empty-text").into_owned(),
            action: None,
        },
        links: vec![
            Link::new(super::canned::PATH, text(lang, "answers-title")),
            Link::new(super::holidays::PATH, text(lang, "holidays-title")),
        ],
        second: may_set.then(|| second_form(above)),
        personal: may_keep.then(|| personal_form(days)),
    };
    Ok((view, lang))
}

fn filters(lang: Lang, asked: &Asked) -> Vec<Field> {
    let all = || Choice::new("", text(lang, "all"));
    let words = |prefix: &'static str, words: Vec<&'static str>, first: Choice| {
        let named = words.into_iter().map(move |word| Choice::new(word, text(lang, &format!("{prefix}-{word}"))));
        std::iter::once(first).chain(named).collect::<Vec<_>>()
    };
    let kinds = ProblemType::ALL.iter().map(|kind| kind.as_text()).collect();
    let impacts = Impact::ALL.iter().map(|impact| impact.as_text()).collect();
    let states = RequestState::ALL.iter().map(|state| state.as_text()).collect();
    let open = Choice::new("", text(lang, "desk-not-closed"));
    vec![
        Field::text("q", "action-search").value(asked.q.clone()).wide(),
        Field::select("state", "field-state", words("request-state", states, open)).value(asked.state.clone()),
        Field::select("kind", "field-problem-type", words("problem-type", kinds, all())).value(asked.kind.clone()),
        Field::select("impact", "field-impact-short", words("impact", impacts, all())).value(asked.impact.clone()),
        Field::select("only", "desk-only", words("desk-only", vec!["mine", "late"], all())).value(asked.only.clone()),
    ]
}

fn row(lang: Lang, now: Timestamp, (request, case, partner, customer): &Queued) -> QueueRow {
    let is_waiting = request.state.0 == RequestState::Open;
    let due = case.as_ref().filter(|case| case.answered_at.is_none()).map(|case| case.due_at.timestamp());
    let is_late = is_waiting && due.is_some_and(|due| due < now);
    QueueRow {
        number: request.number.clone(),
        href: format!("{PATH}/{}", request.id.0),
        title: super::desk::title(lang, request),
        kind: text(lang, &format!("problem-type-{}", request.problem_type.0)).into_owned(),
        partner: partner.clone(),
        customer: if request.customer_id == request.partner_id { String::new() } else { customer.clone() },
        impact: text(lang, &format!("impact-{}", request.impact.0)).into_owned(),
        due: due.map_or_else(|| "–".to_owned(), |due| when(lang, due)),
        late: is_late.then(|| Badge::new(Tone::Bad, text(lang, "desk-overdue"))),
        assignee: case.as_ref().map(|case| case.assignee_name.clone()).unwrap_or_default(),
        state: super::desk::state(lang, request),
    }
}

fn second_form(above: Option<u32>) -> Form {
    let value = above.map(|above| above.to_string()).unwrap_or_default();
    let field = Field::new(Kind::Number, "above", "field-second-above").hint("hint-second-above").max(9).value(value);
    Form::new("/operator/requests-settings", "action-save").group("", vec![field]).plain()
}

fn personal_form(days: Option<u16>) -> Form {
    let value = days.map(|days| days.to_string()).unwrap_or_default();
    let field = Field::new(Kind::Number, "days", "field-personal-days").hint("hint-personal-days").max(4).value(value);
    Form::new("/operator/requests-personal", "action-save").group("", vec![field]).plain()
}

/// Sets how long closed requests keep personal data.
async fn personal(signed_in: SignedIn, PostForm(typed): PostForm) -> Answer {
    let days = match typed.get("days") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::field("days", "not_a_number")),
    };
    let result = match days {
        Ok(days) => personal_data::set_retention(&signed_in.visitor.site.app, &signed_in.caller, days).await,
        Err(problem) => Err(problem),
    };
    match result {
        Ok(()) => go(&format!("{PATH}?done=saved")),
        Err(problem) if !problem.fields.is_empty() => {
            let (mut view, lang) = view(signed_in, Asked::default()).await?;
            if let Some(form) = &mut view.personal {
                fail_form(lang, form, &typed, &problem);
            }
            page_with(axum::http::StatusCode::BAD_REQUEST, &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn settings(signed_in: SignedIn, PostForm(typed): PostForm) -> Answer {
    let value = match typed.get("above") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::field("above", "not_a_number")),
    };
    match value {
        Ok(value) => {
            desk::set_second_person_above(&signed_in.visitor.site.app, &signed_in.caller, value).await?;
            go(&format!("{PATH}?done=saved"))
        }
        Err(problem) => {
            let (mut view, lang) = view(signed_in, Asked::default()).await?;
            if let Some(form) = &mut view.second {
                fail_form(lang, form, &FormData::default(), &problem);
                form.fill("above", typed.get("above"));
            }
            page_with(axum::http::StatusCode::BAD_REQUEST, &view)
        }
    }
}
