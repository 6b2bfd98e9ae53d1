//! Activations survive `kill -9` (I3): a certificate that a machine got is counted, and no machine counts twice,
//! also when its answer was lost and it asks again.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};

use diesel::prelude::*;
use perpetua_app::backup;
use perpetua_app::clock::{Clock as _, SystemClock};
use perpetua_license::chain::Trust;
use perpetua_license::exchange::request::{RequestKind, SignedRequest};
use perpetua_license::exchange::seal::InstallationPublic;
use perpetua_license::key::TypedKey;
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;
use perpetua_license::signing::PublicKey;
use perpetua_store::schema::{machine, product_key};
use perpetua_store::{DatabaseUrl, Options, Store, StoreError, settings};
use perpetua_test_support::device::Device;
use perpetua_test_support::{Engine, TestApp};

use crate::process::{Process, believed, post};
use crate::{Dice, SENT_MAX, wait_for_a_random_moment};

/// How often the program is killed.
const KILLS: u64 = 12;
/// Sites that ask at the same time.
const SITES: u64 = 6;

/// What a machine knows of the installation before it asks.
struct Place {
    key: TypedKey,
    installation: InstallationPublic,
    root: PublicKey,
    database: String,
}

/// An installation that sold one key, in a file that a served program opens.
async fn given_installation(folder: &Path) -> Place {
    let test = TestApp::start(Engine::Sqlite).await.unwrap();
    for clock in [&test.clock, &test.real_clock] {
        clock.set(SystemClock.now());
    }
    let licensed = test.licensed(1_000).await;
    let keys = test.app.activation.keys.get(&test.app).await.unwrap();
    let file = folder.join("backup");
    backup::create(&test.app, &file).await.unwrap();
    let database = format!("sqlite:{}", folder.join("perpetua.db").display());
    let store = Store::open(&database.parse::<DatabaseUrl>().unwrap(), Options::default()).unwrap();
    backup::restore(&store, &file).await.unwrap();
    // Nothing was revoked in between, as the operator says after a restore.
    store.write((), |conn, ()| settings::set(conn, "reveals_held", "false")).await.unwrap();
    Place { key: licensed.key.clone(), installation: keys.installation(), root: keys.root(), database }
}

/// Machines of one place that activate one after the other.
struct Site {
    next_seed: u64,
    /// The machine whose answer never came.
    unanswered: Option<(Device, SignedRequest)>,
    activated: Vec<Device>,
}

impl Site {
    /// Activates machines until the program is gone. Each request is announced just before it is sent.
    fn storm(&mut self, place: &Place, (address, trust): (&str, &Trust), announce: &Sender<()>) -> std::io::Result<()> {
        for _ in 0..SENT_MAX {
            let (device, request) = self.unanswered.take().unwrap_or_else(|| {
                self.next_seed += 1;
                let device = Device::new(self.next_seed);
                let request = ask(&device, place, RequestKind::Activate);
                (device, request)
            });
            let _ = announce.send(());
            self.send(place, (address, trust), device, request)?;
        }
        Ok(())
    }

    fn send(
        &mut self,
        place: &Place,
        (address, trust): (&str, &Trust),
        mut device: Device,
        request: SignedRequest,
    ) -> std::io::Result<()> {
        match post(address, "/activation/v1/activate", request.as_bytes()) {
            Ok((_, body)) => {
                let answer = believed(&mut device, trust, &request, &body);
                assert!(matches!(answer, Answer::Activated | Answer::ActivatedAgain), "{answer:?}");
                self.activated.push(device);
                Ok(())
            }
            Err(gone) => {
                // Every second machine has forgotten its request and makes a new one.
                let request =
                    if self.next_seed.is_multiple_of(2) { ask(&device, place, RequestKind::Activate) } else { request };
                self.unanswered = Some((device, request));
                Err(gone)
            }
        }
    }
}

fn ask(device: &Device, place: &Place, kind: RequestKind) -> SignedRequest {
    device.request(kind, &place.key, &place.installation, Moment::from_unix(SystemClock.now().as_second()))
}

fn served(place: &Place, folder: &Path) -> (Process, Trust) {
    let process = Process::start(&place.database, folder);
    let trust = Trust::in_root(place.root).follow_file(&process.get("/activation/v1/chain")).unwrap();
    (process, trust)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_certificate_that_a_machine_got_is_counted_once_after_twelve_kills() {
    let folder = tempfile::tempdir().unwrap();
    let place = given_installation(folder.path()).await;
    let site = |number| Site { next_seed: number * 100_000, unanswered: None, activated: Vec::new() };
    let mut sites: Vec<Site> = (0..SITES).map(site).collect();
    let mut dice = Dice(2);
    tokio::task::block_in_place(|| {
        for _ in 0..KILLS {
            let (process, trust) = served(&place, folder.path());
            let (announce, announced) = channel();
            std::thread::scope(|scope| {
                for site in &mut sites {
                    let (place, trust, announce, address) = (&place, &trust, announce.clone(), process.address.clone());
                    scope.spawn(move || {
                        // The connection that breaks is the end of this life, not a failure.
                        let _ = site.storm(place, (&address, trust), &announce);
                    });
                }
                drop(announce);
                wait_for_a_random_moment(&announced, &mut dice);
                drop(process);
            });
        }
        let lost = sites.iter().filter(|site| site.unanswered.is_some()).count();
        assert!(lost > 0, "the last blow fell into the storm");
        settle(&place, folder.path(), &mut sites);
    });
    let activated: Vec<&Device> = sites.iter().flat_map(|site| &site.activated).collect();
    assert!(activated.len() > usize::try_from(KILLS).unwrap(), "only {} machines in the storm", activated.len());
    let ids: BTreeSet<[u8; 16]> = activated.iter().map(|device| device.activation.unwrap().0).collect();
    assert_eq!(ids.len(), activated.len(), "two machines with one activation");
    let (counted, used, stored) = counted(&place).await;
    assert_eq!(ids, stored, "certificates and machines");
    assert_eq!((counted, used), (activated.len(), i64::try_from(activated.len()).unwrap()));
}

/// Sends what stayed unanswered once more, and lets each machine ask how it stands.
fn settle(place: &Place, folder: &Path, sites: &mut [Site]) {
    let (process, trust) = served(place, folder);
    for site in sites {
        if let Some((device, request)) = site.unanswered.take() {
            site.send(place, (&process.address, &trust), device, request).unwrap();
        }
        for device in &mut site.activated {
            let request = ask(device, place, RequestKind::Status);
            let (_, body) = post(&process.address, "/activation/v1/status", request.as_bytes()).unwrap();
            assert_eq!(believed(device, &trust, &request, &body), Answer::Active, "{}", device.name);
        }
    }
}

/// Different machine keys that count, what the key's row says, and the activations.
async fn counted(place: &Place) -> (usize, i64, BTreeSet<[u8; 16]>) {
    let store = Store::open(&place.database.parse::<DatabaseUrl>().unwrap(), Options::default()).unwrap();
    let read = store.read(|conn| {
        let rows: Vec<(Vec<u8>, perpetua_store::Id<perpetua_domain::id::MachineId>)> = machine::table
            .filter(machine::state.eq("active"))
            .select((machine::machine_key, machine::id))
            .load(conn)?;
        let used: i64 = product_key::table.select(product_key::activation_used).first(conn)?;
        Ok::<_, StoreError>((rows, used))
    });
    let (rows, used) = read.await.unwrap();
    let keys: BTreeSet<&Vec<u8>> = rows.iter().map(|(key, _)| key).collect();
    (keys.len(), used, rows.iter().map(|(_, id)| id.0.uuid().into_bytes()).collect())
}
