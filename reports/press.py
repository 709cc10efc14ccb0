"""The printing press: HTML on standard input, a PDF/A-3a file on standard output.

Run as a child process, ``python -m reports.press``, so that a page that never ends takes this process down and nothing else
(trust.md, promise 12). Imports no Django, reads no file or address named by the page, and stops itself: CPU seconds, wall
seconds and address space are limited here, whatever the parent does. The same HTML gives the same bytes.

``--check`` prints nothing and only tells by its exit code whether this machine can print. ``--pile`` prints one page after another,
each in a child of its own that takes its memory along when it ends: loading the library takes as long as a ward's paper of eight pages.
"""

import argparse
import gc
import hashlib
import os
import resource
import signal
import sys
import tempfile
import traceback

CPU_SECONDS = 240
WALL_SECONDS = 300
ADDRESS_SPACE = 2 << 30  # bytes; a page of an annex takes 1.5–2 MB
FAMILY = "Liberation Serif"  # the metrics of Times New Roman

LIBRARY_MISSING = 3
FONT_MISSING = 4


def main(arguments=None):
    options = _options(arguments)
    if not options.pile:
        limit(cpu_seconds=options.cpu, wall_seconds=options.wall, address_space=options.memory)
    try:
        import weasyprint  # noqa: F401, PLC0415 - slow, and its absence is an answer
    except (ImportError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return LIBRARY_MISSING
    if options.pile:
        return _print_pile(options)
    return check() if options.check else _print_stdin()


def limit(*, cpu_seconds, wall_seconds, address_space):
    """Ends this process when it passes one of the limits (seconds, seconds, bytes), even if its parent is gone."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(wall_seconds)


def check():
    """Prints one line of Vietnamese to nowhere. Returns 0, or FONT_MISSING when another family had to stand in."""
    document = _document(f'<html lang="vi"><title>Thử</title><p style="font-family: {FAMILY}">Ngày, đường, Nguyễn</p></html>')
    document.write_pdf(pdf_tags=True)
    families = {font.family for font in document.fonts.values()}
    return 0 if families == {FAMILY} else FONT_MISSING


def press(html):
    """The bytes of a tagged PDF/A-3a made from a whole HTML page. Its identifier is the page's own hash, its dates are the
    page's ``dcterms`` metadata, so pressing again gives the same file (trust.md, promise 8). Raises what WeasyPrint raises."""
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    return _document(html).write_pdf(pdf_variant="pdf/a-3a", pdf_identifier=identifier)


def refuse(url):
    """In place of fetching: a paper is made of nothing but its own page."""
    raise Refused(url)


class Refused(BaseException):
    """The page names something outside itself. Not an Exception, so that WeasyPrint ends instead of going on without it."""


def _document(html):
    from weasyprint import HTML  # noqa: PLC0415 - slow, and main answers its absence

    return HTML(string=html, url_fetcher=refuse).render()


def _print_stdin():
    gc.disable()  # one paper and this process ends: collecting costs a fifth of the layout's time and frees next to nothing
    html = sys.stdin.buffer.read().decode("utf-8")
    sys.stdout.buffer.write(press(html))
    return 0


# A pile, on both pipes: one line of whole numbers with the lengths of what follows, then the bytes.
#   in   «seconds length»              HTML             seconds of wall time this page may take
#   out  «code length length»          PDF, complaints  code as subprocess has it: the exit code, or minus the signal that ended it


def _print_pile(options):
    gc.freeze()  # what is loaded stays shared with the children
    pages, answers = sys.stdin.buffer, sys.stdout.buffer
    while line := pages.readline():
        seconds, length = map(int, line.split())
        for part in _printed(pages.read(length), seconds, options):
            answers.write(part)
        answers.flush()
    return 0


def _printed(html, seconds, options):
    """The answer to one page: its head, the file and the complaints."""
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            _print_in_child(html, seconds, options, printed, said)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        parts = [_read(file) for file in (printed, said)]
    return [f"{code} {len(parts[0])} {len(parts[1])}\n".encode(), *parts]


def _print_in_child(html, seconds, options, printed, said):
    """Never returns: the child must not go on reading the pile."""
    code = 1
    try:
        os.dup2(said.fileno(), 2)
        limit(cpu_seconds=options.cpu, wall_seconds=seconds, address_space=options.memory)
        gc.disable()
        printed.write(press(html.decode("utf-8")))
        printed.flush()
        code = 0
    except BaseException:  # Refused among them
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _read(file):
    file.seek(0)
    return file.read()


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--pile", action="store_true")
    parser.add_argument("--cpu", type=int, default=CPU_SECONDS, help="seconds")
    parser.add_argument("--wall", type=int, default=WALL_SECONDS, help="seconds")
    parser.add_argument("--memory", type=int, default=ADDRESS_SPACE, help="bytes of address space")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
