# Slova stránek portálu: nadpisy, vysvětlení, pole a nápovědy. Názvy dané návrhem jsou v common.ftl.

## Rám stránky

nav-key-views = Zobrazení klíčů
nav-outbox = Nedoručené
nav-relations = Partneři
nav-sales = Prodeje
nav-tax = Sazby daně
tab-overview = Přehled
tabs = Části zákazníka
pages = Stránky
filters = Filtry
lines = Položky
document-facts = V kostce
search-everywhere = Hledat zákazníky, objednávky a produkty
search-placeholder = Zákazník, objednávka nebo produkt
search-advice = Zkuste část názvu zákazníka, jeho doménu, číslo objednávky nebo produkt.
switch-tenant = Pracovat za jinou organizaci
theme = Barvy
theme-auto = Podle zařízení
theme-light = Světlé
theme-dark = Tmavé
live-copied = Zkopírováno.
live-copied-secret = Zkopírováno. Schránka se za minutu vymaže.
live-cleared = Schránka byla vymazána.
live-copy-by-hand = Kopírování zde není povoleno. Text je vybrán: zkopírujte ho klávesnicí.
live-uploading = Nahrávání
live-failed = Spojení selhalo. Nic se nezměnilo, zkuste to prosím znovu.
form-errors = Opravte prosím následující:
shown-code = Kód
shown-request = ID požadavku

## Přihlášení, odmítnutí

action-send-link = Poslat odkaz
action-set-password = Nastavit heslo
action-accept-invitation = Přijmout pozvánku
action-forgot-password = Zapomněli jste heslo?
field-new-password = Nové heslo
field-new-password-again = Nové heslo znovu
hint-new-password = Alespoň 12 znaků. Věta se pamatuje lépe než hádanka.
refusal-role = Potřebná role
refusal-holders = Kdo ji má
refusal-nobody = zatím nikdo
refusal-ask = Požádat o tuto roli
refusal-asked = Žádost byla odeslána. O vyřízení vás informujeme e-mailem.
field-ask-note = K čemu ji potřebujete
hint-ask-note = Přečte si to ten, kdo rozhoduje.

## Úvod

home-attention = Vyžaduje pozornost
home-latest-orders = Poslední objednávky
home-no-sales = Prodeje se zde objeví, jakmile některý partner objedná.
figure-sold-30-days = Prodáno za 30 dní, bez daně
figure-purchases = Nákupy
home-sales-orders = { $count ->
    [one] { $count } objednávka
    [few] { $count } objednávky
   *[other] { $count } objednávek
}
home-units = { $count ->
    [one] { $count } kus
    [few] { $count } kusy
   *[other] { $count } kusů
}
home-not-delivered = Nedoručeno
home-sheet-waits = Ceník { $file } je načten a čeká na zveřejnění.
home-sheet-preview = Náhled
home-dead-letters = { $count ->
    [one] { $count } událost se nepodařilo doručit.
    [few] { $count } události se nepodařilo doručit.
   *[other] { $count } událostí se nepodařilo doručit.
}
home-role-requests = { $count ->
    [one] { $count } člověk žádá o roli.
    [few] { $count } lidé žádají o roli.
   *[other] { $count } lidí žádá o roli.
}
home-near-limit = { $partner } dluží { $owed } z limitu { $limit }.
home-credit-line = Úvěrový rámec
home-newest-purchases = Nejnovější nákupy
home-key-looks = Kdo se naposledy díval na klíče
home-partner-since = od { $date }
home-partner-asks = { $partner } žádá, aby vás mohl obsluhovat.
home-no-partner = Nyní vás neobsluhuje žádný partner. Váš software a váš vlastní přístup zůstávají.
home-nothing = Nic na vás nečeká.
figure-customers = Zákazníci
figure-orders-month = Objednávky tento měsíc
figure-revenue-month = Prodáno tento měsíc
figure-cancellable = Lze ještě zrušit
figure-credit-left = Zbývá z úvěrového rámce
figure-partners = Partneři

## Doklady

field-amount = Částka
action-open-cart = Otevřít košík
action-update-cart = Přepočítat
action-save-cart = Uložit na později
action-review = Zkontrolovat objednávku
action-recalculate = Přepočítat
cart-saved = Uložené košíky
review-changed = Od poslední kontroly se něco změnilo. Před objednáním to prosím ověřte:

## Ceníky

prices-upload = Nahrát ceník
prices-upload-how = Ceník se nejprve zkontroluje. Než se cokoli zveřejní, uvidíte, co by se změnilo.
prices-sheets = Ceníky
prices-reading = Ceník se čte
prices-reading-stay = Stránku můžete opustit, čtení pokračuje.
prices-bad = Řádky, které nelze použít
search-product-customers = vyberte zákazníka, pro kterého ho koupíte
search-product-prices = v cenících
prices-bad-how = Opravte je v ceníku, nebo zveřejněte ceník bez nich.
prices-bad-all = Z tohoto ceníku nelze použít žádný řádek. Opravte ho a nahrajte znovu.
prices-new = Nové ceny
prices-changed = Změněné ceny
prices-ended = Ukončené ceny
action-upload = Nahrát
action-upload-check = Nahrát a zkontrolovat
action-publish = Zveřejnit
action-publish-without-bad = Zveřejnit bez vadných řádků
action-discard = Zahodit
field-price-sheet = Ceník
hint-price-sheet = Soubor CSV, nebo soubor ZIP s jedním souborem CSV.
field-market = Trh
field-rows = Řádky
field-uploaded = Nahráno
field-line = Řádek
field-column = Sloupec
field-before = Dříve
field-after = Nově
field-validity = Platnost

## Média

media-upload = Nahrát médium
media-upload-how = Jeden soubor pro každou verzi, jazyk a počet bitů. Kontrolní součet se po nahrání vypočítá a podepíše.
field-media-file = Soubor s médiem
hint-media-file = Obraz disku, archiv nebo instalátor. Velmi velké soubory je lepší vložit příkazem pro import.
hint-language-tag = Značka jazyka, například en-US nebo cs-CZ.
field-support-end = Konec podpory
field-sha256 = SHA-256
field-signature = Podpis

## Partneři provozovatele

action-create-partner = Založit partnera
action-suspend = Pozastavit
field-organisation = Název organizace
field-mpn-id = ID partnera
field-credit-limit = Úvěrový limit
field-credit-left = Zbývá z limitu
hint-credit-limit = Objednávky na účet, které by ho překročily, se odmítnou.
hint-invite = Dostane e-mail s pozvánkou.
hint-kept-in-log = Zůstane v protokolu aktivit.
legend-organisation = Organizace
legend-credit = Úvěr
legend-first-admin = První správce
legend-address = Adresa
partner-staff = Lidé
partner-invite = Pozvat člověka
partner-suspension = Pozastavení
partner-suspension-how = Pozastavený partner se nemůže přihlásit, objednávat ani získávat klíče. Jeho zákazníkům zůstává jejich vlastní přístup.

## Pravidla

policies-intro = Změny platí jen pro nové objednávky. Objednávky si nechávají pravidla ze dne, kdy byly zadány.
policies-default = Výchozí
policies-products = Odlišně pro jednotlivé produkty
policies-none = Žádný produkt nemá vlastní pravidla.
policies-add = Pravidla pro produkt
field-window-days = Dny na zrušení
hint-window-days = Do konce tohoto dne po dni nákupu.
field-credit-percent = Dobropis v procentech
field-activations-per-unit = Aktivací na kus
field-downgrade = Smí se používat starší verze (právo na downgrade)
field-downgrade-short = Starší verze

## Daně

tax-intro = Objednávky použijí sazbu platnou v den zadání.
tax-none = Zatím žádná sazba. Objednávky do země bez sazby se odmítnou.
tax-add = Přidat sazbu
field-tax-class = Daňová třída
field-rate = Sazba v procentech
hint-rate = Například 21 nebo 5,5.
field-valid-from = Platí od
field-valid-until = Platí do

## Nedoručené

outbox-intro = Události a e-maily, od kterých se po opakovaných pokusech upustilo.
field-event = Událost
field-to-address = Komu
field-since = Od
field-attempts = Pokusy
field-last-error = Poslední chyba

## Lidé

people-members = Členové
people-requests = Žádosti o roli
people-invite = Pozvat člověka
people-invite-how = Pozvánka platí sedm dní a lze ji použít jednou.
people-grant = Udělit roli
people-grant-how = Role na omezenou dobu skončí sama.
action-grant = Udělit roli
field-hours = Na kolik hodin
hint-hours = Prázdné pole znamená bez omezení.
field-last-seen = Poslední přihlášení

## Zákazníci

action-create-customer = Založit zákazníka
action-record-agreement = Zaznamenat smlouvu
action-end-relationship = Ukončit vztah
customer-facts = Organizace
customer-agreement = Smlouva se zákazníkem
customer-agreement-missing = Není zaznamenána přijatá smlouva. Dokud nebude, nelze pro zákazníka nic objednat.
customer-relationship = Vztah
customer-end = Ukončit vztah
customer-end-how = Odkazy ke stažení přestanou fungovat. Co bylo koupeno, zákazníkovi zůstává, včetně jeho vlastního přístupu ke klíčům a médiím.
customer-people = Lidé zákazníka
customer-nobody = Zatím nikdo nepřijal pozvánku.
relations-intro = Tyto organizace pro vás nakupují software. Ukončení vztahu nikdy nebere to, co bylo koupeno.
field-purchases = Nákupy
field-agreement = Smlouva
field-agreed-name = Přijal(a)
field-agreed-on = Přijato dne
hint-domain = Například example.com. Každá doména patří jen jednomu zákazníkovi.
field-vat-id = DIČ
hint-vat-id = S kódem země, například CZ12345678.
field-segment = Segment
field-address-line1 = Ulice a číslo
field-address-line2 = Druhý řádek adresy
field-city = Město
field-postal-code = PSČ
field-region = Stát nebo kraj
hint-by-country = V některých zemích povinné.

## Katalog

field-term = Období
field-cost = Nákupní cena
field-suggested-price = Doporučená
field-own-price = Vaše cena
field-margin = Marže
field-price-valid = Cena platí

## Software a nákup

field-days-to-cancel = Ke zrušení
field-term-end = Konec období
field-bought = Koupeno
field-cancelled = Zrušeno
field-active = Aktivní
software-totals = Součty podle produktů
purchase-media = Klíče a stahování
purchase-choose = Vyberte, co potřebujete. Nabízejí se jen existující kombinace.
media-key = Kód Product Key
media-key-how = Klíč se zobrazí, až když o něj požádáte, a zaznamená se to s vaším jménem a časem.
media-file = Instalační médium
media-server = Na serveru bez prohlížeče
media-curl-how = Tento řádek stáhne soubor a po přerušení spojení pokračuje. Funguje jednou, po dobu 24 hodin.
media-verify = Jak soubor ověřit
media-verify-how = Výsledek tohoto příkazu porovnejte s hodnotou SHA-256 výše.
media-signature-how = Podpis dokládá, že soubor pochází od nás. Podepsáno je pět řádků, každý se znakem nového řádku: perpetua-media-1, produkt, verze, SHA-256 šestnáctkově, velikost v bajtech. Tyto příkazy je sestaví z vašeho souboru a odpovědí „Signature Verified Successfully“; potřebují OpenSSL 3.
media-signature-file = Podpis (.sig)
media-public-key = Veřejný klíč (.pem)
media-many = Mnoho počítačů na jednom místě
media-many-how = Stáhněte soubor jednou, ověřte ho a uložte na sdílené místo ve vlastní síti. Z této kopie smí instalovat každý počítač se stejným klíčem.
key-of = Kód Product Key pro { $product }
key-recorded = Toto zobrazení bylo zaznamenáno.
link-heading = Předat stažení někomu jinému
link-how = Odkaz se otevře bez účtu a jen v mezích, které zde nastavíte.
link-risks = Než zkopírujete odkaz
link-risk-holder = Soubor si může stáhnout každý, kdo má odkaz.
link-risk-forward = Přeposlané e-maily a náhledy v chatu ho mohou vyčerpat nebo prozradit.
link-risk-reveals = Prozrazuje, který produkt zákazník vlastní.
link-risk-stale = Starý odkaz může vést na zastaralé sestavení.
link-risk-elsewhere = Soubor odjinud může být pozměněný: porovnejte kontrolní součet a podpis.
link-risk-key = Nikdy neposílejte klíč ve stejné zprávě: společně prozradí všechno.
link-made = Odkaz ke stažení
link-made-once = Odkaz se zobrazí jen teď. Zkopírujte ho, než stránku opustíte.
links-heading = Odkazy a jejich použití
field-recipient = Příjemce
hint-recipient = Jméno nebo e-mailová adresa, aby se použití dala rozlišit.
field-link-days = Platnost ve dnech
field-link-uses = Počet stažení
field-link-password = Heslo odkazu
hint-link-password = Sdělte ho příjemci jinou cestou. Pět chybných pokusů odkaz uzamkne.
field-made = Vytvořen
field-expires = Platí do
field-uses = Použití

## Rušení

legend-details = Podrobnosti
legend-description = Popis
legend-contact = Kontakt
legend-files = Soubory
field-free-text = Cokoli dalšího
field-cancel-quantity = Zrušit kusů
field-credit = Dobropis
hint-refund-reason = Například: špatná edice, objednáno dvakrát, projekt zastaven.
hint-refund-amount = Včetně daně. Řídí se množstvím uvedeným výše.
hint-files = Nejvýše 10 souborů po 25 MiB: obrázky, PDF, protokoly, archivy. Nikdy nepřikládejte kód Product Key.
cancel-what = Co se ruší
cancel-credit = Dobropis
cancel-effect = Co se stane
cancel-machines = Počítače s tímto klíčem
cancel-deadline = Možné do
cancelled-request = Žádost
cancelled-done = Provedeno

## Aktivita

field-when = Kdy
field-what = Co
field-about = Čeho se týká
field-network = Odkud
field-outcome = Výsledek

## Veřejný odkaz

action-start-download = Zahájit stahování
public-intro = Tento odkaz pro vás někdo vytvořil.
public-uses-nothing = Otevřením této stránky se nic nespotřebuje. Počítá se až zahájení stahování.
public-curl-how = Příkaz stáhne soubor a po přerušení spojení pokračuje. Jeho příprava se počítá jako jedno stažení.
public-started = Toto stažení je započítáno. Soubor lze stáhnout do 24 hodin.
