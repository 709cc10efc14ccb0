"""Markdown's marks and simple HTML tags, off the words and into what they mean: bold, heading, centred. Linear in the text."""

import html
import re

from tasks.importer.formats.tidy import clean

_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->")
_BREAKS = re.compile(r"<br\s*/?>|</?(?:p|div|h[1-6]|li|ul|ol|center|blockquote|section|body|html|head)(?:\s[^<>]{0,300})?>", re.I)
_BOLD_TAG = re.compile(r"</?(?:b|strong)>", re.I)
_TAG = re.compile(r"</?(?:i|em|u|s|a|sup|sub|span|font|small|big|code|pre|mark|ins|img|hr|o:p)(?:\s[^<>]{0,500})?/?>", re.I)
_CENTRED = re.compile(r"<center\b|align\s*[=:]\s*[\"']?center", re.I)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,31}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\((?:[^()\s]{1,2000})(?:\s+\"[^\"\n]{0,200}\")?\)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(?=[^\s#])")
_QUOTE = re.compile(r"^\s{0,3}>(?:\s+(?!\d)|$)")
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,}|~{3,}|`{3,}\w*)\s*")
_TOKEN = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])|(\*{1,3}|_{1,3}|~~|`+)")
BOLD = "\x01"  # a letter no text has (the tidy words drop it): parts bold from plain


def plain_lines(lines):
    """(text, level, bold, centred, gap) of each printed line of `lines`, a run of a file without a blank line in it.

    Only the first has a gap; a heading has one and leaves one. Marks may open on one line and close on another.
    """
    joined, found, gap = _without_tags("\n".join(lines)), [], True
    for raw in joined.split("\n"):
        centred = raw.startswith("\x02")
        found.append((raw.lstrip("\x02"), centred))
    texts = _without_emphasis([_without_heading(raw) for raw, _ in found])
    level_before = None
    for (raw, centred), (text, bold) in zip(found, texts, strict=True):
        level = _level(raw)
        if _RULE.fullmatch(raw) or not clean(text):
            gap = gap or not raw.strip() or bool(_RULE.fullmatch(raw))
            continue
        yield clean(text), level, bold, centred, gap or level is not None or level_before is not None
        gap, level_before = False, level


def _without_tags(text):
    """`text` with line breaks for the tags that break lines, BOLD signs and no other tags; «\\x02» before a centred line."""
    text = text.replace(BOLD, "").replace("\x02", "")
    if "<" in text:
        text = _COMMENT.sub("", text)
        text = _BREAKS.sub(lambda tag: "\n\x02" if _CENTRED.search(tag[0]) else "\n", text)
        text = _TAG.sub("", _BOLD_TAG.sub(BOLD, text))
    if "](" in text:
        text = _LINK.sub(lambda link: "" if link[0].startswith("!") else link[1], text)
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text


def _level(line):
    found = _HEADING.match(line)
    return len(found[1]) - 1 if found else None


def _without_heading(line):
    found = _HEADING.match(line)
    return line[found.end() :].rstrip().rstrip("#") if found else _QUOTE.sub("", line)


def _without_emphasis(lines):
    """[(text, whether all of it is bold)] with the pairs of * _ ~ ` taken off; a mark without its pair is a letter and stays."""
    text = "\n".join(lines)
    tokens = list(_TOKEN.finditer(text))
    paired = _pairs(text, tokens)
    out, bold, at = [], False, 0
    for token in tokens:
        out.append((text[at : token.start()], bold))
        at = token.end()
        if token[1]:
            out.append((token[1], bold))
        elif token.start() in paired:
            bold = bold ^ (len(token[2]) in (2, 3) and token[2][0] in "*_")
        else:
            out.append((token[2], bold))
    out.append((text[at:], bold))
    return _by_line(out)


def _pairs(text, tokens):
    """The places of marks that open and close: an opener has no space behind it, a closer none before, the same mark nearest wins."""
    waiting, paired = {}, set()
    for token in tokens:
        mark = token[2]
        if not mark:
            continue
        before, after = text[token.start() - 1 : token.start()], text[token.end() : token.end() + 1]
        inside = mark[0] == "_" and before.isalnum() and after.isalnum()
        if mark in waiting and before.strip() and not inside:
            paired |= {waiting.pop(mark), token.start()}
        elif after.strip() and not inside and not (mark[0] == "_" and before.isalnum()):
            waiting[mark] = token.start()
    return paired


def _by_line(pieces):
    """Pieces (text, bold) to lines (text, whether every letter of it is bold)."""
    lines = [["", True, False]]
    tagged = False
    for text, bold in pieces:
        for part in re.split(f"(\n|{BOLD})", text):
            if part == "\n":
                lines.append(["", True, False])
            elif part == BOLD:
                tagged = not tagged
            else:
                line = lines[-1]
                line[0] += part
                if any(map(str.isalnum, part)):
                    line[1], line[2] = line[1] and (bold or tagged), True
    return [(text, all_bold and letters) for text, all_bold, letters in lines]
