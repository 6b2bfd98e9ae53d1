//! The script pack of a wave: what it is and how to handle it, then the archive (M25).

use perpetua_app::Problem;
use perpetua_app::fleet::{self, WaveView};
use perpetua_domain::access::TenantKind;
use perpetua_http::PostForm;
use perpetua_i18n::{Args, format, text, text_with};

use super::At;
use crate::shell::{self, Answer, file};
use crate::views::form::Form;
use crate::views::frame::Link;
use crate::views::migration::Pack;
use crate::views::parts::Fact;

/// How to use it.
const STEPS: [&str; 7] =
    ["fleet-pack-1", "fleet-pack-2", "fleet-pack-3", "fleet-pack-4", "fleet-pack-5", "fleet-pack-6", "fleet-pack-7"];

pub async fn page(at: At) -> Answer {
    let app = &at.visitor.site.app;
    let lang = at.lang();
    let number = at.wave()?;
    let may = fleet::summary(app, &at.caller, at.customer).await?.may;
    let waves = fleet::waves(app, &at.caller, at.customer).await?;
    let wave = waves.iter().find(|wave| wave.number == number).ok_or_else(Problem::not_found)?;
    let title = text_with(lang, "migration-pack-of", &Args::new().num("number", number));
    let mut form = Form::new(at.path(&format!("/waves/{number}/pack")), "migration-pack-get");
    form.stays = true;
    let back = Link::new(at.path("/waves"), text(lang, "migration-waves"));
    let mut t = at.frame(Some(title)).await?;
    t.crumbs.push(back.clone());
    // The partner sees no key that the customer entered, so its packs hold none.
    let key = if at.caller.kind == TenantKind::Customer { "migration-pack-with-keys" } else { "migration-pack-key" };
    let warnings = ["migration-pack-token", "migration-pack-names", key, "migration-pack-logged"];
    shell::page(&Pack {
        t,
        head: at.head("migration-waves"),
        facts: facts(&at, wave),
        warnings: warnings.iter().map(|id| text(lang, id).into_owned()).collect(),
        steps: STEPS.iter().map(|id| text(lang, id).into_owned()).collect(),
        form: may.scripts.then_some(form),
        back,
    })
}

fn facts(at: &At, wave: &WaveView) -> Vec<Fact> {
    let lang = at.lang();
    let token = match wave.token_expires_at.filter(|_| wave.is_token_valid) {
        Some(until) => {
            text_with(lang, "migration-token-until", &Args::new().set("at", super::wording::at(lang, until)))
        }
        None => text(lang, "migration-token-none").into_owned(),
    };
    vec![
        Fact::new("fleet-column-day", format::date(lang, wave.day)),
        Fact::new("fleet-column-machines", format::number(lang, wave.machines)),
        Fact::new("migration-token", token),
    ]
}

/// Gives the archive out; the wave's token for reports is made anew and ends the one before.
pub async fn download(at: At, PostForm(_): PostForm) -> Answer {
    let pack = fleet::script_pack(&at.visitor.site.app, &at.caller, at.customer, at.wave()?).await?;
    file(&pack.file_name, "application/zip", pack.bytes.to_vec())
}
