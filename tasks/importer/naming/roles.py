"""A cell that names leads and coordinators together, parted by the marks it prints. Pure."""

import re

_ROLE = r"(?:(?:cơ quan|đơn vị)\s+)?(?P<role>chủ trì|phối hợp|thực hiện|CT|PH)(?:\s+thực hiện)?"
_LABEL = re.compile(rf"(?:^|(?<=[\n;.,]))\s*(?:[-–+•*]\s*)?{_ROLE}\s*:", re.IGNORECASE)
_BEHIND = re.compile(rf"\(\s*{_ROLE}\s*\)", re.IGNORECASE)
_WITH = re.compile(r"(?:\bchủ trì)?[\s,;.]*(?:\bvà\s+)?\bphối hợp(?:\s+chặt chẽ)?(?:\s+(?:với|cùng))?\b\s*:?", re.IGNORECASE)
_LEADS = re.compile(r"\bchủ trì\b[\s,;.]*", re.IGNORECASE)
_EDGES = " \n,;.:-–+•*"


def split_roles(words):
    """(words of the leads, words of the coordinators) of a cell; everything is lead where no mark tells them apart."""
    if labels := list(_LABEL.finditer(words)):
        return _by_labels(words, labels)
    if marks := list(_BEHIND.finditer(words)):
        return _by_brackets(words, marks)
    return _by_verbs(words)


def _by_labels(words, labels):
    """«Chủ trì: A⏎Phối hợp: B»; what stands before the first label leads."""
    parts = {False: [words[: labels[0].start()]], True: []}
    ends = [*(label.start() for label in labels[1:]), len(words)]
    for label, end in zip(labels, ends, strict=True):
        parts[_is_met(label)].append(words[label.end() : end])
    return _joined(parts[False]), _joined(parts[True])


def _by_brackets(words, marks):
    """«A (chủ trì); B, C (phối hợp)»: who stands behind a lead without a mark works with it."""
    parts, start = {False: [], True: []}, 0
    for mark in marks:
        said, start = words[start : mark.start()], mark.end()
        if _is_met(mark) and not parts[False]:
            before, _, said = said.replace("\n", ";").rpartition(";")  # «A; B (phối hợp)»: the mark is that of the last alone
            parts[False].append(before)
        parts[_is_met(mark)].append(said)
    parts[True].append(words[start:])
    return _joined(parts[False]), _joined(parts[True])


def _by_verbs(words):
    """«A chủ trì, phối hợp với B», «A chủ trì; B phối hợp»."""
    found = _WITH.search(words)
    if found and words[found.end() :].strip(_EDGES):
        return _joined([_LEADS.sub(" ", words[: found.start()])]), _joined([words[found.end() :]])
    leads = _LEADS.search(words)
    if found and leads and leads.end() <= found.start():
        return _joined([words[: leads.start()]]), _joined([words[leads.end() : found.start()]])
    return words, ""


def _is_met(mark):
    return mark["role"].lower() in {"phối hợp", "ph"}


def _joined(parts):
    return "; ".join(filter(None, (part.strip(_EDGES) for part in parts)))
