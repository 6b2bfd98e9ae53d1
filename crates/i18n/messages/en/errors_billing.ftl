# What records and findings about invoices say.

activity-invoice-closed = Closed invoice { $number }
doctor-invoice-total = The sums of invoice { $place } differ from its entries
