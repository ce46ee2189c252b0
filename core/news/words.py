"""A headline as words: stems, clauses and whether it is English at all."""

import re

from core.news.lexicon import ENGLISH, FOREIGN

_WORD = re.compile(r"[^\W_]+(?:[&'][^\W_]+)*|[.,;:!?]")
_MOST_FOREIGN_LETTERS = 0.1  # a name with an accent is still English
_MOST_STEMS = 32_768
CLAUSE_ENDS = frozenset(".,;:!?")


def words_of(title: str) -> list[str]:
    """Lower-case words and clause ends, in order."""
    return _WORD.findall(title.lower().replace("\u2019", "'"))


class _Stems(dict[str, str]):
    """Stems already found, which is nearly every word's; a year of headlines has 12,000 different words."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_STEMS:
            self.clear()
        self[word] = found = _stem(word)
        return found


_KNOWN = _Stems()


def stem(word: str) -> str:
    """The word without its plural or verb ending: crude, but the same for the lexicon and for headlines."""
    return _KNOWN[word]


def stems_of(words: list[str]) -> list[str]:
    """The stem of each word."""
    return list(map(_KNOWN.__getitem__, words))


def _stem(word: str) -> str:
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
    if title.isascii() and FOREIGN.isdisjoint(words):  # nearly every headline
        return any(map(str.isalpha, title))
    letters = sum(map(str.isalpha, title))
    if not letters:
        return False
    if not title.isascii():
        foreign = letters - sum(map(str.isalpha, title.encode("ascii", "ignore").decode()))
        if foreign > _MOST_FOREIGN_LETTERS * letters:
            return False
    foreign_words = len([word for word in words if word in FOREIGN or not word.isascii()])
    if foreign_words < 2:  # one may be part of a name
        return True
    return foreign_words <= len([word for word in words if word in ENGLISH])
