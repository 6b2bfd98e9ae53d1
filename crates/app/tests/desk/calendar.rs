//! The working calendar: days come as a list, are changed and removed, and the clock of promises stands still on them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use perpetua_app::desk::{Holiday, add_holidays, calendar, change_holiday, remove_holidays};

use super::*;

fn days(texts: &[&str]) -> BTreeSet<Date> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

impl Desk {
    async fn due(&self) -> String {
        let request = self.ask().await;
        desk::show(self.app(), &self.support, request).await.unwrap().case.due_at.timestamp().to_string()
    }

    async fn days_off(&self) -> Vec<String> {
        let (days, _) = calendar(self.app(), &self.support).await.unwrap();
        days.into_iter().map(|Holiday { day, name }| format!("{day} {name}").trim_end().to_owned()).collect()
    }
}

#[test]
fn promises_of_requests_pass_the_holidays_of_their_day_and_stay_as_they_were_given() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        // Saturday: eight hours of Monday, until 17:00 in Berlin.
        let first = desk.ask().await;
        let due_of = async |request| {
            desk::show(desk.app(), &desk.support, request).await.unwrap().case.due_at.timestamp().to_string()
        };
        assert_eq!(due_of(first).await, "2026-05-04T15:00:00Z");
        let list = "2026-05-04..2026-05-05 Works outing\n8. 5. 2026\tVictory day\n2026-05-01";
        assert_eq!(add_holidays(desk.app(), &desk.second, list).await.unwrap(), 4);
        assert_eq!(desk.due().await, "2026-05-06T15:00:00Z");
        assert_eq!(due_of(first).await, "2026-05-04T15:00:00Z", "a promise stays");
        assert_eq!(
            desk.days_off().await,
            ["2026-05-01", "2026-05-04 Works outing", "2026-05-05 Works outing", "2026-05-08 Victory day"]
        );
        change_holiday(desk.app(), &desk.second, "2026-05-05".parse().unwrap(), "6. 5. 2026", "Moved").await.unwrap();
        assert_eq!(desk.due().await, "2026-05-05T15:00:00Z");
        let remove = async |some: &[&str]| remove_holidays(desk.app(), &desk.second, days(some)).await.unwrap();
        assert_eq!(remove(&["2026-05-04"]).await, 1);
        assert_eq!(remove(&["2026-05-04"]).await, 0);
        assert_eq!(desk.due().await, "2026-05-04T15:00:00Z");
        add_holidays(desk.app(), &desk.second, "2026-05-08 Den vítězství").await.unwrap();
        assert_eq!(desk.days_off().await, ["2026-05-01", "2026-05-06 Moved", "2026-05-08 Den vítězství"]);
        let recorded = "SELECT kind AS line FROM audit_record WHERE kind LIKE 'holiday.%' ORDER BY kind";
        let kinds = ["holiday.added", "holiday.added", "holiday.changed", "holiday.removed"];
        assert_eq!(desk.test.lines(recorded).await, kinds, "what changed nothing is not recorded");
        assert_eq!(
            remove(&["2026-05-08", "2026-05-01", "2026-05-02"]).await,
            2,
            "several at once, and one that is gone"
        );
        assert_eq!(desk.days_off().await, ["2026-05-06 Moved"]);
        let removals = "SELECT kind AS line FROM audit_record WHERE kind = 'holiday.removed'";
        assert_eq!(desk.test.lines(removals).await.len(), 2, "one record for what was removed together");
    });
}

#[test]
fn only_administrators_change_the_calendar_and_wrong_days_are_named() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        add_holidays(desk.app(), &desk.second, "2026-05-04\n2026-05-05").await.unwrap();
        let day = "2026-05-04".parse().unwrap();
        let refused = [
            add_holidays(desk.app(), &desk.support, "2026-05-06").await.map(drop),
            change_holiday(desk.app(), &desk.support, day, "2026-05-06", "").await,
            remove_holidays(desk.app(), &desk.support, BTreeSet::from([day])).await.map(drop),
        ];
        assert_eq!(refused.map(|result| result.unwrap_err().code), ["missing_role"; 3]);
        assert_eq!(calendar(desk.app(), &desk.agent).await.unwrap_err().code, "not_found");
        let stranger = remove_holidays(desk.app(), &desk.agent, BTreeSet::from([day])).await.unwrap_err();
        assert!(matches!(stranger.code, "missing_role" | "not_found"), "{}", stranger.code);
        let nothing = remove_holidays(desk.app(), &desk.second, BTreeSet::new()).await.unwrap_err();
        assert_eq!((nothing.fields[0].field.as_str(), nothing.fields[0].code), ("days", "no_day_chosen"));
        let wrong = async |text: &str| add_holidays(desk.app(), &desk.second, text).await.unwrap_err().fields[0].code;
        assert_eq!(wrong("").await, "missing");
        assert_eq!(wrong("2026-05-07\nsoon").await, "holiday_line");
        assert_eq!(wrong(&format!("2026-05-07 {}", "x".repeat(101))).await, "holiday_name");
        assert_eq!(wrong("2026-05-07..2199-05-07").await, "too_many_days");
        let change = async |to: &str, name: &str| {
            change_holiday(desk.app(), &desk.second, day, to, name).await.unwrap_err().fields[0].code
        };
        assert_eq!(change("2026-05-05", "").await, "holiday_taken");
        assert_eq!(change("5/6/2026", "").await, "holiday_day");
        assert_eq!(change("2026-05-06", &"x".repeat(101)).await, "too_long");
        let gone = change_holiday(desk.app(), &desk.second, "2026-07-01".parse().unwrap(), "2026-07-02", "").await;
        assert_eq!(gone.unwrap_err().code, "not_found");
        assert_eq!(desk.days_off().await, ["2026-05-04", "2026-05-05"], "nothing changed");
    });
}

#[test]
fn the_calendar_holds_so_many_days() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        for year in ["2030", "2031", "2032", "2033", "2034"] {
            add_holidays(desk.app(), &desk.second, &format!("{year}-01-01..{year}-12-31")).await.unwrap();
        }
        let more = add_holidays(desk.app(), &desk.second, "2035-01-01..2035-12-31").await.unwrap_err();
        assert_eq!(more.fields[0].code, "too_many_days");
        assert_eq!(desk.days_off().await.len(), 5 * 365 + 1);
        let all = calendar(desk.app(), &desk.second).await.unwrap().0.into_iter().map(|holiday| holiday.day).collect();
        assert_eq!(remove_holidays(desk.app(), &desk.second, all).await.unwrap(), 5 * 365 + 1);
        let first: Date = "2030-01-01".parse().unwrap();
        let more = first.series(jiff::Span::new().days(1)).take(2_001).collect();
        let refused = remove_holidays(desk.app(), &desk.second, more).await.unwrap_err();
        assert_eq!(refused.fields[0].code, "too_many_days");
    });
}
