"""The product's addresses, and the bare page."""

from django.urls import include, path

from bench.bare import bare
from config import urls

urlpatterns = [path("bench/bare/", bare, name="bare"), path("", include("config.urls"))]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
