"""Incidents of the small world."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tasks import incidents

AT = datetime(2026, 7, 14, 23, 10, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
HOUR = timedelta(hours=1)
WORDS = {"system": "Trang tin phường", "effect": "Trang bị thay giao diện", "measures": "Đã ngắt máy chủ; cần tỉnh hỗ trợ"}


def noted(world, *, unit=None, by=None, at=AT, discovered_at=None, send=False, what="Trang tin bị tấn công", **more):
    """An incident of Ba Ngòi's UBND, noted by An at the moment of its discovery; only noted unless `send`."""
    facts = {"system": "", "effect": "", "measures": "", **more}
    return incidents.note(unit or world.ubnd, by=by or world.an, at=at, discovered_at=discovered_at or at, send=send, what=what, **facts)


def sent(row, *, by=None, at=AT, **more):
    """The first report of a noted one."""
    row.refresh_from_db()
    facts = {"what": row.what, **WORDS, **more}
    return incidents.complete(row, by=by or row.by, at=at, send=True, version=row.version, token=uuid.uuid4(), **facts)
