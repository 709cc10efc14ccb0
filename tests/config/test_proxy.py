"""The address that sign-in is throttled by."""

import pytest
from axes.helpers import get_client_ip_address
from django.test import RequestFactory

FORWARDED = {None: "10.0.0.9", "": "10.0.0.9", "203.0.113.7": "203.0.113.7", "1.2.3.4, 203.0.113.7": "203.0.113.7"}
FORWARDED |= {"203.0.113.7:5555": "203.0.113.7", "[2001:db8::7]:443": "2001:db8::7", "2001:db8::7": "2001:db8::7", "unknown": "10.0.0.9"}


@pytest.mark.parametrize("header", FORWARDED)
def test_behind_a_trusted_proxy_it_is_the_one_the_proxy_added(header, settings):
    settings.AXES_CLIENT_IP_CALLABLE = "config.proxy.visitor"
    given = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    assert get_client_ip_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **given)) == FORWARDED[header]


def test_elsewhere_nobody_chooses_it():
    assert get_client_ip_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="203.0.113.7")) == "10.0.0.9"
