"""The generator is the published one, and an address always gives the numbers it once gave."""

import pytest

from alliance_sim.arithmetic import log
from alliance_sim.chance import Luck, Purpose, draw, draw_items, key_of, normal, philox, words
from alliance_sim.compiled import plain, relink

ONES = 0xFFFFFFFF

# From the known-answer file (kat_vectors) that is published with Random123, Philox4x32 with 10 rounds.
KNOWN_ANSWERS = [
    pytest.param((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8), id="all zeros"),
    pytest.param((ONES,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD), id="all ones"),
    pytest.param(
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        id="digits of pi",
    ),
]

# Written down once. A change here makes every published result of this software irreproducible.
GOLDEN_DRAWS = {
    (0, (1, 1, 1, 1), Purpose.RUPTURE): (
        "0x1.2ba0a2e700000p-1", "0x1.9ea838b200000p-2", "0x1.82d3e4a600000p-2", "0x1.2839409f00000p-1",
    ),
    (20261123, (1, 1, 0, 0), Purpose.THERAPIST_TRAITS): (
        "0x1.2a30b5fd00000p-1", "0x1.870c256d00000p-1", "0x1.864cdf2500000p-1", "0x1.2c41e5bb00000p-1",
    ),
    (20261123, (40, 20, 10, 16), Purpose.COMING_AND_GOING): (
        "0x1.e8453b6c00000p-3", "0x1.7e99998600000p-2", "0x1.a312417000000p-5", "0x1.6604812e00000p-2",
    ),
    (2**80, (2**32 - 1, 2**32 - 1, 2**32 - 1, 2**16 - 1), Purpose.REPORTS): (
        "0x1.28535df700000p-1", "0x1.86fc9bf600000p-2", "0x1.8744a05500000p-1", "0x1.dbd978b100000p-1",
    ),
}  # fmt: skip

GOLDEN_PURPOSES = (
    "THERAPIST_TRAITS", "THERAPIST_STYLE", "CLIENT_ATTACHMENT", "CLIENT_AIMS", "CLIENT_DISTRESS", "CLIENT_START",
    "COMING_AND_GOING", "RUPTURE", "NOTICE", "REPAIR", "DRIFT", "WEEK", "CLIENT_RATING", "ITEMS_GOAL", "ITEMS_TASK",
    "ITEMS_BOND", "REPORTS",
)  # fmt: skip


@pytest.mark.parametrize("form", [philox, plain(philox)], ids=["compiled", "plain"])
@pytest.mark.parametrize(("counter_and_key", "words"), KNOWN_ANSWERS)
def test_philox_gives_the_published_known_answers(form, counter_and_key, words):
    assert tuple(int(word) for word in form(*counter_and_key)) == words


@pytest.mark.parametrize(("seed", "address", "purpose"), GOLDEN_DRAWS)
def test_an_address_gives_the_same_four_numbers_as_ever_compiled_or_not(seed, address, purpose):
    expected, luck = GOLDEN_DRAWS[seed, address, purpose], Luck(*key_of(seed), *address)
    plainly = relink(draw, words=relink(words, philox=plain(philox)))
    for form in (draw, plainly):
        assert tuple(float(u).hex() for u in form(luck, purpose)) == expected
    # item draws are the halves of the same words
    numbers, items = [int(float.fromhex(u) * 2**32) for u in expected], draw_items(luck, purpose)
    assert list(items.client) == [n % 2**16 for n in numbers]
    assert list(items.therapist) == [n // 2**16 for n in numbers]


def test_plain_and_compiled_normal_deviates_agree_to_the_last_bit():
    plainly = relink(normal, log=plain(log))
    grid = [(k + 0.5) / 4096 for k in range(4096)] + [2.0**-33, 1e-9, 1 - 2.0**-33]
    assert [normal(u).hex() for u in grid] == [float(plainly(u)).hex() for u in grid]


def test_purposes_keep_their_numbers_share_none_and_fit_in_one_word_with_the_week():
    assert [int(Purpose[name]) for name in GOLDEN_PURPOSES] == list(range(17))
    numbers = [int(member) for member in Purpose.__members__.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(0 <= number < 2**16 for number in numbers)


def test_seed_zero_is_a_seed_like_any_other():
    zero, one = (draw(Luck(*key_of(seed), 1, 1, 1, 1), Purpose.RUPTURE) for seed in (0, 1))
    assert key_of(0) != (0, 0)
    assert not set(zero) & set(one)


def test_whole_numbers_of_any_size_are_different_seeds():
    seeds = [0, 1, -1, 2**31, 2**32, 2**63, 2**64, 2**64 + 1, 10**30]
    assert len({key_of(seed) for seed in seeds}) == len(seeds)
