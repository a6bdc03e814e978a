"""The console's admin site, in place of Django's own."""

from django.contrib.admin.apps import SimpleAdminConfig


class ConsoleConfig(SimpleAdminConfig):
    """Django's admin app with our site, which shows what kb/admin/console.py registers and no table of other apps."""

    default_site = "kb.admin.site.ConsoleSite"
    default = False

    def ready(self) -> None:
        """Register the console's pages, after all models are there."""
        super().ready()
        from kb.admin import console  # noqa: F401
