# Software, klíče, stahování a odkazy: odmítnutí (`error-KÓD`, `field-error-KÓD`) a záhlaví exportu.
error-purchase_cancelled = Nákup byl zrušen. Jeho klíč je odvolán a nic už nelze stáhnout.
error-payment_awaited = Objednávka čeká na zaplacení, klíč proto ještě neexistuje.
error-key_revoked = Klíč byl odvolán.
error-medium_not_offered = Tento soubor k nákupu nepatří nebo se už nenabízí. Vyberte znovu verzi, jazyk a bitovou verzi.
error-download_expired = Toto stahování skončilo { $at }. Spusťte je znovu.
error-download_revoked = Stahování bylo zastaveno: odkaz nebo oprávnění, na kterém záviselo, bylo odebráno.
error-download_used_up = Přes tuto adresu byl soubor přenesen už třikrát. Spusťte stahování znovu.
error-link_expired = Platnost odkazu skončila { $at }.
error-link_used_up = Všechna stažení tohoto odkazu byla využita.
error-link_revoked = Odkaz byl odvolán.
error-serving_suspended = Tento soubor se nyní nevydává: organizace, které patří, je pozastavena.
error-link_locked = Odkaz je po příliš mnoha chybných heslech uzamčen.
field-error-link_lifetime = Zvolte 1 až 90 dní.
field-error-link_uses = Zvolte 1 až 1 000 stažení.
field-error-link_password = Heslo má 8 až 128 znaků.
field-error-link_recipient = Napište nejvýše 200 znaků.
field-error-link_password_needed = Zadejte heslo, které patří k odkazu.
field-error-link_password_wrong = Heslo není správné. Po pěti chybných heslech se odkaz uzamkne.

export-product = Produkt
export-edition = Edice
export-kind = Druh
export-bought = Koupeno
export-left = Platné kusy
export-order = Objednávka
export-date = Datum nákupu
export-state = Stav
export-days-to-cancel = Dní na zrušení
export-cancel-until = Poslední den pro zrušení
export-term-end = Konec období
export-activations-used = Využité aktivace
export-activations-allowed = Povolené aktivace
export-product-id = ID produktu
export-purchase-id = ID nákupu
purchase-kind-perpetual = Trvalá licence
purchase-kind-subscription = Předplatné
purchase-state-active = Aktivní
purchase-state-partly-cancelled = Částečně zrušeno
purchase-state-ended = Období skončilo
purchase-state-cancelled = Zrušeno

# Stránka Software
window-last-day = poslední den pro zrušení
window-days-left = { $days ->
    [one] zbývá { $days } den
    [few] zbývají { $days } dny
    [many] zbývá { $days } dne
   *[other] zbývá { $days } dní
}
window-until = do { $date }
window-closed = uzavřeno { $date }
window-cancelled = zrušeno
quantity-left = { $left } z { $bought }
filter-not-cancelled = Nezrušené
software-none = Zatím žádný software
software-none-buy = Co pro tohoto zákazníka koupíte, se objeví zde i s klíči a soubory ke stažení.
software-none-yet = Nákupy se zde objeví, jakmile budou provedeny.
software-none-found = Nic neodpovídá
software-none-found-how = Zkuste jiná slova nebo zrušte filtry.

# Jeden nákup
field-edition = Edice
field-activations = Aktivace
field-file = Soubor
field-uses-left = Zbývá stažení
activations-used = { $limit ->
    [one] Využito { $used } z { $limit } aktivace.
    [few] Využito { $used } ze { $limit } aktivací.
    [many] Využito { $used } z { $limit } aktivace.
   *[other] Využito { $used } z { $limit } aktivací.
}
purchase-no-media = Pro tento produkt zatím nejsou instalační média.
purchase-needs-role = Klíče a stahování vyžadují některou z těchto rolí: { $roles }.
purchase-never-yours = Klíče a soubory ke stažení vidí jen partner a zákazník tohoto nákupu.
version-older = { $version } – starší verze
version-downgrade = Tuto starší verzi lze použít díky právu na nižší verze, které k nákupu patří.
version-unsupported = Podpora této verze skončila { $date }.
action-make-command = Připravit příkaz
media-language-multi = Více jazyků
media-language-en = Angličtina
media-language-cs = Čeština
media-language-de = Němčina
media-language-fr = Francouzština
media-language-es = Španělština
media-language-it = Italština
media-language-pl = Polština
media-language-sk = Slovenština

# Odkazy
link-for-nobody = Bez určení
link-protected = s heslem
link-used = { $max ->
    [one] využito { $uses } z { $max }
    [few] využito { $uses } ze { $max }
    [many] využito { $uses } z { $max }
   *[other] využito { $uses } z { $max }
}
link-state-active = Funguje
link-state-expired = Vypršel
link-state-used-up = Vyčerpán
link-state-revoked = Odvolán
link-state-locked = Uzamčen
link-state-dead = Skončil s nákupem
link-outcome-started = stahování zahájeno
link-outcome-expired = odmítnuto: vypršel
link-outcome-used-up = odmítnuto: vyčerpán
link-outcome-revoked = odmítnuto: odvolán
link-outcome-locked = odmítnuto: uzamčen
link-outcome-purchase-cancelled = odmítnuto: nákup zrušen
link-outcome-relationship-ended = odmítnuto: vztah skončil
link-outcome-suspended = odmítnuto: pozastaveno
link-outcome-password-needed = odmítnuto: bez hesla
link-outcome-wrong-password = odmítnuto: chybné heslo
link-made-by = kdo: { $name }
link-dead = Tento odkaz nefunguje
link-unknown = Takový odkaz neexistuje. Možná chybí část adresy.
link-dead-advice = Požádejte toho, kdo vám jej poslal, o nový.
flash-link-revoked = Odkaz byl odvolán. Co se přes něj přenášelo, se během několika sekund zastaví.
flash-link-renewed = Platnost odkazu byla obnovena.

# Kdo si zobrazil klíče
key-viewed = Zobrazení klíče
key-view-shown = Zobrazen
key-views-intro = Každé zobrazení klíče někým od partnera nebo z vaší organizace.
key-views-none = Klíč si zatím nikdo nezobrazil
key-views-none-how = Každé zobrazení zde bude uvedeno se jménem a časem.
flash-link-made-before = Tento formulář už byl odeslán. Jeho odkaz je v seznamu; adresa byla zobrazena tehdy a znovu se nezobrazí.

# Předání klíče
hand-over-heading = Předat určité osobě
hand-over-how = Osoba dostane e-mail bez klíče, prokáže se kódem a klíč uvidí jednou. Zaznamená se to jako zobrazení klíče.
field-person-name = Jméno osoby
field-person-email = Její e-mailová adresa
field-person-language = Jazyk e-mailů
action-hand-over = Předat
hand-overs-heading = Předáno osobám
hand-over-made = Předejte tuto adresu
field-opened = Otevřeno
hand-over-waiting = Neotevřeno
hand-over-opened = Otevřeno
hand-over-shown = Klíč zobrazen
hand-over-revoked = Odvoláno
hand-over-locked = Zablokováno
hand-over-expired = Vypršelo
hand-over-dead = Tato stránka žádný klíč nezobrazí
hand-over-title = Kód Product Key pro vás
hand-over-intro = Byl vám předán kód Product Key. Zobrazí se jednou: až ho uvidíte, poznamenejte si ho.
hand-over-from = Od koho
hand-over-signed-in = Jste přihlášeni jako osoba, které byl klíč předán.
hand-over-code-how = Kód přijde na adresu, na kterou přišel odkaz na tuto stránku, a platí 15 minut. Máte-li s touto adresou účet, přihlaste se.
hand-over-once = Znovu se nezobrazí.
action-send-code = Poslat mi kód
action-send-code-again = Poslat další kód
action-show-key = Zobrazit klíč
field-code = Kód
hint-code = Osm číslic z druhého e-mailu.
flash-handed-over = Osoba byla vyrozuměna e-mailem.
flash-handed-over-before = Tento formulář už byl odeslán. Jeho předání je v seznamu.
flash-hand-over-revoked = Předání bylo odvoláno.
flash-code-sent = Kód byl odeslán. Může to chvíli trvat.
error-hand_over_shown = Klíč už byl zobrazen. Zobrazuje se jen jednou.
error-hand_over_revoked = Předání bylo odvoláno.
error-hand_over_locked = Předání je po příliš mnoha chybných kódech zablokováno.
error-hand_over_expired = Lhůta tohoto předání skončila.
error-hand_over_codes = Další kódy se pro toto předání neposílají. Zadejte poslední, nebo požádejte o nové předání.
error-hand_over_not_you = Klíč byl předán někomu jinému. Zadejte kód, který té osobě přišel e-mailem, nebo se přihlaste jako ona.
field-error-hand_over_name = Napište nejvýše 120 znaků na jeden řádek.
field-error-hand_over_days = Zvolte 1 až { $max } dní.
field-error-hand_over_code_wrong = Kód je chybný. Po pěti chybných se předání zablokuje.
field-error-hand_over_code_over = Teď žádný kód neplatí. Nechte si poslat další.
