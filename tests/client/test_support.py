"""A service request from question to answer, by raw calls and by the client `partnercenterservices`."""

ZERO = "0001-01-01T00:00:00"


def question(topic):
    """A request as the .NET client writes it: Pascal case, zero dates, nulls."""
    return {
        "Title": "Key rejected",
        "Description": "It says no.",
        "Severity": "Moderate",
        "SupportTopicId": topic,
        "Status": "none",
        "CreatedDate": ZERO,
        "LastModifiedDate": ZERO,
        "NewNote": None,
    }


def test_a_request_is_asked_noted_and_closed(program):
    status, topics = program.call("GET", "/v1/servicerequests/supporttopics")
    assert status == 200, topics
    topic = next(one["id"] for one in topics["items"] if one["name"] == "Key does not work")
    sent = {"MS-RequestId": "6b8f7c0e-27a1-4a0e-8c57-0d2f0a2f9c11"}
    status, asked = program.call("POST", "/v1/servicerequests/en-US", question(str(topic)), **sent)
    assert (status, asked["status"], asked["severity"]) == (201, "open", "moderate"), asked
    again = program.call("POST", "/v1/servicerequests/en-US", question(str(topic)), **sent)
    assert again == (201, asked), "the same request counts once"
    path = f"/v1/servicerequests/{asked['id']}"
    note = {"Status": "none", "CreatedDate": ZERO, "NewNote": {"Text": "Which version?"}}
    status, noted = program.call("PATCH", path, note)
    assert (status, noted["notes"][0]["text"]) == (200, "Which version?"), noted
    status, closed = program.call("PATCH", path, {"Status": "Closed"})
    assert (status, closed["status"]) == (200, "closed"), closed
    read = program.client.getvversionservicerequestsservice.id(asked["id"], "1", raw=True)
    assert read.response.json() == closed
    listed = program.call("GET", "/v1/servicerequests?size=50&offset=0")[1]
    assert [one["status"] for one in listed["items"] if one["id"] == asked["id"]] == ["closed"]
