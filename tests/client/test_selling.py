"""From a cart to a key and back, by the client `partnercenterservices` and by raw calls as scripts send them."""

import hashlib
import urllib.request


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
    listed = program.client.getvversioncustomersfilterfilter
    assert listed is not None
    one = program.client.getvversioncustomerscustomer.id(program.customer["tenantId"], "1", raw=True)
    assert one.response.json()["companyProfile"]["companyName"] == program.customer["name"]
    status, page = program.call("GET", "/v1/customers?size=1")
    following = page["links"]["next"]
    headers = {header["key"]: header["value"] for header in following["headers"]}
    status, second = program.call("GET", "/v1/" + following["uri"], **headers)
    assert status == 200 and second["items"][0]["id"] != page["items"][0]["id"]
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
    assert program.call("DELETE", f"{links}/{made['id']}")[0] == 204
    status, listed = program.call("GET", links)
    assert [link["state"] for link in listed["items"]] == ["revoked"]
