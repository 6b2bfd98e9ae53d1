//! A partner's profile on both engines: read by its people, changed by its administrators, guarded by its version.

use perpetua_app::profiles::{self, ProfilePatch};
use perpetua_domain::access::Role;
use perpetua_test_support::TestApp;

#[test]
fn a_profile_is_changed_once_per_version_and_never_its_country() {
    TestApp::each(async |test| {
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let before = profiles::get(&test.app, &agent, partner).await.unwrap();
        assert_eq!((before.tenant.name.as_str(), before.more.website.as_str()), ("Alfa", ""));
        let patch = ProfilePatch {
            website: Some("https://alfa.example".to_owned()),
            city: Some("Brno".to_owned()),
            country: Some(before.tenant.country.clone()),
            currency: Some(before.currency.clone()),
            ..ProfilePatch::default()
        };
        let put = async |version, patch: ProfilePatch| profiles::put(&test.app, &agent, partner, version, patch).await;
        let changed = put(Some(before.version), patch.clone()).await.unwrap();
        assert_eq!((changed.tenant.city.as_str(), changed.more.website.as_str()), ("Brno", "https://alfa.example"));
        assert!(changed.version > before.version);
        assert_eq!(put(None, patch.clone()).await.unwrap().version, changed.version, "no change");
        assert_eq!(put(Some(before.version), patch).await.unwrap_err().code, "changed_elsewhere");
        for wrong in [
            ProfilePatch { country: Some("FR".to_owned()), ..ProfilePatch::default() },
            ProfilePatch { currency: Some("USD".to_owned()), ..ProfilePatch::default() },
        ] {
            assert_eq!(put(None, wrong).await.unwrap_err().code, "country_fixed");
        }
        let long = ProfilePatch { website: Some("x".repeat(257)), ..ProfilePatch::default() };
        assert_eq!(put(None, long).await.unwrap_err().code, "invalid_input");
        let tax = ProfilePatch { tax_id: Some("CZ1".to_owned()), ..ProfilePatch::default() };
        assert_eq!(put(Some(changed.version), tax).await.unwrap().more.tax_id, "CZ1");
        assert_eq!(test.events("partner_profile.changed").await.len(), 2);
    });
}

#[test]
fn only_administrators_of_the_partner_change_its_profile_and_those_of_billing_what_bills_name() {
    TestApp::each(async |test| {
        let (partner, other) = (test.partner("Alfa").await, test.partner("Beta").await);
        let customer = test.customer(partner, "Northlake").await;
        let sales = test.caller(partner, &[Role::SalesAgent]).await;
        let foreign = test.caller(other, &[Role::AdminAgent]).await;
        let user = test.caller(customer, &[Role::GlobalAdmin]).await;
        let billing = test.caller(partner, &[Role::BillingAdmin]).await;
        assert!(profiles::get(&test.app, &sales, partner).await.is_ok());
        let patch = ProfilePatch { tax_id: Some("CZ1".to_owned()), ..ProfilePatch::default() };
        for (caller, expected) in [(&sales, "missing_role"), (&foreign, "not_found"), (&user, "missing_role")] {
            let problem = profiles::put(&test.app, caller, partner, None, patch.clone()).await.unwrap_err();
            assert_eq!(problem.code, expected, "{}", caller.name);
        }
        let changed = profiles::put(&test.app, &billing, partner, None, patch).await.unwrap();
        assert_eq!(changed.more.tax_id, "CZ1");
        for beyond in [
            ProfilePatch { email: Some("a@alfa.example".to_owned()), ..ProfilePatch::default() },
            ProfilePatch { website: Some("alfa.example".to_owned()), ..ProfilePatch::default() },
            ProfilePatch {
                support_phone: Some("1".to_owned()),
                tax_id: Some("CZ2".to_owned()),
                ..ProfilePatch::default()
            },
        ] {
            let problem = profiles::put(&test.app, &billing, partner, None, beyond).await.unwrap_err();
            assert_eq!(problem.code, "missing_role");
        }
        for caller in [&foreign, &user] {
            assert_eq!(profiles::get(&test.app, caller, partner).await.unwrap_err().code, "not_found");
        }
    });
}
