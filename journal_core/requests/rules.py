"""Numbers of a request as they are written and read."""


def written_request_number(year: int, number: int) -> str:
    """«26-00042»: not a secret, has gaps."""
    return f"{year % 100:02}-{number:05}"


def parse_request_number(typed: str) -> str:
    """The number as it is stored, from however it was typed."""
    digits = "".join(symbol for symbol in typed if symbol.isdecimal())
    return f"{digits[:2]}-{digits[2:]}"
