"""The store: written once, durable when put returns, and nothing half written after a kill."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from comity.core import storage
from comity.core.errors import Conflict, NotFound, SettingsError
from comity.core.storage import Directory, ObjectStore, Store

ROOT = Path(__file__).parents[2]


def in_memory() -> ObjectStore:
    """The code path of an object store, over obstore's own store in memory; a real S3 is not started in tests."""
    from obstore.store import MemoryStore

    return ObjectStore(MemoryStore())


@pytest.fixture(params=["directory", "object store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Directory(tmp_path / "store") if request.param == "directory" else in_memory()


def test_what_is_put_can_be_got(store: Store) -> None:
    store.put("payload/a/1", b"\x00sealed\xff")
    assert store.get("payload/a/1") == b"\x00sealed\xff"
    assert store.exists("payload/a/1")
    assert not store.exists("payload/a/2")


def test_the_same_again_is_fine_and_something_else_is_a_conflict(store: Store) -> None:
    store.put("payload/a/1", b"one")
    store.put("payload/a/1", b"one")
    with pytest.raises(Conflict):
        store.put("payload/a/1", b"two")
    assert store.get("payload/a/1") == b"one"


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.get("payload/a/1")


def test_what_is_deleted_is_gone_and_its_place_is_free(store: Store) -> None:
    store.put("payload/a/1", b"one")
    store.delete("payload/a/1")
    store.delete("payload/a/1")
    assert not store.exists("payload/a/1")
    store.put("payload/a/1", b"two")
    assert store.get("payload/a/1") == b"two"


def test_keys_are_listed_under_a_prefix(store: Store) -> None:
    for key in ("payload/a/1", "payload/a/2", "payload/b/1"):
        store.put(key, key.encode())
    assert sorted(store.keys("payload/a")) == ["payload/a/1", "payload/a/2"]
    assert sorted(store.keys("payload")) == ["payload/a/1", "payload/a/2", "payload/b/1"]
    assert list(store.keys("nothing")) == []


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../outside", "a/../../b", "a//b", "a/", "A", "a b", "a\x00", "a/."]
)
def test_a_key_that_could_lead_elsewhere_is_refused(store: Store, key: str, tmp_path: Path) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: store.put(key, b"x"),
        lambda: store.get(key),
        lambda: store.delete(key),
        lambda: store.exists(key),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="is not a key"):
            call()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_of_many_who_put_different_bytes_one_wins_and_the_others_are_told(store: Store) -> None:
    start = threading.Barrier(8)

    def put(number: int) -> bytes | None:
        start.wait()
        try:
            store.put("payload/a/1", bytes([number]) * 100_000)
        except Conflict:
            return None
        return bytes([number]) * 100_000

    with ThreadPoolExecutor(8) as pool:
        winners = [answer for answer in pool.map(put, range(8)) if answer is not None]
    assert winners == [store.get("payload/a/1")]


def test_file_and_folder_reach_the_disk_before_put_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Directory(tmp_path)
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink().relative_to(tmp_path)))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    store.put("payload/a/1", b"one")
    folders = [name for name in synced if not name.startswith("incoming/")]
    assert folders == [".", "objects", "objects/payload", "objects/payload/a"]
    assert synced.index("objects/payload/a") > next(n for n, name in enumerate(synced) if name.startswith("incoming/"))


WRITER = """
import sys
from pathlib import Path
from comity.core.storage import Directory
store = Directory(Path(sys.argv[1]))
n = 0
while True:
    n += 1
    store.put(f"payload/x/{n}", bytes([n % 251]) * 50_000)
    sys.stdout.write(f"{n}\\n")
    sys.stdout.flush()
"""


def test_after_a_kill_every_acknowledged_object_is_whole_and_no_other_is_half(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT / "platform"), "PATH": os.environ["PATH"]}
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, env=environment, text=True
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(0.02 + attempt * 0.013)
        writer.send_signal(signal.SIGKILL)
        acknowledged = [first, *writer.stdout.read().split("\n")]
        writer.stdout.close()
        writer.wait()
        numbers = [int(line) for line in acknowledged if line.strip()]
        store = Directory(folder)
        for number in numbers[:-1]:
            assert store.get(f"payload/x/{number}") == bytes([number % 251]) * 50_000
        for key in store.keys("payload"):
            number = int(key.rpartition("/")[2])
            assert store.get(key) == bytes([number % 251]) * 50_000


def test_a_folder_that_is_removed_meanwhile_is_made_again(tmp_path: Path) -> None:
    """Two processes: one deletes the last object of a folder, and with it the folder, while the other puts there."""
    one, other = Directory(tmp_path), Directory(tmp_path)
    one.put("payload/a/1", b"one")
    other.delete("payload/a/1")
    one.put("payload/a/1", b"two")
    assert other.get("payload/a/1") == b"two"


CHURNER = """
import sys
from pathlib import Path
from comity.core.storage import Directory
store, key = Directory(Path(sys.argv[1])), f"payload/a/{sys.argv[2]}"
for number in range(1000):
    store.put(key, str(number).encode())
    assert store.get(key) == str(number).encode()
    store.delete(key)
"""


def test_putting_and_deleting_at_once_loses_nothing(tmp_path: Path) -> None:
    """Every process deletes its only object, and so often the folder, while others put theirs there."""
    environment = {"PYTHONPATH": str(ROOT / "platform"), "PATH": os.environ["PATH"]}
    churning = [
        subprocess.Popen([sys.executable, "-c", CHURNER, str(tmp_path), one], env=environment) for one in "wxyz"
    ]
    assert [process.wait() for process in churning] == [0, 0, 0, 0]


def test_an_object_store_that_lets_an_object_be_created_twice_is_refused() -> None:
    from obstore.store import MemoryStore

    class Forgetful(ObjectStore):
        def put(self, key: str, content: bytes) -> None:
            self._library.put(self._store, key, content, mode="overwrite")

    with pytest.raises(SettingsError, match="created twice"):
        Forgetful(MemoryStore())


def test_the_check_of_an_object_store_leaves_nothing_behind() -> None:
    assert list(in_memory().keys("check")) == []


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be used"):
        Directory(tmp_path / "file" / "store")


def test_the_settings_choose_the_store(settings: object, tmp_path: Path) -> None:
    chosen = storage.store()
    assert isinstance(chosen, Directory)
    assert chosen.folder == tmp_path / "store"
