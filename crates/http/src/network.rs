//! From which network address a request came, behind proxies too.
//!
//! Anybody can write an `X-Forwarded-For`, so it counts only as far as trusted proxies wrote it: read from the right,
//! each trusted address vouches for the one before it, and the first that is not trusted is the caller.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

/// Addresses that one request's headers may name; more are a forgery.
const HOPS_MAX: usize = 32;

/// The networks of one's own proxies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<(IpAddr, u8)>);

impl Proxies {
    /// Networks such as `10.0.0.0/8` or `fd00::/8`; a bare address is a network of one.
    ///
    /// # Errors
    ///
    /// The first text that is no network.
    pub fn parse<S: AsRef<str>>(networks: &[S]) -> Result<Self, String> {
        let parse = |text: &S| network(text.as_ref().trim()).ok_or_else(|| text.as_ref().to_owned());
        networks.iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|(network, bits)| is_in(address, *network, *bits))
    }

    /// The caller's address: the peer's own, or what trusted proxies say of it.
    pub fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let said = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut caller = peer.to_canonical();
        for word in said.take(HOPS_MAX) {
            if !self.trusts(caller) {
                break;
            }
            // What cannot be read was not written by a trusted proxy: the one that passed it on is named.
            let Some(before) = address(word.trim()) else { break };
            caller = before;
        }
        caller
    }
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address.parse().ok()?, Some(bits.parse().ok()?)),
        None => (text.parse().ok()?, None),
    };
    let most = if IpAddr::is_ipv4(&address) { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some((address, bits))
}

fn is_in(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    let same = |left: u128, right: u128, width: u32| {
        let free = width - u32::from(bits);
        free >= width || left >> free == right >> free
    };
    match (address, network) {
        (IpAddr::V4(left), IpAddr::V4(right)) => same(left.to_bits().into(), right.to_bits().into(), 32),
        (IpAddr::V6(left), IpAddr::V6(right)) => same(left.to_bits(), right.to_bits(), 128),
        _ => false,
    }
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|with_port| with_port.ip()));
    let address = bare.or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse());
    address.ok().map(|address: IpAddr| address.to_canonical())
}

/// Puts the caller's address in the place of the peer's, before anything looks at it.
pub async fn layer(State(proxies): State<Arc<Proxies>>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let caller = SocketAddr::new(proxies.caller(peer.ip(), request.headers()), peer.port());
        request.extensions_mut().insert(ConnectInfo(caller));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(trusted: &[&str], peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        Proxies::parse(trusted).unwrap().caller(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_header_counts_only_as_far_as_trusted_proxies_wrote_it() {
        let check = |peer, forwarded: &[&'static str], expected: &str| {
            let trusted = ["10.0.0.0/8", "127.0.0.1", "fd00::/8"];
            assert_eq!(caller(&trusted, peer, forwarded), expected, "{peer} {forwarded:?}");
        };
        check("198.51.100.7", &[], "198.51.100.7");
        check("198.51.100.7", &["192.0.2.1"], "198.51.100.7");
        check("10.1.2.3", &["192.0.2.1"], "192.0.2.1");
        check("10.1.2.3", &["203.0.113.9, 192.0.2.1, 10.9.9.9"], "192.0.2.1");
        check("10.1.2.3", &["203.0.113.9", "192.0.2.1", "10.9.9.9"], "192.0.2.1");
        check("127.0.0.1", &["192.0.2.1:4711"], "192.0.2.1");
        check("::ffff:10.1.2.3", &["[2001:db8::1]:443"], "2001:db8::1");
        check("fd00::1", &["[2001:db8::1]"], "2001:db8::1");
        check("10.1.2.3", &["127.0.0.1"], "127.0.0.1");
        check("10.1.2.3", &["unknown"], "10.1.2.3");
        check("10.1.2.3", &["192.0.2.1, nonsense"], "10.1.2.3");
        check("11.1.2.3", &["192.0.2.1"], "11.1.2.3");
    }

    #[tokio::test]
    async fn handlers_see_the_caller_in_the_place_of_the_proxy() {
        use tower::ServiceExt as _;
        let proxies = Arc::new(Proxies::parse(&["10.0.0.0/8"]).unwrap());
        let router: axum::Router = axum::Router::new()
            .route(
                "/",
                axum::routing::get(|ConnectInfo(at): ConnectInfo<SocketAddr>| async move { at.ip().to_string() }),
            )
            .layer(axum::middleware::from_fn_with_state(proxies, layer));
        let request = Request::get("/").header("x-forwarded-for", "192.0.2.1").body(axum::body::Body::empty());
        let mut request = request.unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 443))));
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(axum::body::to_bytes(answer.into_body(), 64).await.unwrap(), "192.0.2.1");
    }

    #[test]
    fn nobody_is_trusted_unless_named_and_all_only_when_all_are() {
        assert_eq!(caller(&[], "127.0.0.1", &["192.0.2.1"]), "127.0.0.1");
        assert_eq!(caller(&["0.0.0.0/0"], "198.51.100.7", &["192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn what_is_no_network_is_named() {
        for wrong in ["", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/", "proxy.example.com"] {
            assert_eq!(Proxies::parse(&["10.0.0.0/8", wrong]), Err(wrong.to_owned()));
        }
    }
}
