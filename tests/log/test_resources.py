"""The log over the API: Chidi and a witness read its hashes; the witness alone signs, and only what verifies."""

from datetime import UTC, datetime, timedelta

import pytest
from tests import people
from tests.log.lines import seal, write
from tests.people import AMINA, CHIDI, EMRE, FAYE
from tests.visits import Program, Visitor, visitor

from comity.core.settings import settings as current
from comity.log import trust
from comity_seal.log import merkle
from comity_seal.log.checkpoint import cosignatures, open_checkpoint
from comity_seal.log.notes import LOG, WITNESS, VerifierKey
from comity_seal.log.signer import NoteKey
from comity_seal.log.tiles import Tile, Tiles

WITNESS_KEY = NoteKey("witness.xandria.example", WITNESS, b"\2" * 32)
STRANGER = NoteKey("stranger.example", WITNESS, b"\3" * 32)
ORIGIN = "localhost:8000/api/v1/log"


@pytest.fixture
def log(settings, monkeypatch, request):
    """The application with one witness, whose key the settings name."""
    monkeypatch.setenv("COMITY_LOG__WITNESSES", str(WITNESS_KEY.public))
    current.cache_clear()
    app = request.getfixturevalue("app")
    people.populate(keys=True)
    return app


class Outside:
    """A witness as a program: no session, a signed request each time."""

    def __init__(self, app, key=WITNESS_KEY, *, origin=ORIGIN, late=timedelta(0)):
        self.client, self.key, self.origin, self.late = app.test_client(), key, origin, late

    def call(self, method, address, **options):
        said = f"Witness {self.key.ask(self.origin, datetime.now(UTC) - self.late)}"
        return self.client.open(f"/api/v1{address}", method=method, headers={"Authorization": said}, **options)


def newest(app):
    program = Program(app, CHIDI)
    key = VerifierKey.parse(program.api("GET", "/log/key").json["key"])
    return open_checkpoint(program.api("GET", "/log/checkpoint").data, key)


def cosigned(app, key=WITNESS_KEY, checkpoint=None, **changes):
    checkpoint = checkpoint or newest(app)
    return {"size": checkpoint.size, "cosignature": key.cosign(checkpoint, datetime.now(UTC)), **changes}


def test_before_the_first_state_is_signed_the_answer_says_so(log):
    for address in ("/log/key", "/log/checkpoint"):
        answer = Program(log, CHIDI).api("GET", address)
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/not-yet-sealed")


def test_everyone_who_is_signed_in_reads_key_checkpoint_and_tiles(log):
    last = write(300)
    assert seal() is None
    for actor in (CHIDI, AMINA, EMRE, FAYE):
        program = Program(log, actor)
        said = program.api("GET", "/log/key").json
        assert (said["origin"], said["witnesses"]) == (ORIGIN, [str(WITNESS_KEY.public)])
        answer = program.api("GET", "/log/checkpoint")
        assert answer.content_type == "text/plain; charset=utf-8"
        checkpoint = open_checkpoint(answer.data, VerifierKey.parse(said["key"]))
        assert checkpoint.size >= last

        def read(tile: Tile, program=program) -> bytes:
            return program.api("GET", f"/log/{tile.path}").data

        assert merkle.head(checkpoint.size, Tiles(checkpoint.size, read)) == checkpoint.root


@pytest.mark.parametrize(
    "address",
    ["tile/0/001", "tile/0/000.p/0", "tile/00/000", "tile/0/0", "tile/9/000", "tile/0/x001/x000/000", "tile/0/../key"],
)
def test_a_tile_that_is_not_there_is_not_found(log, address):
    write(3)
    seal()
    assert Program(log, CHIDI).api("GET", f"/log/{address}").status_code == 404


def test_nobody_reads_it_without_signing_in_or_signing(log):
    write(3)
    seal()
    for address in ("/log/key", "/log/checkpoint", "/log/tile/0/000.p/3"):
        assert Visitor(log).client.get(f"/api/v1{address}").status_code == 401


def test_a_witness_reads_what_it_needs_and_nothing_else(log):
    write(3)
    seal()
    outside = Outside(log)
    assert outside.call("GET", "/log/checkpoint").status_code == 200
    assert outside.call("GET", "/log/key").status_code == 200
    assert outside.call("GET", "/log/tile/0/000.p/3").status_code == 200
    for address in ("/session", "/requests", "/keys/mine", "/trust", "/authorities/XA/chain", "/notifications"):
        assert outside.call("GET", address).status_code == 401, address


@pytest.mark.parametrize(
    "changes",
    [
        {"key": STRANGER},
        {"key": NoteKey(WITNESS_KEY.public.name, WITNESS, b"\4" * 32)},
        {"origin": "elsewhere.example/log"},
        {"late": timedelta(minutes=6)},
        {"late": -timedelta(minutes=6)},
    ],
)
def test_whoever_only_claims_to_be_a_witness_is_nobody(log, changes):
    write(3)
    seal()
    outside = Outside(log, **changes)
    assert outside.call("GET", "/log/checkpoint").status_code == 401
    assert outside.call("POST", "/log/cosignatures", json=cosigned(log)).status_code == 401
    assert len(newest(log).note.signatures) == 1


def test_a_cosignature_stands_under_the_checkpoint_from_then_on(log):
    write(3)
    seal()
    assert Outside(log).call("POST", "/log/cosignatures", json=cosigned(log)).status_code == 204
    assert Outside(log).call("POST", "/log/cosignatures", json=cosigned(log)).status_code == 204
    checkpoint = newest(log)
    (found,) = cosignatures(checkpoint, [WITNESS_KEY.public])
    assert abs(found.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert len(checkpoint.note.signatures) == 2


def test_only_a_witness_signs_whatever_somebody_else_brings(log):
    write(3)
    seal()
    body = cosigned(log)
    assert Program(log, CHIDI).api("POST", "/log/cosignatures", body).status_code == 403
    assert visitor(log, CHIDI).api("POST", "/log/cosignatures", json=body).status_code == 403
    assert len(newest(log).note.signatures) == 1


def test_a_cosignature_of_something_else_is_refused(log):
    write(3)
    seal()
    first = newest(log)
    write(1)
    seal()
    second = newest(log)
    other = NoteKey(ORIGIN, LOG, b"\7" * 32)
    forged = open_checkpoint(other.sign_checkpoint(second.size, b"\0" * 32), other.public)
    for body, status in (
        (cosigned(log, checkpoint=first, size=second.size), 422),
        (cosigned(log, STRANGER), 422),
        (cosigned(log, checkpoint=forged), 422),
        (cosigned(log, cosignature="nonsense"), 422),
        (cosigned(log, size=second.size + 1), 404),
        (cosigned(log, more=1), 422),
    ):
        assert Outside(log).call("POST", "/log/cosignatures", json=body).status_code == status
    assert len(newest(log).note.signatures) == 1


def test_a_witness_s_signature_leaves_no_line_or_there_would_be_no_end_of_them(log):
    write(3)
    seal()
    before = newest(log).size
    Outside(log).call("POST", "/log/cosignatures", json=cosigned(log))
    seal()
    signed_in = 2
    assert newest(log).size <= before + signed_in


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        str(NoteKey("a.example", LOG, b"\1" * 32).public),
        f"{WITNESS_KEY.public} {WITNESS_KEY.public}",
        f"{WITNESS_KEY.public} {NoteKey('b.example', WITNESS, bytes([2]) * 32).public}",
    ],
)
def test_settings_that_name_no_witness_are_refused(settings, monkeypatch, text):
    from comity.core.errors import SettingsError

    monkeypatch.setenv("COMITY_LOG__WITNESSES", text)
    current.cache_clear()
    with pytest.raises(SettingsError, match=r"log\.witnesses"):
        trust.witnesses()
