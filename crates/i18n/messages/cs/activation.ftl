# Co se odpovídá počítačům a co lidé z aktivace vidí: `activation-CODE` pro každý stálý kód knihovny license,
# `machine-…` pro stránky.

activation-retry-at = Zkuste to znovu od { $at } (UTC).

## Good answers

activation-activated = Tento počítač je aktivován.
activation-activated_again = Tento počítač už aktivován byl; má nový certifikát a počítá se jednou.
activation-activated_changed = Tento počítač je aktivován. Jeho hardware se od minula trochu změnil.
activation-activated_reimaged = Tento počítač byl nově nainstalován a svou aktivaci si ponechává.
activation-activated_by_top_up = Tento počítač je aktivován aktivací navíc nad povolený počet.
activation-refreshed = Tento počítač má nový certifikát.
activation-returned = Aktivace byla vrácena a je volná.
activation-return_pending = Aktivace byla opuštěna a uvolní se, až skončí platnost certifikátu.
activation-active = Tento počítač je aktivní.
activation-typed_code_issued = Kód byl vytvořen. Opište ho na počítači.

## About the key

activation-key_malformed = Toto není produktový klíč: má osm skupin po čtyřech písmenech a číslicích.
activation-key_mistyped = V produktovém klíči je překlep. Porovnejte ho s originálem.
activation-key_foreign = Tento klíč o 25 znacích patří jinému vydavateli. Naše klíče mají 32 znaků.
activation-key_kms_client = Toto je obecný klientský klíč pro službu správy klíčů, který zde nic neaktivuje. Použijte produktový klíč ze svého nákupu.
activation-key_unknown = Tento produktový klíč zde nebyl vydán.
activation-key_cancelled = Nákup tohoto klíče byl zrušen, takže už neaktivuje žádný počítač.
activation-key_leaked = Tento klíč unikl na veřejnost a byl odvolán. Požádejte svého partnera o nový.
activation-key_revoked = Tento klíč byl odvolán. Zeptejte se svého partnera.
activation-key_replaced = Tento klíč byl nahrazen jiným. Nové počítače potřebují nový klíč.
activation-key_paused = Tento klíč teď neaktivuje nové počítače. Aktivované počítače pracují dál.
activation-key_exhausted = Tento klíč už nemá žádnou volnou aktivaci. Vraťte některou nepotřebnou, nebo dokupte další.
activation-term_over = Období tohoto nákupu skončilo.
activation-other_product = Tento klíč je pro jiný produkt.
activation-version_not_covered = Na tuto verzi se klíč nevztahuje.

## About the machine

activation-machine_cloned = Totožnost tohoto počítače používají dva počítače. Jeden z nich nainstalujte znovu a aktivujte ho zvlášť.
activation-machine_changed_too_often = Hardware tohoto počítače se změnil znovu příliš brzy.
activation-machine_unknown = Tento počítač takovou aktivaci nemá. Aktivujte ho.
activation-machine_released = Aktivace tohoto počítače byla vrácena nebo uvolněna. Aktivujte ho znovu.
activation-return_limit_reached = Tento měsíc už nelze vrátit žádnou další aktivaci tohoto klíče.
activation-proof_outdated = Počítač byl po vytvoření této žádosti znovu aktivován. Vytvořte na něm novou žádost.

## About the request

activation-request_malformed = Toto není žádost o aktivaci.
activation-request_truncated = Žádost končí příliš brzy. Pošlete celý soubor.
activation-request_altered = Žádost byla cestou pozměněna.
activation-request_replayed = Tato žádost je pozměněnou kopií jiné žádosti.
activation-request_too_large = Žádost je příliš velká.
activation-request_from_future = Žádost má datum v budoucnosti. Nastavte na počítači hodiny.
activation-request_too_old = Žádost je starší než 30 dní. Vytvořte na počítači novou.
activation-request_other_installation = Žádost je určena jiné instalaci.
activation-protocol_unsupported = Této verzi protokolu zde nerozumíme. Aktualizujte software.

## About a code

activation-code_mistyped = V některé skupině kódu je chyba.
activation-code_foreign = Tento kód patří jinému vydavateli.
activation-code_other_request = Kód byl vytvořen pro jinou žádost, jiný počítač nebo jiný klíč.
activation-code_expired = Kód už neplatí.
activation-typed_code_not_allowed = Opisované kódy nejsou pro tento produkt povoleny. Použijte soubor nebo QR kód.

## About the service

activation-too_many_requests = Pokusů bylo příliš mnoho. Počkejte minutu.
activation-try_again_later = Teď nelze odpovědět. Zkuste to později.

## Activities

activity-machine-activated = Aktivace počítače: { $product }, objednávka { $order }
activity-machine-changed = Změna počítače: { $product }, objednávka { $order }
activity-machine-returned = Vrácení aktivace: { $product }, objednávka { $order }
activity-machine-return_refused = Pokus o vrácení aktivace
activity-machine-released = Uvolnění počítače: { $product }, objednávka { $order }
activity-activation_rules-set = Změna pravidel aktivace produktu

## Errors

error-return_limit_reached = Další aktivaci tohoto klíče lze vrátit až od { $at }.
error-too_many_machines = { $count ->
        [one] Najednou by se musel uvolnit { $count } počítač. Zrušte nákup po menších částech.
        [few] Najednou by se musely uvolnit { $count } počítače. Zrušte nákup po menších částech.
       *[other] Najednou by se muselo uvolnit { $count } počítačů. Zrušte nákup po menších částech.
    }

## Machines of a purchase

nav-machines = Počítače
machines-none = Žádný počítač není aktivován
machines-none-how = Počítače se zde objeví, až se aktivují produktovým klíčem tohoto nákupu.
machines-upload = Počítače bez sítě
machines-upload-how = Přineste sem soubor se žádostmi jednoho nebo mnoha počítačů. Dostanete soubor s odpověďmi, který odnesete zpět.
machine-unnamed = Počítač bez názvu
machine-via-network = žádal po síti
machine-via-file = žádal souborem
machine-via-typed = žádal opisovaným kódem
machine-state-active = Aktivní
machine-state-silent = Mlčí: certifikát mu vypršel
machine-state-leaving = Vráceno, počítá se do { $at }
machine-state-returned = Vráceno
machine-state-released = Uvolněno
field-activations-left = Zbývající aktivace
field-machine = Počítač
field-first-seen = Poprvé aktivován
field-last-asked = Naposledy žádal
field-request-file = Soubor se žádostmi
hint-request-file = Soubor s koncovkou .request, nejvýše 1 MiB a 1 000 počítačů.
action-upload-requests = Odpovědět na žádosti
field-show-qr = Ukázat odpověď jako QR kód
hint-show-qr = Pro soubor jednoho počítače; jinak dostanete soubor.
machines-scan = Počítač, který ukazuje QR kód
machines-scan-how = Naskenujte QR kód, který počítač ukazuje, a vložte sem jeho text. Odpověď dostanete jako QR kód i jako text.
field-request-text = Text QR kódu
hint-request-text = Začíná znaky PQ1: – poslouží i obsah souboru se žádostí jednoho počítače.
action-answer-code = Odpovědět QR kódem
answer-code-title = Odpověď pro počítač
answer-code-scan = Naskenujte ji na počítači
answer-code-alt = QR kód s odpovědí; totéž je níže jako text.
answer-code-text = Totéž jako text
answer-code-text-how = Pro počítač bez kamery: uložte text do souboru a ten na něm importujte.
action-return-machine = Vrátit
flash-machine-returned = Aktivace počítače je vrácena.
export-machine = Počítač
export-machine-id = Id aktivace
export-via = Způsob žádosti
export-first-seen = Poprvé aktivován
export-last-seen = Naposledy žádal
export-certificate-ends = Konec certifikátu
export-version = Verze

## Machines in a cancellation

cancel-machine-seen = Naposledy žádal { $at }
cancel-machines-note = { $count ->
        [one] Vyberte { $count } počítač k uvolnění. Bez výběru se uvolní ten, který se neozval nejdéle.
        [few] Vyberte { $count } počítače k uvolnění. Bez výběru se uvolní ty, které se neozvaly nejdéle.
       *[other] Vyberte { $count } počítačů k uvolnění. Bez výběru se uvolní ty, které se neozvaly nejdéle.
    }

## Replacing a key

machines-replace = Výměna klíče
machines-replace-how = Pro klíč, který znají jiní. Nákup dostane jiný klíč; kdo smí klíče vidět, najde ho pod Získat klíč. Dosavadní klíč od této chvíle neaktivuje žádný nový počítač. Aktivované počítače běží dál, na nový klíč přejdou při své obnově a nepočítají se dvakrát.
field-replace-why = Důvod
replace-why-leaked = Dostal se na veřejnost nebo k jiným lidem
replace-why-person_left = Odešel někdo, kdo ho znal
replace-why-other = Jiný důvod
action-replace-key = Vyměnit klíč
flash-key-replaced = Nákup má jiný klíč. Dosavadní už neaktivuje žádný nový počítač.
desk-key-replaced = Nákup má teď jiný klíč; najdete ho pod Získat klíč. Dosavadní už neaktivuje žádný nový počítač. Aktivované počítače běží dál.
field-key-replaced = Klíč vyměněn
error-replaced_too_often = Tento klíč byl během 30 dnů vyměněn třikrát. Znovu ho lze vyměnit od { $at }.
activity-key-replaced = Výměna klíče: { $product }, objednávka { $order }
activity_kind-key-replaced = Výměna klíče
activity-key-replace_refused = Pokus o výměnu klíče
activity_reason-leaked = klíč znají jiní
activity_reason-person_left = odešel někdo, kdo klíč znal
activity_reason-other = jiný

## Typed codes

machines-typed = Počítač bez sítě, kam nelze donést ani soubor
machines-typed-how = Opište devět skupin číslic, které počítač ukazuje. Dostanete osm skupin, které na něm napíšete. Kód se počítá jako každá aktivace a platí nejvýše 90 dní.
field-typed-request = Číslice, které počítač ukazuje
hint-typed-request = Devět skupin po šesti číslicích; na mezerách a pomlčkách mezi nimi nezáleží.
field-machine-name = Název počítače
action-typed-code = Vytvořit kód
typed-code-title = Kód pro počítač
typed-code-type = Napište na počítači tyto skupiny
typed-code-warning = Kód platí pro jeden počítač a jednu žádost. Je to otisk s klíčem, ne podpis: zrušený nákup takový počítač zastaví, až když kód skončí.
typed-groups-good = Všechny skupiny jsou správně.
typed-group-wrong = Zkontrolujte tuto skupinu
field-error-typed_group = Ve skupině { $group } je překlep. Podívejte se na ni na počítači znovu.
field-error-typed_length = Napište devět skupin po šesti číslicích.
field-error-typed_foreign = Tyto číslice pocházejí ze softwaru jiného vydavatele.
field-error-typed_version = Žádost vytvořila novější verze softwaru.
field-error-typed_other_key = Na počítači byl napsán jiný produktový klíč.
field-error-name_not_usable = Napište na jednom řádku název nejvýše o 64 znacích.
error-typed_codes_off = Tento produkt nemá opisované kódy. Nejprve je povolte.
activity-typed_code-issued = Vytvoření opisovaného kódu: { $product }, objednávka { $order }
activity_kind-typed_code-issued = Vytvoření opisovaného kódu
activity-typed_code-refused = Žádost o opisovaný kód
activity-typed_secret-revealed = Zobrazení tajemství pro opisované kódy produktu

## Keys that may have become public

alarm-seen = { $attempts ->
        [one] { $attempts } pokus
        [few] { $attempts } pokusy
       *[other] { $attempts } pokusů
    } aktivovat s tímto klíčem nový počítač během jednoho dne (do { $at }) je víc, než nákup vysvětluje. Počet sítí: { $networks }.
alarm-mark = Nové počítače se aktivují dál.
alarm-slow = Nový počítač se aktivuje nejvýše jeden za hodinu.
alarm-pause = Nové počítače se už zase aktivují.
alarm-closed = Do { $until } se neaktivuje žádný nový počítač. Aktivované počítače běží dál.
action-false-alarm = Planý poplach
flash-alarm-settled = Poplach skončil. Tento klíč se 30 dní nesleduje.
error-no_alarm = U tohoto klíče žádný poplach není.
activity-key-suspected = Klíč se mohl dostat na veřejnost: { $product }, objednávka { $order }
activity_kind-key-suspected = Klíč se mohl dostat na veřejnost
activity-key-alarm_settled = Označení poplachu za planý: { $product }, objednávka { $order }
activity_kind-key-alarm_settled = Označení poplachu za planý
activity-key-alarm_settle_refused = Pokus o ukončení poplachu

## Rules and activations, for the operator

nav-rules = Pravidla aktivace
nav-activations = Aktivace
rules-intro = Co platí pro certifikáty od této chvíle. Produkty bez vlastních pravidel: obnova po 30 dnech, 14 dní odkladu, pak software umí méně; pět vrácení za měsíc; žádné aktivace navíc, žádné opisované kódy.
rules-products = Produkty s vlastními pravidly
rules-none = Žádný produkt nemá vlastní pravidla.
rules-edit = Nastavit pravidla produktu
rules-certificates = Certifikáty
rules-machines = Počítače
rules-leaks = Klíče, které se mohly dostat na veřejnost
rules-refresh = Obnova
rules-top-up = Aktivace navíc
rules-typed = Opisované kódy
rules-never = žádné
rules-refresh-after = Obnova: { $refresh ->
        [one] { $refresh } den
        [few] { $refresh } dny
       *[other] { $refresh } dní
    }, odklad: { $grace ->
        [one] { $grace } den
        [few] { $grace } dny
       *[other] { $grace } dní
    }, potom:
rules-top-up-of = { $extra } za { $days ->
        [one] { $days } den
        [few] { $days } dny
       *[other] { $days } dní
    }
rules-typed-days = { $days ->
        [one] { $days } den
        [few] { $days } dny
       *[other] { $days } dní
    }
after-grace-remind = software připomíná
after-grace-reduce = software umí méně
after-grace-stop = software se zastaví
leak-reaction-off = Nesledovat
leak-reaction-mark = Označit a oznámit
leak-reaction-slow = Jeden nový počítač za hodinu
leak-reaction-pause = Pozastavit nové počítače
field-refresh-days = Počet dní, po kterých se má počítač obnovit
hint-refresh-days = 1 až 3 650.
field-grace-days = Počet dní odkladu
hint-grace-days = Tak dlouho počítač běží dál bez obnovy.
field-after-grace = Po odkladu
field-list-max-days = Největší stáří seznamu odvolaných ve dnech
hint-list-max-days = 0, pokud software žádný seznam nepotřebuje.
field-drift-days = Počet dní mezi dvěma změnami počítače
hint-drift-days = Hardware počítače se smí za tolik dní změnit jednou.
field-returns-per-month = Vrácení za měsíc
field-top-up-extra = Aktivace navíc
hint-top-up = Tolik se jich bez ptaní dá nad limit v každém rozmezí tolika dní. Prázdné: žádné.
field-top-up-days = Za kolik dní
field-typed-days = Platnost opisovaného kódu ve dnech
hint-typed-days = 1 až 90; prázdné: žádné. Opisovaný kód je otisk s klíčem: kdo software rozebere, vytvoří kódy pro libovolný počítač, a zrušený nákup počítač zastaví, až když jeho kód skončí.
field-leak-reaction = Co se stane
field-leak-attempts = Pokusů za den
hint-leak-attempts = Nad jeden na každou aktivaci nákupu.
field-leak-networks = Sítí za den
hint-leak-networks = Nad jednu na každé čtyři aktivace nákupu.
field-leak-pause-hours = Délka pozastavení v hodinách
action-show-secret = Zobrazit tajemství
typed-secret-title = Tajemství pro opisované kódy
typed-secret-intro = Vydavatel ho vestaví do softwaru jako typedSecret. Kdo ho zná, vytvoří kódy pro libovolný počítač. Zobrazení se zaznamenalo.
activations-intro = Počítače aktivované za posledních 90 dní, po dnech UTC.
activations-alarms = Klíče, které se mohly dostat na veřejnost
activations-no-alarms = Žádný klíč není podezřelý.
activations-seen = Co se stalo
activations-products = Podle produktu a verze
activations-none = V této době se žádný počítač neaktivoval.
chart-machines = Počítače, které se počítají
chart-activations = Aktivace
chart-day = Den
chart-count = Počet počítačů
chart-highest = nejvíce: { $value }
chart-table = Jako tabulka
