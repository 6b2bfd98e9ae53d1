//! The client of a machine whose purchase got another key: it goes on with the old one, moves at its next refresh, and
//! stops with all the others when the purchase is cancelled; a new machine is told to take the new key.

use perpetua_device::carried::Imported;
use perpetua_device::license::certificate::{ActivationId, KeyId};
use perpetua_device::license::exchange::request::RequestKind;
use perpetua_device::{Allowed, Device, Lang, words};

use crate::common::Demo;
use crate::machine::{Wall, machine};
use crate::seller::Seller;

const FRESH: (&str, Allowed) = ("fresh", Allowed::Full);

fn standing(machine: &Device) -> (&'static str, Allowed) {
    let report = machine.check().unwrap();
    (report.state, report.allowed)
}

/// The key and the activation that the machine's certificate names.
fn certified(machine: &Device) -> (KeyId, ActivationId) {
    let certificate = machine.check().unwrap().certificate.unwrap();
    (certificate.key, certificate.activation)
}

#[test]
fn machines_move_to_the_new_key_at_their_next_refresh_and_new_ones_are_told_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let seller = Seller::of(Demo::start(&folder.path().join("demo")));
    let purchase = seller.buy(5);
    let software = seller.software(&purchase.product);
    let wall = Wall::at(seller.now());
    let machines: Vec<Device> = (0..5).map(|number| machine(&software, &wall, folder.path(), number)).collect();
    let [moves, carried, typed_anew, silent, late] = &machines[..] else { unreachable!() };
    for machine in &machines[..4] {
        assert_eq!(machine.activate(&purchase.key, "hall").unwrap().code, "activated");
    }
    let (old, activation) = certified(moves);

    let new_key = seller.replace_key(&purchase);
    assert_ne!(new_key, purchase.key);
    wall.set(seller.advance("P1D"));
    let list = moves.refresh_list().unwrap();
    assert_eq!(standing(moves), FRESH, "a replaced key stops nobody, with list {list}");
    assert_eq!(moves.ask_status().unwrap().code, "active");

    // At its next refresh a machine moves, over the network and by file.
    assert_eq!(moves.refresh().unwrap().code, "refreshed");
    let (new, same) = certified(moves);
    assert!(new != old && same == activation, "the same activation under the new key");
    let request = carried.request(RequestKind::Refresh, None).unwrap();
    let answer = seller.exchange(Device::request_file(&[request]).unwrap().as_bytes());
    assert!(matches!(carried.import(&answer).unwrap(), Imported::Answer(answered) if answered.code == "refreshed"));
    assert_eq!(certified(carried).0, new);
    assert_eq!(moves.refresh().unwrap().code, "refreshed", "and goes on with what it was given once");

    // Also who is given the new key stays the same machine.
    let (_, activation) = certified(typed_anew);
    assert_eq!(typed_anew.activate(&new_key, "hall").unwrap().code, "activated_again");
    assert_eq!(certified(typed_anew), (new, activation));
    assert_eq!(typed_anew.refresh().unwrap().code, "refreshed");

    // The old key is closed for new machines, and says so.
    let refused = late.activate(&purchase.key, "late").unwrap_err();
    assert_eq!(refused.code(), "key_replaced");
    let sentence = words::error(Lang::En, &refused);
    assert_eq!(sentence, "Another key took the place of this one. New machines need the new key.");
    assert!(words::error(Lang::Cs, &refused).contains("nový klíč"), "{}", words::error(Lang::Cs, &refused));
    assert_eq!(standing(late).0, "not_activated");
    assert_eq!(late.activate(&new_key, "late").unwrap().code, "activated");
    assert_eq!(certified(late).0, new);

    // A cancelled purchase stops those that moved and those that never did.
    seller.cancel(&purchase);
    for machine in [moves, carried, typed_anew, late, silent] {
        assert_eq!(machine.refresh().unwrap_err().code(), "key_cancelled");
        assert_eq!(standing(machine), ("revoked", Allowed::Stopped));
    }
    for key in [&purchase.key, &new_key] {
        let stranger = machine(&software, &wall, folder.path(), 99);
        assert_eq!(stranger.activate(key, "").unwrap_err().code(), "key_cancelled");
    }
    seller.demo.stop();
}
