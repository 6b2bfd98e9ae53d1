# Migrace: přechod zákazníka z hromadných licencí na portálu. Kódy zařízení, klíčů a vln: fleet.ftl.

nav-migration = Migrace
migration-overview = Přehled
migration-upload = Soupis
migration-machines = Zařízení
migration-licenses = Licence
migration-waves = Vlny
migration-report = Závěrečná zpráva
migration-help = Požádat o pomoc
migration-print = Vytisknout

## What to do first
migration-start = Nejprve zjistěte stav zařízení
migration-start-why = Zařízení, která aktivuje server KMS, běží po jeho vypnutí ještě až 180 dní. Předejte nám v jakékoli podobě, co vaše zařízení o svých licencích hlásí, a uvidíte poslední bezpečný den každého z nich, plán vln, v němž se žádné nezastaví, a potřebné skripty. Klíče ani jména uživatelů nepotřebujeme.
migration-upload-now = Vložit nebo nahrát výsledek
migration-upload-more = Nahrát další
migration-upload-how = Vložte cokoli, co vaše zařízení nebo nástroje vypíší, nebo přidejte soubory: texty z slmgr a ospp, CIM jako tabulku, seznam, CSV, JSON nebo XML, VAMT, Ansible, tabulky, archivy ZIP, v jakékoli směsi a jazyce. Opakované nahrání aktualizuje, co je známo. Kódy Product Key se před uložením zakryjí.
migration-ways = Jak stav zjistit
migration-way-many = Mnoho zařízení najednou
migration-way-many-how = V PowerShellu, s názvy zařízení v souboru machines.txt, každý na svém řádku. Nahrajte inventory.csv.
migration-way-one = Jedno zařízení
migration-way-one-how = Na příkazovém řádku. Vložte, co vypíše; takových textů může následovat více za sebou.
migration-way-list = Seznam, který už máte
migration-way-list-how = Export z VAMT, Configuration Manageru nebo Ansible, nebo tabulka se sloupci zařízení, produkt, kanál, stav a zbývající minuty.
migration-way-script = Náš skript
migration-way-script-how = Zapíše za každé zařízení malý soubor. Pro spouštěcí skripty, Intune nebo Configuration Manager; nic nemění.
migration-way-script-get = Stáhnout Get-Inventory.ps1
migration-read = Načíst soupis
migration-paste = Vložit text
migration-paste-hint = Texty více zařízení mohou následovat za sebou.
migration-files = Soubory
migration-files-hint = Dohromady nejvýše 64 MB. Soubory sem lze i přetáhnout.
migration-encoding-auto = Rozpoznat
migration-encoding-hint = Jen pokud se písmena zobrazují chybně.
migration-columns = Sloupce
migration-columns-hint = Pro seznamy s vlastními nadpisy: Stanice=host_name, Zbývá=remaining_minutes
migration-columns-unknown = sloupce nejsou známé, přiřaďte je při nahrání

## Verdicts
migration-verdicts = Co se načetlo
migration-read-well = Načteno
migration-read-doubt = Načteno s pochybností
migration-read-doubt-note = něco se předpokládalo, viz důvod
migration-unread = Nenačteno
migration-unread-note = části, z nichž nevzešlo žádné zařízení
migration-place = Kde
migration-see-forecast = Zobrazit výhled
migration-earlier = Dřívější nahrání
migration-verdict-short = { $read } načteno, { $doubt } s pochybností, { $unread } nenačteno
migration-new-machines = { $count ->
    [one] { $count } nové zařízení
    [few] { $count } nová zařízení
    [many] { $count } nového zařízení
   *[other] { $count } nových zařízení
}
migration-changed-machines = { $count ->
    [one] { $count } změněné
    [few] { $count } změněná
    [many] { $count } změněného
   *[other] { $count } změněných
}
migration-keys-masked = { $count ->
    [one] V nahraném textu byl úplný kód Product Key. Byl zakryt a neuložen, ale v souboru byl: považujte ho za prozrazený.
    [few] V nahraném textu byly { $count } úplné kódy Product Key. Byly zakryty a neuloženy, ale v souborech byly: považujte je za prozrazené.
    [many] V nahraném textu bylo { $count } úplného kódu Product Key. Byly zakryty a neuloženy, ale v souborech byly: považujte je za prozrazené.
   *[other] V nahraném textu bylo { $count } úplných kódů Product Key. Byly zakryty a neuloženy, ale v souborech byly: považujte je za prozrazené.
}
migration-found-moved = { $count ->
    [one] { $count } zařízení tímto soupisem dokládá, že přešlo.
    [few] { $count } zařízení tímto soupisem dokládají, že přešla.
    [many] { $count } zařízení tímto soupisem dokládá, že přešlo.
   *[other] { $count } zařízení tímto soupisem dokládá, že přešlo.
}
flash-inventory-read = Soupis byl načten.

## Overview
migration-alarm = { $count ->
    [one] { $count } zařízení má poslední bezpečný den { $day }
    [few] { $count } zařízení mají poslední bezpečný den { $day }
    [many] { $count } zařízení má poslední bezpečný den { $day }
   *[other] { $count } zařízení má poslední bezpečný den { $day }
} – { $days ->
    [one] za { $days } den.
    [few] za { $days } dny.
    [many] za { $days } dne.
   *[other] za { $days } dní.
}
migration-alarm-gone = { $count ->
    [one] Poslední bezpečný den { $count } zařízení byl { $day }. Převeďte ho hned.
    [few] Poslední bezpečný den { $count } zařízení byl { $day }. Převeďte je hned.
    [many] Poslední bezpečný den { $count } zařízení byl { $day }. Převeďte je hned.
   *[other] Poslední bezpečný den { $count } zařízení byl { $day }. Převeďte je hned.
}
migration-overdue = { $count ->
    [one] { $count } zařízení už může být v některých funkcích omezeno; nový klíč vše vrátí.
    [few] { $count } zařízení už mohou být v některých funkcích omezena; nový klíč vše vrátí.
    [many] { $count } zařízení už může být v některých funkcích omezeno; nový klíč vše vrátí.
   *[other] { $count } zařízení už může být v některých funkcích omezeno; nový klíč vše vrátí.
}
migration-no-plan = Plán zatím není.
migration-plan-now = Naplánovat vlny
migration-unaffected = { $count ->
    [one] { $count } nemá co převádět
    [few] { $count } nemají co převádět
    [many] { $count } nemá co převádět
   *[other] { $count } nemá co převádět
}
migration-moved = Převedeno
migration-moved-note = aktivováno novým klíčem
migration-open = Zbývá převést
migration-of-machines = z { $count ->
    [one] { $count } zařízení
    [few] { $count } zařízení
    [many] { $count } zařízení
   *[other] { $count } zařízení
}
migration-at-risk = Ohroženo
migration-at-risk-note = po termínu, nebo poslední bezpečný den do 30 dní
migration-safe-until = Poslední bezpečný den
migration-days-left = za { $count ->
    [one] { $count } den
    [few] { $count } dny
    [many] { $count } dne
   *[other] { $count } dní
}
migration-days-ago = před { $count ->
    [one] { $count } dnem
    [few] { $count } dny
    [many] { $count } dne
   *[other] { $count } dny
}
migration-what-if = Co když se server KMS vypne
migration-switch-off = Vypnutí serveru KMS
migration-switch-off-hint = Prázdné: počítá se ode dneška.
migration-switch-off-short = Vypnutí
migration-slide = Nebo táhněte
migration-try = Vyzkoušet
migration-drop-day = Zpět k plánu
migration-keep-day = Naplánovat s tímto dnem
migration-assumes = Počítá se s vypnutím serveru KMS dne { $day } a s rezervou { $days ->
    [one] { $days } den
    [few] { $days } dny
    [many] { $days } dne
   *[other] { $days } dní
}.
migration-assumes-now = Počítá se, jako by se server KMS vypnul dnes, { $day }, s rezervou { $days ->
    [one] { $days } den
    [few] { $days } dny
    [many] { $days } dne
   *[other] { $days } dní
}.
migration-tried = Při vypnutí { $off } jsou všechna zařízení v bezpečí do { $safe } a první zápůjčka může skončit { $end }. Podle současného plánu: { $before }.
migration-tried-none = Při vypnutí { $off } nemá žádné zařízení zápůjčku, která by skončila.
migration-timeline = Konce zápůjček a převody zařízení
migration-timeline-summary = Časová osa od { $from } do { $to }: zápůjčka skončí { $ends ->
    [one] { $ends } zařízení
    [few] { $ends } zařízením
    [many] { $ends } zařízení
   *[other] { $ends } zařízením
}, převod je naplánován { $moves ->
    [one] { $moves } zařízení.
    [few] { $moves } zařízením.
    [many] { $moves } zařízení.
   *[other] { $moves } zařízením.
} Stejná čísla následují jako tabulka.
migration-as-table = Totéž jako tabulka
migration-today = Dnes
migration-states = Jak na tom zařízení jsou

## Machines
migration-risk = Ohrožení
migration-pilot = pilotní
migration-choose = Vybrat
migration-all-shown = Všechna zobrazená
migration-which = Která
migration-which-ids = Zaškrtnutá zařízení
migration-which-filter = Všechna podle filtrů
migration-which-all = Všechna zařízení
migration-assign-to = Přiřadit
migration-assign = Přiřadit
migration-assign-choose = Vyberte
migration-assign-none = do žádné vlny
migration-assign-out = vyřadit z plánu
migration-assign-in = vrátit do plánu
migration-wave-on = Vlna { $number }, { $day }
migration-no-machines = Zatím nejsou známa žádná zařízení
migration-no-machines-how = Nejprve nahrajte soupis. Výhled, plán i skripty z něj vzejdou.
flash-machines-assigned = Zařízení byla přiřazena.
field-error-fleet_column_pairs = Zapište HLAVIČKA=POLE s poli jako host_name, product, channel, state, remaining_minutes.
field-error-fleet_assignment_missing = Vyberte, kam zařízení přiřadit.
field-error-fleet_nothing_ticked = Zaškrtněte aspoň jedno zařízení, nebo vyberte všechna.

## Licenses
migration-compare = Měli, potřebují, koupili
migration-compare-none = Jakmile budou známa zařízení nebo dřívější licence, ukáže tato tabulka, co chybí.
migration-had = Měli
migration-to-move = K převodu
migration-covered = Pokryto
migration-missing-count = { $count ->
    [one] chybí { $count }
    [few] chybí { $count }
    [many] chybí { $count }
   *[other] chybí { $count }
}
migration-prior = Dřívější licence
migration-prior-none = Zapište, co zákazník měl v dřívějším programu, aby se to dalo porovnat s tím, co je potřeba.
migration-programme = Program
migration-agreement = Číslo smlouvy
migration-key-type = Druh klíče
migration-ends-on = Končí
migration-license-add = Zapsat licenci
migration-license-import = Importovat seznam
migration-license-import-how = CSV s těmito sloupci v libovolném pořadí; stačí product a quantity. Dříve importovaný seznam nic nepřidá dvakrát.
migration-product-hint = Jak se běžně píše, například Windows 11 Enterprise
migration-unrecognised = Nerozpoznáno jako produkt s hromadnou aktivací, proto neporovnáno: { $names }.
migration-bad-lines = { $count ->
    [0] Nic se neimportovalo.
    [one] Importována { $count } licence.
    [few] Importovány { $count } licence.
    [many] Importováno { $count } licence.
   *[other] Importováno { $count } licencí.
} Řádky bez produktu nebo množství: { $lines }.
flash-license-recorded = Licence byla zapsána.
flash-license-removed = Licence byla odebrána.
flash-licenses-imported = Seznam byl importován.

## Waves
migration-settings = Jak plánovat
migration-make-plan = Sestavit plán
migration-first-day = První den
migration-first-day-hint = Prázdné: zítra.
migration-capacity = Zařízení za den
migration-capacity-hint = O kolik se vaši lidé za den postarají.
migration-pilots-hint = Z každého produktu a lokality; jdou napřed.
migration-pause = Dní po pilotních
migration-pause-hint = Čas ověřit, že pilotní zařízení fungují.
migration-reserve = Rezerva ve dnech
migration-reserve-hint = Mezi posledním bezpečným dnem a koncem zápůjčky.
migration-errors = Zastavit při chybách (%)
migration-errors-hint = Vlna se zastaví, když selže větší podíl.
migration-closed = Zavřené dny
migration-closed-hint = Například 2026-12-24, 2026-12-25
migration-workdays = Jen od pondělí do pátku
migration-planned-by = Sestaveno { $at }, { $by }.
migration-proof-broken = Plán při kontrole porušil pravidlo. Sestavte ho prosím znovu, a pokud to trvá, nahlaste to.
migration-waves-none = Zatím žádné vlny
migration-sites = Lokality a pořadí
migration-sites-intro = Ve které dny smějí vaši lidé v jednotlivých lokalitách pracovat a co přechází před čím. Příští plán dodrží obojí.
migration-site-days = Dny lokalit
migration-site-open = Otevřeno
migration-site-usual = Podle plánu
migration-site-closed = Nikdy
migration-site-none = Lokalita neznámá
migration-site-reset = Podle plánu
migration-site-capacity-hint = V této lokalitě. Prázdné znamená tolik, kolik dovolí plán.
migration-sites-none = Žádný soupis neuvádí lokalitu. Stačí sloupec nazvaný Lokalita.
migration-orders = Co přechází před čím
migration-orders-none = Nic nemusí na nic čekat.
migration-order-add = Přidat pořadí
migration-order-first = Nejdříve
migration-order-then = Potom
migration-order-hint = Lokalita nebo název zařízení.
weekday-monday = pondělí
weekday-tuesday = úterý
weekday-wednesday = středa
weekday-thursday = čtvrtek
weekday-friday = pátek
weekday-saturday = sobota
weekday-sunday = neděle
migration-waves-none-how = Zvolte níže, jak plánovat, a stiskněte Sestavit plán.
migration-wave = Vlna { $number }
migration-wave-held = { $failed ->
    [0] Vlna { $number } je pozastavena. Pokračujte jejím uvolněním.
    [one] Vlna { $number } se zastavila: selhalo { $failed } zařízení ({ $percent } %). Projděte seznam níže a pak ji uvolněte.
    [few] Vlna { $number } se zastavila: selhala { $failed } zařízení ({ $percent } %). Projděte seznam níže a pak ji uvolněte.
    [many] Vlna { $number } se zastavila: selhalo { $failed } zařízení ({ $percent } %). Projděte seznam níže a pak ji uvolněte.
   *[other] Vlna { $number } se zastavila: selhalo { $failed } zařízení ({ $percent } %). Projděte seznam níže a pak ji uvolněte.
}
migration-wave-progress = převedeno { $moved } z { $count }{ $failed ->
    [0] {""}
    [one] , selhalo { $failed }
    [few] , selhala { $failed }
    [many] , selhalo { $failed }
   *[other] , selhalo { $failed }
}
migration-progress = Postup
migration-hold = Pozastavit
migration-release = Pokračovat
migration-pack = Skripty
migration-retry = Zkusit znovu
migration-code = Kód
migration-meaning = Co znamená
flash-fleet-planned = Plán byl sestaven.
flash-fleet-sites-saved = Uloženo. Příští plán se tím bude řídit.
flash-wave-held = Vlna je pozastavena.
flash-wave-released = Vlna pokračuje.

## Keys
migration-keys = Klíče pro převod
migration-keys-none = Zatím tu není žádný klíč. Nákupy se počítají samy; klíče výrobce platformy zadává správce zákazníka.
migration-key = Klíč
migration-key-label = Název klíče
migration-key-left = Zbývající aktivace
migration-key-origin = Odkud
migration-key-own = { $used ->
    [one] { $used } použita
    [few] { $used } použity
    [many] { $used } použito
   *[other] { $used } použito
}, { $left ->
    [one] { $left } zbývá
    [few] { $left } zbývají
    [many] { $left } zbývá
   *[other] { $left } zbývá
}
migration-key-foreign = podle zadání zbývá { $left }, naplánováno { $used }, v rezervě { $reserve }
migration-key-bought = nákup
migration-key-entered = zadal zákazník
migration-key-add = Zadat klíč
migration-key-add-how = Klíč MAK výrobce platformy, který zákazník vlastní. Uloží se šifrovaně, už se nikdy nezobrazí a není v žádném skriptu.
migration-key-save = Uložit klíč
migration-key-hint = Pět skupin po pěti znacích.
migration-key-left-hint = Jak ji ukazuje portál výrobce.
migration-key-reserve = Rezerva
migration-key-reserve-hint = Aktivace ponechané na přeinstalace.
migration-key-versions = Starší verze, které aktivuje
migration-key-versions-hint = Například 2019 2016
flash-fleet-key-kept = Klíč je uložen. Znovu se už nezobrazí.
flash-fleet-key-removed = Klíč byl odebrán.

## Scripts
migration-pack-of = Skripty vlny { $number }
migration-pack-careful = Zacházejte opatrně
migration-pack-get = Stáhnout skripty
migration-pack-token = Balík obsahuje token, kterým zařízení mohou 14 dní podávat hlášení. Kdo ho má, může hlásit za zařízení této vlny. Nové stažení předchozí token ukončí.
migration-pack-names = Obsahuje názvy zařízení. Uložte ho tam, kam mají přístup jen správci, a po vlně ho smažte.
migration-pack-key = Žádný kód Product Key v něm není. Klíče se zapisují do souboru keys.txt, který smějí číst jen správci a který se potom smaže.
migration-pack-with-keys = Obsahuje keys.txt s kódy Product Key v čitelné podobě. Smějí ho číst jen správci; umístěte ho tam, kde skripty poběží, a po vlně ho smažte.
migration-pack-logged = Stažení se zapíše do protokolu aktivit obou stran.
migration-token = Token pro hlášení
migration-token-until = platí do { $at }
migration-token-none = žádný; vytvoří se při stažení

## Final report
migration-made-at = Stav k
migration-last-inventory = Poslední soupis
migration-evidence = Doklad
migration-all-moved = Všechna zařízení, která měla přejít, přešla, a ke každému je doklad.
migration-all-moved-but = { $count ->
    [one] Všechna naplánovaná zařízení přešla. { $count } zařízení je záměrně vyřazeno.
    [few] Všechna naplánovaná zařízení přešla. { $count } zařízení jsou záměrně vyřazena.
    [many] Všechna naplánovaná zařízení přešla. { $count } zařízení je záměrně vyřazeno.
   *[other] Všechna naplánovaná zařízení přešla. { $count } zařízení je záměrně vyřazeno.
}
migration-not-done = { $count ->
    [one] { $count } zařízení ještě musí přejít; toto je průběžná zpráva.
    [few] { $count } zařízení ještě musí přejít; toto je průběžná zpráva.
    [many] { $count } zařízení ještě musí přejít; toto je průběžná zpráva.
   *[other] { $count } zařízení ještě musí přejít; toto je průběžná zpráva.
}
migration-evidence-inventory = Soupis: klíč MAK …{ $key }, aktivováno ({ $file })
migration-evidence-script = Hlášení skriptu: klíč MAK …{ $key }, aktivováno
migration-evidence-missing = zatím žádný

## Request for help
migration-request-title = Migrace z hromadných licencí: { $customer }
migration-request-text =
    Současný stav migrace
    Zařízení: { $machines }, převedeno { $moved }, zbývá převést { $open }, ohroženo { $risk }, selhalo { $failed }
    Poslední bezpečný den: { $safe }
    Vypnutí serveru KMS: { $off }
    Soupis, plán a chyby jsou na stránce Migrace tohoto zákazníka.

## Codes
fleet-risk-overdue = Po termínu
fleet-risk-urgent = Naléhavé
fleet-risk-unclear = Nejasné
fleet-risk-in-time = Včas
fleet-risk-none = Bez ohrožení
fleet-risk-note-overdue = Zápůjčka skončila, nebo zařízení nikdy nebylo aktivováno. Může být v některých funkcích omezeno.
fleet-risk-note-urgent = Poslední bezpečný den je do 30 dní, nebo už minul.
fleet-risk-note-unclear = Aktivováno serverem KMS, ale soupis neříká, na jak dlouho.
fleet-risk-note-in-time = Do jeho vlny je čas.
fleet-risk-note-none = Nic nevyprší.
fleet-state-open = Naplánovat
fleet-state-planned = Naplánováno
fleet-state-failed = Selhalo
fleet-state-left-out = Vyřazeno
fleet-state-moved = Převedeno
fleet-state-unaffected = Není co dělat
fleet-state-note-open = Musí přejít a není v žádné vlně.
fleet-state-note-planned = Je ve vlně.
fleet-state-note-failed = Pokus selhal, viz Zkusit znovu mezi vlnami.
fleet-state-note-left-out = Vyřazeno ručně, nebo z důvodu uvedeného na jeho řádku.
fleet-state-note-moved = Běží s klíčem MAK a je aktivováno.
fleet-state-note-unaffected = Server KMS nikdy nepoužívalo.
fleet-wave-state-planned = Naplánována
fleet-wave-state-running = Probíhá
fleet-wave-state-held = Pozastavena
fleet-wave-state-done = Hotova
fleet-key-type-kms = Server KMS
fleet-key-type-mak = Klíč MAK
fleet-key-type-other = Jiný nebo neznámý
fleet-left-out-by-hand = vyřazeno ručně

## Jedno zařízení
migration-last-day = Poslední den před koncem
migration-why-out = Proč je vyřazeno
migration-last-script = Jak skončil poslední skript
migration-observed = Naposledy zjištěno
migration-full-name = Úplný název
migration-os = Operační systém
migration-doubts = Co není jisté
migration-its-licenses = Jeho licence
migration-channel = Aktivace
migration-left = Zbývající čas při zjištění
migration-remaining = { $minutes ->
    [one] { $minutes } minuta
    [few] { $minutes } minuty
    [many] { $minutes } minuty
   *[other] { $minutes } minut
} ({ $days ->
    [one] { $days } den
    [few] { $days } dny
    [many] { $days } dne
   *[other] { $days } dní
})
migration-maybe-until = Odklad může trvat do { $day }, ale není zaručen.
migration-product-unknown = Produkt nerozpoznán
migration-moves-to = Přejde na klíč
migration-attempts = Co hlásily jeho skripty
migration-attempts-none = O tomto zařízení žádný skript nic nehlásil.
migration-places = Kde je popsáno
migration-proof-inventory = Soupis
migration-proof-script = Hlášení skriptu
fleet-channel-kms-client = přes server KMS
fleet-channel-kms-host = server KMS, obsluhuje ostatní
fleet-channel-mak = klíčem MAK
fleet-channel-avma = hostitelem virtuálních počítačů
fleet-channel-time-based = na omezenou dobu
fleet-channel-oem = výrobcem počítače
fleet-channel-retail = maloobchodním klíčem nebo předplatným
fleet-channel-unknown = není známo jak
fleet-license-unlicensed = bez platné licence
fleet-license-licensed = licencováno
fleet-license-initial-grace = první odklad
fleet-license-additional-grace = odklad po konci zápůjčky nebo změně hardwaru
fleet-license-non-genuine-grace = odklad, nepovažováno za pravé
fleet-license-notification = zobrazují se upozornění
fleet-license-extended-grace = prodloužený odklad
