"""Runs `up` with the real database, the real queue and its canary, and a toy web server. Usage: queue_house.py PORT"""

import os
import sys
from pathlib import Path

import django

SERVER = str(Path(__file__).with_name("toy_server.py"))


def main(port):
    from django.conf import settings

    from kb.management.canary import FreshCanary
    from kb.management.commands.up import STEPS
    from kb.runtime import children, up
    from kb.runtime.timing import Timing

    def web(env, site):
        command = (sys.executable, SERVER, str(port))
        ready = real_web(env, site).ready
        return children.ChildSpec(name="web", label="Web", command=command, env=dict(env), ready=ready)

    real_web, up.web_spec = children.web_spec, web
    children.Services.of = lambda env: children.Services(database=True, encoder=False, model_server=False)
    canary = children.Watch(FreshCanary(settings.MARU), every=0.5, patience=5.0)
    whole = up.Whole(children.WebSite("127.0.0.1", port), STEPS, canary)
    up.run_up(settings.MARU, os.environ, whole, lambda line: print(line, flush=True), Timing(first_delay=0.2))


os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
main(int(sys.argv[1]))
