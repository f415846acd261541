"""Real brokers for tests: the embedded one on its socket, one on a TCP port, and one that accepts and stays silent."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from tests.workers.mail_server import free_port

from comity_workers.broker import embedded, find_binary


@contextmanager
def embedded_broker(folder: Path) -> Iterator[str]:
    """The embedded form's own broker; gives its address."""
    broker = embedded(folder)
    with _running(broker.command(), broker.url):
        yield broker.url
    broker.close()


@contextmanager
def tcp_broker() -> Iterator[str]:
    """A broker over TCP, as the scaled form has; the one that COMITY_TEST_REDIS_URL names, if it is set."""
    if given := os.environ.get("COMITY_TEST_REDIS_URL"):
        yield given
        return
    port = free_port()
    command = [str(find_binary()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _running(command, f"redis://127.0.0.1:{port}/0") as url:
        yield url


@contextmanager
def silent_broker() -> Iterator[str]:
    """It accepts every connection and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@contextmanager
def absent_broker() -> Iterator[str]:
    """Nobody listens there."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{reserved.getsockname()[1]}/0"


@contextmanager
def _running(command: list[str], url: str) -> Iterator[str]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        answers(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def answers(url: str, within: float = 10.0) -> None:
    """Wait until a broker answers."""
    until = time.monotonic() + within
    client = redis_at(url)
    while True:
        try:
            client.ping()
        except redis.RedisError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            client.close()
            return


def redis_at(url: str) -> redis.Redis:
    return redis.Redis.from_url(url.replace("redis+socket://", "unix://"))
