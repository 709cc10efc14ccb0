"""The monthly report as an official paper: facts in, the bytes of a PDF or a Word file out.

``facts`` is the JSON-serialisable picture that a report freezes; its shape::

    {"profile": "party", "issuer": {"superior": "…", "name": "…"}, "number": 7 or None, "symbol_tail": "BC/BCĐ",
     "place": "Ba Ngòi", "dated_on": "2026-11-24" or None, "subject": "…", "period": {"opens": "2026-10-25", "closes": "2026-11-24"},
     "bases": ["Kế hoạch số …"],                       # without the lead «Căn cứ», which the profile says
     "opening": "…",                                   # out of turn alone, in place of the profile's sentence about the period
     "sections": [{"heading": "I. …" or "", "paragraphs": ["…"], "table": None or {"columns": [column], "rows": [["…"]]}}],
     "annexes": [{"title": "…", "columns": [column], "rows": [{"group": "…"} or {"cells": ["…"]}], "empty": "…",
                  "chart": {"label": "…", "width": 30, "words": {part: "…"}}}],   # with a chart, each row also has "counts": {part: n}
     "recipients": ["…"], "signature": {"authority": "T/M …", "post": "…", "name": "…"}, "draft": True, "illustrative": True,
     "standing": [["doing", "overdue", False, [7, 9]]]}        # not printed: for the next report to compare with (reports.comparing)

where a column is ``{"label": "…", "width": 12, "align": "left"}``, its width in percent of the table.
The rules of the paper stand in ``reports.profiles``; the words of officials are only ever text, never markup (trust.md, promise 12).
"""

import contextlib
import functools
import json
import logging
import os
import re
import select
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from time import monotonic

from django.template.loader import render_to_string

from reports import charts, press
from reports.typesetting import bound

SECONDS = 180  # wall time of one paper
CHECK_SECONDS = 60
KEPT = ("PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
ROOT = Path(__file__).resolve().parent.parent

LIBRARY_MISSING = "Máy chủ chưa cài đủ thư viện để dựng tệp PDF (WeasyPrint, Pango)."
FONT_MISSING = "Máy chủ chưa có bộ chữ Liberation Serif để dựng tệp PDF."
TOO_SLOW = "Dựng tệp quá thời gian cho phép; hãy thử lại hoặc chia nhỏ báo cáo."
BROKEN = "Không dựng được tệp; sự việc đã được ghi vào nhật ký máy chủ."

TALL = 30  # characters of a cell, per percent of its width, that fill most of a landscape page
ALIGNMENTS = {"left", "right", "center"}

# Characters that have no place on paper: controls, halves of a pair, and those that turn the direction of reading.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

log = logging.getLogger(__name__)


class PaperError(Exception):
    """The paper could not be made; the message is one Vietnamese sentence for the person who asked."""


def problem():
    """Why this machine cannot make papers, as one Vietnamese sentence, or None. Asks a child once per process (about 0.6 s);
    only a child that could not answer is asked again."""
    try:
        return _checked()
    except PaperError as error:
        return str(error)


@functools.cache
def _checked():
    code, _, _ = _run("reports.press", "--check", seconds=CHECK_SECONDS)
    return {0: None, press.LIBRARY_MISSING: LIBRARY_MISSING, press.FONT_MISSING: FONT_MISSING}.get(code, BROKEN)


def build(facts, profile, *, seconds=SECONDS):
    """The PDF/A-3a bytes of the report; the same facts and profile give the same bytes (trust.md, promise 8).

    Works in a child process that is gone when this returns or raises. Raises PaperError when the libraries are missing, when it
    takes more than ``seconds`` (whole) of wall time, or when the press fails; ValueError for a day that is not ISO 8601, a width
    that is no number, or a row with more or fewer cells than columns."""
    html = render_html(facts, profile)
    return _made("reports.press", f"--wall={seconds + 5}", seconds=seconds, given=html.encode())


class Press:
    """One child that loads the library once and prints many papers, each in a process of its own: ``with Press() as press``.

    ``press.build`` gives the bytes that ``build`` gives and raises what it raises; a paper that takes too long ends the child, and
    the next one starts another. Begun by the first paper; nothing is left of it when the block ends."""

    def __init__(self):
        self.child = None

    def __enter__(self):
        return self

    def __exit__(self, *_failure):
        if self.child:
            _end(self.child)
            with contextlib.suppress(BrokenPipeError):  # what it never read
                self.child.__exit__(None, None, None)
            self.child = None

    def build(self, facts, profile, *, seconds=SECONDS):
        """The PDF/A-3a bytes of the report, as ``build`` of this module gives them."""
        html = render_html(facts, profile).encode()
        self.child = self.child or _start("reports.press", ["--pile"], stderr=None)  # into the job's log
        try:
            code, output, said = self._answer(html, seconds)
        except BaseException:  # an order to stop, too: half an answer in the pipe is of no use to the next paper
            self.__exit__()
            raise
        return _output("reports.press", code, output, said)

    def _answer(self, html, seconds):
        """(code, output, complaints) of one page; raises PaperError when the time is up or the child is gone."""
        until = monotonic() + seconds
        with contextlib.suppress(BrokenPipeError):  # the answer says what became of it
            self.child.stdin.write(f"{seconds + 5} {len(html)}\n".encode() + html)
            self.child.stdin.flush()
        head, _, rest = self._read(lambda got: b"\n" in got, b"", until).partition(b"\n")
        code, *lengths = map(int, head.split())
        rest = self._read(lambda got: len(got) >= sum(lengths), rest, until)
        return code, rest[: lengths[0]], rest[lengths[0] :]

    def _read(self, is_whole, got, until):
        """What the child says until it is whole."""
        pieces = bytearray(got)
        while not is_whole(pieces):
            if not select.select([self.child.stdout], [], [], max(until - monotonic(), 0))[0]:
                raise PaperError(TOO_SLOW)
            piece = os.read(self.child.stdout.fileno(), 1 << 20)
            if not piece:
                code = self.child.wait()
                log.error("reports.press --pile ended with %s", code)
                raise PaperError(_sentence(code))
            pieces += piece
        return bytes(pieces)


def build_word(facts, profile, *, seconds=SECONDS):
    """The same paper as the bytes of a .docx, in the same way; what Word shows on each page is for Word to break."""
    page = _page(facts, profile)
    page |= {"profile": profile.name, "facts": {name: facts[name] for name in ("issuer", "subject", "signature", "draft", "illustrative")}}
    return _made("reports.word", seconds=seconds, given=json.dumps(printable(page)).encode())


def printable(value):
    """The value without the characters that have no place on paper, in any of its words."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("", value)
    if isinstance(value, dict):
        return {name: printable(inner) for name, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list | tuple) else value


def render_html(facts, profile):
    """The whole HTML page that the press prints: ``pdf/report.html`` filled with the facts, every word of them escaped."""
    page = render_to_string("pdf/report.html", _page(facts, profile))
    return UNPRINTABLE.sub("", page)


def number_line(facts, profile):
    """«Số 07-BC/BCĐ» (zero before 1–9), or with room for the number while there is none."""
    return f"{profile.number_lead}{_symbol(facts, profile)}"


def date_words(facts):
    """«ngày 05 tháng 5 năm 2026»: zero before days 1–9 and months 1–2. A paper without a date leaves the day open and takes the
    month in which its period closes."""
    on = date.fromisoformat(facts["dated_on"] or facts["period"]["closes"])
    day = f"{on.day:02d}" if facts["dated_on"] else "…"
    month = f"{on.month:02d}" if on.month < 3 else on.month
    return f"ngày {day} tháng {month} năm {on.year}"


def _page(facts, profile):
    dated = date_words(facts)
    return {
        "facts": facts,
        "profile": profile,
        "subject": bound(facts["subject"]),
        "number_line": bound(number_line(facts, profile)),
        "place_and_date": bound(f"{facts['place']}, {dated}"),
        "stamp": facts["dated_on"] or facts["period"]["closes"],
        "bases": _bases(facts, profile),
        "opening": _opening(facts, profile),
        "sections": _sections(facts, profile),
        "annexes": [_table(annex) for annex in facts["annexes"]],
        "annex_reference": bound(profile.annex_reference.format(symbol=_symbol(facts, profile), date=dated)),
        "recipients": _ended(facts["recipients"], profile.recipient_end, profile.last_recipient_end),
    }


def _symbol(facts, profile):
    return profile.symbol(facts["number"], facts["symbol_tail"])


def _bases(facts, profile):
    bases = [f"{profile.base_lead}{base}" for base in facts["bases"]]
    return _ended(bases, profile.base_end, profile.last_base_end)


def _ended(lines, end, last_end):
    """The lines with their closing marks in place of any they brought."""
    bare = [bound(line.rstrip(" .,;")) for line in lines]
    return [f"{line}{end}" for line in bare[:-1]] + [f"{line}{last_end}" for line in bare[-1:]]


def _opening(facts, profile):
    if "opening" in facts:
        return facts["opening"]
    days = {name: date.fromisoformat(day).strftime("%d/%m/%Y") for name, day in facts["period"].items()}
    return profile.opening.format(**days)


def _sections(facts, profile):
    sections = [
        {
            "heading": section["heading"],
            "paragraphs": [bound(words) for words in section["paragraphs"]],
            "table": section["table"] and _table(section["table"]),
        }
        for section in facts["sections"]
    ]
    if profile.text_end and sections:
        sections[-1] = _closed(sections[-1], profile.text_end)
    return sections


def _closed(section, end):
    *paragraphs, last = section["paragraphs"] or [""]
    return {**section, "paragraphs": [*paragraphs, f"{last.rstrip(' .')}{end}"]}


def _table(table):
    """A table of the facts as the template prints it: columns checked, each cell beside its alignment."""
    columns = [{**column, "width": f"{float(column['width']):g}", "align": _alignment(column)} for column in table["columns"]]
    chart = table.get("chart")
    rows = [_row(row, columns) | {"bar": _bar(row, chart)} for row in table["rows"]]
    return {**table, "columns": columns, "rows": rows, "legend": _legend(chart) if chart else []}


def _legend(chart):
    """[{"words", "fill"}]: what each pattern of the bars means."""
    return [{"words": words, "fill": charts.fill_of(part)} for part, words in chart["words"].items()]


def _alignment(column):
    return column["align"] if column["align"] in ALIGNMENTS else "left"


def _row(row, columns):
    if isinstance(row, dict) and "group" in row:
        return {"group": bound(row["group"])}
    cells = row["cells"] if isinstance(row, dict) else row
    printed = [(bound(str(cell), narrow=True), column["align"]) for cell, column in zip(cells, columns, strict=True)]
    return {"cells": printed, "tall": _is_tall(printed, columns)}


def _bar(row, chart):
    """The bar beside a row of counts, each part with its words; None where nothing is counted."""
    if not chart or not row.get("counts"):
        return None
    return [
        {**one, "words": chart["words"][one["part"]], "fill": charts.fill_of(one["part"])}
        for one in charts.labelled(charts.bar_of(row["counts"]))
    ]


def _is_tall(cells, columns):
    """A row this tall must break over pages; kept whole, it would push the table's head off them."""
    return any(len(text) > TALL * float(column["width"]) for (text, _), column in zip(cells, columns, strict=True))


def _sentence(code):
    if code == press.LIBRARY_MISSING:
        return LIBRARY_MISSING
    return TOO_SLOW if code in {-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL} else BROKEN


def _made(module, *options, seconds, given):
    """What the module printed; raises PaperError when it failed."""
    return _output(module, *_run(module, *options, seconds=seconds, given=given))


def _output(module, code, output, said):
    if code != 0:
        log.error("%s ended with %s: %s", module, code, said[-2000:].decode(errors="replace"))
        raise PaperError(_sentence(code))
    return output


def _run(module, *options, seconds, given=b""):
    """Runs the module once. Returns its exit code, output and complaints; raises PaperError when the time is up."""
    with _start(module, options) as child:
        try:
            output, said = child.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise PaperError(TOO_SLOW) from error
        finally:
            _end(child)
    return child.returncode, output, said


def _start(module, options, *, stderr=subprocess.PIPE):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": stderr}
    command = [sys.executable, "-m", module, *options]
    try:
        return subprocess.Popen(command, cwd=ROOT, env=_environment(), start_new_session=True, **pipes)
    except OSError as error:
        raise PaperError(BROKEN) from error


def _environment():
    """What the libraries need to find themselves and their fonts; no key or password of the portal comes along."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}


def _end(child):
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
