"""The stages of the handlers' tests."""

from tests.handlers.conftest import community, make_stage, shelf, shipped, unhurried

__all__ = ["community", "make_stage", "shelf", "shipped", "unhurried"]
