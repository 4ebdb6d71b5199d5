"""A browser's long description of itself, in words that its owner knows."""

from flask_babel import gettext as _

#: The first that is found names it: every browser also claims to be the ones below it.
_BROWSERS = {
    "YaBrowser": "Яндекс Браузер",
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser_words(described: str) -> str:
    """«Chrome, Android»; a browser that nobody knows is said to be one."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in described), None)
    system = next((name for sign, name in _SYSTEMS.items() if sign in described), None)
    return ", ".join(part for part in (browser, system) if part) or _("неизвестный браузер")
