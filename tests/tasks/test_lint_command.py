"""manage.py lint_plans: what it prints, for machines and for people."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from plans.models import Document
from tests.tasks.chain import TODAY, Chain, duty, plan_of

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("lint_plans", *args, "--on", str(TODAY), stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def chain(world):
    chain = Chain(world)
    world.plan.delete()
    duty(chain.ward, "Khử khuẩn nguồn nước sinh hoạt", due_on=date(2026, 1, 31), leads=[world.ubnd])
    duty(chain.province, "Nâng cấp bệnh viện tỉnh", due_on=date(2026, 1, 10), leads=[world.khanh_hoa])
    return chain


WARD_SAYS = {
    "kind": "past_at_signing",
    "plan": "05-KH/UBND",
    "ref": "II/4",
    "words": "đến 31/01/2026",
    "says": "II/4 (Kế hoạch 05-KH/UBND) có hạn 31/01/2026, đã qua vào ngày ký 02/02/2026.",
}


@pytest.mark.parametrize("name", ["05-KH/UBND", "05-kh/ubnd", " 05 -KH/UBND"])
def test_one_plan_by_its_symbol(chain, name):
    assert json.loads(run("--plan", name, "--json")) == [WARD_SAYS]


def test_one_plan_by_its_key_or_number(chain):
    Document.objects.filter(pk=chain.ward.document_id).update(key="y-te-ba-ngoi")
    assert json.loads(run("--plan", "y-te-ba-ngoi", "--json")) == [WARD_SAYS]
    assert json.loads(run("--plan", str(chain.ward.pk), "--json")) == [WARD_SAYS]


def test_the_cascade_and_every_plan(chain):
    both = [("31-KH/UBND", "II/4"), ("05-KH/UBND", "II/4")]
    for args in (["--plan", "20-KH/BCĐYT", "--cascade"], [], ["--plan", "05-KH/UBND", "31-KH/UBND", "--plan", "05-KH/UBND"]):
        assert [(row["plan"], row["ref"]) for row in json.loads(run(*args, "--json"))] == both
    assert json.loads(run("--plan", "20-KH/BCĐYT", "--json")) == []


def test_many_wards_bear_one_symbol(chain):
    other = plan_of(chain.world.cam_linh, "05-KH/UBND ", date(2026, 2, 2))
    Document.objects.filter(pk=other.document_id).update(symbol="05-KH/UBND")
    duty(other, "Vệ sinh môi trường khu dân cư")
    assert [row["kind"] for row in json.loads(run("--plan", "05-KH/UBND", "--json"))] == ["past_at_signing", "no_lead"]


def test_a_list_for_people(chain):
    printed = run("--plan", "05-KH/UBND")
    assert "Kế hoạch 05-KH/UBND · phường Ba Ngòi" in printed
    assert WARD_SAYS["says"] in printed
    assert printed.strip().endswith("1 findings in 1 plans.")


@pytest.mark.parametrize("name", ["99-KH/KHÔNG", "99999", "9" * 30, "", "²"])
def test_an_unknown_plan_is_said_in_one_sentence(chain, name):
    with pytest.raises(CommandError, match="There is no plan with the symbol, key or number"):
        run("--plan", name, "--json")


def test_a_day_that_is_none(chain):
    with pytest.raises(CommandError, match="is not a day"):
        call_command("lint_plans", "--on", "5/5/2026")


def test_without_plans_it_says_how_to_load_them():
    with pytest.raises(CommandError, match=r"Load them: manage\.py migrate, load_units, load_plans"):
        run("--json")
