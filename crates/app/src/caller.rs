//! Who asks, and what one operation needs besides its input.

use jiff::Timestamp;
use perpetua_domain::access::{AppRights, Role, TenantKind};
use perpetua_domain::id::{AppId, PersonId, SessionId, TenantId};
use perpetua_i18n::Lang;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Where a request came from and how it is found in the log again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The id that stands in the log and on every error page.
    pub request_id: String,
    /// The caller's network address, as text.
    pub network: String,
    /// What the browser or program calls itself, cut to 200 characters.
    pub agent: String,
    /// The language of messages.
    pub lang: Lang,
    /// What a program that calls the REST interface brought along; `None` for browsers.
    pub wire: Option<Wire>,
}

/// What a call of the REST interface carries beside its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// Joins the calls of one task in the caller's logs and ours (`MS-CorrelationId`).
    pub correlation: Uuid,
    /// Makes a write count once (`MS-RequestId`); `None` for reads.
    pub claim: Option<Claim>,
}

/// The right to be the one call that has an effect; taken in the transaction of the effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Hash of tenant, caller, method, path and request id.
    pub key: [u8; 32],
    /// Tells this call from its copies.
    pub nonce: Uuid,
    /// Hash of the body: the same id with another body is refused.
    pub body_hash: [u8; 32],
}

/// The program through which somebody calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallingApp {
    /// The registered program.
    pub id: AppId,
    /// What it is called.
    pub name: String,
    /// What it may do when it calls without a person; `None` when a person signed in through it, whose
    /// own roles count then.
    pub alone: Option<AppRights>,
}

impl Origin {
    /// The network of the address, /24 or /48: enough to recognise an office, less than a person (M12). Empty when
    /// the address is not known.
    pub fn network_block(&self) -> String {
        match self.network.parse() {
            Ok(std::net::IpAddr::V4(v4)) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            Ok(std::net::IpAddr::V6(v6)) => {
                let [a, b, c, ..] = v6.segments();
                format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
            }
            Err(_) => String::new(),
        }
    }

    /// By what attempts are limited and counted: the address, of IPv6 the /64 in which a household or a machine has
    /// as many addresses as it likes. The text as it is when it is no address.
    pub fn source(&self) -> String {
        match self.network.parse::<std::net::IpAddr>().map(|address| address.to_canonical()) {
            Ok(std::net::IpAddr::V6(v6)) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{}/64", std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            Ok(address) => address.to_string(),
            Err(_) => self.network.clone(),
        }
    }

    /// SHA-256 of [`Origin::source`]: counts name no address.
    pub fn source_hash(&self) -> Vec<u8> {
        Sha256::digest(self.source().as_bytes()).to_vec()
    }

    /// The program's own work; `work` names it in records and log.
    pub fn program(work: &str) -> Self {
        Self {
            request_id: work.to_owned(),
            network: String::new(),
            agent: "perpetua".to_owned(),
            lang: Lang::En,
            wire: None,
        }
    }
}

/// A known caller: a person acting for one tenant. Roles are read per request, never from a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The tenant for which they act.
    pub tenant: TenantId,
    /// That tenant's kind.
    pub kind: TenantKind,
    /// That tenant's name.
    pub tenant_name: String,
    /// The roles that they hold there now.
    pub roles: Vec<Role>,
    /// The signed-in browser, when there is one.
    pub session: Option<SessionId>,
    /// When they last proved who they are, in real time; key pages ask for one hour at most.
    pub proved_at: Timestamp,
    /// The program through which they call the REST interface; `person` is then who signed in, or who
    /// registered the program.
    pub app: Option<CallingApp>,
    /// Where the request came from.
    pub origin: Origin,
}

/// Randomness for one write: the same ids come out each time the closure runs.
#[derive(Debug, Clone)]
pub struct IdSeed {
    at: Timestamp,
    random: [u8; 32],
}

impl IdSeed {
    /// A seed from an instant and random bytes.
    pub const fn new(at: Timestamp, random: [u8; 32]) -> Self {
        Self { at, random }
    }

    /// Starts the sequence of ids from its beginning.
    pub const fn ids(&self) -> Ids<'_> {
        Ids { seed: self, next: 0 }
    }
}

/// Ids of one run of a write, each used once.
#[derive(Debug)]
pub struct Ids<'s> {
    seed: &'s IdSeed,
    next: u64,
}

impl Ids<'_> {
    /// The next 32 bytes that nobody can foretell.
    pub fn bytes(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed.random);
        hash.update(self.next.to_be_bytes());
        self.next += 1;
        hash.finalize().into()
    }

    /// The next id, a `UUIDv7` of the seed's instant.
    #[expect(
        clippy::should_implement_trait,
        reason = "the caller chooses the id's type, which an iterator cannot offer"
    )]
    pub fn next<T: From<Uuid>>(&mut self) -> T {
        let bytes = self.bytes();
        let mut random = [0; 10];
        random.copy_from_slice(&bytes[..10]);
        let millis = u64::try_from(self.seed.at.as_millisecond()).unwrap_or(0);
        T::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

/// Everything that a write needs besides its own input, made before its closure starts.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// Business time: orders, windows, audit.
    pub now: Timestamp,
    /// Real time: sessions, tokens, lock-outs.
    pub real_now: Timestamp,
    /// Ids for the rows of this write.
    pub seed: IdSeed,
    /// Who asks.
    pub caller: Caller,
}

/// Everything that a write by somebody without an account needs, such as the use of a download link.
#[derive(Debug, Clone)]
pub struct Guest {
    /// Business time.
    pub now: Timestamp,
    /// Real time.
    pub real_now: Timestamp,
    /// Ids for the rows of this write.
    pub seed: IdSeed,
    /// Where the request came from.
    pub origin: Origin,
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn a_use_names_the_network_and_not_the_machine() {
        let block = |network: &str| Origin { network: network.to_owned(), ..Origin::program("test") }.network_block();
        assert_eq!(block("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(block("2001:db8:1:2::9"), "2001:db8:1::/48");
        assert_eq!(block("unknown"), "");
    }

    #[test]
    fn attempts_are_counted_by_address_and_by_the_64_of_ipv6() {
        let source = |network: &str| Origin { network: network.to_owned(), ..Origin::program("test") }.source();
        assert_eq!(source("192.0.2.77"), "192.0.2.77");
        assert_eq!(source("::ffff:192.0.2.77"), "192.0.2.77");
        assert_eq!(source("2001:db8:1:2::9"), "2001:db8:1:2::/64");
        assert_eq!(source("2001:db8:1:2:ffff::1"), source("2001:db8:1:2::9"));
        assert_ne!(source("2001:db8:1:3::9"), source("2001:db8:1:2::9"));
        assert_eq!(source("unknown"), "unknown");
    }
}
