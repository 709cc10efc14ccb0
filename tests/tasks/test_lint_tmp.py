import pytest, datetime, cProfile, pstats
from plans.models import Plan
from tasks.lint import findings_of
pytestmark = pytest.mark.django_db
def test_x(country):
    import time
    ids=list(Plan.objects.values_list('pk',flat=True))
    findings_of(ids,on=datetime.date(2026,5,20))
    for i in ids:
        t=time.perf_counter(); findings_of([i],on=datetime.date(2026,5,20)); print(time.perf_counter()-t)
    p=cProfile.Profile(); p.enable(); findings_of(ids,on=datetime.date(2026,5,20)); p.disable()
    pstats.Stats(p).sort_stats('cumtime').print_stats(35)
