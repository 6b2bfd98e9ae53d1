# Software, keys, downloads and links: refusals (`error-CODE`, `field-error-CODE`), and the headings of the export.
error-purchase_cancelled = The purchase was cancelled. Its key is revoked, and nothing can be downloaded any more.
error-payment_awaited = The order waits for its payment, so there is no key yet.
error-key_revoked = The key was revoked.
error-medium_not_offered = This purchase does not include that file, or it is no longer offered. Choose version, language and bit again.
error-download_expired = This download ended on { $at }. Start it again.
error-download_revoked = This download was stopped: the link or the right behind it was withdrawn.
error-download_used_up = The file was already transferred three times through this address. Start the download again.
error-link_expired = The link expired on { $at }.
error-link_used_up = All downloads of this link were used.
error-link_revoked = The link was revoked.
error-serving_suspended = This file is not served at present: an organization that it belongs to is suspended.
error-link_locked = The link is locked after too many wrong passwords.
field-error-link_lifetime = Choose 1 to 90 days.
field-error-link_uses = Choose 1 to 1,000 downloads.
field-error-link_password = A password has 8 to 128 characters.
field-error-link_recipient = Write at most 200 characters.
field-error-link_password_needed = Give the password that came with the link.
field-error-link_password_wrong = That password is wrong. After five wrong ones the link is locked.

export-product = Product
export-edition = Edition
export-kind = Kind
export-bought = Bought
export-left = Active units
export-order = Order
export-date = Purchased on
export-state = State
export-days-to-cancel = Days left to cancel
export-cancel-until = Last day to cancel
export-term-end = Term ends on
export-activations-used = Activations used
export-activations-allowed = Activations allowed
export-product-id = Product ID
export-purchase-id = Purchase ID
purchase-kind-perpetual = Perpetual
purchase-kind-subscription = Subscription
purchase-state-active = Active
purchase-state-partly-cancelled = Partly cancelled
purchase-state-ended = Term over
purchase-state-cancelled = Cancelled

# Software page
window-last-day = last day to cancel
window-days-left = { $days ->
    [one] { $days } day left
   *[other] { $days } days left
}
window-until = until { $date }
window-closed = closed on { $date }
window-cancelled = cancelled
quantity-left = { $left } of { $bought }
filter-not-cancelled = Not cancelled
software-none = No software yet
software-none-buy = What you buy for this customer appears here, with its keys and downloads.
software-none-yet = Purchases appear here as soon as they are made.
software-none-found = Nothing matches
software-none-found-how = Try other words or clear the filters.

# One purchase
field-edition = Edition
field-activations = Activations
field-file = File
field-uses-left = Downloads left
activations-used = { $limit ->
    [one] { $used } of { $limit } activation used.
   *[other] { $used } of { $limit } activations used.
}
purchase-no-media = There are no installation media for this product yet.
purchase-needs-role = Keys and downloads need one of these roles: { $roles }.
purchase-never-yours = Keys and downloads are shown to the partner and the customer of this purchase only.
version-older = { $version } – older version
version-downgrade = This older version may be used because of the downgrade rights of this purchase.
version-unsupported = Support of this version ended on { $date }.
action-make-command = Make a command
media-language-multi = Several languages
media-language-en = English
media-language-cs = Czech
media-language-de = German
media-language-fr = French
media-language-es = Spanish
media-language-it = Italian
media-language-pl = Polish
media-language-sk = Slovak

# Links
link-for-nobody = Nobody in particular
link-protected = with a password
link-used = { $max ->
    [one] used { $uses } of { $max }
   *[other] used { $uses } of { $max }
}
link-state-active = Works
link-state-expired = Expired
link-state-used-up = Used up
link-state-revoked = Revoked
link-state-locked = Locked
link-state-dead = Ended with the purchase
link-outcome-started = download started
link-outcome-expired = refused: expired
link-outcome-used-up = refused: used up
link-outcome-revoked = refused: revoked
link-outcome-locked = refused: locked
link-outcome-purchase-cancelled = refused: purchase cancelled
link-outcome-relationship-ended = refused: relationship ended
link-outcome-suspended = refused: suspended
link-outcome-password-needed = refused: no password
link-outcome-wrong-password = refused: wrong password
link-made-by = by { $name }
link-dead = This link does not work
link-unknown = There is no such link. Perhaps a part of the address is missing.
link-dead-advice = Ask whoever sent it to you for a new one.
flash-link-revoked = The link was revoked. Whatever it was transferring stops within seconds.
flash-link-renewed = The link was renewed.

# Who looked at keys
key-viewed = Key shown
key-view-shown = Shown
key-views-intro = Every time somebody of a partner or of your own organization looked at a key.
key-views-none = Nobody has looked at a key yet
key-views-none-how = Each look will be listed here with name and time.
flash-link-made-before = This form was sent before. Its link stands in the list; the address was shown then and is not shown again.

# Handing a key over
hand-over-heading = Hand over to a person
hand-over-how = The person gets a mail without the key, proves who they are by a code, and sees the key once. It is recorded as a look at the key.
field-person-name = Name of the person
field-person-email = Their e-mail address
field-person-language = Language of the mails
action-hand-over = Hand over
hand-overs-heading = Handed over to people
hand-over-made = Pass this address on
field-opened = Opened
hand-over-waiting = Not opened
hand-over-opened = Opened
hand-over-shown = Key shown
hand-over-revoked = Taken back
hand-over-locked = Locked
hand-over-expired = Expired
hand-over-dead = This page shows no key
hand-over-title = A product key for you
hand-over-intro = A product key was handed over to you. It is shown once: note it down when you see it.
hand-over-from = From
hand-over-signed-in = You are signed in as the person to whom the key was given.
hand-over-code-how = The code goes to the address to which this page was sent, and counts for 15 minutes. If you have an account with that address, sign in instead.
hand-over-once = It is not shown again.
action-send-code = Send me the code
action-send-code-again = Send another code
action-show-key = Show the key
field-code = Code
hint-code = Eight digits from the second mail.
flash-handed-over = The person was told by mail.
flash-handed-over-before = This form was sent before. Its hand-over stands in the list.
flash-hand-over-revoked = The hand-over was taken back.
flash-code-sent = The code was sent. It may take a minute.
error-hand_over_shown = The key was shown already. It is shown once only.
error-hand_over_revoked = The hand-over was taken back.
error-hand_over_locked = The hand-over is locked after too many wrong codes.
error-hand_over_expired = The time of this hand-over is over.
error-hand_over_codes = No further codes are sent for this hand-over. Enter the last one, or ask for a new hand-over.
error-hand_over_not_you = The key was given to somebody else. Enter the code that was mailed to that person, or sign in as that person.
field-error-hand_over_name = Write at most 120 characters in one line.
field-error-hand_over_days = Choose 1 to { $max } days.
field-error-hand_over_code_wrong = That code is wrong. After five wrong ones the hand-over is locked.
field-error-hand_over_code_over = No code counts at present. Let the page send you another one.
