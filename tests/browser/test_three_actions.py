"""The month of a ward with 21 duties in three actions: the head opens and signs, the clerk files. Nothing is typed."""

import re

import pytest

from tests.browser.conftest import led_on
from tests.browser.test_story import who

WARD = "phường Ba Ngòi"
COUNT = """
addEventListener("keydown", (event) => event.isTrusted && window.counted("key"), true);
addEventListener("click", (event) => event.isTrusted && window.counted(event.target.type === "checkbox" ? "tick" : "click"), true);
"""


@pytest.fixture
def counted(portal, visit):
    """A signed-in window in which every click, tick and key is counted: (visitor, list of them)."""

    def open_window(role, **how):
        visitor, done = visit(who(portal, WARD, role), **how), []
        visitor.context.expose_function("counted", lambda what: done.append(what))
        visitor.context.add_init_script(COUNT)
        visitor.open("/")
        return visitor, done

    return open_window


def test_open_sign_file(counted):
    binh, heads = counted("steering")
    led_on(binh.page, binh.page.locator("a[href^='/reports/']", has_text=WARD).first.click)
    assert binh.picture("report-to-sign") == 0
    asked = binh.page.locator("input[name=noted]")  # only where lint found something
    ticks = asked.count()
    for _box in range(ticks):
        asked.check()
    binh.press("form[action$='/sign/'] button")
    assert binh.page.locator(".flash.success").count() == 1

    mai, clerks = counted("clerk", size="phone")
    assert mai.picture("work-with-report-to-file") == 0
    mai.press("form[action$='/file/'] button")
    receipt = mai.page.locator("#receipt")
    assert re.fullmatch(r"22423-\d{4}-\d{2}-v\d+-\d{6,}", receipt.inner_text())

    assert [done for done in heads + clerks if done != "tick"] == ["click"] * 3
    assert ((heads + clerks).count("tick"), ticks <= 1) == (ticks, True)
    assert binh.said + mai.said == []
