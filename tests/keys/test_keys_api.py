"""Keys over the API: one's own, all of them sealed; the root is the one pinned.  Chidi, and Cyrus who has none yet."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from tests import people
from tests.keys.passkeys import passkey_file
from tests.people import CHIDI, DORA, EMRE
from tests.visits import Program, visitor

from comity_seal.opening.keyset import unprotect
from comity_seal.opening.wraps import unwrap
from comity_seal.root import Root
from comity_seal.ways import Adding, Removing


def b64(data: bytes) -> str:
    return b64encode(data).decode()


def test_a_person_gets_what_opens_her_authority_s_documents_and_nobody_else_s(app):
    people.populate(keys=True)
    mine = Program(app, CHIDI).api("GET", "/keys/mine").json
    assert [way["kind"] for way in mine["ways"]] == ["passphrase", "recovery"]
    for way, words in zip(mine["ways"], (people.PASSPHRASE, people.RECOVERY), strict=True):
        keyset = unprotect(b64decode(way["file"]), words)
        assert keyset.public.id == mine["keyset"] == people.keyset(CHIDI).public.id
    (wrap,) = mine["wraps"]
    assert (wrap["authority"], wrap["epoch"]) == ("XA", 1)
    assert unwrap(b64decode(wrap["wrap"]), keyset, people.verified("XA"), 1).recipient == people.epoch("XA").recipient
    assert mine["wraps"] != Program(app, DORA).api("GET", "/keys/mine").json["wraps"]


def test_the_root_is_the_one_that_the_settings_pin(app):
    people.populate()
    said = Program(app, CHIDI).api("GET", "/trust").json["root"]
    assert Root.from_json(said) == people.root().public


def deposit(program, **changes):
    ways = [{"kind": way.kind, "file": b64(way.file)} for way in people.ways(CHIDI)]
    body = {"public": b64(people.keyset(CHIDI).public.canonical), "ways": ways} | changes
    return program.api("PUT", "/keys/mine", body)


def test_a_first_key_set_is_deposited_and_never_replaced(app):
    people.populate()
    chidi = Program(app, CHIDI)
    assert chidi.api("GET", "/keys/mine").status_code == 404
    answer = deposit(chidi)
    assert (answer.status_code, answer.json) == (201, {"keyset": people.keyset(CHIDI).public.id})
    assert deposit(chidi).status_code == 409
    assert chidi.api("GET", "/keys/mine").json["wraps"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"public": "!"},
        {"public": b64(b"{}")},
        {"ways": []},
        {"ways": [{"kind": "passphrase", "file": "!"}, {"kind": "recovery", "file": "!"}]},
        {"ways": [{"kind": "passphrase", "file": b64(b"AGE-SECRET-KEY-PQ-1")}]},
        {"ways": [{"kind": "letter", "file": b64(people.protected(CHIDI))}]},
        {"protected": b64(people.protected(CHIDI))},
        {"more": 1},
    ],
)
def test_what_is_no_key_set_is_not_kept(app, changes):
    people.populate()
    chidi = Program(app, CHIDI)
    assert deposit(chidi, **changes).status_code == 422
    assert chidi.api("GET", "/keys/mine").status_code == 404


def test_the_unlock_page_sends_nothing_by_itself(app):
    """No field of the form has a name, so that a browser without our script has nothing to send."""
    people.populate(keys=True)
    page = visitor(app, CHIDI).get("/unlock?next=/account").get_data(as_text=True)
    form = page[page.index('<form id="unlock"') : page.index("</form>", page.index('<form id="unlock"'))]
    assert " name=" not in form
    assert " method=" not in form
    assert 'data-next="/account"' in form
    assert 'data-next="/"' in visitor(app, CHIDI).get("/unlock?next=https://evil.example").get_data(as_text=True)


def test_whoever_has_no_key_is_told_so(app):
    people.populate(keys=True)
    assert "There is no key for your account." in visitor(app, EMRE).get("/unlock").get_data(as_text=True)


def change(program, path, signed, **more):
    return program.api("POST", f"/keys/mine/ways{path}", {"signed": b64(signed), **more})


def test_ways_are_added_and_removed_by_the_hand_that_holds_the_key(app):
    people.populate(keys=True)
    chidi, keyset = Program(app, CHIDI), people.keyset(CHIDI)
    file = passkey_file()
    adding = Adding(keyset.public.id, "passkey", "Laptop", b"one", sha256(file).hexdigest())
    answer = change(chidi, "", keyset.sign_way(adding), file=b64(file))
    assert answer.status_code == 201
    way = chidi.api("GET", "/keys/mine").json["ways"][-1]
    assert way["id"] == answer.json["id"]
    assert (way["kind"], way["label"], way["credential"], way["file"]) == ("passkey", "Laptop", b64(b"one"), b64(file))
    assert change(chidi, "", keyset.sign_way(adding), file="!").status_code == 422
    path = f"/{way['id']}/remove"
    assert change(chidi, path, people.keyset(DORA).sign_way(Removing(keyset.public.id, way["id"]))).status_code == 422
    assert change(Program(app, EMRE), path, keyset.sign_way(Removing(keyset.public.id, way["id"]))).status_code == 404
    assert len(chidi.api("GET", "/keys/mine").json["ways"]) == 3
    assert change(chidi, path, keyset.sign_way(Removing(keyset.public.id, way["id"]))).status_code == 204
    assert change(chidi, path, keyset.sign_way(Removing(keyset.public.id, way["id"]))).status_code == 404
    last = chidi.api("GET", "/keys/mine").json["ways"][0]["id"]
    answer = change(chidi, f"/{last}/remove", keyset.sign_way(Removing(keyset.public.id, last)))
    assert answer.status_code == 409
    assert "At least two ways" in answer.json["detail"]
    assert len(chidi.api("GET", "/keys/mine").json["ways"]) == 2
