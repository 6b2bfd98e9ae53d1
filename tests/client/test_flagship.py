"""What the demo sells first is the client for machines itself: bought, downloaded, activated, and stopped when its
purchase is cancelled."""

import hashlib
import io
import os
import pathlib
import subprocess
import urllib.request
import zipfile


class Machine:
    """A machine with the unpacked client and a state folder of its own."""

    def __init__(self, folder, archive):
        self.folder = folder
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            files.extractall(folder)
            modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in files.infolist()}
        assert sorted(modes) == ["README.txt", "perpetua-device", "software.json"], modes
        assert modes["perpetua-device"] == 0o755, "unpacking makes it a program"
        (folder / "perpetua-device").chmod(modes["perpetua-device"])

    def run(self, *arguments, given=""):
        """Exit code and what was said."""
        command = [self.folder / "perpetua-device", "--state", self.folder / "state", "--lang", "en", *arguments]
        # The demo is on this machine, whatever the environment says of proxies.
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        pipes = {"input": given, "capture_output": True, "text": True}
        done = subprocess.run(command, env=environment, timeout=60, check=False, **pipes)
        return done.returncode, (done.stdout + done.stderr).strip()


def test_the_client_is_bought_downloaded_activated_and_stopped(program, journeys, tmp_path):
    assert pathlib.Path(journeys.BINARY).with_name("perpetua-device").exists(), "build the whole workspace first"
    body = {"lineItems": [{"lineItemNumber": 0, "offerId": program.item, "quantity": 1}]}
    status, placed = program.call("POST", program.at("orders"), body)
    assert status == 201, placed
    status, keys = program.call("GET", program.at(f"artifacts/softwarekey/orders/{placed['id']}/lineitems/0"))
    assert status == 200, keys
    key = keys["items"][0]["productKey"]
    status, media = program.call("GET", program.at(f"artifacts/softwaredownload/orders/{placed['id']}/lineitems/0"))
    assert status == 200, media
    file = media["items"][0]
    with urllib.request.urlopen(file["link"]["uri"], timeout=60) as answer:
        archive = answer.read()
    assert hashlib.sha256(archive).hexdigest() == file["sha256"]

    machine = Machine(tmp_path, archive)
    assert machine.run("status") == (13, "This machine is not activated.")
    # An activation is per machine and counts once, however often it is asked for.
    for sentence in ["This machine is activated.", "This machine was activated already; it has a new certificate"]:
        code, said = machine.run("activate", "--name", "press 4", given=key)
        assert code == 0 and said.startswith(sentence), said
    code, said = machine.run("status")
    assert code == 0 and said.startswith("This machine is licensed."), said
    order = f"/ext/v1/customers/{program.customer['tenantId']}/orders/{placed['id']}"
    status, found = program.call("GET", f"{order}/lineitems/0/machines")
    assert [(one["name"], one["state"]) for one in found["items"]] == [("press 4", "active")]

    assert program.call("PATCH", program.at(f"orders/{placed['id']}"), {"status": "cancelled"})[0] == 200
    assert machine.run("status")[0] == 0, "nobody told the machine yet"
    code, said = machine.run("refresh")
    assert code == 3 and "The purchase of this key was cancelled, so it activates no machine any more." in said, said
    code, said = machine.run("status")
    assert code == 12 and said.startswith("The license was revoked."), said
