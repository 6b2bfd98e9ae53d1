//! Price sheets: upload, progress, preview, publish and discard.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use perpetua_app::price_import::{self, Preview, PriceChange, Publish, Sheet, SheetProblem, SheetState, Upload};
use perpetua_app::{Caller, Param, Problem};
use perpetua_domain::country::Country;
use perpetua_domain::id::PriceSheetId;
use perpetua_domain::money::UnitPrice;
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor};
use perpetua_i18n::{Lang, format, text, text_with};
use serde::Deserialize;

use super::money;
use crate::shell::{Answer, fail_form, frame, go, page, page_with, titled, worded};
use crate::upload;
use crate::views::forms;
use crate::views::frame::{Link, Tone};
use crate::views::list::List;
use crate::views::operator::{self, BadRow, PriceSheets, Progress, SheetGroup, SheetPreview, SheetRow};
use crate::views::parts::{Badge, Button, Empty, Fact, Figure, Look};

const HOME: &str = "/operator/prices";
/// The largest file: that of the reader's own limit.
const FILE_MAX: u64 = 512 * 1024 * 1024;

/// Pages of price sheets.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route(HOME, get(list).post(receive).layer(DefaultBodyLimit::disable()))
        .route("/operator/prices/{sheet}", get(show))
        .route("/operator/prices/{sheet}/publish", post(publish))
        .route("/operator/prices/{sheet}/discard", post(discard))
}

#[derive(Deserialize)]
struct Paged {
    /// Microseconds of the last sheet on the page before.
    before: Option<i64>,
    /// Line and number of the last bad row on the page before.
    bad: Option<String>,
}

async fn list(SignedIn { caller, visitor }: SignedIn, Query(query): Query<Paged>) -> Answer {
    page(&list_view(&visitor, &caller, query.before).await?)
}

async fn list_view(visitor: &Visitor, caller: &Caller, before: Option<i64>) -> Result<PriceSheets, Problem> {
    let lang = visitor.origin.lang;
    let after = before.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    let sheets = price_import::list(&visitor.site.app, caller, after).await?;
    let mut list = List::at(HOME);
    list.next = sheets
        .last()
        .filter(|_| sheets.len() == price_import::SHEETS_PER_PAGE)
        .map(|last| format!("{HOME}?before={}", last.uploaded_at.as_microsecond()));
    Ok(PriceSheets {
        t: frame(visitor, "nav-prices"),
        upload: forms::upload_prices(HOME, ""),
        list,
        rows: sheets.iter().map(|sheet| row(lang, sheet)).collect(),
        empty: Empty {
            heading: text(lang, "prices-empty").into_owned(),
            text: text(lang, "prices-empty-how").into_owned(),
            action: None,
        },
    })
}

fn row(lang: Lang, sheet: &Sheet) -> SheetRow {
    SheetRow {
        name: sheet.file_name.clone(),
        href: format!("{HOME}/{}", sheet.id),
        market: markets(lang, sheet),
        rows: match share_read(lang, sheet) {
            Some(share) => format!("{share} · {}", count(lang, sheet.rows_read)),
            None => count(lang, sheet.rows_read),
        },
        uploaded: at(lang, sheet.uploaded_at),
        by: sheet.uploaded_by.clone(),
        state: badge(lang, sheet.state),
    }
}

fn markets(lang: Lang, sheet: &Sheet) -> String {
    let named = perpetua_i18n::countries(lang, sheet.markets.iter().map(Country::code));
    named.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

fn badge(lang: Lang, state: SheetState) -> Badge {
    let tone = match state {
        SheetState::Reading => Tone::Accent,
        SheetState::Ready => Tone::Warn,
        SheetState::Failed => Tone::Bad,
        SheetState::Published => Tone::Good,
        SheetState::Superseded | SheetState::Discarded => Tone::Plain,
    };
    Badge::new(tone, text(lang, &format!("sheet-state-{state}")))
}

fn at(lang: Lang, instant: Timestamp) -> String {
    format::date_time(lang, instant, &crate::zone::of_reader())
}

fn count(lang: Lang, number: u64) -> String {
    format::number(lang, i64::try_from(number).unwrap_or(i64::MAX))
}

/// Takes the file in and lets reading go on by itself.
async fn receive(SignedIn { caller, visitor }: SignedIn, State(site): State<SiteState>, request: Request) -> Answer {
    match take(&visitor, &caller, &site, request).await {
        Ok(sheet) => go(&format!("{HOME}/{sheet}")),
        Err(failed) if !failed.0.fields.is_empty() => {
            let mut view = list_view(&visitor, &caller, None).await?;
            fail_form(visitor.origin.lang, &mut view.upload, &FormData::default(), &failed.0);
            page_with(StatusCode::BAD_REQUEST, &view)
        }
        Err(failed) => Err(failed),
    }
}

async fn take(
    visitor: &Visitor,
    caller: &Caller,
    site: &SiteState,
    request: Request,
) -> Result<PriceSheetId, perpetua_http::Failed> {
    let (_, file) = upload::open(visitor, site, request).await?;
    let file = file.ok_or_else(|| Problem::field("file", "missing"))?;
    let file_name = file.name.clone();
    let (source, bytes_total) = file.receive(FILE_MAX).await?;
    let upload = Upload { file_name, bytes_total, source };
    let sheet = price_import::start(&site.app, caller, &upload).await?;
    let app = site.app.clone();
    tokio::spawn(async move {
        if let Err(problem) = price_import::run(&app, sheet, upload).await {
            tracing::error!(%sheet, code = problem.code, source = problem.private_source(), "reading a sheet failed");
        }
    });
    Ok(sheet)
}

async fn show(SignedIn { caller, visitor }: SignedIn, Path(sheet): Path<String>, Query(query): Query<Paged>) -> Answer {
    let sheet: PriceSheetId = sheet.parse().map_err(|_| Problem::not_found())?;
    let after = query.bad.as_deref().and_then(|bad| bad.split_once('-'));
    let after = after.and_then(|(line, seq)| Some((line.parse().ok()?, seq.parse().ok()?)));
    let preview = price_import::preview(&visitor.site.app, &caller, sheet, after).await?;
    let is_reading = preview.sheet.state == SheetState::Reading;
    let mut response: Response = page(&preview_view(&visitor, &preview))?.into_response();
    if is_reading {
        // Works without a script as well.
        response.headers_mut().insert("refresh", HeaderValue::from_static("3"));
    }
    Ok(response)
}

fn preview_view(visitor: &Visitor, preview: &Preview) -> SheetPreview {
    let lang = visitor.origin.lang;
    let sheet = &preview.sheet;
    let mut t = titled(visitor, sheet.file_name.clone());
    t.crumbs = vec![Link::new(HOME, text(lang, "nav-prices"))];
    let progress = (sheet.state == SheetState::Reading).then(|| Progress {
        done: sheet.bytes_read,
        total: sheet.bytes_total.max(1),
        text: progress_text(lang, sheet),
    });
    let group = |heading, rows: &[PriceChange], total: u64| SheetGroup {
        heading,
        rows: rows.iter().map(|row| price(lang, row)).collect(),
        more: more(lang, total.saturating_sub(rows.len() as u64)),
    };
    let groups = [
        group("prices-changed", &preview.changed, sheet.rows_changed),
        group("prices-new", &preview.new, sheet.rows_new),
        group("prices-ended", &preview.ended, sheet.rows_ended),
    ];
    let bad: Vec<BadRow> = preview.problems.iter().map(|problem| bad_row(lang, problem)).collect();
    let mut buttons = buttons(sheet);
    if let Some((line, seq)) = preview.problems_after {
        buttons.push(
            Button::open("prices-bad-next", format!("{HOME}/{}", sheet.id)).field("bad", format!("{line}-{seq}")),
        );
    }
    SheetPreview {
        t,
        state: badge(lang, sheet.state),
        facts: facts(lang, sheet),
        progress,
        figures: figures(lang, sheet),
        groups: groups.into_iter().filter(|group| !group.rows.is_empty()).collect(),
        bad_more: if preview.problems_after.is_some() {
            text_with(lang, "prices-bad-in-all", &perpetua_i18n::Args::new().num("count", sheet.rows_bad))
        } else {
            String::new()
        },
        bad_how: bad_how(lang, sheet),
        bad,
        buttons,
    }
}

/// How much of the file has been read, in whole percent; `None` once it is no longer read.
fn share_read(lang: Lang, sheet: &Sheet) -> Option<String> {
    let percent = sheet.bytes_read.min(sheet.bytes_total).saturating_mul(100) / sheet.bytes_total.max(1);
    let percent = i64::try_from(percent).unwrap_or(100);
    (sheet.state == SheetState::Reading).then(|| format::percent_basis_points(lang, percent * 100))
}

fn progress_text(lang: Lang, sheet: &Sheet) -> String {
    let rows = text_with(lang, "prices-rows-read", &perpetua_i18n::Args::new().num("count", sheet.rows_read));
    share_read(lang, sheet).map_or_else(|| rows.clone(), |share| format!("{share} · {rows}"))
}

/// What can be done about bad rows; nothing once the sheet was published or put away.
fn bad_how(lang: Lang, sheet: &Sheet) -> String {
    match sheet.state {
        SheetState::Ready if sheet.rows_bad < sheet.rows_read => text(lang, "prices-bad-how").into_owned(),
        SheetState::Ready | SheetState::Failed => text(lang, "prices-bad-all").into_owned(),
        SheetState::Reading | SheetState::Published | SheetState::Superseded | SheetState::Discarded => String::new(),
    }
}

fn facts(lang: Lang, sheet: &Sheet) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new("field-uploaded", at(lang, sheet.uploaded_at)),
        Fact::new("field-size", format::size(lang, sheet.bytes_total)),
        Fact::new("field-rows", count(lang, sheet.rows_read)),
        Fact::new("field-market", markets(lang, sheet)),
    ];
    if let Some(published_at) = sheet.published_at {
        facts.push(Fact::new("field-published", at(lang, published_at)));
    }
    if let Some(failure) = &sheet.failure {
        facts.push(Fact::new("field-reason", worded(lang, "sheet-error", &failure.code, &failure.params)));
    }
    facts
}

fn figures(lang: Lang, sheet: &Sheet) -> Vec<Figure> {
    if sheet.failure.is_some() {
        return Vec::new();
    }
    let figure = |label, number| Figure::new(label, count(lang, number), "");
    vec![
        figure("prices-new", sheet.rows_new),
        figure("prices-changed", sheet.rows_changed),
        figure("prices-ended", sheet.rows_ended),
        figure("prices-unchanged", sheet.rows_unchanged),
        figure("prices-bad", sheet.rows_bad),
    ]
}

fn buttons(sheet: &Sheet) -> Vec<Button> {
    let path = |verb: &str| format!("{HOME}/{}/{verb}", sheet.id);
    let publish = if sheet.rows_bad == 0 {
        Button::post("action-publish", path("publish"))
    } else {
        Button::post("action-publish-without-bad", path("publish")).field("leave_out_bad", "on")
    };
    let discard = Button::post("action-discard", path("discard"));
    match sheet.state {
        SheetState::Ready if sheet.rows_bad < sheet.rows_read => vec![publish.look(Look::Main), discard],
        SheetState::Ready | SheetState::Failed | SheetState::Reading => vec![discard],
        SheetState::Published | SheetState::Superseded | SheetState::Discarded => Vec::new(),
    }
}

fn more(lang: Lang, number: u64) -> String {
    if number == 0 {
        return String::new();
    }
    text_with(lang, "prices-more", &perpetua_i18n::Args::new().num("count", number))
}

fn price(lang: Lang, row: &PriceChange) -> operator::PriceChange {
    let amount = |price: Option<UnitPrice>| {
        price.map_or_else(String::new, |price| format::unit_price(lang, price.micros(), row.currency))
    };
    let tier = row.tier_max.map_or_else(|| format!("{}+", row.tier_min), |max| format!("{}–{max}", row.tier_min));
    let segment = text(lang, &format!("prices-segment-{}", row.segment));
    let from = row.valid_from.map_or_else(String::new, |at| money::price_day(lang, at));
    let to = row.valid_to.map_or_else(String::new, |at| money::price_last_day(lang, at));
    operator::PriceChange {
        product: row.sku_title.clone(),
        detail: format!("{} · {segment} · {tier}", row.item),
        market: perpetua_i18n::country(lang, &row.market),
        before: amount(row.before),
        after: amount(row.after),
        valid: format!("{from} – {to}"),
    }
}

fn bad_row(lang: Lang, problem: &SheetProblem) -> BadRow {
    let params: Vec<(&'static str, Param)> = problem.params.clone();
    BadRow {
        line: format::number(lang, problem.line),
        column: problem.column.clone(),
        reason: worded(lang, "row-error", &problem.code, &params),
    }
}

async fn publish(
    SignedIn { caller, visitor }: SignedIn,
    Path(sheet): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let sheet = sheet.parse().map_err(|_| Problem::not_found())?;
    let command = Publish { sheet, leave_out_bad: form.is_on("leave_out_bad") };
    price_import::publish(&visitor.site.app, &caller, command).await?;
    go(&format!("{HOME}?done=sheet-published"))
}

async fn discard(SignedIn { caller, visitor }: SignedIn, Path(sheet): Path<String>, PostForm(_): PostForm) -> Answer {
    let sheet = sheet.parse().map_err(|_| Problem::not_found())?;
    price_import::discard(&visitor.site.app, &caller, sheet).await?;
    go(&format!("{HOME}?done=sheet-discarded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(state: SheetState, rows_read: u64, rows_bad: u64) -> Sheet {
        Sheet {
            id: "019abf3e-9c1d-7c42-8000-000000000000".parse().unwrap(),
            state,
            file_name: "prices.csv".to_owned(),
            uploaded_by: String::new(),
            uploaded_at: Timestamp::UNIX_EPOCH,
            published_at: None,
            markets: Vec::new(),
            bytes_total: 400,
            bytes_read: 180,
            rows_read,
            rows_bad,
            rows_new: 0,
            rows_changed: 0,
            rows_ended: 0,
            rows_unchanged: 0,
            failure: None,
        }
    }

    #[test]
    fn bad_rows_can_be_left_out_only_where_there_is_a_button_for_it() {
        for (bad, offers) in [(1, true), (3, false)] {
            let sheet = sheet(SheetState::Ready, 3, bad);
            let has_button = buttons(&sheet).iter().any(|button| button.label == "action-publish-without-bad");
            assert_eq!(has_button, offers);
            assert_eq!(bad_how(Lang::En, &sheet).contains("publish without them"), offers);
        }
        assert_eq!(bad_how(Lang::En, &sheet(SheetState::Published, 3, 1)), "");
    }

    #[test]
    fn a_sheet_that_is_read_says_how_much_of_it() {
        assert_eq!(progress_text(Lang::En, &sheet(SheetState::Reading, 7, 0)).split(' ').next(), Some("45%"));
        assert_eq!(share_read(Lang::En, &sheet(SheetState::Ready, 7, 0)), None);
    }
}
