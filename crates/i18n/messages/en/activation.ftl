# What machines are answered, and what people see of activation: `activation-CODE` for each stable code of the license
# crate, `machine-…` for the pages.

activation-retry-at = Try again from { $at } (UTC).

## Good answers

activation-activated = This machine is activated.
activation-activated_again = This machine was activated already; it has a new certificate and counts once.
activation-activated_changed = This machine is activated. Its hardware changed a little since last time.
activation-activated_reimaged = This machine was set up anew and keeps its activation.
activation-activated_by_top_up = This machine is activated with an extra activation beyond the limit.
activation-refreshed = This machine has a new certificate.
activation-returned = The activation was given back and is free.
activation-return_pending = The activation was given up and will be free when its certificate ends.
activation-active = This machine is active.
activation-typed_code_issued = A code was made. Type it on the machine.

## About the key

activation-key_malformed = This is not a product key: it has eight groups of four letters and digits.
activation-key_mistyped = The product key is mistyped. Compare it with the original.
activation-key_foreign = This 25-character key belongs to another publisher. Our keys have 32 characters.
activation-key_kms_client = This is a generic client key for a key management service, which activates nothing here. Use the product key of your purchase.
activation-key_unknown = This product key was not issued here.
activation-key_cancelled = The purchase of this key was cancelled, so it activates no machine any more.
activation-key_leaked = This key became public and was revoked. Ask your partner for a new one.
activation-key_revoked = This key was revoked. Ask your partner.
activation-key_replaced = Another key took the place of this one. New machines need the new key.
activation-key_paused = This key does not activate new machines at the moment. Machines that are activated go on.
activation-key_exhausted = No activation of this key is left. Return one that is not needed, or buy more.
activation-term_over = The term of this purchase is over.
activation-other_product = This key is for another product.
activation-version_not_covered = This key does not cover this version.

## About the machine

activation-machine_cloned = The identity of this machine is in use on two machines. Set up one of them anew and activate it for itself.
activation-machine_changed_too_often = The hardware of this machine changed again too early.
activation-machine_unknown = This machine has no such activation. Activate it.
activation-machine_released = The activation of this machine was given back or released. Activate it anew.
activation-return_limit_reached = No further activation of this key can be given back this month.
activation-proof_outdated = The machine was activated anew after this was made. Make a new request on it.

## About the request

activation-request_malformed = This is not an activation request.
activation-request_truncated = The request ends too early. Send the whole file.
activation-request_altered = The request was altered on its way.
activation-request_replayed = This request is a copy of another one with changes.
activation-request_too_large = The request is too large.
activation-request_from_future = The request is dated in the future. Set the clock of the machine.
activation-request_too_old = The request is older than 30 days. Make a new one on the machine.
activation-request_other_installation = The request is for another installation.
activation-protocol_unsupported = This version of the protocol is not understood here. Update the software.

## About a code

activation-code_mistyped = A group of the code is wrong.
activation-code_foreign = This code belongs to another publisher.
activation-code_other_request = The code was made for another request, machine or key.
activation-code_expired = The code is no longer valid.
activation-typed_code_not_allowed = Typed codes are not allowed for this product. Use a file or a QR code.

## About the service

activation-too_many_requests = There were too many attempts. Wait a minute.
activation-try_again_later = This cannot be answered right now. Try again later.

## Activities

activity-machine-activated = Activated a machine with { $product }, order { $order }
activity-machine-changed = A machine changed: { $product }, order { $order }
activity-machine-returned = Gave an activation of { $product } back, order { $order }
activity-machine-return_refused = Tried to give an activation back
activity-machine-released = Released a machine from { $product }, order { $order }
activity-activation_rules-set = Changed the activation rules of a product

## Errors

error-return_limit_reached = No further activation of this key can be given back until { $at }.
error-too_many_machines = { $count ->
        [one] { $count } machine would have to be released at once. Cancel in smaller parts.
       *[other] { $count } machines would have to be released at once. Cancel in smaller parts.
    }

## Machines of a purchase

nav-machines = Machines
machines-none = No machine is activated
machines-none-how = Machines appear here when they activate with the product key of this purchase.
machines-upload = Machines without network
machines-upload-how = Carry the request file of one or many machines here. You get a file with the answers to carry back.
machine-unnamed = Machine without a name
machine-via-network = asked over the network
machine-via-file = asked by file
machine-via-typed = asked by typed code
machine-state-active = Active
machine-state-silent = Silent: its certificate ran out
machine-state-leaving = Given back, counts until { $at }
machine-state-returned = Given back
machine-state-released = Released
field-activations-left = Activations left
field-machine = Machine
field-first-seen = First activated
field-last-asked = Asked last
field-request-file = Request file
hint-request-file = A file that ends in .request, at most 1 MiB and 1,000 machines.
action-upload-requests = Answer the requests
field-show-qr = Show the answer as a QR code
hint-show-qr = For the file of one machine; otherwise you get a file.
machines-scan = A machine that shows a QR code
machines-scan-how = Scan the QR code that the machine shows and paste its text here. You get the answer as a QR code and as text.
field-request-text = Text of the QR code
hint-request-text = It begins with PQ1: – the content of one machine's request file will do as well.
action-answer-code = Answer with a QR code
answer-code-title = Answer for a machine
answer-code-scan = Scan it with the machine
answer-code-alt = QR code with the answer; the same stands below as text.
answer-code-text = The same as text
answer-code-text-how = For a machine without a camera: save the text as a file and import that there.
action-return-machine = Return
flash-machine-returned = The machine is given back.
export-machine = Machine
export-machine-id = Activation id
export-via = Asked by
export-first-seen = First activated
export-last-seen = Asked last
export-certificate-ends = Certificate ends
export-version = Version

## Machines in a cancellation

cancel-machine-seen = Asked last on { $at }
cancel-machines-note = { $count ->
        [one] Choose { $count } machine to release. Without a choice the one that was not seen for longest goes.
       *[other] Choose { $count } machines to release. Without a choice those that were not seen for longest go.
    }

## Replacing a key

machines-replace = Replace the key
machines-replace-how = For a key that others know. The purchase gets another key, which whoever may see keys finds under Get key. The former one activates no new machine from now on. Machines that are activated go on, change to the new key when they refresh, and are not counted twice.
field-replace-why = Reason
replace-why-leaked = It became public or reached others
replace-why-person_left = Somebody who knew it has left
replace-why-other = Another reason
action-replace-key = Replace the key
flash-key-replaced = The purchase has another key. The former one activates no new machine any more.
desk-key-replaced = The purchase has another key now; you find it under Get key. The former one activates no new machine any more. Machines that are activated go on.
field-key-replaced = Key replaced
error-replaced_too_often = This key was replaced three times in 30 days. It can be replaced again from { $at }.
activity-key-replaced = Replaced the key of { $product }, order { $order }
activity_kind-key-replaced = Replaced a key
activity-key-replace_refused = Tried to replace a key
activity_reason-leaked = others know the key
activity_reason-person_left = somebody who knew the key has left
activity_reason-other = another one

## Typed codes

machines-typed = A machine without network and without a way for files
machines-typed-how = Type the nine groups of digits that the machine shows. You get eight groups to type there. A code counts like any activation and lasts at most 90 days.
field-typed-request = Digits that the machine shows
hint-typed-request = Nine groups of six digits; blanks and hyphens between them do not matter.
field-machine-name = Name of the machine
action-typed-code = Make a code
typed-code-title = Code for a machine
typed-code-type = Type these groups on the machine
typed-code-warning = This code works for one machine and one request. It is a keyed hash and no signature: a cancelled purchase stops such a machine only when its code has ended.
typed-groups-good = All groups are right.
typed-group-wrong = Check this group
field-error-typed_group = Group { $group } is mistyped. Look at it again on the machine.
field-error-typed_length = Type nine groups of six digits.
field-error-typed_foreign = These digits come from software of another publisher.
field-error-typed_version = This request was made by a newer version of the software.
field-error-typed_other_key = Another product key was typed on the machine.
field-error-name_not_usable = Write a name of at most 64 characters on one line.
error-typed_codes_off = This product has no typed codes. Allow them first.
activity-typed_code-issued = Made a typed code for { $product }, order { $order }
activity_kind-typed_code-issued = Made a typed code
activity-typed_code-refused = Asked for a typed code
activity-typed_secret-revealed = Looked at the secret for typed codes of a product

## Keys that may have become public

alarm-seen = { $attempts ->
        [one] { $attempts } attempt
       *[other] { $attempts } attempts
    } to activate a new machine with this key came on one day until { $at }, more than the purchase explains. Networks: { $networks }.
alarm-mark = New machines are still activated.
alarm-slow = One new machine per hour is still activated.
alarm-pause = New machines are activated again.
alarm-closed = No new machine is activated until { $until }. Machines that are activated go on.
action-false-alarm = False alarm
flash-alarm-settled = The alarm is over. For 30 days this key is not watched.
error-no_alarm = There is no alarm for this key.
activity-key-suspected = The key of { $product }, order { $order }, may have become public
activity_kind-key-suspected = A key may have become public
activity-key-alarm_settled = Called an alarm false: { $product }, order { $order }
activity_kind-key-alarm_settled = Called an alarm false
activity-key-alarm_settle_refused = Tried to end an alarm

## Rules and activations, for the operator

nav-rules = Activation rules
nav-activations = Activations
rules-intro = What holds for certificates from now on. Products without rules of their own: refresh after 30 days, 14 days of grace, then the software does less; five returns a month; no extra activations, no typed codes.
rules-products = Products with their own rules
rules-none = No product has rules of its own.
rules-edit = Set the rules of a product
rules-certificates = Certificates
rules-machines = Machines
rules-leaks = Keys that may have become public
rules-refresh = Refresh
rules-top-up = Extra activations
rules-typed = Typed codes
rules-never = none
rules-refresh-after = After { $refresh ->
        [one] { $refresh } day
       *[other] { $refresh } days
    }, { $grace ->
        [one] { $grace } day
       *[other] { $grace } days
    } of grace, then:
rules-top-up-of = { $extra } in { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
rules-typed-days = { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
after-grace-remind = the software reminds
after-grace-reduce = the software does less
after-grace-stop = the software stops
leak-reaction-off = Not watched
leak-reaction-mark = Mark and tell
leak-reaction-slow = One new machine per hour
leak-reaction-pause = Pause new machines
field-refresh-days = Days until a machine should refresh
hint-refresh-days = 1 to 3,650.
field-grace-days = Days of grace
hint-grace-days = For so long a machine goes on without refreshing.
field-after-grace = After the grace
field-list-max-days = Days that a revocation list may be old
hint-list-max-days = 0 when the software needs no list.
field-drift-days = Days between two changes of a machine
hint-drift-days = A machine’s hardware may change once in so many days.
field-returns-per-month = Returns per month
field-top-up-extra = Extra activations
hint-top-up = So many are given beyond the limit without asking, in any span of so many days. Empty for none.
field-top-up-days = In so many days
field-typed-days = Days that a typed code lasts
hint-typed-days = 1 to 90; empty for none. A typed code is a keyed hash: whoever takes the software apart can make codes for any machine, and a cancelled purchase stops a machine only when its code has ended.
field-leak-reaction = What is done
field-leak-attempts = Attempts per day
hint-leak-attempts = Beyond one for each activation of the purchase.
field-leak-networks = Networks per day
hint-leak-networks = Beyond one for every four activations of the purchase.
field-leak-pause-hours = Hours of a pause
action-show-secret = Show the secret
typed-secret-title = Secret for typed codes
typed-secret-intro = The publisher builds this into the software as typedSecret. Whoever knows it can make codes for any machine. That it was shown is recorded.
activations-intro = Machines that were activated in the last 90 days, by days of UTC.
activations-alarms = Keys that may have become public
activations-no-alarms = No key is suspected.
activations-seen = What was seen
activations-products = By product and version
activations-none = No machine was activated in this time.
chart-machines = Machines that count
chart-activations = Activations
chart-day = Day
chart-count = Machines
chart-highest = highest: { $value }
chart-table = As a table
