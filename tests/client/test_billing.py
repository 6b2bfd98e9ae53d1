"""The account as clients read it: invoices, their lines page by page, what is not billed yet, sums and documents."""

import time
from decimal import Decimal

from microsoft.store.partnercenterservices.models import MicrosoftPartnerSdkContractsV1InvoiceSummary
from test_selling import order
from test_subscriptions import subscribe


def is_pdf(answer):
    status, kind, content = answer
    return (status, kind) == (200, "application/pdf") and content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")


def lines(program, path):
    """All lines of a list, two on a page."""
    found = [line for page in program.pages(path) for line in page["items"]]
    for line in found:
        # Java and .NET fail without these two.
        assert (line["invoiceLineItemType"], line["billingProvider"]) == ("billing_line_items", "one_time"), line
    return found


def test_an_invoice_is_found_adds_up_and_is_kept_as_a_document(program):
    invoices = [invoice for page in program.pages("/v1/invoices?size=1&offset=0") for invoice in page["items"]]
    assert invoices and [invoice["invoiceDate"] for invoice in invoices] == sorted(
        (invoice["invoiceDate"] for invoice in invoices), reverse=True
    )
    for invoice in invoices:
        number = invoice["id"]
        assert program.call("GET", f"/v1/invoices/OneTime-{number}") == (200, invoice)
        # The path that the Java client asks for, and the query of newer ones.
        old = lines(program, f"/v1/invoices/{number}/lineitems/onetime/BILLINGLINEITEMS?size=2")
        query = "provider=onetime&invoicelineitemtype=billinglineitems&size=2"
        assert lines(program, f"/v1/invoices/{number}/lineitems?{query}") == old
        total = sum(Decimal(str(line["totalForCustomer"])) for line in old)
        assert total == Decimal(str(invoice["totalCharges"])), number
        assert is_pdf(program.file("/v1" + invoice["pdfDownloadLink"]))
        for receipt in invoice["taxReceipts"]:
            assert is_pdf(program.file("/v1" + receipt["taxReceiptPdfDownloadLink"]))
    status, kind, content = program.file("/v1/invoices/G999999999/documents/statement")
    assert (status, b"1000" in content) == (404, True) and kind.startswith("application/json"), content


def test_what_was_just_bought_and_given_back_stands_among_the_unbilled_lines(program):
    bought, returned = order(program), order(program)
    status, _ = program.call("PATCH", program.at(f"orders/{returned['id']}"), {"status": "cancelled"})
    assert status == 200
    currency = program.call("GET", "/v1/profiles/billing")[1]["billingCurrency"]
    status, estimates = program.call("GET", f"/v1/invoices/estimates/links?currencycode={currency.lower()}")
    current = next(one["link"] for one in estimates["items"] if one["period"] == "Current")
    whole = program.follow(current)[1]["items"]
    paged = list(program.pages("/v1" + current["uri"].replace("size=2000", "size=2")))
    assert len(paged) >= 2 and [line for page in paged for line in page["items"]] == whole
    charges = {(line["orderId"], line["chargeType"]): line for line in whole}
    assert (bought["id"], "New") in charges and (bought["id"], "Cancel") not in charges
    new, cancel = charges[returned["id"], "New"], charges[returned["id"], "Cancel"]
    assert new["totalForCustomer"] + cancel["totalForCustomer"] == 0, (new, cancel)
    assert program.call("GET", "/v1/invoices/unbilled/lineitems")[0] == 400, "the currency is missing"


def test_a_subscription_that_renews_itself_is_active_all_the_time_and_billed_as_renewed(program):
    placed, subscription = subscribe(program)
    path = program.at(f"subscriptions/{subscription}")
    assert program.call("PATCH", path, {"autoRenewEnabled": True})[0] == 200
    program.demo.set_clock(program.call("GET", path)[1]["commitmentEndDate"])
    limit = time.monotonic() + 60
    # The renewal is ordered some seconds after the end of the term.
    while (read := program.call("GET", path)[1])["orderId"] == placed["id"]:
        assert read["status"] == "active" and time.monotonic() < limit, read
    assert read["status"] == "active", read
    currency = program.call("GET", "/v1/profiles/billing")[1]["billingCurrency"]
    unbilled = lines(program, f"/v1/invoices/unbilled/lineitems?currencycode={currency}&period=current&size=1")
    charges = {line["orderId"]: (line["chargeType"], line["subscriptionId"]) for line in unbilled}
    assert charges[read["orderId"]] == ("Renew", subscription), unbilled


def test_the_account_at_a_glance_is_read_by_the_clients_own_model(program):
    order(program)
    status, summary = program.call("GET", "/v1/invoices/summary")
    assert status == 200, summary
    read = MicrosoftPartnerSdkContractsV1InvoiceSummary.deserialize(summary)
    assert read.balance_amount > 0 and read.currency_code == summary["currencyCode"]
    assert read.first_invoice_creation_date <= read.accounting_date
    assert [one["currencyCode"] for one in program.call("GET", "/v1/invoices/summaries")[1]["items"]] == [read.currency_code]
