# Podpora: nahlášení problému, konverzace, fronta a rozhodnutí.

report-title = Nahlásit problém
report-intro = Číslo žádosti uvidíte hned po odeslání. Nikdy nepište produktový klíč: najdeme ho podle objednávky.
impact-promise =
    { $hours ->
        [one] { $impact } (první odpověď do { $hours } pracovní hodiny)
        [few] { $impact } (první odpověď do { $hours } pracovních hodin)
       *[other] { $impact } (první odpověď do { $hours } pracovních hodin)
    }
hint-for-refunds = Potřebné k vrácení peněz.
hint-report-amount = Včetně daně, v měně objednávky; nejvýše tolik, kolik bylo zaplaceno a ještě nedobropisováno.
field-answer-language = Jazyk odpovědi
field-inform = Koho dalšího informovat
hint-inform = E-mailové adresy oddělené mezerami nebo čárkami.
cancel-report = Jiná částka, nebo něco jiného? Nahlaste problém
desk-kms-rule = Klíče pro službu správy klíčů (KMS) se neprodávají ani nevydávají na žádost: ke každému nákupu patří klíč, který aktivuje vlastní počítače, každý jednou. Chcete-li počítače převést z KMS bez výpadku, zvolte typ „Pomoc před prodejem a s nasazením“; oddělené počítače se aktivují souborem nebo opsanými kódy.

## Konverzace

desk-conversation = Konverzace
desk-no-notes = Zatím nikdo nic nenapsal.
desk-decision = Rozhodnutí
desk-actions = Akce
desk-typed = Váš text nebyl odeslán
desk-overdue = Po termínu
desk-due = Slíbená odpověď
desk-assignee = Přiděleno
field-your-note = Vaše poznámka
field-ask-back = Požádat o odpověď
action-add-note = Přidat poznámku
action-take = Převzít
action-lay-back = Vrátit
action-reopen = Znovu otevřít
action-withdraw-request = Vzít zpět
action-close-request = Uzavřít žádost
flash-cancelled = Nákup je zrušen a dobropisován.
flash-request-sent = Vaše žádost byla odeslána.
flash-note-added = Poznámka byla přidána.
flash-request-closed = Žádost je uzavřena.
flash-request-open = Žádost je znovu otevřena.
flash-request-refused = Žádost byla zamítnuta.
flash-request-credited = Dobropis byl vystaven.
flash-request-proposed = Dobropis čeká na druhou osobu.
flash-proposal-declined = Navržený dobropis byl stažen.
flash-limit-raised = Klíč teď dovolí více aktivací.

## Nákup a rozhodnutí

desk-purchase = Nákup
desk-open-order = Otevřít objednávku
desk-window = Lhůta ke zrušení skončila
desk-paid = Zaplaceno
desk-left = Nedobropisováno
desk-key = Klíč
desk-links = Odkazy
desk-reveals = Zobrazení klíče
desk-units-of =
    { $bought ->
        [one] { $left } z { $bought } kusu
        [few] { $left } ze { $bought } kusů
       *[other] { $left } z { $bought } kusů
    }
desk-key-active =
    { $used ->
        [one] Aktivní, { $used } aktivace z { $limit }
        [few] Aktivní, { $used } aktivace z { $limit }
       *[other] Aktivní, { $used } aktivací z { $limit }
    }
desk-key-revoked = Odvolaný
desk-link-uses =
    { $uses ->
        [one] funkčních: { $links }, { $uses } stažení
        [few] funkčních: { $links }, { $uses } stažení
       *[other] funkčních: { $links }, { $uses } stažení
    }
desk-never = Nikdy
desk-times =
    { $count ->
        [one] Jednou, { $last }
        [few] { $count }krát, naposledy { $last }
       *[other] { $count }krát, naposledy { $last }
    }
desk-credit = Dobropis
desk-amount = Dobropis s daní
desk-units = Rušené kusy
desk-of-left = z { $left }
desk-key-stays = Klíč k produktu { $product } zůstane, jak je.
desk-credit-button = Vystavit dobropis
field-credit-reply = Odpověď partnerovi
hint-credit-reply = Bude v žádosti jako rozhodnutí.
desk-refuse = Zamítnutí
desk-refuse-button = Zamítnout žádost
field-refusal = Důvod zamítnutí
hint-refusal = Přečte si ho ten, kdo žádal.
desk-raise-limit = Více aktivací
field-new-limit = Nový počet aktivací
action-raise-limit = Zvýšit počet
desk-limit-raised =
    { $to ->
        [one] Klíč teď dovolí { $to } aktivaci.
        [few] Klíč teď dovolí { $to } aktivace.
       *[other] Klíč teď dovolí { $to } aktivací.
    }
desk-proposal = Navržený dobropis
desk-proposed-by = { $person } navrhuje tento dobropis ({ $when }). Vystaví se, až budete souhlasit.
desk-proposed-by-you = Tento dobropis navrhujete vy ({ $when }). Než se vystaví, musí souhlasit někdo další.
action-approve-credit = Souhlasit a vystavit
action-take-back = Vzít zpět návrh
desk-second-needed = Tato částka potřebuje druhou osobu. Vaše rozhodnutí se uloží jako návrh.
desk-second-person = Druhá osoba
field-second-above = Ptát se druhé osoby nad
hint-second-above = Celé jednotky měny objednávky; prázdné pole se neptá nikoho.

## Fronta a seznamy

desk-queue-empty = Žádné žádosti
desk-queue-empty-text = Těmto filtrům nic neodpovídá.
desk-not-closed = Neuzavřené
desk-only = Ukázat
desk-only-mine = Přidělené mně
desk-only-late = Po termínu
asked-empty-text = O zrušení požádáte partnera u nákupu na stránce Software.
ask-intro = Odpoví váš partner { $partner }: zruší nákup z objednávky { $order }, nebo řekne, proč ne. Samotnou žádostí nic nekončí.
action-ask-cancel = Požádat o zrušení

## Soubory

files-drop = Soubory sem můžete také přetáhnout.
files-chosen = Vybrané soubory
files-leave-out = Vynechat
files-too-large = Větší než 25 MiB: tento soubor nebude přijat.
files-too-many = Více než 10 souborů: některé vynechte.
files-kept = Soubory, které už dorazily
file-may-hold-key = Zdá se, že soubor obsahuje kód Product Key. Kdo odpovídá, by ho četl. Pošlete soubor, jen je-li to nutné.
field-file-confirm = Přesto poslat
field-file-drop = Tento soubor vynechat
file-state-waiting = Kontroluje se
file-state-infected = Zablokován: kontrola něco našla
file-holds-key = Může obsahovat kód Product Key
file-type-text = Text
file-type-document = Dokument
file-type-other = Soubor
error-file_waits = Soubor se ještě kontroluje. Zkuste to za minutu znovu.
error-file_infected = Kontrola v souboru něco našla. Nikdo ho nemůže otevřít.
field-error-file_empty = Soubor je prázdný.
field-error-file_size = Soubor je větší než { $max } MiB.
field-error-file_program = Programy nepřijímáme. Napište do textu, co dělá, nebo přiložte obrázek či protokol.
field-error-file_not_its_name = Obsah není tím, co říká přípona názvu.
field-error-too_many_files = Souborů smí být nejvýše { $max }.
field-error-file_holds_key = Zdá se, že některý soubor obsahuje kód Product Key. Potvrďte ho níže, nebo ho vynechte.
field-error-files_refused = Některé soubory nebyly přijaty.

## Připravené odpovědi

answers-title = Připravené odpovědi
answers-intro = Co se odpovídá znovu a znovu. Kdo se ptal, dostane slova ve svém jazyce. Odpověď se vloží do poznámky nebo do zamítnutí a tam ji lze upravit.
answers-empty = Zatím žádné připravené odpovědi
answers-empty-text = Píše je tu správce.
answers-one = Odpověď
field-answer = Odpověď
field-answer-title-en = Název anglicky
hint-answer-language = Stačí jeden jazyk; kdo se ptal v druhém, dostane tento.
field-answer-text-en = Text anglicky
field-answer-title-cs = Název česky
field-answer-text-cs = Text česky
action-into-note = Vložit do poznámky
action-into-refusal = Vložit do zamítnutí
flash-answer-saved = Odpověď byla uložena.
flash-answer-removed = Odpověď byla odebrána.
error-too_many_answers = Odpovědí už je 100. Nejprve některou odeberte.
activity-canned_answer-saved = Uložení připravené odpovědi { $name }
activity-canned_answer-removed = Odebrání připravené odpovědi { $name }
activity_kind-canned_answer-saved = Uložení připravené odpovědi
activity_kind-canned_answer-removed = Odebrání připravené odpovědi

## Chyby

error-session_over_typed = Vaše přihlášení skončilo; nic z toho, co jste napsali, se neztratilo. Přihlaste se v nové záložce, vraťte se sem a odešlete znovu.
error-form_expired_typed = Od otevření formuláře jste se znovu přihlásili. Nic se neztratilo: zkontrolujte údaje a odešlete je ještě jednou.
error-request_credited_already = Tuto žádost mezitím někdo dobropisoval.
error-request_refused_already = Tuto žádost mezitím někdo zamítl.
error-request_withdrawn_already = Tato žádost byla mezitím vzata zpět.
error-request_needs_decision = Žádost o vrácení peněz se dobropisuje nebo zamítá, neuzavírá se.
error-not_a_refund_request = Dobropisovat nebo zamítnout lze jen žádost o vrácení peněz.
error-request_without_order = Tato žádost neuvádí objednávku.
error-nothing_credited = Uveďte částku aspoň u jednoho řádku.
error-nothing_proposed = Žádný dobropis nečeká na druhou osobu.
error-second_person_needed = S vaším návrhem musí souhlasit někdo další.
error-key_not_active = Klíč tohoto nákupu není aktivní.
error-too_many_notes =
    { $max ->
        [one] Žádost už má jednu poznámku a další se nepřidá. Co je třeba říct, napište do nové žádosti.
        [few] Žádost už má { $max } poznámky a další se nepřidá. Co je třeba říct, napište do nové žádosti.
        [many] Žádost už má { $max } poznámky a další se nepřidá. Co je třeba říct, napište do nové žádosti.
       *[other] Žádost už má { $max } poznámek a další se nepřidá. Co je třeba říct, napište do nové žádosti.
    }
error-asked_already = O to jste už požádali a partner ještě neodpověděl.
field-error-unknown_customer = Žádný z vašich zákazníků nemá toto ID ani doménu.
field-error-unknown_order = Nemáte objednávku, řádek ani předplatné s tímto ID.
field-error-order_of_another = Tato objednávka patří jinému zákazníkovi.
field-error-order_unpaid = Tato objednávka čeká na zaplacení, takže není co dobropisovat.
field-error-amount_above_left = Zaplaceno a ještě nedobropisováno je nejvýše { $amount }.
field-error-units_in_window = Do { $closes_at } se kusy ruší jedním kliknutím a dobropisují v plné výši. Dobropisujte částku bez kusů, nebo počkejte.
field-error-nothing_left = Všechno zaplacené už je dobropisované.
field-error-too_many_addresses = Nejvýše 10 adres.
field-error-limit_not_higher = Napište číslo vyšší než { $limit } a nejvýše { $max }.

## Aktivity

activity-request-credited = Dobropis k žádosti { $number }
activity-request-refused = Zamítnutí žádosti { $number }
activity-request-proposed = Návrh dobropisu k žádosti { $number }
activity-request-proposal_declined = Stažení navrženého dobropisu k žádosti { $number }
activity-request-assigned = Změna řešitele žádosti { $number }
activity-request-decide_refused = Pokus o rozhodnutí nebo změnu žádosti
activity-key-limit_raised = Zvýšení počtu aktivací klíče
activity-desk-settings_refused = Pokus změnit, kdy s dobropisem souhlasí druhá osoba
activity-desk-settings_changed = Změna, kdy s dobropisem souhlasí druhá osoba

## Osobní údaje

desk-personal = Osobní údaje
field-personal-days = Dnů po uzavření
hint-personal-days = 30 až 3 650. Potom se z uzavřené žádosti odstraní kontakt, texty, poznámky a soubory; částky, dobropisy a záznam o tom, co se stalo, zůstanou. Prázdné pole je ponechá.
desk-personal-removed = Osobní údaje odstraněny
desk-title-removed = Název odstraněn
people-export = Export osobních údajů
people-export-how = Vše, co je uloženo o jedné osobě, jako soubor JSON podle její e-mailové adresy, i bez účtu. Export se zaznamená.
field-named-as = Jméno v textech (nepovinné)
hint-named-as = Bez účtu je známa jen adresa. Se jménem se vypíší i texty a odkazy, které osobu jmenují.
action-export-person = Exportovat údaje
field-error-nobody_found = Pod touto adresou není nic uloženo.
activity-request-personal_removed = Odstranění osobních údajů žádosti { $number }
activity_kind-request-personal_removed = Odstranění osobních údajů žádosti
activity-hand_over-personal_removed = Odstranění jmen a adres ze starých předání
activity-person-exported = Export údajů osoby
activity-person-export_refused = Pokus o export údajů osoby
activity-desk-retention_changed = Změna doby, po kterou uzavřené žádosti uchovávají osobní údaje

## Pracovní kalendář

holidays-title = Svátky
holidays-intro = O sobotách, nedělích a v tyto dny lhůta slíbené odpovědi neběží. Jinak běží od 9:00 do 17:00. Změna platí pro žádosti, které přijdou potom; dané sliby zůstávají.
holidays-empty = Zatím žádné svátky
holidays-empty-text = Přidává je sem správce.
holidays-add = Přidat dny
holidays-one = Den
holidays-choose = Výběr
holidays-all = Všechny dny
holidays-remove = Odebrat zaškrtnuté dny
field-days = Dny
hint-days = Na každém řádku jeden den nebo rozsah, například 2026-12-24 Štědrý den nebo 24. 12. 2026 – 26. 12. 2026. Den, který v seznamu už je, dostane nový název.
field-day-name = Název dne
field-day = Den
hint-day = Například 2026-12-24 nebo 24. 12. 2026.
flash-holidays-added = Dny byly přidány.
flash-holiday-saved = Den byl uložen.
flash-holidays-removed = Dny byly odebrány.
field-error-holiday_line = Řádek { $line } nezačíná dnem. Napište rok, měsíc a den jako 2026-12-24.
field-error-holiday_name = Název na řádku { $line } je delší než { $max } znaků.
field-error-holiday_day = Napište den jako 2026-12-24 nebo 24. 12. 2026.
field-error-holiday_taken = Tento den už v seznamu je.
field-error-no_day_chosen = Zaškrtněte alespoň jeden den.
field-error-too_many_days = To je příliš mnoho dnů: nejvýše { $max }.
activity-holiday-added = Přidání svátků { $name }
activity-holiday-changed = Změna svátku { $name }
activity-holiday-removed = Odebrání svátků { $name }
activity_kind-holiday-added = Přidání svátků
activity_kind-holiday-changed = Změna svátku
activity_kind-holiday-removed = Odebrání svátků
