# Nákup pro zákazníka: katalog, košík, kontrola a objednávky.

buy-cancel-until = lze zrušit do { $day }
buy-cancelled-units = { $count ->
    [one] zrušen { $count } z { $bought }
    [few] zrušeny { $count } z { $bought }
    [many] zrušeno { $count } z { $bought }
   *[other] zrušeno { $count } z { $bought }
}
buy-cart = Košík
buy-cart-empty = Košík je prázdný
buy-cart-empty-how = Přidejte, co zákazník potřebuje. Košík zůstává uložen sedm dní od poslední změny.
buy-cart-note = { $count ->
    [one] { $count } položka, změněno { $day }
    [few] { $count } položky, změněno { $day }
    [many] { $count } položky, změněno { $day }
   *[other] { $count } položek, změněno { $day }
}
buy-cart-of = Košík z { $day }
buy-cart-waits = { $count ->
    [one] Košík s { $count } položkou pro zákazníka { $customer } čeká od { $day }
    [few] Košík se { $count } položkami pro zákazníka { $customer } čeká od { $day }
    [many] Košík s { $count } položky pro zákazníka { $customer } čeká od { $day }
   *[other] Košík s { $count } položkami pro zákazníka { $customer } čeká od { $day }
}
buy-customer = Zákazník
buy-net = Bez daně
buy-new-cart = Nový košík
buy-no-media = Zatím bez médií
buy-no-orders = Zatím žádné objednávky
buy-no-orders-how = Objednávky se tu objeví, jakmile zadáte první.
buy-nothing-sold = V ceníku pro zemi zákazníka není nic, co by tomu odpovídalo. Zkuste jiná slova.
buy-of-limit = z { $limit }
buy-on-account = Platí se na účet. Klíče a média jsou připraveny hned po zadání objednávky a nic dalšího se za ni později neúčtuje.
buy-other-currency = Cena je v měně { $currency }, váš účet je veden v měně { $account }; na tento účet produkt nelze objednat.
buy-order-search = Číslo objednávky nebo číslo objednávky zákazníka
buy-order-summary = { $count ->
    [0] { $title }
    [one] { $title } a { $count } další
    [few] { $title } a { $count } další
    [many] { $title } a { $count } dalšího
   *[other] { $title } a { $count } dalších
}
buy-order-title = Objednávka { $number }
buy-own-price = vaše cena { $price }, marže { $margin }
buy-placed-by = Zadal(a)
buy-price-until = cena do { $day }
buy-prices-stand = Konec platnosti těchto cen není oznámen.
buy-prices-until = Tyto ceny platí do { $day }.
buy-state-cancelled = Zrušená
buy-state-completed = Dokončená
buy-state-partly-cancelled = Částečně zrušená
buy-state-pending = Čekající
buy-term-3-years = 3 roky
buy-term-5-years = 5 let
buy-term-month = 1 měsíc
buy-term-perpetual = Trvalá
buy-term-until = doba trvá do { $day }
buy-term-year = 1 rok
buy-tier = od { $quantity }: { $price }
buy-until = do { $day }
buy-versions = { $count ->
    [one] Verze { $versions }
    [few] Verze { $versions }
    [many] Verze { $versions }
   *[other] Verze { $versions }
}
buy-window = Končí lhůta
buy-window-closes = { $customer }: { $title } lze zrušit do { $day }
flash-cart-added = Položka je v košíku.
flash-cart-changed = Košík je uložen.
flash-cart-kept = Košík zůstává uložen. Najdete ho níže mezi uloženými košíky zákazníka.
flash-cart-removed = Košík je odstraněn.
flash-order-placed = Objednávka je zadána. Klíče a média jsou připraveny.
field-error-price = Zadejte cenu, například 125,00.
customer-former = Vztah skončil; zobrazuje se už jen to, co bylo koupeno.
field-cart-name = Název košíku
