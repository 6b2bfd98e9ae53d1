# Zrušení nákupu, žádosti a dobropisy.

cancel-title = Zrušit { $product }
cancel-intro = Odesláním se zrušení ihned provede a dobropisuje se přesně uvedená částka.
cancel-closed-title = Tento nákup už zrušit nelze
cancel-closed = Lhůta ke zrušení skončila na konci dne { $date } ({ $zone }). O vrácení peněz teď rozhodne člověk: odešlete tuto žádost.
cancel-gone = Všechny kusy této objednávky jsou už zrušené.
cancel-order-line = Objednávka { $order }
cancel-of =
    { $count ->
        [one] z { $count } kusu
        [few] ze { $count } kusů
       *[other] z { $count } kusů
    }
cancel-not-chosen = nevybráno
cancel-key-dies = Klíč k produktu { $product } bude odvolán: žádný počítač už s ním nelze aktivovat.
cancel-key-used =
    { $count ->
        [one] Byla s ním provedena { $count } aktivace; tento počítač licenci ztratí.
        [few] Byly s ním provedeny { $count } aktivace; tyto počítače licenci ztratí.
       *[other] Bylo s ním provedeno { $count } aktivací; tyto počítače licenci ztratí.
    }
cancel-limit =
    { $to ->
        [one] Klíč k produktu { $product } zůstane a dovolí { $to } aktivaci místo { $from }.
        [few] Klíč k produktu { $product } zůstane a dovolí { $to } aktivace místo { $from }.
       *[other] Klíč k produktu { $product } zůstane a dovolí { $to } aktivací místo { $from }.
    }
cancel-links =
    { $count ->
        [one] { $count } odkaz ke stažení produktu { $product } přestane fungovat, i během stahování.
        [few] { $count } odkazy ke stažení produktu { $product } přestanou fungovat, i během stahování.
       *[other] { $count } odkazů ke stažení produktu { $product } přestane fungovat, i během stahování.
    }
cancel-nothing-chosen = Vyberte ke zrušení aspoň jeden kus.
cancel-time = { $at } ({ $zone })
field-refund-reason-kind = Druh důvodu
reason-choose = Vlastními slovy
reason-mistake = Koupeno omylem nebo dvakrát
reason-wrong_product = Mínil se jiný produkt, verze nebo edice
reason-wrong_quantity = Stačí méně kusů
reason-customer_withdrew = Zákazník si to rozmyslel
reason-technical = U zákazníka to nefunguje
reason-other = Něco jiného
reason-not_given = Neuvedeno

problem-type-refund = Nákup / vrácení peněz jménem zákazníka
problem-type-key_not_working = Klíč nefunguje
problem-type-activation_limit = Je třeba více aktivací
problem-type-media = Špatné nebo chybějící médium
problem-type-deployment = Pomoc před prodejem a s nasazením
problem-type-other = Jiné
impact-critical = Kritický – práce stojí
impact-moderate = Střední – práce pokračuje s obtížemi
impact-minimal = Malý – dotaz

cancelled-line =
    { $count ->
        [one] Zrušen { $count } kus produktu { $product }.
        [few] Zrušeny { $count } kusy produktu { $product }.
       *[other] Zrušeno { $count } kusů produktu { $product }.
    }
request-title = Žádost { $number }
request-outcome-credited = Dobropisováno
request-outcome-refused = Zamítnuto
request-outcome-withdrawn = Vzato zpět
request-state-open = Otevřená
request-state-attention_needed = Čeká na odpověď
request-state-closed = Uzavřená
requests-empty = Zatím žádné žádosti
requests-empty-text = O vrácení peněz požádáte tlačítkem Zrušit u nákupu na stránce Software zákazníka.
field-impact-short = Dopad
field-credit-note = Dobropis
field-requested-by = Kontakt

credit-note-title = Dobropis { $number }
credit-note-issuer = Vystavil
credit-note-for = Vystaveno pro
credit-note-remark = Vztahuje se k objednávce { $order }. Částky byly připsány na účet, ke kterému byla objednávka účtována.
total-net = Bez daně
total-tax = Daň
total-credit = Dobropis

error-window_closed = Lhůta ke zrušení skončila { $closed_at }. Nic se nezrušilo.
error-already_cancelled = Toto už je zrušené. Nic dalšího se nedobropisovalo.
error-nothing_to_cancel = Vyberte ke zrušení aspoň jeden kus.
error-order_not_completed = Tato objednávka čeká na zaplacení, takže není co dobropisovat.

field-error-quantity_zero = Aspoň jeden kus.
field-error-more_than_left =
    { $left ->
        [one] Zbývá jen { $left } kus.
        [few] Zbývají jen { $left } kusy.
       *[other] Zbývá jen { $left } kusů.
    }
field-error-line_twice = Tato položka byla uvedena dvakrát.
field-error-not_a_number = Napište celé číslo.
field-error-not_a_refund = Nákup lze zrušit jen žádostí o nákup nebo vrácení peněz.
field-error-not_this_customer = Tento nákup patří jinému zákazníkovi.
field-error-not_this_order = Toto není objednávka z této stránky.
field-error-not_an_amount = Napište částku, například { $amount }.
field-error-amount_differs = Dobropis za vybrané kusy je přesně { $amount }.
field-error-reason_missing = Uveďte důvod.
field-error-contains_key = Nikdy sem nepište produktový klíč. Odstraňte ho, prosím.
field-error-request_missing = Tento údaj je potřeba.
field-error-request_title = Jeden řádek o 1 až 200 znacích.
field-error-request_email = Toto není e-mailová adresa.
field-error-request_phone = Napište číslo s předvolbou země, například +420 777 123 456.
