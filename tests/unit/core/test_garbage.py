"""What lasts is not walked over."""

import gc

from recruit.core.garbage import lasting, undisturbed, walk_again


def test_what_is_made_to_last_is_left_alone_until_it_is_over() -> None:
    before = gc.get_freeze_count()
    with lasting():
        assert not gc.isenabled()
        kept: list[list[int]] = [[] for _ in range(1_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)
    walk_again()
    assert gc.get_freeze_count() == 0


def test_where_nothing_is_collected_nothing_is_afterwards() -> None:
    gc.disable()
    try:
        with lasting():
            pass
        assert not gc.isenabled()
    finally:
        walk_again()
        gc.enable()


def test_what_leaves_nothing_behind_is_not_kept() -> None:
    before = gc.get_freeze_count()
    with undisturbed():
        assert not gc.isenabled()
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, before)
