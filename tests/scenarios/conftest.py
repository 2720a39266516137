"""Every scenario on both pairs of stores."""

from tests.pairs import pair, shared_redis, store_section

__all__ = ["pair", "shared_redis", "store_section"]
