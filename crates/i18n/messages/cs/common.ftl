# Slova, která jsou na každé stránce. Názvy odkazů, tlačítek a polí jsou stálé: kontroly a skripty
# podle nich prvky hledají.

## Navigace

nav-home = Přehled
nav-customers = Zákazníci
nav-partners = Partneři
nav-software = Software
nav-orders = Objednávky
nav-activity = Protokol aktivit
nav-requests = Žádosti o podporu
nav-catalog = Katalog
nav-prices = Ceny
nav-media = Instalační média
nav-people = Lidé
nav-policies = Zásady
nav-invoices = Faktury
nav-settings = Nastavení
nav-main = Hlavní navigace
nav-skip = Přejít k obsahu
nav-breadcrumb = Kde jste
signed-in-as = Přihlášená osoba: { $name }

## Akce

action-add = Přidat
action-add-products = Přidat produkty
action-get-keys = Získat klíče a soubory ke stažení
action-get-key = Získat klíč
action-copy = Kopírovat
action-copied = Zkopírováno
action-download = Stáhnout
action-copy-link = Kopírovat odkaz
action-cancel = Zrušit
action-place-order = Odeslat objednávku
action-submit = Odeslat
action-keep-purchase = Ponechat nákup
action-save = Uložit
action-back = Zpět
action-next = Další
action-previous = Předchozí
action-continue = Pokračovat
action-close = Zavřít
action-search = Hledat
action-filter = Filtrovat
action-filter-clear = Zrušit filtry
action-sort = Seřadit
action-create = Vytvořit
action-edit = Upravit
action-change = Změnit
action-remove = Odebrat
action-revoke = Odvolat
action-renew = Prodloužit
action-import = Importovat
action-export = Exportovat
action-export-csv = Exportovat do CSV
action-invite = Pozvat
action-accept = Přijmout
action-decline = Odmítnout
action-show = Zobrazit
action-hide = Skrýt
action-details = Podrobnosti
action-retry = Zkusit znovu
action-sign-in = Přihlásit se
action-sign-out = Odhlásit se
action-ask-for-role = Požádat o tuto roli
action-switch-language = Změnit jazyk

## Pole

field-version = Verze
field-language = Jazyk
field-bit = Bitová verze
field-problem-type = Typ problému
field-impact = Dopad
field-title = Název
field-description = Popis
field-customer-ref = ID zákazníka nebo název domény
field-order-ref = ID objednávky nebo ID předplatného
field-refund-reason = Důvod vrácení peněz
field-refund-amount = Požadovaná částka
field-contact-name = Jméno
field-contact-email = E-mailová adresa
field-contact-phone = Telefonní číslo
field-files = Přidat soubory
field-email = E-mailová adresa
field-password = Heslo
field-name = Název
field-role = Role
field-person = Osoba
field-customer = Zákazník
field-customer-id = ID zákazníka
field-partner = Partner
field-product = Produkt
field-quantity = Množství
field-price = Cena
field-unit-price = Jednotková cena
field-tax = Daň
field-total = Celkem
field-currency = Měna
field-country = Země
field-domain = Doména
field-order = Objednávka
field-purchase-order = Číslo nákupní objednávky
field-date = Datum
field-from = Od
field-to = Do
field-state = Stav
field-kind = Druh
field-reason = Důvod
field-note = Poznámka
field-file-type = Typ souboru
field-size = Velikost
field-optional = nepovinné
field-required = povinné

## Krátké odpovědi a stavy

yes = Ano
no = Ne
none = Žádné
all = Vše
unknown = Neznámé
actions = Akce
loading = Načítá se…
saved = Uloženo
bit-32 = 32bitová
bit-64 = 64bitová
bit-any = Libovolná
page-of = Strana { $page } z { $pages }
no-results = Nic nebylo nalezeno

## Počty

count-days =
    { $count ->
        [one] { $count } den
        [few] { $count } dny
       *[other] { $count } dní
    }
count-hours =
    { $count ->
        [one] { $count } hodina
        [few] { $count } hodiny
       *[other] { $count } hodin
    }
count-items =
    { $count ->
        [one] { $count } položka
        [few] { $count } položky
       *[other] { $count } položek
    }
count-results =
    { $count ->
        [one] { $count } výsledek
        [few] { $count } výsledky
       *[other] { $count } výsledků
    }
count-customers =
    { $count ->
        [one] { $count } zákazník
        [few] { $count } zákazníci
       *[other] { $count } zákazníků
    }
count-orders =
    { $count ->
        [one] { $count } objednávka
        [few] { $count } objednávky
       *[other] { $count } objednávek
    }
count-products =
    { $count ->
        [one] { $count } produkt
        [few] { $count } produkty
       *[other] { $count } produktů
    }
count-units =
    { $count ->
        [one] { $count } kus
        [few] { $count } kusy
       *[other] { $count } kusů
    }
count-keys =
    { $count ->
        [one] { $count } klíč
        [few] { $count } klíče
       *[other] { $count } klíčů
    }
count-activations =
    { $count ->
        [one] { $count } aktivace
        [few] { $count } aktivace
       *[other] { $count } aktivací
    }
count-downloads =
    { $count ->
        [one] { $count } stažení
        [few] { $count } stažení
       *[other] { $count } stažení
    }
count-machines =
    { $count ->
        [one] { $count } počítač
        [few] { $count } počítače
       *[other] { $count } počítačů
    }
count-rows =
    { $count ->
        [one] { $count } řádek
        [few] { $count } řádky
       *[other] { $count } řádků
    }
count-files =
    { $count ->
        [one] { $count } soubor
        [few] { $count } soubory
       *[other] { $count } souborů
    }
count-people =
    { $count ->
        [one] { $count } osoba
        [few] { $count } osoby
       *[other] { $count } osob
    }
days-left =
    { $count ->
        [one] zbývá { $count } den
        [few] zbývají { $count } dny
       *[other] zbývá { $count } dní
    }

## Role

role-operator_admin = Správce provozovatele
role-operator_sales = Obchodník provozovatele
role-operator_support = Podpora provozovatele
role-operator_auditor = Auditor provozovatele
role-admin_agent = Agent správce
role-sales_agent = Prodejní agent
role-helpdesk_agent = Agent helpdesku
role-billing_admin = Správce fakturace
role-user_admin = Správce uživatelů
role-global_admin = Globální správce
role-key_viewer = Čtenář klíčů
role-customer_user = Uživatel

## Organizace

tenant-operator = Provozovatel
tenant-partner = Partner
tenant-customer = Zákazník
