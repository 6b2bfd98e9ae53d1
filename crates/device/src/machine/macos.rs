//! Parts of a Mac, from programs that every one has.

use perpetua_license::machine::PartKind;

use super::printed;

/// Platform UUID, serial number, address of the first adapter, volume group, processor.
pub fn parts() -> Vec<(PartKind, String)> {
    let platform = printed("/usr/sbin/ioreg", &["-rd1", "-c", "IOPlatformExpertDevice"]).unwrap_or_default();
    let volume = printed("/usr/sbin/diskutil", &["info", "/"]).unwrap_or_default();
    let adapter = printed("/sbin/ifconfig", &["en0"]).unwrap_or_default();
    let processor = printed("/usr/sbin/sysctl", &["-n", "machdep.cpu.brand_string", "hw.ncpu"]).unwrap_or_default();
    read(&platform, &volume, &adapter, &processor)
}

fn read(platform: &str, volume: &str, adapter: &str, processor: &str) -> Vec<(PartKind, String)> {
    let quoted = |name: &str| {
        let line = platform.lines().find(|line| line.contains(&format!("\"{name}\"")))?;
        line.split('"').nth(3).map(str::to_owned)
    };
    let group = volume.lines().filter_map(|line| line.split_once("Volume UUID:")).map(|(_, id)| id.trim().to_owned());
    let ether = adapter.lines().filter_map(|line| line.trim().strip_prefix("ether ")).map(|at| at.trim().to_owned());
    let cores = processor.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" x ");
    let values = [
        (PartKind::Hardware, quoted("IOPlatformUUID")),
        (PartKind::Board, quoted("IOPlatformSerialNumber")),
        (PartKind::Network, ether.into_iter().next()),
        (PartKind::System, group.into_iter().next()),
        (PartKind::Processor, Some(cores).filter(|cores| !cores.is_empty())),
    ];
    values.into_iter().filter_map(|(kind, value)| Some((kind, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_programs_print_is_read() {
        let platform = "    \"IOPlatformUUID\" = \"7A1B-22\"\n    \"IOPlatformSerialNumber\" = \"C02XK\"\n";
        let volume = "   Volume Name:  System\n   Volume UUID:              5C9E-01\n";
        let adapter = "en0: flags=8863<UP>\n\tether 02:00:00:00:00:07 \n";
        let parts = read(platform, volume, adapter, "Alpha 9\n8\n");
        let values: Vec<&str> = parts.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["7A1B-22", "C02XK", "02:00:00:00:00:07", "5C9E-01", "Alpha 9 x 8"]);
        assert_eq!(read("", "", "", ""), []);
    }
}
