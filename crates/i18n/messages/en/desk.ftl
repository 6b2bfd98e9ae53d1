# The support desk: reporting a problem, the conversation, the queue, and decisions.

report-title = Report a problem
report-intro = The number of your request is shown as soon as you submit it. Never write a product key: we find yours by the order.
impact-promise =
    { $hours ->
        [one] { $impact } (first answer within { $hours } working hour)
       *[other] { $impact } (first answer within { $hours } working hours)
    }
hint-for-refunds = Needed to give money back.
hint-report-amount = Including tax, in the currency of the order; at most what was paid and not yet credited.
field-answer-language = Language of the answer
field-inform = Others to inform
hint-inform = E-mail addresses, separated by spaces or commas.
cancel-report = Another amount, or something else? Report a problem
desk-kms-rule = Keys for a key management service (KMS) are not sold and not given on request: every purchase comes with a key that activates its own machines, each one once. To move machines from KMS without an outage, choose the type “Presales and deployment help”; isolated machines are activated by a file or by typed codes.

## Conversation

desk-conversation = Conversation
desk-no-notes = Nobody has written anything yet.
desk-decision = Decision
desk-actions = Actions
desk-typed = What you wrote is not sent
desk-overdue = Overdue
desk-due = Promised answer
desk-assignee = Assigned to
field-your-note = Your note
field-ask-back = Ask for an answer
action-add-note = Add note
action-take = Take over
action-lay-back = Give back
action-reopen = Open again
action-withdraw-request = Withdraw
action-close-request = Close request
flash-cancelled = The purchase is cancelled and credited.
flash-request-sent = Your request was sent.
flash-note-added = The note was added.
flash-request-closed = The request is closed.
flash-request-open = The request is open again.
flash-request-refused = The request was refused.
flash-request-credited = The credit was issued.
flash-request-proposed = The credit waits for a second person.
flash-proposal-declined = The proposed credit was taken away.
flash-limit-raised = The key allows more activations now.

## Purchase and decision

desk-purchase = Purchase
desk-open-order = Open order
desk-window = Window to cancel ended
desk-paid = Paid
desk-left = Not credited
desk-key = Key
desk-links = Links
desk-reveals = Looks at the key
desk-units-of =
    { $bought ->
        [one] { $left } of { $bought } unit
       *[other] { $left } of { $bought } units
    }
desk-key-active =
    { $used ->
        [one] Active, { $used } activation of { $limit }
       *[other] Active, { $used } activations of { $limit }
    }
desk-key-revoked = Revoked
desk-link-uses =
    { $uses ->
        [one] { $links } in use, { $uses } download
       *[other] { $links } in use, { $uses } downloads
    }
desk-never = Never
desk-times =
    { $count ->
        [one] Once, on { $last }
       *[other] { $count } times, last on { $last }
    }
desk-credit = Credit
desk-amount = Credit with tax
desk-units = Units that go
desk-of-left = of { $left }
desk-key-stays = The key of { $product } stays as it is.
desk-credit-button = Issue credit
field-credit-reply = Answer to the partner
hint-credit-reply = Stands in the request as the decision.
desk-refuse = Refuse
desk-refuse-button = Refuse request
field-refusal = Reason of the refusal
hint-refusal = Whoever asked reads it.
desk-raise-limit = More activations
field-new-limit = New activation limit
action-raise-limit = Raise limit
desk-limit-raised =
    { $to ->
        [one] The key allows { $to } activation now.
       *[other] The key allows { $to } activations now.
    }
desk-proposal = Proposed credit
desk-proposed-by = { $person } proposed this credit on { $when }. It is issued when you agree.
desk-proposed-by-you = You proposed this credit on { $when }. Another person must agree before it is issued.
action-approve-credit = Agree and issue
action-take-back = Take back
desk-second-needed = This amount needs a second person. Your decision is kept as a proposal.
desk-second-person = Second person
field-second-above = Ask a second person above
hint-second-above = Whole units of the order’s currency; empty asks nobody.

## Queue and lists

desk-queue-empty = No requests here
desk-queue-empty-text = Nothing waits that matches these filters.
desk-not-closed = Not closed
desk-only = Show
desk-only-mine = Assigned to me
desk-only-late = Overdue
asked-empty-text = Open a purchase on the Software page to ask your partner for its cancellation.
ask-intro = Your partner { $partner } answers: it cancels the purchase of order { $order }, or says why not. Nothing ends by this request alone.
action-ask-cancel = Ask to cancel

## Files

files-drop = You can also drop files here.
files-chosen = Files chosen
files-leave-out = Leave out
files-too-large = Larger than 25 MiB: this file will not be taken.
files-too-many = More than 10 files: leave some out.
files-kept = Files that came already
file-may-hold-key = This file seems to hold a product key. Whoever answers would read it. Send it only if it must be.
field-file-confirm = Send it all the same
field-file-drop = Leave this file out
file-state-waiting = Being checked
file-state-infected = Blocked: a scan found something
file-holds-key = May hold a product key
file-type-text = Text
file-type-document = Document
file-type-other = File
error-file_waits = This file is still being checked. Try again in a minute.
error-file_infected = A scan found something in this file. Nobody can open it.
field-error-file_empty = The file is empty.
field-error-file_size = The file is larger than { $max } MiB.
field-error-file_program = Programs are not taken. Say in the text what it does, or add a picture or a log.
field-error-file_not_its_name = The content is not what the end of the name says.
field-error-too_many_files = At most { $max } files.
field-error-file_holds_key = A file seems to hold a product key. Confirm it below, or leave it out.
field-error-files_refused = Some files were not taken.

## Canned answers

answers-title = Canned answers
answers-intro = What is answered again and again. Whoever asked gets the words in their language. An answer is put into a note or a refusal and can be changed there.
answers-empty = No canned answers yet
answers-empty-text = An administrator writes them here.
answers-one = An answer
field-answer = Answer
field-answer-title-en = Title in English
hint-answer-language = One language is enough; whoever asked in the other one gets this one.
field-answer-text-en = Text in English
field-answer-title-cs = Title in Czech
field-answer-text-cs = Text in Czech
action-into-note = Put into the note
action-into-refusal = Put into the refusal
flash-answer-saved = The answer was saved.
flash-answer-removed = The answer was removed.
error-too_many_answers = There are 100 answers already. Remove one first.
activity-canned_answer-saved = Saved the canned answer { $name }
activity-canned_answer-removed = Removed the canned answer { $name }
activity_kind-canned_answer-saved = Saved a canned answer
activity_kind-canned_answer-removed = Removed a canned answer

## Errors

error-session_over_typed = Your session has ended; nothing you typed is lost. Sign in in a new tab, come back here and submit again.
error-form_expired_typed = You signed in again since this form was opened. Nothing you typed is lost: check it and submit it once more.
error-request_credited_already = Somebody credited this request in the meantime.
error-request_refused_already = Somebody refused this request in the meantime.
error-request_withdrawn_already = This request was withdrawn in the meantime.
error-request_needs_decision = A refund request is credited or refused, not closed.
error-not_a_refund_request = Only a refund request can be credited or refused.
error-request_without_order = This request names no order.
error-nothing_credited = Give an amount for at least one line.
error-nothing_proposed = No credit waits for a second person.
error-second_person_needed = Another person must agree to your proposal.
error-key_not_active = The key of this purchase is not active.
error-too_many_notes =
    { $max ->
        [one] This request holds one note and takes no further one. Open a new request for what is to be said.
       *[other] This request holds { $max } notes and takes no further one. Open a new request for what is to be said.
    }
error-asked_already = You have asked for this already, and your partner has not answered yet.
field-error-unknown_customer = None of your customers has this ID or domain.
field-error-unknown_order = You have no order, line or subscription with this ID.
field-error-order_of_another = This order belongs to another customer.
field-error-order_unpaid = This order waits for its payment, so there is nothing to credit.
field-error-amount_above_left = At most { $amount } was paid and is not yet credited.
field-error-units_in_window = Until { $closes_at } units are cancelled with one click and credited in full. Credit an amount without units, or wait.
field-error-nothing_left = Everything that was paid is credited already.
field-error-too_many_addresses = At most 10 addresses.
field-error-limit_not_higher = Write a number above { $limit } and at most { $max }.

## Activities

activity-request-credited = Credited request { $number }
activity-request-refused = Refused request { $number }
activity-request-proposed = Proposed a credit for request { $number }
activity-request-proposal_declined = Took a proposed credit for request { $number } away
activity-request-assigned = Changed who works on request { $number }
activity-request-decide_refused = Tried to decide or change a request
activity-key-limit_raised = Raised a key’s limit
activity-desk-settings_refused = Tried to change when a second person agrees to credits
activity-desk-settings_changed = Changed when a second person agrees to credits

## Personal data

desk-personal = Personal data
field-personal-days = Days after closing
hint-personal-days = 30 to 3,650. Then contact, texts, notes and files of a closed request are removed; amounts, credit notes and the record of what happened stay. Empty keeps them.
desk-personal-removed = Personal data removed
desk-title-removed = Title removed
people-export = Export personal data
people-export-how = Everything stored about one person as a JSON file, by their e-mail address, also without an account. The export is recorded.
field-named-as = Name in texts (optional)
hint-named-as = Without an account only the address is known. With a name, texts and links that name the person are listed too.
action-export-person = Export data
field-error-nobody_found = Nothing is stored under this address.
activity-request-personal_removed = Removed the personal data of request { $number }
activity_kind-request-personal_removed = Removed the personal data of a request
activity-hand_over-personal_removed = Removed names and addresses of old hand-overs
activity-person-exported = Exported the data of a person
activity-person-export_refused = Tried to export the data of a person
activity-desk-retention_changed = Changed how long closed requests keep personal data

## Working calendar

holidays-title = Holidays
holidays-intro = On Saturdays, Sundays and these days the clock of promised answers stands still. It runs from 9:00 to 17:00. A change counts for requests that come from then on; promises that were given stay.
holidays-empty = No holidays yet
holidays-empty-text = An administrator adds them here.
holidays-add = Add days
holidays-one = A day
holidays-choose = Choose
holidays-all = All days
holidays-remove = Remove ticked days
field-days = Days
hint-days = One day or span a line, as 2026-12-24 Christmas Eve or 24. 12. 2026 – 26. 12. 2026. A day that is there already gets the new name.
field-day-name = Name of the day
field-day = Day
hint-day = As 2026-12-24 or 24. 12. 2026.
flash-holidays-added = The days were added.
flash-holiday-saved = The day was saved.
flash-holidays-removed = The days were removed.
field-error-holiday_line = Line { $line } begins with no day. Write the year, month and day as 2026-12-24.
field-error-holiday_name = The name in line { $line } is longer than { $max } characters.
field-error-holiday_day = Write the day as 2026-12-24 or 24. 12. 2026.
field-error-holiday_taken = This day is in the list already.
field-error-no_day_chosen = Tick at least one day.
field-error-too_many_days = These are too many days: at most { $max }.
activity-holiday-added = Added holidays { $name }
activity-holiday-changed = Changed holiday { $name }
activity-holiday-removed = Removed holidays { $name }
activity_kind-holiday-added = Added holidays
activity_kind-holiday-changed = Changed a holiday
activity_kind-holiday-removed = Removed holidays
