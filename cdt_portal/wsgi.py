import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdt_portal.settings")
os.environ.setdefault("CDT_DATABASE_ROLE", "cdt_web")  # before the settings are read; "" is the owner

application = get_wsgi_application()
