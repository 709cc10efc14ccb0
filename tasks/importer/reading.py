"""A file's bytes to a Source: the gate, then the reader of its format. Pure: no models, no settings, nothing on disk."""

import os

from tasks.importer import gate
from tasks.importer.formats.tidy import Work
from tasks.importer.shapes import Paragraph, Refused, Source

NOTHING = "Tệp không có chữ nào để đọc; nếu là bản quét, xin nhận dạng chữ (OCR) rồi nhập lại."


def read(content, name, *, limit=gate.LIMIT, on_progress=None):
    """The Source of `content` (bytes), by what it is; raises nothing but Refused (and what `on_progress` itself raises).

    `on_progress(done, total)` is called as work moves on: pages of a PDF, thousands of bytes of the rest.
    """
    with gate.only_refusals():
        kind = gate.check(content, name, limit=limit)
        ending = os.path.splitext(name or "")[1].lower().lstrip(".")
        source = gate.FORMATS[kind].read(content, Work(on_progress), ending)
        if not any(not isinstance(block, Paragraph) or block.text for block in source.blocks):
            raise Refused("no_text", NOTHING)
        return source


__all__ = ["Refused", "Source", "read"]
