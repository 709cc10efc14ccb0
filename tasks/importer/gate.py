"""What is not taken, judged in memory before a file reaches the disk or the database. Pure.

    check(content, name) → "docx" | "pdf" | "xlsx" | "text", or Refused

Size, what the file really is against what it is called, archives and XML that would blow up, macros, passwords, and the secrecy stamp
of the first page: state secrets have no place in this portal (Law on Protection of State Secrets), not even on its disk.

Kinds of refusal: empty, too_big, type, image, old_doc, macro, encrypted, bomb (archives and XML that unfold), too_long (more work than a
plan costs), no_text (a scan), encoding (letters of no known encoding), secret, unreadable.
"""

import logging
import os
import re
import unicodedata

import filetype

from tasks.importer.formats import docx, pdf, plain, sheet
from tasks.importer.formats.package import BROKEN, ENCRYPTED, Package
from tasks.importer.formats.tidy import Elsewhere, Work
from tasks.importer.shapes import Refused

LIMIT = 25_000_000  # bytes
FORMATS = {"docx": docx, "pdf": pdf, "xlsx": sheet, "text": plain}
ENDINGS = {"docx": {".docx"}, "xlsx": {".xlsx"}, "pdf": {".pdf"}, "text": {".txt", ".md", ".markdown", ".tsv", ".csv"}}

STAMPED = "Trang đầu của tệp có dấu chỉ độ mật; tài liệu bí mật nhà nước không được đưa lên hệ thống này."
TYPE = "Hệ thống chỉ nhận tệp .docx, .xlsx, .pdf, .txt, .md, .tsv hoặc .csv; xin lưu lại theo một trong các định dạng đó rồi nhập lại."
OLD = "Tệp thuộc định dạng Office cũ (.doc, .xls); xin mở bằng Word hoặc Excel, lưu lại thành .docx hoặc .xlsx rồi nhập lại."
RTF = "Tệp thuộc định dạng RTF; xin mở bằng Word, lưu lại thành .docx rồi nhập lại."
IMAGE = "Tệp là ảnh chụp hoặc ảnh quét; xin nhận dạng chữ (OCR) thành .docx hoặc .txt rồi nhập lại."
MACRO_NAME = "Tệp cho phép macro nên không được nhận; xin lưu lại thành .docx hoặc .xlsx rồi nhập lại."
NOT_WHAT_IT_SAYS = "Phần mở rộng của tên tệp không khớp với nội dung tệp; xin kiểm tra lại tệp rồi nhập lại."
EMPTY = "Tệp không có nội dung; xin chọn lại tệp."

log = logging.getLogger(__name__)


def check(content, name, *, limit=LIMIT):
    """The format of `content` (bytes), or Refused. `name` is believed only as far as its ending, which has to fit the content."""
    with only_refusals():
        return _check(content, name, limit)


def _check(content, name, limit):
    if len(content) > limit:
        raise Refused("too_big", f"Tệp lớn hơn {limit // 1_000_000} MB; xin giảm dung lượng hoặc tách tệp rồi nhập lại.")
    if not content.strip(b"\x00 \t\r\n\x0b\x0c\xef\xbb\xbf"):
        raise Refused("empty", EMPTY)
    ending = os.path.splitext(name or "")[1].lower()
    if ending in (".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".xlsb"):
        raise Refused("macro", MACRO_NAME)
    kind = what_it_is(content)
    if ending and ending not in ENDINGS[kind]:
        known = any(ending in endings for endings in ENDINGS.values())
        raise Refused("type", NOT_WHAT_IT_SAYS if known else TYPE)
    if is_stamped(FORMATS[kind].first_page(content, Work())):
        raise Refused("secret", STAMPED)
    return kind


def what_it_is(content):
    """ "docx", "xlsx", "pdf" or "text" by the bytes themselves, or Refused with what to do instead."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Refused("encrypted", ENCRYPTED) if locked else Refused("old_doc", OLD)
    if content.startswith(b"PK"):
        kind = Package(content).kind
        if not kind:
            raise Refused("type", TYPE)
        return kind
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        raise Refused("type", RTF)
    return _text_or_refused(content)


def _text_or_refused(content):
    guess = filetype.guess(content[:8192])
    if guess is not None and guess.mime.startswith("image/"):
        raise Refused("image", IMAGE)
    if guess is not None or content[:2] == b"MZ" or content[:4] == b"\x7fELF":
        raise Refused("type", TYPE)
    if not plain.looks_like_text(content):
        raise Refused("unreadable", BROKEN)
    return "text"


class only_refusals:
    """A block out of which nothing comes but Refused: whatever else a hostile file sets off is logged by its type, without content."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, Elsewhere):
            raise error.error from None
        if error is None or isinstance(error, Refused) or not isinstance(error, Exception):
            return False
        log.warning("A file could not be read: %s", kind.__name__)
        raise Refused("unreadable", BROKEN) from None


# A stamp is a line of its own; the words before it are those of a form: «Độ mật: Tối mật», «Dấu chỉ độ mật: A».
_STAMP = re.compile(r"(?:(?:DẤU(?:CHỈ)?)?(?:MỨC)?ĐỘMẬT[ABC]?)?(?:(?:TUYỆT|TỐI)?MẬT)+(?:BẢNSỐ\d+)?|(?:DẤU(?:CHỈ)?)?(?:MỨC)?ĐỘMẬT[ABC]")
_FORM = re.compile("(?:DẤU(?:CHỈ)?)?(?:MỨC)?ĐỘMẬT")
_WITHOUT_MARKS = {"TOIMAT", "TUYETMAT"}  # as a scan leaves them; «MAT» alone may be «MẶT»
_PARTS = re.compile(r"\t|\||\s{3,}")
_BEFORE = ("bảo", "bí", "cơ")  # «bảo mật», «bí mật», «cơ mật»: a title that was wrapped here


def is_stamped(lines):
    """Whether one of the lines of a first page is a secrecy stamp; a line may hold several printed side by side."""
    before = ""
    for line in lines:
        parts = _PARTS.split(line)
        for part in (line, *(parts if len(parts) > 1 else ())):
            if is_stamp(part, before):
                return True
            before = part if part is not line and _letters(part) else before
        before = line if _letters(line) else before
    return False


def is_stamp(line, before=""):
    """Whether `line` says MẬT, TỐI MẬT or TUYỆT MẬT and nothing else, as a stamp and not as the end of `before`, the line above it."""
    letters = _letters(line)
    bold = letters.upper()
    if _without_marks(bold) in _WITHOUT_MARKS and letters.isupper():
        return True
    if not _STAMP.fullmatch(bold):
        return False
    if _FORM.match(bold):
        return True
    if letters[0].islower() or (not letters.isupper() and re.search(r"[.,;]\W*$", line)):
        return False
    words = unicodedata.normalize("NFC", before).split()
    return not (bold == "MẬT" and words and _letters(words[-1]).lower() in _BEFORE)


def _letters(line):
    """Letters and digits of a line, without the marks, boxes and spaces between them."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", line) if sign.isalnum())


def _without_marks(text):
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
