//! Requests that are older than the queue's search are found by it, once the job has written their words.

use super::*;

impl Desk {
    async fn found(&self, words: &str, state: Option<RequestState>) -> usize {
        let filter = QueueFilter { words: words.to_owned(), state, ..QueueFilter::default() };
        desk::queue(self.app(), &self.support, filter, None, 200).await.unwrap().0.len()
    }
}

#[test]
fn older_requests_are_found_after_the_job_has_written_their_words() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        for number in 0..23 {
            let form = Report { title: format!("Quokka {number}"), amount: "1".to_owned(), ..desk.form() };
            desk::report(desk.app(), &desk.agent, form).await.unwrap();
        }
        assert_eq!(desk.found("quokka", None).await, 23);
        // As the migration finds a database from before the search.
        desk.test.run("DELETE FROM search_token WHERE target IN (SELECT id FROM request WHERE state = 'open')").await;
        let migration = perpetua_store::MIGRATIONS.iter().find(|migration| migration.name == "personal_data").unwrap();
        assert!(migration.sql().contains("INSERT INTO request_without_words SELECT id FROM request;"));
        desk.test.run("INSERT INTO request_without_words SELECT id FROM request").await;
        assert_eq!(desk.found("quokka", None).await, 0);
        assert_eq!(desk::write_missing(desk.app()).await.unwrap(), 23);
        assert_eq!(desk.found("quokka", None).await, 23);
        assert_eq!(desk.found("quokka 22 northl", None).await, 1);
        assert_eq!(desk::write_missing(desk.app()).await.unwrap(), 0, "once");
    });
}

#[test]
fn what_one_click_cancelled_is_found_by_its_partner() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let item = desk.test.sell(Goods { product: "HARBORCLIENT", ..Goods::default() }).await;
        let order = desk.test.order(&desk.agent, desk.customer, &[(item, 1)]).await;
        let form = cancellation::RequestForm {
            problem_type: Some(ProblemType::Refund),
            impact: Some(Impact::Moderate),
            title: "Cancel".to_owned(),
            customer: desk.customer.to_string(),
            order: order.number.clone(),
            reason: Some(ReasonChoice::Mistake),
            amount: Amount::from_minor(11_900),
            contact_name: "Ada".to_owned(),
            contact_email: "ada@people.example".to_owned(),
            contact_phone: "+420777123456".to_owned(),
            ..cancellation::RequestForm::default()
        };
        let lines = vec![perpetua_domain::cancellation::Pick { line: 0, quantity: 1 }];
        let request_key = desk.app().entropy.bytes();
        let cancel = cancellation::Cancel { request_key, order: order.id, lines, form, release: Vec::new() };
        cancellation::cancel(desk.app(), &desk.agent, cancel).await.unwrap();
        assert_eq!(desk.found("alfa", Some(RequestState::Closed)).await, 1);
    });
}
