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
field-error-not_a_role = This is not a role of a partner.
field-error-not_a_redirect = Write https addresses, or http://localhost, one per line.
field-error-not_a_public_key = This is not an RSA public key in PEM form.
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
error-program_unknown = No such program is registered with the organization for which you work now.
field-error-required = Please fill this in.

nav-apps = Programs
apps-intro = Programs that call the REST interface for your organization.
apps-none = No program is registered
apps-none-how = Register a program, give it a secret or a certificate, and it can ask for access tokens.
apps-new = Register a program
apps-new-intro = A program gets a client id of its own. What it may do can be changed later.
apps-no-roles = only together with a person
apps-no-rights = no keys, no cancellations
apps-right-keys = keys and downloads
apps-right-cancel = cancellations
apps-never-used = never used
apps-used = used { $when }
apps-until = until { $when }
apps-ended = ended { $when }
apps-credentials = Secrets and certificates
apps-no-credentials = none
apps-no-credentials-how = The program cannot ask for tokens yet. Add a secret or a certificate.
apps-kind-secret = Secret
apps-kind-certificate = Certificate
apps-secret-how = We make it and show it once. Whoever holds it can do what the program may do.
apps-certificate-how = The private key stays with you, so nothing that we keep can be used to sign in.
apps-change = Change the program
apps-remove-how = The program gets no more tokens, and those that it has stop working at once. This cannot be undone.
apps-remove-title = Remove { $app }?
apps-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
apps-secret-title = New secret
apps-secret-once = This is the secret of { $app }. It works until { $until }. It is shown only now: copy it to where the program keeps its secrets, not into a mail or a chat.

field-app = Program
field-client-id = Client ID
field-tenant-id = Tenant ID
field-token-address = Address for tokens
field-app-registered = Registered by
field-app-used = Last use
field-app-label = Label
field-app-hint = Begins with, or thumbprint
field-app-until = Works
field-app-days = Works for
field-app-public-key = RSA public key
field-app-keys = Keys, downloads and links
field-app-cancel = Cancellations and refund requests
field-redirect-uris = Addresses to return to
legend-app-roles = Roles
legend-app-rights = Further rights
legend-app-people = When people sign in with the program
hint-app-name = As people of your organization call it.
hint-app-label = Where it is kept, such as the name of the server.
hint-app-keys = Risk: whoever gets hold of the secret can read every product key of your customers, and use up their activations. Leave it off unless the program delivers keys.
hint-app-cancel = Risk: a fault in the program, or a stolen secret, can cancel purchases; their keys stop working at once and this cannot be undone. Leave it off unless the program cancels.
hint-app-public-key = In PEM form, beginning with -----BEGIN PUBLIC KEY-----. Never paste the private key.
hint-redirect-uris = One per line: https, or http://localhost for programs on one’s own machine. Leave it empty when no person signs in.

action-register-app = Register program
action-remove-app = Remove program
action-add-secret = Add secret
action-add-certificate = Add certificate
action-allow = Allow
action-refuse = Refuse

flash-app-registered = The program is registered. Add a secret or a certificate next.
flash-app-removed = The program is removed.
flash-app-certificate-added = The certificate was added.
flash-app-credential-removed = It was removed. No new tokens are given for it.

consent-title = Let a program act for you?
consent-intro = { $app } asks to act for you at { $tenant }.
consent-for = For
consent-as = You are
consent-back-to = Answer goes to
consent-then = If you allow it
consent-roles = The program may do what you may do at { $tenant }, with your roles: { $roles }.
consent-keys = That includes orders, cancellations and product keys where your roles include them.
consent-recorded = What it does is recorded under your name and the name of the program.
consent-ends = It goes on until the program is removed or you leave the organization; programs that rest for 90 days have to ask again.
consent-doubt = Do you not know the program, or did you not just open it yourself? Then refuse.
