//! The table of operations is whole, and the document that comes of it holds together.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::*;
use crate::wire::route::Table;

#[test]
fn every_operation_says_what_it_does_and_with_what_it_answers() {
    for operation in operations::all() {
        let id = operation.id;
        assert!(!operation.summary.is_empty(), "{id} has no summary");
        assert!(matches!(operation.status, 200 | 201 | 202 | 204 | 400), "{id} answers {}", operation.status);
        if let Some(example) = operation.example {
            serde_json::from_str::<Value>(example).unwrap_or_else(|error| panic!("the example of {id}: {error}"));
        }
        assert!(operation.query.iter().all(|asked| !asked.text.is_empty()), "{id} has a parameter without text");
        assert!(operation.path.contains("/{c}") || !matches!(operation.access, Access::Customer(_)), "{id}");
    }
}

#[test]
fn ids_are_unique_and_every_path_names_one_operation() {
    let all = operations::all();
    let mut seen = HashSet::new();
    for operation in &all {
        assert!(seen.insert((operation.id, operation.method)), "{} {} is there twice", operation.method, operation.id);
    }
    let table = Table::new(all.iter().map(|operation| (operation.method, operation.path, operation.id)));
    assert_eq!(table.conflicts(), []);
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document: Value = serde_json::from_str(&DOCUMENT).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads outside"));
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn no_two_kinds_of_things_share_a_name() {
    let mut known: HashMap<String, Value> = HashMap::new();
    for (name, schema) in gathered().1 {
        let schema = serde_json::to_value(schema).unwrap();
        if let Some(other) = known.insert(name.clone(), schema.clone()) {
            assert_eq!(other, schema, "two things are called {name}; name one of them by #[schema(as = …)]");
        }
    }
}

#[test]
fn the_document_has_every_operation_with_its_parameters_and_responses() {
    let document: Value = serde_json::from_str(&DOCUMENT).unwrap();
    let mut ids = HashSet::new();
    for operation in &operations::all() {
        let described = &document["paths"][operation.path][operation.method.to_ascii_lowercase()];
        let id = described["operationId"].as_str().unwrap_or_else(|| panic!("{} is not there", operation.id));
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        let named: Vec<_> = described["parameters"].as_array().into_iter().flatten().collect();
        assert_eq!(named.len(), path_parameters(operation.path).count() + operation.query.len(), "{id}");
        for parameter in named {
            assert!(parameter["schema"].is_object() && parameter["description"].is_string(), "{id} {parameter}");
            assert!(parameter["in"] != "path" || parameter["required"] == true, "{id} {parameter}");
        }
        assert!(described["responses"][operation.status.to_string()].is_object(), "{id}");
        let has_body = operation.example.is_some() || operation.takes_file;
        assert_eq!(described["requestBody"].is_object(), has_body, "{id}");
    }
    let list = &document["paths"]["/v1/products"]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    let items = &list["properties"]["items"]["items"];
    let product = items["$ref"].as_str().map_or(items, |to| document.pointer(to.trim_start_matches('#')).unwrap());
    assert_eq!(product["properties"]["publisherName"]["type"], "string", "{list}");
}

#[test]
fn what_an_answer_names_leads_to_the_operations_that_take_it() {
    let document: Value = serde_json::from_str(&DOCUMENT).unwrap();
    let links =
        |path: &str, method: &str, status: &str| document["paths"][path][method]["responses"][status]["links"].clone();
    let made = links("/v1/customers/{c}/orders", "post", "201");
    assert_eq!(made["O-04"]["parameters"]["o"], "$response.body#/id");
    assert_eq!(made["O-04"]["parameters"]["c"], "$request.path.c");
    assert_eq!(made["O-06"]["parameters"]["n"], 0);
    let listed = links("/v1/customers", "get", "200");
    assert_eq!(listed["K-01"]["parameters"]["c"], "$response.body#/items/0/id");
    assert!(listed["C-02"].is_null() && listed["O-03"].is_null());
    let ordered = links("/v1/customers/{c}/carts/{cart}/checkout", "post", "201");
    assert_eq!(ordered["O-03"]["parameters"]["o"], "$response.body#/orders/0/id");
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let links =
                operation["responses"].as_object().unwrap().values().filter_map(|answer| answer["links"].as_object());
            for (id, link) in links.flatten() {
                let target = operations::all().into_iter().find(|row| row.id == id).unwrap();
                assert_eq!(
                    link["parameters"].as_object().unwrap().len(),
                    path_parameters(target.path).count(),
                    "{path} {id}"
                );
            }
        }
    }
}

#[test]
fn the_schema_of_a_request_follows_its_example() {
    let example = serde_json::json!({"a": [{"b": 1, "c": 1.5}], "d": true, "e": null, "f": []});
    let schema = serde_json::to_value(example::schema_of(&example)).unwrap();
    assert_eq!(schema["properties"]["a"]["items"]["properties"]["b"]["type"], "integer");
    assert_eq!(schema["properties"]["a"]["items"]["properties"]["c"]["type"], "number");
    assert_eq!(schema["properties"]["d"]["type"], "boolean");
    assert_eq!(schema["properties"]["f"]["type"], "array");
}

#[test]
fn the_page_names_every_operation_and_asks_nothing_of_others() {
    for operation in operations::all() {
        assert!(PAGE.contains(&format!("<h3 id=\"{}\">", operation.id)), "{}", operation.id);
    }
    for endpoint in crate::devices::endpoints::ALL {
        assert!(PAGE.contains(&format!("<h3 id=\"{}\">", endpoint.id)), "{}", endpoint.id);
    }
    for answer in perpetua_license::policy::answer::Answer::ALL {
        assert!(PAGE.contains(&format!("<td class=\"mono\">{}</td>", answer.code())), "{}", answer.code());
    }
    assert!(!PAGE.contains("<script") && !PAGE.contains(" src="));
    for address in PAGE.split("href=\"").skip(1) {
        assert!(address.starts_with(['/', '#']) && !address.starts_with("//"), "{}", &address[..20]);
    }
}

#[test]
fn answers_are_shown_for_operations_that_are_there() {
    let known: HashSet<&str> = operations::all().iter().map(|operation| operation.id).collect();
    assert!(ANSWERS.len() > 60, "{}", ANSWERS.len());
    for id in ANSWERS.keys() {
        assert!(known.contains(id.as_str()), "{id} is no operation");
    }
    let document: Value = serde_json::from_str(&DOCUMENT).unwrap();
    let shown = &document["paths"]["/v1/customers/{c}"]["get"];
    assert!(shown["responses"]["200"]["content"]["application/json"]["example"]["companyProfile"].is_object());
}
