//! People and their rights, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use jiff::SignedDuration;
use perpetua_app::entropy::Token;
use perpetua_app::people::{self, Accept, AskForRole, DecideRequest, GiveRole, Invite};
use perpetua_app::{Caller, Problem, identity};
use perpetua_domain::access::Role::{
    self, AdminAgent, CustomerUser, GlobalAdmin, HelpdeskAgent, KeyViewer, OperatorAdmin, OperatorSupport, SalesAgent,
    UserAdmin,
};
use perpetua_domain::id::TenantId;
use perpetua_i18n::Lang;
use perpetua_test_support::TestApp;

const PASSWORD: &str = "correct horse battery staple";

fn code<T>(result: Result<T, Problem>) -> &'static str {
    result.err().map_or("done", |problem| problem.code)
}

fn field<T>(result: Result<T, Problem>) -> (String, &'static str) {
    let problem = result.err().unwrap();
    (problem.fields[0].field.clone(), problem.fields[0].code)
}

fn give(tenant: TenantId, to: &Caller, role: Role, hours: Option<u32>) -> GiveRole {
    GiveRole { tenant, person: to.person, role, hours }
}

fn invite(tenant: TenantId, email: &str, roles: &[Role]) -> Invite {
    Invite { tenant, email: email.to_owned(), roles: roles.to_vec() }
}

fn new_person() -> Accept {
    Accept::New { name: "Nora Nová".to_owned(), password: PASSWORD.to_owned(), lang: Lang::Cs }
}

/// The roles that a person holds in a tenant as the list shows them.
async fn roles(test: &TestApp, by: &Caller, who: &Caller) -> Vec<Role> {
    let people = people::list(&test.app, by, by.tenant).await.unwrap();
    let member = people.members.into_iter().find(|member| member.person == who.person);
    member.map(|member| member.roles.into_iter().map(|held| held.role).collect()).unwrap_or_default()
}

async fn recorded(test: &TestApp, kind: &str, outcome: &str) -> usize {
    test.records().await.iter().filter(|(found, how)| found == kind && how == outcome).count()
}

#[test]
fn an_invited_person_chooses_a_password_joins_and_signs_in() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let link =
            people::invite(&test.app, &admin, invite(partner, "Nora@alfa.example", &[SalesAgent])).await.unwrap();
        let shown = people::invitation(&test.app, &link.token).await.unwrap();
        assert_eq!((shown.tenant_name.as_str(), shown.is_new_person), ("Alfa", true));
        let weak = Accept::New { name: " ".to_owned(), password: "short".to_owned(), lang: Lang::Cs };
        let problem = people::accept_invitation(&test.app, &admin.origin, &link.token, weak).await.unwrap_err();
        assert_eq!(problem.fields.len(), 2);
        let joined = people::accept_invitation(&test.app, &admin.origin, &link.token, new_person()).await.unwrap();
        assert_eq!(joined, partner);
        let again = people::accept_invitation(&test.app, &admin.origin, &link.token, new_person()).await;
        assert_eq!(code(again), "invitation_over");
        let signed_in = identity::sign_in(&test.app, &admin.origin, "nora@alfa.example", PASSWORD).await.unwrap();
        assert_eq!(signed_in.memberships[0].roles, [SalesAgent]);
        assert_eq!(recorded(&test, "person.invited", "done").await, 1);
        assert_eq!(recorded(&test, "role.granted", "done").await, 1);
        assert_eq!(recorded(&test, "invitation.accepted", "done").await, 1);
    });
}

#[test]
fn an_invitation_dies_after_seven_days_when_renewed_and_when_taken_back() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let command = || invite(partner, "nora@alfa.example", &[SalesAgent]);
        let first = people::invite(&test.app, &admin, command()).await.unwrap();
        let second = people::invite(&test.app, &admin, command()).await.unwrap();
        assert_eq!(code(people::invitation(&test.app, &first.token).await), "invitation_over");
        let id = people::list(&test.app, &admin, partner).await.unwrap().invitations[0].id;
        let third = people::renew_invitation(&test.app, &admin, partner, id).await.unwrap();
        assert_eq!(code(people::invitation(&test.app, &second.token).await), "invitation_over");
        assert_eq!(code(people::invitation(&test.app, &third.token).await), "done");
        people::revoke_invitation(&test.app, &admin, partner, id).await.unwrap();
        assert_eq!(code(people::invitation(&test.app, &third.token).await), "invitation_over");
        let last = people::invite(&test.app, &admin, command()).await.unwrap();
        test.real_clock.set(last.expires_at);
        assert_eq!(code(people::invitation(&test.app, &last.token).await), "invitation_over");
        let never = Token::parse("AAAAAAAAAAAAAAAAAAAAAA").unwrap();
        assert_eq!(code(people::invitation(&test.app, &never).await), "invitation_over");
    });
}

#[test]
fn a_known_person_joins_with_their_password_or_session_and_nobody_else_does() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let other = test.partner("Beta").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let beta = test.caller(other, &[AdminAgent]).await;
        let link = people::invite(&test.app, &beta, invite(other, "nora@people.example", &[SalesAgent])).await.unwrap();
        people::accept_invitation(&test.app, &beta.origin, &link.token, new_person()).await.unwrap();
        let link =
            people::invite(&test.app, &admin, invite(partner, "nora@people.example", &[SalesAgent])).await.unwrap();
        let take = async |accept| people::accept_invitation(&test.app, &admin.origin, &link.token, accept).await;
        assert!(!people::invitation(&test.app, &link.token).await.unwrap().is_new_person);
        assert_eq!(code(take(new_person()).await), "sign_in_first");
        assert_eq!(code(take(Accept::Known(beta.person)).await), "invitation_for_other");
        assert_eq!(code(take(Accept::Password("wrong password 1".to_owned())).await), "sign_in_failed");
        assert_eq!(code(take(Accept::Password(PASSWORD.to_owned())).await), "done");
    });
}

#[test]
fn each_role_gives_only_the_roles_that_the_table_says() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let check = async |tenant: TenantId, by: &[Role], role: Role, expected: &str| {
            let caller = test.caller(tenant, by).await;
            let person = test.caller(tenant, &[if tenant == partner { HelpdeskAgent } else { CustomerUser }]).await;
            let given = people::give_role(&test.app, &caller, give(tenant, &person, role, None)).await;
            assert_eq!(code(given), expected, "{by:?} gives {role}");
            let invited = invite(tenant, &format!("x{}@people.example", person.person), &[role]);
            assert_eq!(code(people::invite(&test.app, &caller, invited).await), expected, "{by:?} invites {role}");
        };
        check(partner, &[AdminAgent], AdminAgent, "done").await;
        check(partner, &[UserAdmin], SalesAgent, "done").await;
        check(partner, &[UserAdmin], AdminAgent, "missing_role").await;
        check(partner, &[SalesAgent], SalesAgent, "missing_role").await;
        check(partner, &[HelpdeskAgent], UserAdmin, "missing_role").await;
        check(partner, &[AdminAgent], GlobalAdmin, "invalid_input").await;
        check(customer, &[GlobalAdmin], KeyViewer, "done").await;
        check(customer, &[KeyViewer], KeyViewer, "missing_role").await;
        check(customer, &[CustomerUser], CustomerUser, "missing_role").await;
        assert!(recorded(&test, "role.granted", "refused").await >= 4, "refused attempts are on record");
    });
}

#[test]
fn a_role_for_hours_ends_by_itself_and_cannot_be_stretched_by_its_holder() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        let wrong = people::give_role(&test.app, &admin, give(partner, &sales, AdminAgent, Some(0))).await;
        assert_eq!(field(wrong), ("hours".to_owned(), "out_of_range"));
        people::give_role(&test.app, &admin, give(partner, &sales, AdminAgent, Some(2))).await.unwrap();
        assert_eq!(roles(&test, &admin, &sales).await, [AdminAgent, SalesAgent]);
        let lent = Caller { roles: vec![AdminAgent, SalesAgent], ..sales.clone() };
        let stretch = async |hours| people::give_role(&test.app, &lent, give(partner, &sales, AdminAgent, hours)).await;
        assert_eq!(code(stretch(None).await), "beyond_own_time");
        assert_eq!(code(stretch(Some(3)).await), "beyond_own_time");
        let friend = invite(partner, "friend@alfa.example", &[AdminAgent]);
        assert_eq!(code(people::invite(&test.app, &lent, friend).await), "beyond_own_time");
        test.real_clock.advance(SignedDuration::from_hours(2));
        assert_eq!(roles(&test, &admin, &sales).await, [SalesAgent]);
        // Even a request that began a moment earlier finds that its role has run out.
        let late = people::give_role(&test.app, &lent, give(partner, &admin, HelpdeskAgent, Some(1))).await;
        assert_eq!(code(late), "missing_role");
    });
}

#[test]
fn the_last_administrator_stays_however_one_tries() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let second = test.caller(partner, &[SalesAgent]).await;
        let gone = people::remove_person(&test.app, &admin, partner, admin.person).await;
        assert_eq!(code(gone), "last_administrator");
        let taken = people::take_role(&test.app, &admin, partner, admin.person, AdminAgent).await;
        assert_eq!(code(taken), "last_administrator");
        let shortened = people::give_role(&test.app, &admin, give(partner, &admin, AdminAgent, Some(1))).await;
        assert_eq!(code(shortened), "last_administrator");
        // An administrator for hours does not count.
        people::give_role(&test.app, &admin, give(partner, &second, AdminAgent, Some(8))).await.unwrap();
        assert_eq!(code(people::remove_person(&test.app, &admin, partner, admin.person).await), "last_administrator");
        people::give_role(&test.app, &admin, give(partner, &second, AdminAgent, None)).await.unwrap();
        people::remove_person(&test.app, &admin, partner, admin.person).await.unwrap();
        assert_eq!(recorded(&test, "person.removed", "done").await, 1);
    });
}

#[test]
fn two_administrators_who_remove_each_other_at_once_leave_one() {
    TestApp::each(|test| async move {
        for round in 0..8 {
            let partner = test.partner(&format!("Partner {round}")).await;
            let one = test.caller(partner, &[AdminAgent]).await;
            let two = test.caller(partner, &[AdminAgent]).await;
            let (a, b) = tokio::join!(
                people::remove_person(&test.app, &one, partner, two.person),
                people::remove_person(&test.app, &two, partner, one.person),
            );
            assert!(a.is_ok() != b.is_ok(), "one of the two stays: {a:?} {b:?}");
            let left = if a.is_ok() { &one } else { &two };
            assert_eq!(people::list(&test.app, left, partner).await.unwrap().members.len(), 1);
        }
    });
}

#[test]
fn other_tenants_people_are_not_found() {
    TestApp::each(|test| async move {
        let (alfa, beta) = (test.partner("Alfa").await, test.partner("Beta").await);
        let stranger = test.caller(beta, &[AdminAgent]).await;
        let admin = test.caller(alfa, &[AdminAgent]).await;
        let customer = test.customer(alfa, "Northlake").await;
        let global = test.caller(customer, &[GlobalAdmin]).await;
        assert_eq!(code(people::list(&test.app, &stranger, alfa).await), "not_found");
        let given = people::give_role(&test.app, &stranger, give(alfa, &stranger, AdminAgent, None)).await;
        assert_eq!(code(given), "not_found");
        let inside = people::give_role(&test.app, &stranger, give(beta, &admin, AdminAgent, None)).await;
        assert_eq!(code(inside), "not_found", "a person of another tenant is nobody here");
        assert_eq!(code(people::remove_person(&test.app, &stranger, alfa, admin.person).await), "not_found");
        assert_eq!(code(people::hand_out_reset(&test.app, &stranger, alfa, admin.person).await), "not_found");
        // A partner sees its customer's people but manages none of them (M20).
        assert_eq!(code(people::list(&test.app, &admin, customer).await), "done");
        let reach = people::give_role(&test.app, &admin, give(customer, &global, KeyViewer, None)).await;
        assert_eq!(code(reach), "missing_role");
        assert_eq!(code(people::list(&test.app, &stranger, customer).await), "not_found");
    });
}

#[test]
fn nobody_acts_for_a_partner_and_its_customer_at_once() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let global = test.caller(customer, &[GlobalAdmin]).await;
        let agent = test.caller(partner, &[AdminAgent]).await;
        let staff = test.caller(test.operator, &[OperatorAdmin]).await;
        for person in [&agent, &staff] {
            let link =
                people::invite(&test.app, &global, invite(customer, &person.email, &[GlobalAdmin])).await.unwrap();
            let accept = Accept::Known(person.person);
            let joined = people::accept_invitation(&test.app, &person.origin, &link.token, accept).await;
            assert_eq!(code(joined), "conflicting_tenant");
        }
    });
}

#[test]
fn the_operator_manages_people_everywhere_and_its_support_only_looks() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[SalesAgent]).await;
        let admin = test.caller(test.operator, &[OperatorAdmin]).await;
        let support = test.caller(test.operator, &[OperatorSupport]).await;
        assert_eq!(code(people::list(&test.app, &support, partner).await), "done");
        let refused = people::give_role(&test.app, &support, give(partner, &agent, AdminAgent, None)).await;
        assert_eq!(code(refused), "missing_role");
        people::give_role(&test.app, &admin, give(partner, &agent, AdminAgent, None)).await.unwrap();
        let people = people::list(&test.app, &admin, partner).await.unwrap();
        assert_eq!(people.members[0].roles.len(), 2);
        assert!(people.grantable.contains(&AdminAgent));
    });
}

#[test]
fn a_person_asks_for_a_role_sees_who_holds_it_and_gets_it_for_hours() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let user_admin = test.caller(partner, &[UserAdmin]).await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        let (holders, asked) = people::who_holds(&test.app, &sales, &[AdminAgent]).await.unwrap();
        assert_eq!((holders.len(), holders[0].name.as_str(), asked.len()), (1, admin.name.as_str(), 0));
        let ask = |role| AskForRole { role, reason: " for Northlake ".to_owned() };
        assert_eq!(code(people::ask_for_role(&test.app, &sales, ask(SalesAgent)).await), "already_held");
        assert_eq!(field(people::ask_for_role(&test.app, &sales, ask(GlobalAdmin)).await).1, "role_of_other_kind");
        let request = people::ask_for_role(&test.app, &sales, ask(AdminAgent)).await.unwrap();
        assert_eq!(code(people::ask_for_role(&test.app, &sales, ask(AdminAgent)).await), "already_requested");
        assert_eq!(people::who_holds(&test.app, &sales, &[AdminAgent]).await.unwrap().1, [AdminAgent]);
        let seen = people::list(&test.app, &user_admin, partner).await.unwrap();
        assert_eq!((seen.requests[0].reason.as_str(), seen.requests[0].can_decide), ("for Northlake", false));
        let decide = |grant| DecideRequest { tenant: partner, request, grant, hours: Some(8) };
        assert_eq!(code(people::decide_request(&test.app, &user_admin, decide(true)).await), "missing_role");
        people::decide_request(&test.app, &admin, decide(true)).await.unwrap();
        assert_eq!(roles(&test, &admin, &sales).await, [AdminAgent, SalesAgent]);
        assert_eq!(code(people::decide_request(&test.app, &admin, decide(false)).await), "not_found");
        assert_eq!(recorded(&test, "role.requested", "done").await, 1);
        let second = people::ask_for_role(&test.app, &sales, ask(HelpdeskAgent)).await.unwrap();
        let refuse = DecideRequest { tenant: partner, request: second, grant: false, hours: None };
        people::decide_request(&test.app, &admin, refuse).await.unwrap();
        assert_eq!(recorded(&test, "role.refused", "done").await, 1);
    });
}

#[test]
fn removing_somebody_takes_their_invitations_along() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let leaver = test.caller(partner, &[AdminAgent]).await;
        let link = people::invite(&test.app, &leaver, invite(partner, "x@alfa.example", &[AdminAgent])).await.unwrap();
        people::remove_person(&test.app, &admin, partner, leaver.person).await.unwrap();
        assert_eq!(code(people::invitation(&test.app, &link.token).await), "invitation_over");
        assert_eq!(code(people::remove_person(&test.app, &admin, partner, leaver.person).await), "not_found");
    });
}
