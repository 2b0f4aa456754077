"""``zenml-nb config``: the settings of a repository."""

from __future__ import annotations

import argparse
import copy
import itertools
from typing import TYPE_CHECKING, Any

from zenml_nb.cli.command import add_command, as_yaml, group, printed, repository_of
from zenml_nb.errors import ConfigError, NotAvailableError, RepositoryError, did_you_mean, shorten_path

if TYPE_CHECKING:
    from zenml_nb.repository import Repository

#: Of the format of the file, not of the project.
_FIXED = ("version",)


def add(rooms: Any) -> None:
    """Add the group of commands."""
    commands = group(rooms, "config", "get and set the settings of a project")
    get = add_command(commands, "get", "print a setting, or all of them", _get)
    get.add_argument("key", nargs="?", metavar="KEY", help="for example metadata.type; by default all")
    change = add_command(commands, "set", "change a setting", _set)
    change.add_argument("key", metavar="KEY", help="for example pipelines_dir, or metadata.uri")
    change.add_argument("value", metavar="VALUE", help="as YAML: a text, a number, or {key: value, ...}")


def _get(given: argparse.Namespace) -> str:
    found = _setting(repository_of(given), given.key) if given.key else repository_of(given).config
    return printed(found, given, as_yaml)


def _setting(repository: Repository, key: str) -> Any:
    value: Any = repository.config
    for name in key.split("."):
        if not isinstance(value, dict) or name not in value:
            raise NotAvailableError(f"There is no setting {key!r}.", advice=did_you_mean(key, _keys(repository)))
        value = value[name]
    return value


def _keys(repository: Repository) -> list[str]:
    """The names of all settings, inner ones after a dot."""
    config = repository.config
    return [*config, *(f"{key}.{name}" for key, value in config.items() if isinstance(value, dict) for name in value)]


def _set(given: argparse.Namespace) -> str:
    repository = repository_of(given)
    before = copy.deepcopy(repository.config)
    config = copy.deepcopy(before)
    outer, _, inner = given.key.partition(".")
    _check_key(repository, outer, inner, given.key)
    value = _value(given.value)
    if inner:
        if inner == "type" and value != before[outer]["type"]:
            raise ConfigError(
                "A store of another type has other settings.",
                where=given.key,
                advice="Set all of them at once, for example: zenml-nb config set metadata '{type: grpc, host: ..., "
                "port: 8080}'.",
            )
        config[outer][inner] = value
    else:
        config[outer] = value
    _write(repository, config)
    return printed({given.key: value}, given, lambda _: f"{given.key}: {as_yaml(value)}")


def _check_key(repository: Repository, outer: str, inner: str, key: str) -> None:
    from zenml_nb.repository import CONNECTIONS

    config = repository.config
    is_known = outer in config and outer not in _FIXED
    known = [name for name in _keys(repository) if name not in _FIXED]
    if inner:
        needed, optional = CONNECTIONS.get(config["metadata"].get("type"), ((), ()))
        names = ["type", *needed, *optional]
        known = [*known, *(f"metadata.{name}" for name in names if f"metadata.{name}" not in known)]
        is_known = outer == "metadata" and inner in names
    if not is_known:
        raise ConfigError(f"There is no setting {key!r} to change.", advice=did_you_mean(key, known))


def _value(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(
            f"{text!r} is no value in YAML: {getattr(error, 'problem', None) or error}.",
            advice="Put texts with special characters into quotes.",
        ) from None


def _write(repository: Repository, config: dict[str, Any]) -> None:
    """Write the settings after they were checked; the comment at the head of the file stays.

    Raises:
        ConfigError: they mean nothing; the file is as before.
        RepositoryError: it cannot be written.
    """
    import yaml

    from zenml_nb.config.secrets import refuse_secrets
    from zenml_nb.repository import check_settings, settings_file, write_atomically

    path = settings_file(repository.root)
    check_settings(config, shorten_path(path))
    refuse_secrets(config)
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        head = "".join(f"{line}\n" for line in itertools.takewhile(lambda line: line.startswith("#"), lines))
        write_atomically(path, head + str(yaml.safe_dump(config, sort_keys=False, allow_unicode=True)))
    except OSError as error:
        raise RepositoryError(
            f"The settings cannot be written: {error.strerror or error}.",
            where=shorten_path(path),
            advice="Check that the folder may be written to and that the disk is not full.",
        ) from error
