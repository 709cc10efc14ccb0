"""Reading a PDF in a process of its own, with a limit of memory and of processor time that the system itself keeps.

A PDF is a programming language: a page may call itself, a font may name four billion letters, a stream may unfold to gigabytes, and the
parser is Python, which cannot be stopped from a thread. Out here it can be killed. Bytes go in by a pipe and blocks come out by one;
nothing is written to disk.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from tasks.importer.shapes import Merge, Paragraph, Refused, Source, Table

# Seconds of processor time: someone waits for the first page; 600 dense pages take some minutes on a small machine.
SECONDS = {"first_lines": 20, "source": 400}
WALL = 900  # seconds in all, should the child sleep
MEMORY = 1_500_000_000  # bytes of address space, libraries included; 315 pages took 143 million of it
ROOT = Path(__file__).resolve().parents[3]

TOO_HARD = "Tệp PDF quá phức tạp nên không đọc được trong thời gian cho phép; xin xuất lại PDF từ bản gốc hoặc nhập tệp .docx."


def run(act, content, work):
    """What `act` ("source" or "first_lines" of formats.pdf) makes of `content`; Refused as it was there, or where it was killed."""
    command = [sys.executable, "-B", "-m", "tasks.importer.formats.apart", act, str(SECONDS[act])]
    child = subprocess.Popen(
        command, cwd=ROOT, env=_surroundings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    feeder = threading.Thread(target=_feed, args=(child, content), daemon=True)
    clock = threading.Timer(WALL, child.kill)
    feeder.start()
    clock.start()
    try:
        for line in child.stdout:
            told = json.loads(line)
            if "done" in told:
                work.tell(told["done"], told["total"])
            elif "refused" in told:
                raise Refused(*told["refused"])
            else:
                return _back(told)
        raise Refused("too_long", TOO_HARD)
    finally:
        clock.cancel()
        child.kill()
        child.wait()
        feeder.join()
        child.stdout.close()


def _surroundings():
    """The environment without what is ours: the child needs no secret and no database."""
    return {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "LD_LIBRARY_PATH")}


def _feed(child, content):
    try:
        with child.stdin:
            child.stdin.write(content)
    except (BrokenPipeError, OSError):
        pass  # the child has its reasons, and says them itself


def _back(told):
    """A Source, or a list of lines, from what the child printed."""
    if "lines" in told:
        return told["lines"]
    blocks = tuple(_block(block) for block in told.pop("blocks"))
    return Source(blocks, **told | {"problems": tuple(told["problems"])})


def _block(told):
    if "rows" not in told:
        return Paragraph(**told)
    rows = tuple(tuple(cell if isinstance(cell, str) else Merge(cell[0]) for cell in row) for row in told["rows"])
    return Table(rows, page=told["page"])


def _told(block):
    if isinstance(block, Paragraph):
        return vars(block)
    return {"rows": [[cell if isinstance(cell, str) else [cell.value] for cell in row] for row in block.rows], "page": block.page}


def _say(**told):
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _limit(seconds):
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(act, seconds):
    from tasks.importer.formats import pdf  # noqa: PLC0415 - only the child pays for the parser
    from tasks.importer.formats.tidy import Work  # noqa: PLC0415

    content = sys.stdin.buffer.read()
    _limit(seconds)
    try:
        made = getattr(pdf, act)(content, Work(lambda done, total: _say(done=done, total=total)))
        if act == "first_lines":
            _say(lines=made)
        else:
            _say(**vars(made) | {"blocks": [_told(block) for block in made.blocks]})
    except Refused as refused:
        _say(refused=[refused.kind, refused.says])
    except (MemoryError, RecursionError):
        _say(refused=["too_long", TOO_HARD])
    except Exception:
        _say(refused=["unreadable", pdf.UNREADABLE])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
