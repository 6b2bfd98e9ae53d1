//! Installation media for the operator: list, upload and withdrawal.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use jiff::civil::Date;
use perpetua_app::media_import::{self, ListedMedium, NewMedium};
use perpetua_app::{Caller, Problem};
use perpetua_domain::catalog::ProductId;
use perpetua_domain::media::{Bit, FileType, MediaLanguage, Version};
use perpetua_http::{Failed, FormData, PostForm, SignedIn, SiteState, Visitor};
use perpetua_i18n::{Lang, format, text};
use serde::Deserialize;

use crate::shell::{Answer, fail_form, frame, go, page, page_with};
use crate::upload;
use crate::views::form::{Choice, Field};
use crate::views::forms;
use crate::views::frame::Tone;
use crate::views::list::List;
use crate::views::operator::{MediaList, MediaRow};
use crate::views::parts::{Badge, Button, Empty, Look};

const HOME: &str = "/operator/media";

/// Pages of media.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route(HOME, get(list).post(receive).layer(DefaultBodyLimit::disable()))
        .route("/operator/media/{medium}/withdraw", post(withdraw))
}

#[derive(Deserialize, Default)]
struct Filter {
    #[serde(default)]
    product: String,
    /// Product and id of the last medium on the page before.
    after: Option<String>,
}

async fn list(SignedIn { caller, visitor }: SignedIn, Query(filter): Query<Filter>) -> Answer {
    page(&list_view(&visitor, &caller, &filter).await?)
}

async fn list_view(visitor: &Visitor, caller: &Caller, filter: &Filter) -> Result<MediaList, Problem> {
    let lang = visitor.origin.lang;
    let product = ProductId::parse(&filter.product);
    let after = filter.after.as_deref().and_then(|after| after.split_once(':'));
    let after = after.and_then(|(product, id)| Some((product.to_owned(), id.parse().ok()?)));
    let app = &visitor.site.app;
    let media = media_import::list(app, caller, product, after).await?;
    let products = media_import::products(app, caller).await?;
    let options = || products.iter().map(|(id, title)| Choice::new(id, format!("{title} ({id})")));
    let mut list = List::at(HOME);
    let any = Choice::new("", text(lang, "filter-any"));
    let choices = std::iter::once(any).chain(options()).collect();
    list.filters = vec![Field::select("product", "field-product", choices).value(filter.product.clone())];
    list.next = media
        .last()
        .filter(|_| media.len() == media_import::MEDIA_PER_PAGE)
        .map(|last| format!("{HOME}?product={}&after={}:{}", filter.product, last.row.product_id, last.row.id.0));
    let bits = Bit::ALL.iter().map(|bit| Choice::new(bit.as_text(), bit.label())).collect();
    let kinds = FileType::ALL.iter().map(|kind| Choice::new(kind.as_text(), kind.as_text())).collect();
    Ok(MediaList {
        t: frame(visitor, "nav-media"),
        upload: forms::upload_media(HOME, "", options().collect(), bits, kinds),
        list,
        rows: media.iter().map(|medium| row(lang, medium)).collect(),
        empty: Empty {
            heading: text(lang, "media-empty").into_owned(),
            text: text(lang, "media-empty-how").into_owned(),
            action: None,
        },
    })
}

fn row(lang: Lang, medium: &ListedMedium) -> MediaRow {
    let facts = medium.facts();
    let state = if facts.is_available {
        Badge::new(Tone::Good, text(lang, "media-state-available"))
    } else {
        Badge::new(Tone::Plain, text(lang, "media-state-withdrawn"))
    };
    let withdraw = facts.is_available.then(|| {
        Button::post("action-withdraw", format!("{HOME}/{}/withdraw", medium.row.id.0)).look(Look::SmallDanger)
    });
    MediaRow {
        product: medium.product_title.clone(),
        file: medium.row.file_name.clone(),
        version: medium.row.version_label.clone(),
        language: medium.row.language.clone(),
        bit: medium.row.bit.0.label().to_owned(),
        kind: medium.row.file_type.0.as_text().to_owned(),
        size: format::size(lang, u64::try_from(medium.row.size).unwrap_or(0)),
        sha256: facts.sha256,
        support_end: facts.support_ends_on.map_or_else(String::new, |day| format::date(lang, day)),
        state,
        withdraw,
    }
}

async fn receive(SignedIn { caller, visitor }: SignedIn, State(site): State<SiteState>, request: Request) -> Answer {
    let mut typed = FormData::default();
    match take(&visitor, &caller, &site, request, &mut typed).await {
        Ok(()) => go(&format!("{HOME}?done=media-added")),
        Err(failed) if !failed.0.fields.is_empty() || failed.0.code == "media_exists" => {
            let mut view = list_view(&visitor, &caller, &Filter::default()).await?;
            fail_form(visitor.origin.lang, &mut view.upload, &typed, &failed.0);
            page_with(StatusCode::BAD_REQUEST, &view)
        }
        Err(failed) => Err(failed),
    }
}

/// Streams the file from the form to storage, without a copy in between.
async fn take(
    visitor: &Visitor,
    caller: &Caller,
    site: &SiteState,
    request: Request,
    typed: &mut FormData,
) -> Result<(), Failed> {
    let (fields, file) = upload::open(visitor, site, request).await?;
    typed.clone_from(&fields);
    let medium = medium(&fields, file.as_ref().map(|file| file.name.clone()))?;
    let file = file.ok_or_else(|| Problem::field("file", "missing"))?;
    media_import::add(&site.app, caller, medium, file.into_stream()).await?;
    Ok(())
}

/// Reads the form; every field that is wrong is named at once.
fn medium(form: &FormData, file_name: Option<String>) -> Result<NewMedium, Problem> {
    let label = form.get("version");
    let support_ends_on = match form.get("support_end") {
        "" => Ok(None),
        day => day.parse::<Date>().map(Some).map_err(|_| ()),
    };
    let product = ProductId::parse(form.get("product"));
    let rank = form.get("version_rank").parse().ok();
    let language = MediaLanguage::parse(form.get("language"));
    let (bit, file_type) = (Bit::parse(form.get("bit")), FileType::parse(form.get("kind")));
    let checks = [
        (product.is_some(), "product", "missing"),
        (!label.trim().is_empty(), "version", "missing"),
        (rank.is_some(), "version_rank", "not_a_count"),
        (language.is_some(), "language", "not_a_language"),
        (bit.is_some(), "bit", "missing"),
        (file_type.is_some(), "kind", "missing"),
        (support_ends_on.is_ok(), "support_end", "not_a_date"),
        (file_name.is_some(), "file", "missing"),
    ];
    let wrong = checks.into_iter().filter(|(is_right, ..)| !is_right);
    let problem =
        wrong.fold(Problem::invalid("invalid_input"), |problem, (_, field, code)| problem.with_field(field, code));
    match (product, rank, language, bit, file_type, support_ends_on, file_name) {
        (
            Some(product),
            Some(rank),
            Some(language),
            Some(bit),
            Some(file_type),
            Ok(support_ends_on),
            Some(file_name),
        ) if problem.fields.is_empty() => {
            let version = Version { label: label.to_owned(), rank };
            Ok(NewMedium { product, version, language, bit, file_type, file_name, support_ends_on, released_on: None })
        }
        _ => Err(problem),
    }
}

async fn withdraw(SignedIn { caller, visitor }: SignedIn, Path(medium): Path<String>, PostForm(_): PostForm) -> Answer {
    let medium = medium.parse().map_err(|_| Problem::not_found())?;
    media_import::withdraw(&visitor.site.app, &caller, medium).await?;
    go(&format!("{HOME}?done=media-withdrawn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_of_an_upload_is_named_at_once() {
        let named = |form: &str, file: Option<&str>| {
            let problem = medium(&FormData::parse(form), file.map(str::to_owned)).unwrap_err();
            problem.fields.into_iter().map(|field| (field.field, field.code)).collect::<Vec<_>>()
        };
        let all = named("support_end=soon", None);
        let fields: Vec<&str> = all.iter().map(|(field, _)| field.as_str()).collect();
        let expected = ["product", "version", "version_rank", "language", "bit", "kind", "support_end", "file"];
        assert_eq!(fields, expected);
        let good = "product=HARBORSERVER&version=2025&version_rank=2025&language=cs&bit=x64&kind=iso";
        assert!(medium(&FormData::parse(good), Some("a.iso".to_owned())).is_ok());
        assert_eq!(named(good, None), [("file".to_owned(), "missing")]);
    }
}
