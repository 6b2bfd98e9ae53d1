//! A machine for tests: it signs requests and believes answers as the software of a publisher would.

use std::sync::atomic::{AtomicU64, Ordering};

use perpetua_app::activation::{Answered, Via, ask};
use perpetua_app::{App, Caller, Origin, keys};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::{OrderId, OrderLineId, ProductKeyId, TenantId};
use perpetua_license::certificate::{ActivationId, Certificate, Version};
use perpetua_license::chain::Trust;
use perpetua_license::exchange::Nonce;
use perpetua_license::exchange::file::{read_response_qr, request_qr, write_requests};
use perpetua_license::exchange::request::{Request, RequestKind, SignedRequest};
use perpetua_license::exchange::response::SignedResponse;
use perpetua_license::exchange::seal::InstallationPublic;
use perpetua_license::exchange::typed::TypedRequest;
use perpetua_license::key::{TypedKey, parse};
use perpetua_license::machine::{Fingerprint, FingerprintSalt, PartKind};
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;
use perpetua_license::signing::SecretKey;
use perpetua_store::{StoreError, orders};
use sha2::{Digest as _, Sha256};

use crate::{Goods, TestApp};

/// A purchase with its key in clear.
#[derive(Clone)]
pub struct Licensed {
    /// The partner.
    pub partner: TenantId,
    /// The customer.
    pub customer: TenantId,
    /// The partner's admin agent.
    pub agent: Caller,
    /// What was bought.
    pub item: CatalogItemId,
    /// The order.
    pub order: OrderId,
    /// The purchase.
    pub line: OrderLineId,
    /// The key's id.
    pub key_id: ProductKeyId,
    /// The key.
    pub key: TypedKey,
}

impl TestApp {
    /// Sells and buys so many units of software; every unit activates two machines.
    ///
    /// # Panics
    ///
    /// When any step is refused.
    pub async fn licensed(&self, quantity: i64) -> Licensed {
        let partner = self.partner("Alfa").await;
        let customer = self.customer(partner, "Northlake").await;
        let agent = self.caller(partner, &[Role::AdminAgent]).await;
        self.agree(partner, customer).await;
        let item = self.sell(Goods::default()).await;
        self.license(partner, customer, &agent, item, quantity).await
    }

    /// Buys more of the same in another order, with a key of its own.
    ///
    /// # Panics
    ///
    /// As [`TestApp::licensed`].
    pub async fn license_more(&self, like: &Licensed, quantity: i64) -> Licensed {
        self.license(like.partner, like.customer, &like.agent, like.item, quantity).await
    }

    async fn license(
        &self,
        partner: TenantId,
        customer: TenantId,
        agent: &Caller,
        item: CatalogItemId,
        quantity: i64,
    ) -> Licensed {
        let order = self.order(agent, customer, &[(item, quantity)]).await.id;
        let read = self.app.store.read(move |conn| {
            let line = orders::lines(conn, order)?.remove(0).id.0;
            let key = perpetua_store::keys::find_by_line(conn, line)?.expect("the line has a key");
            Ok::<_, StoreError>((line, key.id.0))
        });
        let (line, key_id) = read.await.expect("the order has a line");
        let revealed = keys::reveal(&self.app, agent, line).await.expect("the key is shown");
        let key = parse(&revealed.expose_grouped()).expect("the key is one");
        Licensed { partner, customer, agent: agent.clone(), item, order, line, key_id, key }
    }
}

/// A machine with its own key and a fingerprint of five parts.
pub struct Device {
    /// Signs its requests.
    pub secret: SecretKey,
    /// What it is made of.
    pub parts: Vec<(PartKind, String)>,
    /// What it calls itself.
    pub name: String,
    /// The product that it says it is.
    pub product: String,
    /// The version that it says it has.
    pub version: Version,
    /// Its activation, once it has one.
    pub activation: Option<ActivationId>,
    /// Its newest certificate.
    pub certificate: Option<Certificate>,
    nonces: AtomicU64,
    seed: u64,
}

impl Device {
    /// The machine of a number: others have other keys and other parts.
    pub fn new(seed: u64) -> Self {
        let part = |kind: PartKind, word: &str| (kind, format!("{word}-{seed:08}"));
        Self {
            secret: SecretKey::from_seed(&bytes(seed, 0, "machine key")),
            parts: vec![
                part(PartKind::Hardware, "uuid"),
                part(PartKind::Board, "board"),
                part(PartKind::Disk, "disk"),
                part(PartKind::Network, "mac"),
                part(PartKind::System, "system"),
            ],
            name: format!("PC-{seed}"),
            product: Goods::default().product.to_owned(),
            version: Version { major: 2025, minor: 0 },
            activation: None,
            certificate: None,
            nonces: AtomicU64::new(0),
            seed,
        }
    }

    /// Sets it up anew: its machine key is gone, and its system has another identifier.
    pub fn reimage(&mut self) {
        let count = self.nonces.fetch_add(1, Ordering::Relaxed);
        self.secret = SecretKey::from_seed(&bytes(self.seed, count, "new machine key"));
        for (kind, value) in &mut self.parts {
            if *kind == PartKind::System {
                *value = format!("system-{}-{count}", self.seed);
            }
        }
        self.activation = None;
    }

    /// A request of now.
    ///
    /// # Panics
    ///
    /// When the device was filled with what no request may hold.
    pub fn request(&self, kind: RequestKind, key: &TypedKey, to: &InstallationPublic, at: Moment) -> SignedRequest {
        let count = self.nonces.fetch_add(1, Ordering::Relaxed);
        let salt = FingerprintSalt::of(key);
        let mut nonce = [0; 16];
        nonce.copy_from_slice(&bytes(self.seed, count, "nonce")[..16]);
        let activation = if kind == RequestKind::Activate { None } else { self.activation };
        let request = Request {
            kind,
            nonce: Nonce(nonce),
            created_at: at,
            machine_key: self.secret.public(),
            activation: activation.unwrap_or(ActivationId([u8::from(kind != RequestKind::Activate); 16])),
            fingerprint: Fingerprint::of_values(&salt, self.parts.iter().map(|(kind, value)| (*kind, value.as_str()))),
            product: self.product.clone(),
            version: self.version,
            machine_name: self.name.clone(),
        };
        request.sign(key, to, &self.secret, &bytes(self.seed, count, "ephemeral")).expect("a request can be signed")
    }

    /// Takes in an answer: what a signed response says is believed when it answers this request.
    ///
    /// # Panics
    ///
    /// When the response is not what a device would accept.
    pub fn accept(&mut self, trust: &Trust, request: &SignedRequest, answered: &Answered) {
        let Some(response) = &answered.response else { return };
        let content = response.verify(trust, request.request()).expect("a device believes the response");
        assert_eq!(content.code, answered.answer.code(), "what is signed is what is told");
        if let Some(certificate) = &content.certificate {
            let certificate = certificate.verify(trust).expect("a device believes the certificate").clone();
            self.activation = Some(certificate.activation);
            self.certificate = Some(certificate);
        }
    }

    /// Asks an installation directly, as its own addresses would.
    ///
    /// # Panics
    ///
    /// When the installation has no keys, or answers what a device would not accept.
    pub async fn ask(&mut self, app: &App, kind: RequestKind, key: &TypedKey) -> Answered {
        let keys = app.activation.keys.get(app).await.expect("the installation has keys");
        let at = Moment::from_unix(app.clock.now().as_second());
        let request = self.request(kind, key, &keys.installation(), at);
        let answered = ask(app, &origin(), Via::Network, Some(kind), request.as_bytes()).await;
        self.accept(keys.trust(), &request, &answered);
        answered
    }
}

impl Device {
    /// Activates, for tests that know nothing else of the protocol: the code of the answer.
    ///
    /// # Panics
    ///
    /// As [`Device::ask`].
    pub async fn activate(&mut self, app: &App, key: &TypedKey) -> &'static str {
        self.ask(app, RequestKind::Activate, key).await.answer.code()
    }

    /// The digits that the machine shows to somebody who wants a typed code; `random` makes each request another one.
    pub fn typed_request(&self, key: &TypedKey, random: u64) -> TypedRequest {
        TypedRequest::new(&self.secret.public(), key, random)
    }

    /// A `.request` file to activate by.
    ///
    /// # Panics
    ///
    /// When the installation has no keys.
    pub async fn request_file(&self, app: &App, key: &TypedKey) -> String {
        write_requests(&[self.carried(app, key).await]).expect("one request fits into a file")
    }

    /// A request to activate, and the text of the QR code that the machine shows for it.
    ///
    /// # Panics
    ///
    /// When the installation has no keys.
    pub async fn request_qr(&self, app: &App, key: &TypedKey) -> (SignedRequest, String) {
        let request = self.carried(app, key).await;
        let text = request_qr(&request);
        (request, text)
    }

    /// Takes in the text of a QR code with the answer to that request: its code.
    ///
    /// # Panics
    ///
    /// When it is not what a device would accept.
    pub async fn accept_qr(&mut self, app: &App, request: &SignedRequest, text: &str) -> &'static str {
        let keys = app.activation.keys.get(app).await.expect("the installation has keys");
        let bytes = read_response_qr(text).expect("the text of a QR code with an answer");
        let response = SignedResponse::decode(&bytes).expect("a response");
        let content = response.verify(keys.trust(), request.request()).expect("a device believes the response");
        let answer = Answer::from_code(&content.code).expect("a known code");
        self.accept(keys.trust(), request, &Answered { answer, retry_at: None, response: Some(response.clone()) });
        answer.code()
    }

    async fn carried(&self, app: &App, key: &TypedKey) -> SignedRequest {
        let keys = app.activation.keys.get(app).await.expect("the installation has keys");
        let at = Moment::from_unix(app.clock.now().as_second());
        self.request(RequestKind::Activate, key, &keys.installation(), at)
    }
}

/// Where test devices ask from.
pub fn origin() -> Origin {
    Origin { network: "192.0.2.10".to_owned(), ..Origin::program("device") }
}

fn bytes(seed: u64, count: u64, word: &str) -> [u8; 32] {
    let digest = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(count.to_be_bytes());
    digest.chain_update(word).finalize().into()
}
