"""The console's admin site, in place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    """Django's admin app with our site as the default one."""

    default_site = "kb.admin.site.ConsoleSite"
    default = False
