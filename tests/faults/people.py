"""Makes the cast in a house that runs, as the web's role, and prints a token and a session for each of them."""

import json
import os
from datetime import timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from django.test import Client  # noqa: E402

from accounts.models import ApiToken  # noqa: E402
from tests.cast import make_cast  # noqa: E402

keys = {}
cast = make_cast()
for person in (cast.admin, cast.hana, cast.minsu, cast.suji):
    client = Client()
    client.force_login(person)
    token = ApiToken.issue(person, "faults", timedelta(days=1))[1]
    keys[person.username] = {"token": token, "session": client.cookies["sessionid"].value}
print(json.dumps(keys))
