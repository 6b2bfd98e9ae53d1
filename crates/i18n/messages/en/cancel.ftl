# Cancelling a purchase, requests and credit notes.

cancel-title = Cancel { $product }
cancel-intro = Submit carries the cancellation out at once and credits exactly the amount shown.
cancel-closed-title = This purchase can no longer be cancelled
cancel-closed = The window to cancel closed at the end of { $date } ({ $zone }). A person decides about a refund now: send this request.
cancel-gone = Every unit of this order is cancelled already.
cancel-order-line = Order { $order }
cancel-of =
    { $count ->
        [one] of { $count } unit
       *[other] of { $count } units
    }
cancel-not-chosen = not chosen
cancel-key-dies = The key of { $product } is revoked: no machine can be activated with it any more.
cancel-key-used =
    { $count ->
        [one] { $count } activation was made with it; that machine loses its license.
       *[other] { $count } activations were made with it; those machines lose their license.
    }
cancel-limit =
    { $to ->
        [one] The key of { $product } stays and allows { $to } activation instead of { $from }.
       *[other] The key of { $product } stays and allows { $to } activations instead of { $from }.
    }
cancel-links =
    { $count ->
        [one] { $count } download link of { $product } stops working, also while somebody downloads.
       *[other] { $count } download links of { $product } stop working, also while somebody downloads.
    }
cancel-nothing-chosen = Choose at least one unit to cancel.
cancel-time = { $at } ({ $zone })
field-refund-reason-kind = Kind of reason
reason-choose = In own words
reason-mistake = Bought by mistake, or twice
reason-wrong_product = Another product, version or edition was meant
reason-wrong_quantity = Fewer units are needed
reason-customer_withdrew = The customer changed its mind
reason-technical = It does not work for the customer
reason-other = Something else
reason-not_given = Not given

problem-type-refund = Purchase / refund on behalf of a customer
problem-type-key_not_working = Key does not work
problem-type-activation_limit = More activations needed
problem-type-media = Wrong or missing media
problem-type-deployment = Presales and deployment help
problem-type-other = Other
impact-critical = Critical – work stands still
impact-moderate = Moderate – work goes on with effort
impact-minimal = Minimal – a question

cancelled-line =
    { $count ->
        [one] { $count } unit of { $product } is cancelled.
       *[other] { $count } units of { $product } are cancelled.
    }
request-title = Request { $number }
request-outcome-credited = Credited
request-outcome-refused = Refused
request-outcome-withdrawn = Withdrawn
request-state-open = Open
request-state-attention_needed = Answer needed
request-state-closed = Closed
requests-empty = No requests yet
requests-empty-text = Open a purchase on the Software page of a customer and press Cancel to ask for a refund.
field-impact-short = Impact
field-credit-note = Credit note
field-requested-by = Contact

credit-note-title = Credit note { $number }
credit-note-issuer = Issued by
credit-note-for = Issued to
credit-note-remark = Refers to order { $order }. The amounts were credited to the account on which the order was charged.
total-net = Without tax
total-tax = Tax
total-credit = Credit

error-window_closed = The window to cancel closed on { $closed_at }. Nothing was cancelled.
error-already_cancelled = This is cancelled already. Nothing more was credited.
error-nothing_to_cancel = Choose at least one unit to cancel.
error-order_not_completed = This order waits for its payment, so there is nothing to credit.

field-error-quantity_zero = At least one unit.
field-error-more_than_left =
    { $left ->
        [one] Only { $left } unit is left.
       *[other] Only { $left } units are left.
    }
field-error-line_twice = This line was given twice.
field-error-not_a_number = Write a whole number.
field-error-not_a_refund = Only a purchase or refund request can cancel a purchase.
field-error-not_this_customer = This purchase belongs to another customer.
field-error-not_this_order = This is not the order on this page.
field-error-not_an_amount = Write an amount, such as { $amount }.
field-error-amount_differs = The credit for the chosen units is exactly { $amount }.
field-error-reason_missing = Say why.
field-error-contains_key = Never write a product key here. Remove it, please.
field-error-request_missing = This is needed.
field-error-request_title = One line of 1 to 200 characters.
field-error-request_email = This is no e-mail address.
field-error-request_phone = Write the number with its country, such as +420 777 123 456.
