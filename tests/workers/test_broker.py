"""The embedded broker: private, found wherever it can be, and nothing of it is needed to start again."""

import stat
import subprocess

import pytest
from tests.workers.brokers import answers, embedded_broker, redis_at

from comity.core.errors import SettingsError
from comity_workers import broker as brokers
from comity_workers.broker import LONGEST_SOCKET, embedded, find_binary


def test_only_its_owner_reaches_it_and_it_listens_on_no_port(tmp_path):
    with embedded_broker(tmp_path) as url:
        assert stat.S_IMODE((tmp_path / "broker").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "broker" / "socket").stat().st_mode) == 0o600
        client = redis_at(url)
        assert client.config_get("port")["port"] == "0"
        assert client.config_get("appendonly")["appendonly"] == "yes"
        client.close()


def test_a_folder_whose_path_is_too_long_for_a_socket_gets_a_short_private_one(tmp_path):
    deep = tmp_path.joinpath(*["deep" * 8] * 4)
    broker = embedded(deep)
    try:
        assert len(str(broker.socket).encode()) <= LONGEST_SOCKET
        assert stat.S_IMODE(broker.socket.parent.stat().st_mode) == 0o700
    finally:
        broker.close()
    assert not broker.socket.parent.exists()
    assert deep.exists()


def test_without_any_program_the_sentence_names_the_mend(tmp_path, monkeypatch):
    monkeypatch.setattr(brokers, "find_binary", lambda: None)
    with pytest.raises(SettingsError, match="apt install redis-server"):
        embedded(tmp_path)


def test_the_wheel_is_used_where_the_path_has_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary().endswith("valkey-server")
    with embedded_broker(tmp_path) as url:
        client = redis_at(url)
        assert client.ping()
        client.close()


def test_a_damaged_file_is_thrown_away_and_it_starts_again(tmp_path):
    broker = embedded(tmp_path)
    with embedded_broker(tmp_path) as url:
        client = redis_at(url)
        client.lpush("relay", "x")
        client.close()
    [kept] = (tmp_path / "broker" / "appendonlydir").glob("*.incr.aof")
    kept.write_bytes(b"this was never a command\r\n" * 9)
    failed = subprocess.run(broker.command(), timeout=10, stdout=subprocess.DEVNULL, check=False)
    assert failed.returncode != 0
    broker.empty()
    process = subprocess.Popen(broker.command(), stdout=subprocess.DEVNULL)
    try:
        answers(broker.url)
    finally:
        process.terminate()
        process.wait()
