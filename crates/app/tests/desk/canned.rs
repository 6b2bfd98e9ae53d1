//! Canned answers: in both languages or one, bounded, for the operator's administrators to write.

use perpetua_app::desk::{AnswerFacts, EditAnswer, canned_answers, remove_answer, save_answer, title, words};

use super::*;

fn answer(en: (&str, &str), cs: (&str, &str)) -> EditAnswer {
    EditAnswer {
        of: None,
        title_en: en.0.to_owned(),
        text_en: en.1.to_owned(),
        title_cs: cs.0.to_owned(),
        text_cs: cs.1.to_owned(),
    }
}

impl Desk {
    async fn answers(&self) -> Vec<AnswerFacts> {
        canned_answers(self.app(), &self.support).await.unwrap().0
    }

    async fn save(&self, edit: EditAnswer) -> Result<(), Problem> {
        save_answer(self.app(), &self.second, edit).await
    }
}

#[test]
fn an_answer_speaks_the_language_that_is_asked_for_or_the_only_one_that_it_has() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        desk.save(answer(("Log", "Add the log."), ("Protokol", "Přiložte protokol."))).await.unwrap();
        desk.save(answer(("Only", "Only English."), ("", ""))).await.unwrap();
        desk.save(answer(("", ""), ("Jen", "Jen česky."))).await.unwrap();
        let mut found = desk.answers().await;
        found.sort_by_key(|row| title(row, Lang::En).to_owned());
        let said =
            |lang| found.iter().map(|row| format!("{}: {}", title(row, lang), words(row, lang))).collect::<Vec<_>>();
        assert_eq!(said(Lang::En), ["Jen: Jen česky.", "Log: Add the log.", "Only: Only English."]);
        assert_eq!(said(Lang::Cs), ["Jen: Jen česky.", "Protokol: Přiložte protokol.", "Only: Only English."]);
        // A language that is added later is used from then on.
        let row = &found[2];
        let more = EditAnswer {
            of: Some((row.id.0, row.version)),
            ..answer(("Only", "Only English."), ("Už", "Už i česky."))
        };
        desk.save(more.clone()).await.unwrap();
        let now = desk.answers().await;
        assert_eq!(words(now.iter().find(|now| now.id == row.id).unwrap(), Lang::Cs), "Už i česky.");
        assert_eq!(desk.save(more).await.unwrap_err().code, "changed_elsewhere");
        remove_answer(desk.app(), &desk.second, row.id.0).await.unwrap();
        assert_eq!(desk.answers().await.len(), 2);
        let names = "SELECT detail AS line FROM audit_record WHERE kind = 'canned_answer.saved'";
        let recorded = desk.test.lines(names).await.join(" ");
        assert!(recorded.contains("Jen"), "a record names an answer that has no English title: {recorded}");
    });
}

#[test]
fn half_a_language_and_too_long_words_are_named_and_there_are_a_hundred_at_most() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        let wrong = async |edit| {
            let problem = desk.save(edit).await.unwrap_err();
            problem.fields.into_iter().map(|field| (field.field, field.code)).collect::<Vec<_>>()
        };
        let named = |field: &str, code: &'static str| vec![(field.to_owned(), code)];
        let nothing = [("title_en".to_owned(), "missing"), ("text_en".to_owned(), "missing")];
        assert_eq!(wrong(answer(("", ""), ("", ""))).await, nothing);
        assert_eq!(wrong(answer(("Log", ""), ("", ""))).await, named("text_en", "missing"));
        assert_eq!(wrong(answer(("Log", "Add it."), ("", "Přiložte."))).await, named("title_cs", "missing"));
        assert_eq!(wrong(answer(("", ""), ("Protokol", ""))).await, named("text_cs", "missing"));
        let long = |count: usize| "č".repeat(count);
        assert_eq!(wrong(answer((&long(121), "x"), ("", ""))).await, named("title_en", "too_long"));
        assert_eq!(wrong(answer(("x", "x"), ("x", &long(2_001)))).await, named("text_cs", "too_long"));
        assert_eq!(wrong(answer(("two\nlines", "x"), ("", ""))).await, named("title_en", "too_long"));
        desk.save(answer((&long(120), &long(2_000)), (&long(120), &long(2_000)))).await.unwrap();
        for number in 1..100 {
            desk.save(answer((&number.to_string(), "x"), ("", ""))).await.unwrap();
        }
        let one_more = desk.save(answer(("x", "x"), ("", ""))).await.unwrap_err();
        assert_eq!((one_more.code, desk.answers().await.len()), ("too_many_answers", 100));
    });
}

#[test]
fn everybody_at_the_desk_uses_answers_and_only_administrators_write_them() {
    TestApp::each(async |test| {
        let desk = Desk::open(test).await;
        desk.save(answer(("Log", "Add it."), ("", ""))).await.unwrap();
        let id = desk.answers().await[0].id.0;
        assert!(!canned_answers(desk.app(), &desk.support).await.unwrap().1, "they may not change them");
        let owner = desk.test.caller(desk.customer, &[Role::GlobalAdmin]).await;
        for caller in [&desk.agent, &owner] {
            assert_eq!(canned_answers(desk.app(), caller).await.unwrap_err().code, "not_found");
        }
        for caller in [&desk.support, &desk.agent, &owner] {
            let edit = answer(("Other", "Other."), ("", ""));
            let saved = save_answer(desk.app(), caller, edit).await.unwrap_err().code;
            let removed = remove_answer(desk.app(), caller, id).await.unwrap_err().code;
            assert!(
                [saved, removed].iter().all(|code| matches!(*code, "missing_role" | "not_found")),
                "{saved} {removed}"
            );
        }
        assert_eq!(desk.answers().await.len(), 1);
    });
}
