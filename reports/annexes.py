"""The annexes of a report as a workbook: a sheet for each, its cells typed again from the words that were frozen.

A number is a number only where its whole column holds numbers («TT» may hold «V.1.m»); a day is a day wherever it stands alone.
Everything else stays text, never a formula (tasks.sheets).
"""

import re
from datetime import date, datetime
from decimal import Decimal

from reports import paper
from tasks import sheets

DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
MOMENT = re.compile(r"(\d{2}):(\d{2}), (\d{2})/(\d{2})/(\d{4})")
NUMBER = re.compile(r"-?(0|[1-9]\d{0,2}(\.\d{3})+|[1-9]\d{0,14})(,\d{1,9})?")
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")  # in the name of a sheet
GROUP = "Kế hoạch"
GROUP_WIDTH = 30
CHARACTERS = 1.5  # of a landscape page, for each percent of its width


def workbook(facts, profile):
    """The bytes of an .xlsx with the annexes of a report (the facts are those of reports.paper); the same facts, the same bytes."""
    facts = paper.printable(facts)
    on = date.fromisoformat(facts["dated_on"] or facts["period"]["closes"])
    about = {
        "title": facts["subject"],
        "author": facts["issuer"]["name"],
        "created": datetime(on.year, on.month, on.day),
        "status": "DỰ THẢO" if facts["draft"] else "",
    }
    with sheets.book_of(_sheets(facts, profile), properties=about) as file:
        return file.read()


def _sheets(facts, profile):
    named = set()
    for annex in facts["annexes"]:
        columns, rows = _typed(annex)
        title = _name(annex["title"], named)
        named.add(title.lower())
        yield sheets.Sheet(title, [label for label, _ in columns], rows, [width for _, width in columns], _banner(annex, facts, profile))


def _banner(annex, facts, profile):
    marks = ["DỰ THẢO"] * facts["draft"] + ["dữ liệu minh họa"] * facts["illustrative"]
    return " · ".join([annex["title"], f"{facts['issuer']['name']}, {paper.number_line(facts, profile)}", *marks])


def _name(title, named):
    """«Phụ lục 1» of «Phụ lục 1. Nhiệm vụ có thời hạn»; numbered where two annexes begin alike, as spreadsheets demand."""
    short = FORBIDDEN.sub(" ", title.partition(".")[0]).strip()[:25] or "Phụ lục"
    others = (f"{short} ({n})" for n in range(2, len(named) + 3))
    return next(name for name in (short, *others) if name.lower() not in named)


def _typed(annex):
    """([(label, width)], rows of typed cells). A line that heads a group becomes a column of the rows under it, so that they sort."""
    columns = [(column["label"], float(column["width"]) * CHARACTERS) for column in annex["columns"]]
    groups, rows = _ungrouped(annex["rows"])
    if not rows:
        return columns, [[annex["empty"]]]
    numeric = [all(not cell or NUMBER.fullmatch(cell) for cell in column) for column in zip(*rows, strict=True)]
    typed = [[_cell(cell, numeric=of_numbers) for cell, of_numbers in zip(row, numeric, strict=True)] for row in rows]
    if any(groups):
        return [(GROUP, GROUP_WIDTH), *columns], [[group, *row] for group, row in zip(groups, typed, strict=True)]
    return columns, typed


def _ungrouped(rows):
    groups, cells, group = [], [], ""
    for row in rows:
        if isinstance(row, dict) and "group" in row:
            group = row["group"]
        else:
            groups.append(group)
            cells.append([str(cell) for cell in (row["cells"] if isinstance(row, dict) else row)])
    return groups, cells


def _cell(words, *, numeric):
    if numeric and words:
        return Decimal(words.replace(".", "").replace(",", "."))
    return _day(words) or words


def _day(words):
    """The day or moment that the words are, or None; «31/02/2026» stays words."""
    day, moment = DAY.fullmatch(words), MOMENT.fullmatch(words)
    if not day and not moment:
        return None
    try:
        return datetime.strptime(words, "%H:%M, %d/%m/%Y") if moment else datetime.strptime(words, "%d/%m/%Y").date()
    except ValueError:
        return None
