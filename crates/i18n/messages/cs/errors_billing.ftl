# Co říkají záznamy a nálezy o fakturách.

activity-invoice-closed = Uzavření faktury { $number }
doctor-invoice-total = Součty faktury { $place } se liší od jejích položek
