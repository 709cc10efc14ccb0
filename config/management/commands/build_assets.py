"""The pages' typeface as small web fonts, made from the installed package (docs/decisions/0004)."""

import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path

import fontpkg
from django.conf import settings
from django.core.management.base import BaseCommand
from fontTools.subset import Options, Subsetter, load_font, save_font

PACKAGE = "fontpkg-be-vietnam-pro"
FACES = {
    "be-vietnam-pro-regular": (400, "normal"),
    "be-vietnam-pro-italic": (400, "italic"),
    "be-vietnam-pro-medium": (500, "normal"),
    "be-vietnam-pro-semibold": (600, "normal"),
    "be-vietnam-pro-bold": (700, "normal"),
}
# Latin, every Vietnamese letter (composed and with combining marks), the punctuation and signs the pages use.
LETTERS = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323,
    *range(0x1EA0, 0x1EFA), *range(0x2010, 0x2016), *range(0x2018, 0x2020), 0x2020, 0x2022, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033,
    0x2039, 0x203A, 0x20AB, 0x20AC, 0x2116, 0x2122, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265,
]  # fmt: skip
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "calt"]


class Command(BaseCommand):
    help = "Makes the web fonts in var/assets/fonts where they are absent or the typeface's package changed. Run it before collectstatic."

    def handle(self, **options):
        folder = Path(settings.ASSETS_ROOT) / "fonts"
        made_from, stamp = folder / "made-from.txt", recipe()
        wanted = [folder / f"{name}.woff2" for name in FACES]
        if all(file.is_file() for file in wanted) and made_from.is_file() and made_from.read_text(encoding="utf-8") == stamp:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for file in wanted:
            weight, style = FACES[file.stem]
            shrink(fontpkg.path("Be Vietnam Pro", weight, style), file)
        licence = fontpkg.path("Be Vietnam Pro").parents[1] / "LICENSE"
        if licence.is_file():
            shutil.copyfile(licence, folder / "OFL.txt")
        made_from.write_text(stamp, encoding="utf-8")
        if options["verbosity"]:
            self.stdout.write(f"{len(wanted)} web fonts, {sum(file.stat().st_size for file in wanted) // 1024} kB, in {folder}")


def recipe():
    """What the fonts are made from: when it changes they are made again."""
    ingredients = repr((FACES, LETTERS, FEATURES)).encode()
    return f"{PACKAGE} {version(PACKAGE)} {hashlib.sha256(ingredients).hexdigest()[:16]}\n"


def shrink(source, target):
    """Write `target` (woff2) with the LETTERS of the TrueType file `source`; the same input gives the same bytes."""
    options = Options(flavor="woff2", layout_features=FEATURES, hinting=False, recalc_timestamp=False, notdef_outline=True)
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    draft = target.with_suffix(".new")
    save_font(font, str(draft), options)
    draft.replace(target)
