# Katalog v rozhraní REST: slova o produktech a co odmítá.

catalog-type-software = Software
catalog-type-perpetual = Trvalá licence
catalog-type-subscription = Předplatné softwaru
catalog-renew = Obnova, období: { $term }
catalog-restricted-customer = Tomuto zákazníkovi se to neprodává.
catalog-restricted-inventory = Momentálně už nic nezbývá.
catalog-promotion-unknown = Taková akční nabídka neexistuje.
catalog-promotion-none = Pro tuto položku žádná akční nabídka není.
catalog-item-unknown = Toto není položka katalogu.

error-country_without_prices = V zemi { $country } se zatím nic neprodává.
error-segment_not_sold = V katalogu tohoto zákazníka tento segment není.
