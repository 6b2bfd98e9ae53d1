//! A partner's program: it buys, shows the key and cancels through the REST interface, and moves the demo's clock.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use perpetua_device::license::moment::Moment;
use perpetua_device::network::{Call, Network as _, Web};
use perpetua_device::{Lang, Software};
use serde_json::{Value, json};

use crate::common::Demo;

/// The first partner's program in a running demo.
pub struct Seller {
    pub demo: Demo,
    token: String,
    customer: String,
}

/// What was bought.
pub struct Purchase {
    pub order: String,
    pub key: String,
    /// The product as machines name it.
    pub product: String,
}

impl Seller {
    /// Signs the partner's program in.
    pub fn of(demo: Demo) -> Self {
        let partner = &demo.told["partners"][0];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let customers = demo.told["customers"].as_array().unwrap();
        let customer = customers.iter().find(|customer| customer["partner"] == partner["name"]).unwrap();
        let customer = text(&customer["tenantId"]);
        let form = [
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", text(&partner["app"]["clientId"])),
            ("client_secret", text(&partner["app"]["clientSecret"])),
            ("resource", "https://graph.windows.net".to_owned()),
        ];
        let body = form.map(|(name, value)| format!("{name}={}", encoded(&value))).join("&");
        let path = format!("/{}/oauth2/token", text(&partner["domain"]));
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        let (status, answer) = send(&demo.address, "POST", &path, kind, &body);
        assert_eq!(status, 200, "{answer}");
        let token = text(&answer["access_token"]);
        Self { demo, token, customer }
    }

    /// Buys so many units and reads the key.
    pub fn buy(&self, quantity: u32) -> Purchase {
        let item = &self.demo.told["catalog"]["catalogItemId"];
        let line = json!({ "lineItemNumber": 0, "offerId": item, "quantity": quantity });
        let placed = self.call("POST", "orders", &json!({ "lineItems": [line] }), 201);
        let order = placed["id"].as_str().unwrap().to_owned();
        let product = self.demo.told["catalog"]["productId"].as_str().unwrap().to_owned();
        Purchase { key: self.key(&order), order, product }
    }

    /// The key that an order's line has now.
    fn key(&self, order: &str) -> String {
        let found = self.call("GET", &format!("artifacts/softwarekey/orders/{order}/lineitems/0"), &Value::Null, 200);
        found["items"][0]["productKey"].as_str().unwrap().to_owned()
    }

    /// Gives the purchase another key and reads it.
    pub fn replace_key(&self, purchase: &Purchase) -> String {
        let path = format!("/ext/v1/customers/{}/orders/{}/lineitems/0/keyreplacements", self.customer, purchase.order);
        let known = self.call_at("GET", &path, &Value::Null, 200);
        let wish = json!({ "reason": "leaked", "replacements": known["replacements"] });
        self.call_at("POST", &path, &wish, 201);
        self.key(&purchase.order)
    }

    /// Cancels the whole purchase.
    pub fn cancel(&self, purchase: &Purchase) {
        let body = json!({ "Id": purchase.order, "Status": "Cancelled", "LineItems": null });
        let answer = self.call("PATCH", &format!("orders/{}", purchase.order), &body, 200);
        assert_eq!(answer["status"], "cancelled");
    }

    /// Moves the demo's clock by a period such as `P10D`, and gives the new moment.
    pub fn advance(&self, period: &str) -> Moment {
        let body = json!({ "advance": period }).to_string();
        let (status, answer) = send(&self.demo.address, "POST", "/demo/clock", "", &body);
        assert_eq!(status, 200, "{answer}");
        moment(&answer["now"])
    }

    /// The demo's present.
    pub fn now(&self) -> Moment {
        let (_, answer) = send(&self.demo.address, "GET", "/activation/v1/installation", "", "");
        moment(&answer["now"])
    }

    /// What the publisher builds into its software, with the keys of this installation pinned.
    pub fn software(&self, product: &str) -> Software {
        let (_, told) = send(&self.demo.address, "GET", "/activation/v1/installation", "", "");
        let settings = json!({
            "server": format!("http://{}", self.demo.address),
            "root": told["root"],
            "installation": told["installation"],
            "product": product,
            "version": "2023.1",
        });
        let mut software = Software::from_json(&settings.to_string()).unwrap();
        let web = Web::new(&software, Lang::En).unwrap();
        software.chain = Some(web.call(&Call { path: "chain", body: None, limit: 100_000 }).unwrap().body);
        software
    }

    /// The response file for a request file.
    pub fn exchange(&self, file: &[u8]) -> Vec<u8> {
        let web = Web::new(&self.software("any"), Lang::En).unwrap();
        let reply = web.call(&Call { path: "exchange", body: Some(file), limit: 1 << 20 }).unwrap();
        assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
        reply.body
    }

    fn call(&self, method: &str, rest: &str, body: &Value, expected: u16) -> Value {
        self.call_at(method, &format!("/v1/customers/{}/{rest}", self.customer), body, expected)
    }

    fn call_at(&self, method: &str, path: &str, body: &Value, expected: u16) -> Value {
        let heads = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = send(&self.demo.address, method, path, &heads, &body);
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }
}

fn moment(text: &Value) -> Moment {
    let instant: jiff::Timestamp = text.as_str().unwrap().parse().unwrap();
    Moment::from_unix(instant.as_second())
}

fn send(address: &str, method: &str, path: &str, heads: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{heads}Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
}
