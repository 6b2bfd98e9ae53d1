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
