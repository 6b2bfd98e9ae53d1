//! Posting webhooks, never into our own network (design §10).
//!
//! An address is resolved by us, refused when it is loopback, private, link-local or otherwise not public,
//! and connected to as resolved, so that a name cannot change its mind in between. No redirects, ten
//! seconds, and at most 64 KiB of an answer are read.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use perpetua_app::outbox::{Delivered, Delivery, OutboxRow};
use perpetua_app::webhooks::{self, Message};
use perpetua_app::{App, Problem};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Posts events to the addresses that partners registered.
pub struct WebhookDelivery {
    app: Arc<App>,
    client: reqwest::Client,
    may_reach_inside: bool,
}

impl WebhookDelivery {
    /// A sender. Only a demo may reach addresses inside.
    ///
    /// # Errors
    ///
    /// When the TLS library cannot be set up.
    pub fn new(app: Arc<App>) -> Result<Self, reqwest::Error> {
        let may_reach_inside = app.settings.demo;
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(PublicOnly { may_reach_inside }))
            .user_agent("Perpetua")
            .build()?;
        Ok(Self { app, client, may_reach_inside })
    }

    async fn post(&self, message: &Message) -> Result<u16, String> {
        let url = reqwest::Url::parse(&message.url).map_err(|_| "the address is malformed".to_owned())?;
        // A literal address never reaches the resolver.
        let literal = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        if !self.may_reach_inside && literal.is_some_and(|address| !is_public(address)) {
            return Err("the address is not public".to_owned());
        }
        let sent = self
            .client
            .post(url)
            .header("content-type", "application/json; charset=utf-8")
            .header(message.signature_header, format!("Signature {}", message.signature))
            .header("x-ms-certificate-url", &message.certificate_url)
            .header("x-ms-signature-algorithm", "rsa-sha256")
            .body(message.body.clone())
            .send()
            .await;
        // The error's own text may hold the address with a secret in its query, so only its kind is told.
        let response = sent.map_err(|error| why(&error).to_owned())?;
        Ok(response.status().as_u16())
    }

    async fn send(&self, event: &OutboxRow) -> Result<Delivered, String> {
        let told = |problem: Problem| problem.code.to_owned();
        let Some(message) = webhooks::message(&self.app, event).await.map_err(told)? else {
            return Ok(Delivered::NobodyAsked);
        };
        let outcome = self.post(&message).await;
        if let Some(test) = message.test {
            // A test is tried once: its outcome is what was asked for.
            webhooks::settle_test(&self.app, test, outcome).await.map_err(told)?;
            return Ok(Delivered::Yes);
        }
        match outcome? {
            200..300 => Ok(Delivered::Yes),
            status => Err(format!("the receiver answered {status}")),
        }
    }
}

impl Delivery for WebhookDelivery {
    fn deliver<'a>(&'a self, event: &'a OutboxRow) -> BoxFuture<'a, Result<Delivered, String>> {
        Box::pin(self.send(event))
    }
}

fn why(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "the receiver did not answer in time"
    } else if error.is_connect() {
        "the receiver cannot be reached"
    } else {
        "the connection failed"
    }
}

struct PublicOnly {
    may_reach_inside: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let may_reach_inside = self.may_reach_inside;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| may_reach_inside || is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            let is_special = a == 0 || a >= 240 || (a == 192 && b == 0) || (a == 198 && (b == 18 || b == 19));
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_multicast()
                || v4.is_documentation()
                || is_shared
                || is_special)
        }
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4() {
                return is_public(IpAddr::V4(v4));
            }
            let first = v6.segments()[0];
            let is_inside = first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
            // Ways of writing an IPv4 address, and addresses for documents.
            let is_mapped = first == 0x0064 || first == 0x2002 || (first == 0x2001 && v6.segments()[1] < 0x0200);
            let is_document = first == 0x2001 && v6.segments()[1] == 0x0db8;
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || is_inside || is_mapped || is_document)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_network_are_reached() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["93.184.216.34", "2606:2800:220:1::1", "172.32.0.1", "100.128.0.1"] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }
}
