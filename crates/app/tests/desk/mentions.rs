//! An export also lists where somebody is only named: in texts of requests, and as the one for whom a key was meant.

use perpetua_app::hand_over::{self, HandOver};
use perpetua_app::personal_data::{ROWS_MAX, Whom, export};
use serde_json::Value;

use super::*;

impl Desk {
    async fn mentions(&self, caller: &Caller, tenant: TenantId, whom: Whom) -> (Vec<String>, Value) {
        let file = export(self.app(), caller, tenant, whom).await.unwrap();
        let document: Value = serde_json::from_slice(&file.bytes).unwrap();
        let text = |place: &Value, field: &str| place[field].as_str().unwrap().to_owned();
        let told = document["mentions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| ["in", "number", "field", "named"].map(|field| text(place, field)).join(" "));
        let mut told: Vec<String> = told.collect();
        told.sort();
        (told, document["incomplete"].clone())
    }

    /// A request of the partner's whose texts name somebody in four places.
    async fn telling(&self) -> String {
        let form = Report {
            kind: Some(ProblemType::Other),
            title: "Key of Žofie Nováková".to_owned(),
            text: "Write to ZOFIE@people.example.".to_owned(),
            inform: "zofie@people.example, boss@people.example".to_owned(),
            ..self.form()
        };
        let filed = desk::report(self.app(), &self.agent, form).await.unwrap();
        let note = Some("NOVAKOVA, Zofie is away.".to_owned());
        let change = ChangeRequest { number: filed.number.clone(), note, ..ChangeRequest::default() };
        support::change(self.app(), &self.agent, change).await.unwrap();
        let other = ChangeRequest {
            number: filed.number.clone(),
            note: Some("Žofie alone is nobody.".to_owned()),
            ..ChangeRequest::default()
        };
        support::change(self.app(), &self.agent, other).await.unwrap();
        filed.number
    }
}

fn zofie(name: &str) -> Whom {
    Whom::Address { address: "zofie@people.example".to_owned(), name: name.to_owned() }
}

#[test]
fn somebody_who_is_only_named_is_found_in_every_text() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let number = desk.telling().await;
        for _ in 0..60 {
            desk.ask().await;
        }
        let given = HandOver {
            line: desk.line,
            name: "Žofie Nováková".to_owned(),
            email: "office@people.example".to_owned(),
            language: Lang::En,
            days: None,
        };
        hand_over::give(desk.app(), &desk.agent, None, given).await.unwrap();
        let order = &desk.number;
        let by_address = [format!("request {number} informed address"), format!("request {number} text address")];
        let (told, incomplete) = desk.mentions(&desk.second, desk.test.operator, zofie("")).await;
        assert_eq!((told, incomplete), (by_address.to_vec(), serde_json::json!([])));
        let mut all = by_address.to_vec();
        all.push(format!("handOver {order} recipient name"));
        all.extend(["note", "title"].map(|field| format!("request {number} {field} name")));
        all.sort();
        let (told, _) = desk.mentions(&desk.second, desk.test.operator, zofie("Žofie Nováková")).await;
        assert_eq!(told, all);
        let long = zofie(&"x".repeat(201));
        let refused = export(desk.app(), &desk.second, desk.test.operator, long).await.unwrap_err();
        assert_eq!((refused.fields[0].field.as_str(), refused.fields[0].code), ("name", "too_long"));
    });
}

#[test]
fn an_organization_is_told_of_its_own_texts_only() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let title = format!("For {}", desk.agent.name);
        let form = Report { kind: Some(ProblemType::Other), title: title.clone(), ..desk.form() };
        let number = desk::report(desk.app(), &desk.agent, form).await.unwrap().number;
        let admin = desk.test.caller(desk.partner, &[Role::UserAdmin]).await;
        let (told, _) = desk.mentions(&admin, desk.partner, Whom::Person(desk.agent.person)).await;
        assert_eq!(told, [format!("request {number} title name")]);

        let owner = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        let form = Report { kind: Some(ProblemType::Other), title: owner.email.clone(), ..desk.form() };
        desk::report(desk.app(), &desk.agent, form).await.unwrap();
        let (told, _) = desk.mentions(&owner, desk.customer, Whom::Person(owner.person)).await;
        assert_eq!(told, Vec::<String>::new(), "a customer never reads its partner's requests");
        let wish = Ask {
            request_key: desk.app().entropy.bytes(),
            line: desk.line,
            reason: Some(ReasonChoice::Technical),
            reason_text: String::new(),
            title: format!("From {}", owner.email),
            language: Lang::En,
        };
        desk::ask(desk.app(), &owner, wish).await.unwrap();
        let (told, _) = desk.mentions(&owner, desk.customer, Whom::Person(owner.person)).await;
        assert!(told.iter().any(|place| place.ends_with("title address")), "{told:?}");

        let rival = desk.test.partner("Beta").await;
        let rivals = desk.test.caller(rival, &[Role::UserAdmin]).await;
        let twin = Caller { name: desk.agent.name.clone(), ..rivals.clone() };
        let (told, _) = desk.mentions(&twin, rival, Whom::Person(rivals.person)).await;
        assert_eq!(told, Vec::<String>::new());
    });
}

#[test]
fn more_places_than_an_export_holds_are_said_to_be_left_out() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let request = desk.ask().await;
        for _ in 0..4 {
            desk.fill(request, ROWS_MAX / 4).await;
        }
        let whole = desk.mentions(&desk.second, desk.test.operator, zofie("any news")).await;
        assert_eq!((i64::try_from(whole.0.len()).unwrap(), whole.1), (ROWS_MAX, serde_json::json!([])));
        desk.fill(request, 1).await;
        let cut = desk.mentions(&desk.second, desk.test.operator, zofie("any news")).await;
        assert_eq!((i64::try_from(cut.0.len()).unwrap(), cut.1), (ROWS_MAX, serde_json::json!(["mentions"])));
    });
}
