//! Stylesheet, script and icon, compiled into the program.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use perpetua_http::SiteState;
use tower_http::compression::CompressionLayer;

const FILES: [(&str, &str, &str); 3] = [
    ("/assets/perpetua.css", "text/css; charset=utf-8", include_str!("../assets/perpetua.css")),
    ("/assets/perpetua.js", "text/javascript; charset=utf-8", include_str!("../assets/perpetua.js")),
    ("/assets/perpetua.svg", "image/svg+xml", include_str!("../assets/perpetua.svg")),
];

/// The assets. Only they are compressed: pages hold tokens beside text that a visitor chose.
pub fn routes() -> Router<SiteState> {
    let mut router = Router::new();
    for (path, kind, body) in FILES {
        router = router.route(path, get(move |headers: HeaderMap| async move { serve(&headers, kind, body) }));
    }
    router.layer(CompressionLayer::new())
}

fn serve(headers: &HeaderMap, kind: &'static str, body: &'static str) -> Response {
    let tag = format!("\"{:016x}\"", fingerprint(body));
    let fresh = headers.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == tag.as_bytes());
    let common = [(header::ETAG, tag), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if fresh {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, kind)], body).into_response()
}

/// FNV-1a; it only has to change when the file does.
fn fingerprint(body: &str) -> u64 {
    body.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
