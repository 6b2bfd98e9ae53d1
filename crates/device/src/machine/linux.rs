//! Parts of a Linux machine, from `/sys`, `/proc` and `/etc`. System UUID and board serial are for root alone, so the
//! software should always ask as the same account.

use std::fs;
use std::path::{Path, PathBuf};

use perpetua_license::machine::PartKind;

/// Reads below `root`, which is `/` outside of tests.
pub fn parts(root: &Path) -> Vec<(PartKind, String)> {
    let text = |path: &str| line(&root.join(path));
    let values = [
        (PartKind::Hardware, text("sys/class/dmi/id/product_uuid")),
        (PartKind::Board, text("sys/class/dmi/id/board_serial")),
        (PartKind::Disk, disk(root)),
        (PartKind::Network, network(root)),
        (PartKind::System, text("etc/machine-id").or_else(|| text("var/lib/dbus/machine-id"))),
        (PartKind::Processor, processor(root)),
    ];
    values.into_iter().filter_map(|(kind, value)| Some((kind, value?))).collect()
}

fn line(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The serial number of the disk on which `/` lies: its partition's folder stands in that of the disk.
fn disk(root: &Path) -> Option<String> {
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).ok()?;
    let number = mounts.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(' ').collect();
        (fields.get(4) == Some(&"/")).then(|| fields[2].to_owned())
    })?;
    let device = fs::canonicalize(root.join("sys/dev/block").join(number)).ok()?;
    let disk: PathBuf = if device.join("partition").exists() { device.parent()?.to_owned() } else { device };
    ["serial", "device/serial", "wwid", "device/wwid"].iter().find_map(|name| line(&disk.join(name)))
}

/// The lowest permanent address of an adapter that is a device, not a bridge or a tunnel.
fn network(root: &Path) -> Option<String> {
    let adapters = fs::read_dir(root.join("sys/class/net")).ok()?;
    let address = |adapter: fs::DirEntry| {
        let path = adapter.path();
        let is_built_in = path.join("device").exists();
        // 0 is an address that came with the adapter; others were made up or set by somebody.
        let is_permanent = line(&path.join("addr_assign_type")).is_some_and(|kind| kind == "0");
        line(&path.join("address")).filter(|_| is_built_in && is_permanent)
    };
    adapters.flatten().filter_map(address).filter(|address| address != "00:00:00:00:00:00").min()
}

/// Name and number of cores.
fn processor(root: &Path) -> Option<String> {
    let text = fs::read_to_string(root.join("proc/cpuinfo")).ok()?;
    let of = |name: &str| {
        let named = text.lines().filter_map(|line| line.split_once(':')).filter(|(found, _)| found.trim() == name);
        named.map(|(_, value)| value.trim().to_owned()).collect::<Vec<_>>()
    };
    let names = of("model name");
    let cores = of("processor").len();
    names.first().map(|name| format!("{cores} x {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn every_part_of_a_machine_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root, "sys/class/dmi/id/product_uuid", "4c4c4544-0031\n");
        write(root, "sys/class/dmi/id/board_serial", "/BRD7/\n");
        write(root, "etc/machine-id", "0f3a\n");
        write(root, "proc/cpuinfo", "processor\t: 0\nmodel name\t: Alpha 9\n\nprocessor\t: 1\nmodel name\t: Alpha 9\n");
        write(root, "proc/self/mountinfo", "22 1 0:5 / /proc rw - proc\n29 1 8:2 / / rw - ext4 /dev/sda2 rw\n");
        write(root, "sys/block/sda/device/serial", "S5GX\n");
        write(root, "sys/block/sda/sda2/partition", "2\n");
        fs::create_dir_all(root.join("sys/dev/block")).unwrap();
        std::os::unix::fs::symlink(root.join("sys/block/sda/sda2"), root.join("sys/dev/block/8:2")).unwrap();
        for (name, address, kind, is_device) in [
            ("eth1", "02:00:00:00:00:09", "0", true),
            ("eth0", "02:00:00:00:00:05", "0", true),
            ("docker0", "02:00:00:00:00:01", "3", false),
            ("wlan0", "02:00:00:00:00:02", "1", true),
        ] {
            write(root, &format!("sys/class/net/{name}/address"), address);
            write(root, &format!("sys/class/net/{name}/addr_assign_type"), kind);
            if is_device {
                write(root, &format!("sys/class/net/{name}/device/uevent"), "");
            }
        }
        let expected = [
            (PartKind::Hardware, "4c4c4544-0031"),
            (PartKind::Board, "/BRD7/"),
            (PartKind::Disk, "S5GX"),
            (PartKind::Network, "02:00:00:00:00:05"),
            (PartKind::System, "0f3a"),
            (PartKind::Processor, "2 x Alpha 9"),
        ];
        assert_eq!(parts(root), expected.map(|(kind, value)| (kind, value.to_owned())));
    }

    #[test]
    fn a_machine_that_tells_nothing_has_no_parts() {
        assert_eq!(parts(tempfile::tempdir().unwrap().path()), []);
    }
}
