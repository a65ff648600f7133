"""Settings: environment first, then a TOML or YAML file, then the defaults below.

`WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS` sets `kafka.bootstrap_servers`; `WATCHFLOOR_CONFIG`
names the file. A name that is not known is refused, because a misspelt setting must not
surprise the night. Each secret can be read from a file instead: `ledger.url_file`.
"""

import os
import socket
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

PREFIX: Final = "WATCHFLOOR_"
CONFIG: Final = PREFIX + "CONFIG"

Port = Annotated[int, Field(ge=0, le=65535, description="0 takes a free one")]


class ConfigurationError(Exception):
    """The settings, or a file that they name, are wrong. One line for each fault."""


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        values = dict(values)
        for name, field in cls.model_fields.items():
            if field.annotation is SecretStr and (path := values.pop(f"{name}_file", None)):
                if name in values:
                    raise ValueError(f"{name} and {name}_file are both set")
                try:
                    values[name] = Path(path).read_text().strip()
                except OSError as error:
                    raise ValueError(f"{name}_file: {error}") from error
        return values


class KafkaSettings(Section):
    """Where Kafka is, and how a service is a member of its group."""

    bootstrap_servers: Annotated[str, Field(pattern=r"^[^\s,]+:\d+(,[^\s,]+:\d+)*$")] = (
        "127.0.0.1:9092"
    )
    session_timeout: Annotated[
        float, Field(ge=1, le=300, description="seconds until a silent member is given up")
    ] = 10.0
    group_instance_id: Annotated[
        str | None,
        Field(description="a name that a replica keeps over restarts: its successor reads at once"),
    ] = None


class LedgerSettings(Section):
    """Where the notifier's PostgreSQL is."""

    url: SecretStr = SecretStr("postgresql://postgres@127.0.0.1:5432/watchfloor")
    connections: Annotated[int, Field(ge=2, le=100)] = 5


class ClassifierSettings(Section):
    """The classifier."""

    group: str = "classifier"
    batch: Annotated[int, Field(ge=1, le=5000, description="records at most")] = 500
    host: str = "127.0.0.1"
    port: Port = 9101


class Correlation(StrEnum):
    """What makes two reports one incident."""

    COUNTRY_DAY = "country_day"
    NONE = "none"


class NotifierSettings(Section):
    """The notifier."""

    group: str = "notifier"
    batch: Annotated[int, Field(ge=1, le=5000, description="records at most")] = 100
    host: str = "127.0.0.1"
    port: Port = 9102
    instance: Annotated[
        str,
        Field(
            min_length=1, max_length=200, description="whose leases a restarted notifier takes up"
        ),
    ] = Field(default_factory=socket.gethostname)
    channels_file: Annotated[
        Path | None, Field(description="YAML: channels and subscriptions; none: the ledger's own")
    ] = None
    correlation: Correlation = Correlation.COUNTRY_DAY
    egress_allow: Annotated[
        tuple[IPv4Network | IPv6Network, ...],
        Field(description="networks that webhooks may reach although the egress guard lists them"),
    ] = ()
    egress_ports: Annotated[
        tuple[Port, ...],
        Field(description="ports below 1024 that webhooks may reach beside 80 and 443"),
    ] = ()


class LogSettings(Section):
    """What is logged, and how."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["json", "console"] = "json"


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    kafka: KafkaSettings = KafkaSettings()
    ledger: LedgerSettings = LedgerSettings()
    classifier: ClassifierSettings = ClassifierSettings()
    notifier: NotifierSettings = Field(default_factory=NotifierSettings)
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (pydantic-settings passes by name)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over what `load` passes in from the file."""
        return env_settings, init_settings


def load(path: Path | None = None, *, fallback: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings from the environment and the file (`path`, or $WATCHFLOOR_CONFIG).

    `fallback` holds what is used where neither of them says anything. Raises
    ConfigurationError with the file or variable, the field, and what was expected.
    """
    path = path or (Path(named) if (named := os.environ.get(CONFIG)) else None)
    _refuse_unknown_variables()
    values = _read(path) if path else {}
    for section, fields in (fallback or {}).items():
        said = values.setdefault(section, {})
        if isinstance(said, dict):  # else it is refused below
            unsaid = {
                name: value for name, value in fields.items() if not _says(section, name, said)
            }
            values[section] = unsaid | said
    try:
        return Settings(**values)
    except SettingsError as error:
        raise ConfigurationError(f"{error}: expected JSON (environment)") from None
    except ValidationError as error:
        raise ConfigurationError(describe(error, path)) from None


def describe(error: ValidationError, path: Path | None) -> str:
    """Return one line for each fault: where it was set, the field, what was expected."""
    lines = []
    for fault in error.errors(include_url=False, include_context=False):
        names = [str(part) for part in fault["loc"] if not str(part).startswith("function-")]
        variable = PREFIX + "__".join(names).upper()
        where = variable if variable in os.environ else str(path or "settings")
        lines.append(f"{where}: {'.'.join(names) or 'the whole'}: {_expected(fault['msg'])}")
    return "\n".join(lines)


def _expected(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return "is not a known setting" if message == "Extra inputs are not permitted" else message


def yaml_fault(error: yaml.YAMLError) -> str:
    """Return what is wrong and where, without the line itself: it may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{where}{getattr(error, 'problem', None) or 'not YAML'}"


def _says(section: str, name: str, said: Mapping[str, Any]) -> bool:
    """Return whether a setting, or the file of a secret, is in the settings file or environment."""
    variables = {variable.upper() for variable in os.environ}
    return any(
        found in said or f"{PREFIX}{section}__{found}".upper() in variables
        for found in (name, f"{name}_file")
    )


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        upper = name.upper()
        if upper.startswith(PREFIX) and upper != CONFIG and upper.split("__")[0] not in known:
            raise ConfigurationError(f"{name}: is not a known setting (environment)")


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    try:
        values = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: {yaml_fault(error)}") from None
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise ConfigurationError(f"{path}: expected tables such as kafka and notifier")
    return values
