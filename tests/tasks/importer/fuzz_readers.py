"""Throws spoilt files at the readers: `python -m tests.tasks.importer.fuzz_readers --seconds 120 [--seed 1] [--format docx]`.

Good files of every format are cut, have bytes flipped, blocks doubled, their zip parts swapped or spoilt inside (packed anew, so that the
spoilt XML gets past the checksums). Every one has to be read or refused, within --patience seconds. Prints a line for each that is not,
with the round's number to repeat it, and figures at the end; ends with 1 where there was one.
"""

import argparse
import collections
import io
import logging
import random
import signal
import sys
import time
import traceback
import zlib

import pikepdf
from openpyxl import Workbook

from tasks.importer import legacy
from tasks.importer.formats import pdf
from tasks.importer.formats.tidy import Work
from tasks.importer.reading import read
from tasks.importer.shapes import Refused
from tests.tasks.importer.files import levels, p, printed, r, rezipped, tbl, tc, word

PLAN = "1. Rà soát quy chế; hoàn thành trước ngày 30/6/2026.\n\n**II. NHIỆM VỤ**\n\nTT\tViệc\tHạn\n1\tHọp\tnay\n\n\tgiao ban\t\n"
MARKDOWN = "# KẾ HOẠCH\n\n| TT | Việc |\n|---|---|\n| 1 | Họp |\n\n<table><tr><td rowspan=2>a</td><td>b</td></tr></table>\n> [x](y) &amp;\n"


def seeds():
    """{name: bytes} of one good file of every format."""
    body = p("KẾ HOẠCH", jc="center") + p("Một", num=(1, 0)) + p(r("KÕ ho¹ch", font=".VnTime"), style="A")
    body += tbl(["TT", "Việc", tc("Hạn", merge="restart")], ["1", tc("Họp", span=2)], ["2", "Gửi", tc("", merge="continue")])
    styles = '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="A"/><w:rPr><w:b/></w:rPr></w:style>'
    numbering = levels(("upperRoman", "%1."), ("lowerLetter", "%2)"))
    page = "<table class=ruled><tr><td>TT</td><td>Việc</td></tr>" + "<tr><td>1</td><td>Họp giao ban</td></tr>" * 40 + "</table>"
    return {
        "a.docx": word(body, styles=styles, numbering=numbering, header=p("Đầu trang")),
        "a.xlsx": _sheet(),
        "a.pdf": printed(f"<p class=c>KẾ HOẠCH</p><p>{PLAN}</p>{page}"),
        "b.pdf": _inflated(printed(f"<p>{PLAN}</p>{page}")),
        "a.txt": PLAN.encode(),
        "b.txt": legacy.encode(PLAN, legacy.VNI).encode("cp1252"),
        "c.txt": PLAN.encode("utf-16"),
        "a.md": MARKDOWN.encode() * 3,
        "a.csv": 'TT,Việc\n1,"Họp, giao ban"\n'.encode(),
    }


def _sheet():
    book, out = Workbook(), io.BytesIO()
    for row in (["KẾ HOẠCH"], ["TT", "Việc", "Hạn"], [1, "Họp", 46000], [2, "Gửi", "=1+1"]):
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.create_sheet("Hai").append(["x", "y"])
    book.save(out)
    return out.getvalue()


def _inflated(content):
    """A PDF with its streams unpacked, so that a flipped byte reaches the parser of what is in them."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


TOKENS = [
    b"<w:tbl>",
    b"</w:p>",
    b'w:val="-1"',
    b"<!DOCTYPE a>",
    b"&#0;",
    b"999999999",
    b"\x00",
    b"\xff\xfe",
    b"<w:p>" * 50,
    b"endobj",
    b"]>>",
    b"[0 R",
]
TOKENS += [
    b"/Kids[1 0 R]",
    b"/Length -1",
    b"1e999",
    b"%PDF-",
    b"PK\x03\x04",
    b"\t" * 30,
    b"|" * 30,
    b"*" * 30,
    "Ậ".encode(),
    b'"',
    b"<table>",
    b"\f",
]


def spoil(content, dice):
    """`content` with one to four of: cut, flipped bytes, a doubled or lost block, a token put in."""
    content = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at, act = dice.randrange(len(content) + 1), dice.randrange(6)
        if act == 0:
            del content[at:]
        elif act == 1:
            for _ in range(dice.randint(1, 20)):
                if content:
                    content[dice.randrange(len(content))] = dice.randrange(256)
        elif act == 2:
            content[at:at] = content[at : at + dice.randint(1, 2000)] * dice.randint(1, 5)
        elif act == 3:
            del content[at : at + dice.randint(1, 200)]
        else:
            content[at:at] = dice.choice(TOKENS)
    return bytes(content)


def spoil_parts(content, dice):
    """A zip whose parts were spoilt inside, renamed, lost or swapped, packed anew."""
    swapped = []

    def change(name, inside):
        act = dice.randrange(8)
        if act == 0:
            return name, spoil(inside, dice)
        if act == 1:
            swapped.append(inside)
            return name, dice.choice(swapped)
        if act == 2 and dice.random() < 0.3:
            return None
        return name, inside

    return rezipped(content, change)


class TooSlow(BaseException):
    pass


def _alarm(*_):
    raise TooSlow


def attempt(content, name, dice):
    """How one file ended: "read", the kind it was refused with, or "BROKEN"/"SLOW" with the trace."""
    try:
        if name.endswith(".pdf") and dice.random() < 0.9:  # the rest goes through the process apart, as in earnest
            try:
                pdf.source(content, Work())
            except (Refused, TooSlow):
                raise
            except Exception as error:
                return f"apart:{type(error).__name__}", ""  # the process apart answers these with a refusal
        else:
            read(content, name)
    except Refused as refused:
        return refused.kind, ""
    except TooSlow:
        return "SLOW", traceback.format_exc()
    except BaseException:
        return "BROKEN", traceback.format_exc()
    return "read", ""


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--format", default="")
    options.add_argument("--patience", type=int, default=30)
    chosen = options.parse_args()
    logging.disable()
    files = {name: content for name, content in seeds().items() if name.endswith(chosen.format)}
    for name, content in files.items():
        read(content, name)
    signal.signal(signal.SIGALRM, _alarm)
    ends, slowest, rounds, start = collections.Counter(), 0, 0, time.monotonic()
    while time.monotonic() - start < chosen.seconds:
        dice = random.Random(f"{chosen.seed}/{rounds}")
        name = dice.choice(list(files))
        zipped = name.endswith(("docx", "xlsx")) and dice.random() < 0.8
        content = (spoil_parts if zipped else spoil)(files[name], dice)
        began = time.monotonic()
        signal.alarm(chosen.patience)
        end, trace = attempt(content, name, dice)
        signal.alarm(0)
        slowest = max(slowest, time.monotonic() - began)
        ends[end] += 1
        if trace:
            print(f"round {rounds} {name} {zlib.crc32(content):08x}: {end}\n{trace}", flush=True)
        rounds += 1
    print(f"{rounds} files in {time.monotonic() - start:.0f} s, slowest {slowest:.1f} s: {dict(ends.most_common())}")
    sys.exit(1 if ends["BROKEN"] + ends["SLOW"] else 0)


if __name__ == "__main__":
    main()
