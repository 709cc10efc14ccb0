"""The printing press: HTML on standard input, a PDF/A-3a file on standard output.

Run as a child process, ``python -m reports.press``, so that a page that never ends takes this process down and nothing else
(trust.md, promise 12). Imports no Django, reads no file or address named by the page, and stops itself: CPU seconds, wall
seconds and address space are limited here, whatever the parent does. The same HTML gives the same bytes.

``--check`` prints nothing and only tells by its exit code whether this machine can print.
"""

import argparse
import gc
import hashlib
import resource
import signal
import sys

CPU_SECONDS = 240
WALL_SECONDS = 300
ADDRESS_SPACE = 2 << 30  # bytes; a page of an annex takes 1.5–2 MB
FAMILY = "Liberation Serif"  # the metrics of Times New Roman

LIBRARY_MISSING = 3
FONT_MISSING = 4


def main(arguments=None):
    options = _options(arguments)
    limit(cpu_seconds=options.cpu, wall_seconds=options.wall, address_space=options.memory)
    try:
        import weasyprint  # noqa: F401, PLC0415 - slow, and its absence is an answer
    except (ImportError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return LIBRARY_MISSING
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


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--cpu", type=int, default=CPU_SECONDS, help="seconds")
    parser.add_argument("--wall", type=int, default=WALL_SECONDS, help="seconds")
    parser.add_argument("--memory", type=int, default=ADDRESS_SPACE, help="bytes of address space")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
