#!/usr/bin/env python3
"""Django's command line for the portal."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdt_portal.settings")
    if "runserver" in sys.argv:  # a web server, which reads the settings before wsgi.py
        os.environ.setdefault("CDT_DATABASE_ROLE", "cdt_web")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
