"""People who ask a thousand clever questions to learn one thing about one person.

Those at the guarded desk ask for single counts, as the list of trials gives them. Those at the
coarse desk have what the editor and the feasibility page give: coarse counts of sets that they
change at will, waterfalls of nested sets, tables of parts.

Each attack knows more than any sponsor will: how to name its targets so that nobody else is meant,
and that half of them have the attribute. It asks 1,000 questions, one after the other, while other
people join and leave, or as many as it gets answers to, and then guesses for each target. Its gain
is the share of right guesses above the half that it would get without asking; no guess is right by
half.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from recruit.core.errors import AskedTooMuch
from recruit.disclosure.rule import SMALL
from tests.attacked import GROUPS, TARGETS, Chosen, Desk, Guess, Town, desks

QUESTIONS = 1000
FIFTY = 50  # targets of the attacks that take them one by one
KNOWN = SMALL  # people about whom one attack knows everything
PARTS = 4  # of a table: small enough for each to be told


def by_many_sums(town: Town, desk: Desk) -> Guess:
    """Ask for random unions of groups and targets, and solve for the targets (Dinur, Nissim)."""
    return _by_sums(town, desk, GROUPS)


def by_few_sums(town: Town, desk: Desk) -> Guess:
    """The same with few groups: fewer unknowns, where there are few answers to be had."""
    return _by_sums(town, desk, 6)


def _by_sums(town: Town, desk: Desk, groups: int) -> Guess:
    rows, said = [], []
    for number in range(QUESTIONS):
        named = _some(town.random, GROUPS) & (np.arange(GROUPS) < groups)
        targets = _some(town.random, TARGETS)
        town.live_on()
        try:
            told = desk.ask(f"sum {number}", town.people(named, targets))
        except AskedTooMuch:
            break
        rows.append(np.concatenate([named, targets]).astype(float))
        said.append(desk.few if told is None else told)
    return _solved(np.array(rows), np.array(said), desk)


def by_differences(town: Town, desk: Desk) -> Guess:
    """Ask for a few groups, then for the same with one target, for one target after the other."""
    votes = np.zeros(FIFTY)
    for number in range(QUESTIONS // 2):
        target = number % FIFTY
        groups, one = _some(town.random, GROUPS), np.zeros(TARGETS, np.bool_)
        without = one.copy()
        one[target] = True
        try:
            before = desk.ask(f"without {number}", town.people(groups, without))
            after = desk.ask(f"with {number}", town.people(groups, one))
        except AskedTooMuch:
            break
        town.live_on()
        votes[target] += (after or desk.few) > (before or desk.few)
    if not votes.any():
        return np.full(FIFTY, 0.5)
    return np.asarray(votes >= max(1.0, float(np.median(votes))), float)


def by_watching(town: Town, desk: Desk) -> Guess:
    """Ask the same few questions again and again while fifty targets join at known times."""
    has, town.has = town.has, np.zeros(TARGETS, np.bool_)
    told: list[list[float]] = []
    whole = [_some(town.random, GROUPS) for _ in range(10)]
    everyone = np.ones(TARGETS, np.bool_)
    for step in range(QUESTIONS // 10):
        town.has = has & (np.arange(TARGETS) < (step + 1) // 2)
        row = []
        for number, groups in enumerate(whole):
            try:
                said = desk.ask(f"watch {number}", town.people(groups, everyone))
                row.append(float(said or desk.few))
            except AskedTooMuch:
                row.append(told[-1][number] if told else desk.few)
        told.append(row)
        town.live_on()
    town.has = has
    sums = np.array(told).mean(axis=1)
    return np.asarray(sums[1::2] - sums[0::2] > 0.5, float)


def by_waterfalls(town: Town, desk: Desk) -> Guess:
    """Give a trial criterion after criterion that each leave out some groups and some targets."""
    rows, said = [], []
    for number in range(QUESTIONS // 10):
        named, targets = np.ones(GROUPS, np.bool_), np.ones(TARGETS, np.bool_)
        sets, kept = [], []
        for _ in range(10):
            sets.append(town.people(named, targets))
            kept.append(np.concatenate([named, targets]).astype(float))
            named = named & (np.array([town.random.random() < 0.85 for _ in range(GROUPS)]))
            targets = targets & (np.array([town.random.random() < 0.85 for _ in range(TARGETS)]))
        town.live_on()
        told = desk.each(f"fall {number}", sets)
        if told is None:
            break
        rows += kept
        said += [desk.few if each is None else each for each in told]
    return _solved(np.array(rows), np.array(said), desk)


def by_tables(town: Town, desk: Desk) -> Guess:
    """Take everybody apart at random, again and again, into the parts of a table."""
    rows, said = [], []
    for number in range(QUESTIONS // PARTS):
        whose_group = town.random.choices(range(PARTS), k=GROUPS)
        whose_target = town.random.choices(range(PARTS), k=TARGETS)
        sets, kept = [], []
        for part in range(PARTS):
            named, targets = np.array(whose_group) == part, np.array(whose_target) == part
            sets.append(town.people(named, targets))
            kept.append(np.concatenate([named, targets]).astype(float))
        town.live_on()
        told = desk.parts(f"table {number}", sets)
        if told is None:
            break
        rows += kept
        said += [desk.few if each is None else each for each in told]
    return _solved(np.array(rows), np.array(said), desk)


def by_edges(town: Town, desk: Desk) -> Guess:
    """Put each target beside ten people of whom all is known: eleven are no longer few."""
    guess = np.full(TARGETS, 0.5)
    for target in range(TARGETS):
        one = np.arange(TARGETS) == target
        known = np.array([town.random.getrandbits(64) for _ in range(KNOWN)], np.uint64)
        people = np.concatenate([known, town.people(np.zeros(GROUPS, np.bool_), one)])
        try:
            said = desk.ask(f"edge {target}", people)
        except AskedTooMuch:
            break
        guess[target] = said is not None
    return guess


def by_many_edges(town: Town, desk: Desk) -> Guess:
    """The same in tables, whose parts cost less."""
    guess = np.full(TARGETS, 0.5)
    for first in range(0, TARGETS, 20):
        sets = []
        for target in range(first, first + 20):
            one = np.arange(TARGETS) == target
            known = np.array([town.random.getrandbits(64) for _ in range(KNOWN)], np.uint64)
            sets.append(np.concatenate([known, town.people(np.zeros(GROUPS, np.bool_), one)]))
        said = desk.parts(f"edges {first}", sets)
        if said is not None:
            guess[first : first + 20] = [each is not None for each in said]
    return guess


def by_padding(town: Town, desk: Desk) -> Guess:
    """Beside a set put ten known people and a target: is the answer the one for near sets?"""
    guess = np.full(TARGETS, 0.5)
    nobody = np.zeros(TARGETS, np.bool_)
    for target in range(TARGETS):
        groups, one = _some(town.random, GROUPS), np.arange(TARGETS) == target
        known = np.array([town.random.getrandbits(64) for _ in range(KNOWN)], np.uint64)
        padded = np.concatenate([known, town.people(groups, one)])
        try:
            before = desk.ask(f"bare {target}", town.people(groups, nobody))
            after = desk.ask(f"padded {target}", padded)
        except AskedTooMuch:
            break
        guess[target] = before != after
    return guess


def by_refusals(town: Town, desk: Desk) -> Guess:
    """The same beside one set, as long as near sets are answered and others are refused."""
    guess = np.full(TARGETS, 0.5)
    everyone, nobody = np.ones(GROUPS, np.bool_), np.zeros(TARGETS, np.bool_)
    before = desk.ask("bare", town.people(everyone, nobody))
    for target in range(TARGETS):
        known = np.array([town.random.getrandbits(64) for _ in range(KNOWN)], np.uint64)
        padded = np.concatenate([known, town.people(everyone, np.arange(TARGETS) == target)])
        try:
            guess[target] = before != desk.ask(f"padded {target}", padded)
        except AskedTooMuch:
            try:  # which tells something only if a near set is answered all the same
                desk.ask(f"near {target}", town.people(everyone, nobody))
            except AskedTooMuch:
                break
            guess[target] = 1
    return guess


Attack = Callable[[Town, Desk], Guess]
ATTACKS: tuple[Attack, ...] = (
    by_many_sums,
    by_few_sums,
    by_differences,
    by_watching,
    by_waterfalls,
    by_edges,
    by_padding,
    by_refusals,
)
IN_PARTS: tuple[Attack, ...] = (by_tables, by_many_edges)  # which only coarse counts are given of


@dataclass(frozen=True)
class Gain:
    """By how much more than a half the guesses are right, in percentage points."""

    points: float
    give_or_take: float  # one standard error


def gain(attack: Attack, desk: str, towns: int) -> Gain:
    """What the attack gains on average over some towns."""
    right = []
    for seed in range(towns):
        random = Random(seed)  # noqa: S311 - a town that can be founded again
        town = Town.founded(random)
        for each in desks(desk, random):
            guess = attack(town, each)
            right.append(100 * float((1 - np.abs(guess - town.has[: len(guess)])).mean()))
    return Gain(float(np.mean(right)) - 50, float(np.std(right, ddof=1)) / towns**0.5)


def _some(random: Random, count: int) -> Chosen:
    return np.array([random.random() < 0.5 for _ in range(count)])


def _solved(rows: NDArray[np.float64], said: NDArray[np.float64], desk: Desk) -> Guess:
    """Who has the attribute by the best linear guess: what is known before weighs in.

    A group may have any size around 37; a target counts for one half, give or take one half; an
    answer is wrong by its error and by the rounding.
    """
    before = np.concatenate([np.full(GROUPS, 37.0), np.full(TARGETS, 0.5)])
    loose = np.concatenate([np.full(GROUPS, 200.0), np.full(TARGETS, 0.25)])
    wrong = desk.error**2
    weighed = rows.T @ rows / wrong + np.diag(1 / loose)
    found = before + np.linalg.solve(weighed, rows.T @ (said - rows @ before) / wrong)
    return np.asarray(found[GROUPS:] > 0.5, float)
