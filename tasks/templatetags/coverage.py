"""Addresses inside the pages of coverage."""

from urllib.parse import urlencode

from django import template

register = template.Library()


@register.simple_tag
def asking(kept, **more):
    """The query string of what a question keeps, with `more` over it; empty values fall away."""
    wanted = {name: value for name, value in {**kept, **more}.items() if value not in {None, ""}}
    return f"?{urlencode(wanted)}" if wanted else ""
