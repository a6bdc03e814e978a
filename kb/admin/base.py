"""What every table of the console shares: quick lists, records in the audit trail, and buttons that are forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from accounts.errors import MaruError
from accounts.models import AuditEvent
from accounts.requests import address_of
from kb.admin.paging import BoundedPaginator
from kb.admin.site import person_of


@dataclass(frozen=True, slots=True)
class Button:
    """A thing to do with the row that is shown: a form that posts, or with `href` a link."""

    name: str
    label: str
    danger: bool = False
    href: str = ""


def worded(name: str, description: Any, *, boolean: bool | None = None) -> Callable[[Any, Any], Any]:
    """A field that is only shown, under a word of the console's own where its model has none."""

    @admin.display(description=description, boolean=boolean)
    def value(self: Any, row: Any) -> Any:
        return getattr(row, name)

    return value


class ConsoleAdmin(ModelAdmin):
    """A table of the console. Nothing is deleted here; a subclass says what else can be done."""

    show_full_result_count = False
    paginator = BoundedPaginator
    list_per_page = 50
    list_max_show_all = 0
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    change_form_outer_before_template = "console/buttons.html"
    read_only: ClassVar[bool] = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Rows are suspended, revoked, ended or put into the trash; the past stays readable."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Not in a table that is only read."""
        return not self.read_only and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Not in a table that is only read."""
        return not self.read_only and super().has_change_permission(request, obj)

    def buttons(self, request: HttpRequest, row: Any) -> Iterable[Button]:
        """What can be done with this row now; a button NAME posts to `do_NAME(request, row)`."""
        return ()

    def get_urls(self) -> list[URLPattern]:
        """Django's own, and the address that buttons post to."""
        names = self.opts.app_label, self.opts.model_name
        do = path(
            "<path:object_id>/do/<slug:name>/", self.admin_site.admin_view(self._do), name="{}_{}_do".format(*names)
        )
        return [do, *super().get_urls()]

    def _do(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Press a button. What the work says becomes a message, its refusal too."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.get_object(request, object_id)
        if row is None or name not in {button.name for button in self.buttons(request, row) if not button.href}:
            raise Http404
        try:
            said = getattr(self, f"do_{name.replace('-', '_')}")(request, row)
        except MaruError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)
        return redirect(self.address("change", row.pk))

    def address(self, page: str, *args: object) -> str:
        """The address of a page of this table."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A refusal of the work behind the form becomes a message; nothing is half saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except MaruError as error:
            messages.error(request, str(error))
            return redirect(request.get_full_path())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """With the row's buttons."""
        known = list(self.buttons(request, obj)) if obj is not None else []
        addresses = [(button, button.href or self.address("do", obj.pk, button.name)) for button in known]
        return super().render_change_form(request, {**context, "buttons": addresses}, *args, obj=obj, **kwargs)

    def each(self, request: HttpRequest, rows: QuerySet[Any], do: Any, done: str) -> None:
        """Do something with each chosen row, and say what happened: how many, and every refusal once."""
        count, refused = 0, set()
        for row in rows:
            try:
                do(request, row)
                count += 1
            except MaruError as error:
                refused.add(str(error))
        if count:
            messages.success(request, done % {"count": count})
        for text in sorted(refused):
            messages.error(request, text)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit trail in place of Django's own log."""
        return self._record(request, "add", obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The audit trail in place of Django's own log; nothing changed leaves no record."""
        return self._record(request, "change", obj, message) if message else None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The audit trail in place of Django's own log."""
        return [self._record(request, "delete", row, []) for row in queryset]

    def _record(self, request: HttpRequest, what: str, obj: Any, message: Any) -> AuditEvent:
        user, address = person_of(request), address_of(request)
        return AuditEvent.record(user, f"{obj._meta.model_name}.{what}", obj, address=address, changes=message)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The audit trail of this row."""
        return redirect(
            f"{reverse('admin:accounts_auditevent_changelist')}?thing={self.opts.label_lower}&thing_id={object_id}"
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list; a subclass may have one of its own."""
        return ChangeList
