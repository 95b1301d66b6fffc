"""Settings, from the environment and `.env`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.shipped import DATA
from bot.trouble import Trouble

DISCORD_API = "https://discord.com/api/v10"


class BadSettingsError(Trouble):
    """A setting has a value that cannot be used; the message names it and says what to do."""


class Settings(BaseSettings):
    """Every setting, each with its default; `.env.example` explains them to the operator."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    discord_token: SecretStr | None = None
    discord_api_base: str = Field(DISCORD_API, pattern=r"^https?://\S+$")
    database_url: str = "sqlite+aiosqlite:///previously.db"
    feeds_file: Path = DATA / "feeds.toml"
    poll_min_seconds: int = Field(300, ge=1)
    poll_max_seconds: int = Field(7200, ge=1)
    allow_private_feeds: bool = False
    global_rate: int = Field(45, ge=1, le=50)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "Settings":
        if self.poll_min_seconds > self.poll_max_seconds:
            raise ValueError("POLL_MIN_SECONDS must not be larger than POLL_MAX_SECONDS")
        return self


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        BadSettingsError: one of them cannot be used.

    """
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettingsError(_sentence(error)) from error


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    problem = first["msg"].removeprefix("Value error, ")
    return f"{name}: {problem}. Mend it in the environment or in .env." if name else f"{problem}."
