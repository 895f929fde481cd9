"""What keeps people unknown to those who need not know them."""

from typing import Final

from tools.guards.guard import HERE, WEB, Guard

PRIVACY: Final = (
    Guard(
        "small counts",
        "Small counts: few people are only few",
        "recruit/disclosure/rule.py",
        "SMALL: Final = 10",
        "SMALL: Final = 0",
        (f"{HERE}test_small_counts.py::test_few_people_are_only_few",),
    ),
    Guard(
        "near sets",
        "A set that differs by fewer than 11 people gets the earlier answer",
        "recruit/disclosure/rule.py",
        "NEAR: Final = 10",
        "NEAR: Final = 0",
        (
            (
                f"{HERE}test_small_counts.py"
                "::test_a_set_that_differs_by_ten_people_gets_the_earlier_answer"
            ),
        ),
    ),
    Guard(
        "repeats",
        "Seven repeats in 30 days lock a question",
        "recruit/disclosure/rule.py",
        "REPEATS: Final = 7",
        "REPEATS: Final = 700",
        (f"{HERE}test_small_counts.py::test_seven_repeats_in_thirty_days_lock_the_question",),
    ),
    Guard(
        "erasure",
        "After an erasure no canary of the person is in the live database, exports or logs",
        "recruit/actions/erasure.py",
        "    _remove_messages(outbox, points)\n",
        "",
        ("tests/functional/test_canary.py::test_after_an_erasure_no_canary_is_anywhere",),
    ),
    Guard(
        "erasure in copies",
        "A restored backup replays erasures and withdrawals before it sends",
        "recruit/actions/restore.py",
        "done = taken_back.do_again(session, vault, taken) if taken else (0, 0)",
        "done = (0, 0)",
        ("tests/functional/test_restore.py::test_who_left_after_the_copy_is_not_brought_back",),
    ),
    Guard(
        "a person lets it go on",
        "After a restore nothing is sent until a person acknowledges",
        "recruit/actions/restore.py",
        "        reputation.hold_all(session, now())",
        "        pass",
        (
            (
                "tests/functional/test_copies.py::test_a_copy_made_while_people_write"
                "_is_whole_elsewhere_and_sends_nothing_until_let"
            ),
        ),
    ),
    Guard(
        "errors",
        "No personal data in error pages and logs",
        "recruit/web/errors.py",
        'log.error("page failed", error=type(error).__name__, place=place(error))',
        'log.error("page failed", error=str(error), kind=type(error).__name__)',
        (f"{WEB}test_safety.py::test_an_unforeseen_failure_says_nothing_of_itself",),
    ),
    Guard(
        "names",
        "No personal data in logs, URLs, error pages, open pages, nor to staff before the release",
        "recruit/actions/referring/waiting.py",
        "        except ConsentMissing:\n"
        '            raise NotFound(what="person", identifier=number) from None\n',
        "        except ConsentMissing:\n            pass\n",
        (
            (
                f"{WEB}test_nobody_is_named.py"
                "::test_no_answer_to_the_staff_names_somebody_before_the_release"
            ),
            "tests/security/test_nothing_is_said.py::test_no_open_page_and_no_error_names_somebody",
            "tests/security/test_nothing_is_said.py::test_no_log_line_names_somebody",
        ),
    ),
    Guard(
        "caches",
        "No personal data in caches",
        "recruit/web/safety.py",
        'response.headers["Cache-Control"] = "no-store"',
        "pass",
        (f"{WEB}test_safety.py::test_every_page_carries",),
    ),
    Guard(
        "referer",
        "No personal data in Referer",
        "recruit/web/safety.py",
        '    "Referrer-Policy": "same-origin",\n',
        "",
        (f"{WEB}test_safety.py::test_every_page_carries",),
    ),
    Guard(
        "cookies",
        "Cookies are for this site, and not for scripts",
        "recruit/web/safety.py",
        'SESSION_COOKIE_SAMESITE="Lax",',
        "",
        (f"{WEB}test_safety.py::test_cookies_are_for_this_site_only",),
    ),
)
