"""PDFs with a text layer: words by their places on the page to lines, columns and tables (pages.py); scans are told apart.

`read` and `first_page` work in a process of their own (apart.py); `source` and `first_lines` are what happens in it.
"""

import io
import logging
import re
from itertools import islice

from tasks.importer import legacy
from tasks.importer.formats import apart, pages
from tasks.importer.formats.package import ENCRYPTED
from tasks.importer.formats.tidy import CELL_LIMIT, TOO_LONG, clean, table
from tasks.importer.shapes import Merge, Paragraph, Refused, Source

PAGES_LIMIT = 600
LETTERS_LIMIT = 3_000_000  # of the file: 600 pages of 5,000
PAGE_LETTERS_LIMIT = 60_000  # of one page: what a sheet of A0 in small print holds
DRAWING_LIMIT = 8_000_000  # bytes of a page's own instructions; a dense page has 300,000
TURNED_LIMIT = 60  # letters beyond which text across the page is more than a stamp or a watermark
EDGES_LIMIT = 6_000  # lines drawn on a page, beyond which it is a drawing and not a table

UNREADABLE = "Không đọc được tệp PDF vì tệp bị hỏng; xin xuất lại PDF từ bản gốc rồi nhập lại."
SCANNED = "Tệp PDF là bản quét, không có lớp chữ; xin nhận dạng chữ (OCR) rồi nhập lại."
GARBLED = "Phông chữ của tệp PDF không cho biết chữ nào là chữ nào; xin nhập bản .docx hoặc nhận dạng chữ (OCR) rồi nhập lại."


def read(content, work, ending=""):
    return apart.run("source", content, work)


def first_page(content, work):
    return apart.run("first_lines", content, work)


def first_lines(content, work):
    """The printed lines of the first page, and each part of a line that stands apart."""
    with _opened(content) as pdf:
        page = _page(pdf.pages[0], work)
        encoding = legacy.recognise(" ".join(word.text for word in page.words))
        return [_text(words, encoding) for line in pages.lines_of(page.words) for words in (line.words, *pages.segments(line))]


def source(content, work):
    """The Source of a PDF."""
    with _opened(content) as pdf:
        read_pages, total = [], len(pdf.pages)
        letters = 0
        for at, page in enumerate(pdf.pages):
            read_pages.append(_page(page, work))
            letters += sum(len(word.text) for word in read_pages[-1].words)
            if letters > LETTERS_LIMIT:
                raise Refused("too_long", TOO_LONG)
            page.close()
            work.tell(at + 1, total)
    problems = _judged(read_pages)
    encoding = legacy.recognise(" ".join(word.text for page in read_pages for word in page.words)[:40_000])
    declared = next((page.encoding for page in read_pages if page.encoding), "")
    blocks = [_block(item, encoding, work) for item in pages.items(read_pages)]
    blocks = tuple(block for block in blocks if block)
    return Source(blocks, format="pdf", encoding=encoding or declared or "UTF-8", pages=total, problems=problems)


class _opened:
    """An open PDF of not too many pages, or Refused."""

    def __init__(self, content):
        import pdfplumber  # noqa: PLC0415 - half a second, which only the process apart pays
        from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect  # noqa: PLC0415
        from pdfminer.pdfpage import PDFPage  # noqa: PLC0415
        from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415

        logging.getLogger("pdfminer").setLevel(logging.ERROR)
        try:
            self.pdf = pdfplumber.open(io.BytesIO(content))
            count = sum(1 for _ in islice(PDFPage.create_pages(self.pdf.doc), PAGES_LIMIT + 1))
        except (PDFEncryptionError, PDFPasswordIncorrect) as error:
            raise Refused("encrypted", ENCRYPTED) from error
        except PdfminerException as error:
            locked = error.args and isinstance(error.args[0], (PDFEncryptionError, PDFPasswordIncorrect))
            raise (Refused("encrypted", ENCRYPTED) if locked else Refused("unreadable", UNREADABLE)) from error
        if count > PAGES_LIMIT:
            raise Refused("too_long", f"Tệp PDF có hơn {PAGES_LIMIT} trang; xin tách thành nhiều tệp nhỏ rồi nhập từng tệp.")
        if not count:
            raise Refused("unreadable", UNREADABLE)

    def __enter__(self):
        return self.pdf

    def __exit__(self, *_):
        self.pdf.close()


def _page(page, work):
    """What is on a page: words with places, tables drawn with lines, whether a picture covers it."""
    if sum(len(part.get_data()) for part in page.page_obj.contents if hasattr(part, "get_data")) > DRAWING_LIMIT:
        raise Refused("too_long", TOO_LONG)
    count = len(page.chars)
    if count > PAGE_LETTERS_LIMIT:
        raise Refused("too_long", TOO_LONG)
    work.spend(1 + count // 40)
    seen = set()

    def printed_once(item):
        """Upright letters; those printed twice at one place to look bold count once."""
        if item["object_type"] != "char":
            return True
        place = item["text"], round(item["x0"] * 2), round(item["top"] * 2)
        new = item["upright"] and place not in seen
        seen.add(place)
        return new

    turned = sum(1 for letter in page.chars if not letter["upright"])
    kept = page.filter(printed_once)
    found, encoding = [], ""
    for raw in kept.extract_words(x_tolerance_ratio=0.18, y_tolerance=2, extra_attrs=["fontname", "size"]):
        word, declared = _word(raw)
        encoding = encoding or declared
        if word.text:
            found.append(word)
    grids = _grids(kept) if found and len(kept.edges) <= EDGES_LIMIT else []
    whole = page.width * page.height or 1
    covered = max((abs((image["x1"] - image["x0"]) * (image["bottom"] - image["top"])) / whole for image in page.images), default=0)
    return pages.Page(float(page.width), float(page.height), found, grids, covered, encoding or "", turned)


def _word(raw):
    """A Word, and the legacy encoding its font declares."""
    font, text = raw["fontname"], raw["text"]
    encoding = legacy.encoding_of_font(font)
    if encoding:
        text = legacy.convert(text, encoding, capitals=legacy.is_capital_font(font), hyphens=True)
    bold = bool(re.search(r"bold|black|heavy|demi", font, re.I))
    return pages.Word(raw["x0"], raw["x1"], raw["top"], raw["bottom"], text, bold, float(raw["size"])), encoding


def _grids(page):
    """Each drawn table as the boxes (x0, top, x1, bottom) of its cells; a table cut by the page's end is closed there."""
    closing = [_line(x0, x1, y) for x0, x1, y in pages.open_ends(_strokes(page, "v"), _strokes(page, "h"))]
    settings = {"snap_tolerance": 3, "join_tolerance": 3, "explicit_horizontal_lines": closing}
    found = [table.cells for table in page.find_tables(settings)]
    return [[tuple(map(float, cell)) for cell in cells if cell] for cells in found if len(cells) > 1]


def _strokes(page, orientation):
    return [(edge["x0"], edge["top"], edge["x1"], edge["bottom"]) for edge in page.edges if edge["orientation"] == orientation]


def _line(x0, x1, y):
    return {"object_type": "line", "x0": x0, "x1": x1, "top": y, "bottom": y, "width": x1 - x0, "height": 0}


def _judged(read_pages):
    """Sentences on pages that are pictures; Refused where the file is a scan, or its letters are not known."""
    text = "".join(word.text for page in read_pages for word in page.words)
    unknown = len(re.findall(r"\(cid:\d+\)", text))
    if unknown * 6 > len(text) * 0.2:
        raise Refused("encoding", GARBLED)
    # A scan may carry the few lines of its digital signature as text.
    empty = [at for at, page in enumerate(read_pages, 1) if _is_picture(page)]
    if len(empty) == len(read_pages) or (not text and not any(page.turned for page in read_pages)):
        raise Refused("no_text", SCANNED)
    aslant = [at for at, page in enumerate(read_pages, 1) if page.turned > TURNED_LIMIT]
    told = [f"Có trang là ảnh quét nên không đọc được chữ: trang {_listed(empty)}."] if empty else []
    told += [f"Có trang in chữ xoay dọc nên không đọc được phần chữ ấy: trang {_listed(aslant)}."] if aslant else []
    return tuple(told)


def _listed(numbers):
    return ", ".join(map(str, numbers[:10])) + ("…" if len(numbers) > 10 else "")


def _is_picture(page):
    letters = sum(len(word.text) for word in page.words)
    return page.covered > 0.5 and letters < 400 if letters else page.covered > 0.05


def _block(item, encoding, work):
    work.spend()
    if isinstance(item, pages.Printed):
        text = _text(item.words, encoding)[:CELL_LIMIT]
        bold = all(word.bold for word in item.words)
        return Paragraph(text, bold=bold, centred=item.centred, gap=item.gap, page=item.page) if text else None
    rows = [[cell if isinstance(cell, Merge) else _cell(cell, encoding) for cell in row] for row in item.rows]
    return table(rows, work, page=item.page)


def _cell(lines, encoding):
    return "\n".join(filter(None, (_text(words, encoding) for words in lines)))[:CELL_LIMIT]


def _text(words, encoding):
    text = " ".join(word.text for word in words)
    if encoding:
        text = re.sub(r"\S+", lambda word: legacy.convert(word[0], encoding, hyphens=True), text)
    return clean(text)
