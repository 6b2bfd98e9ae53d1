# What the activity log and `perpetua doctor` say: `activity-KIND` for each kind of audit record, with
# dots as hyphens, and `doctor-CODE` for each finding.

## Activities

activity-refused = Refused: { $what }
activity-person-signed_in = Signed in
activity-person-invited = Invited a person
activity-person-removed = Removed a person
activity-password-reset = Set a new password
activity-password-reset_requested = Asked for a new password
activity-password-reset_handed_out = Handed out a link for a new password
activity-invitation-accepted = Accepted an invitation
activity-invitation-renewed = Renewed an invitation
activity-invitation-revoked = Withdrew an invitation
activity-role-granted = Gave a role
activity-role-taken = Took a role away
activity-role-refused = Refused a request for a role
activity-role-requested = Asked for a role
activity-role-request_decided = Answered a request for a role
activity-agreement-recorded = Recorded the customer agreement
activity-customer-created = Added a customer
activity-customer-edited = Changed a customer
activity-user-created = Created a user
activity-user-edited = Changed a user
activity-user-removed = Removed a user
activity-user-restored = Restored a user
activity-user-password_set = Set a user’s password
activity-partner-created = Added a partner
activity-partner-suspended = Suspended a partner
activity-partner-resumed = Lifted a partner’s suspension
activity-credit_limit-changed = Changed a credit limit
activity-relationship-invited = Invited a customer into a relationship
activity-relationship-accepted = Accepted a relationship
activity-relationship-ended = Ended a relationship
activity-fleet-imported = Uploaded an inventory
activity-fleet-assigned = Assigned machines of the move
activity-fleet-sites_changed = Changed the days or the order of sites
activity-fleet-planned = Planned the move of the machines
activity-fleet-key_entered = Entered the key { $name }
activity-fleet-key_refused = Tried to enter a key
activity-fleet-key_counted = Corrected the activations of the key { $name }
activity-fleet-key_removed = Removed the key { $name }
activity-fleet-prior_added = Recorded former licenses of { $product }
activity-fleet-prior_removed = Removed former licenses of { $product }
activity-fleet-prior_imported = Recorded former licenses from a table
activity-fleet-wave_held = Stopped wave { $number }
activity-fleet-wave_released = Released wave { $number }
activity-fleet-wave_stopped = Too many failures stopped wave { $number }
activity-fleet-scripts_taken = Took the scripts of wave { $number }
activity-fleet-scripts_refused = Tried to take the scripts of a wave
activity-fleet-reported = Scripts reported on wave { $number }
activity-order-placed = Placed order { $order }
activity-order-place_refused = Tried to place an order
activity-order-cancelled = Cancelled a purchase of order { $order }
activity-purchase-cancel_refused = Tried to cancel a purchase
activity-request-closed = Closed a request
activity-request-opened = Opened a request
activity-key-revealed = Looked at the key of { $product }, order { $order }
activity-api-refused = A call of the interface was refused
activity-key-reveal_refused = Tried to look at a key
activity-key-limit_lowered = Lowered a key’s limit
activity-relationship-declined = Declined a relationship
activity-key-revoked = Revoked a key
activity-media-downloaded = Downloaded a file of { $product }
activity-media-download_refused = Tried to download a file
activity-media-imported = Imported installation media
activity-media-withdrawn = Withdrew installation media
activity-media-support_end_set = Set the end of support of installation media
activity-link-created = Made a download link for { $product }
activity-link-create_refused = Tried to make a download link
activity-link-used = Used a download link of { $product }
activity-link-renewed = Renewed a download link
activity-link-renew_refused = Tried to renew a download link
activity-link-revoked = Revoked a download link
activity-link-revoke_refused = Tried to revoke a download link
activity-link-locked = Locked a download link after wrong passwords
activity-key-handed_over = Handed the key of { $product } over to a person
activity-key-hand_over_refused = Tried to hand a key over
activity-key-hand_over_opened = Opened the page of a key of { $product } that was handed over
activity-key-hand_over_revoked = Took the hand-over of a key back
activity-key-hand_over_locked = Locked the hand-over of a key after wrong codes
activity-policy-changed = Changed a policy
activity-policy-removed = Removed a policy
activity-price_sheet-uploaded = Uploaded the price sheet { $file }
activity-price_sheet-published = Published a price sheet
activity-price_sheet-discarded = Discarded a price sheet
activity-tax_rate-added = Added a tax rate
activity-event-sent_again = Sent an event again
activity-restore-confirmed = Confirmed a restored database

## Kinds in the choice of kinds, where the sentence needs facts

activity_kind-fleet-key_entered = Entered a key for the move
activity_kind-fleet-key_counted = Corrected the activations of a key
activity_kind-fleet-key_removed = Removed a key of the move
activity_kind-fleet-prior_added = Recorded former licenses
activity_kind-fleet-prior_removed = Removed former licenses
activity_kind-fleet-wave_held = Stopped a wave
activity_kind-fleet-wave_released = Released a wave
activity_kind-fleet-wave_stopped = Too many failures stopped a wave
activity_kind-fleet-scripts_taken = Took the scripts of a wave
activity_kind-fleet-reported = Scripts reported on a wave
activity_kind-order-placed = Placed an order
activity_kind-order-cancelled = Cancelled a purchase
activity_kind-key-revealed = Looked at a key
activity_kind-media-downloaded = Downloaded a file
activity_kind-key-handed_over = Handed a key over to a person
activity_kind-key-hand_over_opened = Opened the page of a handed-over key
activity_kind-link-created = Made a download link
activity_kind-link-used = Used a download link
activity_kind-price_sheet-uploaded = Uploaded a price sheet
activity_kind-machine-activated = Activated a machine
activity_kind-machine-changed = A machine changed
activity_kind-machine-returned = Gave an activation back
activity_kind-machine-released = Released a machine
activity_kind-request-credited = Credited a request
activity_kind-request-refused = Refused a request
activity_kind-request-proposed = Proposed a credit
activity_kind-request-proposal_declined = Took a proposed credit away
activity_kind-request-assigned = Changed who works on a request
activity_kind-request-changed = Changed a request
activity_kind-invoice-closed = Closed an invoice
activity_kind-subscription-changed = Changed a subscription
activity_kind-subscription-renewed = A subscription renewed itself
activity_kind-subscription-renewal_refused = A subscription could not renew itself
activity_kind-partner_profile-changed = Changed a partner’s profile

## Values that were set

activity_fact-records = Records
activity_fact-doubtful = With doubt
activity_fact-unread = Not read
activity_fact-machines = Machines
activity_fact-wave = Wave
activity_fact-unsaved = Cannot be saved
activity_fact-remaining = Activations left
activity_fact-change = from { $from } to { $to }
activity_fact-yes = yes
activity_fact-no = no
activity_fact-role = Role: { $value }
activity_fact-roles = Roles: { $value }
activity_fact-until = Until { $value }
activity_fact-domain = Domain: { $value }
activity_fact-country = Country: { $value }
activity_fact-credit_limit = Credit limit: { $value }
activity_fact-quantity = Quantity: { $value }
activity_fact-version = Version: { $value }
activity_fact-language = Language: { $value }
activity_fact-bit = Bit: { $value }
activity_fact-limit = Activations: { $value }
activity_fact-days = Days: { $value }
activity_fact-uses = Downloads: { $value }
activity_fact-password = With a password
activity_fact-links_revoked = Links revoked: { $value }
activity_fact-fields = Changed: { $value }
activity_fact-changed = Changed: { $value }
activity_fact-type = Type: { $value }
activity_fact-outcome = Outcome: { $value }
activity_fact-request = Request: { $value }
activity_fact-by = Settled by: { $value }
activity_fact-creditNote = Credit note: { $value }
activity_fact-total = Total: { $value }
activity_fact-agreed_on = Agreed on { $value }
activity_fact-class = Tax class: { $value }
activity_fact-rate_basis_points = Rate: { $value }
activity_fact-valid_from = From { $value }
activity_fact-markets = Markets: { $value }
activity_fact-rows = Rows: { $value }
activity_fact-left_out = Rows left out: { $value }
activity_fact-events = Events: { $value }
activity_fact-reason = Reason: { $value }
activity_reason-cancelled = the purchase was cancelled

## Names of values that changed

activity_field-window_days = Days to cancel
activity_field-refund = Credit
activity_field-activations_per_unit = Activations per unit
activity_field-downgrade_rights = Right to older versions
activity_field-link_lifetime_days = Days that a link lives
activity_field-link_uses_max = Downloads per link
activity_field-line1 = Street and number
activity_field-line2 = Address line 2
activity_field-phone = Telephone
activity_field-contact = Contact
activity_field-autoRenew = Renewal
activity_field-renewalTerm = Term of the renewal
activity_field-suspension = Suspension
activity_field-friendlyName = Name
activity_field-files = Files

## Columns of the export

activity_csv-time = Time
activity_csv-time-utc = Time (UTC)
activity_csv-person = Person
activity_csv-email = E-mail address
activity_csv-tenant = Organization
activity_csv-what = What happened
activity_csv-about = About
activity_csv-details = Details
activity_csv-result = Result
activity_csv-network = Network address
activity_csv-record = Record

## Pages

activity_page-intro-operator = Everything that people and programs did, newest first. The log is sealed and cannot be altered unseen.
activity_page-intro-of-customer = What your people did for this customer, and what its people did with what you sold.
activity_page-intro-partner = What your people did, and what concerns your customers’ purchases, newest first.
activity_page-intro-customer = What your people and your partners did with your software, newest first: also who looked at which key.
activity_page-empty = Nothing matches. Change the days or the kind.
activity_page-proofs = Download with proofs
activity_page-dead-empty = Every event has been delivered.
activity_page-done = Done
activity_page-not-done = Refused
activity_page-program = The program
activity_page-send-again = Send again

## Findings

doctor-account-balance = The balance of partner { $place } differs from its ledger
doctor-order-total = The sums of order { $place } differ from its lines
doctor-order-charged = Order { $place } was not charged with its total
doctor-key-per-line = Line { $place } of an order has no key
doctor-key-of-cancelled = The key of the cancelled line { $place } is active
doctor-link-of-cancelled = Link { $place } of a cancelled line is active
doctor-credit-above-charge = More was credited on line { $place } than charged
doctor-credit-notes-of-line = The credit notes of line { $place } differ from what it says
doctor-credit-note-total = The sums of credit note { $place } differ from its lines
doctor-credit-note-posted = Credit note { $place } was not posted with its total
doctor-number-series = Numbers of the series { $place } are missing
doctor-unsealed = Records that should be sealed by now: { $place }
doctor-block-missing = Audit block { $place } is missing
doctor-block-malformed = Audit block { $place } cannot be read
doctor-block-unchained = Audit block { $place } does not follow the one before
doctor-block-count = Audit block { $place } holds another number of records
doctor-block-root = Records of audit block { $place } were altered
doctor-block-signature = The signature of audit block { $place } is wrong
doctor-personal-value = A personal value of record { $place } was altered
doctor-record-without-block = Sealed records stand in no block; in blocks: { $place }
doctor-head-differs = Audit block { $place } differs from the head kept elsewhere
doctor-head-missing = Audit block { $place }, kept elsewhere as head, is missing

## Problems

error-rotation_runs = Keys are being changed already. Wait until that is done.
error-reveals_held = Keys are not shown until the operator has confirmed the restored database.
activity-operator-created = Set up the installation
