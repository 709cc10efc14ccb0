"""What the found duties mean: units for names, a deadline for words, flags for what a person must look at.

The result is the dict `import_plan --json` prints, with a few more keys for the review screen (see `understand`).
"""

import re
from dataclasses import replace
from datetime import date

from orgunits.words import fold
from tasks import deadlines
from tasks.deadlines import Kind
from tasks.importer.finding import Finder, split_sentences
from tasks.importer.indicators import find_indicators

TITLE = 160
NO_DAY = date(2000, 1, 1)  # for papers without a date: spans are still found, and no day read against it is ever told
LEGACY = {"TCVN3", "VNI"}
_OWN_LINES = re.compile(r"\s*\n\s*")
_LEADING = re.compile(r"^(?:trực tiếp|lãnh đạo)\s*(?:,|và)?\s+c(?=hỉ đạo\b)", re.IGNORECASE)
# Deadlines that inside a sentence describe the work («định kỳ hằng năm kiểm tra») unless nothing else says when.
_LOOSE = {
    Kind.ONGOING,
    Kind.RECURRING_WEEKLY,
    Kind.RECURRING_MONTHLY,
    Kind.RECURRING_QUARTERLY,
    Kind.RECURRING_HALF_YEARLY,
    Kind.RECURRING_YEARLY,
    Kind.IMMEDIATELY_AFTER_EVENT,
    Kind.DAYS_AFTER_EVENT,
    Kind.WITHIN_HOURS_OF_EVENT,
    Kind.ON_REQUEST,
    Kind.RELATIVE_TO_SUPERIOR_PLAN,
}


def understand(source, *, directory, issuer=None, strict=None, on_progress=None):
    """Read a Source into the dict of `import_plan --json`; extra keys serve the review screen.

    `issuer` is a unit's code where the person says who issued the paper, otherwise the heading decides. Extra keys: document
    type_name, place, issuer_unit, recipients; tasks section_title, lead_words, lead_units, lead_groups, coordinator_words,
    coordinator_units, directing_units, unknown, open, blocks; objectives. `on_progress(done, total)` counts duties.
    """
    return Reader(source, directory, issuer, strict).read(on_progress or (lambda done, total: None))


class Reader:
    """One reading of one Source."""

    def __init__(self, source, directory, issuer, strict):
        self.source, self.directory, self.strict = source, directory, strict
        self.issuer_given = issuer
        self.day = None
        self.namer = directory.seen_from(issuer)
        self._found_in, self._said_in = {}, {}

    def read(self, on_progress):
        finder = Finder(self.source, deadline_spans=self.spans, names_only=self.names_only, begins_with_actor=self.begins_with_actor)
        facts = finder.facts
        issuer = self.issuer_given or self.directory.issuer(facts["issuer"], place=facts["place"])
        area = self.directory.area(facts["issuer"], place=facts["place"])
        self.namer = self.directory.seen_from(issuer or area)
        self.day = date.fromisoformat(facts["date"]) if facts["date"] else None
        found = finder.find()
        tasks = []
        for n, duty in enumerate(found.duties, 1):
            tasks.append(self.task(duty))
            on_progress(n, len(found.duties))
        _flag_products(tasks, found.duties)
        return {
            "document": {**facts, "issuer_unit": issuer},
            "tasks": tasks,
            "objectives": [
                {"ref": ref, "horizon": _horizon(titles), "heading": titles, "text": text, "blocks": [first, last]}
                for ref, titles, text, first, last in found.aims
            ],
            "indicators": self.indicators(found),
            "left_out": found.left_out,
            "problems": self.problems(facts, issuer, tasks),
        }

    # ── what the finder asks ──
    def spans(self, text):
        """[(start, end)] of deadlines in running text, those of the work itself included."""
        return [(start, end) for start, end, _ in self.deadlines_in(text)]

    def deadlines_in(self, text):
        _bounded(self._found_in)
        if text not in self._found_in:
            self._found_in[text] = deadlines.find(text, plan_date=self.day or NO_DAY, strict=self.strict)
        return self._found_in[text].deadlines

    def triggers_in(self, text):
        """What starts or repeats a piece of the work («ngay sau khi …», «định kỳ hằng năm …») without being its deadline."""
        self.deadlines_in(text)
        return [span.deadline for span in self._found_in[text].triggers]

    def sentence(self, text):
        _bounded(self._said_in)
        if text not in self._said_in:
            self._said_in[text] = self._names_alone(text, self.namer.sentence(_LEADING.sub("C", text)))
        return self._said_in[text]

    def _names_alone(self, text, parts):
        """A heading of collective names, «Ủy ban nhân dân các huyện, thị xã, thành phố», is a list and no sentence."""
        words = text.strip(" .:;,-–")
        if _says_who(parts.lead) or not words or len(words) > 200 or re.search(r"\d{1,2}/\d", words):
            return parts
        named = self.namer.name(words)
        if not _says_who(named) or named.unknown or sum(len(name) + 2 for name in named.names) < len(words):
            return parts
        return replace(parts, lead=named, lead_words=words, rest="")

    def names_only(self, text):
        """True where the words are nothing but names: a heading like «Sở Tài chính», «Các cơ quan, đơn vị»."""
        if not text or len(text) > 250 or self.spans(text):
            return False
        parts = self.sentence(text)
        return _says_who(parts.lead) and not parts.rest.strip(" .:;,-–*")

    def begins_with_actor(self, sentence):
        """True where a sentence names who is to act: «Sở X chủ trì …», «Các doanh nghiệp … phải …», «Giao Phòng Y …»."""
        parts = self.sentence(sentence)
        return _says_who(parts.lead) and not parts.behind

    # ── one duty ──
    def task(self, duty):
        who = self.who(duty)
        deadline = self.deadline(duty)
        cells = duty.cells or {}
        text = _OWN_LINES.sub(" ", duty.text)
        lead, coordinators = who["lead"], who["coordinators"]
        task = {
            "ref": duty.ref,
            "section": duty.section,
            "section_title": duty.section_title[:300],
            "text": text,
            "title": title_of(text, who["rest"], [text[start:end] for start, end in self.spans(text)]),
            "lead": _names(lead),
            "lead_words": who["lead_words"][:500],
            "lead_units": list(lead.units) if lead else [],
            "lead_groups": list(lead.groups) if lead else [],
            "lead_role": lead.role if lead else "",
            "coordinators": _names(coordinators),
            "coordinator_words": who["coordinator_words"][:500],
            "coordinator_units": [code for code in coordinators.units if not lead or code not in lead.units] if coordinators else [],
            "directing": [name for named in who["directing"] for name in _names(named)],
            "directing_units": [code for named in who["directing"] for code in named.units],
            "product": _OWN_LINES.sub(" ", cells.get("product", "")),
            "deadline": deadline.as_json(),
            "parent_ref": None,
            "flags": [],
            "unknown": [*(lead.unknown if lead else ()), *(coordinators.unknown if coordinators else ())],
            "open": list(coordinators.open) if coordinators else [],
            "proposals": [list(one) for named in (lead, coordinators) if named for one in named.proposals],
            "blocks": [duty.first, duty.last],
        }
        task["flags"] = _flags(task, deadline)
        return task

    def who(self, duty):
        """Lead, coordinators and directing bodies from the headings above, the row's cells and the duty's own words."""
        lead, lead_words, directing = None, "", []
        for words in duty.chain:
            lead, lead_words, directing = self._step(words.strip(), lead, lead_words, directing)
        text = _OWN_LINES.sub(" ", duty.text)
        prefix, colon, rest = text.partition(":")
        if colon and len(prefix) < 200 and self.names_only(prefix) and len(self.sentence(text).lead_words) <= len(prefix):
            lead, lead_words, directing = self._step(prefix, lead, lead_words, directing)
            text = rest.strip()
        if duty.cells is not None and (cell := duty.cells.get("lead") or duty.cells.get("who_when")):
            return self._from_cells(cell, duty.cells, text, directing)
        parts = self.sentence(text)
        if _directs(text) and _specific(parts.lead) and lead:
            directing = [*directing, lead]
        elif parts.directing and _specific(parts.directing):
            directing = [*directing, *([lead] if lead and not _same(lead, parts.directing) else []), parts.directing]
        # «Các Bộ, ngành, địa phương có …» under a heading that names whom it means says nothing new.
        if _says_who(parts.lead) and (_specific(parts.lead) or parts.lead.groups or parts.lead.role or not lead):
            lead, lead_words = parts.lead, parts.lead_words
        coordinators, words = parts.coordinators, parts.coordinator_words
        if duty.cells is not None and duty.cells.get("coordinators"):
            words = _OWN_LINES.sub("\n", duty.cells["coordinators"])
            coordinators = self.namer.name(words)
        return {
            "lead": lead,
            "lead_words": lead_words,
            "coordinators": coordinators,
            "coordinator_words": words,
            "directing": directing,
            "rest": parts.rest,
        }

    def _step(self, words, lead, lead_words, directing):
        """What one heading or introduction above a duty changes."""
        parts = self.sentence(words)
        if _directs(words) and _specific(parts.lead) and lead:
            return parts.lead, parts.lead_words, [*directing, lead]
        if parts.directing and _specific(parts.directing) and _says_who(parts.lead):
            return parts.lead, parts.lead_words, [*directing, parts.directing]
        if _says_who(parts.lead) and (words.endswith(":") or not parts.rest.strip(" .:;,-–") or _obliges(parts.rest)):
            return parts.lead, parts.lead_words or words, directing
        return lead, lead_words, directing

    def _from_cells(self, cell, cells, text, directing):
        words = _OWN_LINES.sub("\n", cell)
        parts = self.namer.cell(words) if cells.get("lead") else self.sentence(words.replace("\n", " "))
        lead, coordinators, more = parts.lead, parts.coordinators, parts.coordinator_words
        if not _says_who(lead):
            lead = self.namer.name(words)
        if cells.get("coordinators"):
            more = _OWN_LINES.sub("\n", cells["coordinators"])
            coordinators = self.namer.name(more)
        return {
            "lead": lead,
            "lead_words": words.replace("\n", "; "),
            "coordinators": coordinators,
            "coordinator_words": more.replace("\n", "; "),
            "directing": directing,
            "rest": self.sentence(text).rest,
        }

    def deadline(self, duty):
        """A row's deadline cell, or the words in the text, or the period of a heading above, or what repeats the work itself."""
        day = self.day or NO_DAY
        text, cells = _OWN_LINES.sub(" ", duty.text), duty.cells or {}
        triggers = self.triggers_in(text)
        if said := cells.get("deadline", "").strip() or self.when(cells.get("who_when", "")):
            read = deadlines.read(_one_line(said), plan_date=day, strict=self.strict)
        elif governing := self.governing(text):
            read = deadlines.combine(governing)
        elif period := self.period(duty.period, day):
            read = deadlines.read("", plan_date=day, period=period)
        else:
            return deadlines.combine(triggers) if self.day else deadlines.read("", plan_date=day)
        if any(trigger.kind == Kind.IMMEDIATELY_AFTER_EVENT for trigger in triggers):
            read = read.flagged("trigger_inside")
        return read if self.day else _without_days(read)

    def when(self, cell):
        """The sentences of a cell «Sở X chủ trì. Quý II/2026.» that name nobody."""
        sentences = re.split(r"(?<=[^\W\d]{2}[.;])\s+", _OWN_LINES.sub(" ", cell))
        return " ".join(sentence for sentence in sentences if not self.begins_with_actor(sentence))

    def period(self, headings, day):
        """The innermost heading that names a period."""
        for heading in reversed(headings):
            if (
                len(heading) < 200
                and not re.match(r"(phê duyệt|ban hành)\b", heading, re.IGNORECASE)
                and (period := deadlines.period_of(heading, plan_date=day))
            ):
                return period
        return None

    def governing(self, text):
        """The deadlines that bind the duty: those that close a sentence; loose words inside a sentence only where nothing else speaks."""
        found = self.deadlines_in(text)
        if len(found) < 2:
            return [deadline for *_, deadline in found]
        closing = [deadline for start, end, deadline in found if _closes(text, end)]
        firm = [deadline for start, end, deadline in found if deadline.kind not in _LOOSE or _closes(text, end)]
        if closing and any(deadline.kind not in _LOOSE for deadline in closing):
            return [deadline for deadline in firm if deadline.kind not in _LOOSE or deadline in closing]
        hours = [deadline for *_, deadline in found if deadline.kind == Kind.WITHIN_HOURS_OF_EVENT]
        return [*hours, *closing] if closing else firm or [deadline for *_, deadline in found]

    # ── the document ──
    def indicators(self, found):
        year = self.day.year if self.day else None
        rows = []
        for ref, titles, text, *_ in found.aims:
            rows += find_indicators(ref, titles, text, year=year)
        for duty in found.duties:
            if duty.cells is None:
                rows += [
                    row
                    for row in find_indicators(duty.ref, " › ".join(duty.period), duty.text, year=year)
                    if row["operator"] != "=" or duty.period
                ]
        return rows

    def problems(self, facts, issuer, tasks):
        problems = list(self.source.problems)
        if self.source.encoding in LEGACY:
            problems.append(f"Văn bản viết bằng bảng mã {self.source.encoding}; đã chuyển sang Unicode.")
        for key, says in (
            ("symbol", "Không thấy số và ký hiệu của văn bản."),
            ("date", "Không thấy ngày ban hành; các thời hạn vì vậy chưa được đọc thành ngày."),
            ("type", "Không thấy tên loại văn bản."),
        ):
            if not facts[key]:
                problems.append(says)
        if not issuer:
            problems.append("Chưa nhận ra cơ quan ban hành trong danh mục đơn vị.")
        if not tasks:
            problems.append("Không tìm thấy nhiệm vụ nào trong văn bản.")
        return problems


def _bounded(cache, most=200):
    """The finder asks for a text several times and then never again: a few hundred answers are enough for any length of plan."""
    if len(cache) >= most:
        cache.clear()


def _one_line(words):
    """Lines of a cell that only wrap: the next begins small or with a figure."""
    return re.sub(r"\s*\n\s*(?=[\d(]|[^\W\dA-ZĐÀ-Ỹ])", " ", words)


def _says_who(named):
    return bool(named and (named.names or named.groups or named.role or named.collective or named.units))


def _specific(named):
    """Names one unit or several, not a collective addressee."""
    return bool(named and (named.units or named.unknown))


def _same(one, other):
    return set(one.units) == set(other.units) and one.names == other.names


def _directs(text):
    return bool(re.match(r"(truc tiep |lanh dao,? |lanh dao va )?chi dao\b", fold(text)))


def _obliges(rest):
    return bool(re.match(r"\W*(co trach nhiem|chu tri|chiu trach nhiem|tham muu|phoi hop|thuc hien|to chuc|la co quan)", fold(rest)))


def _names(named):
    """Every name as printed; collective addressees and roles are names too."""
    if not named:
        return []
    names = list(named.names)
    for extra in (*named.collective, named.role):
        if extra and not any(fold(extra) in fold(name) or fold(name) in fold(extra) for name in names):
            names.append(extra)
    return names


def _closes(text, end):
    """Whether words ending at `end` close a sentence or a part of one."""
    rest = text[end:].lstrip(' *)"”')
    return not rest or rest[0] in ".;" or (rest[0] == "(" and not rest.strip(" .;").rstrip(")").count("."))


def _without_days(read):
    """Without the paper's own date no relative day is certain: the words stay, a person decides."""
    return deadlines.Deadline(read.words, Kind.UNREAD) if read.words and read.kind != Kind.ONGOING else read


def _flags(task, deadline):
    flags = []
    if deadline.kind == Kind.UNREAD:
        flags.append("deadline_unread")
    if any(stage.kind == Kind.UNREAD for stage in deadline.stages):
        flags.append("deadline_unread")
    if task["unknown"]:
        flags.append("unknown_unit")
    if deadline.stages:
        flags.append("two_deadlines")
    if "past_at_signing" in {*deadline.flags, *(flag for stage in deadline.stages for flag in stage.flags)}:
        flags.append("past_at_signing")
    if not task["lead"]:
        flags.append("no_lead")
    return list(dict.fromkeys(flags))


def _flag_products(tasks, duties):
    """«Không có sản phẩm» is a doubt where the table has a column for products and this row's is empty."""
    if not any(task["product"] for task in tasks):
        return
    for task, duty in zip(tasks, duties, strict=True):
        if duty.cells is not None and not task["product"]:
            task["flags"].append("no_product")


def title_of(text, rest, deadline_words):
    """A short name: the duty's words without who does it and until when, cut at a word."""
    words = (rest or text).strip(" .:;,-–")
    for said in deadline_words:
        words = words.replace(said, " ")
    words = re.sub(r"\(\s*\)", "", re.sub(r"\s+", " ", words)).strip(" .:;,-–*")
    words = (split_sentences(words) or [words or text])[0]
    if len(words) > TITLE:
        cut = words[:TITLE]
        at = max(cut.rfind(";"), cut.rfind(","))
        words = cut[:at] if at > 60 else cut.rsplit(" ", 1)[0] + "…"
    words = words.strip(" .:;,-–")
    return words[:1].upper() + words[1:]


def _horizon(titles):
    years = re.findall(r"\b(20[2-5]\d)\b", titles)
    return years[-1] if years else "general"
