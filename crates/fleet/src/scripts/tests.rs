//! Scripts parse, agree with the tables in this crate, and never carry or print a key.

use tree_sitter::{Node, Parser};

use super::*;
use crate::exit_code::ExitCode;

/// Places that PowerShell's grammar does not accept.
fn errors(text: &str) -> Vec<String> {
    fn walk(node: Node<'_>, found: &mut Vec<String>) {
        if node.is_error() || node.is_missing() {
            found.push(format!("line {}", node.start_position().row + 1));
        }
        for at in 0..node.child_count() {
            if let Some(child) = node.child(u32::try_from(at).unwrap()) {
                walk(child, found);
            }
        }
    }
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    let mut found = Vec::new();
    walk(parser.parse(text, None).unwrap().root_node(), &mut found);
    found
}

fn template(path: &str) -> &'static str {
    TEMPLATES.iter().find(|(known, _)| *known == path).unwrap().1
}

#[test]
fn every_powershell_script_is_accepted_by_the_grammar() {
    for (path, text) in TEMPLATES.iter().filter(|(path, _)| path.contains(".ps1")) {
        assert_eq!(errors(text), Vec::<String>::new(), "{path}");
    }
    assert!(!errors("if ($a { }").is_empty());
}

#[test]
fn no_script_puts_a_key_on_a_command_line_or_rearms() {
    for (path, text) in TEMPLATES {
        let code: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with(['#', '\'']) && !line.trim_start().starts_with("rem "))
            .collect();
        let lower = code.to_lowercase();
        for word in ["/ipk", "/inpkey", " -key $", "rearm'", "write-host $key", "write-output $key", "/upk"] {
            assert!(!lower.contains(word), "{path}: {word}");
        }
    }
}

#[test]
fn the_documented_exit_codes_are_those_of_the_script() {
    let text = template("Move-License.ps1");
    for code in ExitCode::ALL {
        let number = code.number();
        let is_there = text.contains(&format!("{number} ")) || text.contains(&format!(" {number},"));
        assert!(is_there, "{number}");
    }
}

#[test]
fn names_that_a_shell_or_a_spreadsheet_would_act_on_are_left_out() {
    for good in ["WS-1", "srv01.corp.example", "PRAHA_7", "192.0.2.1"] {
        assert!(is_name(good), "{good}");
    }
    for bad in ["", "-rf", "=cmd()", "a b", "a\"b", "a;b", "$(x)", "{{ x }}", "a\nb"] {
        assert!(!is_name(bad), "{bad}");
    }
    assert_eq!(label(" +1"), "'+1");
    assert_eq!(label("=SUM(A1)\n\"x\" "), "SUM(A1)\"x\"");
}

#[test]
fn scripts_end_with_the_same_codes_as_the_table() {
    use crate::error_code::{Meaning, codes, exit_code};
    let (modern, classic) = (template("Move-License.ps1"), template("classic/Move-License.vbs"));
    for code in
        Meaning::ALL.iter().filter(|meaning| **meaning != Meaning::Information).flat_map(|meaning| codes(*meaning))
    {
        let number = exit_code(code).number();
        let hex = format!("{code:08X}");
        let line = classic.lines().find(|line| line.contains(&format!("\"{hex}\"")));
        let by_classic = line.map_or(1, |line| line.rsplit(' ').next().unwrap().parse().unwrap());
        assert_eq!(by_classic, number, "{hex}");
        let is_named = |line: &&str| {
            let ends = ["08", "20", "21"].map(|tail| format!("C004C0{tail}"));
            line.contains(&format!("^0x{hex}$"))
                || (line.contains("(08|20|21)") && ends.contains(&hex))
                || (line.contains("'^0x80072'") && hex.starts_with("80072"))
        };
        let line = modern.lines().find(is_named);
        let by_modern =
            line.map_or(1, |line| line.trim_end_matches([' ', '}']).rsplit(' ').next().unwrap().parse().unwrap());
        assert_eq!(by_modern, number, "{hex}");
    }
}
