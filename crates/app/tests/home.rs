//! First pages: each part for those who may see it, sums per currency, and one customer's part of the record.

use jiff::SignedDuration;
use perpetua_app::activity::{self, Filter};
use perpetua_app::home;
use perpetua_domain::access::Role;
use perpetua_test_support::{Goods, TestApp};

#[test]
fn the_operators_first_page_sums_sales_and_names_partners_near_their_limit() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let item = test.sell(Goods::default()).await;
        test.order(&agent, customer, &[(item, 7)]).await;
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let shown = home::operator(&test.app, &admin).await.unwrap();
        let sales = shown.sales.unwrap();
        let sold: Vec<_> = sales.iter().map(|sold| (sold.currency.code(), sold.orders, sold.net.minor())).collect();
        assert_eq!((sold, shown.orders.unwrap().len()), (vec![("EUR", 1, 70_000)], 1));
        assert!(shown.near_limit.is_empty() && shown.sheets.is_empty() && shown.dead_letters == 0);
        // 833.00 of 1,041.25 are owed: exactly four fifths, though they are no whole number of tenths.
        test.set_credit_limit(partner, 104_125).await;
        let near = home::operator(&test.app, &admin).await.unwrap().near_limit;
        assert_eq!(near.iter().map(|partner| partner.name.as_str()).collect::<Vec<_>>(), ["Alfa"]);
        test.set_credit_limit(partner, 104_126).await;
        assert!(home::operator(&test.app, &admin).await.unwrap().near_limit.is_empty());
        test.clock.advance(SignedDuration::from_hours(31 * 24));
        assert_eq!(home::operator(&test.app, &admin).await.unwrap().sales.unwrap(), [], "older than 30 days");
        let support = test.caller(test.operator, &[Role::OperatorSupport]).await;
        assert!(home::operator(&test.app, &support).await.unwrap().sales.is_none(), "no cost for support");
        assert_eq!(home::operator(&test.app, &agent).await.unwrap_err().code, "not_found");
    });
}

#[test]
fn the_customers_first_page_leaves_out_what_a_role_may_not_see() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let item = test.sell(Goods::default()).await;
        test.order(&agent, customer, &[(item, 7)]).await;
        let admin = test.caller(customer, &[Role::GlobalAdmin]).await;
        let shown = home::customer(&test.app, &admin).await.unwrap();
        assert_eq!(shown.software.unwrap().purchases_total, 1);
        assert_eq!((shown.looks.unwrap().len(), shown.partners.unwrap().partners.len()), (0, 1));
        let user = test.caller(customer, &[Role::CustomerUser]).await;
        let shown = home::customer(&test.app, &user).await.unwrap();
        assert!(shown.software.is_some() && shown.looks.is_none());
        assert_eq!(home::customer(&test.app, &agent).await.unwrap_err().code, "not_found");
    });
}

#[test]
fn a_partner_reads_what_happened_with_one_customer_and_with_no_other() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let (north, south) = (test.customer(partner, "Northlake").await, test.customer(partner, "Southlake").await);
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let item = test.sell(Goods::default()).await;
        for customer in [north, south] {
            test.agree(partner, customer).await;
            test.order(&agent, customer, &[(item, 1)]).await;
        }
        let of = async |caller, customer| {
            activity::with_customer(&test.app, caller, customer, &Filter::default(), None, 50).await
        };
        assert_eq!(of(&agent, north).await.unwrap().len(), 1);
        let all = activity::list(&test.app, &agent, &Filter::default(), None, 50).await.unwrap();
        assert_eq!(all.iter().filter(|record| record.kind == "order.placed").count(), 2);
        let sales = test.caller(partner, &[Role::SalesAgent]).await;
        assert_eq!(of(&sales, north).await.unwrap_err().code, "missing_role");
        let rival = test.caller(test.partner("Beta").await, &[Role::AdminAgent]).await;
        assert_eq!(of(&rival, north).await.unwrap_err().code, "not_found");
        let admin = test.caller(north, &[Role::GlobalAdmin]).await;
        assert_eq!(of(&admin, north).await.unwrap_err().code, "not_found");
    });
}
