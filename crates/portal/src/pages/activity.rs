//! The activity log of each portal, its downloads, and the operator's dead letters.

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use perpetua_app::activity::{self, Activity as Record, Filter, Key};
use perpetua_app::{Caller, Problem, customers, outbox, proof};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::{OutboxId, TenantId};
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor};
use perpetua_i18n::{Lang, format, text};

use crate::shell::{Answer, file, frame, go, home, page};
use crate::views::activity::{Activity, ActivityRow};
use crate::views::form::{Choice, Field, Kind};
use crate::views::frame::{Link, Tone};
use crate::views::list::List;
use crate::views::operator::{DeadLetter, Outbox};
use crate::views::partner::customer_tabs;
use crate::views::parts::{Badge, Button, Empty, Look};

const ROWS: i64 = 50;
const FILTERS: [&str; 4] = ["from", "to", "person", "kind"];

/// Pages of records.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/operator/activity", get(log))
        .route("/partner/activity", get(log))
        .route("/customer/activity", get(log))
        .route("/partner/customers/{customer}/activity", get(with_customer))
        .route("/activity.csv", get(csv))
        .route("/activity.jsonl", get(proofs))
        .route("/operator/outbox", get(dead_letters))
        .route("/operator/outbox/{id}/again", post(send_again))
}

fn query(visitor: &Visitor) -> FormData {
    FormData::parse(visitor.here.split_once('?').map_or("", |(_, query)| query))
}

/// The filter of a query. A day that is none is left out, as an empty field is.
async fn filter(visitor: &Visitor, query: &FormData) -> Result<Filter, Problem> {
    let day = |name: &str| query.get(name).parse().ok();
    let person = match query.get("person") {
        "" => None,
        email => Some(activity::person_of(&visitor.site.app, email).await?),
    };
    let kind = Some(query.get("kind").to_owned()).filter(|kind| !kind.is_empty());
    Ok(Filter { from: day("from"), to: day("to"), person, kind })
}

fn kept(query: &FormData) -> String {
    let set = FILTERS.into_iter().filter(|name| !query.get(name).is_empty());
    let pair = |name: &str| format!("{name}={}", encoded(query.get(name)));
    set.map(pair).collect::<Vec<_>>().join("&")
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn cursor(text: &str) -> Option<Key> {
    let (micros, id) = text.split_once('.')?;
    Some((jiff::Timestamp::from_microsecond(micros.parse().ok()?).ok()?, id.parse().ok()?))
}

async fn log(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let path = format!("{}/activity", home(&caller));
    if visitor.here.split('?').next() != Some(path.as_str()) {
        return Err(Problem::not_found().into());
    }
    let query = query(&visitor);
    let filter = filter(&visitor, &query).await?;
    let app = &visitor.site.app;
    let records = activity::list(app, &caller, &filter, cursor(query.get("after")), ROWS + 1).await?;
    let kept = kept(&query);
    let mut view = view(&visitor, &caller, &query, path, records).await?;
    view.intro = text(visitor.origin.lang, intro(&caller)).into_owned();
    view.list.export = Some(format!("/activity.csv?{kept}"));
    let proofs = text(visitor.origin.lang, "activity_page-proofs");
    view.proofs = Some(Link::new(format!("/activity.jsonl?{kept}"), proofs));
    page(&view)
}

/// What a partner and one of its customers did to each other.
async fn with_customer(SignedIn { caller, visitor }: SignedIn, Path(customer): Path<String>) -> Answer {
    let customer: TenantId = customer.parse().map_err(|_| Problem::not_found())?;
    let query = query(&visitor);
    let filter = filter(&visitor, &query).await?;
    let app = &visitor.site.app;
    let after = cursor(query.get("after"));
    let records = activity::with_customer(app, &caller, customer, &filter, after, ROWS + 1).await?;
    let name = customers::page(app, &caller, customer).await?.name;
    let base = format!("/partner/customers/{customer}");
    let mut view = view(&visitor, &caller, &query, format!("{base}/activity"), records).await?;
    let lang = visitor.origin.lang;
    view.t.crumbs = vec![Link::new("/partner/customers", text(lang, "nav-customers")), Link::new(base.clone(), name)];
    view.tabs = customer_tabs(&base, "nav-activity");
    view.intro = text(lang, "activity_page-intro-of-customer").into_owned();
    page(&view)
}

/// The list at this path, without what only the whole log has.
async fn view(
    visitor: &Visitor,
    caller: &Caller,
    query: &FormData,
    path: String,
    mut records: Vec<Record>,
) -> Result<Activity, Problem> {
    let lang = visitor.origin.lang;
    let more = records.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    records.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let zone = activity::zone_of(&visitor.site.app, caller).await?;
    let kept = kept(query);
    let and = if kept.is_empty() { "" } else { "&" };
    let next = records.last().filter(|_| more).map(|last| {
        let (at, id) = last.key();
        format!("{path}?{kept}{and}after={}.{id}", at.as_microsecond())
    });
    let is_first = query.get("after").is_empty();
    let list = List {
        filters: fields(lang, caller, query),
        previous: (!is_first).then(|| format!("{path}?{kept}")),
        next,
        clear: (!kept.is_empty()).then(|| Link::new(path.clone(), text(lang, "action-filter-clear"))),
        query: kept,
        ..List::at(path)
    };
    Ok(Activity {
        t: frame(visitor, "nav-activity"),
        tabs: Vec::new(),
        intro: String::new(),
        list,
        rows: records.iter().map(|record| row(lang, &zone, record)).collect(),
        proofs: None,
        empty: Empty {
            heading: text(lang, "no-results").into_owned(),
            text: text(lang, "activity_page-empty").into_owned(),
            action: None,
        },
    })
}

fn intro(caller: &Caller) -> &'static str {
    match caller.kind {
        TenantKind::Operator => "activity_page-intro-operator",
        TenantKind::Partner => "activity_page-intro-partner",
        TenantKind::Customer => "activity_page-intro-customer",
    }
}

fn fields(lang: Lang, caller: &Caller, query: &FormData) -> Vec<Field> {
    let mut kinds = vec![Choice::new("", text(lang, "all"))];
    kinds.extend(activity::named_kinds(lang, caller.kind).into_iter().map(|(kind, name)| Choice::new(kind, name)));
    vec![
        Field::new(Kind::Date, "from", "field-from").value(query.get("from")),
        Field::new(Kind::Date, "to", "field-to").value(query.get("to")),
        Field::text("person", "field-email").value(query.get("person")),
        Field::select("kind", "field-kind", kinds).value(query.get("kind")),
    ]
}

fn row(lang: Lang, zone: &TimeZone, record: &Record) -> ActivityRow {
    let outcome = if record.is_refused {
        Badge::new(Tone::Bad, text(lang, "activity_page-not-done"))
    } else {
        Badge::new(Tone::Good, text(lang, "activity_page-done"))
    };
    let who = match record.person {
        Some(_) if record.actor.name.is_empty() => text(lang, "unknown").into_owned(),
        Some(_) => record.actor.name.clone(),
        None => text(lang, "activity_page-program").into_owned(),
    };
    let what = record.sentence(lang);
    // The sentence often names the thing already.
    let about: Vec<String> = record.about().into_iter().filter(|text| !what.contains(text.as_str())).collect();
    ActivityRow {
        when: format::date_time(lang, record.at, zone),
        instant: record.at.to_string(),
        who,
        tenant: record.actor.tenant.clone(),
        what,
        details: record.details(lang, zone).join(" · "),
        about: about.join(", "),
        href: String::new(),
        from: record.actor.network.clone(),
        outcome,
    }
}

async fn csv(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let filter = filter(&visitor, &query(&visitor)).await?;
    let body = activity::export_csv(&visitor.site.app, &caller, &filter, visitor.origin.lang).await?;
    file("activity.csv", "text/csv; charset=utf-8", body)
}

async fn proofs(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let filter = filter(&visitor, &query(&visitor)).await?;
    let body = proof::export(&visitor.site.app, &caller, &filter).await?;
    file("activity.jsonl", "application/jsonl; charset=utf-8", body)
}

async fn dead_letters(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let lang = visitor.origin.lang;
    let app = &visitor.site.app;
    let after = cursor(query(&visitor).get("after")).map(|(at, id)| (at, OutboxId::new(id.uuid())));
    let rows = outbox::dead_letters(app, &caller, after, ROWS).await?;
    let zone = activity::zone_of(app, &caller).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == ROWS);
    let last = rows.last().filter(|_| is_full).map(outbox::DeadLetter::key);
    let next = last.map(|(at, id)| format!("/operator/outbox?after={}.{id}", at.as_microsecond()));
    let view = Outbox {
        t: frame(&visitor, "nav-outbox"),
        list: List { next, ..List::at("/operator/outbox") },
        rows: rows.iter().map(|row| letter(lang, &zone, row)).collect(),
        empty: Empty {
            heading: text(lang, "no-results").into_owned(),
            text: text(lang, "activity_page-dead-empty").into_owned(),
            action: None,
        },
    };
    page(&view)
}

fn letter(lang: Lang, zone: &TimeZone, row: &outbox::DeadLetter) -> DeadLetter {
    let id = row.id;
    let retry = Button::post("action-retry", format!("/operator/outbox/{id}/again"));
    DeadLetter {
        id: id.to_string(),
        event: row.kind.clone(),
        to: String::new(),
        since: format::date_time(lang, row.dead_at, zone),
        attempts: format::number(lang, row.attempts),
        error: row.last_error.clone(),
        retry: retry.look(Look::Small).about(format!("d-{id}")),
    }
}

async fn send_again(SignedIn { caller, visitor }: SignedIn, Path(id): Path<String>, PostForm(_): PostForm) -> Answer {
    let id: OutboxId = id.parse().map_err(|_| Problem::not_found())?;
    outbox::send_again(&visitor.site.app, &caller, id).await?;
    go("/operator/outbox")
}
