"""A small plan as the importer's steps hand it on, and an intake filled with it."""

from datetime import datetime

from django.utils import timezone

from tasks import deadlines
from tasks.importer import drafting
from tasks.importer.shapes import Paragraph, Source, Table
from tasks.models import Intake

AT = datetime(2026, 5, 6, 9, tzinfo=timezone.get_default_timezone())


def due(words, **more):
    """The deadline object of a wording, as tasks.deadlines prints it."""
    return {
        **dict.fromkeys(["words", "kind", "starts_on", "due_on", "due_at", "rrules", "hours", "days", "working_days", "stages", "flags"]),
        "rrules": [],
        "stages": [],
        "flags": [],
        "words": words,
        "kind": deadlines.Kind.NONE.value,
        **more,
    }


def duty(n, **more):
    """The n-th duty of the plan: led by a known unit, with a product and a day, so that nothing speaks against it."""
    return {
        "ref": f"PL/{n}",
        "section": "PL",
        "section_title": "Phụ lục",
        "text": f"Việc thứ {n}: lập danh mục hệ thống. Báo cáo kết quả.",
        "title": f"Việc thứ {n}",
        "lead": ["UBND phường"],
        "lead_words": "UBND phường",
        "lead_units": [],
        "lead_groups": [],
        "lead_role": "",
        "coordinators": [],
        "coordinator_words": "",
        "coordinator_units": [],
        "directing": [],
        "directing_units": [],
        "product": "Danh mục",
        "deadline": due("Trước ngày 30/6/2026", kind="before_date", due_on="2026-06-29", flags=["strict_before"]),
        "parent_ref": None,
        "flags": [],
        "unknown": [],
        "open": [],
        "blocks": [1, 1],
        **more,
    }


def plan(*duties, **document):
    """What `meaning.understand` answers."""
    facts = {
        "symbol": "09-KH/BCĐ",
        "type": "KH",
        "date": "2026-05-05",
        "issuer": "BAN CHỈ ĐẠO",
        "place": "Ba Ngòi",
        "subject": "Kế hoạch thử",
    }
    return {
        "document": {
            **facts,
            "issuer_unit": None,
            "bases": [],
            "recipients": [{"who": "Ban Thường vụ", "purpose": "để báo cáo"}],
            **document,
        },
        "tasks": list(duties),
        "objectives": [{"ref": "I.1", "horizon": "2026", "text": "Mục tiêu"}],
        "indicators": [
            {"ref": "I.1#1", "name": "Tỷ lệ", "operator": ">=", "value": 90, "unit": "%", "year": 2026, "firm": True, "words": ""}
        ],
        "left_out": [{"text": "Kinh phí do ngân sách bảo đảm.", "why": "kinh phí", "blocks": [2, 2]}],
        "problems": [],
    }


def source(n=3):
    rows = tuple((str(k), f"Việc thứ {k}: lập danh mục hệ thống. Báo cáo kết quả.", "UBND phường") for k in range(1, n + 1))
    return Source((Paragraph("KẾ HOẠCH", centred=True), Table(rows), Paragraph("Kinh phí do ngân sách bảo đảm.")), "docx")


def taken_in(post, found, *, content=b"PK", name="ke-hoach.docx", text=None, suggested=None):
    """An intake of `found`, read and ready for review."""
    row, _new = Intake.objects.take(content, name, by=post, at=AT)
    drafting.fill(row, text or source(len(found["tasks"])), found, suggested, at=AT)
    return Intake.objects.get(pk=row.pk)
