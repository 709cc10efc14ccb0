"""Lint on screen: who reads it, how it is filtered and taken along, what it costs."""

from datetime import date

import pytest
import time_machine

from plans.models import Plan
from tasks.lint import Kind as Fault
from tests.tasks.chain import NOVEMBER, Chain, duty

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _march():
    with time_machine.travel("2026-03-01T10:00+07:00", tick=False):
        yield


@pytest.fixture
def chain(world):
    """Two faults in the ward's plan and one in the province's."""
    chain = Chain(world)
    duty(chain.ward, "Khử khuẩn nguồn nước sinh hoạt", due_on=date(2026, 1, 31), leads=[world.ubnd])
    duty(chain.ward, "Vệ sinh môi trường khu dân cư")
    duty(chain.province, "Nâng cấp bệnh viện tỉnh", due_on=date(2026, 1, 10), leads=[world.khanh_hoa])
    return chain


def page(client, plan, query=""):
    return client.get(f"/plans/{plan.pk}/lint/{query}")


def kinds(answer):
    return [(str(kind), [row.ref for row in rows]) for kind, rows in answer.context["groups"]]


def test_findings_stand_under_their_kind_with_links_to_both_sides(chain, as_post):
    answer = page(as_post(chain.world.an), chain.ward)
    assert kinds(answer) == [("past_at_signing", ["II/4"]), ("no_lead", ["II/5"])]
    low = chain.ward.tasks.get(ref="II/4")
    assert f'href="/tasks/{low.pk}/"' in answer.content.decode()
    assert "II/4 (Kế hoạch 05-KH/UBND) có hạn 31/01/2026, đã qua vào ngày ký 02/02/2026." in answer.content.decode()


def test_a_superiors_duty_is_linked_with_the_plan_that_leaves_it_out(chain, as_post):
    top = duty(chain.province, "Lập hồ sơ sức khỏe điện tử", due_on=NOVEMBER, group=chain.above(chain.review).group)
    body = page(as_post(chain.world.an), chain.ward, "?kind=uncovered").content.decode()
    assert f'href="/tasks/{top.pk}/"' in body
    assert f'href="/plans/{chain.ward.pk}/"' in body


def test_the_address_keeps_the_kind(chain, as_post):
    client = as_post(chain.world.an)
    answer = page(client, chain.ward, "?kind=no_lead")
    assert kinds(answer) == [("no_lead", ["II/5"])]
    assert dict(answer.context["counts"]) == {Fault.PAST_AT_SIGNING: 1, Fault.NO_LEAD: 1}
    assert f"/plans/{chain.ward.pk}/lint/export.csv?kind=no_lead" in answer.content.decode()
    assert len(kinds(page(client, chain.ward, "?kind=nonsense%00"))) == 2


def test_below_shows_the_plans_below_too(chain, as_post):
    client = as_post(chain.world.dung)
    assert kinds(page(client, chain.province)) == [("past_at_signing", ["II/4"])]
    answer = page(client, chain.province, "?below=1")
    assert kinds(answer) == [("past_at_signing", ["II/4", "II/4"]), ("no_lead", ["II/5"])]
    assert "?below=1" in page(client, chain.province).content.decode()


def test_below_shows_only_what_the_post_may_read(chain, as_post):
    """An reads the province's plan as his ward's superior; Cam Linh's people do not read Ba Ngòi's."""
    chain.province.receipts.create(unit=chain.world.cam_linh, received_on=date(2026, 1, 25))
    answer = page(as_post(chain.world.chi), chain.province, "?below=1")
    assert kinds(answer) == [("past_at_signing", ["II/4"])]
    assert not answer.context["has_below"]
    assert b"05-KH/UBND" not in answer.content


def test_who_may_not_read_the_plan_gets_404(chain, as_post):
    client = as_post(chain.world.chi)
    assert page(client, chain.ward).status_code == 404
    assert client.get(f"/plans/{chain.ward.pk}/lint/export.csv").status_code == 404
    assert page(client, chain.ward, "?below=1").status_code == 404


def test_a_draft_is_looked_at_by_its_own(chain, as_post):
    Plan.objects.filter(pk=chain.ward.pk).update(issued_on=None)
    answer = page(as_post(chain.world.mai), chain.ward)
    assert kinds(answer) == [("past_at_signing", ["II/4"]), ("no_lead", ["II/5"])]
    assert page(as_post(chain.world.dung), chain.ward).status_code == 404


def test_the_list_goes_along_as_csv(chain, as_post):
    answer = as_post(chain.world.dung).get(f"/plans/{chain.province.pk}/lint/export.csv?below=1&kind=past_at_signing")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[1].split(",")[0] == "31-KH/UBND"
    assert lines[2].split(",")[0] == "05-KH/UBND"
    assert "đã qua vào ngày ký 02/02/2026" in lines[2]


def test_the_plans_page_counts_what_the_lint_page_lists(chain, as_post):
    client = as_post(chain.world.an)
    answer = client.get(f"/plans/{chain.ward.pk}/")
    assert len(answer.context["lint"]) == page(client, chain.ward).context["total"] == 2
    assert f'href="/plans/{chain.ward.pk}/lint/"' in answer.content.decode()


def test_a_clean_plan_says_so(chain, as_post):
    answer = page(as_post(chain.world.hoa), chain.centre)
    assert (kinds(answer), answer.context["total"]) == ([], 0)


@pytest.mark.parametrize("query", ["", "?below=1"])
def test_the_page_costs_the_same_with_one_finding_and_with_more(chain, as_post, query, django_assert_max_num_queries):
    client = as_post(chain.world.dung)
    page(client, chain.province, query)
    with django_assert_max_num_queries(100) as first:
        page(client, chain.province, query)
    for n in range(3):
        duty(chain.ward, f"Vệ sinh môi trường khu dân cư số {n}", due_on=date(2026, 1, 31), leads=[chain.world.ubnd])
        duty(chain.province, f"Nâng cấp bệnh viện huyện số {n}", due_on=date(2026, 1, 10), leads=[chain.world.khanh_hoa])
    with django_assert_max_num_queries(len(first)):
        answer = page(client, chain.province, query)
    assert answer.context["total"] == (9 if query else 4)
