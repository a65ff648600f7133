"""Routes: the channels file read and checked, and its references to secrets resolved."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import yaml
from pydantic import ValidationError

from services.notifier.channels import Format, find
from services.notifier.egress import Egress
from services.notifier.signing import check_secret
from services.notifier.subscriptions import Channel, ChannelsFile, Reference, parse
from services.runtime.settings import ConfigurationError, NotifierSettings, describe, yaml_fault

REDACTED: Final = "[redacted]"
_PLAIN_PATH: Final = 8  # characters: a shorter path holds no secret


@dataclass(frozen=True, slots=True)
class Route:
    """A channel as the dispatch uses it. Its repr shows no secret, and a URL may be one."""

    name: str
    format_name: str
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def format(self) -> Format:
        """The module that renders for this channel."""
        return find(self.format_name)

    def redacted(self, text: str) -> str:
        """Return what a receiver says without our secrets, which it may echo.

        The path of a URL is one of them: a chat webhook is a secret by its path.
        """
        path = urlsplit(self.url).path
        for secret in (*self.secrets, self.url, *([path] if len(path) > _PLAIN_PATH else [])):
            text = text.replace(secret, REDACTED)
        return text


def load_file(path: Path) -> ChannelsFile:
    """Return what the file says. Raises ConfigurationError with the file and the field."""
    try:
        return parse(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: {yaml_fault(error)}") from None
    except ValidationError as error:
        raise ConfigurationError(describe(error, path)) from None


def make_routes(channels: Mapping[str, Channel], egress: Egress) -> dict[str, Route]:
    """Return the route of each channel, by name.

    Raises ConfigurationError where a reference leads nowhere, a secret is none, or a URL is one
    that the egress rules refuse whatever its host resolves to.
    """
    routes = {name: _route(name, channel) for name, channel in channels.items()}
    for name, route in routes.items():
        if refusal := egress.judge_url(route.url):
            raise ConfigurationError(f"channels.{name}.url: may not be reached: {refusal}")
    return routes


def make_egress(settings: NotifierSettings) -> Egress:
    """Return the egress rules with what the settings let through."""
    return Egress(allowed=settings.egress_allow, ports=frozenset(settings.egress_ports))


def _route(name: str, channel: Channel) -> Route:
    where = f"channels.{name}"
    url = channel.url if isinstance(channel.url, str) else _read(channel.url, f"{where}.url")
    secrets: tuple[str, ...] = ()
    if channel.secret is not None:
        secrets = (_read(channel.secret, f"{where}.secret"),)
        try:
            if find(channel.format).SIGNED:
                check_secret(*secrets)
        except ValueError as error:
            raise ConfigurationError(f"{where}.secret: {error}") from None
    return Route(name, channel.format, url, secrets)


def _read(reference: Reference, where: str) -> str:
    if reference.env is not None:
        value = os.environ.get(reference.env)
        if not value:
            raise ConfigurationError(f"{where}: the environment has no {reference.env}")
        return value
    assert reference.file is not None, "a reference has one of the two"
    try:
        return reference.file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{where}: {error}") from None
