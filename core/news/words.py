"""A headline as words: stems, clauses and whether it is English at all."""

import re
from functools import lru_cache

from core.news.lexicon import ENGLISH, FOREIGN

_WORD = re.compile(r"[^\W_]+(?:[&'][^\W_]+)*|[.,;:!?]")
_MOST_FOREIGN_LETTERS = 0.1  # a name with an accent is still English
CLAUSE_ENDS = frozenset(".,;:!?")


def words_of(title: str) -> list[str]:
    """Lower-case words and clause ends, in order."""
    return _WORD.findall(title.lower().replace("\u2019", "'"))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The word without its plural or verb ending: crude, but the same for the lexicon and for headlines."""
    word = word.removesuffix("'s")
    if len(word) <= 3:
        return word
    for ending, put in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + put
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def is_english(title: str, words: list[str]) -> bool:
    """Mostly Latin letters without accents, and no more foreign words than English function words."""
    letters = sum(map(str.isalpha, title))
    if not letters:
        return False
    if not title.isascii():
        foreign = sum(letter.isalpha() and not letter.isascii() for letter in title)
        if foreign > _MOST_FOREIGN_LETTERS * letters:
            return False
    foreign_words = sum(word in FOREIGN or not word.isascii() for word in words)
    return foreign_words < 2 or foreign_words <= sum(word in ENGLISH for word in words)  # one may be part of a name
