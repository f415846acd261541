"""Every transport keeps the same contract; the mail transport also speaks STARTTLS and hangs up after its limit."""

import socket
import ssl
import subprocess
import threading
import time

import pytest
from tests.workers.mail_server import mail_server

from comity.core import settings as core_settings
from comity.notifications.wording import Note, note
from comity_workers import transports
from comity_workers.transports import NotSent, mail

pytestmark = pytest.mark.usefixtures("settings")


def use_mail(monkeypatch: pytest.MonkeyPatch, port: int, **more: str) -> None:
    monkeypatch.setenv("COMITY_MAIL__PORT", str(port))
    for key, value in more.items():
        monkeypatch.setenv(f"COMITY_MAIL__{key.upper()}", value)
    core_settings.settings.cache_clear()


@pytest.fixture
def message() -> Note:
    return note("en", "chidi@xandria.example", "<abc@comity.invalid>")


@pytest.fixture(params=transports.names())
def transport(request: pytest.FixtureRequest) -> transports.Transport:
    return transports.transport(request.param)


def test_a_transport_hands_over_exactly_what_it_was_given(transport, message, monkeypatch):
    with mail_server() as (mailbox, port):
        use_mail(monkeypatch, port)
        transport.send(message)
    assert mailbox.recipients == ["chidi@xandria.example"]
    [sent] = mailbox.messages
    assert sent["Message-ID"] == "<abc@comity.invalid>"
    assert (sent["To"], sent["Subject"]) == ("chidi@xandria.example", message.subject)
    assert sent.get_body(("plain",)).get_content() == message.text
    assert sent.get_body(("html",)).get_content() == message.html
    assert sent["Auto-Submitted"] == "auto-generated"


def test_a_transport_whose_server_is_away_says_that_it_may_be_tried_again(transport, message, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        use_mail(monkeypatch, nobody.getsockname()[1])
        with pytest.raises(NotSent) as refusal:
            transport.send(message)
    assert not refusal.value.for_good


@pytest.mark.parametrize(
    ("answer", "for_good"),
    [("451 later", False), ("550 no such mailbox", True), ("552 too much", True)],
)
def test_a_transport_says_whether_a_refusal_is_for_good_and_names_no_address(
    transport, message, monkeypatch, answer, for_good
):
    with mail_server() as (mailbox, port):
        use_mail(monkeypatch, port)
        mailbox.answer = answer
        with pytest.raises(NotSent) as at_the_end:
            transport.send(message)
        mailbox.recipient_answer = answer
        with pytest.raises(NotSent) as at_the_recipient:
            transport.send(message)
    for refusal in (at_the_end, at_the_recipient):
        assert refusal.value.for_good is for_good
        assert "xandria" not in refusal.value.reason
    assert mailbox.messages == []


def test_a_server_that_accepts_and_stays_silent_is_left_after_the_limit(transport, message, monkeypatch):
    monkeypatch.setattr(mail, "LIMIT", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        use_mail(monkeypatch, silent.getsockname()[1])
        began = time.monotonic()
        with pytest.raises(NotSent):
            transport.send(message)
    assert time.monotonic() - began < 2


def test_a_server_that_speaks_a_byte_at_a_time_is_left_after_the_limit_as_well(transport, message, monkeypatch):
    monkeypatch.setattr(mail, "LIMIT", 0.7)
    done = threading.Event()

    def trickle(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            while not done.wait(0.1):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    with socket.socket() as slow:
        slow.bind(("127.0.0.1", 0))
        slow.listen()
        thread = threading.Thread(target=trickle, args=[slow])
        thread.start()
        use_mail(monkeypatch, slow.getsockname()[1])
        began = time.monotonic()
        with pytest.raises(NotSent):
            transport.send(message)
        done.set()
        thread.join()
    assert time.monotonic() - began < 2


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("tls")
    key, crt = folder / "key.pem", folder / "crt.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", key, "-out", crt, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(crt, key)
    return context, crt


def test_with_starttls_nothing_is_sent_in_clear(message, monkeypatch, certificate):
    context, crt = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(crt))
    with mail_server(context) as (mailbox, port):
        use_mail(monkeypatch, port, starttls="true")
        mail.send(message)
    assert mailbox.encrypted == [True]


def test_with_starttls_a_certificate_that_nobody_vouches_for_is_refused(message, monkeypatch, certificate):
    context, _ = certificate
    with mail_server(context) as (mailbox, port):
        use_mail(monkeypatch, port, starttls="true")
        with pytest.raises(NotSent):
            mail.send(message)
    assert mailbox.messages == []


def test_with_starttls_a_server_that_does_not_offer_it_gets_nothing(message, monkeypatch):
    with mail_server() as (mailbox, port):
        use_mail(monkeypatch, port, starttls="true")
        with pytest.raises(NotSent):
            mail.send(message)
    assert mailbox.messages == []


def test_a_transport_that_does_not_exist_is_never_tried_again():
    with pytest.raises(NotSent) as refusal:
        transports.transport("pigeon")
    assert refusal.value.for_good


def test_every_transport_has_a_switch_in_the_settings(settings):
    for name in transports.names():
        assert isinstance(getattr(settings, name).on, bool)
