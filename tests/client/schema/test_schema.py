"""Made-up requests for the whole OpenAPI document, along its links, and for that of machines: no failure of the server,
no answer that the document does not describe. `schemathesis.toml` says which checks are left out, and why.

PERPETUA_SCHEMA_SECONDS makes it longer, PERPETUA_SCHEMA_SEED lets it try other requests.
"""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = os.environ.get("PERPETUA_SCHEMA_SECONDS", "150")
# Nearly everything that is made up for machines is refused at the door.
DEVICE_SECONDS = str(max(int(SECONDS) // 5, 20))
SEED = os.environ.get("PERPETUA_SCHEMA_SEED", "7")

# CPython 3.11 raises this now and then while the tool reads its own source for a message; nothing was found then.
TOOL_FAILED = "SystemError: AST constructor recursion depth mismatch"

# Closed parameters of reads whose rules a schema cannot tell all the same: days too long ago, pages before the first.
BEYOND_SCHEMAS = {"seekOperation", "month", "n"}


def known(program):
    """Values that name something in the demo, by the parameter that takes them."""
    partner = program.partner["name"]
    customers = [c["tenantId"] for c in program.demo.facts["customers"] if c["partner"] == partner]
    product, sku, availability = program.item.split(":")
    orders = [o["id"] for c in customers for o in program.call("GET", f"/v1/customers/{c}/orders")[1]["items"]]
    return {
        "path.c": customers,
        "path.p": [product],
        "path.s": [sku],
        "path.a": [availability],
        "path.o": orders,
        "path.n": [0],
        "path.iso2": ["DE", "CZ"],
        "path.sheet": [f"pricesheets(Market='{c}',PricesheetView='software')" for c in ("DE", "CZ")],
        "query.country": ["CZ", "DE"],
        "query.currencycode": ["CZK", "EUR"],
        "query.targetView": ["Software", "SoftwarePerpetual"],
        "body.lineItems[*].catalogItemId": [program.item],
        "body.lineItems[*].offerId": [program.item],
    }


def is_closed(parameter):
    """Whether the schema tells all that the parameter takes: words or numbers, not any text (filters, tokens, names)."""
    schema = parameter["schema"]
    told = "enum" in schema or schema.get("type") in ("integer", "boolean") or parameter["in"] == "path"
    return told and parameter["name"] not in BEYOND_SCHEMAS


def strict_reads(document):
    """Reads that must not refuse what fits their schema."""
    for item in document["paths"].values():
        if "get" in item and all(is_closed(parameter) for parameter in item["get"].get("parameters", [])):
            yield item["get"]["operationId"]


def configuration(program, document):
    """The settings of this run: those of the file with what only the running demo knows."""
    lines = [(HERE / "schemathesis.toml").read_text(encoding="utf-8")]
    bindings = {}
    for number, (name, values) in enumerate(known(program).items()):
        lines.append(f"[dictionaries.known{number}]\nvalues = {json.dumps(values)}")
        bindings[name] = f'"{name}" = {{ dictionary = "known{number}", probability = 0.5 }}'
    lines += ["[parameters]", *bindings.values()]
    lines.append('[auth.openapi.token]\nbearer = "${PERPETUA_TOKEN}"')
    lines.append(f"[[operations]]\ninclude-operation-id = {json.dumps(list(strict_reads(document)))}")
    lines.append('checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "429"]')
    return "\n".join(lines) + "\n"


def explore(program, folder, address, settings, seconds):
    """Runs the tool over the document at an address; what it found fails the test."""
    path = folder / "schemathesis.toml"
    path.write_text(settings, encoding="utf-8")
    command = [pathlib.Path(sys.executable).parent / "schemathesis", "--config-file", path, "run"]
    command += [program.demo.url + address, "--seed", SEED, "--max-time", seconds, "--workers", "1"]
    command += ["--continue-on-failure", "--no-color", "--report", "json", "--report-json-path", folder / "run.json"]
    environment = os.environ | {"PERPETUA_TOKEN": program.token}
    for _ in range(3):
        run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
        if TOOL_FAILED not in run.stdout:
            break
    told = run.stdout[run.stdout.find("== SUMMARY") :] if run.returncode == 0 else run.stdout[-20000:] + run.stderr
    print(told)
    assert run.returncode == 0, told


def test_no_request_fails_the_server_or_gets_an_answer_that_is_not_described(program, tmp_path):
    status, document = program.call("GET", "/openapi.json")
    assert status == 200
    explore(program, tmp_path, "/openapi.json", configuration(program, document), SECONDS)


def test_no_request_of_a_machine_fails_the_server_or_gets_an_answer_that_is_not_described(program, tmp_path):
    # No schema tells which bytes are a signed request, so all that is made up is refused, as described.
    settings = (HERE / "schemathesis.toml").read_text(encoding="utf-8")
    explore(program, tmp_path, "/activation/v1/openapi.json", settings, DEVICE_SECONDS)
