# Proč se žádost o podporu nebo profil nezměnily a co říkají jejich záznamy.

error-country_fixed = Zemi a měnu organizace zde změnit nelze. Obraťte se na provozovatele.
error-reopen_too_late = Tuto žádost bylo možné znovu otevřít do { $until }. Založte novou.
error-request_closed = Tato žádost je uzavřena. Nejdříve ji znovu otevřete.
error-request_settled = Tato žádost byla vyřízena. Založte novou.
error-request_state = O vaši pozornost může žádat jen provozovatel.
field-error-request_text = { $max ->
    [one] Napište nejvýše { $max } znak.
    [few] Napište nejvýše { $max } znaky.
    [many] Napište nejvýše { $max } znaku.
   *[other] Napište 1 až { $max } znaků.
}
field-error-request_title_long = Napište nadpis o délce 1 až 256 znaků na jednom řádku.
activity-request-changed = Změna žádosti { $number }
activity-partner_profile-changed = Změna profilu { $name }
