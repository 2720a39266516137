"""The stages of the handlers' tests."""

from tests.handlers.conftest import community, make_stage, shelf, shipped

__all__ = ["community", "make_stage", "shelf", "shipped"]
