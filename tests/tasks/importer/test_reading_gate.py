"""What the gate refuses, by kind, and that nothing but Refused comes out of it."""

import io
import unicodedata
import zipfile
import zlib

import openpyxl
import pytest
from openpyxl import Workbook

from tasks.importer import gate, legacy
from tasks.importer.formats import apart
from tasks.importer.formats import docx as docx_format
from tasks.importer.reading import read
from tasks.importer.shapes import Refused
from tests.tasks.importer.files import p, printed, r, rezipped, tbl, word


def refusal(content, name="plan.docx", **limits):
    with pytest.raises(Refused) as refused:
        read(content, name, **limits)
    assert refused.value.says.endswith(".")
    return refused.value.kind


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, inside in parts.items():
            package.writestr(name, inside)
    return out.getvalue()


def sheet(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


GOOD = word(p("Kế hoạch"))
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def test_a_good_file_passes_and_its_format_is_told():
    assert gate.check(GOOD, "plan.docx") == "docx"
    assert gate.check(GOOD, "") == "docx"
    assert gate.check(sheet(["a", "b"]), "Plan.XLSX") == "xlsx"
    assert gate.check("Kế hoạch".encode(), "a.md") == "text"
    assert gate.check(printed("<p>Kế hoạch</p>"), "a.pdf") == "pdf"


@pytest.mark.parametrize(
    ("kind", "content", "name"),
    [
        ("empty", b"", "a.docx"),
        ("empty", b"\xef\xbb\xbf \r\n\x00", "a.txt"),
        ("old_doc", OLD_OFFICE, "a.doc"),
        ("old_doc", OLD_OFFICE, "a.docx"),
        ("encrypted", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a.docx"),
        ("image", PNG, "a.png"),
        ("image", PNG, "a.pdf"),
        ("image", b"\xff\xd8\xff\xe0" + bytes(40), "a.docx"),
        ("type", b"{\\rtf1 abc}", "a.doc"),
        ("type", b"MZ\x90\x00" + bytes(100), "a.txt"),
        ("type", b"\x7fELF" + bytes(100), "a.docx"),
        ("type", GOOD, "a.pdf"),
        ("type", GOOD, "a.txt"),
        ("type", GOOD, "a.zip"),
        ("type", b"Ke hoach", "a.docx"),
        ("type", b"%PDF-1.7\n", "a.txt"),
        ("type", zipped(a="b"), "a.docx"),
        ("type", zipped(a="b"), "a.zip"),
        ("macro", b"Ke hoach", "a.docm"),
        ("unreadable", b"PK\x03\x04" + bytes(60), "a.docx"),
        ("unreadable", GOOD[:-200], "a.docx"),
        ("unreadable", b"%PDF-1.7\n garbage", "a.pdf"),
        ("unreadable", bytes(range(256)) * 4, "a.txt"),
    ],
)
def test_what_is_no_plan_is_refused_with_what_to_do(kind, content, name):
    assert refusal(content, name) == kind


def test_the_limit_of_size_is_the_callers():
    assert refusal(GOOD, limit=100) == "too_big"
    assert gate.check(GOOD, "a.docx", limit=len(GOOD)) == "docx"


# ── archives ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_part_that_unfolds_to_gigabytes_is_refused_by_what_it_declares():
    assert refusal(word(p("a"), more={"word/media/image1.png": bytes(30_000_000)})) == "bomb"


def test_a_part_that_lies_about_its_size_is_read_no_further():
    content = bytearray(rezipped(GOOD, lambda name, inside: (name, inside + b" " * 50_000 if "document.xml" in name else inside)))
    real = next(entry for entry in zipfile.ZipFile(io.BytesIO(content)).infolist() if entry.filename == "word/document.xml").file_size
    lie = bytes(content).replace(real.to_bytes(4, "little"), (300).to_bytes(4, "little"))
    assert refusal(lie) in ("unreadable", "bomb")


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "word\\..\\x", "C:x", "a.zip", "word/run.exe"])
def test_odd_names_in_an_archive_are_refused(name):
    assert refusal(word(p("a"), more={name: b"x"})) == "bomb"


def test_too_many_parts_are_refused():
    assert refusal(word(p("a"), more={f"word/media/{at}.bin": b"" for at in range(4_100)})) == "bomb"


def test_parts_that_overlap_are_refused():
    """Several entries of the directory point at one body: David Fifield's bomb."""
    content = bytearray(word(p("a"), more={"word/x1.bin": b"same", "word/x2.bin": b"same"}))
    package = zipfile.ZipFile(io.BytesIO(content))
    first, second = (package.getinfo(f"word/x{at}.bin").header_offset for at in (1, 2))
    at = content.rindex(second.to_bytes(4, "little"), package.start_dir)
    content[at : at + 4] = first.to_bytes(4, "little")
    assert refusal(bytes(content)) == "bomb"


def test_a_locked_archive_is_refused():
    content = bytearray(GOOD)
    for at in (at for at in range(len(content)) if content[at : at + 4] == b"PK\x01\x02"):
        content[at + 8] |= 1
    assert refusal(bytes(content)) == "encrypted"


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part", ["word/document.xml", "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/styles.xml"]
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_xml_with_a_document_type_is_refused_in_every_part(part, codec):
    def change(name, inside):
        declared = f'<?xml version="1.0" encoding="{codec}"?>{ENTITIES}{inside.decode()}'.encode(codec)
        return name, declared if name == part else inside

    assert refusal(rezipped(word(p("a"), styles=""), change)) == "bomb"


def test_xml_of_great_depth_is_refused_and_not_crashed_on():
    assert refusal(word("<w:sdt>" * 5000 + "</w:sdt>" * 5000)) == "unreadable"


def test_a_cell_that_claims_a_million_columns_costs_nothing():
    wide = tbl(["a", "b"]).replace("<w:tcPr>", '<w:tcPr><w:gridSpan w:val="999999999"/>')
    assert len(read(word(wide), "a.docx").blocks[0].rows[0]) <= 200


def test_a_million_empty_marks_in_one_paragraph_are_too_much():
    assert refusal(word(f"<w:p>{'<w:r/>' * 9_000_000}</w:p>")) == "bomb"


# ── PDFs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def pdf(*objects):
    """A PDF of these objects, the first of them its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for at, inside in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (at, inside)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        start,
    )


def stream(inside, more=b""):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(inside), inside)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"


def test_a_scan_is_told_apart():
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    image = stream(b"\x00", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray")
    content = pdf(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream(b"q 600 0 0 800 0 0 cm /I Do Q"), image)
    assert refusal(content, "a.pdf") == "no_text"


def test_too_many_pages_are_refused_before_they_are_read():
    kids = b" ".join(b"%d 0 R" % at for at in range(3, 703))
    content = pdf(CATALOGUE, b"<</Type/Pages/Count 700/Kids[%s]>>" % kids, *[b"<</Type/Page>>"] * 700)
    assert refusal(content, "a.pdf") == "too_long"


def test_a_page_that_unfolds_to_megabytes_is_refused():
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>"
    huge = stream(zlib.compress(bytes(20_000_000), 9), b"/Filter/FlateDecode")
    assert refusal(pdf(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, huge), "a.pdf") == "too_long"


def test_a_page_that_would_take_years_is_killed(monkeypatch):
    """Twenty forms, each of which draws the next one ten times."""
    monkeypatch.setitem(apart.SECONDS, "first_lines", 3)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    forms = [
        stream(b"/F Do " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>" % (at + 1))
        for at in range(5, 25)
    ]
    content = pdf(CATALOGUE, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream(b"/F Do"), *forms, stream(b"", b"/Subtype/Form"))
    assert refusal(content, "a.pdf") == "too_long"


# ── the stamp ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

STAMPS = [
    "MẬT",
    "TỐI MẬT",
    "TUYỆT MẬT",
    "Mật",
    "Tối mật",
    "M Ậ T",
    "T U Y Ệ T   M Ậ T",
    "**MẬT**",
    "| MẬT |",
    "[ TỐI MẬT ]",
    "ĐỘ MẬT: TỐI MẬT",
    "Độ mật: Mật",
    "Độ mật: A",
    "TOI MAT",
    unicodedata.normalize("NFD", "TUYỆT MẬT"),
    "+---- MẬT ----+",
    "MẬT\tĐẢNG CỘNG SẢN VIỆT NAM",
    "TỈNH ỦY     TỐI MẬT",
]
NO_STAMPS = [
    "bảo mật",
    "MẬT MÃ",
    "MẬT THÔNG TIN",
    "BẢO MẬT",
    "BẢO   MẬT",
    "mật",
    "mật.",
    "ĐỘ MẬT",
    "Mật khẩu",
    "MẶT",
    "MÁT",
    "Bảo đảm bí mật",
    "CƠ MẬT",
    "MẬT ONG",
]


@pytest.mark.parametrize("line", STAMPS)
def test_a_stamp_is_seen(line):
    assert gate.is_stamped(["TỈNH ỦY KHÁNH HÒA", line, "Số 12-KH/TU"])
    assert refusal(f"TỈNH ỦY\n\n{line}\n\nSố 12-KH/TU".encode(), "a.txt") == "secret"


@pytest.mark.parametrize("line", NO_STAMPS)
def test_other_words_are_no_stamp(line):
    assert not gate.is_stamped(["TỈNH ỦY KHÁNH HÒA", line, "Số 12-KH/TU"])


@pytest.mark.parametrize("before", ["KẾ HOẠCH ĐẢM BẢO AN NINH MẠNG, BẢO", "QUY CHẾ BẢO VỆ BÍ", "Đảm bảo an ninh, bảo"])
def test_the_end_of_a_wrapped_title_is_no_stamp(before):
    assert not gate.is_stamped([before, "MẬT" if before.isupper() else "mật", "NĂM 2026"])


def test_a_list_of_degrees_in_a_sentence_is_no_stamp():
    assert not gate.is_stamped(["tài liệu độ Tuyệt mật, Tối mật,", "Mật."])


@pytest.mark.parametrize("encoding", [legacy.TCVN3, legacy.VNI])
def test_a_stamp_in_legacy_letters_is_seen(encoding):
    text = "Tối mật\n\nKế hoạch bảo đảm an toàn của các cơ quan, đơn vị trên địa bàn; thời hạn trước ngày 30."
    assert refusal(legacy.encode(text, encoding).encode("latin-1"), "a.txt") == "secret"


BOX = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('TUYỆT MẬT')}</w:txbxContent></v:textbox></w:pict></w:r>"


@pytest.mark.parametrize(
    "content",
    [
        word(p("TỈNH ỦY") + p(r("M", bold=True), r("ẬT", bold=True)) + p("Kế hoạch")),
        word(p("TỈNH ỦY", BOX) + p("Kế hoạch")),
        word(tbl(["TỈNH ỦY", "ĐẢNG CỘNG SẢN VIỆT NAM"], ["Số 1-KH/TU", "MẬT"]) + p("Kế hoạch")),
        word(p("Kế hoạch"), header=p("TỐI MẬT")),
        word(p("Kế hoạch"), footer=p("Độ mật: Mật")),
        word(p("Kế hoạch"), header=p('<w:r><w:pict><v:shape><v:textpath string="MẬT"/></v:shape></w:pict></w:r>')),
        word(p(r("tèi mËt", font=".VnTimeH")) + p("Kế hoạch")),
    ],
)
def test_a_stamp_is_seen_wherever_word_puts_it(content):
    assert refusal(content) == "secret"


def test_a_stamp_is_looked_for_on_the_first_page_only():
    turned = p("Trang một") + p('<w:r><w:br w:type="page"/></w:r>') + p("Mật")
    assert gate.check(word(turned), "a.docx") == "docx"
    assert gate.check(("Kế hoạch\n" * 70 + "\nMẬT\n").encode(), "a.txt") == "text"


def test_a_stamp_on_a_sheet_and_in_its_running_head():
    assert refusal(sheet(["MẬT"], ["TT", "Việc"]), "a.xlsx") == "secret"
    book = openpyxl.load_workbook(io.BytesIO(sheet(["TT", "Việc"])))
    book.active.oddHeader.right.text = "TỐI MẬT"
    out = io.BytesIO()
    book.save(out)
    assert refusal(out.getvalue(), "a.xlsx") == "secret"


def test_a_stamp_in_a_pdf_beside_the_letterhead():
    right = "<td class=c>ĐẢNG CỘNG SẢN VIỆT NAM<br>Hà Nội, ngày 1 tháng 2 năm 2026</td>"
    head = f"<table><tr><td class=c>TỈNH ỦY<br><b>MẬT</b></td>{right}</tr></table>"
    assert refusal(printed(head + "<p>Kế hoạch bảo mật thông tin</p>"), "a.pdf") == "secret"
    assert gate.check(printed(head.replace("MẬT", "Số 1") + "<p>Kế hoạch bảo mật thông tin</p>"), "a.pdf") == "pdf"


# ── nothing else comes out ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("error", [ValueError("chữ của tệp"), MemoryError(), RecursionError(), KeyError("x")])
def test_whatever_breaks_inside_is_a_refusal_and_the_log_has_no_content(monkeypatch, caplog, error):
    def broken(*_):
        raise error

    monkeypatch.setattr(docx_format, "first_page", broken)
    assert refusal(GOOD) == "unreadable"
    assert [record.getMessage() for record in caplog.records] == [f"A file could not be read: {type(error).__name__}"]


def test_what_the_callers_progress_raises_is_the_callers():
    def full(done, total):
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        read(GOOD, "a.docx", on_progress=full)
