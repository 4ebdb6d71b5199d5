"""Copies what the browser and the paper need out of `node_modules`: `python -m portal.assets`.

No third-party file is committed. The GDS Transport font and the crown belong to gov.uk alone,
so the two `@font-face` rules are cut, the family is replaced by ours, and no picture is copied.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
WEB_FONT = '"Golos Text",arial,sans-serif'
WEB_FONT_SUBSETS = ("cyrillic", "cyrillic-ext", "latin", "latin-ext")
PAPER_FONT_FACES = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")

_FONT_FACE = re.compile(r"(/\*![^*]*\*/)?@font-face\{[^}]*GDS Transport[^}]*\}")
_CREST = re.compile(r'url\("?/assets/images/govuk-crest\.svg"?\)')
_SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")


class AssetsMissing(Exception):
    """`node_modules` lacks a file that the portal needs."""


def rebranded(css: str) -> str:
    """The stylesheet of GOV.UK Frontend without the font and the crest that are gov.uk's own."""
    css = _CREST.sub("none", _FONT_FACE.sub("", css))
    return _SOURCE_MAP.sub("", css).replace("GDS Transport,arial,sans-serif", WEB_FONT)


def copy_assets(node_modules: Path, static: Path, fonts: Path) -> list[Path]:
    """Fill `static` (for the browser) and `fonts` (for the paper); returns the files written.

    Raises AssetsMissing when a package or one of its files is not installed.
    """
    govuk = node_modules / "govuk-frontend" / "dist" / "govuk"
    golos = node_modules / "@fontsource-variable" / "golos-text"
    tinos = node_modules / "@expo-google-fonts" / "tinos"
    copies = {
        golos / "files" / f"golos-text-{subset}-wght-normal.woff2": static / f"golos-{subset}.woff2"
        for subset in WEB_FONT_SUBSETS
    }
    copies[golos / "LICENSE"] = static / "golos.LICENSE.txt"
    for face in PAPER_FONT_FACES:
        copies[tinos / face / f"Tinos_{face}.ttf"] = fonts / f"Tinos_{face}.ttf"
    copies[tinos / "LICENSE_FONT"] = fonts / "Tinos.LICENSE.txt"
    texts = {
        govuk / "govuk-frontend.min.css": (static / "govuk.css", rebranded),
        govuk / "govuk-frontend.min.js": (static / "govuk.js", _without_source_map),
    }
    missing = [path for path in (*copies, *texts) if not path.is_file()]
    if missing:
        raise AssetsMissing(f"{missing[0]} is missing.")
    for directory in (static, fonts):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
    for source, target in copies.items():
        shutil.copyfile(source, target)
    for source, (target, edited) in texts.items():
        target.write_text(edited(source.read_text("utf-8")), "utf-8")
    return [*copies.values(), *(target for target, _ in texts.values())]


def _without_source_map(script: str) -> str:
    return _SOURCE_MAP.sub("", script)


def main() -> int:
    try:
        written = copy_assets(
            ROOT / "node_modules",
            ROOT / "portal" / "static" / "vendor",
            ROOT / "documents" / "fonts",
        )
    except AssetsMissing as missing:
        print(f"{missing} Run `make setup`: it installs the npm packages first.", file=sys.stderr)
        return 1
    print(f"{len(written)} asset files are in place.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
