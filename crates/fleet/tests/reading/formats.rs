//! Every other format, composed after the facts about it.

use std::io::{Cursor, Write as _};

use crate::{check, lines, read_file, read_text, received_at};
use perpetua_fleet::read::{Field, Input, Mapping, Options, read};

const NAME: &str = "Windows(R), Enterprise edition";
const DESCRIPTION: &str = "Windows(R) Operating System, VOLUME_KMSCLIENT channel";

fn cim(host: &str, minutes: u32) -> String {
    format!(
        r#"{{"PSComputerName":"{host}","ID":"11111111-2222-4333-8444-555555555501","ApplicationID":"55c92734-d682-4d71-983e-d6ec3f16059f","Name":"{NAME}","Description":"{DESCRIPTION}","LicenseStatus":1,"LicenseStatusReason":1074065472,"GracePeriodRemaining":{minutes},"PartialProductKey":"FKE01","LicenseIsAddon":false,"ProductKeyChannel":"Volume:GVLK","KeyManagementServicePort":0,"RemainingSkuReArmCount":4294967295,"CimClass":{{"CimSuperClassName":null}}}}"#
    )
}

#[test]
fn office_text_is_read_with_none_one_and_three_products() {
    let product = |name: &str, description: &str, key: &str, grace: &str| {
        format!(
            "PRODUCT ID: 00000-00000-00000-AA001\nSKU ID: {{11111111-2222-4333-8444-5555555556{}}}\nLICENSE NAME: {name}\n\
             LICENSE DESCRIPTION: {description}\nBETA EXPIRATION: 01/01/1601\nLICENSE STATUS:  ---LICENSED---\n{grace}\
             Last 5 characters of installed product key: {key}\n---------------------------------------\n",
            &key[3..]
        )
    };
    let wrap = |inner: &str| {
        format!(
            "---Processing--------------------------\n---------------------------------------\n{inner}---------------------------------------\n---Exiting-----------------------------\n"
        )
    };
    let suite = product(
        "Office 21, Office21ProPlus2021VL_KMS_Client_AE edition",
        "Office 21, VOLUME_KMSCLIENT channel",
        "FKE06",
        "REMAINING GRACE: 152 days  (219877 minute(s) before expiring)\n",
    );
    let visio =
        product("Office 21, Office21VisioPro2021VL_MAK_AE edition", "Office 21, RETAIL(MAK) channel", "FKE07", "");
    let sub = product(
        "Office 16, Office16O365ProPlusR_Subscription edition",
        "Office 16, RETAIL(Subscription) channel",
        "FKE08",
        "",
    );
    let none = "<No installed product keys detected>\n";
    check("OF-1.txt", &wrap(none), &["OF-1 ospp ? host_from_file_name time_unknown nothing_installed"]);
    check(
        "OF-1.txt",
        &wrap(&suite),
        &["OF-1 ospp | office kms_client FKE06 licensed 219877 ? host_from_file_name time_unknown"],
    );
    check(
        "OF-1.txt",
        &wrap(&format!("{suite}{visio}{sub}")),
        &[
            "OF-1 ospp | office kms_client FKE06 licensed 219877 | office mak FKE07 licensed - | office retail FKE08 licensed - ? host_from_file_name time_unknown",
        ],
    );
}

#[test]
fn json_of_powershell_is_read_as_one_object_or_an_array() {
    check("x.json", &cim("WS-1", 201_310), &["WS-1 json | windows kms_client FKE01 licensed 201310 ? time_unknown"]);
    check(
        "x.json",
        &format!("[{},\n{}]", cim("WS-1", 1000), cim("ws-2.corp.example", 2000)),
        &[
            "WS-1 json | windows kms_client FKE01 licensed 1000 ? time_unknown",
            "ws-2.corp.example json | windows kms_client FKE01 licensed 2000 ? time_unknown",
        ],
    );
    check("x.json", &format!("[{}", cim("WS-1", 1)), &["! json_broken 1"]);
}

#[test]
fn our_exchange_format_is_read_without_doubt() {
    let text = r#"{"schema":"fleet-inventory/1","collected_at":"2026-03-14T09:41:07Z",
      "host":{"name":"WS-0417","fqdn":"ws-0417.corp.example","domain":"corp.example","os_build":"19045","ui_language":"cs-CZ","virtual":true},
      "service":{"version":"10.0.19041.4170","cmid":"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeee0001","kms_host":null,"kms_port":0},
      "products":[{"application_id":"55c92734-d682-4d71-983e-d6ec3f16059f","activation_id":"11111111-2222-4333-8444-555555555501",
        "name":"Windows(R), Enterprise edition","description":"Windows(R) Operating System, VOLUME_KMSCLIENT channel",
        "channel":"Volume:GVLK","partial_key":"FKE01","addon":false,"status":1,"status_reason":1074065472,"remaining_min":201310,
        "activation_interval_min":120,"renewal_interval_min":10080,"kms_discovered":"kms01.corp.example:1688","vl_activation_type":2}]}"#;
    let reading = read_text("x.json", text);
    assert_eq!(lines(&reading), ["ws-0417.corp.example json | windows kms_client FKE01 licensed 201310"]);
    let record = &reading.records[0];
    assert_eq!(record.service.version.as_deref(), Some("10.0.19041.4170"));
    assert_eq!(record.host.is_virtual, Some(true));
    assert_eq!(record.products[0].renewal_interval_min, Some(10_080));
}

#[test]
fn facts_of_ansible_are_read_and_their_full_key_disappears() {
    let text = r#"{"ws-1":{"ansible_facts":{"ansible_hostname":"WS-1","ansible_os_license_channel":"Volume:GVLK","ansible_os_license_edition":"Windows(R), Enterprise edition","ansible_os_license_status":"Licensed","ansible_os_product_key":"AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"}},
      "ws-2":{"ansible_facts":{"ansible_os_license_channel":["Volume:GVLK","Volume:MAK"],"ansible_os_license_edition":["Windows(R), Enterprise edition","Office 16, Office16StandardVL_MAK edition"],"ansible_os_license_status":["Licensed","Notification"]}}}"#;
    let reading = read_text("facts.json", text);
    assert_eq!(
        lines(&reading),
        [
            "WS-1 ansible | windows kms_client - licensed - ? time_unknown",
            "ws-2 ansible | windows kms_client - licensed - | office mak - notification - ? time_unknown",
        ]
    );
    let written = serde_json::to_string(&reading).unwrap();
    assert!(!written.contains("CCCCC") && !written.contains("EEEEE"));
    assert_eq!(reading.files[0].masked_keys, 1);
}

#[test]
fn what_ansible_prints_on_a_terminal_is_read_with_its_machines() {
    let facts = r#""ansible_facts": {"ansible_os_license_channel": "Volume:GVLK", "ansible_os_license_edition": "Windows(R), Enterprise edition", "ansible_os_license_status": "Licensed"}"#;
    check(
        "run.txt",
        &format!(
            "ws-1 | SUCCESS => {{\n    {facts},\n    \"changed\": false\n}}\nws-2 | SUCCESS => {{\n    {facts}\n}}\n"
        ),
        &[
            "ws-1 ansible | windows kms_client - licensed - ? time_unknown",
            "ws-2 ansible | windows kms_client - licensed - ? time_unknown",
        ],
    );
}

#[test]
fn a_list_that_has_the_service_beside_the_products_is_one_machine() {
    let text = format!(
        r#"{{"svc":{{"Version":"10.0.19041.4170","ClientMachineID":"AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeee0001"}},"prod":[{}]}}"#,
        cim("WS-1", 7)
    );
    let reading = read_text("x.json", &text);
    assert_eq!(lines(&reading), ["WS-1 json | windows kms_client FKE01 licensed 7 ? time_unknown"]);
    assert_eq!(reading.records[0].service.cmid.as_deref(), Some("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeee0001"));
    assert_eq!(reading.records[0].host.os_build, Some(19041));
}

#[test]
fn separated_values_are_read_with_every_delimiter() {
    let csv = format!(
        "#TYPE Selected.Microsoft.Management.Infrastructure.CimInstance\n\"PSComputerName\",\"Name\",\"Description\",\"LicenseStatus\",\"GracePeriodRemaining\",\"PartialProductKey\"\n\
         \"WS-1\",\"{NAME}\",\"{DESCRIPTION}\",\"1\",\"201310\",\"FKE01\"\n\"WS-2\",\"{NAME}\",\"{DESCRIPTION}\",\"5\",\"0\",\"FKE01\"\n"
    );
    let expected = [
        "WS-1 csv | windows kms_client FKE01 licensed 201310 ? time_unknown",
        "WS-2 csv | windows kms_client FKE01 notification 0 ? time_unknown",
    ];
    check("x.csv", &csv, &expected);
    check("x.csv", &csv.replace("\",\"", "\";\""), &expected);
    check("x.csv", &csv.replace("\",\"", "\"\t\""), &expected);
}

#[test]
fn wmic_is_read_in_both_of_its_forms() {
    let csv = "\r\r\nNode,Description,GracePeriodRemaining,ID,LicenseStatus,Name,PartialProductKey\r\r\n\
        WS-1,Office 16; VOLUME_KMSCLIENT channel,1000,11111111-2222-4333-8444-555555555501,1,Office 16; Office16StandardVL_KMS_Client edition,FKE06\r\r\n";
    let wide: Vec<u8> = format!("\u{feff}{csv}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        lines(&read_file("wmic.csv", &wide)),
        ["WS-1 csv | office kms_client FKE06 licensed 1000 ? time_unknown"]
    );
    let list = format!(
        "\r\r\n\r\r\nDescription={DESCRIPTION}\r\r\nGracePeriodRemaining=1000\r\r\nLicenseStatus=1\r\r\nName={NAME}\r\r\nPartialProductKey=FKE01\r\r\n\r\r\n"
    );
    check(
        "WS-1.txt",
        &list,
        &["WS-1 list | windows kms_client FKE01 licensed 1000 ? host_from_file_name time_unknown"],
    );
}

#[test]
fn a_list_of_properties_is_read_with_wrapped_values() {
    let text = format!(
        "\nName                 : {NAME}\nDescription          : Windows(R) Operating System,\n                       VOLUME_KMSCLIENT channel\n\
         LicenseStatus        : 1\nGracePeriodRemaining : 1000\nPartialProductKey    : FKE01\nPSComputerName       : WS-1\n\n\
         Name                 : {NAME}\nDescription          : {DESCRIPTION}\nLicenseStatus        : 5\nGracePeriodRemaining : 0\n\
         PartialProductKey    : FKE01\nPSComputerName       : WS-2\n"
    );
    check(
        "inventory.txt",
        &text,
        &[
            "WS-1 list | windows kms_client FKE01 licensed 1000 ? time_unknown",
            "WS-2 list | windows kms_client FKE01 notification 0 ? time_unknown",
        ],
    );
}

#[test]
fn a_table_of_properties_is_read_and_shortened_values_are_doubted() {
    let row = |cells: [&str; 6]| {
        let [host, name, description, state, minutes, key] = cells;
        format!("{host:<14} {name:<30} {description:<47} {state:>13} {minutes:>20} {key}\n")
    };
    let text = [
        "\n".to_owned(),
        row(["PSComputerName", "Name", "Description", "LicenseStatus", "GracePeriodRemaining", "PartialProductKey"]),
        row(["--------------", "----", "-----------", "-------------", "--------------------", "-----------------"]),
        row(["WS-1", NAME, "Windows(R) Operating System, VOLUME_KMS...", "1", "201310", "FKE01"]),
        row(["WS-2", NAME, "Windows(R) Operating System, VOLUME_MAK channel", "1", "0", "FKE02"]),
        "\n".to_owned(),
    ]
    .concat();
    check(
        "inventory.txt",
        &text,
        &[
            "WS-1 table | windows unknown FKE01 licensed 201310 ? time_unknown channel_unknown cut_off",
            "WS-2 table | windows mak FKE02 licensed 0 ? time_unknown",
        ],
    );
}

#[test]
fn xml_of_powershell_and_of_wmic_is_read() {
    let cli = format!(
        r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0"><T>CimInstance</T></TN><ToString>x</ToString><Props><S N="Name">{NAME}</S><S N="Description">{DESCRIPTION}</S><U32 N="LicenseStatus">1</U32><U32 N="GracePeriodRemaining">1000</U32><S N="PartialProductKey">FKE01</S><Nil N="IAID" /></Props><MS><S N="PSComputerName">WS-1</S></MS></Obj></Objs>"#
    );
    check("x.xml", &cli, &["WS-1 xml | windows kms_client FKE01 licensed 1000 ? time_unknown"]);
    let plain = format!(
        r#"<?xml version="1.0"?><Objects><Object Type="System.Object"><Property Name="PSComputerName" Type="System.String">WS-1</Property><Property Name="Name" Type="System.String">{NAME}</Property><Property Name="Description" Type="System.String">{DESCRIPTION}</Property><Property Name="LicenseStatus" Type="System.UInt32">1</Property><Property Name="PartialProductKey" Type="System.String">FKE01</Property></Object></Objects>"#
    );
    check("x.xml", &plain, &["WS-1 xml | windows kms_client FKE01 licensed - ? time_unknown"]);
    let wmic = format!(
        r#"<COMMAND><RESULTS NODE="WS-1"><CIM><INSTANCE CLASSNAME="SoftwareLicensingProduct"><PROPERTY NAME="Description" TYPE="string"><VALUE>{DESCRIPTION}</VALUE></PROPERTY><PROPERTY NAME="LicenseStatus" TYPE="uint32"><VALUE>1</VALUE></PROPERTY><PROPERTY NAME="PartialProductKey" TYPE="string"><VALUE>FKE01</VALUE></PROPERTY></INSTANCE></CIM></RESULTS></COMMAND>"#
    );
    check("x.xml", &wmic, &["WS-1 xml | windows kms_client FKE01 licensed - ? time_unknown"]);
    check("x.xml", &cli[..cli.len() - 30], &["! xml_broken 1"]);
}

#[test]
fn files_of_the_activation_manager_are_read_in_full_and_reduced_form() {
    let full = r#"<?xml version="1.0" encoding="utf-8"?>
<SoftwareLicensingData Version="2.0"><Computers><Computer Name="WS-1" OSVersion="10.0.19045" OSEdition="Enterprise" NetworkType="Domain" NetworkName="corp.example" Id="aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeee0101">
 <MacAddresses><MacAddress>00-00-5E-00-53-01</MacAddress></MacAddresses>
 <Products><Product><Sku Id="11111111-2222-4333-8444-555555555501" Name="Windows(R), Enterprise edition" ApplicationId="55c92734-d682-4d71-983e-d6ec3f16059f"/><PartialProductKey>FKE01</PartialProductKey><ProductKeyType>Volume_GVLK</ProductKeyType><LicenseStatus>1</LicenseStatus><GracePeriodRemaining>1000</GracePeriodRemaining><ShoeSize>44</ShoeSize></Product></Products>
</Computer></Computers></SoftwareLicensingData>"#;
    let reading = read_text("x.cil", full);
    assert_eq!(lines(&reading), ["WS-1 vamt | windows kms_client FKE01 licensed 1000 ? time_unknown"]);
    assert_eq!(reading.files[0].ignored, ["ShoeSize"]);
    let reduced = full
        .replace(r#"Name="WS-1" OSVersion="10.0.19045" OSEdition="Enterprise" "#, "")
        .replace(r#"NetworkName="corp.example" "#, "");
    check(
        "x.cil",
        &reduced,
        &["aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeee0101 vamt | windows kms_client FKE01 licensed 1000 ? time_unknown"],
    );
    let newer = r#"<v:VamtData xmlns:v="urn:x"><v:Machines><v:ManagedMachine><v:FullyQualifiedDomainName>ws-2.corp.example</v:FullyQualifiedDomainName><v:ActiveProducts><v:Product><v:ProductName>Windows(R), ServerStandard edition</v:ProductName><v:ProductKeyType>Volume:MAK</v:ProductKeyType><v:PartialProductKey>FKE02</v:PartialProductKey><v:LicenseStatus>Licensed</v:LicenseStatus><v:ProductKeyValue>AAAAA-BBBBB-CCCCC-DDDDD-EEEEE</v:ProductKeyValue></v:Product></v:ActiveProducts></v:ManagedMachine></v:Machines></v:VamtData>"#;
    let reading = read_text("x.cilx", newer);
    assert_eq!(lines(&reading), ["ws-2.corp.example vamt | windows mak FKE02 licensed - ? time_unknown"]);
    assert_eq!(reading.files[0].masked_keys, 1);
    check(
        "vamt.csv",
        "FullyQualifiedDomainName,ProductName,ProductKeyType,PartialProductKey,LicenseStatus,GraceExpirationDate\nws-3.corp.example,\"Windows(R), Enterprise edition\",GVLK,FKE01,Licensed,2026-03-20T08:00:00Z\n",
        &["ws-3.corp.example csv | windows kms_client FKE01 licensed 7200 ? time_unknown"],
    );
}

#[test]
fn columns_of_a_management_database_and_of_a_table_by_hand_are_known() {
    check(
        "sccm.csv",
        "Netbios_Name0,Name0,Description0,LicenseStatus0,GracePeriodRemaining0,PartialProductKey0,TimeStamp\n\
         WS-1,\"Windows(R), Enterprise edition\",\"Windows(R) Operating System, VOLUME_KMSCLIENT channel\",1,1000,FKE01,2026-03-14T09:00:00Z\n",
        &["WS-1 csv | windows kms_client FKE01 licensed 1000"],
    );
    check(
        "tabulka.csv",
        "Počítač;Produkt;Typ klíče;Zbývá dní;Stav\nWS-1;Windows 11 Enterprise;KMS;30;1\nWS-2;Windows 11 Enterprise;MAK;0;1\n",
        &[
            "WS-1 csv | windows kms_client - licensed 41760 ? time_unknown days_only",
            "WS-2 csv | windows mak - licensed 0 ? time_unknown days_only",
        ],
    );
}

#[test]
fn unknown_columns_are_asked_for_and_read_once_they_are_assigned() {
    let text = "Kiste;Was;Wie lange\nWS-1;Windows 11 Enterprise;30\n";
    check("x.csv", text, &["! columns_unknown 1 Kiste;Was;Wie lange"]);
    let mut mapping = Mapping::default();
    mapping.assign("kiste", Field::HostName);
    mapping.assign("Was", Field::Name);
    mapping.assign("Wie lange ", Field::RemainingDays);
    let options = Options { mapping, ..Options::default() };
    let reading = read(&[Input { name: "x.csv", bytes: text.as_bytes(), received_at: received_at() }], &options);
    assert_eq!(
        lines(&reading),
        ["WS-1 csv | windows unknown - - 41760 ? state_unknown time_unknown days_only channel_unknown"]
    );
}

#[test]
fn a_mix_pasted_at_once_is_read_piece_by_piece() {
    let text = format!(
        "hello, here is what I have\n\n=== WS-1 ===\nName: {NAME}\nDescription: {DESCRIPTION}\nPartial Product Key: FKE01\nLicense Status: Licensed\n\n\
         {}\n\nPSComputerName;Name;Description;LicenseStatus;GracePeriodRemaining;PartialProductKey\nWS-3;\"{NAME}\";\"{DESCRIPTION}\";1;3000;FKE01\n\n\
         === WS-4 ===\n---Processing--------------------------\n<No installed product keys detected>\n---Exiting-----------------------------\n\
         {{\"broken\": \n",
        cim("WS-2", 2000)
    );
    check(
        "paste",
        &text,
        &[
            "WS-1 slmgr | windows kms_client FKE01 licensed - ? time_unknown",
            "WS-2 json | windows kms_client FKE01 licensed 2000 ? time_unknown",
            "WS-3 csv | windows kms_client FKE01 licensed 3000 ? time_unknown",
            "WS-4 ospp ? time_unknown nothing_installed",
            "! json_broken 19",
        ],
    );
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        writer.write_all(bytes).expect("bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn an_archive_of_files_is_read_and_a_bomb_is_not() {
    let one = cim("WS-1", 1000);
    let bytes = zip_of(&[
        ("a/one.json", one.as_bytes()),
        ("two.txt", b""),
        ("inner.zip", &zip_of(&[("three.json", cim("WS-3", 1).as_bytes())])),
    ]);
    let reading = read_file("all.zip", &bytes);
    assert_eq!(
        lines(&reading),
        [
            "WS-1 json | windows kms_client FKE01 licensed 1000 ? time_unknown",
            "WS-3 json | windows kms_client FKE01 licensed 1 ? time_unknown",
            "! empty 0",
        ]
    );
    assert_eq!(reading.unread[0].place.file, "all.zip!two.txt");
    let bomb = zip_of(&[("bomb.txt", &vec![b'a'; 30 * 1024 * 1024])]);
    assert_eq!(lines(&read_file("bomb.zip", &bomb)), ["! archive_bomb 0"]);
    assert_eq!(lines(&read_file("cut.zip", &bytes[..bytes.len() / 2])), ["! archive_broken 0"]);
}

#[test]
fn a_spreadsheet_is_read_below_its_header() {
    let sheet = r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Our machines</t></is></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>Computer</t></is></c><c r="B3" t="inlineStr"><is><t>Product</t></is></c><c r="C3" t="inlineStr"><is><t>Key type</t></is></c><c r="D3" t="inlineStr"><is><t>Remaining days</t></is></c><c r="E3" t="inlineStr"><is><t>Status</t></is></c></row><row r="4"><c r="A4" t="inlineStr"><is><t>WS-1</t></is></c><c r="B4" t="inlineStr"><is><t>Windows 11 Enterprise</t></is></c><c r="C4" t="inlineStr"><is><t>KMS</t></is></c><c r="D4"><v>30</v></c><c r="E4"><v>1</v></c></row></sheetData></worksheet>"#;
    let book = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let rels = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let root = rels
        .replace("relationships/worksheet", "relationships/officeDocument")
        .replace("worksheets/sheet1.xml", "xl/workbook.xml");
    let types = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let bytes = zip_of(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    assert_eq!(
        lines(&read_file("x.xlsx", &bytes)),
        ["WS-1 spreadsheet | windows kms_client - licensed 41760 ? time_unknown days_only"]
    );
    assert_eq!(
        lines(&read_file("x.xls", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0])),
        ["! spreadsheet_broken 0"]
    );
}

#[test]
fn what_is_no_inventory_is_said_to_be_none() {
    check("x.txt", "", &["! empty 0"]);
    check("x.txt", "Dear colleague,\nsee you tomorrow.\n", &["! unrecognised 1"]);
    check("x.json", "{\"a\": 1}", &["! unrecognised 1"]);
    assert_eq!(lines(&read_file("x.bin", &[0, 159, 146, 150, 0, 1, 2, 3, 0, 0, 0, 0])), ["! binary 0"]);
    let reading = read_text("x.xlsx", &cim("WS-1", 1));
    assert_eq!(reading.files[0].doubts.iter().map(|doubt| doubt.as_text()).collect::<Vec<_>>(), ["extension_lies"]);
}

#[test]
fn negative_minutes_and_unavailable_numbers_are_left_out() {
    let text = cim("WS-1", 7).replace("\"GracePeriodRemaining\":7", "\"GracePeriodRemaining\":-7");
    check("x.json", &text, &["WS-1 json | windows kms_client FKE01 licensed - ? time_unknown number_unreadable"]);
    let text = cim("WS-1", u32::MAX);
    check("x.json", &text, &["WS-1 json | windows kms_client FKE01 licensed - ? time_unknown"]);
}
