# Co klient v počítači říká sám. Věty ke kódům instalace jsou v crates/i18n.

retry-at = Zkuste to znovu od { $at }.
answer-unknown = Instalace odpověděla { $code }.

state-fresh = Tento počítač má licenci. O nový certifikát požádá od { $at }.
state-grace = Tento počítač má licenci do { $at }, ale už se měl ozvat.
state-expired = Licence od { $at } neplatí.
state-term_over = Zakoupené období skončilo { $at }. Software se zastavuje.
state-not_yet_valid = Licence má datum v budoucnosti, hodiny tohoto počítače tedy jdou špatně. Nastavte je a zkuste to znovu.
state-revoked = Licence byla odvolána. Software se zastavuje.
state-other_machine = Licence patří jinému počítači. Aktivujte tento.
state-other_product = Licence je pro jiný produkt.
state-version_not_covered = Na tuto verzi se licence nevztahuje.
state-typed = Tento počítač má licenci podle opsaného kódu do { $at }.
state-not_activated = Tento počítač není aktivován.
state-untrusted = Licenci podepsal klíč, kterému se nedůvěřuje. Obnovte ji.

overdue-certificate = Chybí nový certifikát: připojte počítač k síti, nebo přeneste soubor s žádostí.
overdue-list = Chybí nový seznam odvolaných licencí: připojte počítač k síti, nebo seznam přeneste.
allowed-remind = Software běží dál a připomíná se.
allowed-reduce = Do obnovení software běží omezeně.
allowed-stop = Do obnovení se software zastavuje.
clock-set-back = Hodiny jsou { $hours } h za nejpozdějším okamžikem, který se zde kdy objevil. Posunutím zpět se čas nezíská.
moved = Tento počítač se od aktivovaného velmi liší. Jestli byla složka zkopírována, aktivujte tento počítač zvlášť.

done-start-over = Starý stav byl opuštěn. Aktivujte počítač znovu.
done-request = Žádost je v souboru { $path }. Přeneste ji na počítač se sítí, nebo ji nahrajte v portálu.
done-chain = Řetěz podpisových klíčů byl převzat.
done-list = Seznam odvolaných licencí číslo { $number } byl převzat.
done-typed = Kód byl přijat. Tento počítač má licenci do { $at }.
done-long-code = Kód byl přijat.
done-pin = Než kořenový klíč vestavíte, porovnejte ho se svým provozovatelem.
typed-request = Nadiktujte těchto devět skupin a opište kód, který dostanete:
passed-file = { $path }: žádostí { $requests }, odmítnuto { $refused }, odpovědi v { $answers }
passed-nothing = { $path }: žádostí { $requests }, žádná nedostala podepsanou odpověď
passed-unreadable = žádost, kterou nelze přečíst
passed-unnamed = počítač beze jména

error-file_failed = { $path }: { $why }
error-no_random_bytes = Systém nedává náhodná data: { $why }
error-software_invalid = Nastavení softwaru nelze použít: { $why }
error-unreachable = Instalaci nelze zastihnout: { $why }
error-answer_not_understood = Odpovědělo něco, co není instalace. Zkontrolujte adresu a proxy server.
error-state_tampered = Uložený stav byl pozměněn, nebo nepatří ke klíči tohoto počítače. Aktivujte znovu s --start-over.
error-state_newer = Uložený stav je z novější verze programu. Aktualizujte software.
error-not_activated = Tento počítač není aktivován.
error-other_request = Toto není odpověď na žádnou čekající žádost tohoto počítače.
error-signer_unknown = Podepsáno klíčem, který zde není znám. Nejdřív přineste soubor s řetězem klíčů instalace.
error-signer_compromised = Podepsáno klíčem, kterému se už nedůvěřuje.
error-signer_outside_period = Nese datum, kdy podpisový klíč nepodepisoval.
error-signature_wrong = Podpis nesouhlasí.
error-chain_not_newer = Řetěz klíčů není novější než ten, který je zde znám.
error-chain_of_other_root = Řetěz nezačíná kořenovým klíčem, kterému tento software důvěřuje: je z jiné instalace.
error-list_went_back = Seznam odvolaných licencí je starší než ten, který je zde znám.
error-list_conflicting = Existují dva různé seznamy odvolaných licencí se stejným číslem. Řekněte to vydavateli.
error-list_of_other_base = Soubor navazuje na seznam, který zde není. Přineste celý seznam.
error-document_too_large = Soubor je příliš velký.
error-document_truncated = Soubor je useknutý. Přineste ho celý.
error-document_of_other_kind = Toto není odpověď, ani řetěz klíčů, ani seznam odvolaných licencí.
error-document_newer = Soubor je z novější verze. Aktualizujte software.
error-document_damaged = Soubor je poškozený.
error-document_is_request = Toto je žádost. Odneste ji k instalaci a přineste odpověď.

usage-wrong = { $what } (viz perpetua-device --help)
usage-missing = chybí { $what }
usage-unknown-command = Příkaz { $what } neexistuje
usage-no-key = Chybí produktový klíč: zadejte ho na standardní vstup, nebo v souboru s --key-file.
