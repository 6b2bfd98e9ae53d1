//! Parts of a Windows machine, from one look at CIM and the registry by the shell that every one has. Decides by
//! numbers and names of classes, never by translated text.

use perpetua_license::machine::PartKind;

use super::printed;

/// Prints one `name=value` per line; what cannot be read prints nothing after its sign.
const SCRIPT: &str = "\
$ErrorActionPreference='SilentlyContinue';\
$s=Get-CimInstance Win32_ComputerSystemProduct;\"hardware=$($s.UUID)\";\
$b=Get-CimInstance Win32_BaseBoard;\"board=$($b.SerialNumber)\";\
$p=Get-Partition -DriveLetter $env:SystemDrive[0];$d=Get-Disk -Number $p.DiskNumber;\"disk=$($d.SerialNumber)\";\
$n=Get-NetAdapter -Physical|Sort-Object PermanentAddress|Select-Object -First 1;\"network=$($n.PermanentAddress)\";\
\"system=$((Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Cryptography').MachineGuid)\";\
$c=@(Get-CimInstance Win32_Processor);\"processor=$($c[0].NumberOfCores) x $($c[0].Name)\"";

/// What the script prints.
pub fn parts() -> Vec<(PartKind, String)> {
    let printed = printed("powershell.exe", &["-NoProfile", "-NonInteractive", "-Command", SCRIPT]);
    read(&printed.unwrap_or_default())
}

fn read(text: &str) -> Vec<(PartKind, String)> {
    let kind = |name: &str| match name {
        "hardware" => Some(PartKind::Hardware),
        "board" => Some(PartKind::Board),
        "disk" => Some(PartKind::Disk),
        "network" => Some(PartKind::Network),
        "system" => Some(PartKind::System),
        "processor" => Some(PartKind::Processor),
        _ => None,
    };
    let part = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let value = value.trim();
        Some((kind(name.trim())?, value.to_owned())).filter(|_| !value.is_empty())
    };
    text.lines().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_shell_prints_is_read() {
        let parts = read("hardware=4C4C-01\r\nboard=\r\nsystem=0f3a=b\r\nother=1\r\nprocessor=8 x Alpha 9\r\n");
        let expected =
            [(PartKind::Hardware, "4C4C-01"), (PartKind::System, "0f3a=b"), (PartKind::Processor, "8 x Alpha 9")];
        assert_eq!(parts, expected.map(|(kind, value)| (kind, value.to_owned())));
    }
}
