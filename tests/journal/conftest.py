from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from journal.models import Notice
from orgunits.models import Person

ON = date(2026, 6, 30)
AT = timezone.make_aware(datetime(2026, 6, 30, 7, 30))
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.BASE_URL = "https://thongsuot.example"


@pytest.fixture
def an(db):
    return person("an")


@pytest.fixture
def binh(db):
    return person("binh")


def person(name, **more):
    return Person.objects.create(username=name, **{"full_name": name.title(), "email": f"{name}@example.vn", **more})


def tell(someone, n=1, **fields):
    """`n` notices for somebody, each under a key of its own."""
    first = Notice.objects.filter(person=someone).count()
    facts = {"kind": "deadline", "title": "Rà soát hệ thống", "body": "02-KH/BCĐ · 17", "link": "/assignments/17/", "at": AT, **fields}
    Notice.objects.bulk_create(Notice(person=someone, key=f"k{first + i}", **facts) for i in range(n))
