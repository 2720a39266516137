"""The sections and inspections that the tables of configurations are read with: the product's own."""

from collections.abc import Mapping
from pathlib import Path

from bot.channels.settings import CHANNELS, WECOM
from bot.config import Config, load
from bot.settings import BOT, SERVER
from handlers import directory, keyword, understand

CAPABILITIES = (directory.CAPABILITY, keyword.CAPABILITY, understand.CAPABILITY)
SECTIONS = (BOT, SERVER, WECOM, CHANNELS, *(section for one in CAPABILITIES for section in one.sections))


def load_config(path: Path, environ: Mapping[str, str], need_secrets: bool = False) -> Config:
    return load(path, SECTIONS, [one.inspect for one in CAPABILITIES], environ=environ, need_secrets=need_secrets)
