"""How figures of indicators are written."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from plans.models import Standing
from plans.quantities import written

register = template.Library()
LOOK = {Standing.MET: "done", Standing.PARTLY: "said", Standing.NOT_YET: "soon", Standing.NOTHING: "todo", Standing.NO_DATA: "todo ring"}


@register.simple_tag
def amount_words(indicator, amount):
    """«96,5 %» with «(193/200)» behind it where there are parts; words where there was nothing to count."""
    if amount is None:
        return "–"
    if amount.exact is None:
        return _("nothing to count")
    figure = format_html("<b>{}</b>", indicator.as_words(amount.shown))
    if amount.denominator is None:
        return figure
    return format_html("{} ({}/{})", figure, written(amount.numerator), written(amount.denominator))


@register.inclusion_tag("tasks/_tag.html")
def standing_tag(standing):
    return {"look": LOOK[standing], "words": Standing(standing).label}


@register.filter
def written_number(number):
    """A number as Vietnamese prints it; nothing is a dash."""
    return "–" if number is None else written(number)
