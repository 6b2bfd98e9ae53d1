//! Both languages stay complete: same messages, same variables, every plural form, nothing blank.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser::parse;

use super::*;

const PLURAL_CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// What the comparison needs to know of one message or term.
#[derive(Default)]
struct Facts {
    variables: BTreeSet<String>,
    /// The keys of each choice, with the default one starred.
    choices: Vec<Vec<String>>,
}

impl Facts {
    fn read(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.read_expression(expression);
            }
        }
    }

    fn read_expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.read_inline(inline),
            Expression::Select { selector, variants } => {
                self.read_inline(selector);
                self.choices.push(
                    variants
                        .iter()
                        .map(|variant| {
                            let (VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key }) =
                                variant.key;
                            if variant.default { format!("*{key}") } else { key.to_owned() }
                        })
                        .collect(),
                );
                for variant in variants {
                    self.read(&variant.value);
                }
            }
        }
    }

    fn read_inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::Placeable { expression } => self.read_expression(expression),
            InlineExpression::TermReference { arguments: Some(arguments), .. } => self.read_arguments(arguments),
            InlineExpression::FunctionReference { id, .. } => panic!("{}() is not available in messages", id.name),
            _ => {}
        }
    }

    fn read_arguments(&mut self, arguments: &CallArguments<&str>) {
        arguments.positional.iter().for_each(|inline| self.read_inline(inline));
        arguments.named.iter().for_each(|argument| self.read_inline(&argument.value));
    }
}

/// Every message and term (with its hyphen) of a language; panics where a file is broken.
fn read_all(lang: Lang) -> BTreeMap<String, Facts> {
    let mut all = BTreeMap::new();
    for (file, source) in sources(lang) {
        let resource = parse(source).unwrap_or_else(|(_, errors)| panic!("{lang}/{file}.ftl: {errors:?}"));
        for entry in resource.body {
            let (id, value, attributes) = match entry {
                Entry::Message(message) => (message.id.name.to_owned(), message.value, message.attributes),
                Entry::Term(term) => (format!("-{}", term.id.name), Some(term.value), term.attributes),
                Entry::Junk { content } => panic!("{lang}/{file}.ftl: {content}"),
                _ => continue,
            };
            assert!(attributes.is_empty(), "{lang}/{file}.ftl: {id} has attributes, which nothing shows");
            let mut facts = Facts::default();
            facts.read(&value.unwrap_or_else(|| panic!("{lang}/{file}.ftl: {id} is empty")));
            assert!(all.insert(id.clone(), facts).is_none(), "{lang}/{file}.ftl: {id} is there twice");
        }
    }
    all
}

#[test]
fn every_message_file_of_the_folders_is_compiled_in() {
    for lang in Lang::ALL {
        let folder = format!("{}/messages/{lang}", env!("CARGO_MANIFEST_DIR"));
        let present: BTreeSet<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(name, ..)| format!("{name}.ftl")).collect();
        assert_eq!(present, listed, "{lang}");
    }
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let (en, cs) = (read_all(Lang::En), read_all(Lang::Cs));
    let only = |one: &BTreeMap<String, Facts>, other: &BTreeMap<String, Facts>| -> Vec<String> {
        one.keys().filter(|id| !other.contains_key(*id)).cloned().collect()
    };
    assert_eq!(only(&en, &cs), Vec::<String>::new(), "in English only");
    assert_eq!(only(&cs, &en), Vec::<String>::new(), "in Czech only");
    for (id, facts) in &en {
        assert_eq!(facts.variables, cs[id].variables, "variables of {id}");
    }
    assert_eq!(ids(Lang::En), ids(Lang::Cs));
    assert!(ids(Lang::En).iter().all(|id| exists(Lang::Cs, id)));
}

#[test]
fn every_plural_choice_has_the_forms_of_its_language() {
    for (lang, needed) in [(Lang::En, &["one", "*other"][..]), (Lang::Cs, &["few", "one", "*other"])] {
        for (id, facts) in read_all(lang) {
            for keys in facts.choices {
                let plural = keys.iter().any(|key| PLURAL_CATEGORIES.contains(&key.trim_start_matches('*')));
                let complete = needed.iter().all(|form| keys.iter().any(|key| key == form));
                assert!(!plural || complete, "{lang}: {id} has {keys:?}, needs {needed:?}");
            }
        }
    }
}

#[test]
fn every_message_can_be_written_and_is_not_blank() {
    for lang in Lang::ALL {
        for (id, facts) in read_all(lang).iter().filter(|(id, _)| !id.starts_with('-')) {
            for count in [0, 1, 2, 5, 1_234] {
                let mut args = FluentArgs::new();
                facts.variables.iter().for_each(|name| args.set(name.clone(), count));
                let bundle = &messages(lang).bundle;
                let pattern = bundle.get_message(id).unwrap().value().unwrap();
                let mut errors = Vec::new();
                let written = bundle.format_pattern(pattern, Some(&args), &mut errors);
                assert!(errors.is_empty(), "{lang}: {id}: {errors:?}");
                assert!(!written.trim().is_empty(), "{lang}: {id} is blank");
                assert!(!written.contains(['\u{2068}', '\u{2069}']), "{lang}: {id} has isolation marks");
            }
        }
    }
}

#[test]
fn counts_choose_the_plural_form_and_are_grouped() {
    let days = |lang, count| text_with(lang, "count-days", &Args::new().num("count", count));
    assert_eq!([1, 2, 5, 0].map(|count| days(Lang::En, count)), ["1 day", "2 days", "5 days", "0 days"]);
    assert_eq!([1, 2, 5, 0].map(|count| days(Lang::Cs, count)), ["1 den", "2 dny", "5 dní", "0 dní"]);
    assert_eq!(days(Lang::En, 1_234), "1,234 days");
    assert_eq!(days(Lang::Cs, 1_234), "1\u{a0}234 dní");
}

#[test]
fn a_text_that_looks_like_a_number_stays_as_it_is() {
    let args = Args::new().set("name", 2026);
    assert_eq!(text_with(Lang::En, "signed-in-as", &args), "Signed in as 2026");
    let args = Args::new().set("name", "Jiří { $x } <b>");
    assert_eq!(text_with(Lang::Cs, "signed-in-as", &args), "Přihlášená osoba: Jiří { $x } <b>");
}

#[test]
fn an_unknown_message_or_variable_is_shown_and_counted() {
    let before = missing_count();
    assert_eq!(text(Lang::Cs, "no-such-message"), "«no-such-message»");
    assert_eq!(text_with(Lang::En, "count-days", &Args::new()).trim(), "{$count} days");
    assert!(missing_count() >= before + 2);
    assert!(!exists(Lang::En, "no-such-message"));
}

#[test]
fn the_accessible_names_are_the_agreed_ones() {
    let check = |id: &str, en: &str, cs: &str| {
        assert_eq!((text(Lang::En, id).as_ref(), text(Lang::Cs, id).as_ref()), (en, cs), "{id}");
    };
    check("nav-customers", "Customers", "Zákazníci");
    check("nav-software", "Software", "Software");
    check("nav-orders", "Orders", "Objednávky");
    check("nav-activity", "Activity log", "Protokol aktivit");
    check("nav-requests", "Support requests", "Žádosti o podporu");
    check("action-add-products", "Add products", "Přidat produkty");
    check("field-version", "Version", "Verze");
    check("field-language", "Language", "Jazyk");
    check("field-bit", "Bit", "Bitová verze");
    check("action-get-keys", "Get keys and downloads", "Získat klíče a soubory ke stažení");
    check("action-get-key", "Get key", "Získat klíč");
    check("action-copy", "Copy", "Kopírovat");
    check("action-download", "Download", "Stáhnout");
    check("action-copy-link", "Copy link", "Kopírovat odkaz");
    check("action-cancel", "Cancel", "Zrušit");
    check("action-place-order", "Place order", "Odeslat objednávku");
    check("action-submit", "Submit", "Odeslat");
    check("action-keep-purchase", "Keep purchase", "Ponechat nákup");
    check("field-problem-type", "Problem type", "Typ problému");
    check("field-impact", "Impact", "Dopad");
    check("field-title", "Title", "Název");
    check("field-customer-ref", "Customer ID or domain name", "ID zákazníka nebo název domény");
    check("field-order-ref", "Order ID or subscription ID", "ID objednávky nebo ID předplatného");
    check("field-refund-reason", "Reason for the refund", "Důvod vrácení peněz");
    check("field-refund-amount", "Requested amount", "Požadovaná částka");
    check("field-contact-name", "Name", "Jméno");
    check("field-contact-email", "E-mail address", "E-mailová adresa");
    check("field-contact-phone", "Telephone number", "Telefonní číslo");
    check("field-files", "Add files", "Přidat soubory");
    check("role-admin_agent", "Admin agent", "Agent správce");
    check("role-global_admin", "Global administrator", "Globální správce");
}

/// The glossary's words: keys and links are "odvolány", and organizations are spelled one way.
#[test]
fn one_word_stands_for_one_idea() {
    let avoided = [(Lang::Cs, "zneplat"), (Lang::En, "organisation"), (Lang::En, "licence")];
    for (lang, word) in avoided {
        let files = FILES.iter().map(|(name, en, cs)| (name, if lang == Lang::En { en } else { cs }));
        for (name, text) in files {
            let texts = text.lines().map(|line| line.split_once(" = ").map_or(line, |(_, value)| value));
            let found: Vec<&str> = texts.filter(|value| value.to_lowercase().contains(word)).collect();
            assert!(found.is_empty(), "{name} in {lang:?} uses {word:?}: {found:?}");
        }
    }
}
