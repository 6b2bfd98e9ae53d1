# Why a subscription is not changed, and what its records say.

error-billing_fixed = This subscription is billed once, for its whole term. That cannot be changed.
error-not_renewable = This subscription cannot renew itself, because what it was bought as is no longer sold.
error-partner_fixed = The partner of record of a subscription cannot be changed.
error-quantity_down = Units cannot be taken from a subscription. Cancel them while the cancellation window is open.
error-quantity_not_sold = This is sold in quantities from { $min } to { $max }.
error-quantity_up = Units cannot be added to a subscription. Buy them with a new order.
error-renewal_term_alone = A term for the renewal makes sense only for a subscription that renews itself.
error-renewal_term_not_sold = This product is not sold with that term.
error-subscription_deleted = The subscription was cancelled. It cannot be changed any more.
error-subscription_expired = The term of the subscription ended on { $at }. Buy it again to go on.
error-subscription_state = A subscription cannot be brought into this state.
error-subscription_suspended = The subscription is suspended. Keys, links and downloads work again as soon as it is active.
error-subscription_suspended_fixed = While the subscription is suspended, only its name and its state can be changed.
error-support_contact_unknown = Support comes from the partner of record or from the operator. Name one of them.
error-suspended_by_operator = The operator suspended this subscription. Only the operator can activate it again.
field-error-subscription_name = { $max ->
    [one] Enter a name of at most { $max } character on one line.
   *[other] Enter a name of 1 to { $max } characters on one line.
}
activity-subscription-changed = Subscription { $name } was changed
activity-subscription-renewed = Subscription { $name } renewed itself
activity-subscription-renewal_refused = Subscription { $name } could not renew itself and has expired
activity-subscription-change_refused = Tried to change a subscription
activity-subscription-cancel_refused = Tried to cancel a subscription
doctor-subscription-per-line = Line { $place } has a term and no subscription
doctor-subscription-of-cancelled = Subscription { $place } and its line disagree about being cancelled
