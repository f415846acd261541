"""docker-compose.yml describes the scaled form truly: services, roles, commands and settings exist."""

import importlib
import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "comity:latest"}


def test_every_part_of_the_scaled_form_is_a_service():
    assert set(SERVICES) == {"proxy", "web", "worker", "mailer", "beat", "postgres", "redis", "objectstore"}
    assert set(OURS) == {"web", "worker", "mailer", "beat"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_names_only_what_is_declared(name):
    service = SERVICES[name]
    for kind in ("networks", "secrets"):
        assert set(service.get(kind, [])) <= set(COMPOSE[kind])
    assert set(service.get("depends_on", {})) <= set(SERVICES)
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (ROOT / source).exists()


@pytest.mark.parametrize("name", OURS)
def test_every_setting_it_gives_exists(name):
    from comity.core.settings import Settings, known_keys

    assert Settings
    for key in OURS[name]["environment"]:
        if key == "COMITY_CONFIG":
            continue
        section, _, setting = key.removeprefix("COMITY_").lower().partition("__")
        assert {f"{section}.{setting}", f"{section}.{setting.removesuffix('_file')}"} & known_keys(), key


def test_the_log_s_signing_key_is_given_to_the_worker_alone():
    assert [name for name, service in SERVICES.items() if "log_key" in service.get("secrets", [])] == ["worker"]


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name):
    command = OURS[name]["command"]
    if command[0] == "comity-server":
        from comity.cli import main

        answer = CliRunner().invoke(main, [*command[1:], "--help"])
        assert answer.exit_code == 0, answer.output
    else:
        assert command[:2] == ["celery", "--app"]
        module, _, attribute = command[2].partition(":")
        app = getattr(importlib.import_module(module), attribute)
        if "--queues" in command:
            wanted = set(command[command.index("--queues") + 1].split(","))
            assert wanted <= {queue.name for queue in app.conf.task_queues}


def test_every_queue_is_served_by_exactly_one_role():
    from comity_workers.queue import app

    served = [
        q
        for s in OURS.values()
        if "--queues" in s["command"]
        for q in s["command"][s["command"].index("--queues") + 1].split(",")
    ]
    assert sorted(served) == sorted(queue.name for queue in app.conf.task_queues)


def test_only_the_proxy_is_reachable_and_only_on_this_machine():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"proxy"}
    assert all(port.startswith("127.0.0.1:") for port in ports["proxy"])


def test_only_the_mailer_has_a_way_out():
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {"mailer"}


def test_no_secret_is_written_in_it():
    assert "PASSWORD:" not in json.dumps(COMPOSE).replace("PASSWORD_FILE", "").upper()
