"""Users of a customer and their roles, by the client `partnercenterservices` and by what scripts send."""

READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"


def user(program, name):
    """A user as scripts write it, in Pascal case."""
    return {
        "UsageLocation": program.customer["country"],
        "UserPrincipalName": f"{name}@{program.customer['domain']}",
        "FirstName": "Ada",
        "LastName": "Berg",
        "DisplayName": "Ada Berg",
        "PasswordProfile": {"Password": "correct horse battery", "ForceChangePassword": True},
    }


def test_a_user_is_created_has_a_role_and_is_removed(program):
    customer = program.customer["tenantId"]
    status, ada = program.call("POST", program.at("users/"), user(program, "ada.berg"))
    assert status == 201, ada
    assert program.call("POST", program.at("users/"), user(program, "ada.berg"))[0] == 409
    read = program.client.getvversioncustomerscustomer
    roles = read.iddirectoryroles(customer, ada["id"], "1", raw=True)
    assert [role["id"] for role in roles.response.json()["items"]] == [READERS], roles.response.text
    members = program.at(f"directoryroles/{READERS}/usermembers")
    assert ada["id"] in [member["id"] for member in program.call("GET", members)[1]["items"]]
    member = {"Id": ada["id"], "DisplayName": "Ada Berg", "UserPrincipalName": ada["userPrincipalName"]}
    assert program.call("POST", members, member)[0] == 409
    assert program.call("DELETE", f"{members}/{ada['id']}")[0] == 204
    assert ada["id"] not in [member["id"] for member in program.call("GET", members)[1]["items"]]
    # Whoever has no role left is no user any more; restoring them gives the role back.
    assert program.call("PATCH", program.at(f"users/{ada['id']}"), {"State": "active"})[0] == 200
    assert program.call("DELETE", program.at(f"users/{ada['id']}"))[0] == 204
    listed = [one["id"] for one in program.call("GET", program.at("users"))[1]["items"]]
    assert ada["id"] not in listed
    restored = program.call("PATCH", program.at(f"users/{ada['id']}"), {"State": "active"})
    assert (restored[0], restored[1]["state"]) == (200, "active")
