# The catalog of the REST interface: words of products, and what it refuses.

catalog-type-software = Software
catalog-type-perpetual = Perpetual software
catalog-type-subscription = Software subscription
catalog-renew = Renew for { $term }
catalog-restricted-customer = This is not sold to the customer.
catalog-restricted-inventory = Nothing is left of this at the moment.
catalog-promotion-unknown = There is no such promotion.
catalog-promotion-none = There are no promotions for this item.
catalog-item-unknown = This is not a catalog item.

error-country_without_prices = Nothing is sold in { $country } yet.
error-segment_not_sold = The catalog of this customer does not hold this segment.
