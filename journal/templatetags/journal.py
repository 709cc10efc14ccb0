"""An entry's verb in words, for pages that show a few of them beside other things."""

from django import template

from journal.verbs import verb

register = template.Library()


@register.filter
def act(entry):
    """«named the responsible person»."""
    return verb(entry.verb).words
