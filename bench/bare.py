"""What every figure is compared with: a minimal signed-in page of twenty rows, through the product's own middleware."""

from django.db import connection
from django.shortcuts import render

from orgunits.models import OrgUnit


def bare(request):
    """Twenty rows by index; session, post, locale and CSRF like any page, and nothing else."""
    return render(request, "bench/bare.html", {"rows": OrgUnit.objects.order_by("path")[:20]})


def count_queries(get_response):
    """Tell in a header how many questions a page asked the database before its first byte."""

    def middleware(request):
        asked = [0]

        def counted(execute, sql, params, many, context):
            asked[0] += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counted):
            response = get_response(request)
        response.headers["X-Queries"] = str(asked[0])
        return response

    return middleware
