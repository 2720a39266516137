"""The stages of the handlers' tests."""

from tests.handlers.conftest import community, make_stage, shelf, shipped
from tests.pairs import pair, shared_redis

__all__ = ["community", "make_stage", "pair", "shared_redis", "shelf", "shipped"]
