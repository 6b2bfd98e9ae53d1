"""Software with a term, by the client `partnercenterservices` and by the whole resource sent back as scripts do."""


def items_with_a_term(program):
    """Catalog items that make a subscription, found by following the links of the catalog."""
    for product in program.call("GET", program.at("products?targetView=SoftwareSubscriptions"))[1]["items"]:
        for sku in program.follow(product["links"]["skus"])[1]["items"]:
            for found in program.follow(sku["links"]["availabilities"])[1]["items"]:
                if found.get("terms"):
                    yield found["catalogItemId"]


def subscribe(program, quantity=1):
    """An order of software with a term, and the id of its subscription."""
    # The term is left out, as the npm client does: the item has one.
    line = {"lineItemNumber": 0, "offerId": next(items_with_a_term(program)), "quantity": quantity}
    status, placed = program.call("POST", program.at("orders"), {"lineItems": [line], "billingCycle": "annual"})
    assert status == 201 and placed["lineItems"][0]["termDuration"], placed
    return placed, placed["lineItems"][0]["subscriptionId"]


def test_a_subscription_is_read_renamed_suspended_activated_and_given_back(program):
    placed, subscription = subscribe(program, 2)
    path = program.at(f"subscriptions/{subscription}")

    def change(**wanted):
        """Get, change and send back everything that was read."""
        status, whole = program.call("GET", path)
        assert status == 200, whole
        return program.call("PATCH", path, whole | wanted)

    status, whole = program.call("GET", path)
    assert (whole["quantity"], whole["status"], whole["orderId"]) == (2, "active", placed["id"]), whole
    assert change(friendlyName="Plant 2")[1]["friendlyName"] == "Plant 2"
    status, stale = program.call("PATCH", path, whole | {"friendlyName": "Plant 3"})
    assert (status, stale["code"]) == (400, 2055), stale
    artifact = program.at(f"artifacts/softwarekey/orders/{placed['id']}/lineitems/0")
    for state, shown in [("suspended", 400), ("active", 200)]:
        assert change(status=state)[1]["status"] == state
        assert program.call("GET", artifact)[0] == shown, state
    assert change(quantity=3)[0] == 400 and change(quantity=1)[0] == 400
    read = program.client.getvversioncustomerscustomer.idprovisioningstatus(
        program.customer["tenantId"], subscription, "1", raw=True
    )
    assert read.response.json()["status"] == "success", read.response.text
    assert change(status="deleted")[1]["status"] == "deleted"
    assert program.call("GET", artifact)[0] == 400
    status, again = program.call("PATCH", path, {"status": "active"})
    assert (status, again["code"]) == (400, 2011), again


def test_after_its_term_a_subscription_has_expired_and_each_client_is_told_in_its_words(program):
    _, subscription = subscribe(program)
    path = program.at(f"subscriptions/{subscription}")
    program.demo.set_clock(program.call("GET", path)[1]["commitmentEndDate"])
    assert program.call("GET", path)[1]["status"] == "expired"
    java = program.call("GET", path, **{"MS-PartnerCenter-Client": "Partner Center Java SDK"})[1]
    assert (java["status"], java["suspensionReasons"]) == ("suspended", ["Expiration"])
