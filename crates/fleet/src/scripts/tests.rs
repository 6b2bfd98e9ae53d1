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
    assert_eq!(quoted("+1"), "\"'+1\"");
    assert_eq!(quoted("=SUM(A1)\n\"x\""), "\"SUM(A1)\"\"x\"\"\"");
}
