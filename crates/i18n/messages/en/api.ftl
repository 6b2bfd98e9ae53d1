# What the REST interface answers when it refuses: `fault-CODE`, and what is wrong with a field: `fault-reason-…`.

fault-800001 = The request carries no valid access token.
fault-900420 = The access token is not meant for this server.
fault-400 = The partner’s access to the interface is suspended.
fault-2032 = Access denied.
fault-900150 = The roles of this user do not allow the operation.
fault-900308 = This user does not have the right to perform the operation.
fault-900329 = This operation needs a token of a signed-in user.
fault-20002 = The partner has no relationship with this customer.
fault-2030 = The partner may not sell in this country.
fault-2006 = The partner may not sell this offer.
fault-800039 = The partner is suspended, so nothing can be ordered.
fault-900149 = The partner’s status in the program is not active.
fault-900123 = The reseller has not signed the partner agreement.
fault-900124 = Your company has not signed the partner agreement.
fault-13605 = The customer has not confirmed the customer agreement.
fault-800073 = The customer is under review.
fault-800074 = The customer was not approved.
fault-800075 = The customer’s vetting is not finished.
fault-900416 = The customer is locked for transactions.
fault-800023 = The order does not fit into the credit line.
fault-800069 = The order was refused by a risk check.
fault-800066 = The customer has reached the limit of subscriptions.
fault-800067 = The customer has reached the limit of licenses.
fault-800088 = The customer has reached the limit of assets.
fault-800089 = The customer has reached the limit of purchases of this product.
fault-800020 = This item cannot be purchased.
fault-2085 = The customer is not eligible for this item.
fault-2091 = This item is no longer sold.
fault-800019 = Only software can be cancelled.
fault-800027 = The quantity cannot be changed.
fault-800028 = The term is no longer available.
fault-800043 = This user is not allowed to see prices.
fault-400030 = The target segment is not allowed.
fault-400036 = The target view is not allowed.
fault-1000 = The resource was not found.
fault-60003 = The customer was not found.
fault-60002 = The user was not found.
fault-400013 = The product was not found.
fault-400018 = The SKU was not found.
fault-400019 = The availability was not found.
fault-20000 = The order was not found.
fault-20003 = The subscription was not found.
fault-800007 = There is no provisioning information yet.
fault-800008 = The cart was not found or has expired.
fault-800015 = The MPN id was not found.
fault-2072 = The MPN id does not name a valid partner of record.
fault-800076 = The history was not found.
fault-3000 = The request is not valid.
fault-800002 = The input of the request is not valid.
fault-400056 = The input of the catalog query is not valid.
fault-2000 = The check needs exactly one identifier.
fault-2001 = The quantity of a suspended subscription cannot be changed.
fault-2200 = The identifier does not name a partner.
fault-2205 = The tenant id does not name a partner.
fault-mpn-profile = There is no partner with this MPN id.
fault-agreement-none = The check needs an MPN id or a tenant id.
fault-2002 = The quantity is outside of the allowed range.
fault-2007 = The address or the domain is not valid.
fault-2011 = A deleted subscription cannot be changed.
fault-2054 = The billing cycle is changed through the order.
fault-2055 = The resource was changed in the meantime. Read it again.
fault-2071 = The MPN id does not name a linked reseller.
fault-800016 = The MPN id does not name an indirect reseller.
fault-4018 = The order cannot be processed.
fault-800004 = The offer id is not valid.
fault-800070 = The offer is not available in this country.
fault-800009 = Some items of the cart have errors.
fault-800010 = There is no inventory for this item.
fault-800017 = The quantity is not available.
fault-800018 = A limit of the sandbox is reached.
fault-800040 = This change of status is not allowed.
fault-800096 = The subscription cannot be cancelled.
fault-800041 = It is already activated.
fault-800061 = The order cannot be cancelled.
fault-800063 = Cancel the subscription instead of the order.
fault-800065 = The cart was already submitted.
fault-800071 = The number of the line is not valid.
fault-800090 = The quantity cannot be reduced.
fault-800091 = A suspended subscription cannot be changed.
fault-800093 = Automatic renewal is not possible.
fault-800095 = The quantity of this subscription cannot be changed.
fault-800097 = The billing cycle cannot be changed.
fault-800098 = The partner of record cannot be changed.
fault-6001 = The billing cycle of this order cannot be changed.
fault-27006 = The promotion has reached its limit of uses.
fault-27007 = The promotion is not valid.
fault-900117 = The time in which this could be cancelled has passed.
fault-900118 = The customer id is not valid.
fault-900126 = A value is not one of the known words.
fault-900127 = The action is not supported.
fault-900141 = The action is not supported for this resource.
fault-800042 = The operation is not supported.
fault-900142 = The catalog item id is missing.
fault-900203 = This item needs an attestation.
fault-900206 = The attestation is missing.
fault-600002 = The registration number is not valid.
fault-600049 = The registration number is missing.
fault-600050 = The registration number does not have the form of this country.
fault-600051 = The phone number is missing.
fault-600061 = The same agreement is already confirmed.
fault-exists = It exists already, or its state does not allow this.
fault-800014 = Another change of this order is still running.
fault-800060 = The order is still being processed.
fault-800064 = The cart is in use by another request.
fault-900278 = Another change of this subscription is still running.
fault-27009 = The term of this subscription has ended.
fault-800005 = The server is very busy right now. Try again later.
fault-429 =
    { $seconds ->
        [one] Rate limit is exceeded. Try again in { $seconds } second.
       *[other] Rate limit is exceeded. Try again in { $seconds } seconds.
    }
fault-800003 = An unexpected error occurred. Correlation id: { $correlation }
fault-window-passed =
    { $days ->
        [one] This could be cancelled for { $days } day after the purchase. That time has passed.
       *[other] This could be cancelled for { $days } days after the purchase. That time has passed.
    }
fault-not-supported = Not supported by this server: { $request }

## Reasons, written after the name of the field

fault-reason-missing = is missing
fault-reason-not_json = is not valid JSON
fault-reason-too_large = is too large
fault-reason-too_deep = is nested too deeply
fault-reason-text = must be text
fault-reason-whole = must be a whole number
fault-reason-number = must be a number
fault-reason-boolean = must be true or false
fault-reason-date = must be a date
fault-reason-object = must be an object
fault-reason-list = must be a list
fault-reason-word = is not one of the known words
fault-reason-form = does not have the expected form
fault-reason-characters = holds characters that are not allowed
fault-reason-unknown = is not known here
fault-reason-fixed = cannot be changed
fault-reason-differs = differs from the address of the request
fault-reason-not_expected = is not expected here
fault-reason-in_future = lies in the future
fault-reason-too_old = lies too far in the past
fault-reason-token = is not a continuation token of this list
fault-reason-too_long =
    { $max ->
        [one] has more than { $max } character
       *[other] has more than { $max } characters
    }
fault-reason-too_many =
    { $max ->
        [one] has more than { $max } entry
       *[other] has more than { $max } entries
    }
fault-reason-range = must be from { $min } to { $max }
fault-reason-reused = came before with another body

estimate-title = Unbilled lines, { $period ->
    [current] this month
   *[previous] earlier months
}
estimate-description = What was bought and credited and stands on no invoice yet.
