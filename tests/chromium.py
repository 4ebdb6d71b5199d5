"""Where this machine keeps Chromium, if it does. `PORTAL_CHROMIUM` names another place."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    named = os.environ.get("PORTAL_CHROMIUM", "")
    places = (shutil.which(name) for name in ((named,) if named else NAMES))
    return next((place for place in places if place), None)
