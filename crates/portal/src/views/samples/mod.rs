//! Every page filled with invented data, in each language. The gallery and the markup checks use it; no handler does.

mod access;
mod apps;
mod desk;
mod migration;
mod operator;
mod software;
mod trade;

use askama::Template;
use perpetua_i18n::Lang;

use super::{
    form::Choice,
    frame::{Area, Flash, Frame, Link, Person, TenantChoice, Tone, nav},
    list::List,
    parts::{Badge, Empty},
};
use crate::gallery::Sample;

/// All pages of all areas.
pub fn all(lang: Lang) -> Vec<Sample> {
    let cx = Cx { lang };
    [
        access::pages(cx),
        apps::pages(cx),
        desk::pages(cx),
        migration::pages(cx),
        operator::pages(cx),
        trade::pages(cx),
        software::pages(cx),
    ]
    .concat()
}

/// The language of the sample and shorthands in it.
#[derive(Clone, Copy)]
struct Cx {
    lang: Lang,
}

impl Cx {
    /// The text of this language.
    fn w(self, en: &str, cs: &str) -> String {
        match self.lang {
            Lang::En => en.to_owned(),
            Lang::Cs => cs.to_owned(),
        }
    }

    fn m(self, id: &str) -> String {
        perpetua_i18n::text(self.lang, id).into_owned()
    }

    /// The frame of a page without sign-in.
    fn bare(self, title: impl Into<String>) -> Frame {
        Frame::new(self.lang, title, "/")
    }

    /// The frame of a page of one portal.
    fn frame(self, area: Area, here: &str, title: impl Into<String>) -> Frame {
        let (name, email, tenant) = match area {
            Area::Operator => ("Olga Malá", "olga@perpetua.example", "Aurea Software a.s."),
            Area::Partner => ("Petr Novák", "petr@lumen.example", "Lumen IT s.r.o."),
            Area::Customer => ("Jana Dvořáková", "jana@contoso.example", "Contoso Strojírny a.s."),
        };
        let tenants = vec![TenantChoice {
            id: "2".into(),
            name: "Ostrava Systems s.r.o.".into(),
            note: self.m("role-sales_agent"),
        }];
        Frame {
            nav: nav(area, here),
            person: Some(Person { name: name.into(), email: email.into(), tenant: tenant.into(), tenants }),
            csrf: "csrf-token".into(),
            ..Frame::new(self.lang, title, here)
        }
    }

    /// A page of one customer in the partner's portal.
    fn customer(self, end: &str, title: impl Into<String>) -> Frame {
        let crumbs = vec![
            Link::new("/partner/customers", self.m("nav-customers")),
            Link::new("/partner/customers/1", "Contoso Strojírny a.s."),
        ];
        Frame { crumbs, ..self.frame(Area::Partner, &format!("/partner/customers/1{end}"), title) }
    }

    fn good(self, en: &str, cs: &str) -> Badge {
        Badge::new(Tone::Good, self.w(en, cs))
    }

    fn warn(self, en: &str, cs: &str) -> Badge {
        Badge::new(Tone::Warn, self.w(en, cs))
    }

    fn bad(self, en: &str, cs: &str) -> Badge {
        Badge::new(Tone::Bad, self.w(en, cs))
    }

    fn plain(self, en: &str, cs: &str) -> Badge {
        Badge::new(Tone::Plain, self.w(en, cs))
    }

    fn empty(self, en: (&str, &str), cs: (&str, &str), action: Option<Link>) -> Empty {
        Empty { heading: self.w(en.0, cs.0), text: self.w(en.1, cs.1), action }
    }

    fn flash(self, en: &str, cs: &str) -> Flash {
        Flash { tone: Tone::Good, text: self.w(en, cs) }
    }

    /// Amount in the customer's currency.
    fn czk(self, en: &str, cs: &str) -> String {
        format!("{}\u{a0}{}", self.w(en, cs), self.w("CZK", "Kč"))
    }

    /// A long list: middle page, sorted, with an export.
    fn list(self, path: &str, sort: &str) -> List {
        List {
            sort: sort.to_owned(),
            range: self.w("51–100 of 1,204", "51–100 z 1 204"),
            previous: Some(format!("{path}?before=1")),
            next: Some(format!("{path}?after=1")),
            ..List::at(path)
        }
    }
}

fn choices(pairs: &[(&str, &str)]) -> Vec<Choice> {
    pairs.iter().map(|(value, label)| Choice::new(*value, *label)).collect()
}

/// Renders one page under this name.
fn page(name: &'static str, view: &impl Template) -> Sample {
    Sample { name, html: view.render().expect("the templates of samples render") }
}
