error-request_claimed = Kopie tohoto požadavku se právě provádí.
error-app_right_missing = Aplikaci nebylo toto právo při registraci uděleno.
error-token_invalid = Přístupový token není platný.
error-partner_only = Aplikaci mohou pověřit jen lidé z partnerské firmy.
error-redirect_not_registered = Aplikace chce odpověď na adresu, která pro ni není registrována.
error-not_a_challenge = Požadavek aplikace má chybný tvar: code challenge není otisk SHA-256.
error-too_many_apps = { $max ->
    [one] Registrovat lze jen jednu aplikaci.
    [few] Registrovat lze nejvýše { $max } aplikace.
    [many] Registrovat lze nejvýše { $max } aplikace.
   *[other] Registrovat lze nejvýše { $max } aplikací.
}
error-too_many_credentials = { $max ->
    [one] Aplikace má nejvýše jedno tajemství nebo certifikát.
    [few] Aplikace má nejvýše { $max } tajemství a certifikáty. Nejdříve některé odeberte.
    [many] Aplikace má nejvýše { $max } tajemství a certifikátů. Nejdříve některé odeberte.
   *[other] Aplikace má nejvýše { $max } tajemství a certifikátů. Nejdříve některé odeberte.
}
field-error-not_a_role = To není role partnera.
field-error-not_a_redirect = Zadejte adresy https, nebo http://localhost, každou na vlastní řádek.
field-error-not_a_public_key = To není veřejný klíč RSA ve tvaru PEM.
activity-app-registered = Registrace aplikace
activity-app-changed = Změna aplikace
activity-app-removed = Odebrání aplikace
activity-app-credential_added = Přidání tajemství nebo certifikátu aplikace
activity-app-credential_removed = Odebrání tajemství nebo certifikátu aplikace
activity-app-consented = Pověření aplikace jednat za uživatele
cart-fault-currency = Všechny řádky košíku musí být ve stejné měně.
cart-fault-item = Tato položka katalogu se v zemi zákazníka neprodává.
cart-fault-quantity = Počet je mimo meze, ve kterých se prodává.
cart-fault-term = Položka se na toto období neprodává.
cart-fault-segment = Položka se zákazníkům tohoto segmentu neprodává.
cart-fault-participants = Na tomto řádku nejsou účastníci dovoleni.
activity-webhook-changed = Změna adresy, kam se posílají události
activity-webhook-removed = Zrušení posílání událostí
error-webhook_not_registered = Nejdříve zaregistrujte událost test-created.
field-error-not_https = musí být adresa https
error-program_unknown = U organizace, za kterou právě pracujete, taková aplikace registrována není.
field-error-required = Vyplňte prosím toto pole.

nav-apps = Aplikace
apps-intro = Aplikace, které za vaši organizaci volají rozhraní REST.
apps-none = Žádná aplikace není registrována
apps-none-how = Zaregistrujte aplikaci, přidejte jí tajemství nebo certifikát a může žádat o přístupové tokeny.
apps-new = Registrace aplikace
apps-new-intro = Aplikace dostane vlastní ID klienta. Co smí, lze později změnit.
apps-no-roles = jen společně s člověkem
apps-no-rights = bez klíčů a rušení
apps-right-keys = klíče a soubory ke stažení
apps-right-cancel = rušení nákupů
apps-never-used = dosud nepoužito
apps-used = použito { $when }
apps-until = do { $when }
apps-ended = skončilo { $when }
apps-credentials = Tajemství a certifikáty
apps-no-credentials = žádné
apps-no-credentials-how = Aplikace zatím nemůže žádat o tokeny. Přidejte tajemství nebo certifikát.
apps-kind-secret = Tajemství
apps-kind-certificate = Certifikát
apps-secret-how = Vytvoříme ho a ukážeme jednou. Kdo ho má, může vše, co smí aplikace.
apps-certificate-how = Soukromý klíč zůstává u vás, takže k přihlášení nelze použít nic z toho, co uchováváme.
apps-change = Změnit aplikaci
apps-remove-how = Aplikace už nedostane žádný token a tokeny, které má, přestanou okamžitě platit. Nelze to vrátit.
apps-remove-title = Odebrat aplikaci { $app }?
apps-days = { $days ->
    [one] { $days } den
    [few] { $days } dny
    [many] { $days } dne
   *[other] { $days } dní
}
apps-secret-title = Nové tajemství
apps-secret-once = Toto je tajemství aplikace { $app }. Platí do { $until }. Ukazuje se jen teď: zkopírujte ho tam, kde aplikace svá tajemství uchovává, ne do e-mailu ani do chatu.

field-app = Aplikace
field-client-id = ID klienta
field-tenant-id = ID organizace
field-token-address = Adresa pro tokeny
field-app-registered = Registrace
field-app-used = Poslední použití
field-app-label = Označení
field-app-hint = Začátek nebo otisk
field-app-until = Platnost
field-app-days = Doba platnosti
field-app-public-key = Veřejný klíč RSA
field-app-keys = Klíče, soubory ke stažení a odkazy
field-app-cancel = Rušení nákupů a žádosti o vrácení peněz
field-redirect-uris = Adresy pro návrat
legend-app-roles = Role
legend-app-rights = Další práva
legend-app-people = Když se aplikací přihlašují lidé
hint-app-name = Jak aplikaci říkají lidé ve vaší organizaci.
hint-app-label = Kde je uloženo, například název serveru.
hint-app-keys = Riziko: kdo se zmocní tajemství, přečte každý kód Product Key vašich zákazníků a může vyčerpat jejich aktivace. Nechte vypnuto, pokud aplikace klíče nepředává.
hint-app-cancel = Riziko: chyba aplikace nebo ukradené tajemství může rušit nákupy; jejich klíče ihned přestanou platit a nelze to vrátit. Nechte vypnuto, pokud aplikace nákupy neruší.
hint-app-public-key = Ve tvaru PEM, začíná -----BEGIN PUBLIC KEY-----. Soukromý klíč sem nikdy nevkládejte.
hint-redirect-uris = Každá na vlastním řádku: https, nebo http://localhost pro aplikace na vlastním počítači. Pokud se nikdo nepřihlašuje, nechte prázdné.

action-register-app = Zaregistrovat aplikaci
action-remove-app = Odebrat aplikaci
action-add-secret = Přidat tajemství
action-add-certificate = Přidat certifikát
action-allow = Povolit
action-refuse = Odmítnout

flash-app-registered = Aplikace je zaregistrována. Teď jí přidejte tajemství nebo certifikát.
flash-app-removed = Aplikace je odebrána.
flash-app-certificate-added = Certifikát byl přidán.
flash-app-credential-removed = Odebráno. Nové tokeny se na ně už nevydávají.

consent-title = Má aplikace jednat za vás?
consent-intro = { $app } chce za vás jednat v organizaci { $tenant }.
consent-for = Organizace
consent-as = Vy jste
consent-back-to = Odpověď dostane
consent-then = Když to povolíte
consent-roles = Aplikace smí v organizaci { $tenant } to, co smíte vy se svými rolemi: { $roles }.
consent-keys = Patří k tomu i objednávky, rušení nákupů a kódy Product Key, pokud je vaše role zahrnují.
consent-recorded = Co aplikace udělá, se zaznamená pod vaším jménem a pod jménem aplikace.
consent-ends = Trvá to, dokud aplikace není odebrána nebo dokud z organizace neodejdete; po 90 dnech nečinnosti se aplikace musí zeptat znovu.
consent-doubt = Aplikaci neznáte, nebo jste ji právě sami neotevřeli? Pak odmítněte.
