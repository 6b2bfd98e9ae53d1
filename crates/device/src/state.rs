//! What a machine remembers of its activation, as JSON that only [`crate::store`] writes and reads.

use data_encoding::BASE64;
use perpetua_license::certificate::SignedCertificate;
use perpetua_license::chain::Trust;
use perpetua_license::exchange::Nonce;
use perpetua_license::exchange::request::{Request, SignedRequest};
use perpetua_license::exchange::typed::TypedRequest;
use perpetua_license::key::ProductKey;
use perpetua_license::moment::Moment;
use perpetua_license::revocation::{HEAD_BYTES, ListHead};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::software::Software;

/// Most requests that wait for an answer; the oldest is given up for a newer one.
pub const PENDING_MAX: usize = 8;
/// The layout of the JSON.
const LAYOUT: u64 = 1;

/// A request that was made and not answered yet.
#[derive(Debug, Clone)]
pub struct Pending {
    /// The request.
    pub request: SignedRequest,
    /// The product key that is sealed in it.
    pub key: ProductKey,
    /// Whether it was made to be carried by hand.
    pub by_hand: bool,
}

impl Pending {
    /// Its content.
    pub fn content(&self) -> &Request {
        self.request.request()
    }
}

/// An activation by a typed code.
#[derive(Debug, Clone)]
pub struct Typed {
    /// What was shown.
    pub request: TypedRequest,
    /// The product key.
    pub key: ProductKey,
    /// The code, once it was accepted.
    pub code: Option<String>,
}

/// Everything that is kept.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// The product key of the activation.
    pub key: Option<ProductKey>,
    /// How the owner calls the machine.
    pub machine_name: String,
    /// The certificate, with the request that it answers.
    pub certificate: Option<(SignedCertificate, SignedRequest)>,
    /// The code of the answer or of the list that ended the activation.
    pub ended: Option<String>,
    /// Requests that wait.
    pub pending: Vec<Pending>,
    /// The chain of signing keys that was followed last.
    pub chain: Option<Vec<u8>>,
    /// The head of the newest revocation list.
    pub list_head: Option<Vec<u8>>,
    /// The latest moment that was ever seen.
    pub latest_seen: Moment,
    /// The activation by a typed code.
    pub typed: Option<Typed>,
}

impl State {
    /// The waiting request with this nonce.
    pub fn pending(&self, nonce: Nonce) -> Option<&Pending> {
        self.pending.iter().find(|pending| pending.content().nonce == nonce)
    }

    /// Takes one more waiting request.
    pub fn wait_for(&mut self, pending: Pending) {
        if self.pending.len() == PENDING_MAX {
            self.pending.remove(0);
        }
        self.pending.push(pending);
    }

    /// Gives up waiting for one.
    pub fn forget(&mut self, nonce: Nonce) {
        self.pending.retain(|pending| pending.content().nonce != nonce);
    }

    /// What this machine trusts: the pinned root, followed along the newest chain that is known here.
    pub fn trust(&self, software: &Software) -> Trust {
        let root = Trust::in_root(software.root);
        let chains = [software.chain.as_ref(), self.chain.as_ref()];
        chains.into_iter().flatten().fold(root, |trust, chain| trust.follow_file(chain).unwrap_or(trust))
    }

    /// The head of the newest list, unless its signer is no longer trusted.
    pub fn list(&self, trust: &Trust) -> Option<ListHead> {
        ListHead::open(self.list_head.as_ref()?, trust).ok()
    }

    /// The JSON, which holds product keys.
    pub fn to_json(&self) -> Zeroizing<String> {
        let pending: Vec<Value> = self.pending.iter().map(pending_json).collect();
        let certificate = self.certificate.as_ref();
        let value = json!({
            "layout": LAYOUT,
            "key": self.key.as_ref().map(ProductKey::expose),
            "machineName": self.machine_name,
            "certificate": certificate.map(|(certificate, _)| BASE64.encode(certificate.as_bytes())),
            "request": certificate.map(|(_, request)| BASE64.encode(request.as_bytes())),
            "ended": self.ended,
            "pending": pending,
            "chain": self.chain.as_ref().map(|chain| BASE64.encode(chain)),
            "listHead": self.list_head.as_ref().map(|head| BASE64.encode(head)),
            "latestSeen": self.latest_seen.seconds(),
            "typed": self.typed.as_ref().map(|typed| json!({
                "request": typed.request.to_digits(),
                "key": typed.key.expose(),
                "code": typed.code,
            })),
        });
        Zeroizing::new(value.to_string())
    }

    /// Reads what [`to_json`](Self::to_json) wrote, after its proof was checked.
    ///
    /// # Errors
    /// [`Error::StateNewer`] for a later layout, [`Error::StateTampered`] for anything else.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(text).map_err(|_| Error::StateTampered)?;
        if value["layout"].as_u64() != Some(LAYOUT) {
            return Err(Error::StateNewer);
        }
        Self::read(&value).ok_or(Error::StateTampered)
    }

    fn read(value: &Value) -> Option<Self> {
        let certificate = match (bytes(&value["certificate"])?, bytes(&value["request"])?) {
            (Some(certificate), Some(request)) => {
                Some((SignedCertificate::decode(&certificate).ok()?, SignedRequest::decode(&request).ok()?))
            }
            _ => None,
        };
        let typed = match &value["typed"] {
            Value::Null => None,
            typed => Some(Typed {
                request: TypedRequest::from_digits(typed["request"].as_str()?).ok()?,
                key: key(&typed["key"])?,
                code: text(&typed["code"])?,
            }),
        };
        Some(Self {
            key: if value["key"].is_null() { None } else { Some(key(&value["key"])?) },
            machine_name: value["machineName"].as_str()?.to_owned(),
            certificate,
            ended: text(&value["ended"])?,
            pending: value["pending"].as_array()?.iter().map(read_pending).collect::<Option<_>>()?,
            chain: bytes(&value["chain"])?,
            list_head: bytes(&value["listHead"])?.filter(|head| head.len() == HEAD_BYTES),
            latest_seen: Moment::from_seconds(u32::try_from(value["latestSeen"].as_u64()?).ok()?),
            typed,
        })
    }
}

fn pending_json(pending: &Pending) -> Value {
    json!({
        "request": BASE64.encode(pending.request.as_bytes()),
        "key": pending.key.expose(),
        "byHand": pending.by_hand,
    })
}

fn read_pending(value: &Value) -> Option<Pending> {
    let request = SignedRequest::decode(&bytes(&value["request"])??).ok()?;
    Some(Pending { request, key: key(&value["key"])?, by_hand: value["byHand"].as_bool()? })
}

fn key(value: &Value) -> Option<ProductKey> {
    ProductKey::restore(value.as_str()?).ok()
}

/// The outer option is whether the value may stand there, the inner one whether there is one.
#[expect(clippy::option_option, reason = "absent and wrong are different here")]
fn text(value: &Value) -> Option<Option<String>> {
    if value.is_null() { Some(None) } else { value.as_str().map(|text| Some(text.to_owned())) }
}

/// As [`text`], from base64.
#[expect(clippy::option_option, reason = "absent and wrong are different here")]
fn bytes(value: &Value) -> Option<Option<Vec<u8>>> {
    match text(value)? {
        None => Some(None),
        Some(text) => BASE64.decode(text.as_bytes()).ok().map(Some),
    }
}
