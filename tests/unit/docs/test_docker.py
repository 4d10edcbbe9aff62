"""The images and the compose file agree with the code: processes, modules, files, settings, locks."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.model import QUIET
from bot.process import PROCESSES
from bot.settings import Settings

PROJECT = Path(__file__).parents[3]
DOCKER = PROJECT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "pandu-app"}
UVICORNS_OWN = "FORWARDED_ALLOW_IPS"
DOCKERFILES = sorted(DOCKER.glob("*.Dockerfile"))


def instructions(dockerfile: Path) -> Iterator[tuple[str, list[str]]]:
    """The instructions of a Dockerfile with their words, continued lines joined."""
    joined = dockerfile.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in joined.splitlines():
        if line.strip() and not line.startswith("#"):
            name, *words = line.split()
            yield name, words


def copied(dockerfile: Path) -> list[str]:
    """Everything a Dockerfile copies from the project."""
    return [source for name, words in instructions(dockerfile) if name == "COPY" for source in words[:-1]]


def settings_names() -> set[str]:
    """The environment variables that the settings are read from."""
    prefix = Settings.model_config.get("env_prefix", "")
    return {field.alias or f"{prefix}{name}".upper() for name, field in Settings.model_fields.items()}


def test_the_services_are_the_processes() -> None:
    assert set(SERVICES) == {*PROCESSES, "scheduler", "nlu", "postgres", "migrate"}


@pytest.mark.parametrize("name", OURS)
def test_every_command_can_be_started(name: str) -> None:
    python, *words = OURS[name]["command"]
    assert python == "python"
    if words[0] != "-m":
        assert (PROJECT / words[0]).is_file()
        return
    assert importlib.util.find_spec(words[1])
    if words[1] == "bot.process":
        assert words[2] == name
        assert name in PROCESSES


def test_only_the_web_is_published() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["app"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["nlu"]["networks"] == ["inside"]


def test_every_setting_is_known_and_no_secret_is_written_down() -> None:
    for service in OURS.values():
        assert set(service["environment"]) <= settings_names() | {UVICORNS_OWN}
    given = [value for service in SERVICES.values() for value in service["environment"].items()]
    secrets = [value for name, value in given if re.search("PASSWORD|TOKEN|DATABASE_URL", name)]
    assert secrets
    assert all(value is None or value.startswith("${") for value in secrets)


def test_the_key_and_the_database_outlive_their_containers() -> None:
    assert set(COMPOSE["volumes"]) == {"home", "database"}
    assert all("home:/var/lib/pandu" in service["volumes"] for service in OURS.values())
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql"]


def test_nothing_of_ours_starts_before_the_database_is_prepared() -> None:
    for name, service in OURS.items():
        condition = (
            {"postgres": "service_healthy"} if name == "migrate" else {"migrate": "service_completed_successfully"}
        )
        assert {other: how["condition"] for other, how in service["depends_on"].items()} == condition


def test_images_are_built_from_our_dockerfiles() -> None:
    built = {
        (DOCKER / service["build"]["context"] / service["build"]["dockerfile"]).resolve()
        for service in SERVICES.values()
        if "build" in service
    }
    assert built == set(DOCKERFILES)


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_a_dockerfile_copies_what_exists_and_its_ignore_file_lets_through(dockerfile: Path) -> None:
    ignored = (dockerfile.with_name(f"{dockerfile.name}.dockerignore")).read_text(encoding="utf-8").splitlines()
    let_through = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert ignored[0] == "*"
    for source in copied(dockerfile):
        assert (PROJECT / source).exists(), source
        assert {source, source.split("/")[0]} & let_through, source


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_is_installed_by_hash_and_does_not_run_as_root(dockerfile: Path) -> None:
    steps = list(instructions(dockerfile))
    assert ("FROM", ["python:3.11-slim-trixie"]) in steps
    assert any(name == "RUN" and "--require-hashes" in words for name, words in steps)
    users = [words[0] for name, words in steps if name == "USER"]
    assert users[-1].isdigit()
    assert users[-1] != "0"


def test_the_app_image_has_every_package() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert packages <= set(copied(DOCKER / "app.Dockerfile"))


def test_rasa_is_as_quiet_in_its_image_as_under_the_supervisor() -> None:
    set_there = dict(
        word.split("=", 1) for name, words in instructions(DOCKER / "nlu.Dockerfile") if name == "ENV" for word in words
    )
    assert {name: set_there.get(name) for name in QUIET} == {**QUIET, "PYTHONPATH": "/app/nlu_data"}
