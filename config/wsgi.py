import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config.bodies import whole_bodies
from config.environment import one_clear_sentence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# 3 is how a worker tells gunicorn that trying again is of no use.
with one_clear_sentence(exit_code=3):
    application = whole_bodies(get_wsgi_application())
    if not settings.ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS is missing. Name the hosts people type, comma separated.")
