import csv
import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tasks.models.progress import log_progress


@pytest.fixture
def listed(world):
    world.duty(title='=HYPERLINK("http://evil")', due_on=timezone.localdate() - timedelta(days=2))
    done = world.duty(title="Rà soát, báo cáo", due_on=date(2099, 1, 2))
    log_progress(done, by=world.an, at=timezone.now(), says="done", words="x")
    world.duty(title="Không của ai", lead=world.committee)
    return world


def read_csv(answer):
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_the_sheet_holds_the_rows_of_the_list_and_no_more(listed, as_post):
    lines = read_csv(as_post(listed.an).get("/duties/export.csv"))
    assert [line[2] for line in lines[1:]] == ['\'=HYPERLINK("http://evil")', "Rà soát, báo cáo"]
    assert lines[1][7] == f"{timezone.localdate() - timedelta(days=2):%d/%m/%Y}"
    assert len(read_csv(as_post(listed.binh).get("/duties/export.csv?state=todo"))) == 3
    assert len(read_csv(as_post(listed.chi).get("/duties/export.csv"))) == 1


def test_the_workbook_has_typed_dates_and_no_formula(listed, as_post):
    answer = as_post(listed.an).get("/duties/export.xlsx?sort=-due")
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet
    assert re.search(r'<c r="H2" s="\d+"><v>\d{5}</v></c>', sheet)
    assert 'state="frozen"' in sheet
