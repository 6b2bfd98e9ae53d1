//! The reference for people: one page of plain HTML with the portal's stylesheet and no script.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use perpetua_i18n::Lang;
use perpetua_license::policy::answer::Answer;

use super::{family, path_parameters, path_text, right};
use crate::devices::{self, document, endpoints};
use crate::operation::Operation;

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>REST interface · Perpetua</title>
<link rel=\"icon\" href=\"/assets/perpetua.svg\" type=\"image/svg+xml\">
<link rel=\"stylesheet\" href=\"/assets/perpetua.css\">
</head>
<body>
<a class=\"skip\" href=\"#main\">Skip to content</a>
<header class=\"top\"><a class=\"brand\" href=\"/\">Perpetua</a></header>
<main id=\"main\" tabindex=\"-1\" class=\"bare\">
<div class=\"head\"><div><h1>REST interface</h1></div></div>
";

/// The page about these operations.
pub fn page(operations: &[Operation]) -> String {
    let mut families: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in operations {
        families.entry(family(operation.path)).or_default().push(operation);
    }
    let mut html = HEAD.to_owned();
    html.push_str("<div class=\"panel prose\">\n");
    let _ = writeln!(html, "<p>{}</p>", code_spans(super::ABOUT));
    html.push_str("<p>The same as an OpenAPI document: <a href=\"/openapi.json\">openapi.json</a>.</p>\n<ul>\n");
    for (name, rows) in &families {
        let _ = writeln!(html, "<li><a href=\"#{0}\">{0}</a> ({1})</li>", escaped(name), rows.len());
    }
    let _ = writeln!(html, "<li><a href=\"#activation\">activation</a> ({})</li>", endpoints::ALL.len());
    html.push_str("</ul>\n</div>\n");
    for (name, rows) in &families {
        let _ =
            writeln!(html, "<section class=\"panel\" aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{0}</h2>", escaped(name));
        for operation in rows {
            describe(&mut html, operation);
        }
        html.push_str("</section>\n");
    }
    describe_devices(&mut html);
    html.push_str("</main>\n<footer class=\"foot\"><span>Perpetua</span></footer>\n</body>\n</html>\n");
    html
}

fn describe(html: &mut String, operation: &Operation) {
    let Operation { id, method, path, summary, status, .. } = operation;
    let _ = writeln!(html, "<h3 id=\"{id}\"><span class=\"mono\">{id}</span> {}</h3>", escaped(summary));
    let _ = writeln!(html, "<p class=\"url\">{method} {}</p>", escaped(path));
    let _ =
        writeln!(html, "<p>{} Answers {status}, {}.</p>", code_spans(&right(operation.access)), operation.content_type);
    let of_path = path_parameters(path).map(|name| (name, "path", path_text(name), true));
    let of_query = operation.query.iter().map(|asked| (asked.name, "query", asked.text, asked.required));
    let rows: Vec<_> = of_path.chain(of_query).collect();
    if !rows.is_empty() {
        let _ = writeln!(html, "<table><caption class=\"sr\">Parameters of {id}</caption>");
        html.push_str("<thead><tr><th scope=\"col\">Name</th><th scope=\"col\">In</th><th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n");
        for (name, place, text, required) in rows {
            let must = if required { "" } else { " Optional." };
            let _ = writeln!(
                html,
                "<tr><td class=\"mono\">{}</td><td>{place}</td><td>{}.{must}</td></tr>",
                escaped(name),
                escaped(text)
            );
        }
        html.push_str("</tbody></table>\n");
    }
    if let Some(example) = operation.example {
        let pretty = serde_json::from_str::<serde_json::Value>(example)
            .and_then(|value| serde_json::to_string_pretty(&value))
            .unwrap_or_else(|_| example.to_owned());
        let _ = writeln!(html, "<p>Example:</p>\n<pre class=\"url\">{}</pre>", escaped(&pretty));
    }
    if let Some(pretty) = super::ANSWERS.get(*id).and_then(|answer| serde_json::to_string_pretty(answer).ok()) {
        let _ = writeln!(html, "<details><summary>Answer of {id}</summary>");
        let _ = writeln!(html, "<pre class=\"url\">{}</pre></details>", escaped(&pretty));
    }
}

/// The protocol of devices, which has a document of its own.
fn describe_devices(html: &mut String) {
    html.push_str(
        "<section class=\"panel prose\" aria-labelledby=\"activation\">\n<h2 id=\"activation\">activation</h2>\n",
    );
    let _ = writeln!(html, "<p>{}</p>", code_spans(document::ABOUT));
    html.push_str("<p>As an OpenAPI document: <a href=\"/activation/v1/openapi.json\">openapi.json</a>.</p>\n");
    for endpoint in endpoints::ALL {
        let endpoints::Endpoint { id, method, path, summary, .. } = endpoint;
        let _ = writeln!(html, "<h3 id=\"{id}\"><span class=\"mono\">{id}</span> {}</h3>", escaped(summary));
        let _ = writeln!(html, "<p class=\"url\">{method} {}</p>", escaped(path));
        let statuses: Vec<String> = endpoint.answers.iter().map(|(status, _)| status.to_string()).collect();
        let _ = writeln!(html, "<p>Needs no token. Answers {}.</p>", statuses.join(", "));
    }
    html.push_str("<h3 id=\"activation-codes\">Codes</h3>\n<table><thead><tr><th scope=\"col\">Code</th><th scope=\"col\">Status</th><th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n");
    for answer in Answer::ALL {
        let (status, sentence) = (devices::status_of(*answer).as_u16(), devices::sentence(Lang::En, *answer));
        let code = answer.code();
        let _ =
            writeln!(html, "<tr><td class=\"mono\">{code}</td><td>{status}</td><td>{}</td></tr>", escaped(&sentence));
    }
    html.push_str("</tbody></table>\n</section>\n");
}

/// Text with what stands between backticks as code.
fn code_spans(text: &str) -> String {
    let parts = text
        .split('`')
        .enumerate()
        .map(|(index, part)| if index % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) });
    parts.collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
