# Přihlášení a to, co každý portál říká o chybách.

sign-in-title = Přihlášení
sign-in-intro = Nákup, stahování a správa softwaru pro vlastní provoz.
forgot-password = Zapomněli jste heslo?
choose-title = Za kterou organizaci?
prove-title = Jste to stále vy?
prove-intro = Stránky s klíči se na heslo ptají jednou za hodinu.
action-prove = Pokračovat
flash-signed-out = Jste odhlášeni.

error-title-not-found = Nenalezeno
error-title-refused = Nepovoleno
error-title-failed = Něco se nepovedlo
error-title-not-done = Nepodařilo se
error-advice-report = Nic se nezměnilo. Pokud se to bude opakovat, sdělte svému správci níže uvedené číslo požadavku.
error-advice-later = Nic se nezměnilo. Zkuste to prosím za chvíli znovu.
error-back-home = Na úvodní stránku

error-unknown = Požadavek se nepodařilo provést. Nic se nezměnilo.
error-internal = Došlo k neočekávané chybě.
error-busy = Server je právě velmi vytížený.
error-not_found = Taková stránka neexistuje, nebo vám nepatří.
error-missing_role = Vaše role to nedovolují.
error-relationship_ended = Vztah s tímto zákazníkem skončil.
error-changed_elsewhere = Někdo to mezitím změnil. Načtěte stránku znovu a podívejte se na současný stav.
error-exists_already = To už existuje.
error-invalid_input = Některá pole je třeba opravit.
error-form_expired = Formulář už není platný. Načtěte stránku znovu a odešlete jej ještě jednou.
error-foreign_form = Formulář přišel z jiného webu, proto nebyl přijat.
error-form_broken_off = Formulář nedorazil celý. Odešlete jej ještě jednou.
error-form_too_large = Formulář obsahuje příliš mnoho údajů.
error-not_utf8 = Formulář obsahuje znaky, které nelze přečíst.
error-too_many_attempts = Příliš mnoho pokusů. Počkejte minutu a zkuste to znovu.
error-sign_in_failed = E-mailová adresa nebo heslo nesouhlasí. Po několika chybných pokusech počkejte před dalším pár minut.
error-fresh_sign_in_needed = Zadejte prosím znovu své heslo.
error-operator_exists = Tato instalace už svého provozovatele má.
