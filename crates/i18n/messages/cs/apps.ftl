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
field-error-not_a_role = není role partnera
field-error-not_a_redirect = musí být adresa https, nebo http://localhost
field-error-not_a_public_key = není veřejný klíč RSA ve tvaru PEM
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
