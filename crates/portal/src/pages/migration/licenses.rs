//! What was had, what was bought, what is missing (M4), and the former licenses themselves.

use std::io::Read as _;

use axum::extract::{Request, State};
use perpetua_app::fleet::{self, GapRow, PriorLicense, PriorLicenseView, SideBySide};
use perpetua_app::{FormKey, Kind, Problem};
use perpetua_domain::access::TenantKind;
use perpetua_domain::fleet::PriorKeyType;
use perpetua_http::{FormData, PostForm, SiteState, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::At;
use super::wording::{coded, counted, day};
use crate::shell::{self, Answer, fail_form, go, page_with};
use crate::upload;
use crate::views::form::{Choice, Form};
use crate::views::frame::{Link, Tone};
use crate::views::migration::{CompareRow, LicenseRow, Licenses, Notice, forms};
use crate::views::parts::{Badge, Button, Look};

/// The most bytes of a list of former licenses.
const FILE_MAX: u64 = 4 << 20;
/// Lines that a sentence names.
const LINES_SHOWN: usize = 20;

pub async fn page(at: At) -> Answer {
    shell::page(&view(&at).await?)
}

async fn view(at: &At) -> Result<Licenses, Problem> {
    let app = &at.visitor.site.app;
    let lang = at.lang();
    let may_edit = fleet::summary(app, &at.caller, at.customer).await?.may.edit;
    let found = fleet::side_by_side(app, &at.caller, at.customer).await?;
    let prior = fleet::prior_licenses(app, &at.caller, at.customer).await?;
    let compare = found.rows.iter().enumerate();
    Ok(Licenses {
        t: at.frame(Some(text(lang, "migration-licenses").into_owned())).await?,
        head: at.head("migration-licenses"),
        notices: notices(lang, &found),
        compare: compare.map(|(number, row)| compare_row(at, number, row)).collect(),
        rows: prior.iter().map(|row| license_row(at, may_edit, row)).collect(),
        add: may_edit.then(|| license_form(at)),
        import: may_edit.then(|| forms::license_import(&at.path("/licenses/import"))),
    })
}

fn license_form(at: &At) -> Form {
    let lang = at.lang();
    let kinds =
        PriorKeyType::ALL.iter().map(|kind| Choice::new(kind.as_text(), coded(lang, "key-type", kind.as_text())));
    forms::license(&at.path("/licenses"), &at.visitor.form_token(), kinds.collect())
}

fn notices(lang: Lang, found: &SideBySide) -> Vec<Notice> {
    let mut notices = Vec::new();
    if !found.unrecognised.is_empty() {
        let names = found.unrecognised.join(", ");
        notices
            .push(Notice::new(Tone::Warn, text_with(lang, "migration-unrecognised", &Args::new().set("names", names))));
    }
    notices
}

fn compare_row(at: &At, number: usize, row: &GapRow) -> CompareRow {
    let lang = at.lang();
    let count = |value| format::number(lang, value);
    let state = if row.missing > 0 {
        Badge::new(Tone::Bad, counted(lang, "migration-missing-count", row.missing))
    } else {
        Badge::new(Tone::Good, text(lang, "migration-covered"))
    };
    let misfits: Vec<String> =
        row.misfits.iter().map(|(label, why)| format!("{label}: {}", coded(lang, "misfit", why.as_text()))).collect();
    CompareRow {
        id: number.to_string(),
        had: count(row.had),
        machines: count(row.needed),
        bought: count(row.bought),
        missing: count(row.missing),
        state,
        note: misfits.join("; "),
        buy: (row.missing > 0 && at.caller.kind == TenantKind::Partner).then(|| {
            let sought = row.offer.as_ref().map_or(row.product_name.as_str(), |offer| offer.title.as_str());
            let sought = percent_encoding::utf8_percent_encode(sought, percent_encoding::NON_ALPHANUMERIC);
            Link::new(format!("{}/add?q={sought}", at.base), text(lang, "action-add-products"))
        }),
        product: row.product_name.clone(),
    }
}

fn license_row(at: &At, may_edit: bool, row: &PriorLicenseView) -> LicenseRow {
    let lang = at.lang();
    let license = &row.license;
    let id = row.id.to_string();
    let remove = Button::post("action-remove", at.path(&format!("/licenses/{id}/remove")))
        .look(Look::SmallDanger)
        .about(format!("l-{id}"));
    LicenseRow {
        programme: license.programme.clone(),
        agreement: license.agreement.clone(),
        product: license.product.clone(),
        quantity: format::number(lang, license.quantity),
        key_type: coded(lang, "key-type", license.key_type.as_text()),
        ends: day(lang, license.ends_on),
        remove: may_edit.then_some(remove),
        id,
    }
}

fn license(form: &FormData) -> Result<PriorLicense, Problem> {
    let quantity: Option<i64> = form.get("quantity").replace([' ', '\u{a0}'], "").parse().ok();
    let ends_on = match form.get("ends_on") {
        "" => Ok(None),
        day => day.parse().map(Some).map_err(|_| ()),
    };
    let mut problem = Problem::invalid("invalid_input");
    if form.get("product").is_empty() {
        problem = problem.with_field("product", "missing");
    }
    if quantity.is_none() {
        problem = problem.with_field("quantity", "not_a_count");
    }
    if ends_on.is_err() {
        problem = problem.with_field("ends_on", "not_a_date");
    }
    match (quantity, ends_on) {
        (Some(quantity), Ok(ends_on)) if problem.fields.is_empty() => Ok(PriorLicense {
            programme: form.get("programme").to_owned(),
            agreement: form.get("agreement").to_owned(),
            product: form.get("product").to_owned(),
            quantity,
            key_type: PriorKeyType::parse(form.get("key_type")).unwrap_or(PriorKeyType::Other),
            ends_on,
        }),
        _ => Err(problem),
    }
}

pub async fn add(at: At, PostForm(form): PostForm) -> Answer {
    let key = FormKey::new(&at.caller, "fleet.license_recorded", form.get("form_token"));
    let added = match license(&form) {
        Ok(license) => fleet::add_prior(&at.visitor.site.app, &at.caller, at.customer, license, key).await,
        Err(problem) => Err(problem),
    };
    match added {
        Ok(_) => go(&at.path("/licenses?done=license-recorded")),
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            let mut view = view(&at).await?;
            if let Some(shown) = &mut view.add {
                fail_form(at.lang(), shown, &form, &problem);
            }
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

pub async fn remove(at: At, PostForm(_): PostForm) -> Answer {
    let license = at.id("license")?;
    fleet::remove_prior(&at.visitor.site.app, &at.caller, at.customer, license).await?;
    go(&at.path("/licenses?done=license-removed"))
}

/// Imports a list of former licenses; lines that cannot be used are told on the page that follows.
pub async fn import(at: At, State(site): State<SiteState>, request: Request) -> Answer {
    let (fields, sent) = upload::open(&at.visitor, &site, request).await?;
    let read = match sent {
        None => Err(Problem::field("file", "missing")),
        Some(sent) => sent.receive(FILE_MAX).await,
    };
    let imported = match read {
        Err(problem) => Err(problem),
        Ok((mut content, _)) => {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).map_err(Problem::internal)?;
            fleet::import_prior(&at.visitor.site.app, &at.caller, at.customer, bytes).await
        }
    };
    match imported {
        Ok(done) if done.bad_lines.is_empty() => go(&at.path("/licenses?done=licenses-imported")),
        Ok(done) => {
            let lang = at.lang();
            let mut view = view(&at).await?;
            let lines: Vec<String> = done.bad_lines.iter().take(LINES_SHOWN).map(u32::to_string).collect();
            let added = i64::try_from(done.added).unwrap_or(i64::MAX);
            let args = Args::new().num("count", added).set("lines", lines.join(", "));
            view.notices.push(Notice::new(Tone::Warn, text_with(lang, "migration-bad-lines", &args)));
            shell::page(&view)
        }
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            let mut view = view(&at).await?;
            if let Some(shown) = &mut view.import {
                fail_form(at.lang(), shown, &fields, &problem);
            }
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}
