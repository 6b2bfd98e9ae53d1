//! The client over TLS: with the certificate of one's own authority it gets through, without it it does not.

use perpetua_device::network::{Call, Network as _, Web};
use perpetua_device::{Error, Lang, Software};

use crate::common::Demo;

#[test]
fn an_installation_with_a_certificate_of_its_own_is_reached_only_by_who_was_told_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    std::fs::write(path("tls.pem"), made.cert.pem()).unwrap();
    std::fs::write(path("tls.key"), made.signing_key.serialize_pem()).unwrap();
    let (certificate, key) = (path("tls.pem"), path("tls.key"));
    let demo = Demo::start_with(&folder.path().join("demo"), &["--certificate", &certificate, "--key", &key]);
    let settings = |roots: Option<&str>| {
        let settings = serde_json::json!({
            "server": demo.told["url"],
            "root": "11".repeat(32),
            "installation": "11".repeat(32),
            "product": "any",
            "version": "1",
            "tlsRoots": roots,
        });
        Software::from_json(&settings.to_string()).unwrap()
    };
    let call = Call { path: "installation", body: None, limit: 10_000 };
    let web = |roots| Web::new(&settings(roots), Lang::En);
    let reply = web(Some(certificate.as_str())).unwrap().call(&call).unwrap();
    assert_eq!(reply.status, 200);
    let refused = web(None).unwrap().call(&call).unwrap_err();
    assert!(matches!(&refused, Error::Unreachable(why) if why.contains("certificate")), "{refused}");
    assert!(matches!(web(Some(key.as_str())).map(|web| web.call(&call)), Ok(Err(Error::Unreachable(_)))));
    assert!(matches!(web(Some("no such file")), Err(Error::Software(_))));
    demo.stop();
}
