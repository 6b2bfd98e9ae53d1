//! Users of a customer and their roles (U-01 to U-11).

use perpetua_app::identity;
use perpetua_domain::access::{AppRights, Role};
use perpetua_domain::id::TenantId;
use perpetua_test_support::TestApp;
use serde_json::{Value, json};

use crate::client::Client;

const ADMINISTRATORS: &str = "62e90394-69f5-4237-9190-012177145e10";
const READERS: &str = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";

struct Shop {
    client: Client,
    partner: TenantId,
    customer: TenantId,
    domain: String,
}

async fn shop(test: &TestApp) -> Shop {
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    let client = Client::of(test, partner).await;
    let read = client.get(&format!("/v1/customers/{customer}")).await.json();
    let domain = read["companyProfile"]["domain"].as_str().unwrap().to_owned();
    Shop { client, partner, customer, domain }
}

impl Shop {
    fn path(&self, rest: &str) -> String {
        format!("/v1/customers/{}/users{rest}", self.customer)
    }

    fn roles(&self, rest: &str) -> String {
        format!("/v1/customers/{}/directoryroles{rest}", self.customer)
    }

    /// As Java sends it, with some members in both cases.
    fn body(&self, name: &str) -> Value {
        json!({
            "userPrincipalName": format!("{name}@{}", self.domain), "firstName": "Ada", "lastName": "Berg",
            "displayName": format!("{name} Berg"), "usageLocation": "DE", "immutableId": null,
            "passwordProfile": {
                "password": "correct horse battery", "Password": "correct horse battery",
                "forceChangePassword": true, "ForceChangePassword": true
            },
            "attributes": {"objectType": "CustomerUser"}
        })
    }

    async fn add(&self, name: &str) -> String {
        let reply = self.client.post(&self.path("/"), &self.body(name)).await;
        assert_eq!(reply.status.as_u16(), 201, "{reply:?}");
        reply.json()["id"].as_str().unwrap().to_owned()
    }
}

async fn signs_in(test: &TestApp, email: &str, password: &str) -> bool {
    let origin = test.caller(test.operator, &[Role::OperatorAuditor]).await.origin;
    identity::sign_in(&test.app, &origin, email, password).await.is_ok()
}

#[test]
fn a_plain_user_is_created_changed_removed_and_restored() {
    TestApp::each(|test| async move {
        let shop = shop(&test).await;
        let created = shop.client.post(&shop.path("/"), &shop.body("ada")).await;
        assert_eq!(created.status.as_u16(), 201, "{created:?}");
        let user = created.json();
        assert_eq!(user["passwordProfile"]["password"], "correct horse battery");
        assert_eq!((&user["state"], &user["userDomainType"]), (&json!("active"), &json!("none")));
        let path = shop.path(&format!("/{}", user["id"].as_str().unwrap()));
        let email = format!("ada@{}", shop.domain);
        assert!(signs_in(&test, &email, "correct horse battery").await);
        let read = shop.client.get(&path).await.json();
        assert!(read["passwordProfile"].is_null());
        assert_eq!((&read["displayName"], &read["lastName"]), (&json!("ada Berg"), &json!("Berg")));
        let net = json!({"State": "active", "UserDomainType": "none", "DisplayName": "Ada Lind", "FirstName": null});
        assert_eq!(shop.client.patch(&path, &net).await.json()["displayName"], "Ada Lind");
        let password = json!({"passwordProfile": {"password": "another horse battery", "forceChangePassword": false}});
        let reset = shop.client.patch(&format!("{path}/resetpassword"), &password).await;
        assert_eq!(reset.json()["passwordProfile"]["password"], "another horse battery");
        assert!(!signs_in(&test, &email, "correct horse battery").await);
        assert!(signs_in(&test, &email, "another horse battery").await);
        assert_eq!(shop.client.delete(&path).await.status.as_u16(), 204);
        assert_eq!(shop.client.delete(&path).await.fault(), (404, 60002));
        assert!(!signs_in(&test, &email, "another horse battery").await);
        let removed = shop.client.get(&path).await.json();
        assert_eq!(removed["state"], "inactive");
        assert!(removed["softDeletionTime"].is_string());
        assert_eq!(shop.client.patch(&path, &json!({"displayName": "x y"})).await.fault(), (404, 60002));
        let restored = shop.client.patch(&path, &json!({"state": "active"})).await;
        assert_eq!((restored.status.as_u16(), &restored.json()["state"]), (200, &json!("active")));
        assert!(signs_in(&test, &email, "another horse battery").await);
        let filter =
            "%7B%22Field%22%3A%22ResourceType%22%2C%22Value%22%3A%22CustomerUser%22%2C%22Operator%22%3A%22equals%22%7D";
        let trail = shop.client.get(&format!("/v1/auditrecords?filter={filter}")).await.json();
        let done: Vec<&str> =
            trail["items"].as_array().unwrap().iter().map(|one| one["operationType"].as_str().unwrap()).collect();
        for word in [
            "create_customer_user",
            "update_customer_user",
            "reset_customer_user_password",
            "delete_customer_user",
            "restore_customer_user",
        ] {
            assert!(done.contains(&word), "{word}: {done:?}");
        }
    });
}

#[test]
fn a_list_is_filtered_by_state_sorted_and_paged() {
    TestApp::each(|test| async move {
        let shop = shop(&test).await;
        for name in ["cara", "ada", "bea"] {
            shop.add(name).await;
        }
        let names = |page: &Value| -> Vec<String> {
            let items = page["items"].as_array().unwrap();
            items.iter().map(|user| user["userPrincipalName"].as_str().unwrap()[..3].to_owned()).collect()
        };
        let first = shop.client.get(&shop.path("?size=2&sortField=UserPrincipalName&sortDirection=Descending")).await;
        let first = first.json();
        assert_eq!(names(&first), ["car", "bea"]);
        let next = &first["links"]["next"];
        let following = shop.client.saying("MS-ContinuationToken", next["headers"][0]["value"].as_str().unwrap());
        let second = following.get(&format!("/v1{}", next["uri"].as_str().unwrap())).await.json();
        assert_eq!(names(&second), ["ada"]);
        assert!(second["links"]["next"].is_null());
        let removed = first["items"][0]["id"].as_str().unwrap();
        shop.client.delete(&shop.path(&format!("/{removed}"))).await;
        let inactive =
            "?size=0&filter=%7B%22Field%22:%22UserState%22,%22Value%22:%22Inactive%22,%22Operator%22:%22equals%22%7D";
        assert_eq!(names(&shop.client.get(&shop.path(inactive)).await.json()), ["car"]);
        assert_eq!(shop.client.get(&shop.path("")).await.json()["totalCount"], 2);
        assert_eq!(shop.client.get(&shop.path("?sortField=Shoe")).await.fault(), (400, 3000));
    });
}

#[test]
fn what_is_wrong_with_a_user_is_told() {
    TestApp::each(|test| async move {
        let shop = shop(&test).await;
        shop.add("ada").await;
        let post = async |at: &str, value: Value| {
            let mut body = shop.body("bea");
            *body.pointer_mut(at).unwrap() = value;
            shop.client.post(&shop.path(""), &body).await
        };
        for (at, value, named) in [
            ("/userPrincipalName", json!("bea@elsewhere.example"), "userPrincipalName"),
            ("/userPrincipalName", json!("bea"), "userPrincipalName"),
            ("/displayName", json!(null), "displayName"),
            ("/lastName", json!(""), "lastName"),
            ("/usageLocation", json!("XX"), "usageLocation"),
            ("/passwordProfile", json!(null), "passwordProfile"),
            ("/passwordProfile", json!({"password": "short"}), "passwordProfile.password"),
        ] {
            let reply = post(at, value).await;
            assert_eq!(reply.fault(), (400, 3000), "{at}");
            assert!(reply.json()["data"][0].as_str().unwrap().starts_with(named), "{}", reply.json());
        }
        let again = post("/userPrincipalName", json!(format!("ADA@{}", shop.domain))).await;
        assert_eq!(again.fault(), (409, 1000));
        assert_eq!(shop.client.get(&shop.path("/nonsense")).await.fault(), (404, 60002));
        let helpdesk = Client::with(&test, shop.partner, &[Role::HelpdeskAgent], AppRights::default()).await;
        assert_eq!(helpdesk.get(&shop.path("")).await.status.as_u16(), 200);
        assert_eq!(helpdesk.post(&shop.path(""), &shop.body("bea")).await.fault(), (403, 900_150));
        let sales = Client::with(&test, shop.partner, &[Role::SalesAgent], AppRights::default()).await;
        assert_eq!(sales.get(&shop.path("")).await.fault(), (403, 900_150));
    });
}

#[test]
fn who_can_reach_keys_is_out_of_the_partners_hands() {
    TestApp::each(|test| async move {
        let shop = shop(&test).await;
        let admin = test.caller(shop.customer, &[Role::GlobalAdmin]).await.person.to_string();
        let ada = shop.add("ada").await;
        let path = shop.path(&format!("/{admin}"));
        let password = json!({"passwordProfile": {"password": "another horse battery", "forceChangePassword": false}});
        assert_eq!(shop.client.patch(&path, &password).await.fault(), (403, 900_150));
        assert_eq!(shop.client.patch(&path, &json!({"displayName": "Somebody Else"})).await.fault(), (403, 900_150));
        assert_eq!(shop.client.delete(&path).await.fault(), (403, 900_150));
        let administrators = shop.roles(&format!("/{ADMINISTRATORS}/usermembers"));
        let member = json!({"id": ada, "DisplayName": "x", "displayName": "x", "UserPrincipalName": "y"});
        assert_eq!(shop.client.post(&administrators, &member).await.fault(), (403, 900_150));
        assert_eq!(shop.client.delete(&format!("{administrators}/{admin}")).await.fault(), (403, 900_150));
        let found = shop.client.get(&administrators).await.json();
        assert_eq!((&found["totalCount"], &found["items"][0]["id"]), (&json!(1), &json!(admin)));
        assert_eq!(
            shop.client.get(&format!("{path}/directoryroles")).await.json()["items"][0]["name"],
            "Company Administrator"
        );
    });
}

#[test]
fn the_role_of_a_plain_user_is_given_and_taken() {
    TestApp::each(|test| async move {
        let shop = shop(&test).await;
        let ada = shop.add("ada").await;
        let known = shop.client.get(&shop.roles("")).await.json();
        assert_eq!(
            (&known["totalCount"], &known["items"][0]["attributes"]["objectType"]),
            (&json!(3), &json!("DirectoryRole"))
        );
        let readers = shop.roles(&format!("/{READERS}/usermembers"));
        assert_eq!(shop.client.get(&readers).await.json()["items"][0]["id"], ada);
        assert_eq!(shop.client.post(&readers, &json!({"id": ada})).await.fault(), (409, 1000));
        let viewer = test.caller(shop.customer, &[Role::KeyViewer]).await.person.to_string();
        let given = shop.client.post(&readers, &json!({"id": viewer})).await;
        assert_eq!((given.status.as_u16(), &given.json()["roleId"]), (201, &json!(READERS)));
        assert_eq!(shop.client.delete(&format!("{readers}/{viewer}")).await.status.as_u16(), 204);
        assert_eq!(shop.client.delete(&format!("{readers}/{viewer}")).await.fault(), (404, 60002));
        let nobody = json!({"id": "0b1c0000-0000-4000-8000-00000000000a"});
        assert_eq!(shop.client.post(&readers, &nobody).await.fault(), (404, 60002));
        assert_eq!(shop.client.get(&shop.roles("/none/usermembers")).await.fault(), (404, 1000));
    });
}
