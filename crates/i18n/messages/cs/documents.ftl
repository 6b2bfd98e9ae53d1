# Doklady k uložení a tisku: dobropisy a faktury.
document-page = Strana { $page } z { $pages }
document-number = Číslo
document-issued = Datum vystavení
document-order = Objednávka
document-ordered = Datum objednávky
document-purchase-order = Objednávka zákazníka
document-request = Žádost
document-period = Období
document-period-days = { $from } až { $until }
document-issuer = Vystavil
document-recipient = Odběratel
document-customer = Software pro
document-vat-id = DIČ { $value }
document-registration = IČO { $value }
document-lines = Položky
document-tax-sums = Daň podle sazeb
document-tax-rate = Sazba daně
document-with-tax = S daní
document-reverse-charge = Přenesení daňové povinnosti: daň odvede odběratel.
document-outside-union = Plnění nepodléhá dani v Evropské unii.
document-download = Stáhnout PDF
document-pdf = PDF
document-file = Soubor
document-download-of = PDF dokladu { $number }

invoice-title = Faktura { $number }
invoice-total = Celkem
invoice-remark = Platby a dobropisy účtu za toto období. Částky se znaménkem minus byly dobropisovány.
invoice-line-charged = { $customer }, objednávka { $order }
invoice-line-credited = { $customer }, objednávka { $order }, dobropis { $note }
invoice-line-po = číslo zákazníka { $po }

invoices-empty = Zatím žádné faktury
invoices-empty-text = První vznikne brzy po konci měsíce, ve kterém se něco koupilo.
invoices-balance = Zůstatek
invoices-balance-owed = Dluh vůči provozovateli
invoices-balance-held = Přeplatek partnera
invoices-credit-limit = Úvěrový limit
invoices-last-payment = Poslední platba
invoices-no-payment = Zatím žádná
invoice-lines-first =
    { $count ->
        [one] První { $count } položka. PDF jich obsahuje více.
        [few] První { $count } položky. PDF jich obsahuje více.
        [many] Prvních { $count } položky. PDF jich obsahuje více.
       *[other] Prvních { $count } položek. PDF jich obsahuje více.
    }
invoice-lines-cut =
    { $count ->
        [one] Uvedena je jen první položka; součty jsou za všechny. Ostatní čtou programy z rozhraní REST.
        [few] Uvedeny jsou jen první { $count } položky; součty jsou za všechny. Ostatní čtou programy z rozhraní REST.
        [many] Uvedeno je jen prvních { $count } položky; součty jsou za všechny. Ostatní čtou programy z rozhraní REST.
       *[other] Uvedeno je jen prvních { $count } položek; součty jsou za všechny. Ostatní čtou programy z rozhraní REST.
    }
field-invoice = Faktura
field-period = Období
