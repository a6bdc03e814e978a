"""Runs `up` with the real database, web server, workers and watchdog, and an encoder that the test serves. Usage: PORT"""

import os
import sys

import django


def main(port):
    from django.conf import settings

    from kb.management.canary import FreshCanary
    from kb.management.commands.up import STEPS
    from kb.runtime import children, up
    from kb.runtime.timing import Timing

    children.Services.of = lambda env: children.Services(database=True, encoder=False, model_server=False)
    canary = children.Watch(FreshCanary(settings.MARU), every=0.5, patience=12.0)
    whole = up.Whole(children.WebSite("127.0.0.1", port), STEPS, canary)
    up.run_up(settings.MARU, os.environ, whole, lambda line: print(line, flush=True), Timing(first_delay=0.2))


os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
main(int(sys.argv[1]))
