# Proč je košík nebo objednávka odmítnuta.

error-agreement_missing = Zákazník zatím nepřijal zákaznickou smlouvu. Zaznamenejte její přijetí na stránce zákazníka a potom objednejte.
error-amount_too_large = Částka je vyšší, než jaká se na doklad vejde. Objednejte méně kusů.
error-cart_changed = Košík byl změněn v jiném okně. Než budete pokračovat, znovu si ho prohlédněte.
error-cart_expired = Tento košík se sedm dní nezměnil a už není uložen. Začněte nový.
error-cart_ordered = Tento košík už byl objednán. Objednávku najdete v seznamu objednávek.
error-credit_exceeded = Objednávka za { $total } se nevejde do úvěrového rámce: limit je { $limit } a dlužno je už { $balance }.
error-currency_mixed = Řádek { $line }, { $title }, má cenu v jiné měně než { $currency }. Jedna objednávka má jednu měnu.
error-customer_locked = Tento zákazník je pozastaven, proto pro něj nelze nic objednat.
error-date_out_of_range = Některé datum této objednávky leží mimo kalendář.
error-not_sold_here = { $title } se v zemi zákazníka teď neprodává. Odeberte tuto položku z košíku.
error-order_empty = Zatím není co objednat. Nejdříve přidejte produkt.
error-order_too_long = { $max ->
    [one] Objednávka má nejvýše { $max } řádek.
    [few] Objednávka má nejvýše { $max } řádky.
    [many] Objednávka má nejvýše { $max } řádku.
   *[other] Objednávka má nejvýše { $max } řádků.
}
error-partner_suspended = Vaše organizace je pozastavena, proto nelze nic objednat. Obraťte se na provozovatele.
error-price_changed = Cena položky { $title } se od vaší kontroly změnila. Zkontrolujte objednávku ještě jednou.
error-price_ended = Cena položky { $title } skončila { $at } a jiná ještě nezačala platit.
error-price_missing = { $title } nemá pro toto množství cenu.
error-price_not_yet = Cena položky { $title } začíná platit { $at }.
error-quantity_out_of_range = { $title }: objednat lze množství od { $min } do { $max }.
error-request_reused = Tento požadavek už byl použit pro jinou objednávku. Otevřete stránku znovu.
error-segment_not_allowed = { $title } není určeno pro organizace tohoto druhu.
error-tax_rate_missing = Chybí sazba daně pro zemi { $country }. Než bude možné objednat, musí ji provozovatel doplnit.
error-total_changed = Celková částka se od vaší kontroly změnila z { $reviewed } na { $current }. Zkontrolujte objednávku ještě jednou.
field-error-control_characters = Použijte jen běžné znaky.
field-error-not_sold_here = Toto se zákazníkovi teď neprodává.
field-error-quantity_out_of_range = Zadejte celé číslo od { $min } do { $max }.
field-error-too_long = { $max ->
    [one] Zadejte nejvýše { $max } znak.
    [few] Zadejte nejvýše { $max } znaky.
    [many] Zadejte nejvýše { $max } znaku.
   *[other] Zadejte nejvýše { $max } znaků.
}
