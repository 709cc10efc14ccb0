"""Every form says in which post its page was opened: a page kept open in another tab is not written under the wrong post.

This `csrf_token` stands in for Django's everywhere (settings.TEMPLATES, "builtins"), so that no form can forget it.
`orgunits.middleware.acting_post` compares.
"""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from orgunits.middleware import OPENED_AS

register = template.Library()


class FormMarks(CsrfTokenNode):
    """Django's token, and the post that acts."""

    def render(self, context):
        token = super().render(context)
        post = getattr(context.get("request"), "post", None)
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, OPENED_AS, post.pk) if token and post else token


@register.tag
def csrf_token(parser, token):
    return FormMarks()
