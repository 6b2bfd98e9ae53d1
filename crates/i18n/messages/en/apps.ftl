error-request_claimed = A copy of this request is being carried out.
error-app_right_missing = The program was not given this right when it was registered.
error-token_invalid = The access token is not valid.
error-partner_only = Only people of a partner can let a program act for them.
error-redirect_not_registered = The program asks to be answered at an address that is not registered for it.
error-not_a_challenge = The program's request is malformed: the code challenge is not a SHA-256 hash.
error-too_many_apps = { $max ->
    [one] Only one program can be registered.
   *[other] No more than { $max } programs can be registered.
}
error-too_many_credentials = { $max ->
    [one] A program has at most one secret or certificate.
   *[other] A program has at most { $max } secrets and certificates. Remove one first.
}
field-error-not_a_role = is not a role of a partner
field-error-not_a_redirect = must be an https address, or http://localhost
field-error-not_a_public_key = is not an RSA public key in PEM form
activity-app-registered = Registered a program
activity-app-changed = Changed a program
activity-app-removed = Removed a program
activity-app-credential_added = Added a secret or certificate to a program
activity-app-credential_removed = Removed a secret or certificate of a program
activity-app-consented = Let a program act for oneself
cart-fault-currency = All lines of a cart must have the same currency.
cart-fault-item = This catalog item is not sold in the customer's country.
cart-fault-quantity = The quantity is outside of what is sold.
cart-fault-term = The item is not sold for this term.
cart-fault-segment = The item is not sold to customers of this segment.
cart-fault-participants = Participants are not allowed on this line.
activity-webhook-changed = Changed where events are sent
activity-webhook-removed = Stopped events being sent
error-webhook_not_registered = Register the event test-created first.
field-error-not_https = must be an https address
