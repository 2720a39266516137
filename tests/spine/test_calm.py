"""What is built at length must not stop what runs."""

import gc

from bot.calm import calm


def test_no_search_for_garbage_runs_while_something_is_built() -> None:
    with calm():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_built_is_not_searched_again() -> None:
    before = gc.get_freeze_count()
    try:
        with calm():
            built = [[number] for number in range(1000)]
        assert gc.get_freeze_count() - before >= len(built)
    finally:
        gc.unfreeze()
