//! Text of `slmgr.vbs` in its forms and languages, composed after the facts about it.

use crate::{check, lines, read_file, read_text, received_at};
use perpetua_fleet::read::{Input, Options, read};

const DLV: &str = "Software licensing service version: 10.0.22621.3235

Name: Windows(R), Enterprise edition
Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel
Activation ID: 11111111-2222-4333-8444-555555555501
Application ID: 55c92734-d682-4d71-983e-d6ec3f16059f
Extended PID: 03612-00000-000-000000-03-1033-22631.0000-1502024
Product Key Channel: Volume:GVLK
Installation ID: 526018415908360166136186091639099640308244628194282199345181905
Partial Product Key: FKE01
License Status: Licensed
Volume activation expiration: 201310 minute(s) (140 day(s))
Remaining Windows rearm count: 1001
Remaining SKU rearm count: 1001
Trusted time: 3/14/2026 9:41:07 AM
Configured Activation Type: All

Most recent activation information:
Key Management Service client information
    Client Machine ID (CMID): AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeee0001
    KMS machine name from DNS: kms01.corp.example:1688
    KMS machine IP address: 192.0.2.10
    KMS machine extended PID: 06401-00206-000-000000-03-1033-17763.0000-0102025
    Activation interval: 120 minutes
    Renewal interval: 10080 minutes
    KMS host caching is enabled
";

#[test]
fn the_detailed_form_of_a_client_is_read_with_its_host_block() {
    let reading = read_text("WS-0417.txt", DLV);
    assert_eq!(
        lines(&reading),
        ["WS-0417 slmgr | windows kms_client FKE01 licensed 201310 ? host_from_file_name time_ambiguous"]
    );
    let record = &reading.records[0];
    assert_eq!(record.service.cmid.as_deref(), Some("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeee0001"));
    assert_eq!(record.host.os_build, Some(22621));
    assert_eq!(record.collected_at, "2026-03-14T09:41:07Z".parse().unwrap());
    let product = &record.products[0];
    assert_eq!(product.kms_host.as_deref(), Some("kms01.corp.example:1688"));
    assert_eq!((product.activation_interval_min, product.renewal_interval_min), (Some(120), Some(10_080)));
    assert_eq!(product.activation_type, Some(2));
    assert_eq!(product.rearms_left, Some(1001));
}

#[test]
fn the_older_form_has_no_channel_line_and_no_heading_over_the_host_block() {
    check(
        "inventory.txt",
        "Host: OLD-7\nSoftware licensing service version: 6.1.7601.17514\n\nName: Windows(R) 7, Enterprise edition\n\
         Description: Windows Operating System - Windows(R) 7, VOLUME_KMSCLIENT channel\nPartial Product Key: FKE09\n\
         License Status: Licensed\nVolume activation expiration: 243720 minute(s) (169 day(s))\n\n\
         Key Management Service client information\n    Client Machine ID (CMID): aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeee0009\n\
         \x20   KMS machine name from DNS: kms01.corp.example:1688\n    Renewal interval: 10080 minutes\n",
        &["OLD-7 slmgr | windows kms_client FKE09 licensed 243720 ? time_unknown"],
    );
}

#[test]
fn the_short_form_of_multiple_activation_is_read() {
    check(
        "inventory.txt",
        "=== SRV-01 ===\nName: Windows(R), ServerStandard edition\nDescription: Windows(R) Operating System, VOLUME_MAK channel\n\
         Partial Product Key: FKE02\nLicense Status: Licensed\n",
        &["SRV-01 slmgr | windows mak FKE02 licensed - ? time_unknown"],
    );
}

#[test]
fn each_sentence_of_xpr_is_a_state_with_its_date() {
    let check_one = |sentence: &str, expected: &str| {
        let text = format!("Host: WS-1\n\nWindows(R), Enterprise edition:\n    {sentence}\n");
        let doubts = if sentence.contains("2026") { "time_unknown time_ambiguous" } else { "time_unknown" };
        let channel = if expected.contains("windows unknown") { " channel_unknown" } else { "" };
        check("inventory.txt", &text, &[&format!("WS-1 slmgr_xpr | {expected} ? {doubts}{channel}")]);
    };
    check_one("Unlicensed", "windows unknown - unlicensed -");
    check_one("Volume activation will expire 8/20/2026 9:00:00 AM", "windows kms_client - licensed 227580");
    check_one("Timebased activation will expire 8/20/2026 9:00:00 AM", "windows time_based - licensed 227580");
    check_one("Automatic VM activation will expire 20.3.2026 8:00:00", "windows avma - licensed 7200");
    check_one("The machine is permanently activated.", "windows unknown - licensed 0");
    check_one("Initial grace period ends 20.3.2026 8:00:00", "windows unknown - initial_grace 7200");
    check_one("Additional grace period ends 20.3.2026 8:00:00", "windows unknown - additional_grace 7200");
    check_one("Non-genuine grace period ends 20.3.2026 8:00:00", "windows unknown - non_genuine_grace 7200");
    check_one("Windows is in Notification mode", "windows unknown - notification -");
    check_one("Extended grace period ends 20.3.2026 8:00:00", "windows unknown - extended_grace 7200");
}

#[test]
fn notification_keeps_its_reason() {
    let reading = read_text(
        "x.txt",
        "Host: WS-2\nName: Windows(R), Professional edition\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n\
         Partial Product Key: FKE03\nLicense Status: Notification\nNotification Reason: 0xC004F009 (grace time expired).\n\
         Configured Activation Type: All\n",
    );
    assert_eq!(lines(&reading), ["WS-2 slmgr | windows kms_client FKE03 notification - ? time_unknown"]);
    assert_eq!(reading.records[0].products[0].reason, Some(0xC004_F009));
}

#[test]
fn all_licenses_of_one_machine_stay_together_and_unused_ones_are_left_out() {
    check(
        "inventory.txt",
        "Host: WS-3\nSoftware licensing service version: 10.0.19041.4170\n\n\
         Name: Windows(R), Enterprise edition\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n\
         Activation ID: 11111111-2222-4333-8444-555555555501\nPartial Product Key: FKE01\nLicense Status: Licensed\n\
         Volume activation expiration: 201310 minute(s) (140 day(s))\n\n\
         Name: Windows(R), Professional edition\nDescription: Windows(R) Operating System, RETAIL channel\n\
         Activation ID: 11111111-2222-4333-8444-555555555502\nThis license is not in use.\nLicense Status: Unlicensed\n\n\
         Name: Windows(R), Client-ESU-Year1 add-on for Enterprise,Professional edition\n\
         Description: Windows(R) Operating System, VOLUME_MAK channel\n\
         Activation ID: 11111111-2222-4333-8444-555555555503\nPartial Product Key: FKE08\nLicense Status: Licensed\n",
        &["WS-3 slmgr | windows kms_client FKE01 licensed 201310 | windows mak FKE08 licensed - addon ? time_unknown"],
    );
}

#[test]
fn a_key_host_serves_and_its_counters_are_no_license() {
    check(
        "inventory.txt",
        "Host: KMS01\nSoftware licensing service version: 10.0.17763.1\n\nName: Windows(R), ServerDatacenter edition\n\
         Description: Windows(R) Operating System, VOLUME_KMS_WS19 channel\nPartial Product Key: FKE10\nLicense Status: Licensed\n\n\
         Key Management Service is enabled on this machine\n    Current count: 50\n    Listening on Port: 1688\n    DNS publishing enabled\n\
         \x20   KMS priority: Normal\n\nKey Management Service cumulative requests received from clients\n    Total requests received: 8261\n\
         \x20   Requests with License Status Unlicensed: 0\n    Requests with License Status Licensed: 8102\n",
        &["KMS01 slmgr | windows kms_host FKE10 licensed - serves ? time_unknown"],
    );
}

#[test]
fn a_client_of_the_directory_is_told_from_one_of_a_key_host() {
    let reading = read_text(
        "x.txt",
        "Host: AD-1\nName: Windows(R), Enterprise edition\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n\
         Partial Product Key: FKE01\nLicense Status: Licensed\nVolume activation expiration: 250000 minute(s) (174 day(s))\n\n\
         Most recent activation information:\nAD Activation client information\n    Activation Object name: corp\n    AO DN: CN=corp\n",
    );
    assert_eq!(reading.records[0].products[0].activation_type, Some(1));
}

#[test]
fn two_short_outputs_without_names_are_two_machines_with_a_doubt() {
    let one = "Name: Windows(R), Enterprise edition\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n\
         Partial Product Key: FKE01\nLicense Status: Licensed\nVolume activation expiration: 1000 minute(s) (1 day(s))\n";
    let two = one.replace("1000 ", "2000 ").replace("(1 ", "(2 ");
    check(
        "inventory.txt",
        &format!("{one}\n{two}"),
        &[
            "- slmgr | windows kms_client FKE01 licensed 1000 ? host_unknown boundary_guessed time_unknown",
            "- slmgr | windows kms_client FKE01 licensed 2000 ? host_unknown boundary_guessed time_unknown",
        ],
    );
    let marked = format!(
        "Software licensing service version: 10.0.19041.1\n\n{one}\nSoftware licensing service version: 10.0.19041.1\n\n{two}"
    );
    assert_eq!(read_text("inventory.txt", &marked).records.len(), 2);
    let commands =
        format!("C:\\>cscript //Nologo slmgr.vbs WS-1 /dlv\n{one}\nC:\\>cscript //Nologo slmgr.vbs WS-2 /dlv\n{two}");
    check(
        "inventory.txt",
        &commands,
        &[
            "WS-1 slmgr | windows kms_client FKE01 licensed 1000 ? time_unknown",
            "WS-2 slmgr | windows kms_client FKE01 licensed 2000 ? time_unknown",
        ],
    );
}

#[test]
fn german_is_read_by_a_confirmed_label_and_the_form_of_values() {
    check(
        "DE-0001.txt",
        "Microsoft (R) Windows Script Host, Version 5.812\n\nName: Windows(R), Enterprise edition\n\
         Beschreibung: Windows(R) Operating System, VOLUME_KMSCLIENT channel\nTeil des Schlüssels: FKE04\n\
         Lizenzstatus: Lizenziert\nAblauf der Volumenaktivierung: 98765 Minute(n) (69 Tag(e))\n",
        &["DE-0001 slmgr | windows kms_client FKE04 licensed 98765 ? host_from_file_name labels_unknown time_unknown"],
    );
}

#[test]
fn several_machines_in_an_unknown_language_are_told_apart_by_the_service_version() {
    let one = |minutes: u32| {
        let days = minutes / 1440;
        format!(
            "Dienstversion: 10.0.19041.4170\n\nName: Windows(R), Enterprise edition\nBeschreibung: Windows(R) Operating System, VOLUME_KMSCLIENT channel\nTeilschlüssel: FKE04\nLizenzstatus: Lizenziert\nAblauf: {minutes} Minute(n) ({days} Tag(e))\n\nKMS-Block\n    ID: aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeee{minutes:04}\n    Name aus DNS: kms01.corp.example:1688\n\n"
        )
    };
    let reading = read_text("inventory.txt", &format!("{}{}", one(3000), one(6000)));
    assert_eq!(
        lines(&reading),
        [
            "- slmgr | windows kms_client FKE04 licensed 3000 ? host_unknown labels_unknown time_unknown",
            "- slmgr | windows kms_client FKE04 licensed 6000 ? host_unknown labels_unknown time_unknown",
        ]
    );
    assert_eq!(reading.records[0].host.os_build, Some(19041));
}

#[test]
fn czech_in_its_console_page_is_read_and_its_unconfirmed_state_stays_unknown() {
    let text =
        b"N\xa0zev: Windows(R), ServerStandard edition\r\nPopis: Windows(R) Operating System, VOLUME_MAK channel\r\n\
        \xac\xa0ste\x9fn\xec kl\xa1\x9f: FKE05\r\nStav licence: licencov\xa0no\r\n";
    let reading = read_file("CZ-0001.txt", text);
    assert_eq!(
        lines(&reading),
        ["CZ-0001 slmgr | windows mak FKE05 - - ? host_from_file_name labels_unknown state_unknown time_unknown"]
    );
    assert_eq!(reading.files[0].encoding.map(perpetua_fleet::decode::Encoding::as_text), Some("cp852"));
}

#[test]
fn the_machines_own_resource_file_explains_every_line() {
    let ini: Vec<u8> = "\u{feff}L_MsgProductName = \"Název: \"\r\nL_MsgProductDesc = \"Popis: \"\r\nL_MsgPartialPKey = \"Kus klíče: \"\r\n\
        L_MsgLicenseStatusUnlicensed_1 = \"Stav licence: nic\"\r\nL_MsgLicenseStatusLicensed_1 = \"Stav licence: ano\"\r\n\
        L_MsgLicenseStatusVL_1 = \"Konec: %MINUTE% min. (%DAY% d)\"\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let text = "Název: Windows(R), ServerStandard edition\nPopis: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n\
        Kus klíče: FKE05\nStav licence: ano\nKonec: 98765 min. (69 d)\n";
    let input = |name, bytes| Input { name, bytes, received_at: received_at() };
    let reading = read(&[input("CZ-0002.txt", text.as_bytes()), input("slmgr.ini", &ini)], &Options::default());
    assert_eq!(
        lines(&reading),
        ["CZ-0002 slmgr | windows kms_client FKE05 licensed 98765 ? host_from_file_name time_unknown"]
    );
    assert!(reading.files[1].is_resource);
}

#[test]
fn line_ends_wrapped_addresses_and_utf16_do_not_matter() {
    let wrapped = DLV.replace(
        "Partial Product Key",
        "Validation URL: https://validation-v2.sls.microsoft.com/SLWGA/slw\nga.asmx\nPartial Product Key",
    );
    for text in [DLV.replace('\n', "\r\n"), DLV.replace('\n', "\r\r\n"), wrapped] {
        assert_eq!(read_text("WS-0417.txt", &text).records, read_text("WS-0417.txt", DLV).records);
    }
    let wide: Vec<u8> = format!("\u{feff}{DLV}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_file("WS-0417.txt", &wide).records, read_text("WS-0417.txt", DLV).records);
}

#[test]
fn an_error_of_the_tool_is_no_machine() {
    check(
        "inventory.txt",
        "=== WS-9 ===\nError: 0x800706BA The RPC server is unavailable.\n",
        &["! tool_error 2 WS-9 0x800706BA"],
    );
}

#[test]
fn cut_off_output_is_read_as_far_as_it_goes() {
    let cut = &DLV[..DLV.find("License Status").unwrap()];
    check(
        "WS-0417.txt",
        cut,
        &["WS-0417 slmgr | windows kms_client FKE01 - - ? host_from_file_name state_unknown time_unknown"],
    );
}

#[test]
fn an_implausible_lease_is_doubted() {
    let text = DLV.replace("201310 minute(s) (140 day(s))", "15552000 minute(s) (10800 day(s))");
    assert!(lines(&read_text("WS-0417.txt", &text))[0].contains("remaining_implausible"));
}

#[test]
fn the_echo_of_a_full_key_is_masked_and_told() {
    let text = format!("Installed product key AAAAA-BBBBB-CCCCC-DDDDD-EEEEE successfully.\n{DLV}");
    let reading = read_text("WS-0417.txt", &text);
    assert_eq!(reading.files[0].masked_keys, 1);
    assert!(!serde_json::to_string(&reading).unwrap().contains("CCCCC"));
}
