//! The Fluent messages of both languages, compiled in and parsed once.
//!
//! Numbers in messages are whole counts: they choose plural forms and are written with the
//! language's grouping. Money, dates, sizes and anything else come from [`crate::format`] as text.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::Entry;
use unic_langid::LanguageIdentifier;

use crate::{Lang, format};

/// Name, English text and Czech text of each message file.
macro_rules! message_files {
    ($($name:literal),* $(,)?) => {
        &[$((
            $name,
            include_str!(concat!("../messages/en/", $name, ".ftl")),
            include_str!(concat!("../messages/cs/", $name, ".ftl")),
        )),*]
    };
}

/// Every message file; a new one is added here, in the folder of each language, and nowhere else.
const FILES: &[(&str, &str, &str)] = message_files![
    "activation", //
    "api",
    "api_catalog",
    "apps",
    "cancel",
    "common",
    "countries",
    "desk",
    "errors",
    "errors_billing",
    "errors_catalog",
    "errors_fleet",
    "buying",
    "errors_orders",
    "errors_subscriptions",
    "fleet",
    "mail",
    "migration",
    "documents",
    "errors_support",
    "people",
    "portal",
    "records",
    "shell",
    "software",
];

/// Messages that could not be written as meant since the process started.
static MISSING: AtomicU64 = AtomicU64::new(0);

static EN: LazyLock<Messages> = LazyLock::new(|| Messages::load(Lang::En));
static CS: LazyLock<Messages> = LazyLock::new(|| Messages::load(Lang::Cs));

/// The values that a message names as `{ $variable }`.
#[derive(Debug, Default)]
pub struct Args(FluentArgs<'static>);

impl Args {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives `name` a text. A number that is no count (a year, an order number) is a text as well.
    #[must_use]
    pub fn set(mut self, name: &'static str, value: impl Display) -> Self {
        self.0.set(name, value.to_string());
        self
    }

    /// Gives `name` a whole count: it chooses the plural form and is written with the language's
    /// grouping. Counts above `i64::MAX` are written as that; above 2⁵³ they are approximate.
    #[must_use]
    pub fn num(mut self, name: &'static str, value: impl TryInto<i64>) -> Self {
        self.0.set(name, value.try_into().unwrap_or(i64::MAX));
        self
    }
}

/// The message `id`, which has no variables. An unknown id reads `«id»` and is counted in
/// [`missing_count`], because a page with an odd word is better than no page.
pub fn text(lang: Lang, id: &str) -> Cow<'static, str> {
    write(lang, id, None)
}

/// The message `id` with its variables; as lenient as [`text`].
pub fn text_with(lang: Lang, id: &str, args: &Args) -> String {
    write(lang, id, Some(&args.0)).into_owned()
}

/// Whether the message `id` exists in this language.
pub fn exists(lang: Lang, id: &str) -> bool {
    messages(lang).bundle.has_message(id)
}

/// Every message id of this language, sorted.
pub fn ids(lang: Lang) -> Vec<String> {
    messages(lang).ids.clone()
}

/// How often since the process started a message was unknown or lacked a variable. Metrics show it.
pub fn missing_count() -> u64 {
    MISSING.load(Ordering::Relaxed)
}

struct Messages {
    bundle: FluentBundle<FluentResource>,
    ids: Vec<String>,
}

impl Messages {
    /// Parses the files of one language. Broken or doubled messages are left out here; the tests of
    /// this module refuse both.
    fn load(lang: Lang) -> Self {
        let locale: LanguageIdentifier = lang.tag().parse().expect("the tags of our languages are well formed");
        let formatter: fn(&FluentValue, &_) -> _ = match lang {
            Lang::En => |value, _| grouped(Lang::En, value),
            Lang::Cs => |value, _| grouped(Lang::Cs, value),
        };
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Both languages run left to right, and the marks would break searching and copying.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(formatter));
        let mut ids = Vec::new();
        for (_, source) in sources(lang) {
            let resource =
                FluentResource::try_new(source.to_owned()).unwrap_or_else(|(partly_parsed, _)| partly_parsed);
            ids.extend(resource.entries().filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            }));
            bundle.add_resource_overriding(resource);
        }
        ids.sort_unstable();
        ids.dedup();
        Self { bundle, ids }
    }
}

fn messages(lang: Lang) -> &'static Messages {
    match lang {
        Lang::En => &EN,
        Lang::Cs => &CS,
    }
}

/// File name and text of each file of one language.
fn sources(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().map(move |(name, en, cs)| match lang {
        Lang::En => (*name, *en),
        Lang::Cs => (*name, *cs),
    })
}

fn write(lang: Lang, id: &str, args: Option<&FluentArgs<'static>>) -> Cow<'static, str> {
    let bundle = &messages(lang).bundle;
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        MISSING.fetch_add(1, Ordering::Relaxed);
        return Cow::Owned(format!("«{id}»"));
    };
    let mut errors = Vec::new();
    let written = bundle.format_pattern(pattern, args, &mut errors);
    if !errors.is_empty() {
        MISSING.fetch_add(1, Ordering::Relaxed);
    }
    written
}

/// A count as the language writes it; anything that is no whole number is left to Fluent.
fn grouped(lang: Lang, value: &FluentValue) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    number.as_string().parse().ok().map(|count| format::number(lang, count))
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
