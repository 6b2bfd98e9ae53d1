# Why a cart or an order is refused.

error-agreement_missing = The customer has not accepted the customer agreement yet. Record the acceptance on the customer’s page, then order.
error-amount_too_large = The amount is larger than a document can carry. Order fewer units.
error-cart_changed = The cart was changed in another window. Look at it again before you go on.
error-cart_expired = This cart was not changed for seven days and is no longer kept. Begin a new one.
error-cart_ordered = This cart has been ordered already. You find the order in the list of orders.
error-credit_exceeded = The order over { $total } does not fit into the credit line: the limit is { $limit }, and { $balance } is owed already.
error-currency_mixed = Line { $line }, { $title }, has a price in another currency than { $currency }. One order has one currency.
error-customer_locked = This customer is suspended, so nothing can be ordered for it.
error-date_out_of_range = A date of this order lies outside the calendar.
error-not_sold_here = { $title } is not sold in the customer’s country at present. Take it out of the cart.
error-order_empty = There is nothing to order yet. Add a product first.
error-order_too_long = { $max ->
    [one] An order has at most { $max } line.
   *[other] An order has at most { $max } lines.
}
error-partner_suspended = Your organization is suspended, so nothing can be ordered. Turn to the operator.
error-price_changed = The price of { $title } changed after you looked at it. Check the order once more.
error-price_ended = The price of { $title } ended on { $at }, and no other has begun.
error-price_missing = { $title } has no price for this quantity.
error-price_not_yet = The price of { $title } begins on { $at }.
error-quantity_out_of_range = { $title } can be ordered in quantities from { $min } to { $max }.
error-request_reused = This request was already used for another order. Open the page again.
error-segment_not_allowed = { $title } is not meant for organizations of this customer’s kind.
error-tax_rate_missing = The tax rate for { $country } is missing. The operator has to add it before this can be ordered.
error-total_changed = The total changed from { $reviewed } to { $current } after you looked at it. Check the order once more.
field-error-control_characters = Use plain characters only.
field-error-not_sold_here = This is not sold to the customer at present.
field-error-quantity_out_of_range = Enter a whole number from { $min } to { $max }.
field-error-too_long = { $max ->
    [one] Enter at most { $max } character.
   *[other] Enter at most { $max } characters.
}
