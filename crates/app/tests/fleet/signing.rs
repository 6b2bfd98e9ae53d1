//! Scripts carry the operator's signature, or are not given out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use perpetua_app::fleet::{self, ScriptSigner, Signing, script_pack};
use perpetua_test_support::TestApp;

use super::moving::{files, planned};
use super::*;

/// Signs as real tools do, once it has been asked often enough.
struct Signer {
    asked: Arc<AtomicUsize>,
    refuses: usize,
}

impl ScriptSigner for Signer {
    fn sign(&self, ending: &'static str, text: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if number < self.refuses {
                return Err("the certificate has ended".to_owned());
            }
            Ok([text, format!("# signed {ending}").into_bytes()].concat())
        })
    }
}

#[test]
fn scripts_are_signed_once_and_nothing_is_given_out_unsigned() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        planned(&test, &world, 5).await;
        let asked = Arc::new(AtomicUsize::new(0));
        assert!(app.signing.set(Signing::by(Signer { asked: asked.clone(), refuses: 1 })).is_ok());

        assert_eq!(code(script_pack(app, &world.owner, customer, 1).await), "fleet_signing_failed");
        let waves = fleet::waves(app, &world.owner, customer).await.unwrap();
        assert!(waves[0].token_expires_at.is_none(), "nothing changed");

        let pack = files(&script_pack(app, &world.owner, customer, 1).await.unwrap());
        for (path, text) in &pack {
            let ending = path.rsplit('.').next().unwrap();
            let is_script = ["ps1", "vbs"].contains(&ending);
            assert_eq!(text.ends_with(&format!("# signed {ending}")), is_script, "{path}");
        }
        let signed = asked.load(Ordering::Relaxed);
        script_pack(app, &world.owner, customer, 1).await.unwrap();
        let (name, collector) = fleet::collector(app).await.unwrap();
        assert!(collector.ends_with(b"# signed ps1"), "{name}");
        assert_eq!(asked.load(Ordering::Relaxed), signed, "each script is signed once");
    });
}
