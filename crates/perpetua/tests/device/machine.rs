//! Machines of a test: parts of their own, one clock for all, and the network of this computer.

use std::path::Path;
use std::sync::{Arc, Mutex};

use perpetua_device::license::machine::PartKind;
use perpetua_device::license::moment::Moment;
use perpetua_device::network::Web;
use perpetua_device::surroundings::{Clock, Hardware, System};
use perpetua_device::{Device, Lang, Software, Surroundings};

/// The clock of all machines, which follows the demo's.
pub struct Wall(Mutex<Moment>);

impl Wall {
    pub fn at(now: Moment) -> Arc<Self> {
        Arc::new(Self(Mutex::new(now)))
    }

    pub fn set(&self, now: Moment) {
        *self.0.lock().unwrap() = now;
    }
}

impl Clock for Wall {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap()
    }
}

/// The parts of a machine of a number.
struct Parts(u64);

impl Hardware for Parts {
    fn parts(&self) -> Vec<(PartKind, String)> {
        let part = |kind: PartKind| (kind, format!("part {} of machine {}", kind.number(), self.0));
        [PartKind::Hardware, PartKind::Board, PartKind::Disk, PartKind::Network, PartKind::System].map(part).to_vec()
    }
}

/// A machine with a state folder of its own.
pub fn machine(software: &Software, wall: &Arc<Wall>, folder: &Path, number: u64) -> Device {
    let around = Surroundings {
        clock: wall.clone(),
        random: Arc::new(System),
        hardware: Arc::new(Parts(number)),
        network: Arc::new(Web::new(software, Lang::En).unwrap()),
        pause: Arc::new(|_| {}),
        lang: Lang::En,
    };
    Device::in_surroundings(software.clone(), &folder.join(format!("machine {number}")), around)
}
