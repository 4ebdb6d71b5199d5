"""Numbers of a request as they are written and read; the papers that it needs."""

from journal_core.requests.terms import Capacity, PaperKind


def written_request_number(year: int, number: int) -> str:
    """«26-00042»: not a secret, has gaps."""
    return f"{year % 100:02}-{number:05}"


def parse_request_number(typed: str) -> str:
    """The number as it is stored, from however it was typed."""
    digits = "".join(symbol for symbol in typed if symbol.isdecimal())
    return f"{digits[:2]}-{digits[2:]}"


def needed_papers(capacity: Capacity | None) -> set[PaperKind]:
    """The originals that such an applicant shows; nothing else can be demanded (SVC-2.6, 2.7)."""
    guardian = capacity is Capacity.GUARDIAN
    return {
        PaperKind.IDENTITY,
        PaperKind.GUARDIANSHIP if guardian else PaperKind.BIRTH_CERTIFICATE,
    }
