# Documents to keep and print: credit notes and invoices.
document-page = Page { $page } of { $pages }
document-number = Number
document-issued = Date of issue
document-order = Order
document-ordered = Date of order
document-purchase-order = Purchase order
document-request = Request
document-period = Period
document-period-days = { $from } to { $until }
document-issuer = Issued by
document-recipient = Issued to
document-customer = Software for
document-vat-id = VAT ID { $value }
document-registration = Registration no. { $value }
document-lines = Lines
document-tax-sums = Tax by rate
document-tax-rate = Tax rate
document-with-tax = With tax
document-reverse-charge = Reverse charge: the recipient accounts for the tax.
document-outside-union = Outside the scope of the tax of the European Union.
document-download = Download PDF
document-pdf = PDF
document-file = File
document-download-of = PDF of { $number }

invoice-title = Invoice { $number }
invoice-total = Total
invoice-remark = Charges and credits of the account in this period. Amounts with a minus sign were credited.
invoice-line-charged = { $customer }, order { $order }
invoice-line-credited = { $customer }, order { $order }, credit note { $note }
invoice-line-po = purchase order { $po }

invoices-empty = No invoices yet
invoices-empty-text = The first one is made soon after the end of a month in which something was bought.
invoices-balance = Balance
invoices-balance-owed = Owed to the operator
invoices-balance-held = In the partner's favour
invoices-credit-limit = Credit limit
invoices-last-payment = Last payment
invoices-no-payment = None so far
invoice-lines-first = The first { $count } lines. The PDF lists more of them.
invoice-lines-cut =
    { $count ->
        [one] Only the first line is listed; the sums are those of all. Programs read the others from the REST interface.
       *[other] Only the first { $count } lines are listed; the sums are those of all. Programs read the others from the REST interface.
    }
field-invoice = Invoice
field-period = Period
