//! What is stored about one person, as a file: for administrators, on the page of their people.

use axum::Router;
use axum::extract::Path;
use axum::response::IntoResponse as _;
use axum::routing::post;
use perpetua_app::personal_data::{self, Whom};
use perpetua_app::{Kind as ProblemKind, people};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::TenantId;
use perpetua_http::{PostForm, SignedIn, SiteState, status_of};

use super::people::{id, people_view};
use crate::shell::{Answer, fail_form, file, page_with};
use crate::views::form::{Field, Form, Kind};

/// The export.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/people/{tenant}/export", post(export))
}

/// Asks for an address; also somebody without an account may be named in what is stored.
pub fn form(tenant: TenantId) -> Form {
    let address = Field::new(Kind::Email, "address", "field-contact-email").required().max(254);
    let name = Field::text("name", "field-named-as").hint("hint-named-as").max(personal_data::NAME_CHARS_MAX);
    let mut form =
        Form::new(format!("/people/{tenant}/export"), "action-export-person").group("", vec![address, name]).plain();
    form.stays = true;
    form
}

async fn export(
    SignedIn { caller, visitor }: SignedIn,
    Path(tenant): Path<String>,
    PostForm(typed): PostForm,
) -> Answer {
    let app = &visitor.site.app;
    let tenant: TenantId = id(&tenant)?;
    let whom = match typed.get("person") {
        "" => Whom::Address { address: typed.get("address").to_owned(), name: typed.get("name").to_owned() },
        person => Whom::Person(id(person)?),
    };
    match personal_data::export(app, &caller, tenant, whom).await {
        Ok(found) => file(&found.name, "application/json", found.bytes.into_response()),
        Err(problem) if problem.kind == ProblemKind::Invalid && caller.kind == TenantKind::Operator => {
            let mut view = people_view(&visitor, &people::list(app, &caller, caller.tenant).await?);
            if let Some(form) = &mut view.export {
                fail_form(visitor.origin.lang, form, &typed, &problem);
            }
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}
