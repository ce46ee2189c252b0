"""Whether two headlines tell the same story, so that one told by several sources counts once."""

from core.news.lexicon import ENGLISH, NAMES
from core.news.words import stem, stems_of

_LEAST_SHARED = 3  # two words in common, such as `bitcoin falls`, are not a story
_NAMES = frozenset(map(stem, NAMES))

Story = frozenset[str]
"""A headline's telling words, as stems, without the small words of any sentence."""


def story_of(key: str) -> Story:
    """The telling words of a headline's key."""
    return frozenset(stems_of([word for word in key.split() if word not in ENGLISH]))


def is_same(one: Story, other: Story, share: float) -> bool:
    """Whether the words in common are enough, and neither a number nor a known name tells them apart.

    Args:
        one: A headline's telling words.
        other: Another's.
        share: Words in common over all their words from which two headlines are one story, in (0, 1].

    Returns:
        True also for equal words, however few.
    """
    if one == other:
        return True
    common = one & other
    if len(common) < _LEAST_SHARED or len(common) < share * len(one | other):
        return False
    mine, theirs = one - common, other - common
    return not (_has_number(mine) and _has_number(theirs)) and not (_has_name(mine) and _has_name(theirs))


def _has_number(words: Story) -> bool:
    return any(word[0].isdigit() for word in words)


def _has_name(words: Story) -> bool:
    return not _NAMES.isdisjoint(words)
