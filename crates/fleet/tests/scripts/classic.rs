//! `classic/Move-License.vbs` in the `VBScript` engine of Wine, with objects of its own in place of the service.
//!
//! Where Wine is not installed this is left out, with a line that says so. The engine is not that of Windows: it
//! shows that the script is understood and takes every way, not what the real service answers.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SCRIPT: &str = include_str!("../../src/scripts/templates/classic/Move-License.vbs");
const SERVICE: &str = "Set services = GetObject(\"winmgmts:{impersonationLevel=impersonate}!\\\\.\\root\\cimv2\")";

/// Objects with the members that the script uses; each call is printed, and no argument.
const STUB: &str = r#"
Dim StubProduct, StubInstall, StubNew, StubActivate, StubAfter
Class Product
    Public PartialProductKey
    Public LicenseStatus
    Public Description
    Public Sub Activate()
        WScript.Echo "Activate"
        If StubActivate <> 0 Then Err.Raise StubActivate, "stub", "refused"
        LicenseStatus = StubAfter
        If StubAfter < 0 Then PartialProductKey = ""
    End Sub
    Public Sub UninstallProductKey()
        WScript.Echo "UninstallProductKey"
    End Sub
End Class
Class Service
    Public Sub InstallProductKey(key)
        WScript.Echo "InstallProductKey"
        If StubInstall <> 0 Then Err.Raise StubInstall, "stub", "refused"
        If StubNew <> "" Then StubPut Right(key, 5), 5, StubNew
    End Sub
    Public Sub RefreshLicenseStatus()
    End Sub
End Class
Class Services
    Public Function InstancesOf(name)
        InstancesOf = Array(New Service)
    End Function
    Public Function ExecQuery(text)
        ExecQuery = Array()
        If InStr(text, "PartialProductKey='" & StubProduct.PartialProductKey & "'") > 0 Then ExecQuery = Array(StubProduct)
    End Function
End Class
Sub StubPut(tail, status, text)
    Set StubProduct = New Product
    StubProduct.PartialProductKey = tail
    StubProduct.LicenseStatus = status
    StubProduct.Description = text
End Sub
Sub StubReset()
    StubPut "GGGGG", 1, "Windows(R) Operating System, VOLUME_KMSCLIENT channel"
    StubInstall = 0
    StubNew = "Windows(R) Operating System, VOLUME_MAK channel"
    StubActivate = 0
    StubAfter = 1
End Sub
StubReset
"#;

/// What is different from a client that moves, what the script calls, and how it ends.
const CASES: &[(&str, &str, u32)] = &[
    ("", "InstallProductKey Activate", 0),
    ("StubPut \"MMMMM\", 1, \"VOLUME_MAK channel\"", "", 0),
    ("StubPut \"MMMMM\", 5, \"VOLUME_MAK channel\"", "InstallProductKey Activate", 0),
    ("StubNew = \"\"", "InstallProductKey", 20),
    ("StubNew = \"RETAIL channel\"", "InstallProductKey UninstallProductKey", 20),
    ("StubAfter = 5", "InstallProductKey Activate", 20),
    ("StubAfter = -1", "InstallProductKey Activate", 20),
    ("StubInstall = &HC004E016", "InstallProductKey", 12),
    ("StubActivate = &HC004C020", "InstallProductKey Activate", 10),
    ("StubActivate = &HC004C003", "InstallProductKey Activate", 11),
    ("StubActivate = &HC004F069", "InstallProductKey Activate", 12),
    ("StubActivate = &H80072EE7", "InstallProductKey Activate", 13),
    ("StubActivate = &H800706BA", "InstallProductKey Activate", 13),
    ("StubActivate = &H80070005", "InstallProductKey Activate", 14),
    ("StubActivate = &HC004D302", "InstallProductKey Activate", 3010),
    ("StubActivate = &HC004F074", "InstallProductKey Activate", 1),
];

/// A folder for Wine's own files and the scripts; it is kept, because making it takes the longest.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("classic");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs a script: its lines and its code; `None` without Wine.
fn cscript(text: &str, arguments: &[&str]) -> Option<(Vec<String>, i32)> {
    let folder = folder();
    std::fs::write(folder.join("test.vbs"), text.replace('\n', "\r\n")).unwrap();
    let mut wine = Command::new("wine");
    wine.args(["cscript", "//Nologo", "test.vbs"]).args(arguments).current_dir(&folder);
    wine.env("WINEPREFIX", folder.join("wine")).env("WINEDEBUG", "-all");
    // No questions about parts that are not needed, and an end instead of a debugger.
    wine.env("WINEDLLOVERRIDES", "mscoree,mshtml,winemenubuilder.exe,winedbg.exe=d").env_remove("DISPLAY");
    // Into a file: Wine's services outlive the script and would keep a pipe open.
    let printed = folder.join("printed.txt");
    wine.stdin(Stdio::null()).stdout(File::create(&printed).unwrap()).stderr(Stdio::null());
    let status = match wine.status() {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        status => status.unwrap(),
    };
    let printed = std::fs::read_to_string(printed).unwrap();
    Some((printed.lines().map(|line| line.trim_end().to_owned()).collect(), status.code().unwrap()))
}

/// The script with the stub in place of the service; the declaration has to stay the first statement.
fn whole() -> String {
    assert_eq!(SCRIPT.matches(SERVICE).count(), 1, "the line that gets the service");
    let script = SCRIPT.replace(SERVICE, "Set services = New Services");
    let body = script.replace("Option Explicit\n", "");
    assert_ne!(script, body);
    format!("Option Explicit\n{STUB}{body}")
}

/// Every way through the move itself, in one process: the functions without the lines that call them.
fn moves() -> String {
    let whole = whole();
    let from = whole.find("Dim arguments, key").expect("the lines that call");
    let to = whole.find("Function ReadKey").expect("the functions");
    let mut text = format!("{}Dim name\n{}", &whole[..from], &whole[to..]);
    for (change, ..) in CASES {
        for line in
            ["StubReset", change, "WScript.Echo \"= \" & Move(\"AAAAA-BBBBB-CCCCC-DDDDD-MMMMM\", \"MMMMM\", False)"]
        {
            text += line;
            text.push('\n');
        }
    }
    text += "StubReset\nWScript.Echo \"= \" & Move(\"AAAAA-BBBBB-CCCCC-DDDDD-MMMMM\", \"MMMMM\", True)\n";
    text + "For Each name In Array(\"keys.txt\", \"empty.txt\", \"none.txt\")\nWScript.Echo \"= \" & Len(ReadKey(name))\nNext\n"
}

#[test]
fn the_classic_script_takes_every_way() {
    let folder = folder();
    for (file, text) in
        [("keys.txt", " aaaaa-bbbbb-ccccc-ddddd-mmmmm \r\n"), ("short.txt", "AAAAA\r\n"), ("empty.txt", "")]
    {
        std::fs::write(folder.join(file), text).unwrap();
    }
    let Some((lines, _)) = cscript(&moves(), &[]) else {
        println!("left out: Wine is not installed");
        return;
    };
    let mut found = Vec::new();
    let mut calls = Vec::new();
    for line in lines {
        match line.strip_prefix("= ") {
            Some(code) => found.push((std::mem::take(&mut calls).join(" "), code.to_owned())),
            None => calls.push(line),
        }
    }
    let expected = CASES.iter().map(|(_, calls, code)| ((*calls).to_owned(), code.to_string()));
    let dry_run_and_keys = ["0", "29", "0", "0"].map(|end| (String::new(), end.to_owned()));
    let expected: Vec<_> = expected.chain(dry_run_and_keys).collect();
    assert_eq!(found, expected);

    // The lines that call, each in a process of its own.
    let ends = |arguments: &[&str]| {
        let (lines, code) = cscript(&whole(), arguments).unwrap();
        (lines.join(" "), code)
    };
    assert_eq!(ends(&[]), (String::new(), 16));
    assert_eq!(ends(&["short.txt"]), (String::new(), 16));
    assert_eq!(ends(&["keys.txt", "/DryRun"]), (String::new(), 0));
}
