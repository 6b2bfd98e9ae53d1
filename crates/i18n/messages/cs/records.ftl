# Co říká protokol aktivit a `perpetua doctor`: `activity-DRUH` pro každý druh auditního záznamu (tečky
# jako spojovníky) a `doctor-KÓD` pro každý nález.

## Aktivity

activity-refused = Odmítnuto: { $what }
activity-person-signed_in = Přihlášení
activity-person-invited = Pozvání osoby
activity-person-removed = Odebrání osoby
activity-password-reset = Nastavení nového hesla
activity-password-reset_requested = Žádost o nové heslo
activity-password-reset_handed_out = Vydání odkazu pro nové heslo
activity-invitation-accepted = Přijetí pozvánky
activity-invitation-renewed = Obnovení pozvánky
activity-invitation-revoked = Zrušení pozvánky
activity-role-granted = Přidělení role
activity-role-taken = Odebrání role
activity-role-refused = Zamítnutí žádosti o roli
activity-role-requested = Žádost o roli
activity-role-request_decided = Vyřízení žádosti o roli
activity-agreement-recorded = Záznam zákaznické smlouvy
activity-customer-created = Přidání zákazníka
activity-customer-edited = Úprava zákazníka
activity-user-created = Založení uživatele
activity-user-edited = Úprava uživatele
activity-user-removed = Odebrání uživatele
activity-user-restored = Obnovení uživatele
activity-user-password_set = Nastavení hesla uživatele
activity-partner-created = Přidání partnera
activity-partner-suspended = Pozastavení partnera
activity-partner-resumed = Obnovení partnera
activity-credit_limit-changed = Změna úvěrového limitu
activity-relationship-invited = Nabídka spolupráce zákazníkovi
activity-relationship-accepted = Přijetí spolupráce
activity-relationship-ended = Ukončení spolupráce
activity-fleet-imported = Nahrání soupisu zařízení
activity-fleet-assigned = Zařazení zařízení do přechodu
activity-fleet-sites_changed = Změna dnů nebo pořadí lokalit
activity-fleet-planned = Naplánování přechodu zařízení
activity-fleet-key_entered = Zadání klíče { $name }
activity-fleet-key_refused = Pokus o zadání klíče
activity-fleet-key_counted = Oprava počtu aktivací klíče { $name }
activity-fleet-key_removed = Odebrání klíče { $name }
activity-fleet-prior_added = Zaznamenání dřívějších licencí { $product }
activity-fleet-prior_removed = Odebrání dřívějších licencí { $product }
activity-fleet-prior_imported = Zaznamenání dřívějších licencí z tabulky
activity-fleet-wave_held = Zastavení vlny { $number }
activity-fleet-wave_released = Uvolnění vlny { $number }
activity-fleet-wave_stopped = Vlnu { $number } zastavilo příliš mnoho chyb
activity-fleet-scripts_taken = Převzetí skriptů vlny { $number }
activity-fleet-scripts_refused = Pokus o převzetí skriptů vlny
activity-fleet-reported = Hlášení skriptů vlny { $number }
activity-order-placed = Odeslání objednávky { $order }
activity-order-place_refused = Pokus o zadání objednávky
activity-order-cancelled = Zrušení nákupu z objednávky { $order }
activity-purchase-cancel_refused = Pokus o zrušení nákupu
activity-request-closed = Uzavření žádosti
activity-request-opened = Podání žádosti
activity-key-revealed = Zobrazení klíče produktu { $product }, objednávka { $order }
activity-api-refused = Odmítnuté volání rozhraní
activity-key-reveal_refused = Pokus o zobrazení klíče
activity-key-limit_lowered = Snížení limitu klíče
activity-relationship-declined = Odmítnutí spolupráce
activity-key-revoked = Odvolání klíče
activity-media-downloaded = Stažení souboru produktu { $product }
activity-media-download_refused = Pokus o stažení souboru
activity-media-imported = Import instalačních médií
activity-media-withdrawn = Stažení instalačních médií z nabídky
activity-media-support_end_set = Nastavení konce podpory instalačních médií
activity-link-created = Vytvoření odkazu ke stažení produktu { $product }
activity-link-create_refused = Pokus o vytvoření odkazu ke stažení
activity-link-used = Použití odkazu ke stažení produktu { $product }
activity-link-renewed = Prodloužení odkazu ke stažení
activity-link-renew_refused = Pokus o prodloužení odkazu ke stažení
activity-link-revoked = Odvolání odkazu ke stažení
activity-link-revoke_refused = Pokus o odvolání odkazu ke stažení
activity-key-handed_over = Předání klíče k { $product } jmenované osobě
activity-key-hand_over_refused = Pokus o předání klíče
activity-key-hand_over_opened = Otevření stránky předaného klíče k { $product }
activity-key-hand_over_revoked = Odvolání předání klíče
activity-key-hand_over_locked = Zablokování předání klíče po chybných kódech
activity-link-locked = Uzamčení odkazu ke stažení po chybných heslech
activity-policy-changed = Změna zásad
activity-policy-removed = Odebrání zásad
activity-price_sheet-uploaded = Nahrání ceníku { $file }
activity-price_sheet-published = Zveřejnění ceníku
activity-price_sheet-discarded = Zahození ceníku
activity-tax_rate-added = Přidání daňové sazby
activity-event-sent_again = Opětovné odeslání události
activity-restore-confirmed = Potvrzení obnovené databáze

## Druhy ve výběru druhů, kde věta potřebuje údaje

activity_kind-fleet-key_entered = Zadání klíče k přechodu
activity_kind-fleet-key_counted = Oprava počtu aktivací klíče
activity_kind-fleet-key_removed = Odebrání klíče k přechodu
activity_kind-fleet-prior_added = Zaznamenání dřívějších licencí
activity_kind-fleet-prior_removed = Odebrání dřívějších licencí
activity_kind-fleet-wave_held = Zastavení vlny
activity_kind-fleet-wave_released = Uvolnění vlny
activity_kind-fleet-wave_stopped = Zastavení vlny pro příliš mnoho chyb
activity_kind-fleet-scripts_taken = Převzetí skriptů vlny
activity_kind-fleet-reported = Hlášení skriptů vlny
activity_kind-order-placed = Odeslání objednávky
activity_kind-order-cancelled = Zrušení nákupu
activity_kind-key-revealed = Zobrazení klíče
activity_kind-media-downloaded = Stažení souboru
activity_kind-key-handed_over = Předání klíče osobě
activity_kind-key-hand_over_opened = Otevření stránky předaného klíče
activity_kind-link-created = Vytvoření odkazu ke stažení
activity_kind-link-used = Použití odkazu ke stažení
activity_kind-price_sheet-uploaded = Nahrání ceníku
activity_kind-machine-activated = Aktivace počítače
activity_kind-machine-changed = Změna počítače
activity_kind-machine-returned = Vrácení aktivace
activity_kind-machine-released = Uvolnění počítače
activity_kind-request-credited = Dobropis k žádosti
activity_kind-request-refused = Zamítnutí žádosti
activity_kind-request-proposed = Návrh dobropisu
activity_kind-request-proposal_declined = Stažení navrženého dobropisu
activity_kind-request-assigned = Změna řešitele žádosti
activity_kind-request-changed = Změna žádosti
activity_kind-invoice-closed = Uzavření faktury
activity_kind-subscription-changed = Změna předplatného
activity_kind-subscription-renewed = Samočinné prodloužení předplatného
activity_kind-subscription-renewal_refused = Neúspěšné prodloužení předplatného
activity_kind-partner_profile-changed = Změna profilu partnera

## Nastavené hodnoty

activity_fact-records = Záznamy
activity_fact-doubtful = S pochybností
activity_fact-unread = Nenačteno
activity_fact-machines = Zařízení
activity_fact-wave = Vlna
activity_fact-unsaved = Nelze zachránit
activity_fact-remaining = Zbývající aktivace
activity_fact-change = z { $from } na { $to }
activity_fact-yes = ano
activity_fact-no = ne
activity_fact-role = Role: { $value }
activity_fact-roles = Role: { $value }
activity_fact-until = Do { $value }
activity_fact-domain = Doména: { $value }
activity_fact-country = Země: { $value }
activity_fact-credit_limit = Úvěrový limit: { $value }
activity_fact-quantity = Množství: { $value }
activity_fact-version = Verze: { $value }
activity_fact-language = Jazyk: { $value }
activity_fact-bit = Bity: { $value }
activity_fact-limit = Počet aktivací: { $value }
activity_fact-days = Počet dní: { $value }
activity_fact-uses = Počet stažení: { $value }
activity_fact-password = S heslem
activity_fact-links_revoked = Odvolané odkazy: { $value }
activity_fact-fields = Změněno: { $value }
activity_fact-changed = Změněno: { $value }
activity_fact-type = Druh: { $value }
activity_fact-outcome = Výsledek: { $value }
activity_fact-request = Žádost: { $value }
activity_fact-by = Vyřízeno žádostí: { $value }
activity_fact-creditNote = Dobropis: { $value }
activity_fact-total = Celkem: { $value }
activity_fact-agreed_on = Datum souhlasu: { $value }
activity_fact-class = Daňová třída: { $value }
activity_fact-rate_basis_points = Sazba: { $value }
activity_fact-valid_from = Od { $value }
activity_fact-markets = Trhy: { $value }
activity_fact-rows = Řádky: { $value }
activity_fact-left_out = Vynechané řádky: { $value }
activity_fact-events = Události: { $value }
activity_fact-reason = Důvod: { $value }
activity_reason-cancelled = nákup byl zrušen

## Názvy změněných hodnot

activity_field-window_days = Dny na zrušení
activity_field-refund = Vrácení ceny
activity_field-activations_per_unit = Aktivace na jednotku
activity_field-downgrade_rights = Právo na starší verze
activity_field-link_lifetime_days = Dny platnosti odkazu
activity_field-link_uses_max = Stažení na odkaz
activity_field-line1 = Ulice a číslo
activity_field-line2 = Druhý řádek adresy
activity_field-phone = Telefon
activity_field-contact = Kontakt
activity_field-autoRenew = Prodlužování
activity_field-renewalTerm = Období prodloužení
activity_field-suspension = Pozastavení
activity_field-friendlyName = Název
activity_field-files = Soubory

## Sloupce exportu

activity_csv-time = Čas
activity_csv-time-utc = Čas (UTC)
activity_csv-person = Osoba
activity_csv-email = E-mailová adresa
activity_csv-tenant = Organizace
activity_csv-what = Co se stalo
activity_csv-about = Čeho se týká
activity_csv-details = Podrobnosti
activity_csv-result = Výsledek
activity_csv-network = Síťová adresa
activity_csv-record = Záznam

## Stránky

activity_page-intro-operator = Vše, co lidé a programy udělali, od nejnovějšího. Protokol je zapečetěný a nelze ho nepozorovaně změnit.
activity_page-intro-of-customer = Co vaši lidé pro tohoto zákazníka udělali a co jeho lidé udělali s tím, co jste prodali.
activity_page-intro-partner = Co dělali vaši lidé a co se týká nákupů vašich zákazníků, od nejnovějšího.
activity_page-intro-customer = Co dělali vaši lidé a vaši partneři s vaším softwarem, od nejnovějšího – i kdo si zobrazil který klíč.
activity_page-empty = Nic neodpovídá. Změňte dny nebo druh.
activity_page-proofs = Stáhnout s důkazy
activity_page-dead-empty = Všechny události byly doručeny.
activity_page-done = Provedeno
activity_page-not-done = Odmítnuto
activity_page-program = Program
activity_page-send-again = Odeslat znovu

## Nálezy

doctor-account-balance = Zůstatek partnera { $place } nesouhlasí s účetními položkami
doctor-order-total = Součty objednávky { $place } nesouhlasí s jejími řádky
doctor-order-charged = Objednávka { $place } nebyla zaúčtována v celé výši
doctor-key-per-line = Řádek objednávky { $place } nemá klíč
doctor-key-of-cancelled = Klíč zrušeného řádku { $place } je stále platný
doctor-link-of-cancelled = Odkaz { $place } zrušeného řádku je stále platný
doctor-credit-above-charge = Na řádku { $place } bylo dobropisováno více, než bylo účtováno
doctor-credit-notes-of-line = Dobropisy řádku { $place } nesouhlasí s jeho údaji
doctor-credit-note-total = Součty dobropisu { $place } nesouhlasí s jeho řádky
doctor-credit-note-posted = Dobropis { $place } nebyl zaúčtován v celé výši
doctor-number-series = V číselné řadě { $place } chybí čísla
doctor-unsealed = Záznamy, které už měly být zapečetěny: { $place }
doctor-block-missing = Chybí auditní blok { $place }
doctor-block-malformed = Auditní blok { $place } nelze přečíst
doctor-block-unchained = Auditní blok { $place } nenavazuje na předchozí
doctor-block-count = Auditní blok { $place } má jiný počet záznamů
doctor-block-root = Záznamy auditního bloku { $place } byly změněny
doctor-block-signature = Podpis auditního bloku { $place } není platný
doctor-personal-value = Osobní údaj záznamu { $place } byl změněn
doctor-record-without-block = Zapečetěné záznamy nejsou v žádném bloku; v blocích: { $place }
doctor-head-differs = Auditní blok { $place } se liší od hlavy uložené jinde
doctor-head-missing = Chybí auditní blok { $place }, uložený jinde jako hlava

## Problémy

error-rotation_runs = Výměna klíčů už probíhá. Počkejte, až skončí.
error-reveals_held = Klíče se nezobrazují, dokud provozovatel nepotvrdí obnovenou databázi.
activity-operator-created = Zřízení instalace
