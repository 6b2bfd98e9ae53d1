//! Checks over the markup of every page in every language: complete messages, sound structure, no inline code.

use std::collections::HashSet;

use perpetua_i18n::Lang;
use perpetua_portal::gallery::{Sample, pages};

/// Elements that have no end tag.
const VOID: [&str; 7] = ["meta", "link", "input", "br", "path", "img", "hr"];

fn each(check: impl Fn(Lang, &Sample)) {
    for lang in Lang::ALL {
        for page in pages(lang) {
            check(lang, &page);
        }
    }
}

/// Inside of every tag in order, comments and the doctype left out.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter(|tag| !tag.starts_with('!')).map(|tag| tag.split('>').next().unwrap_or(tag))
}

fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap_or(rest)).collect()
}

#[test]
fn every_message_of_every_page_exists_in_both_languages() {
    each(|lang, page| {
        let missing = page.html.find('«').map(|at| page.html[at..].chars().take(50).collect::<String>());
        assert_eq!(missing, None, "{} in {lang:?}", page.name);
    });
}

#[test]
fn every_opened_element_is_closed_in_order() {
    each(|_, page| {
        let mut open = Vec::new();
        for tag in tags(&page.html) {
            let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{}: </{name}>", page.name);
            } else if !VOID.contains(&name) {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{}: {open:?} left open", page.name);
    });
}

#[test]
fn every_page_has_one_main_heading_and_names_its_language() {
    each(|lang, page| {
        assert_eq!(page.html.matches("<h1").count(), 1, "{}", page.name);
        assert!(page.html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{}", page.name);
    });
}

#[test]
fn ids_are_unique_and_every_label_and_description_finds_its_element() {
    each(|_, page| {
        let all = attributes(&page.html, "id");
        let ids: HashSet<&str> = all.iter().copied().collect();
        let doubled: Vec<_> = all.iter().filter(|id| all.iter().filter(|other| other == id).count() > 1).collect();
        assert!(doubled.is_empty(), "{}: {doubled:?} twice", page.name);
        for attribute in ["for", "aria-describedby", "aria-labelledby", "data-copy"] {
            for reference in attributes(&page.html, attribute).iter().flat_map(|value| value.split(' ')) {
                assert!(ids.contains(reference), "{}: {attribute} names the unknown {reference}", page.name);
            }
        }
    });
}

#[test]
fn a_strict_content_security_policy_blocks_nothing() {
    each(|_, page| {
        for tag in tags(&page.html) {
            assert!(!tag.contains(" style=") && !tag.starts_with("style"), "{}: <{tag}>", page.name);
            let handler = tag.split(' ').any(|word| word.starts_with("on") && word.contains("=\""));
            assert!(!handler, "{}: <{tag}> handles an event inline", page.name);
            assert!(!tag.starts_with("script") || tag.contains("src=\"/assets/"), "{}: <{tag}>", page.name);
        }
    });
}

#[test]
fn every_form_that_posts_carries_the_token() {
    each(|_, page| {
        for form in page.html.split("<form").skip(1).filter(|form| form.split('>').next().unwrap().contains("post")) {
            let form = form.split("</form>").next().unwrap_or(form);
            assert!(form.contains("name=\"csrf\""), "{}: {}", page.name, &form[..form.len().min(90)]);
        }
    });
}

#[test]
fn a_table_that_becomes_blocks_on_a_phone_stays_a_table_for_screen_readers() {
    assert!(pages(Lang::En).iter().any(|page| page.html.contains("<table class=\"cards\"")));
    each(|_, page| {
        for table in page.html.split("<table class=\"cards\"").skip(1) {
            let table = table.split("</table>").next().unwrap_or(table);
            assert!(table.starts_with(" role=\"table\""), "{}", page.name);
            for tag in tags(table) {
                let role = match tag.split(' ').next().unwrap_or_default() {
                    "thead" | "tbody" => "rowgroup",
                    "tr" => "row",
                    "th" if tag.contains("scope=\"col\"") => "columnheader",
                    "th" => "rowheader",
                    "td" => "cell",
                    _ => continue,
                };
                assert!(tag.contains(&format!(" role=\"{role}\"")), "{}: <{tag}>", page.name);
            }
        }
    });
}

#[test]
fn style_and_script_stay_small() {
    let size = include_str!("../assets/perpetua.css").len() + include_str!("../assets/perpetua.js").len();
    assert!(size < 40 * 1024, "{size} bytes");
}
