"""TOML files → typed sections, or every problem with its file and line."""

from bot.config.config import Config
from bot.config.finding import ConfigError, Finding
from bot.config.loader import load, load_part

__all__ = ["Config", "ConfigError", "Finding", "load", "load_part"]
