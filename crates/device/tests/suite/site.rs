//! An installation of one product in memory, which signs what the real one signs, and machines that reach it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use perpetua_device::network::{Call, Network, Reply};
use perpetua_device::surroundings::{Clock, Hardware, Random};
use perpetua_device::{Device, Error, Lang, Software, Surroundings};
use perpetua_license::certificate::{ActivationId, AfterGrace, Certificate, KeyId, Version, VersionRange};
use perpetua_license::chain::{KeyStanding, Link, SigningEntry, Trust, chain_file};
use perpetua_license::exchange::file::read_requests;
use perpetua_license::exchange::request::{RequestKind, SignedRequest};
use perpetua_license::exchange::response::{Response, SignedResponse};
use perpetua_license::exchange::seal::InstallationSecret;
use perpetua_license::exchange::typed::TypedSecret;
use perpetua_license::key::{FormatVersion, ProductKey};
use perpetua_license::machine::PartKind;
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;
use perpetua_license::revocation::{Entry, List, Reason, Tag, delta, sign_list};
use perpetua_license::signing::SecretKey;
use serde_json::{Value, json};

pub const NOW: Moment = Moment::from_seconds(1_800_000_000);
pub const KEY_ID: KeyId = KeyId([9; 16]);
pub const PRODUCT: &str = "OPS000000001";

/// What the installation decides at the moment, and what it saw.
pub struct Facts {
    pub now: Moment,
    pub is_reachable: bool,
    /// Answered in place of what is asked.
    pub refusal: Option<(Answer, bool)>,
    pub after_grace: AfterGrace,
    pub list_max_days: u16,
    pub revoked: Vec<Entry>,
    pub lists: BTreeMap<u64, Vec<u8>>,
    /// Every document that arrived.
    pub seen: Vec<(String, Vec<u8>)>,
    /// How many answers get lost on their way back.
    pub losses: u32,
}

pub struct Site {
    pub root: SecretKey,
    pub issuer: SecretKey,
    pub installation: InstallationSecret,
    pub facts: Mutex<Facts>,
}

impl Site {
    /// The installation of a number: others have other keys.
    pub fn new(seed: u8) -> Arc<Self> {
        let facts = Facts {
            now: NOW,
            is_reachable: true,
            refusal: None,
            after_grace: AfterGrace::Stop,
            list_max_days: 0,
            revoked: Vec::new(),
            lists: BTreeMap::new(),
            seen: Vec::new(),
            losses: 0,
        };
        Arc::new(Self {
            root: SecretKey::from_seed(&[seed; 32]),
            issuer: SecretKey::from_seed(&[seed + 100; 32]),
            installation: InstallationSecret::from_seed([seed + 50; 32]),
            facts: Mutex::new(facts),
        })
    }

    pub fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap()
    }

    pub fn chain(&self) -> Vec<u8> {
        let entry = SigningEntry {
            key: self.issuer.public(),
            not_before: Moment::ZERO,
            not_after: Moment::LAST,
            standing: KeyStanding::InForce,
        };
        let root = self.root.public();
        let link = Link { number: 1, issued_at: NOW, root, previous_root: root, keys: vec![entry] };
        chain_file(&[link.sign(&self.root, None).unwrap()]).unwrap()
    }

    pub fn trust(&self) -> Trust {
        Trust::in_root(self.root.public()).follow_file(&self.chain()).unwrap()
    }

    pub fn software(&self) -> Software {
        Software {
            server: "http://perpetua.test".into(),
            root: self.root.public(),
            installation: self.installation.public(),
            product: PRODUCT.into(),
            version: Version { major: 2026, minor: 1 },
            chain: None,
            typed_secret: Some(TypedSecret::from_bytes([30; 32])),
            tls_roots: None,
        }
    }

    /// Makes the next list, one second later than the one before.
    pub fn publish_list(&self) -> Vec<u8> {
        let mut facts = self.facts();
        let number = facts.lists.keys().next_back().map_or(u64::from(NOW.seconds()), |last| last + 1);
        let (now, entries) = (facts.now, facts.revoked.clone());
        let list = sign_list(entries, number, now, now.plus_days(1), &self.issuer).unwrap();
        facts.lists.insert(number, list.clone());
        list
    }

    pub fn revoke(&self, tag: Tag, reason: Reason) {
        self.facts().revoked.push(Entry { tag, reason });
    }

    /// The answer to one document, signed.
    pub fn answer(&self, request: &SignedRequest) -> (Answer, SignedResponse) {
        let facts = self.facts();
        let content = request.request();
        let good = match content.kind {
            RequestKind::Activate => Answer::Activated,
            RequestKind::Refresh => Answer::Refreshed,
            RequestKind::Return => Answer::Returned,
            RequestKind::Status => Answer::Active,
        };
        let answer = facts.refusal.map_or(good, |(refusal, _)| refusal);
        let brings = matches!(answer, Answer::Activated | Answer::Refreshed);
        let certificate = Certificate {
            activation: ActivationId(content.machine_key.as_bytes()[..16].try_into().unwrap()),
            key: KEY_ID,
            machine_key: content.machine_key,
            request_tag: content.nonce.tag(),
            product: PRODUCT.into(),
            edition: "0001".into(),
            versions: VersionRange::ALL,
            quantity: 1,
            issued_at: facts.now,
            refresh_at: facts.now.plus_days(30),
            grace_until: facts.now.plus_days(44),
            term_ends_at: Moment::ZERO,
            after_grace: facts.after_grace,
            list_max_days: facts.list_max_days,
        };
        let response = Response {
            nonce: content.nonce,
            answered_at: facts.now,
            code: answer.code().into(),
            retry_at: Moment::ZERO,
            chain_number: 1,
            list_number: facts.lists.keys().next_back().copied().unwrap_or(0),
            certificate: brings.then(|| certificate.sign(&self.issuer).unwrap()),
        };
        (answer, response.sign(&self.issuer).unwrap())
    }

    fn said(&self, document: &[u8]) -> Value {
        let unsigned = self.facts().refusal.filter(|(_, is_signed)| !is_signed);
        if let Some((refusal, _)) = unsigned {
            return json!({ "protocol": 1, "code": refusal.code(), "sentence": "No.", "good": false, "response": null });
        }
        let (answer, response) = self.answer(&SignedRequest::decode(document).unwrap());
        json!({
            "protocol": 1,
            "code": answer.code(),
            "sentence": "Said.",
            "good": answer.is_good(),
            "retryAt": null,
            "response": data_encoding::BASE64.encode(response.as_bytes()),
        })
    }

    fn batch(&self, file: &[u8]) -> Value {
        let requests = read_requests(str::from_utf8(file).unwrap()).unwrap();
        let answers: Vec<Value> = requests.iter().flatten().map(|request| self.said(request.as_bytes())).collect();
        json!({ "protocol": 1, "answers": answers, "file": null })
    }

    fn list_since(&self, path: &str) -> Reply {
        let facts = self.facts();
        let (number, newest) = facts.lists.last_key_value().unwrap();
        let since: Option<u64> = path.split_once("since=").map(|(_, since)| since.parse().unwrap());
        let base = since.and_then(|since| facts.lists.get(&since));
        match base {
            _ if since == Some(*number) => Reply { status: 304, body: Vec::new() },
            None => Reply { status: 200, body: newest.clone() },
            Some(base) => {
                let trust = self.trust();
                let (base, next) = (List::open(base, &trust).unwrap(), List::open(newest, &trust).unwrap());
                Reply { status: 200, body: delta::between(&base, &next) }
            }
        }
    }
}

impl Network for Site {
    fn call(&self, call: &Call<'_>) -> Result<Reply, Error> {
        if !self.facts().is_reachable {
            return Err(Error::Unreachable("no route".into()));
        }
        let reply = match (call.path, call.body) {
            ("chain", None) => Reply { status: 200, body: self.chain() },
            (path, None) => self.list_since(path),
            (path, Some(body)) => {
                self.facts().seen.push((path.to_owned(), body.to_vec()));
                let value = if path == "batch" { self.batch(body) } else { self.said(body) };
                Reply { status: 200, body: value.to_string().into_bytes() }
            }
        };
        let mut facts = self.facts();
        if facts.losses > 0 {
            facts.losses -= 1;
            return Err(Error::Unreachable("broke off".into()));
        }
        Ok(reply)
    }
}

/// A machine's clock, its parts and its random bytes.
pub struct Machine {
    pub now: Mutex<Moment>,
    pub parts: Mutex<Vec<(PartKind, String)>>,
    counter: AtomicU64,
    seed: u64,
}

impl Machine {
    pub fn new(seed: u64) -> Arc<Self> {
        let kinds = [PartKind::Hardware, PartKind::Board, PartKind::Disk, PartKind::Network, PartKind::System];
        let parts = kinds.iter().map(|kind| (*kind, format!("part {} of {seed}", kind.number()))).collect();
        Arc::new(Self { now: Mutex::new(NOW), parts: Mutex::new(parts), counter: AtomicU64::new(0), seed })
    }

    pub fn set(&self, now: Moment) {
        *self.now.lock().unwrap() = now;
    }
}

impl Clock for Machine {
    fn now(&self) -> Moment {
        *self.now.lock().unwrap()
    }
}

impl Random for Machine {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        // The count first: certificates repeat only the beginning of a nonce.
        let seed = [count.to_be_bytes(), self.seed.to_be_bytes()].concat();
        for (byte, fill) in bytes.iter_mut().zip(seed.iter().cycle()) {
            *byte = *fill;
        }
        Ok(())
    }
}

impl Hardware for Machine {
    fn parts(&self) -> Vec<(PartKind, String)> {
        self.parts.lock().unwrap().clone()
    }
}

/// The software on a machine.
pub fn device(site: &Arc<Site>, machine: &Arc<Machine>, folder: &Path) -> Device {
    device_of(site, machine, folder, site.software())
}

/// The same with other things built in.
pub fn device_of(site: &Arc<Site>, machine: &Arc<Machine>, folder: &Path, software: Software) -> Device {
    let around = Surroundings {
        clock: machine.clone(),
        random: machine.clone(),
        hardware: machine.clone(),
        network: site.clone(),
        pause: Arc::new(|_| {}),
        lang: Lang::En,
    };
    Device::in_surroundings(software, folder, around)
}

/// A product key as a person has it.
pub fn key() -> String {
    key_of(1)
}

/// The product key of a number.
pub fn key_of(seed: u8) -> String {
    ProductKey::mint([seed; 16], FormatVersion::V1, b"a secret for tests only").expose_grouped().to_string()
}
