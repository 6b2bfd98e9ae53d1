# Buying for a customer: catalog, cart, review and orders.

buy-cancel-until = can be cancelled until { $day }
buy-cancelled-units = { $count } of { $bought } cancelled
buy-cart = Cart
buy-cart-empty = The cart is empty
buy-cart-empty-how = Add what the customer needs; the cart is kept for seven days after its last change.
buy-cart-note = { $count ->
    [one] { $count } item, changed on { $day }
   *[other] { $count } items, changed on { $day }
}
buy-cart-of = Cart of { $day }
buy-cart-waits = { $count ->
    [one] A cart with { $count } item for { $customer } waits since { $day }
   *[other] A cart with { $count } items for { $customer } waits since { $day }
}
buy-customer = Customer
buy-net = Without tax
buy-new-cart = New cart
buy-no-media = No media yet
buy-no-orders = No orders yet
buy-no-orders-how = Orders appear here as soon as the first one is placed.
buy-nothing-sold = The price list of the customer’s country has nothing for this customer that fits. Try other words.
buy-of-limit = of { $limit }
buy-on-account = You pay on account. Keys and downloads are ready as soon as the order is placed; no later charge comes from it.
buy-other-currency = Priced in { $currency }; your account is in { $account }, so it cannot be ordered on it.
buy-order-search = Order number or purchase order number
buy-order-summary = { $count ->
    [0] { $title }
    [one] { $title } and { $count } more
   *[other] { $title } and { $count } more
}
buy-order-title = Order { $number }
buy-own-price = your price { $price }, margin { $margin }
buy-placed-by = Placed by
buy-price-until = price until { $day }
buy-prices-stand = These prices have no announced end.
buy-prices-until = These prices are valid until { $day }.
buy-state-cancelled = Cancelled
buy-state-completed = Completed
buy-state-partly-cancelled = Partly cancelled
buy-state-pending = Pending
buy-term-3-years = 3 years
buy-term-5-years = 5 years
buy-term-month = 1 month
buy-term-perpetual = Perpetual
buy-term-until = term until { $day }
buy-term-year = 1 year
buy-tier = from { $quantity }: { $price }
buy-until = until { $day }
buy-versions = { $count ->
    [one] Version { $versions }
   *[other] Versions { $versions }
}
buy-window = Window closes
buy-window-closes = { $customer }: { $title } can be cancelled until { $day }
flash-cart-added = It is in the cart.
flash-cart-changed = The cart is saved.
flash-cart-kept = The cart is kept. You find it below, among the customer’s saved carts.
flash-cart-removed = The cart is removed.
flash-order-placed = The order is placed. Keys and downloads are ready.
field-error-price = Enter a price such as 125.00.
customer-former = The relationship has ended; only what was bought is still shown.
field-cart-name = Name of the cart
