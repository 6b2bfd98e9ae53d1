# Ceníky, média, podmínky a sazby daně, jak je spravuje provozovatel.

flash-sheet-published = Ceník je zveřejněn.
flash-sheet-discarded = Ceník je zahozen.
flash-media-added = Médium bylo přidáno.
flash-media-withdrawn = Médium bylo staženo z nabídky.
flash-terms-saved = Uloženo.

## Ceníky

prices-empty = Zatím žádný ceník
prices-empty-how = Nahrajte první výše. Dokud není ceník zveřejněn, nic se neprodává.
prices-rows-read = { $count ->
    [one] Přečten { $count } řádek
    [few] Přečteny { $count } řádky
   *[other] Přečteno { $count } řádků
}
prices-more = { $count ->
    [one] a { $count } další
    [few] a { $count } další
   *[other] a { $count } dalších
}
prices-unchanged = Beze změny
prices-bad-next = Další chybné řádky
prices-bad-in-all = { $count ->
    [one] Celkem { $count } chybný řádek
    [few] Celkem { $count } chybné řádky
   *[other] Celkem { $count } chybných řádků
}
field-published = Zveřejněno
sheet-state-reading = Čte se
sheet-state-ready = Čeká na vás
sheet-state-failed = Nelze přečíst
sheet-state-published = Zveřejněn
sheet-state-superseded = Nahrazen
sheet-state-discarded = Zahozen
sheet-error-not_csv = Toto není soubor CSV.
sheet-error-wrong_header = První řádek není záhlavím ceníku.
sheet-error-missing_column = Chybí sloupec { $name }.
sheet-error-duplicate_column = Sloupec { $name } je v záhlaví dvakrát.
sheet-error-broken_quoting = Uvozovky na řádku { $line } nesouhlasí.
sheet-error-line_too_long = Řádek { $line } je příliš dlouhý.
sheet-error-too_many_rows = Ceník má více řádků, než je dovoleno ({ $max }).
sheet-error-too_large = Ceník má více bajtů, než je dovoleno ({ $max }).
sheet-error-empty = Ceník nemá žádné řádky.
sheet-error-zip_many = Archiv obsahuje více než jeden soubor.
sheet-error-zip_path_traversal = Název v archivu míří mimo něj.
sheet-error-zip_bomb = Archiv se rozbaluje nad všechny meze.
sheet-error-zip_encrypted = Archiv vyžaduje heslo.
sheet-error-zip_unsupported = Archiv používá neznámý způsob komprese.
sheet-error-zip_damaged = Archiv je poškozený.
sheet-error-truncated = Soubor končí příliš brzy.
sheet-error-unreadable = Soubor se nepodařilo přečíst.
sheet-error-interrupted = Čtení přerušil restart. Nahrajte ceník znovu.
sheet-error-internal = Čtení selhalo. Nahrajte ceník znovu.
row-error-not_a_number = Není číslo.
row-error-negative = Je záporné.
row-error-too_precise = Má více než šest desetinných míst.
row-error-too_large = Je příliš velké.
row-error-unknown_currency = Neznámá měna.
row-error-unknown_country = Neznámá země.
row-error-bad_date = Není datum ve tvaru měsíc/den/rok.
row-error-bad_term = Takové období nelze prodávat.
row-error-bad_billing_plan = Způsob placení se k období nehodí.
row-error-bad_segment = Neznámý segment.
row-error-bad_id = Identifikátor nemá správný tvar.
row-error-bad_change_indicator = Není Add, Change ani Unchanged.
row-error-empty_tier = Do pásma nespadá žádné množství.
row-error-bad_bit = Neznámý procesor.
row-error-bad_word = Není jedním z dovolených slov.
row-error-bad_path = Název souboru nelze použít.
row-error-missing_value = Chybí hodnota.
row-error-too_long = Více znaků, než je dovoleno ({ $max }).
row-error-control_character = Obsahuje řídicí znaky.
row-error-not_utf8 = Obsahuje bajty, které nejsou v UTF-8.
row-error-wrong_field_count = Počet hodnot je { $found }, má být { $expected }.
row-error-ends_before_start = Končí dříve, než začíná.
row-error-duplicate_row = Stejné jako řádek { $first_line }.
row-error-overlapping_validity = Platí ve stejné době jako řádek { $first_line }.
row-error-overlapping_tiers = Pokrývá stejná množství jako řádek { $first_line }.
row-error-contradicts_row = Odporuje řádku { $first_line }.
row-error-too_many_prices = Jedna položka má více cen, než je dovoleno ({ $max }).
error-sheet_not_ready = Tento ceník už nelze zveřejnit ani zahodit.
error-sheet_has_bad_rows = { $count ->
    [one] { $count } řádek nelze použít. Opravte jej, nebo ceník zveřejněte bez něj.
    [few] { $count } řádky nelze použít. Opravte je, nebo ceník zveřejněte bez nich.
   *[other] { $count } řádků nelze použít. Opravte je, nebo ceník zveřejněte bez nich.
}
error-sheet_has_no_good_rows = Žádný řádek tohoto ceníku nelze použít.
error-sheet_outdated = Pro některý z těchto trhů byl mezitím zveřejněn jiný ceník. Nahrajte tento znovu, abyste viděli, co by změnil teď.

## Média

media-empty = Zatím žádná média
media-empty-how = Nahrajte soubor níže. Partneři vidí před nákupem, které verze, jazyky a bity existují.
media-state-available = Dostupné
media-state-withdrawn = Staženo z nabídky
action-withdraw = Stáhnout z nabídky
filter-any = Vše
field-version-rank = Pořadí verze
hint-version-rank = Číslo; novější verze má vyšší.
error-media_exists = Tato verze, jazyk, bity a typ souboru už soubor mají. Nejprve jej stáhněte z nabídky.
error-media_withdrawn = Toto médium už bylo staženo z nabídky.
error-media_unavailable = Úložiště médií teď neodpovídá.
error-upload_broken = Nahrávání se přerušilo. Nic nebylo uloženo.
error-manifest_unreadable = Seznam médií nelze přečíst: { $code }.
error-media_file_missing = Řádek { $line } uvádí { $file }, ten ve složce není.
field-error-unknown_product = Tento produkt není v žádném zveřejněném ceníku.
field-error-contradicts_version = Tato verze je známa pod jiným pořadím.
field-error-bad_file_name = Soubor musí mít prostý název.
field-error-media_empty = Soubor je prázdný.
field-error-media_too_large = Soubor je větší než 64 GB.
field-error-file_too_large = Soubor je příliš velký.
field-error-not_a_language = Zadejte značku jazyka, například cs-CZ.

## Podmínky a sazby daně

field-refund-full-hours = Hodiny s plným dobropisem
hint-refund-full-hours = Jen pro software na dobu určitou; nechte obojí prázdné pro plný dobropis po celou lhůtu.
field-refund-total-days = Dny s poměrným dobropisem
field-link-lifetime-days = Dny platnosti odkazu ke stažení
field-link-uses-max = Stažení na jeden odkaz
policy-refund-full = 100 %
policy-refund-pro-rata = 100 % po dobu { $hours ->
    [one] { $hours } hodiny
    [few] { $hours } hodin
   *[other] { $hours } hodin
}, potom poměrně do { $days ->
    [one] { $days } dne
    [few] { $days } dnů
   *[other] { $days } dnů
}
tax-class-software = Software
tax-class-service = Služby
error-tax_rates_unreadable = Řádek { $line } sazeb daně nelze přečíst.
field-error-not_after_latest = Musí začínat po poslední sazbě této země.
field-error-rate_out_of_range = Zadejte sazbu od 0 do 100 procent.
field-error-not_in_range = Zadejte číslo od { $min } do { $max }.
field-error-not_a_count = Zadejte číslo.
field-error-not_a_date = Zadejte datum.
prices-segment-commercial = Firmy
prices-segment-education = Školství
prices-segment-government = Veřejná správa
prices-segment-nonprofit = Neziskové organizace
