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
