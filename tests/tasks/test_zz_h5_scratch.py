import time, pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.tasks.test_intake_views import duties
from tests.tasks.intakes import taken_in, source
from tasks.importer import reviewing, confirming, comparing
from tests.tasks.intakes import AT
pytestmark = pytest.mark.django_db
def test_3000(world, as_post):
    c = as_post(world.mai)
    N=400
    t=time.time(); row = taken_in(world.mai, duties(world, N)); print("fill", time.time()-t)
    for q in ("", "?order=place&page=60","?q=viec thu 2999"):
        t=time.time()
        with CaptureQueriesContext(connection) as qs: p=c.get(row.get_absolute_url()+q)
        print("desk", q, time.time()-t, len(qs), len(p.content))
    t=time.time(); c.post(reverse("accept_drafts",args=[row.pk])); print("acceptall", time.time()-t)
    t=time.time(); c.post(reverse("undo_step",args=[row.pk])); print("undo", time.time()-t)
    reviewing.accept(row.drafts.get(ref=f"PL/{N}"), by=world.mai, at=AT)
    t=time.time()
    with CaptureQueriesContext(connection) as qs: r=c.post(reverse("confirm_intake",args=[row.pk]))
    print("confirm", time.time()-t, len(qs), r.status_code)
    new=duties(world,N); 
    for d in new["tasks"][::50]: d["text"]="Tập huấn "+d["text"]
    row2=taken_in(world.mai,new,content=b"x")
    t=time.time(); p=c.get(reverse("intake_difference",args=[row2.pk])); print("diff", time.time()-t, p.context["counts"])
