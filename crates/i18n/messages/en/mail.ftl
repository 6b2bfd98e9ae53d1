# Mail: text and HTML are made from the same messages. No message holds a key, a password or more of a request than its reader may know.

mail-greeting = Hello,
mail-greeting-name = Hello { $name },
mail-why-member = As somebody who works for { $tenant } you get this mail.
mail-why-invited = You get this mail because somebody invited this address. If you do not know why, do nothing.
mail-why-reset = You get this mail because somebody asked for a new password for this address. If that was not you, do nothing: your password stays as it is.
mail-why-named = You get this mail because this address was named in a request.
mail-choose = Choose which mails you get
mail-item = { $quantity } × { $product }
mail-note = { $author } wrote: { $note }
mail-keys-after-sign-in = Product keys and downloads are found after signing in. A key never stands in a mail.
mail-open-order = Open the order
mail-open-software = Open the software
mail-open-request = Open the request
mail-open-people = Open the people

mail-fact-order = Order
mail-fact-partner = Partner
mail-fact-customer = Customer
mail-fact-ordered = Ordered on
mail-fact-purchase-order = Purchase order
mail-fact-total = Total including tax
mail-fact-credit-note = Credit note
mail-fact-credit = Credited including tax
mail-fact-cancel-until = Can be cancelled until
mail-fact-request = Request
mail-fact-title = Title
mail-fact-answer-until = First answer until
mail-fact-reply = Answer
mail-fact-roles = Roles
mail-fact-reason = Reason
mail-fact-term-ends = Term ends

mail-order-placed-subject-partner = Order { $number } for { $customer }
mail-order-placed-partner = This order for { $customer } was placed by { $by }.
mail-order-placed-subject-customer = { $partner } ordered software for you
mail-order-placed-customer = { $partner } ordered software for { $customer }. It is ready for you.
mail-order-cancelled-subject-partner = Order { $number }: purchases cancelled
mail-order-cancelled-partner = These purchases for { $customer } were cancelled. A key of which nothing is left activates no machine any more.
mail-order-cancelled-subject-customer = { $partner } cancelled software of order { $number }
mail-order-cancelled-customer = These purchases for { $customer } were cancelled. A key of which nothing is left activates no machine any more.
mail-window-closes-subject-partner = Order { $number } can be cancelled until { $closes }
mail-window-closes-partner = These purchases for { $customer } can be cancelled for a full credit until { $closes }. If they stay, nothing has to be done.

mail-request-received-subject = Request { $number } has arrived
mail-request-received-text = Your request { $number } has arrived. Every change of it is told in a mail.
mail-request-filed-subject = New request { $number } from { $customer }
mail-request-filed-text = Somebody asks for help for { $customer } and waits for an answer.
mail-request-changed-subject = Request { $number }: something new
mail-request-changed-text = There is something new in request { $number }.
mail-request-attention-subject = Request { $number } needs your answer
mail-request-attention-text = Before request { $number } can go on, something is needed from you.
mail-request-credited-subject = Request { $number } was credited
mail-request-credited-text = What request { $number } asked for was credited.
mail-request-refused-subject = Request { $number } was refused
mail-request-refused-text = Request { $number } was refused.
mail-request-withdrawn-subject = Request { $number } was withdrawn
mail-request-withdrawn-text = Request { $number } was withdrawn.
mail-request-closed-subject = Request { $number } is closed
mail-request-closed-text = Request { $number } is closed.

mail-invitation-subject = Invitation to { $organization }
mail-invitation-text = You are invited to work for { $organization }. The invitation holds until { $until } and works once.
mail-invitation-action = Accept the invitation
mail-invitation-remark = Whoever has this mail can accept the invitation: do not forward it.
mail-password-reset-subject = A new password
mail-password-reset-text = Set a new password until { $until }. The address works once.
mail-password-reset-action = Set a new password
mail-password-reset-remark = Whoever has this mail can set your password: do not forward it.
mail-role-asked-subject = { $who } asks for a role
mail-role-asked-text = In { $organization }, { $who } asks for the role “{ $role }”.
mail-role-refused-subject = The role “{ $role }” was not given
mail-role-refused-text = The role “{ $role }” in { $organization }, for which you asked, was not given.
mail-role-given-subject = You have the role “{ $role }”
mail-role-given-text = In { $organization } you now have the role “{ $role }”.

mail-term-ends-subject = { $name } ends on { $ends }
mail-term-ends-renews = The term of { $name } ends on { $ends }. It renews itself then, by a new order.
mail-term-ends-ends = The term of { $name } ends on { $ends } and does not renew itself. From then on its key activates no machine, and there are no keys and downloads of it any more.
mail-fleet-due-subject = { $customer }: the last safe day is { $day }
mail-fleet-due-text = { $days ->
    [one] In { $days } day the last safe day of the first machine of { $customer } that has not moved is over.
   *[other] In { $days } days the last safe day of the first machine of { $customer } that has not moved is over.
}
mail-fleet-due-text-gone = The last safe day of the first machine of { $customer } that has not moved is over.
mail-fleet-due-machines = { $machines ->
    [one] { $machines } machine still has to move to a multiple activation key. What has not moved when its lease ends may lose functions until it is activated again.
   *[other] { $machines } machines still have to move to a multiple activation key. What has not moved when its lease ends may lose functions until it is activated again.
}
mail-fact-last-safe-day = Last safe day
mail-open-fleet = Open the move

mail-why-handed-over = You get this mail because somebody named this address to receive a product key. If you do not know why, do nothing.
mail-fact-code = Code
mail-fact-product = Product
mail-hand-over-action = Open the page
mail-hand-over-subject = A product key of { $product } for you
mail-hand-over-text = { $giver } hands a product key of { $product } for { $customer } over to you. You can look at it until { $until }, once.
mail-hand-over-remark = The key is not in this mail. The page sends you a code by a second mail and then shows the key. Note it down there: it is not shown again.
mail-hand-over-code-subject = Your code for { $product }
mail-hand-over-code-text = With this code the page shows you the product key of { $product }. It counts for 15 minutes.
mail-hand-over-code-remark = If you did not ask for a code, somebody else has the address of the page. Tell { $giver }, and give the code to nobody.
mail-key-suspected-subject = The key of { $product } may have become public
mail-key-suspected-text = { $machines ->
        [one] { $machines } attempt to activate a new machine
       *[other] { $machines } attempts to activate a new machine
    } with the key of { $product }, order { $order }, came in one day, from this many networks: { $networks }. That is more than the purchase explains.
mail-key-suspected-remark = Look at its machines. If others know the key, replace it: machines that are activated go on. If all is well, say that it is a false alarm.
mail-key-replaced-subject = { $product } has another product key
mail-key-replaced-text = The product key of { $product }, order { $order }, was replaced. The former key activates no new machine any more.
mail-key-replaced-remark = { $machines ->
        [one] { $machines } machine that is activated goes on and changes to the new key when it refreshes.
       *[other] { $machines } machines that are activated go on and change to the new key when they refresh.
    } The new key stands in no mail: sign in and choose Get key.

## The person's own page

mail-choices-title = Mails
mail-choices-intro = Which mails do you want? Invitations, new passwords and changes of your roles are always told.
mail-topic-orders = Orders that were placed
mail-topic-cancellations = Purchases that were cancelled
mail-topic-requests = Requests that I made or work on
mail-topic-reminders = Reminders before a cancellation window closes or a term ends
mail-topic-queue = New requests to be answered
flash-mails-chosen = Your choice was saved.
one-time-mailed = A mail with this address is on its way too.

## The demo's page

mail-demo-title = Mails of this demo
mail-demo-intro = A demo sends no mail. What would be sent is kept here, newest first, until the demo stops.
mail-demo-none = No mail yet.
mail-demo-to = To
mail-demo-subject = Subject
mail-demo-when = Sent
mail-demo-samples = Every mail with invented facts
mail-demo-text = As plain text
