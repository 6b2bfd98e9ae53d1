//! A letter as plain text and as HTML: the same words in the same order. The HTML fetches nothing and needs no style
//! sheet, and whatever people wrote is escaped.

use std::fmt::Write as _;

use perpetua_app::mail::Letter;
use perpetua_i18n::Lang;

/// A letter as plain text.
pub fn text(letter: &Letter) -> String {
    let mut blocks = vec![letter.greeting.clone()];
    blocks.extend(letter.paragraphs.iter().cloned());
    blocks.push(lines(letter.items.iter().map(|item| format!("  {item}"))));
    blocks.push(lines(letter.facts.iter().map(|(label, value)| format!("{label}: {value}"))));
    blocks.extend(letter.action.iter().map(|(label, address)| format!("{label}:\n{address}")));
    blocks.extend(letter.remarks.iter().cloned());
    blocks.push(letter.signature.clone());
    let mut why = vec![letter.why.clone()];
    why.extend(letter.choose.iter().map(|(label, address)| format!("{label}: {address}")));
    // A line of two hyphens and a blank begins what readers fold away.
    blocks.push(format!("-- \n{}", why.join("\n")));
    let blocks: Vec<String> = blocks.into_iter().filter(|block| !block.trim().is_empty()).collect();
    format!("{}\n", blocks.join("\n\n"))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// A letter as a page of its own.
pub fn html(letter: &Letter, lang: Lang) -> String {
    let mut page = String::with_capacity(4_096);
    // Writing to a string cannot fail.
    let _ = write_html(&mut page, letter, lang);
    page
}

const PAGE: &str = "margin:0;padding:24px;background:#f4f5f7;color:#1c2430;\
                    font:16px/1.5 system-ui,'Segoe UI',Roboto,Arial,sans-serif";
const SHEET: &str = "max-width:600px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #d9dee5;\
                     border-radius:8px";
const HEADING: &str = "margin:0 0 16px;font-size:20px;line-height:1.3";
const BUTTON: &str = "display:inline-block;padding:10px 16px;border-radius:6px;background:#14508c;color:#ffffff;\
                      text-decoration:none";
const SMALL: &str = "max-width:600px;margin:16px auto 0;font-size:14px;color:#4a5565";

fn write_html(page: &mut String, letter: &Letter, lang: Lang) -> std::fmt::Result {
    write!(
        page,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n\
         <body style=\"{PAGE}\">\n<main style=\"{SHEET}\">\n<h1 style=\"{HEADING}\">{}</h1>\n",
        lang.tag(),
        escaped(&letter.subject),
        escaped(&letter.subject),
    )?;
    for text in std::iter::once(&letter.greeting).chain(&letter.paragraphs) {
        paragraph(page, text)?;
    }
    if !letter.items.is_empty() {
        page.push_str("<ul>\n");
        for item in &letter.items {
            writeln!(page, "<li>{}</li>", escaped(item))?;
        }
        page.push_str("</ul>\n");
    }
    if !letter.facts.is_empty() {
        page.push_str("<table style=\"border-collapse:collapse;margin:16px 0\">\n");
        for (label, value) in &letter.facts {
            writeln!(
                page,
                "<tr><th scope=\"row\" style=\"text-align:left;vertical-align:top;padding:4px 16px 4px 0;\
                 font-weight:600\">{}</th><td style=\"padding:4px 0\">{}</td></tr>",
                escaped(label),
                escaped(value),
            )?;
        }
        page.push_str("</table>\n");
    }
    if let Some((label, address)) = &letter.action {
        writeln!(page, "<p><a href=\"{}\" style=\"{BUTTON}\">{}</a></p>", escaped(address), escaped(label))?;
    }
    for text in letter.remarks.iter().chain([&letter.signature]) {
        paragraph(page, text)?;
    }
    write!(page, "</main>\n<footer style=\"{SMALL}\"><p>{}", escaped(&letter.why))?;
    if let Some((label, address)) = &letter.choose {
        write!(page, " <a href=\"{}\" style=\"color:#14508c\">{}</a>", escaped(address), escaped(label))?;
    }
    page.push_str("</p></footer>\n</body>\n</html>\n");
    Ok(())
}

fn paragraph(page: &mut String, text: &str) -> std::fmt::Result {
    if text.trim().is_empty() { Ok(()) } else { writeln!(page, "<p>{}</p>", escaped(text)) }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            subject: "A & B".to_owned(),
            greeting: "Hello <b>Jana</b>,".to_owned(),
            paragraphs: vec!["What people wrote: \"><script>alert(1)</script>".to_owned()],
            facts: vec![("Order".to_owned(), "3f9a".to_owned())],
            items: vec!["10 × Harbor Server".to_owned()],
            action: Some(("Open".to_owned(), "https://desk.example.com/a?b=1&c=2".to_owned())),
            signature: "Acme Systems".to_owned(),
            why: "Because.".to_owned(),
            ..Letter::default()
        }
    }

    #[test]
    fn what_people_wrote_is_text_in_both_parts() {
        let html = html(&letter(), Lang::Cs);
        assert!(html.contains("<html lang=\"cs\">") && html.contains("<title>A &amp; B</title>"), "{html}");
        assert!(!html.contains("<script>") && !html.contains("<b>Jana"), "{html}");
        assert!(html.contains("href=\"https://desk.example.com/a?b=1&amp;c=2\""), "{html}");
    }

    #[test]
    fn the_text_has_the_same_words_in_the_same_order() {
        let text = text(&letter());
        let places: Vec<usize> =
            ["Hello", "What people", "10 ×", "Order: 3f9a", "https://desk", "Acme Systems", "-- \nBecause."]
                .iter()
                .map(|words| text.find(words).expect(words))
                .collect();
        assert!(places.is_sorted(), "{text}");
    }
}
