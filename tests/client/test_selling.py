"""From a cart to a key and back, by the client `partnercenterservices` and by raw calls as scripts send them."""

import hashlib
import urllib.request

# What the Java client says of itself: it reads some answers in its own way.
JAVA = {"MS-PartnerCenter-Client": "Partner Center Java SDK"}
ADDRESS = {
    "Country": "CZ",
    "City": "Praha",
    "AddressLine1": "Na Poříčí 1",
    "PostalCode": "110 00",
    "State": None,
    "FirstName": "Ada",
    "LastName": "Berg",
    "PhoneNumber": "+420777123456",
}


def line(program, quantity, item=None):
    """A line of a cart as the .NET client writes it: Pascal case, nulls included."""
    return {
        "Id": 0,
        "CatalogItemId": item or program.item,
        "Quantity": quantity,
        "BillingCycle": "OneTime",
        "FriendlyName": None,
        "Participants": None,
        "ExpirationTimestamp": "0001-01-01T00:00:00",
    }


def order(program):
    """An order of two units through a cart, checked out by the client."""
    status, cart = program.call("POST", program.at("carts"), {"LineItems": [line(program, 2)]})
    assert status == 201, cart
    result = program.client.postvversioncustomerscustomer.idcheckout(
        program.customer["tenantId"], cart["id"], "1", raw=True
    )
    assert result.response.status_code == 201, result.response.text
    return result.response.json()["orders"][0]


def new_customer(program, domain):
    """A customer as the .NET client writes it: Pascal case, nulls included."""
    profile = {
        "Id": None,
        "Email": f"ada@{domain}",
        "Culture": "cs-CZ",
        "Language": "cs",
        "CompanyName": "Nordlicht",
        "DefaultAddress": ADDRESS,
    }
    body = {"Id": None, "CompanyProfile": {"Domain": domain}, "BillingProfile": profile, "CustomDomains": None}
    status, made = program.call("POST", "/v1/customers", body)
    assert (status, made["relationshipToPartner"]) == (201, "reseller"), made
    return made["id"]


def test_a_new_customer_finds_agrees_buys_and_gives_back_in_part_and_whole(program):
    assert program.call("POST", "/v1/validations/address", ADDRESS, **JAVA) == (200, True)
    assert program.call("POST", "/v1/validations/address", ADDRESS | {"PostalCode": "1"}, **JAVA)[0] == 400
    assert program.call("HEAD", "/v1/domains/nordlicht.example")[0] == 404, "the domain is free"
    customer = new_customer(program, "nordlicht.example")
    assert program.call("HEAD", "/v1/domains/nordlicht.example")[0] == 200, "the domain is taken"

    def at(rest):
        return f"/v1/customers/{customer}/{rest}"

    # The catalog, link by link, as all SDKs walk it.
    listed = program.call("GET", at("products?targetView=SoftwarePerpetual"))[1]["items"]
    sku = program.follow(listed[0]["links"]["skus"])[1]["items"][0]
    found = program.follow(sku["links"]["availabilities"])[1]["items"][0]
    item = found["catalogItemId"]
    assert item == ":".join([listed[0]["id"], sku["id"], found["id"]])
    one = program.call("GET", at(f"products/{listed[0]['id']}/skus/{sku['id']}/availabilities/{found['id']}"))
    assert (one[0], one[1]["catalogItemId"]) == (200, item)
    stocked = program.call("POST", "/v1/extensions/product/checkInventory?country=CZ", {
        "targetItems": [{"productId": listed[0]["id"], "skuId": sku["id"]}],
        "inventoryContext": {"customerId": customer},
    })
    assert stocked[0] == 200, stocked

    wanted = [line(program, 2, item), line(program, 1, "nonsense") | {"Id": 1}]
    status, cart = program.call("POST", at("carts"), {"LineItems": wanted})
    assert [("error" in entry) for entry in cart["lineItems"]] == [False, True], cart
    wanted[1]["CatalogItemId"] = item
    assert program.call("PUT", at(f"carts/{cart['id']}"), {"LineItems": wanted})[0] == 201
    # Before the customer agreed nothing is sold.
    checkout = at(f"carts/{cart['id']}/checkout")
    assert refusal(program.call("POST", checkout, "success")) == (403, 13605)
    agree(program, at)
    bought = program.client.postvversioncustomerscustomer.idcheckout(customer, cart["id"], "1", raw=True)
    assert bought.response.status_code == 201, bought.response.text
    placed = bought.response.json()["orders"][0]["id"]
    read = program.client.getvversioncustomerscustomer.id5(customer, placed, "1", raw=True).response.json()
    assert [entry["quantity"] for entry in read["lineItems"]] == [2, 1] and read["status"] == "completed"
    status, provisioned = program.call("GET", at(f"orders/{placed}/provisioningstatus"))
    assert [entry["status"] for entry in provisioned["items"]] == ["Fulfilled", "Fulfilled"]
    assert sorted(entitled(program, at)) == [1, 2]

    # One unit, then the other line, then the rest.
    cancellations = f"/ext/v1/customers/{customer}/orders/{placed}/cancellations"
    status, credited = program.call("POST", cancellations, {"lineItems": [{"lineItemNumber": 0, "quantity": 1}]})
    assert status == 201 and credited["total"] > 0, credited
    status, left = program.call("PATCH", at(f"orders/{placed}"), {"status": "cancelled", "lineItems": [{"lineItemNumber": 1}]})
    assert (status, left["status"], [entry["quantity"] for entry in left["lineItems"]]) == (200, "completed", [1, 0])
    assert entitled(program, at) == [1]
    status, gone = program.call("PATCH", at(f"orders/{placed}"), {"Id": placed, "Status": "Cancelled", "LineItems": None})
    assert (status, gone["status"]) == (200, "cancelled")
    assert entitled(program, at) == []
    assert refusal(program.call("PATCH", at(f"orders/{placed}"), {"status": "cancelled"})) == (400, 800061)


def refusal(answer):
    status, body = answer
    return status, body["code"]


def agree(program, at):
    """The customer's agreement with the text that is published now."""
    status, known = program.call("GET", "/v1/agreements?agreementType=MicrosoftCustomerAgreement")
    contact = {"firstName": "Ada", "lastName": "Berg", "email": "ada@nordlicht.example", "phoneNumber": None}
    agreed = {
        "primaryContact": contact,
        "dateAgreed": "2026-01-05T00:00:00",
        "templateId": known["items"][0]["templateId"],
        "type": "MicrosoftCustomerAgreement",
    }
    assert program.call("POST", at("agreements"), agreed)[0] == 201
    assert refusal(program.call("POST", at("agreements"), agreed)) == (400, 600061)
    assert program.call("GET", at("agreements"))[1]["totalCount"] == 1


def entitled(program, at):
    """Units of everything that the customer may use."""
    found = program.call("GET", at("entitlements?entitlementType=software"))[1]["items"]
    return [entitlement["quantity"] for entitlement in found]


def test_a_cart_is_mended_checked_out_and_leads_to_key_and_media(program):
    status, cart = program.call("POST", program.at("carts"), {"LineItems": [line(program, 1, "nonsense")]})
    assert (status, cart["lineItems"][0]["error"]["errorCode"]) == (201, 10001)
    path = program.at(f"carts/{cart['id']}")
    assert program.call("POST", f"{path}/checkout", "success")[0] == 400
    assert program.call("PUT", f"{path}/", {"LineItems": [line(program, 2)]})[0] == 201
    status, result = program.call("POST", f"{path}/checkout", "success")
    assert (status, result["orderErrors"]) == (201, [])
    placed = result["orders"][0]
    listed = program.client.getvversioncustomerscustomer.value7(program.customer["tenantId"], "1", raw=True)
    assert placed["id"] in [one["id"] for one in listed.response.json()["items"]]
    status, found = program.call("GET", program.at("entitlements?entitlementType=software&showExpiry=true"))
    artifacts = next(e for e in found["items"] if e["referenceOrder"]["id"] == placed["id"])["entitledArtifacts"]
    by_type = {artifact["artifactType"]: artifact["links"]["self"]["uri"] for artifact in artifacts}
    status, key = program.call("GET", "/v1" + by_type["softwarekey"])
    assert status == 200 and len(key["items"][0]["productKey"].replace("-", "")) == 32
    status, media = program.call("GET", "/v1" + by_type["softwaredownload"])
    file = media["items"][0]
    with urllib.request.urlopen(file["link"]["uri"], timeout=30) as answer:
        content = answer.read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])


def test_an_order_is_cancelled_within_the_window_and_its_key_is_gone(program):
    placed = order(program)
    path = program.at(f"orders/{placed['id']}")
    status, cancelled = program.call("PATCH", path, {"Id": placed["id"], "Status": "Cancelled", "LineItems": None})
    assert (status, cancelled["status"]) == (200, "cancelled")
    status, refusal = program.call("GET", program.at(f"artifacts/softwarekey/orders/{placed['id']}/lineitems/0"))
    assert (status, refusal["code"]) == (400, 900141)


def test_after_sixty_days_an_order_stays_and_the_answer_says_why(program):
    placed = order(program)
    program.demo.advance("P62D")
    status, refusal = program.call("PATCH", program.at(f"orders/{placed['id']}"), {"status": "cancelled"})
    assert (status, refusal["code"]) == (400, 900117)
    assert "60" in refusal["description"]


def test_a_repeated_request_has_one_effect(program):
    body = {"lineItems": [{"lineItemNumber": 0, "offerId": program.item, "quantity": 1}]}
    same = {"MS-RequestId": "0b1c0000-0000-4000-8000-0000000000aa"}
    first = program.call("POST", program.at("orders"), body, **same)
    assert first[0] == 201
    assert program.call("POST", program.at("orders"), body, **same) == first


def test_the_client_reads_customers_page_by_page_and_one_by_one(program):
    one = program.client.getvversioncustomerscustomer.id(program.customer["tenantId"], "1", raw=True)
    assert one.response.json()["companyProfile"]["companyName"] == program.customer["name"]
    pages = list(program.pages("/v1/customers?size=1"))
    ids = [customer["id"] for page in pages for customer in page["items"]]
    assert len(pages) >= 2 and len(set(ids)) == len(ids) and program.customer["tenantId"] in ids
    unknown = program.client.getvversioncustomerscustomer.id("00000000-0000-4000-8000-000000000000", "1", raw=True)
    assert unknown.response.status_code == 404


def test_a_download_link_is_made_shown_once_used_and_revoked(program):
    placed = order(program)
    links = f"/ext/v1/customers/{program.customer['tenantId']}/orders/{placed['id']}/lineitems/0/links"
    same = {"MS-RequestId": "0b1c0000-0000-4000-8000-0000000000bb"}
    status, made = program.call("POST", links, {"recipient": "Ada", "usesMax": 2}, **same)
    assert status == 201 and "/l/" in made["url"]
    again = program.call("POST", links, {"recipient": "Ada", "usesMax": 2}, **same)
    assert again[0] == 201 and again[1]["id"] == made["id"] and "url" not in again[1]
    with urllib.request.urlopen(made["url"], timeout=30) as page:
        assert page.status == 200
    status, listed = program.call("GET", links)
    assert [link["state"] for link in listed["items"]] == ["active"]
    status, renewed = program.call("POST", f"{links}/{made['id']}/renewal", {"lifetimeDays": 20, "usesMax": 5})
    assert (status, renewed["usesMax"], renewed["state"]) == (200, 5, "active"), renewed
    assert renewed["expiresAt"] > made["expiresAt"]
    assert program.call("DELETE", f"{links}/{made['id']}")[0] == 204
    assert refusal(program.call("POST", f"{links}/{made['id']}/renewal", {"usesMax": 5})) == (400, 900141)
    status, listed = program.call("GET", links)
    assert [link["state"] for link in listed["items"]] == ["revoked"]
