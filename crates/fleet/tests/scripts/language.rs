//! The evaluator does what PowerShell documents, and refuses what it does not know.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::host::{Seen, run};
use crate::machine::Machine;

fn printed(text: &str) -> (Vec<String>, i32) {
    let mut machine = Machine::new("WS-1");
    machine.write("C:\\Work\\test.ps1", text);
    run(&Rc::new(RefCell::new(machine)), &Seen::default(), "C:\\Work\\test.ps1", Vec::new())
}

/// Scripts beside the lines that Windows PowerShell prints for them, joined by a bar.
const SAMPLES: &[(&str, &str)] = &[
    ("'It''s'; \"a`tb\".Length", "refused"),
    ("$a = 'b'; \"<$a> $(1 + 1) ${env:ProgramFiles(x86)} `$a\"", "<b> 2 C:\\Program Files (x86) $a"),
    // A function gives all that it emits, arrays unrolled by one level; a comma in front keeps them.
    ("function F { 1; , @(2, 3) }\n@(F).Count", "2"),
    ("function F { $a = @(, @('x', 'y')); return $a }\n(F)[0]", "x"),
    ("function F { $a = @(, @('x', 'y')); return , $a }\nforeach ($p in (F)) { $p[1] }", "y"),
    ("function F { return @() }\n@(F).Count", "0"),
    // Writes stay inside of a function, reads look outwards, in the order of the calls.
    ("$a = 1; function F { $a = 2; G }\nfunction G { $a }\nF; $a", "2|1"),
    ("'ABC' -eq 'abc'; 1 -eq '1'; $null -eq ''", "True|True|False"),
    ("(-1073430496 -band 0xFFFF0000) -eq 0xC0040000; '0x{0:X8}' -f -1073430496", "True|0xC004C020"),
    ("if ('x 0xC004f050 y' -match '0x[0-9a-f]{8}') { $matches[0] }", "0xC004f050"),
    ("'a\u{2013}b' -replace '[\\u2010-\\u2015]', '-' -replace '\\s', ''", "a-b"),
    ("(\"a`r`nb`nc\" -split \"`r?`n\") -join '+'", "a+b+c"),
    ("switch -Regex ('abc') { '^a' { 1 }\n 'c$' { 2 }\n default { 3 } }", "1|2"),
    ("switch -Regex ('x') { '^a' { 1 }\n default { 3 } }", "3"),
    ("try { throw 'no' } catch { $_.Exception.Message }", "no"),
    ("try { try { throw 'no' } catch { throw } } catch { 'again ' + $_.Exception.Message }", "again no"),
    ("try { $x = $null; $x.Trim() } catch { 'caught' } finally { 'last' }", "caught|last"),
    ("$h = @{ a = @(1); b = @() }; $h.a.Count; $h['B'].Count", "1|0"),
    ("$a = @(1, 2, 3); $a[-1]; $a[0..1] -join ','; $a[7] -eq $null", "3|1,2|True"),
    ("[int]2.5; 10 / 4 -gt 2", "refused"),
    ("@('a', 'B') -contains 'b'; @(1, 2 | Where-Object { $_ -gt 1 }) -join ','", "True|2"),
    ("for ($i = 0; $i -lt 3; $i += 2) { $i }", "0|2"),
    // What differs between versions, or would be guessed.
    ("foreach ($x in $null) { 1 }", "refused"),
    ("$null | ForEach-Object { 1 }", "refused"),
    ("'one'.Count", "refused"),
    ("Write-Output [bool]0", "refused"),
    ("$unknown", "refused"),
    ("Get-Process", "refused"),
    ("[IO.Path]::GetTempPath()", "refused"),
    ("while ($true) { break }", "refused"),
    ("1 -shl 2", "refused"),
];

#[test]
fn samples_print_what_powershell_prints_or_are_refused() {
    for (text, expected) in SAMPLES {
        let found = catch_unwind(AssertUnwindSafe(|| printed(text).0.join("|")));
        assert_eq!(found.unwrap_or_else(|_| "refused".to_owned()), *expected, "{text}");
    }
}

#[test]
fn a_script_ends_with_its_code_or_with_one() {
    assert_eq!(printed("exit 3010"), (Vec::new(), 3010));
    assert_eq!(printed("throw 'no'").1, 1);
    assert_eq!(printed("param([ValidateSet('A')] [string] $P = 'A')\n$P"), (vec!["A".to_owned()], 0));
}
