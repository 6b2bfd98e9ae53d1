//! Links of the document: from an answer that carries an id to every operation that takes it.
//!
//! They follow from the shape of paths: what `POST /orders` makes and `GET /orders` lists is the `{o}` of
//! `/orders/{o}/…`. Whoever adds an operation gets its links without writing any.

use serde_json::{Map, Value, json};

use super::path_parameters;

/// Answers that lead elsewhere than below their own path: operation, target and the parameters found in it.
const ELSEWHERE: &[(&str, &str, &[(&str, &str)])] = &[
    ("K-04", "O-03", &[("o", "/orders/0/id")]),
    ("K-04", "O-04", &[("o", "/orders/0/id")]),
    ("E-01", "E-02", &[("o", "/items/0/referenceOrder/id"), ("n", "/items/0/referenceOrder/lineItemId")]),
    ("E-01", "E-03", &[("o", "/items/0/referenceOrder/id"), ("n", "/items/0/referenceOrder/lineItemId")]),
];

/// An operation of the document.
struct Row {
    id: String,
    method: String,
    path: String,
}

/// Adds the links to the answers of a document.
pub fn add(document: &mut Value) {
    let rows = rows(document);
    for row in &rows {
        let Some((status, pointer)) = id_in_answer(document, row) else { continue };
        let mut links = Map::new();
        for target in rows.iter().filter(|target| target.path != row.path) {
            if let Some(parameters) = pointer.as_deref().and_then(|pointer| below(row, target, pointer)) {
                links.insert(target.id.clone(), link(target, parameters));
            }
        }
        for (_, to, found) in ELSEWHERE.iter().filter(|(from, ..)| *from == row.id) {
            let Some(target) = rows.iter().find(|target| target.id == *to) else { continue };
            let mut parameters = Map::new();
            parameters.insert("c".to_owned(), "$request.path.c".into());
            parameters.extend(found.iter().map(|(name, at)| ((*name).to_owned(), in_body(at))));
            links.insert(target.id.clone(), link(target, parameters));
        }
        if !links.is_empty() {
            document["paths"][&row.path][&row.method]["responses"][&status]["links"] = Value::Object(links);
        }
    }
}

fn rows(document: &Value) -> Vec<Row> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let row = |path: &str, method: &str, operation: &Value| Row {
        id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
    };
    paths
        .flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, operation)| row(path, method, operation))
        })
        .collect()
}

/// The status of success, and where in its body the id stands, if anywhere.
fn id_in_answer(document: &Value, row: &Row) -> Option<(String, Option<String>)> {
    if !matches!(row.method.as_str(), "get" | "post") {
        return None;
    }
    let responses = document["paths"][&row.path][&row.method]["responses"].as_object()?;
    let (status, answer) = responses.iter().find(|(status, _)| matches!(status.as_str(), "200" | "201"))?;
    let schema = resolved(document, &answer["content"]["application/json"]["schema"]);
    let properties = &schema["properties"];
    let entry = resolved(document, &properties["items"]["items"]);
    let pointer = if properties["id"].is_object() {
        Some("/id".to_owned())
    } else {
        entry["properties"]["id"].is_object().then(|| "/items/0/id".to_owned())
    };
    Some((status.clone(), pointer))
}

fn resolved<'v>(document: &'v Value, schema: &'v Value) -> &'v Value {
    let target = schema["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
    target.unwrap_or(schema)
}

/// The parameters of a target whose path begins with that of the row and goes on with one of its things.
fn below(row: &Row, target: &Row, pointer: &str) -> Option<Map<String, Value>> {
    let rest = target.path.strip_prefix(&row.path)?;
    let own = rest.strip_prefix("/{")?.split('}').next()?;
    let mut parameters: Map<String, Value> = path_parameters(&row.path)
        .zip(path_parameters(&target.path))
        .map(|(source, name)| (name.to_owned(), format!("$request.path.{source}").into()))
        .collect();
    parameters.insert(own.to_owned(), in_body(pointer));
    for name in path_parameters(rest).filter(|name| *name != own) {
        // The first line is there in every order; of nothing else is an id known without asking.
        let line = (name == "n").then(|| json!(0))?;
        parameters.insert(name.to_owned(), line);
    }
    Some(parameters)
}

fn in_body(pointer: &str) -> Value {
    format!("$response.body#{pointer}").into()
}

fn link(target: &Row, parameters: Map<String, Value>) -> Value {
    json!({ "operationId": target.id, "parameters": parameters })
}
