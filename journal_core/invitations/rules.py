"""The alphabet that people can read, type and dictate, and what is written in it.

Nineteen symbols: the letters that look alike in Cyrillic and Latin, less О (like 0), and the
digits, less 0 and 1. Invitation codes have sixteen of them, tracking keys twelve.
"""

import unicodedata
from random import Random

from journal_core.invitations.terms import CodeProblem, ParsedCode, ParsedKey

ALPHABET = "АВЕКМНРСТУХ23456789"
CODE_LENGTH = 16
KEY_LENGTH = 12
#: Symbols in a printed group; the first group of a code finds its row.
GROUP = 4

#: Distinct and none of them 0 modulo 19, so that a wrong symbol changes the sum by
#: w·(a−b) ≠ 0 and a swap of two different symbols by (w−v)·(a−b) ≠ 0: both are always caught.
#: The last, 18 ≡ −1, belongs to the check symbol, which therefore equals the sum of the others.
WEIGHTS = (*range(1, CODE_LENGTH), 18)

#: A digest must be this many bits longer than the key, so that no symbol is likelier than another.
SPARE_BITS = 64

_BASE = len(ALPHABET)
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans("ABEKMHPCTYX", "АВЕКМНРСТУХ")
_LATIN_KEYS = "QWERTYUIOP[]ASDFGHJKL;'ZXCVBNM,."
_RUSSIAN_KEYS = "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_TO_RUSSIAN_LAYOUT = str.maketrans(_LATIN_KEYS + "{}", _RUSSIAN_KEYS + "ХЪ")
_TO_LATIN_LAYOUT = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)


def new_code(random: Random) -> str:
    """A fresh code: fifteen random symbols and their check symbol.

    `random` must be a generator of secrets (`random.SystemRandom`).
    """
    body = "".join(random.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """The sixteenth symbol for fifteen: catches every single error and every swap of two.

    Raises ValueError when the body is not fifteen symbols of the alphabet.
    """
    if len(body) != CODE_LENGTH - 1 or not _is_written(body):
        raise ValueError("a code's body is fifteen symbols of the alphabet")
    total = sum(weight * _VALUES[symbol] for weight, symbol in zip(WEIGHTS[:-1], body, strict=True))
    return ALPHABET[total % _BASE]


def parse_code(typed: str) -> ParsedCode | CodeProblem:
    """What a person typed, as a code in Cyrillic capitals, or why it is none. Never raises.

    Case, spaces, hyphens and Latin look-alikes do not matter. Only when that reading is no code
    is the text tried as typed in the wrong keyboard layout (Russian letters on an English
    layout, or the other way round); two layout readings that are both codes are no answer.
    """
    text = _bare(typed)
    if not text:
        return CodeProblem.EMPTY
    alike = text.translate(_LOOK_ALIKES)
    if _is_code(alike):
        return ParsedCode(code=alike)
    others = {reading for reading in _layout_readings(text) if _is_code(reading)}
    if len(others) == 1:
        return ParsedCode(code=others.pop())
    return _problem(alike, CODE_LENGTH) or CodeProblem.CHECK


def parse_key(typed: str) -> ParsedKey | CodeProblem:
    """What a person typed, as a tracking key, or why it is none. Never raises.

    A key has no check symbol, so another layout is tried only for text that the look-alike
    reading cannot be a key at all.
    """
    text = _bare(typed)
    if not text:
        return CodeProblem.EMPTY
    alike = text.translate(_LOOK_ALIKES)
    problem = _problem(alike, KEY_LENGTH)
    if problem is None:
        return ParsedKey(key=alike)
    others = {r for r in _layout_readings(text) if _problem(r, KEY_LENGTH) is None}
    return ParsedKey(key=others.pop()) if len(others) == 1 else problem


def key_from_digest(digest: bytes, length: int = KEY_LENGTH) -> str:
    """A key of `length` symbols drawn from the bytes of a keyed digest.

    The digest, read as one number, is at least 2^64 times larger than the number of keys, so
    the symbols are as good as evenly likely. Raises ValueError for a shorter digest.
    """
    keys = _BASE**length
    if len(digest) * 8 < keys.bit_length() + SPARE_BITS:
        raise ValueError("the digest is too short for a key of this length")
    number = int.from_bytes(digest) % keys
    symbols = []
    for _ in range(length):
        number, value = divmod(number, _BASE)
        symbols.append(ALPHABET[value])
    return "".join(symbols)


def group_code(code: str) -> str:
    """A code or key the way it is printed: «АВЕК-2345-…»."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def lookup_part(code: str) -> str:
    """The first group of a code, which finds its row."""
    return code[:GROUP]


def secret_part(code: str) -> str:
    """The symbols between the first group and the check symbol: what is hashed."""
    return code[GROUP:-1]


def _bare(typed: str) -> str:
    """The typed text in capitals, without anything that only separates."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(symbol for symbol in text if not _only_separates(symbol))


def _only_separates(symbol: str) -> bool:
    """Spaces of all widths, hyphens and dashes, minus, invisible and control characters."""
    return unicodedata.category(symbol) in {"Zs", "Zl", "Zp", "Pd", "Pc", "Cf", "Cc"} or (
        symbol in "\N{MINUS SIGN}\N{MIDDLE DOT}"
    )


def _layout_readings(text: str) -> tuple[str, str]:
    russian = text.translate(_TO_RUSSIAN_LAYOUT)
    latin = text.translate(_TO_LATIN_LAYOUT)
    return russian, latin.translate(_LOOK_ALIKES)


def _is_written(text: str) -> bool:
    return all(symbol in _VALUES for symbol in text)


def _problem(text: str, length: int) -> CodeProblem | None:
    if not _is_written(text):
        return CodeProblem.SYMBOL
    return None if len(text) == length else CodeProblem.LENGTH


def _is_code(text: str) -> bool:
    return _problem(text, CODE_LENGTH) is None and check_symbol(text[:-1]) == text[-1]
