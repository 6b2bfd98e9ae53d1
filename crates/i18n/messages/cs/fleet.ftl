# Přechod zařízení: zpráva příkazu `perpetua fleet plan` a texty balíku skriptů.

fleet-title = Plán přechodu zařízení na klíče MAK
fleet-made = Stav k { $now }. Předpokládá se vypnutí serveru KMS dne { $until }.
fleet-reserve = Mezi posledním bezpečným dnem a koncem zápůjčky je rezerva { $days } dní. Všechny dny jsou v UTC.
fleet-machines = { $count ->
    [one] Rozpoznáno { $count } zařízení.
    [few] Rozpoznána { $count } zařízení.
    [many] Rozpoznáno { $count } zařízení.
   *[other] Rozpoznáno { $count } zařízení.
}
fleet-done = { $count ->
    [one] { $count } licence už používá klíč MAK.
    [few] { $count } licence už používají klíč MAK.
    [many] { $count } licence už používá klíč MAK.
   *[other] { $count } licencí už používá klíč MAK.
}
fleet-safe-until = Všechna zařízení jsou v bezpečí do { $day }. První zápůjčka může skončit { $end }.
fleet-no-lease = Žádné zařízení nemá zápůjčku, která by skončila.
fleet-stale = { $count ->
    [one] Údaje { $count } zařízení jsou starší než 30 dní, zjistěte je znovu.
    [few] Údaje { $count } zařízení jsou starší než 30 dní, zjistěte je znovu.
    [many] Údaje { $count } zařízení jsou starší než 30 dní, zjistěte je znovu.
   *[other] Údaje { $count } zařízení jsou starší než 30 dní, zjistěte je znovu.
}
fleet-effect = Po skončení zápůjčky může být zařízení v některých funkcích omezeno, dokud se znovu neaktivuje. Aktivace novým klíčem vše vrátí.
fleet-proof-holds = Důkaz: každé naplánované zařízení přejde nejpozději v poslední bezpečný den, žádný den nepřekračuje kapacitu a žádný klíč svůj počet aktivací.
fleet-proof-holds-but = Důkaz: plán dodržuje vše pro zařízení, která nejsou uvedena mezi nezachráněnými.
fleet-proof-broken = Plán porušuje pravidlo, nahlaste to prosím: { $codes }.
fleet-files = Co se načetlo
fleet-unread = Co se nenačetlo
fleet-doubts = Co není jisté
fleet-forecast = Co lze očekávat
fleet-urgent = Nejnaléhavější zařízení
fleet-gaps = Potřebné klíče
fleet-waves = Vlny
fleet-unsaved = Zařízení, která plán nezachrání
fleet-remedies = Co by je zachránilo
fleet-left-out = Mimo plán
fleet-ends = Kdy zápůjčky končí a kdy zařízení přecházejí
fleet-no-keys = Seznam klíčů nebyl zadán, počítá se proto s potřebným počtem aktivací.
fleet-keys-bad = Řádky seznamu klíčů, které nejsou klíčem: { $lines }.
fleet-keys-masked = Seznam klíčů obsahuje úplné klíče. Byly zakryty a neukládají se, stačí posledních pět znaků.
fleet-without-pilots = Od pilotních zařízení se upustilo, čekání na ně by jiná zařízení ohrozilo.
fleet-more = { $count ->
    [one] a { $count } další
    [few] a { $count } další
    [many] a { $count } dalšího
   *[other] a { $count } dalších
}
fleet-nothing-read = Nenačetlo se nic, co by vypadalo jako soupis zařízení.
fleet-scripts-skipped = Bez použitelného názvu, ve skriptech nejsou: { $machines }.
fleet-cannot-open = soubor { $file } nelze otevřít: { $why }
fleet-bad-column = --column se zapisuje HLAVIČKA=POLE; známá pole: { $fields }
fleet-too-many = příliš mnoho souborů
fleet-place = { $file }, řádek { $line }
fleet-column-file = Soubor
fleet-column-formats = Formát
fleet-column-encoding = Kódování
fleet-column-machines = Zařízení
fleet-column-unread = Nenačteno
fleet-column-notes = Poznámky
fleet-column-why = Proč
fleet-column-machine = Zařízení
fleet-column-site = Lokalita
fleet-column-product = Produkt
fleet-column-outlook = Výhled
fleet-column-safe = Poslední bezpečný den
fleet-column-needed = Potřeba
fleet-column-covered = Pokryto
fleet-column-missing = Chybí
fleet-column-misfit = Proč klíče v seznamu nestačí
fleet-column-wave = Vlna
fleet-column-day = Den
fleet-column-overdue = Po termínu
fleet-column-pilots = Pilotní
fleet-column-planned = Přesto naplánováno
fleet-column-count = Počet
fleet-column-week = Týden od
fleet-column-ends = Konec zápůjčky
fleet-column-moves = Přechod
fleet-outlook-overdue = Čas vypršel, na řadě jako první
fleet-outlook-never-activated = Nikdy neaktivováno, bez serveru KMS se to nezlepší
fleet-outlook-out-of-contact = Bez spojení se serverem KMS, zápůjčka dobíhá
fleet-outlook-leased = Zápůjčka se obnovuje
fleet-outlook-unclear = Přes server KMS, ale není známo, jak dlouho
fleet-outlook-implausible = Více času, než má běžná zápůjčka, musí posoudit člověk
fleet-outlook-permanent = Trvale aktivováno, není co dělat
fleet-outlook-not-activated = Neaktivováno, ale ne kvůli serveru KMS
fleet-outlook-key-host = Server KMS, musí zůstat do přechodu posledního zařízení
fleet-outlook-not-planned = Netýká se
fleet-doubt-host-from-file-name = zařízení pojmenováno podle souboru
fleet-doubt-host-unknown = zařízení není nijak pojmenováno
fleet-doubt-boundary-guessed = hranice mezi zařízeními byla odvozena
fleet-doubt-encoding-guessed = kódování zvoleno podle pravděpodobnosti
fleet-doubt-encoding-mixed = více kódování v jednom souboru
fleet-doubt-labels-unknown = popisky v neznámém jazyce, rozpoznaly se hodnoty
fleet-doubt-state-unknown = stav licence není znám
fleet-doubt-time-unknown = čas zjištění není uveden, použit čas souboru
fleet-doubt-time-ambiguous = datum lze číst více způsoby, použito nejdřívější
fleet-doubt-clock-ahead = hodiny zařízení jdou napřed
fleet-doubt-clock-nonsense = hodiny zařízení nejsou nastaveny
fleet-doubt-days-only = uvedeny jen dny, počítá se o den méně
fleet-doubt-days-disagree = minuty a dny si odporují
fleet-doubt-remaining-implausible = zbývá více, než má běžná zápůjčka
fleet-doubt-number-unreadable = číslo se nepodařilo přečíst
fleet-doubt-channel-unknown = kanál není uveden
fleet-doubt-channel-disagrees = údaje o kanálu si odporují
fleet-doubt-product-ambiguous = licencí systému by mohlo být více
fleet-doubt-product-unknown = produkt nerozpoznán
fleet-doubt-parts-ignored = některým částem nerozumíme
fleet-doubt-key-masked = byl tam úplný klíč, byl zakryt a neukládá se
fleet-doubt-partial-key-odd = posledních pět znaků klíče je podezřelých
fleet-doubt-cut-off = useknuté nebo zkrácené
fleet-doubt-extension-lies = neodpovídá příponě souboru
fleet-doubt-tool-error = nástroj ohlásil chybu
fleet-doubt-nothing-installed = žádná instalovaná licence
fleet-doubt-names-joined = krátký a plný název spojeny v jedno zařízení
fleet-doubt-name-shared = dvě zařízení téhož názvu, vedena zvlášť
fleet-doubt-machine-id-shared = stejné ID jako jiné zařízení, klon
fleet-doubt-reports-disagree = hlášení si odporují, platí opatrnější
fleet-failure-empty = prázdné
fleet-failure-binary = není to text ani známý formát
fleet-failure-too-large = větší než povolená mez
fleet-failure-too-many-files = více souborů, než je povoleno
fleet-failure-too-many-records = více zařízení, než je povoleno
fleet-failure-too-deep = příliš hluboké vnoření
fleet-failure-archive-broken = poškozený archiv
fleet-failure-archive-bomb = archiv se rozbalí nad povolenou mez
fleet-failure-archive-locked = archiv vyžaduje heslo nebo neznámou metodu
fleet-failure-json-broken = poškozený nebo neúplný JSON
fleet-failure-xml-broken = poškozené nebo neúplné XML
fleet-failure-table-broken = poškozená tabulka
fleet-failure-spreadsheet-broken = poškozený sešit
fleet-failure-columns-unknown = neznámé sloupce, přiřaďte je volbou --column
fleet-failure-unrecognised = nevypadá jako soupis zařízení
fleet-failure-tool-error = nástroj místo soupisu ohlásil chybu
fleet-lost-no-key = není klíč nebo zbývající aktivace
fleet-lost-ends-before-start = končí před prvním dnem plánu
fleet-lost-closed = lokalita je do té doby zavřená
fleet-lost-waits-for-others = čeká příliš dlouho na jiná zařízení
fleet-lost-capacity = na kapacitu je jich příliš
fleet-misfit-product = jiný produkt
fleet-misfit-edition = jiná edice
fleet-misfit-version = jiná verze
fleet-misfit-used-up = vyčerpán
fleet-left-out-nonpersistent = po odhlášení zaniká, každé přihlášení by spotřebovalo aktivaci
fleet-left-out-implausible = více času, než má běžná zápůjčka, musí posoudit člověk
fleet-left-out-key-host = server KMS, přejde jako poslední
fleet-left-out-product-unknown = produkt nerozpoznán, klíč nelze vybrat
fleet-urgency-overdue = po termínu
fleet-urgency-unclear = čas neznámý
fleet-urgency-in-reserve = v rezervě
fleet-urgency-out-of-contact = bez spojení
fleet-urgency-in-time = včas
fleet-remedy-more-activations = { $count ->
    [one] další { $count } aktivace: { $product }
    [few] další { $count } aktivace: { $product }
    [many] další { $count } aktivace: { $product }
   *[other] dalších { $count } aktivací: { $product }
}
fleet-remedy-more-capacity = { $count ->
    [one] { $count } zařízení denně
    [few] { $count } zařízení denně
    [many] { $count } zařízení denně
   *[other] { $count } zařízení denně
}
fleet-remedy-start-earlier = { $count ->
    [one] převést { $count } zařízení před prvním dnem, do { $day }
    [few] převést { $count } zařízení před prvním dnem, první do { $day }
    [many] převést { $count } zařízení před prvním dnem, do { $day }
   *[other] převést { $count } zařízení před prvním dnem, první do { $day }
}
fleet-remedy-open-site = { $count ->
    [one] otevřít lokalitu { $site } ve více dnech kvůli { $count } zařízení
    [few] otevřít lokalitu { $site } ve více dnech kvůli { $count } zařízením
    [many] otevřít lokalitu { $site } ve více dnech kvůli { $count } zařízení
   *[other] otevřít lokalitu { $site } ve více dnech kvůli { $count } zařízením
}
fleet-remedy-loosen-order = { $count ->
    [one] upustit od pořadí, na které čeká { $count } zařízení
    [few] upustit od pořadí, na které čekají { $count } zařízení
    [many] upustit od pořadí, na které čeká { $count } zařízení
   *[other] upustit od pořadí, na které čeká { $count } zařízení
}
fleet-remedy-keep-key-host = { $count ->
    [one] ponechat server KMS déle: { $count } z těchto zařízení se stále obnovuje
    [few] ponechat server KMS déle: { $count } z těchto zařízení se stále obnovují
    [many] ponechat server KMS déle: { $count } z těchto zařízení se stále obnovuje
   *[other] ponechat server KMS déle: { $count } z těchto zařízení se stále obnovuje
}
fleet-exit-done = Hotovo, nebo už bylo hotovo dříve.
fleet-exit-restart-advised = Hotovo, při vhodné příležitosti zařízení restartujte.
fleet-exit-used-up = Aktivace klíče jsou vyčerpány. Vlna se zastaví, navyšte limit nebo použijte jiný klíč.
fleet-exit-blocked = Klíč je zablokován. Vlna se zastaví, ověřte, zda nebyl nákup zrušen, nebo si opatřete nový klíč.
fleet-exit-wrong-edition = Klíč není pro tuto edici nebo verzi.
fleet-exit-no-network = Aktivační službu nebo zařízení se nepodařilo zastihnout: proxy, firewall, DNS nebo čas.
fleet-exit-not-elevated = Chybí oprávnění správce.
fleet-exit-ambiguous = V úvahu přichází více licencí, nebo žádná není instalována; nic se nezměnilo.
fleet-exit-no-key = Nebyl zadán klíč ve správném tvaru.
fleet-exit-not-verified = Po instalaci zařízení nehlásí aktivovaný klíč MAK. Klíč jiného kanálu byl vrácen zpět.
fleet-exit-other = Něco jiného, podrobnosti řekne kód výsledku v protokolu.
fleet-result-key-not-accepted = Klíč nebyl přijat, porovnejte jej s portálem.
fleet-result-key-blocked = Klíč je zablokován, opatřete si nový.
fleet-result-used-up = Aktivace jsou vyčerpány, navyšte limit nebo použijte jiný klíč.
fleet-result-wrong-region = Klíč neplatí pro toto místo.
fleet-result-wrong-edition = Klíč neodpovídá instalované edici nebo verzi.
fleet-result-restart-pending = Čeká se na restart, nejdříve restartujte.
fleet-result-no-rearm = Nezbývá žádné rearm. Nepoužívejte je, instalujte klíč.
fleet-result-time-ran-out = Zápůjčka nebo lhůta skončila, instalujte klíč a aktivujte.
fleet-result-hardware-changed = Změnil se hardware, aktivujte znovu.
fleet-result-store-damaged = Úložiště licencí je poškozené, opravte soubory licencí.
fleet-result-no-key = Není instalován žádný klíč.
fleet-result-offline-code-wrong = Potvrzovací kód má chybný tvar, zadejte jej znovu.
fleet-result-not-qualifying = Multilicenční klíč vyžaduje oprávněný systém.
fleet-result-key-host-cannot = Server KMS nemůže vyhovět, přejděte na nový klíč.
fleet-result-no-key-host = Server KMS není dostupný, právě proto přecházíte.
fleet-result-not-genuine = Systém není považován za pravý, vyměňte klíč nebo systém opravte.
fleet-result-clock-wrong = Hodiny jdou špatně, seřiďte je.
fleet-result-not-elevated = Chybí oprávnění správce.
fleet-result-unreachable = Zařízení nelze vzdáleně spravovat: firewall nebo WMI.
fleet-result-no-network = Aktivační služba není dostupná: proxy, firewall, název, TLS nebo hodiny.
fleet-result-information = Nic se neděje, kód je jen informativní.
fleet-format-slmgr = slmgr.vbs
fleet-format-slmgr-xpr = slmgr.vbs /xpr
fleet-format-ospp = ospp.vbs
fleet-format-list = seznam vlastností
fleet-format-table = tabulka vlastností
fleet-format-csv = CSV
fleet-format-json = JSON
fleet-format-ansible = fakta Ansible
fleet-format-xml = XML
fleet-format-vamt = VAMT
fleet-format-spreadsheet = sešit
fleet-resource = soubor s texty
fleet-ignored = nerozpoznáno: { $names }
fleet-family-windows = Windows
fleet-family-windows-server = Windows Server
fleet-family-office = Office
fleet-family-project = Project
fleet-family-visio = Visio
fleet-family-sql-server = SQL Server
fleet-family-unknown = neznámý produkt
fleet-pack-title = Jak tento balík použít
fleet-pack-1 = Přečtěte si Move-License.ps1: je to jeden skript pro všechny cesty a v záhlaví říká, co mění. SHA256SUMS obsahuje kontrolní součet každého souboru.
fleet-pack-2 = Do keys-template.txt doplňte na každý řádek POPISEK=KLÍČ a uložte jej jako keys.txt tam, kde jej mohou číst jen správci. Klíč nepatří do skriptu, na příkazový řádek ani do protokolu.
fleet-pack-3 = Nejdříve vyzkoušejte: Move-License.ps1 -DryRun nic nezmění.
fleet-pack-4 = Postupujte po vlnách: Invoke-Wave.ps1 -Wave 1, nebo složky gpo, intune, configmgr a ansible; classic je pro zařízení bez PowerShellu.
fleet-pack-5 = Sesbírejte důkazy: na každém zařízení znovu Get-Inventory.ps1 a s jeho soubory nový plán. Převedená zařízení se pak počítají jako hotová.
fleet-pack-6 = Cesta zpět, jen dokud běží server KMS: obecný klientský klíč zapište do keys.txt jako BACK-POPISEK=KLÍČ a spusťte Move-License.ps1 -Phase Undo. Nepoužívejte rearm.
fleet-pack-7 = Nezapomeňte na obrazy, šablony virtuálních strojů, posloupnosti úloh, soubory odpovědí a profily: co se z nich s obecným klíčem nově nasadí, se bez serveru KMS nikdy neaktivuje.
fleet-pack-report = Soubor report-to.txt obsahuje adresu a token, který platí jen pro tuto vlnu. Skripty, které ho najdou vedle sebe, tam ohlásí, co udělaly; nic jiného se neposílá a klíč nikdy. Když ho odeberete, neohlásí se nic. Token přestane platit za 14 dní, nebo až se skripty vlny převezmou znovu. Soubor keys.txt, pokud tu je, obsahuje klíče zadané pro tuto vlnu: dejte ho jen skriptům a pak ho smažte.
fleet-exit-title = Co znamenají návratové kódy
fleet-result-title = Co znamenají kódy výsledků
