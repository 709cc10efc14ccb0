"""Real papers from a real press: every test reads a PDF, not a promise."""

import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pikepdf
import pypdf
import pytest

from reports import paper
from reports.profiles import PARTY, STATE
from reports.typesetting import JOINER

pytestmark = pytest.mark.skipif(paper.problem() is not None, reason=f"no PDF here: {paper.problem()}")

COLUMNS = [
    {"label": "TT", "width": 6, "align": "center"},
    {"label": "Nhiệm vụ", "width": 44, "align": "left"},
    {"label": "Thời hạn", "width": 20, "align": "center"},
    {"label": "Kết quả hiện nay", "width": 30, "align": "right"},
]
HEADINGS = [
    "I. Lãnh đạo, chỉ đạo, điều hành",
    "II. Kết quả thực hiện",
    "III. Tồn tại, hạn chế, vướng mắc và nguyên nhân",
    "IV. Nhiệm vụ trọng tâm kỳ tới",
    "V. Đề xuất, kiến nghị",
]
WORDS = "Ủy ban nhân dân phường đã chuẩn hóa thủ tục hành chính, đạt kết quả bước đầu."


def duties(count):
    rows = [{"cells": [f"{n}.", f"Nhiệm vụ số {n}: {WORDS}", "30/11/2026", WORDS]} for n in range(1, count + 1)]
    return [{"group": "V.1.m Các bộ, cơ quan, địa phương"}, *rows]


def facts(**changed):
    sections = [{"heading": heading, "paragraphs": [WORDS * 4, WORDS * 3], "table": None} for heading in HEADINGS]
    return {
        "profile": "party",
        "issuer": {"superior": "ĐẢNG ỦY PHƯỜNG BA NGÒI", "name": "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ PHƯỜNG"},
        "number": 7,
        "symbol_tail": "BC/BCĐ",
        "place": "Ba Ngòi",
        "dated_on": "2026-11-24",
        "subject": "Kết quả thực hiện Kế hoạch tháng 11",
        "period": {"opens": "2026-10-25", "closes": "2026-11-24"},
        "bases": ["Kế hoạch số 02-KH/BCĐ, ngày 05/5/2026", "Công văn số 9-CV/BCĐ"],
        "sections": sections,
        "annexes": [
            {"title": "Phụ lục 1. Tiến độ", "columns": COLUMNS, "rows": duties(21), "empty": "Không có nhiệm vụ."},
            {"title": "Phụ lục 2. Chỉ tiêu", "columns": COLUMNS, "rows": [], "empty": "Không có chỉ tiêu nào trong kỳ."},
        ],
        "recipients": ["Ban Thường vụ Đảng ủy (để báo cáo)", "Lưu Văn phòng Đảng ủy"],
        "signature": {"authority": "T/M BAN CHỈ ĐẠO", "post": "TRƯỞNG BAN", "name": "Nguyễn Thị Ánh"},
        "draft": False,
        "illustrative": False,
        **changed,
    }


def pages(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf)).pages


def lines(page):
    return [" ".join(line.split()) for line in page.extract_text().splitlines()]


def words(pdf):
    return " ".join(" ".join(page.extract_text() for page in pages(pdf)).split())


def is_landscape(page):
    return page.mediabox.width > page.mediabox.height


@pytest.fixture(scope="module")
def signed():
    return paper.build(facts(), PARTY)


@pytest.fixture(scope="module")
def draft():
    return paper.build(facts(draft=True, illustrative=True, number=None, dated_on=None), PARTY)


@pytest.fixture
def listener():
    """A server of this machine that counts who comes: (address, list of visits)."""
    visits = []
    server = socket.create_server(("127.0.0.1", 0))

    def count():
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            visits.append(visitor)
            visitor.close()

    threading.Thread(target=count, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", visits
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def children():
    """Ids of this process's children, the dead but unburied included."""
    stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    return {stat.split()[0] for stat in stats if stat.rpartition(")")[2].split()[1] == str(os.getpid())}


def press(html, *options):
    command = [sys.executable, "-m", "reports.press", *options]
    return subprocess.run(command, input=html.encode(), capture_output=True, cwd=paper.ROOT, timeout=60)


# Words and order


def test_the_headings_are_printed_word_for_word(signed):
    printed = words(signed)
    places = [printed.index(heading) for heading in ["BÁO CÁO", *HEADINGS, "T/M BAN CHỈ ĐẠO", "Phụ lục 1. Tiến độ"]]
    assert places == sorted(places)


def test_who_signs_in_place_of_the_head_stands_in_lines_of_their_own():
    signature = {"authority": STATE.by_deputy, "post": "PHÓ CHỦ TỊCH", "name": "Nguyễn Thị Ánh"}
    printed = lines(pages(paper.build(facts(signature=signature, annexes=[]), STATE))[-1])
    at = printed.index("TM. ỦY BAN NHÂN DÂN")
    assert printed[at : at + 4] == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Nguyễn Thị Ánh"]


def test_the_head_of_a_party_paper(signed):
    first = lines(pages(signed)[0])
    assert first[:3] == ["ĐẢNG ỦY PHƯỜNG BA NGÒI", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ", "PHƯỜNG"]
    assert first[3:6] == ["*", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 07-BC/BCĐ Ba Ngòi, ngày 24 tháng 11 năm 2026"]
    assert first[6:9] == ["BÁO CÁO", "Kết quả thực hiện Kế hoạch tháng 11", "-----"]


def test_bases_and_recipients_close_as_a_party_paper_does(signed):
    printed = words(signed)
    assert "- Căn cứ Kế hoạch số 02-KH/BCĐ, ngày 05/5/2026; - Căn cứ Công văn số 9-CV/BCĐ, Ban Chỉ đạo báo cáo" in printed
    assert "Nơi nhận: - Ban Thường vụ Đảng ủy (để báo cáo), - Lưu Văn phòng Đảng ủy." in printed


def test_a_state_paper_has_its_own_words():
    changes = {"symbol_tail": "BC-UBND", "number": 15, "dated_on": "2026-02-05"}
    printed = words(paper.build(facts(**changes), STATE))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in printed
    assert "Số: 15/BC-UBND" in printed
    assert "Ba Ngòi, ngày 05 tháng 02 năm 2026" in printed
    assert "Căn cứ Kế hoạch số 02-KH/BCĐ, ngày 05/5/2026; Căn cứ Công văn số 9-CV/BCĐ. Kết quả trong kỳ" in printed
    assert "đạt kết quả bước đầu./. Nơi nhận:" in printed
    assert "(để báo cáo); - Lưu Văn phòng Đảng ủy." in printed
    assert "ĐẢNG CỘNG SẢN" not in printed


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-05-05", "ngày 05 tháng 5 năm 2026"),
        ("2026-01-31", "ngày 31 tháng 01 năm 2026"),
        ("2026-02-09", "ngày 09 tháng 02 năm 2026"),
        ("2026-03-10", "ngày 10 tháng 3 năm 2026"),
        (None, "ngày … tháng 11 năm 2026"),
    ],
)
def test_days_below_ten_and_months_below_three_begin_with_zero(day, said):
    assert paper.date_words(facts(dated_on=day)) == said


@pytest.mark.parametrize(("number", "said"), [(7, "Số 07-BC/BCĐ"), (12, "Số 12-BC/BCĐ"), (None, "Số \xa0\xa0\xa0\xa0\xa0-BC/BCĐ")])
def test_the_number_begins_with_zero_or_leaves_room(number, said):
    assert paper.number_line(facts(number=number), PARTY) == said


# Lines and pages


def test_no_line_breaks_inside_a_citation(signed):
    long = facts(annexes=[])
    long["sections"][0]["paragraphs"] = [
        f"{'a' * n} Nghị quyết số 57-NQ/TW và điểm a khoản 2 Điều 5 với 50 triệu đồng" for n in range(20, 61)
    ]
    printed = [line for page in pages(paper.build(long, PARTY)) for line in lines(page)]
    for whole in ("Nghị quyết số 57-NQ/TW", "điểm a khoản 2 Điều 5", "50 triệu đồng"):
        assert sum(whole in line for line in printed) == 41


def test_no_line_breaks_inside_the_ref_of_a_duty():
    ends = [f"{'m' * n} nhiệm vụ kỳ trước có kết quả, kỳ này chưa có như sau và tiếp theo: V.1.đ/8/(iii), V.1.g/2." for n in range(1, 40)]
    rows = [{"cells": [ref, "Rà soát", "", ""]} for ref in ("V.1.đ/8/(i)", "II.2.a/3#1", "V.1.đ/8/(iii)")]
    columns = [{**COLUMNS[0], "width": 8}, {**COLUMNS[1], "width": 42}, *COLUMNS[2:]]
    annex = {"title": "Phụ lục 1", "columns": columns, "rows": rows, "empty": ""}
    pdf = paper.build(facts(sections=[{"heading": "I", "paragraphs": ends, "table": None}], annexes=[annex]), PARTY)
    printed = [line.replace(JOINER, "") for page in pages(pdf) for line in lines(page)]
    for whole in ("V.1.đ/8/(iii),", "V.1.g/2."):
        assert sum(whole in line for line in printed) == 39
    assert [line.split()[0] for line in printed if line.endswith("Rà soát")][:2] == ["V.1.đ/8/(i)", "II.2.a/3#1"]


def test_page_numbers_begin_on_the_second_page(signed):
    assert "1" not in lines(pages(signed)[0])
    assert [lines(page).count(str(n)) for n, page in enumerate(pages(signed)[1:], start=2)] == [1] * (len(pages(signed)) - 1)


def test_the_signature_never_stands_alone_on_its_page():
    long = facts(annexes=[], sections=[{"heading": HEADINGS[0], "paragraphs": ["Một dòng."], "table": None}])
    for n in range(3, 27, 4):  # four paragraphs more are less than a signature's height, so that one of these would leave it alone
        long["sections"][0]["paragraphs"] = ["Một dòng."] * n
        pdf = pages(paper.build(long, PARTY))
        assert next("Một dòng." in page.extract_text() for page in pdf if "TRƯỞNG BAN" in page.extract_text())


def test_annexes_lie_across_and_repeat_their_head(signed):
    landscape = [page for page in pages(signed) if is_landscape(page)]
    assert [is_landscape(page) for page in pages(signed)] == sorted(is_landscape(page) for page in pages(signed))
    assert len(landscape) == 3
    assert ["Kết quả hiện nay" in page.extract_text() for page in landscape] == [True, True, False]
    assert "Không có chỉ tiêu nào trong kỳ." in lines(landscape[-1])


def test_every_row_of_an_annex_is_printed_whole(signed):
    for page in pages(signed):
        text = " ".join(page.extract_text().split())
        assert text.count("Nhiệm vụ số") == text.count("30/11/2026")
    assert words(signed).count("Nhiệm vụ số") == 21


def test_a_row_taller_than_a_page_keeps_the_head_and_loses_nothing():
    tall = {"cells": ["1", " ".join(f"từ{n}" for n in range(3000)), "", ""]}
    annex = {"title": "Phụ lục 1", "columns": COLUMNS, "rows": [tall], "empty": ""}
    pdf = paper.build(facts(annexes=[annex]), PARTY)
    landscape = [page for page in pages(pdf) if is_landscape(page)]
    assert len(landscape) > 2
    assert all("Kết quả hiện nay" in page.extract_text() for page in landscape)
    assert words(pdf).count("từ") == 3000 + words(paper.build(facts(annexes=[]), PARTY)).count("từ")


def test_a_draft_says_so_on_every_page_and_leaves_its_slots_open(draft):
    assert all("DỰ THẢO" in page.extract_text() for page in pages(draft))
    assert all("dữ liệu minh họa" in page.extract_text() for page in pages(draft))
    assert "Số -BC/BCĐ Ba Ngòi, ngày … tháng 11 năm 2026" in lines(pages(draft)[0])


def test_a_signed_paper_carries_no_mark(signed):
    assert "DỰ THẢO" not in words(signed)
    assert "minh họa" not in words(signed)


# The file


def test_fonts_are_embedded_and_of_one_family(draft):
    with pikepdf.open(io.BytesIO(draft)) as pdf:
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        names = {str(font.BaseFont).partition("+")[2] for font in fonts}
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor and "/ToUnicode" in font for font in fonts)
    assert names == {"Liberation-Serif", "Liberation-Serif-Bold", "Liberation-Serif-Italic"}


def test_the_file_is_tagged_and_archivable(signed):
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert pdf.open_metadata().pdfa_status == "3A"
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "vi"
        assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261124000000+07'00"
        assert pdf.check_pdf_syntax() == []


def test_three_builds_are_one_file(signed):
    hashes = {hashlib.sha256(pdf).hexdigest() for pdf in (signed, paper.build(facts(), PARTY), paper.build(facts(), PARTY))}
    assert len(hashes) == 1


# Hostile words


KEPT = {"profile", "align", "dated_on", "period"}


def everywhere(value, said):
    """The same facts with ``said`` in every place where an official's words may stand."""
    if isinstance(value, dict):
        return {key: inner if key in KEPT else everywhere(inner, said) for key, inner in value.items()}
    if isinstance(value, list):
        return [everywhere(inner, said) for inner in value]
    return f"{value} {said}" if isinstance(value, str) else value


HOSTILE = [
    '<img src="{address}/a.png"><link rel="stylesheet" href="{address}/a.css"><object data="{address}/a"></object>',
    "<style>@import url({address}/a); * {{ background: url({address}/b) }}</style><script src='{address}/c'></script>",
    '"><iframe src=file:///etc/passwd></iframe><link rel=attachment href=file:///etc/passwd>',
    "</style></title></head><svg xmlns='http://www.w3.org/2000/svg'><image href='{address}/d'/></svg><![CDATA[<b>]]>",
    "{{{{ facts }}}} {{% include '/etc/passwd' %}} {{{{ settings.SECRET_KEY }}}}",
    "<div style='display:flex'>" * 60,
    "\x00\x0b\x1b[31m\ud800\u202etxt.exe\u2066",
]


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_words_are_only_words(listener, said):
    address, visits = listener
    said = said.format(address=address)
    hostile = everywhere(facts(draft=True), said)
    hostile["sections"] = hostile["sections"][:1]
    hostile["annexes"][0]["rows"] = hostile["annexes"][0]["rows"][:2]
    printed = "".join(words(paper.build(hostile, PARTY)).split())
    assert "".join(paper.UNPRINTABLE.sub("", said).split()) in printed
    assert "root:x:0" not in printed
    assert visits == []


def test_no_words_of_the_facts_become_markup():
    page = paper.render_html(everywhere(facts(), '<b onload="x">&amp;'), PARTY)
    assert "<b " not in page
    assert page.count("&lt;b onload=&quot;x&quot;&gt;&amp;amp;") > 100


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="{address}/a">',
        '<p style="background: url({address}/a)">a</p>',
        '<link rel="stylesheet" href="{address}/a">',
        "<style>@import '{address}/a';</style>",
        "<style>@font-face {{ font-family: x; src: url({address}/a) }}</style><p style='font-family: x'>a</p>",
        '<link rel="attachment" href="{address}/a">',
        '<img src="file:///etc/passwd">',
        '<img src="data:image/svg+xml,<svg/>">',
    ],
)
def test_the_press_itself_refuses_every_address(listener, markup):
    address, visits = listener
    done = press(markup.format(address=address))
    assert (done.returncode, done.stdout, visits) == (1, b"", [])
    assert b"Refused" in done.stderr


def test_a_picture_inside_a_drawing_is_not_fetched(listener):
    address, visits = listener
    press(f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{address}/a" width="5" height="5"/></svg>')
    assert visits == []


def test_a_word_of_ten_thousand_letters_is_wrapped():
    changed = facts(annexes=[])
    changed["sections"][0]["paragraphs"] = ["ă" * 10_000]
    pdf = paper.build(changed, PARTY)
    assert words(pdf).count("ă") == 10_000 + words(paper.build(facts(annexes=[]), PARTY)).count("ă") - 7 * WORDS.count("ă")
    assert max(len(line) for page in pages(pdf) for line in lines(page)) < 110


# Limits


def test_a_paper_that_takes_too_long_is_given_up_and_leaves_no_child():
    before = children()
    endless = facts(annexes=[{"title": "Phụ lục 1", "columns": COLUMNS, "rows": duties(5_000), "empty": ""}])
    with pytest.raises(paper.PaperError, match=r"^Dựng tệp quá thời gian cho phép") as given_up:
        paper.build(endless, PARTY, seconds=1)
    assert isinstance(given_up.value.__cause__, subprocess.TimeoutExpired)  # ended by its parent, not by its own alarm
    assert children() == before


def test_a_press_that_fails_gives_one_sentence_and_leaves_no_child(monkeypatch):
    before = children()
    monkeypatch.setattr(paper, "render_html", lambda facts, profile: '<img src="file:///etc/passwd">')
    with pytest.raises(paper.PaperError, match=r"^Không dựng được tệp"):
        paper.build(facts(), PARTY)
    assert children() == before


@pytest.mark.parametrize(("option", "ends"), [("--cpu=1", -signal.SIGKILL), ("--wall=1", -signal.SIGALRM)])
def test_the_press_ends_itself_when_nobody_watches(option, ends):
    assert press("<p>chữ</p>" * 50_000, option).returncode == ends


def test_the_press_does_not_grow_past_its_memory():
    done = press("<p>chữ</p>" * 100_000, f"--memory={300 << 20}")
    assert done.returncode != 0
    assert done.stdout == b""


def test_the_press_sees_no_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x" * 60)
    monkeypatch.setenv("DATABASE_URL", "postgres://portal:word@host/portal")
    with paper._start("reports.press", []) as child:
        environment = Path(f"/proc/{child.pid}/environ").read_bytes().decode()
        paper._end(child)
    names = {line.partition("=")[0] for line in environment.split("\0") if line}
    assert names <= {*paper.KEPT, "LANG", "PYTHONHASHSEED"}


# A pile


def test_a_pile_gives_the_same_files_from_one_child_and_leaves_none(signed):
    before = children()
    with paper.Press() as press:
        first, second, again = (press.build(given, PARTY) for given in (facts(), facts(number=8), facts()))
        (child,) = children() - before
        assert child == str(press.child.pid)
    assert (first, again) == (signed, signed)
    assert "Số 08-BC/BCĐ" in words(second)
    assert children() == before


def test_a_page_that_fails_in_a_pile_is_told_and_the_next_one_is_printed(monkeypatch, caplog, signed):
    with paper.Press() as press:
        with monkeypatch.context() as spoilt:
            spoilt.setattr(paper, "render_html", lambda facts, profile: '<img src="file:///etc/passwd">')
            with pytest.raises(paper.PaperError, match=r"^Không dựng được tệp"):
                press.build(facts(), PARTY)
        child = press.child.pid
        assert press.build(facts(), PARTY) == signed
        assert press.child.pid == child
    assert "Refused" in caplog.text


def test_a_paper_of_a_pile_that_takes_too_long_is_given_up_and_the_next_one_is_printed(signed):
    before = children()
    endless = facts(annexes=[{"title": "Phụ lục 1", "columns": COLUMNS, "rows": duties(5_000), "empty": ""}])
    with paper.Press() as press:
        with pytest.raises(paper.PaperError, match=r"^Dựng tệp quá thời gian cho phép"):
            press.build(endless, PARTY, seconds=1)
        assert press.build(facts(), PARTY) == signed
    assert children() == before


def test_a_killed_child_costs_one_paper_of_the_pile(signed):
    with paper.Press() as press:
        press.build(facts(), PARTY)
        os.kill(press.child.pid, signal.SIGKILL)
        with pytest.raises(paper.PaperError):
            press.build(facts(), PARTY)
        assert press.build(facts(), PARTY) == signed


def test_a_pile_that_dies_leaves_its_reason_in_the_log(monkeypatch, caplog, capfd, tmp_path):
    (tmp_path / "weasyprint.py").write_text("raise AttributeError('a library half upgraded')", encoding="utf-8")
    monkeypatch.setattr(paper, "_environment", lambda: {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)})
    with paper.Press() as press, pytest.raises(paper.PaperError, match=r"^Không dựng được tệp"):
        press.build(facts(), PARTY)
    assert "reports.press --pile ended with 1" in caplog.text
    assert "a library half upgraded" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "option", "ends"),
    [(60, "--cpu=1", -signal.SIGKILL), (1, "--cpu=99", -signal.SIGALRM), (60, f"--memory={300 << 20}", 1)],
)
def test_each_paper_of_a_pile_has_its_own_limits(seconds, option, ends):
    long, short = "<p>chữ</p>" * 100_000, "<p>chữ</p>"
    pile = b"".join(f"{allowed} {len(html.encode())}\n{html}".encode() for html, allowed in ((long, seconds), (short, 60)))
    command = [sys.executable, "-m", "reports.press", "--pile", option]
    done = subprocess.run(command, input=pile, capture_output=True, cwd=paper.ROOT, timeout=100)
    head, _, rest = done.stdout.partition(b"\n")
    code, printed, said = map(int, head.split())
    assert (code, printed, done.returncode) == (ends, 0, 0)
    assert rest[said:].startswith(b"0 ")
    assert b"%PDF-" in rest


def test_a_pile_sees_no_secrets_and_is_never_begun_where_nothing_is_printed(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x" * 60)
    with paper.Press() as press:
        assert press.child is None
        press.build(facts(annexes=[]), PARTY)
        assert b"SECRET_KEY" not in Path(f"/proc/{press.child.pid}/environ").read_bytes()


def test_a_machine_without_the_library_or_the_font_says_so(monkeypatch):
    said = []
    for code in (paper.press.LIBRARY_MISSING, paper.press.FONT_MISSING, 0):
        monkeypatch.setattr(paper, "_run", lambda *options, seconds, code=code: (code, b"", b""))
        paper._checked.cache_clear()
        said.append(paper.problem())
    paper._checked.cache_clear()
    assert said == [paper.LIBRARY_MISSING, paper.FONT_MISSING, None]


def test_the_web_process_never_loads_the_library():
    loaded = "import sys, reports.press, reports.profiles; sys.exit(any(name in sys.modules for name in ('weasyprint', 'django')))"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=paper.ROOT).returncode == 0
    served = "import config.wsgi, config.urls, sys; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", served], cwd=paper.ROOT).returncode == 0
