"""An Office file from outside: a zip of XML parts, opened only after its directory is judged and never further than a limit.

Nothing is written anywhere: parts are read from the bytes in memory. XML with a document type (entities, bombs) is refused before a
parser that would expand anything sees it; depth and text are bounded by libxml2's own limits, which stay on.
"""

import io
import posixpath
import re
import zipfile
import zlib
from functools import lru_cache
from xml.parsers import expat

from lxml import etree

from tasks.importer.shapes import Refused

ENTRIES_LIMIT = 4_000  # a book of pictures has some hundreds
INFLATED_LIMIT = 400_000_000  # bytes declared by all parts together
PART_LIMIT = 80_000_000  # bytes of one part that is read; a plan of 300 pages has 5 to 15 million
MARKS_LIMIT = 8_000_000  # tags and attributes of one part: what a tree in memory costs
RATIO_LIMIT = 300  # uniform XML shrinks 100 times at best; deflate can do 1,032
SMALL = 2_000_000  # below this a ratio tells nothing

BOMB = "Tệp được nén bất thường nên không được mở; xin mở tệp bằng Word hoặc Excel, lưu lại thành tệp mới rồi nhập lại."
ENCRYPTED = "Tệp đang được đặt mật khẩu; xin gỡ mật khẩu rồi nhập lại."
MACRO = "Tệp có chứa macro nên không được nhận; xin lưu lại thành .docx hoặc .xlsx không có macro rồi nhập lại."
BROKEN = "Không đọc được tệp vì tệp bị hỏng hoặc không đúng định dạng; xin mở lại bằng phần mềm soạn thảo, lưu thành tệp mới rồi nhập lại."

_NESTED = re.compile(r"\.(?:zip|rar|7z|gz|bz2|xz|tar|jar|cab|iso|exe|dll|js|vbs|bat|cmd|ps1|scr)$", re.I)
_KINDS = {"wordprocessingml.document.main": "docx", "wordprocessingml.template.main": "docx", "spreadsheetml.sheet.main": "xlsx"}


class Package:
    """The parts of a .docx or .xlsx. `kind` is "docx", "xlsx" or "" for another zip; `main` the path of its main part."""

    def __init__(self, content):
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
            raise Refused("unreadable", BROKEN) from error
        self.entries, self.walked = {}, None
        self._judge(self.zip.infolist())
        self.kind, self.main = self._what()

    def _judge(self, entries):
        """The directory alone, before anything is inflated: number, names, sizes, ratios, entries that overlap."""
        if len(entries) > ENTRIES_LIMIT or sum(entry.file_size for entry in entries) > INFLATED_LIMIT:
            raise Refused("bomb", BOMB)
        for entry in entries:
            if entry.flag_bits & 0x1:
                raise Refused("encrypted", ENCRYPTED)
            if _is_odd(entry) or entry.filename.lower() in self.entries:
                raise Refused("bomb", BOMB)
            if "vbaproject" in entry.filename.lower():
                raise Refused("macro", MACRO)
            self.entries[entry.filename.lower()] = entry
        self._refuse_overlaps(entries)

    def _refuse_overlaps(self, entries):
        end = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < end:
                raise Refused("bomb", BOMB)
            end = entry.header_offset + 30 + entry.compress_size  # 30: the shortest local header
        if end > self.zip.start_dir:
            raise Refused("bomb", BOMB)

    def _what(self):
        types = self.bytes("[Content_Types].xml", limit=4_000_000)
        if types is None:
            return "", ""
        if b"macroenabled" in types.replace(b"\x00", b"").lower():
            raise Refused("macro", MACRO)
        kinds = {
            part.get("PartName", ""): part.get("ContentType", "") for part in self.root("[Content_Types].xml").iter() if is_element(part)
        }
        main = next((target for kind, target in self.links("").values() if kind == "officeDocument"), "")
        kind = next((ours for theirs, ours in _KINDS.items() if theirs in kinds.get("/" + main, "")), "")
        return kind, main

    def has(self, name):
        return name.lower() in self.entries

    def open(self, name, *, limit=PART_LIMIT):
        """A file-like of part `name` that refuses to be read past `limit` bytes; None where there is no such part."""
        entry = self.entries.get(name.lower())
        if entry is None:
            return None
        if entry.file_size > limit:
            raise Refused("bomb", BOMB)
        _refuse_doctype(_Bounded(self.zip.open(entry), limit))
        return _Bounded(self.zip.open(entry), limit)

    def bytes(self, name, *, limit=PART_LIMIT):
        part = self.open(name, limit=limit)
        return None if part is None else part.read()

    def root(self, name, *, limit=20_000_000):
        """The whole tree of a small part (styles, numbering, relations), or None."""
        part = self.open(name, limit=limit)
        return None if part is None else etree.parse(part, _parser()).getroot()

    def reached(self):
        """How many bytes of the part being walked are read."""
        return PART_LIMIT - self.walked.left

    def links(self, part):
        """{id: (kind, path)} of the parts that `part` names inside the file; links that lead outside are left out."""
        folder, name = posixpath.split(part)
        root = self.root(posixpath.join(folder, "_rels", name + ".rels"))
        found = {}
        for link in () if root is None else filter(is_element, root):
            if link.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/", folder, link.get("Target") or "")).lstrip("/")
                found[link.get("Id") or ""] = (link.get("Type", "").rpartition("/")[2], path)
        return found

    def walk(self, name, tags):
        """(event, element) of the start and end of every element of part `name` whose local name is in `tags`."""
        part = self.open(name)
        if part is None:
            raise Refused("unreadable", BROKEN)
        wanted = ["{*}" + tag for tag in tags]
        self.walked = part
        return etree.iterparse(part, events=("start", "end"), tag=wanted, resolve_entities=False, no_network=True, load_dtd=False)


def is_element(node):
    return isinstance(node.tag, str)


def local(node):
    """An element's name without its namespace: transitional and strict files differ in nothing else that matters here."""
    return _local(node.tag)


@lru_cache(maxsize=2_000)
def _local(tag):
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(node, name, default=None):
    """An attribute by its local name."""
    for key, value in node.items():
        if key.rpartition("}")[2] == name:
            return value
    return default


def forget(element):
    """Frees an element that was read, and what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _is_odd(entry):
    """A path that climbs out or is no path, a file of files, a method no Office uses, a ratio no document reaches."""
    name = entry.filename
    climbs = name.startswith(("/", "\\")) or "\\" in name or ":" in name or "\x00" in name or ".." in name.split("/")
    method = entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    swollen = entry.file_size > SMALL and entry.file_size > RATIO_LIMIT * max(entry.compress_size, 1)
    return climbs or method or swollen or bool(_NESTED.search(name))


def _parser():
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)


class _Bounded:
    """Bytes of one part, counted as they come out: what a directory declares may be a lie."""

    def __init__(self, file, limit):
        self.file, self.left, self.marks = file, limit, 0

    def read(self, size=-1):
        size = min(size, 1 << 20) if size >= 0 else self.left + 1
        try:
            chunk = self.file.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
            raise Refused("unreadable", BROKEN) from error
        self.left -= len(chunk)
        self.marks += chunk.count(b"<") + chunk.count(b"=")
        if self.left < 0 or self.marks > MARKS_LIMIT:
            raise Refused("bomb", BOMB)
        return chunk


class _Begun(Exception):
    """The first element: what may be declared is behind us."""


def _refuse_doctype(part):
    """Refuses a part that declares a document type; expat reads no further than the first element."""

    def declared(*_):
        raise Refused("bomb", BOMB)

    def begun(*_):
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler, parser.StartElementHandler = declared, declared, begun
    try:
        while chunk := part.read(8192):
            parser.Parse(chunk)
    except _Begun:
        return
    except expat.ExpatError as error:
        raise Refused("unreadable", BROKEN) from error
