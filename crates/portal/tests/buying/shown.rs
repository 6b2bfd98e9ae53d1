//! What pages show around an order: currencies, carts that wait, and no column without anything in it.

use axum::http::StatusCode;
use perpetua_domain::access::Role;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::TenantId;
use perpetua_test_support::{Goods, TestApp};

use crate::browser::Browser;

struct Shop {
    partner: TenantId,
    customer: TenantId,
    item: CatalogItemId,
    base: String,
    browser: Browser,
}

impl Shop {
    async fn open(test: &TestApp) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let browser = Browser::open(test, &agent).await;
        Self { partner, customer, item, base: format!("/partner/customers/{customer}"), browser }
    }

    /// Puts one into a cart, named by the query.
    async fn add(&self, item: CatalogItemId, query: &str) {
        let fields = [("catalog_item", item.to_string()), ("quantity", "1".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let added = self.browser.post(&format!("{}/cart{query}", self.base), &fields).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    }
}

#[test]
fn a_price_in_another_currency_than_the_accounts_is_shown_as_it_is_and_cannot_be_added() {
    TestApp::each(async |test| {
        let shop = Shop::open(&test).await;
        let goods =
            Goods { product: "HARBORDESK01", title: "Harbor Desk", currency: "USD", price: "77", ..Goods::default() };
        let foreign = test.sell(goods).await;
        let catalog = shop.browser.get(&format!("{}/add", shop.base)).await.text;
        assert!(catalog.contains("Priced in USD; your account is in EUR"), "{catalog}");
        assert_eq!(catalog.matches(">Add</button>").count(), 1, "only what the account can pay: {catalog}");
        // A cart may hold such a line all the same, from before the account's currency or by a copied form.
        shop.add(foreign, "").await;
        for page in ["cart", "review"] {
            let shown = shop.browser.get(&format!("{}/{page}", shop.base)).await.text;
            assert!(shown.contains("$77.00") && !shown.contains("€77"), "{page}: {shown}");
            assert!(shown.contains("another currency than EUR"), "{page}: {shown}");
        }
    });
}

#[test]
fn a_kept_cart_is_found_on_the_customers_page_and_another_one_can_be_begun() {
    TestApp::each(async |test| {
        let shop = Shop::open(&test).await;
        shop.add(shop.item, "").await;
        let cart = shop.browser.get(&format!("{}/cart", shop.base)).await;
        let edit = cart.attribute("action", "/cart/edit");
        let version = cart.field("cart_version");
        let fields = [("cart_name", "Autumn"), ("quantity-0", "1"), ("do", "later"), ("cart_version", &version)];
        let kept = shop.browser.get(&shop.browser.post(&edit, &fields).await.location).await.text;
        assert!(kept.contains("Saved carts") && kept.contains("Autumn"), "{kept}");
        assert!(shop.browser.get("/partner").await.text.contains("Autumn: A cart with 1 item"));

        assert!(cart.text.contains("/add?cart=new\">New cart</a>"), "{}", cart.text);
        let catalog = shop.browser.get(&format!("{}/add?cart=new", shop.base)).await;
        assert!(catalog.attribute("action", "/cart?to=").ends_with("&cart=new"));
        shop.add(shop.item, "?cart=new").await;
        assert_eq!(test.number("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM cart").await, 2);
        // From a cart's own page products go to that cart, not to the one changed last.
        let first = edit.split("cart=").nth(1).unwrap();
        let to_first = format!("?cart={first}");
        let catalog = shop.browser.get(&format!("{}/add{to_first}", shop.base)).await;
        assert!(catalog.attribute("action", "/cart?to=").ends_with(&to_first[1..]));
        shop.add(shop.item, &to_first).await;
        let first = shop.browser.get(&format!("{}/cart{to_first}", shop.base)).await;
        assert_eq!(first.field("quantity-0"), "2", "{}", first.text);
    });
}

#[test]
fn the_review_leads_back_and_names_the_partners_own_price() {
    TestApp::each(async |test| {
        let shop = Shop::open(&test).await;
        shop.add(shop.item, "").await;
        let cart = shop.browser.get(&format!("{}/cart", shop.base)).await.text;
        assert_eq!(cart.matches("Harbor Server").count(), 1, "the product is named once: {cart}");
        assert!(cart.contains("maxlength=\"9\""), "up to 999,999,999 units: {cart}");
        let review = shop.browser.get(&format!("{}/review", shop.base)).await.text;
        assert!(review.contains("your price €150.00, margin 33.33%"), "{review}");
        let crumbs = review.split("class=\"crumbs\"").nth(1).unwrap().split("</nav>").next().unwrap();
        for link in ["/partner/customers\"", &format!("{}\"", shop.base), "/cart?cart="] {
            assert!(crumbs.contains(link), "{link}: {crumbs}");
        }
        let form = review.split("/order\"").nth(1).unwrap().split("</form>").next().unwrap();
        assert!(form.contains("Place order") && form.contains("Back"), "both stand in one row: {form}");
    });
}

#[test]
fn a_customers_orders_have_no_column_without_anything_in_it() {
    TestApp::each(async |test| {
        let shop = Shop::open(&test).await;
        let agent = test.caller(shop.partner, &[Role::AdminAgent]).await;
        let order = test.order(&agent, shop.customer, &[(shop.item, 2)]).await;
        let owner = Browser::open(&test, &test.caller(shop.customer, &[Role::GlobalAdmin]).await).await;
        let list = owner.get("/customer/orders").await.text;
        assert!(list.contains(&order.number) && list.contains("Alfa"), "{list}");
        let one = owner.get(&format!("/customer/orders/{}", order.id)).await.text;
        assert!(one.contains("Harbor Server"), "{one}");
        for (page, absent) in [(&list, "Total"), (&list, ">Customer<"), (&one, "Unit price"), (&one, ">Customer<")] {
            assert!(!page.contains(absent), "{absent}: {page}");
        }
        for page in [&list, &one] {
            let rows = page.split("<tbody>").nth(1).unwrap();
            assert!(!rows.contains("<td class=\"num\">—</td>"), "{rows}");
        }
        let own = shop.browser.get(&format!("/partner/orders/{}", order.id)).await.text;
        assert!(own.contains("Unit price") && own.contains("€238.00"), "{own}");
    });
}

#[test]
fn a_former_customer_is_listed_with_what_it_bought_and_an_end_without_reason_says_so() {
    TestApp::each(async |test| {
        let shop = Shop::open(&test).await;
        let end = format!("{}/end", shop.base);
        let refused = shop.browser.post(&end, &[("suspend_reason", "")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text.contains("<details open>"), "the error is in sight: {}", refused.text);
        shop.browser.post(&end, &[("suspend_reason", "Moved away")]).await;
        let former = shop.browser.get("/partner/customers?state=ended").await.text;
        assert!(former.contains("Northlake") && former.contains("The relationship has ended"), "{former}");
        assert!(!former.contains(&format!("href=\"{}\"", shop.base)), "{former}");
        assert_eq!(shop.browser.get(&shop.base).await.status, StatusCode::FORBIDDEN, "such a link would lead nowhere");
        let bought = format!("{}/software", shop.base);
        assert!(former.contains(&format!("href=\"{bought}\"")), "{former}");
        assert_eq!(shop.browser.get(&bought).await.status, StatusCode::OK);
    });
}
