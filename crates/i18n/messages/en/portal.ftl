# Words of the portal pages: headings, explanations, fields and hints. Names fixed by design are in common.ftl.

## Shell

nav-key-views = Key views
nav-outbox = Undelivered
nav-relations = Partners
nav-sales = Sales
nav-tax = Tax rates
tab-overview = Overview
tabs = Sections of this customer
pages = Pages
filters = Filters
lines = Lines
document-facts = At a glance
search-everywhere = Search customers, orders and products
search-placeholder = Customer, order or product
search-advice = Try part of a customer’s name, its domain, an order number, or a product.
switch-tenant = Work for another organization
theme = Colors
theme-auto = Device
theme-light = Light
theme-dark = Dark
live-copied = Copied.
live-copied-secret = Copied. The clipboard is cleared in one minute.
live-cleared = The clipboard has been cleared.
live-copy-by-hand = Copying is not allowed here. The text is selected: copy it with your keyboard.
live-uploading = Upload
live-failed = The connection failed. Nothing was changed; please try again.
form-errors = Please correct the following:
shown-code = Code
shown-request = Request ID

## Signing in, refusals

action-send-link = Send link
action-set-password = Set password
action-accept-invitation = Accept invitation
action-forgot-password = Forgot your password?
field-new-password = New password
field-new-password-again = New password again
hint-new-password = At least 12 characters. A sentence is easier to remember than a puzzle.
refusal-role = Role needed
refusal-holders = Who holds it
refusal-nobody = nobody yet
refusal-ask = Ask for this role
refusal-asked = Your request has been sent. You will get a mail when it is answered.
field-ask-note = What you need it for
hint-ask-note = The person who decides reads this.

## Home

home-attention = Needs attention
home-latest-orders = Latest orders
home-no-sales = Sales appear here as soon as a partner orders.
figure-sold-30-days = Sold in 30 days, without tax
figure-purchases = Purchases
home-sales-orders = { $count ->
    [one] { $count } order
   *[other] { $count } orders
}
home-units = { $count ->
    [one] { $count } unit
   *[other] { $count } units
}
home-not-delivered = Not delivered
home-sheet-waits = The price sheet { $file } was read and waits to be published.
home-sheet-preview = Preview
home-dead-letters = { $count ->
    [one] { $count } event could not be delivered.
   *[other] { $count } events could not be delivered.
}
home-role-requests = { $count ->
    [one] { $count } person asks for a role.
   *[other] { $count } people ask for a role.
}
home-near-limit = { $partner } owes { $owed } of a limit of { $limit }.
home-credit-line = Credit line
home-newest-purchases = Newest purchases
home-key-looks = Who looked at keys lately
home-partner-since = since { $date }
home-partner-asks = { $partner } asks to serve you.
home-no-partner = No partner serves you at present. Your software and your own access stay.
home-nothing = Nothing waits for you.
figure-customers = Customers
figure-orders-month = Orders this month
figure-revenue-month = Sold this month
figure-cancellable = Can still be cancelled
figure-credit-left = Credit line left
figure-partners = Partners

## Documents

field-amount = Amount
action-open-cart = Open cart
action-update-cart = Update
action-save-cart = Save for later
action-review = Review order
action-recalculate = Recalculate
cart-saved = Saved carts
review-changed = Something changed since you last looked. Please check before you order:

## Price sheets

prices-upload = Upload a price sheet
prices-upload-how = The sheet is checked first. You see what it would change before anything is published.
prices-sheets = Price sheets
prices-reading = Reading the sheet
prices-reading-stay = You can leave this page; reading goes on.
prices-bad = Rows that cannot be used
search-product-customers = choose a customer to buy it for
search-product-prices = in the price sheets
prices-bad-how = Correct them in the sheet, or publish without them.
prices-bad-all = No row of this sheet can be used. Correct it and upload it again.
prices-new = New prices
prices-changed = Changed prices
prices-ended = Ended prices
action-upload = Upload
action-upload-check = Upload and check
action-publish = Publish
action-publish-without-bad = Publish without bad rows
action-discard = Discard
field-price-sheet = Price sheet
hint-price-sheet = A CSV file, or a ZIP file with one CSV file in it.
field-market = Market
field-rows = Rows
field-uploaded = Uploaded
field-line = Line
field-column = Column
field-before = Before
field-after = After
field-validity = Valid

## Media

media-upload = Upload media
media-upload-how = One file for each version, language and bit. The checksum is computed and signed after the upload.
field-media-file = Media file
hint-media-file = Disk image, archive or installer. Very large files are better brought in with the import command.
hint-language-tag = A tag such as en-US or cs-CZ.
field-support-end = Support ends
field-sha256 = SHA-256
field-signature = Signature

## Partners of the operator

action-create-partner = Create partner
action-suspend = Suspend
field-organisation = Name of the organization
field-mpn-id = Partner ID
field-credit-limit = Credit limit
field-credit-left = Credit left
hint-credit-limit = Orders on account are refused when they would go beyond it.
hint-invite = Gets a mail with an invitation.
hint-kept-in-log = Kept in the activity log.
legend-organisation = Organization
legend-credit = Credit
legend-first-admin = First administrator
legend-address = Address
partner-staff = People
partner-invite = Invite a person
partner-suspension = Suspension
partner-suspension-how = A suspended partner cannot sign in, order or fetch keys. Its customers keep their own access.

## Policies

policies-intro = Changes count for new orders only. Orders keep the policy of the day on which they were placed.
policies-default = Default
policies-products = Different for single products
policies-none = No product has a policy of its own.
policies-add = Policy for a product
field-window-days = Days to cancel
hint-window-days = To the end of this day after the purchase day.
field-credit-percent = Credit in percent
field-activations-per-unit = Activations per unit
field-downgrade = Older versions may be used (downgrade rights)
field-downgrade-short = Older versions

## Tax

tax-intro = Orders take the rate that is valid on their day.
tax-none = No rate yet. Orders into a country without a rate are refused.
tax-add = Add a rate
field-tax-class = Tax class
field-rate = Rate in percent
hint-rate = For example 21 or 5.5.
field-valid-from = Valid from
field-valid-until = Valid until

## Undelivered

outbox-intro = Events and mails that were given up after repeated attempts.
field-event = Event
field-to-address = To
field-since = Since
field-attempts = Attempts
field-last-error = Last error

## People

people-members = Members
people-requests = Requests for a role
people-invite = Invite a person
people-invite-how = The invitation is valid for seven days and works once.
people-grant = Give a role
people-grant-how = A role for a limited time ends by itself.
action-grant = Give role
field-hours = For how many hours
hint-hours = Leave empty for no limit.
field-last-seen = Last sign-in

## Customers

action-create-customer = Create customer
action-record-agreement = Record agreement
action-end-relationship = End relationship
customer-facts = Organization
customer-agreement = Customer agreement
customer-agreement-missing = No accepted agreement is recorded. Nothing can be ordered for this customer until it is.
customer-relationship = Relationship
customer-end = End the relationship
customer-end-how = Download links stop working. What was bought stays with the customer, also its own access to keys and media.
customer-people = People of the customer
customer-nobody = Nobody has accepted an invitation yet.
relations-intro = These organizations buy software for you. Ending a relationship never takes away what was bought.
field-purchases = Purchases
field-agreement = Agreement
field-agreed-name = Accepted by
field-agreed-on = Accepted on
hint-domain = For example example.com. Each domain belongs to one customer only.
field-vat-id = VAT ID
hint-vat-id = With the country code, for example CZ12345678.
field-segment = Segment
field-address-line1 = Street and number
field-address-line2 = Address line 2
field-city = City
field-postal-code = Postal code
field-region = State or region
hint-by-country = Required in some countries.

## Catalog

field-term = Term
field-cost = Cost
field-suggested-price = Suggested
field-own-price = Your price
field-margin = Margin
field-price-valid = Price valid

## Software and purchase

field-days-to-cancel = To cancel
field-term-end = Term ends
field-bought = Bought
field-cancelled = Cancelled
field-active = Active
software-totals = Totals per product
purchase-media = Keys and downloads
purchase-choose = Choose what you need. Only combinations that exist are offered.
media-key = Product key
media-key-how = The key is shown only when you ask for it, and that is recorded with your name and the time.
media-file = Installation media
media-server = On a server without a browser
media-curl-how = This line fetches the file and goes on after a broken connection. It works once, for 24 hours.
media-verify = How to verify the file
media-verify-how = Compare the result of this command with the SHA-256 above.
media-signature-how = The signature proves that the file comes from us. It is over five lines, each with a line feed: perpetua-media-1, product, version, SHA-256 in hexadecimal, size in bytes. These commands make them from your file and answer “Signature Verified Successfully”; they need OpenSSL 3.
media-signature-file = Signature (.sig)
media-public-key = Public key (.pem)
media-many = Many machines in one place
media-many-how = Download once, verify, and put the file on a share of your own network. Every machine may install from that copy with the same key.
key-of = Product key for { $product }
key-recorded = This view has been recorded.
link-heading = Hand the download to somebody
link-how = The link opens without an account and only within the limits that you set here.
link-risks = Before you copy a link
link-risk-holder = Whoever holds the link can fetch the file.
link-risk-forward = Forwarded mails and chat previews can use it up or leak it.
link-risk-reveals = It reveals which product the customer owns.
link-risk-stale = An old link may serve an outdated build.
link-risk-elsewhere = A file from elsewhere may be manipulated: compare checksum and signature.
link-risk-key = Never send the key in the same message: together they give everything away.
link-made = Download link
link-made-once = The link is shown only now. Copy it before you leave.
links-heading = Links and their uses
field-recipient = Recipient
hint-recipient = Name or mail address, so that uses can be told apart.
field-link-days = Valid for days
field-link-uses = Number of downloads
field-link-password = Password of the link
hint-link-password = Tell it to the recipient another way. Five wrong attempts lock the link.
field-made = Made
field-expires = Expires
field-uses = Uses

## Cancelling

legend-details = Details
legend-description = Description
legend-contact = Contact
legend-files = Files
field-free-text = Anything else
field-cancel-quantity = Quantity to cancel
field-credit = Credit
hint-refund-reason = For example: wrong edition, ordered twice, project stopped.
hint-refund-amount = Including tax. Follows the quantities above.
hint-files = Up to 10 files of 25 MiB: pictures, PDF, logs, archives. Never add a product key.
cancel-what = What is cancelled
cancel-credit = Credit
cancel-effect = What happens
cancel-machines = Machines with this key
cancel-deadline = Possible until
cancelled-request = Request
cancelled-done = Done

## Activity

field-when = When
field-what = What
field-about = About
field-network = From
field-outcome = Outcome

## Public link

action-start-download = Start download
public-intro = Somebody made this link for you.
public-uses-nothing = Opening this page uses nothing. Only starting the download counts.
public-curl-how = The command fetches the file and goes on after a broken connection. Making it counts as one download.
public-started = This download has been counted. It can be fetched for 24 hours.
