# Words that stand on every page. The names of links, buttons and fields are stable: checks and
# scripts find them by these names.

## Navigation

nav-home = Home
nav-customers = Customers
nav-partners = Partners
nav-software = Software
nav-orders = Orders
nav-activity = Activity log
nav-requests = Support requests
nav-catalog = Catalog
nav-prices = Prices
nav-media = Media
nav-people = People
nav-policies = Policies
nav-invoices = Invoices
nav-settings = Settings
nav-main = Main navigation
nav-skip = Skip to content
nav-breadcrumb = You are here
signed-in-as = Signed in as { $name }

## Actions

action-add = Add
action-add-products = Add products
action-get-keys = Get keys and downloads
action-get-key = Get key
action-copy = Copy
action-copied = Copied
action-download = Download
action-copy-link = Copy link
action-cancel = Cancel
action-place-order = Place order
action-submit = Submit
action-keep-purchase = Keep purchase
action-save = Save
action-back = Back
action-next = Next
action-previous = Previous
action-continue = Continue
action-close = Close
action-search = Search
action-filter = Filter
action-filter-clear = Clear filters
action-sort = Sort
action-create = Create
action-edit = Edit
action-change = Change
action-remove = Remove
action-revoke = Revoke
action-renew = Renew
action-import = Import
action-export = Export
action-export-csv = Export as CSV
action-invite = Invite
action-accept = Accept
action-decline = Decline
action-show = Show
action-hide = Hide
action-details = Details
action-retry = Try again
action-sign-in = Sign in
action-sign-out = Sign out
action-ask-for-role = Ask for this role
action-switch-language = Change language

## Fields

field-version = Version
field-language = Language
field-bit = Bit
field-problem-type = Problem type
field-impact = Impact
field-title = Title
field-description = Description
field-customer-ref = Customer ID or domain name
field-order-ref = Order ID or subscription ID
field-refund-reason = Reason for the refund
field-refund-amount = Requested amount
field-contact-name = Name
field-contact-email = E-mail address
field-contact-phone = Telephone number
field-files = Add files
field-email = E-mail address
field-password = Password
field-name = Name
field-role = Role
field-person = Person
field-customer = Customer
field-customer-id = Customer ID
field-partner = Partner
field-product = Product
field-quantity = Quantity
field-price = Price
field-unit-price = Unit price
field-tax = Tax
field-total = Total
field-currency = Currency
field-country = Country
field-domain = Domain
field-order = Order
field-purchase-order = Purchase order number
field-date = Date
field-from = From
field-to = To
field-state = State
field-kind = Kind
field-reason = Reason
field-note = Note
field-file-type = File type
field-size = Size
field-optional = optional
field-required = required

## Short answers and states

yes = Yes
no = No
none = None
all = All
unknown = Unknown
actions = Actions
loading = Loading…
saved = Saved
bit-32 = 32-bit
bit-64 = 64-bit
bit-any = Any
page-of = Page { $page } of { $pages }
no-results = Nothing found

## Counts

count-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
count-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
count-items =
    { $count ->
        [one] { $count } item
       *[other] { $count } items
    }
count-results =
    { $count ->
        [one] { $count } result
       *[other] { $count } results
    }
count-customers =
    { $count ->
        [one] { $count } customer
       *[other] { $count } customers
    }
count-orders =
    { $count ->
        [one] { $count } order
       *[other] { $count } orders
    }
count-products =
    { $count ->
        [one] { $count } product
       *[other] { $count } products
    }
count-units =
    { $count ->
        [one] { $count } unit
       *[other] { $count } units
    }
count-keys =
    { $count ->
        [one] { $count } key
       *[other] { $count } keys
    }
count-activations =
    { $count ->
        [one] { $count } activation
       *[other] { $count } activations
    }
count-downloads =
    { $count ->
        [one] { $count } download
       *[other] { $count } downloads
    }
count-machines =
    { $count ->
        [one] { $count } machine
       *[other] { $count } machines
    }
count-rows =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
count-files =
    { $count ->
        [one] { $count } file
       *[other] { $count } files
    }
count-people =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
days-left =
    { $count ->
        [one] { $count } day left
       *[other] { $count } days left
    }

## Roles

role-operator_admin = Operator administrator
role-operator_sales = Operator sales
role-operator_support = Operator support
role-operator_auditor = Operator auditor
role-admin_agent = Admin agent
role-sales_agent = Sales agent
role-helpdesk_agent = Helpdesk agent
role-billing_admin = Billing administrator
role-user_admin = User administrator
role-global_admin = Global administrator
role-key_viewer = Key viewer
role-customer_user = User

## Tenants

tenant-operator = Operator
tenant-partner = Partner
tenant-customer = Customer
