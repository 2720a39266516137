"""The sections and inspections that the tables of configurations are read with: the product's own."""

from bot.app import SECTIONS, load_config

__all__ = ["SECTIONS", "load_config"]
