//! Lines between reports that tell whose report comes next: decorated names and repeated commands.

/// The machine that a line announces, such as `=== WS-0417 ===` or `cscript slmgr.vbs WS-0417 /dlv`.
pub fn machine(line: &str) -> Option<&str> {
    let line = line.trim();
    decorated(line).or_else(|| of_command(line))
}

/// The machine and the byte where JSON begins, in `ws-1 | SUCCESS => {` as Ansible prints it.
pub fn before_json(line: &str) -> Option<(&str, usize)> {
    let (head, _) = line.split_once("=> {")?;
    let name = head.split('|').next()?.trim().trim_start_matches("ok: [").trim_end_matches(']');
    is_name(name).then_some((name, head.len() + 3))
}

/// Whether a line is a command that somebody typed, whose words are no values.
pub fn is_command(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    (lower.contains("slmgr.vbs") || lower.contains("ospp.vbs") || lower.contains("slmgr /"))
        && lower.contains(['/', '-'])
}

fn decorated(line: &str) -> Option<&str> {
    const SIGNS: [char; 5] = ['=', '#', '*', '+', '~'];
    let decoration = line.len() - line.trim_start_matches(SIGNS).len();
    Some(line.trim_matches(SIGNS).trim()).filter(|name| decoration >= 2 && is_name(name))
}

fn of_command(line: &str) -> Option<&str> {
    if !is_command(line) {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let slmgr = lower.find("slmgr.vbs").map(|at| (at + "slmgr.vbs".len(), false));
    let (after, is_ospp) = slmgr.or_else(|| lower.find("ospp.vbs").map(|at| (at + "ospp.vbs".len(), true)))?;
    let mut words = line.get(after..)?.split([' ', '"']).filter(|word| !word.is_empty());
    let word = if is_ospp { words.nth(1) } else { words.next() };
    word.filter(|word| is_name(word))
}

/// A host name or address, and no option.
pub fn is_name(text: &str) -> bool {
    (2..=253).contains(&text.len())
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '.' | '_'))
        && text.starts_with(char::is_alphanumeric)
        && text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decorated_names_and_commands_announce_machines() {
        let check = |line: &str, name: Option<&str>| assert_eq!(machine(line), name, "{line}");
        check("===== WS-0417 =====", Some("WS-0417"));
        check("### srv01.corp.example", Some("srv01.corp.example"));
        check("C:\\>cscript //Nologo C:\\Windows\\System32\\slmgr.vbs WS-0417 /dlv", Some("WS-0417"));
        check("cscript slmgr.vbs /dlv", None);
        check("cscript //Nologo \"C:\\Program Files\\ospp.vbs\" /dstatus WS-0417", Some("WS-0417"));
        assert_eq!(before_json("ws-1 | SUCCESS => {"), Some(("ws-1", 18)));
        assert_eq!(before_json("ok: [ws-1] => {"), Some(("ws-1", 14)));
        assert_eq!(before_json("x => y"), None);
        check("=== two words ===", None);
        check("-----------", None);
        check("Name: x", None);
    }
}
