"""Invitation codes and tracking keys, as people type them."""

from itertools import combinations
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from journal_core.invitations.rules import (
    ALPHABET,
    CODE_LENGTH,
    KEY_LENGTH,
    WEIGHTS,
    check_symbol,
    group_code,
    key_from_digest,
    lookup_part,
    new_code,
    parse_code,
    parse_key,
    secret_part,
)
from journal_core.invitations.terms import CodeProblem, ParsedCode, ParsedKey

LATIN = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
#: The keys of an English keyboard where a Russian one has the letter, and the other way round.
RUSSIAN_KEYS_ON_ENGLISH = str.maketrans("АВЕКМНРСТУХ", "fdtrvyhcne[")
LATIN_KEYS_ON_RUSSIAN = str.maketrans("ABEKMHPCTYX", "фиульрзсенч")
HYPHENS = ["-", "‐", "‑", "–", "—", "−", " ", "\N{NO-BREAK SPACE}", " - ", "_", "\t"]
HYPHENS += ["\N{LINE SEPARATOR}", "\N{PARAGRAPH SEPARATOR}", "\N{SOFT HYPHEN}", "\N{MIDDLE DOT}"]

codes = st.integers(0).map(lambda seed: new_code(Random(seed)))  # noqa: S311 - to be repeated


def test_alphabet_has_nineteen_symbols_alike_in_both_scripts() -> None:
    assert ALPHABET == "АВЕКМНРСТУХ23456789"
    assert len(set(WEIGHTS)) == CODE_LENGTH
    assert all(weight % len(ALPHABET) for weight in WEIGHTS)


@given(codes)
def test_code_is_read_as_it_was_made(code: str) -> None:
    parsed = parse_code(code)
    assert parsed == ParsedCode(code=code)
    assert lookup_part(code) + secret_part(code) + check_symbol(code[:-1]) == code
    assert isinstance(parsed, ParsedCode)
    assert (parsed.lookup, parsed.secret) == (lookup_part(code), secret_part(code))


@given(codes, st.sampled_from(HYPHENS))
def test_case_separators_and_latin_letters_do_not_matter(code: str, hyphen: str) -> None:
    typed = group_code(code).replace("-", hyphen)
    for text in (typed, typed.lower(), typed.translate(LATIN), typed.translate(LATIN).lower()):
        assert parse_code(f"  {text}\n") == ParsedCode(code=code)


@given(codes, st.data())
def test_scripts_may_be_mixed_within_a_code(code: str, data: st.DataObject) -> None:
    choices = data.draw(st.lists(st.booleans(), min_size=CODE_LENGTH, max_size=CODE_LENGTH))
    mixed = "".join(
        symbol.translate(LATIN) if latin else symbol
        for symbol, latin in zip(code, choices, strict=True)
    )
    assert parse_code(mixed) == ParsedCode(code=code)


@given(codes)
def test_wrong_layout_is_recognised(code: str) -> None:
    assume(set(code) & set("АВКМРХ"))  # the keys of the others look like symbols themselves
    english = code.translate(RUSSIAN_KEYS_ON_ENGLISH)
    russian = code.translate(LATIN).translate(LATIN_KEYS_ON_RUSSIAN)
    for text in (english, english.upper().replace("[", "{"), russian, russian.upper()):
        assert parse_code(text) == ParsedCode(code=code)


def test_look_alike_reading_goes_before_any_layout() -> None:
    """A code of symbols that another layout would read too stays what it looks like."""
    random = Random(12)  # noqa: S311 - to be repeated
    for _ in range(300):
        body = "".join(random.choice("СЕНУ23456789") for _ in range(CODE_LENGTH - 1))
        code = body + check_symbol(body)
        assert parse_code(code) == ParsedCode(code=code)


@pytest.mark.parametrize("seed", range(3))
def test_every_single_error_is_caught(seed: int) -> None:
    code = new_code(Random(seed))  # noqa: S311 - to be repeated
    for place, right in enumerate(code):
        for wrong in set(ALPHABET) - {right}:
            broken = code[:place] + wrong + code[place + 1 :]
            assert check_symbol(broken[:-1]) != broken[-1]
            assert parse_code(broken) != ParsedCode(code=broken)


@pytest.mark.parametrize("seed", range(3))
def test_every_swap_of_two_symbols_is_caught(seed: int) -> None:
    code = new_code(Random(seed))  # noqa: S311 - to be repeated
    for one, other in combinations(range(CODE_LENGTH), 2):
        if code[one] == code[other]:
            continue
        symbols = list(code)
        symbols[one], symbols[other] = symbols[other], symbols[one]
        broken = "".join(symbols)
        assert check_symbol(broken[:-1]) != broken[-1]


@given(st.one_of(st.text(), st.text(alphabet=ALPHABET + "fdtr[-фиул ", max_size=24)))
def test_junk_never_raises(text: str) -> None:
    assert isinstance(parse_code(text), ParsedCode | CodeProblem)
    assert isinstance(parse_key(text), ParsedKey | CodeProblem)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", CodeProblem.EMPTY),
        (" — ", CodeProblem.EMPTY),
        ("АВЕК", CodeProblem.LENGTH),
        ("АВЕК-АВЕК-АВЕК-АВЕ0", CodeProblem.SYMBOL),
        ("ЖЖЖЖ", CodeProblem.SYMBOL),
        ("2222-2222-2222-2223", CodeProblem.CHECK),
    ],
)
def test_problem_says_what_is_wrong(typed: str, problem: CodeProblem) -> None:
    assert parse_code(typed) is problem


def test_parsed_code_does_not_show_itself() -> None:
    code = new_code(Random(1))  # noqa: S311 - to be repeated
    assert code not in repr(parse_code(code))


def test_code_is_written_in_groups_of_four() -> None:
    assert group_code("АВЕК23456789МНРС") == "АВЕК-2345-6789-МНРС"


@given(st.binary(min_size=32, max_size=32))
def test_key_is_read_as_it_was_made(digest: bytes) -> None:
    key = key_from_digest(digest)
    assert len(key) == KEY_LENGTH
    typed = group_code(key).lower().translate(str.maketrans("авекмнрстух", "abekmhpctyx"))
    assert parse_key(typed) == ParsedKey(key=key)


def test_short_digest_makes_no_key() -> None:
    with pytest.raises(ValueError, match=r"^the digest is too short for a key of this length$"):
        key_from_digest(bytes(14))
    assert key_from_digest(bytes(15)) == "А" * KEY_LENGTH
    assert key_from_digest(bytes(15), 13) == "А" * 13  # 56 bits of key and 64 to spare


def test_every_symbol_of_a_key_is_drawn_from_the_digest() -> None:
    last = len(ALPHABET) - 1
    highest = last * len(ALPHABET) ** (KEY_LENGTH - 1)
    assert key_from_digest(highest.to_bytes(32)) == "А" * (KEY_LENGTH - 1) + ALPHABET[last]


@pytest.mark.clause("SVC-2.19")
@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (" - ", CodeProblem.EMPTY),
        ("АВЕК-АВЕК-АВЕ", CodeProblem.LENGTH),
        ("АВЕК-АВЕК-АВЕ0", CodeProblem.SYMBOL),
    ],
)
def test_problem_of_a_key_says_what_is_wrong(typed: str, problem: CodeProblem) -> None:
    assert parse_key(typed) is problem


@pytest.mark.clause("SVC-2.19")
def test_key_typed_in_the_wrong_layout_is_recognised() -> None:
    key = "АВЕКМНРСТУХ2"
    english = key.translate(RUSSIAN_KEYS_ON_ENGLISH)
    russian = key.translate(LATIN).translate(LATIN_KEYS_ON_RUSSIAN)
    assert parse_key(english) == parse_key(russian) == ParsedKey(key=key)


def test_body_of_a_code_is_fifteen_symbols() -> None:
    with pytest.raises(ValueError, match=r"^a code's body is fifteen symbols of the alphabet$"):
        check_symbol("АВЕК")
