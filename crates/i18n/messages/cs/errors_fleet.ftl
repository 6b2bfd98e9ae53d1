# Odmítnutí při přechodu zákazníka z multilicencí.

error-fleet_nothing_read = Nic z nahraných souborů se nepodařilo načíst jako soupis zařízení. Nic se nezměnilo.
error-fleet_too_many_machines = { $max ->
    [one] Zákazník tu může mít nejvýše { $max } zařízení. Nic se nezměnilo.
    [few] Zákazník tu může mít nejvýše { $max } zařízení. Nic se nezměnilo.
    [many] Zákazník tu může mít nejvýše { $max } zařízení. Nic se nezměnilo.
   *[other] Zákazník tu může mít nejvýše { $max } zařízení. Nic se nezměnilo.
}
error-fleet_selection_too_large = { $max ->
    [one] Jednotlivě lze vybrat nejvýše { $max } zařízení. Vyberte je filtrem.
    [few] Jednotlivě lze vybrat nejvýše { $max } zařízení. Vyberte je filtrem.
    [many] Jednotlivě lze vybrat nejvýše { $max } zařízení. Vyberte je filtrem.
   *[other] Jednotlivě lze vybrat nejvýše { $max } zařízení. Vyberte je filtrem.
}
error-fleet_no_activations = { $missing ->
    [one] Pro { $missing } licenci nezbývá v žádném klíči aktivace. Nejdříve dokupte aktivace, nebo zadejte klíč. Nic se nezměnilo.
    [few] Pro { $missing } licence nezbývá v žádném klíči aktivace. Nejdříve dokupte aktivace, nebo zadejte klíč. Nic se nezměnilo.
    [many] Pro { $missing } licence nezbývá v žádném klíči aktivace. Nejdříve dokupte aktivace, nebo zadejte klíč. Nic se nezměnilo.
   *[other] Pro { $missing } licencí nezbývá v žádném klíči aktivace. Nejdříve dokupte aktivace, nebo zadejte klíč. Nic se nezměnilo.
}
error-fleet_wave_missing = Taková vlna neexistuje.
error-fleet_signing_failed = Skripty se nepodařilo podepsat. Nic se nezměnilo; řekněte to správci této instalace.
error-fleet_wave_done = Všechna zařízení této vlny už přešla.
error-fleet_wave_held = Tato vlna je zastavená. Než si vezmete její skripty, podívejte se na její chyby a uvolněte ji.
error-fleet_wave_empty = Žádné zařízení této vlny už nemusí přejít.
error-fleet_empty = Zatím tu není žádné zařízení. Nejdříve nahrajte soupis.
error-fleet_too_many_keys = Víc klíčů zadat nelze. Odeberte ty, které jsou vyčerpané.
error-fleet_too_many_priors = Víc dřívějších licencí zaznamenat nelze.
error-fleet_token_unknown = Tento token nepatří žádné vlně, nahradil ho token novějšího balíku skriptů, nebo už neplatí.
error-fleet_report_too_large = Hlášení je příliš velké. Pošlete jeho řádky po částech.
error-fleet_report_malformed = Hlášení nemá žádný řádek, který by šlo načíst.
field-error-fleet_upload_empty = V nahraných souborech nic není.
field-error-fleet_upload_too_large = Soubory jsou příliš velké. Nahrajte je po částech.
field-error-fleet_table_unreadable = Tabulku nelze načíst.
field-error-fleet_columns_unknown = Tabulka potřebuje záhlaví se sloupci produkt a počet.
field-error-fleet_label_wrong = Pojmenujte klíč krátce, bez =, uvozovek a klíče samotného.
field-error-fleet_label_taken = Tak se už jmenuje jiný klíč.
field-error-fleet_product_unknown = Tento produkt neznáme. Zapište ho třeba jako Windows Server 2022 Standard.
field-error-fleet_key_kms_client = To je obecný klientský klíč pro servery KMS. Sám nic neaktivuje, je potřeba klíč MAK.
field-error-fleet_key_malformed = Klíč má pět skupin po pěti písmenech a číslicích.
field-error-fleet_wave_missing = Taková vlna neexistuje.
field-error-fleet_order_circle = Toto už má přejít dříve, takže by vše čekalo na všechno ostatní.
field-error-fleet_wave_done = Všechna zařízení této vlny už přešla.
