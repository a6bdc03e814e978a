"""People: coming, going, memberships, and what each may read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import display

from accounts import links, people, roles, signin
from accounts.access import managed_departments, readable_audiences, why_readable
from accounts.models import Department, Membership, User
from accounts.models.people import Language, Role
from kb.admin.base import Button, ConsoleAdmin
from kb.admin.forms import NewPersonForm
from kb.admin.site import person_of
from kb.models import Collection


class Memberships(TabularInline):
    """A person's departments now. Taking one away ends it; the past is on the page of what they can read."""

    model = Membership
    fields = ["department", "role", "since"]
    readonly_fields = ["since"]
    autocomplete_fields = ["department"]
    extra = 0
    verbose_name_plural = gettext_lazy("memberships")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Those that hold now."""
        return super().get_queryset(request).filter(ended_at=None).select_related("department")


class DepartmentFilter(admin.SimpleListFilter):
    """People who are in a department now."""

    title = gettext_lazy("department")
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All departments."""
        return [(str(each.pk), each.label) for each in Department.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Its members."""
        value = self.value()
        if value is None or not value.isdigit():
            return queryset
        return queryset.filter(memberships__department_id=int(value), memberships__ended_at=None)


@admin.register(User)
class PersonAdmin(ConsoleAdmin):
    """People. Nobody is deleted: they are suspended, and what they did stays told."""

    list_display = ["name", "username", "email", "departments", "standing", "signed_in_at"]
    list_filter = [DepartmentFilter, "is_active", "is_superuser"]
    search_fields = ["name", "username", "email"]
    ordering = ["name"]
    fields = ["name", "username", "email", "language", "is_superuser", "signed_in_at", "date_joined"]
    readonly_fields = ["username", "signed_in_at", "date_joined"]
    inlines = [Memberships]
    actions = ["suspend_people", "reinstate_people"]
    add_form = NewPersonForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their departments, in one query for all."""
        now = Membership.objects.filter(ended_at=None).select_related("department")
        return super().get_queryset(request).prefetch_related(Prefetch("memberships", now, to_attr="now"))

    @admin.display(description=gettext_lazy("departments"))
    def departments(self, row: Any) -> str:
        """Each with the role where it is more than an employee's."""
        return ", ".join(
            each.department.label
            if each.role == Role.EMPLOYEE
            else f"{each.department.label} · {each.get_role_display()}"
            for each in row.now
        )

    @display(description=gettext_lazy("standing"), label={"admin": "info", "suspended": "danger", "": "success"})
    def standing(self, row: User) -> tuple[str, str]:
        """Admin, suspended, or in."""
        if not row.is_active:
            return "suspended", _("Suspended")
        return ("admin", _("Admin")) if row.is_superuser else ("", _("May sign in"))

    @admin.display(description=gettext_lazy("admin"), boolean=True)
    def runs_console(self, row: User) -> bool:
        """One's own, which one cannot take away."""
        return row.is_superuser

    # ---- A new person
    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What Django calls a superuser runs the console here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_superuser":
            field.label, field.help_text = gettext_lazy("admin"), gettext_lazy("Runs the console.")
        return field

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """A form of its own for a new person."""
        if obj is None:
            return super().get_form(request, obj, change, **{"form": self.add_form, "fields": None, **kwargs})
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields of that form."""
        if obj is None:
            return [(None, {"fields": ["username", "name", "email", "department", "role", "language", "admin"]})]
        own = obj.pk == request.user.pk
        return [
            (None, {"fields": ["runs_console" if own and each == "is_superuser" else each for each in self.fields]})
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A new person has nothing that is only read; nobody takes the console from themselves."""
        if obj is None:
            return []
        return [*self.readonly_fields, "runs_console"] if obj.pk == request.user.pk else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """A new person's department is a field of the form."""
        return [] if obj is None else self.inlines

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Through accounts/people.py and accounts/roles.py, which keep the record."""
        actor = person_of(request)
        if change:
            if "is_superuser" in form.changed_data:
                roles.set_admin(obj, obj.is_superuser, actor=actor)
            User.objects.filter(pk=obj.pk).update(name=obj.name, email=obj.email, language=obj.language)
            return
        told = form.cleaned_data
        made = people.make(
            people.NewPerson(
                obj.username,
                obj.name,
                obj.email,
                told["department"],
                Role(told["role"]),
                Language(obj.language),
                admin=told["admin"],
            ),
            actor=actor,
        )
        obj.pk = made.pk
        self._invite(request, made)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """accounts/people.py kept the record."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Memberships through accounts/roles.py: begun, changed, ended."""
        actor = person_of(request)
        for membership in formset.save(commit=False):
            if membership.pk is None:
                roles.join(membership.user, membership.department, membership.role, actor=actor)
        for membership, changed in formset.changed_objects:
            if "department" in changed:
                roles.leave(Membership.objects.get(pk=membership.pk), actor=actor)
                roles.join(membership.user, membership.department, membership.role, actor=actor)
            else:
                roles.change_role(membership, membership.role, actor=actor)
        for membership in formset.deleted_objects:
            roles.leave(membership, actor=actor)

    @admin.display(description=gettext_lazy("last sign-in"), ordering="last_login")
    def signed_in_at(self, row: User) -> Any:
        """In the words of the portal, not of Django."""
        return row.last_login

    # ---- What can be done with a person
    def buttons(self, request: HttpRequest, row: User) -> list[Button]:
        """Read, invite, unlock, suspend."""
        known = [Button("access", _("What they can read, and why"), href=self.address("access", row.pk))]
        if not row.is_active:
            return [*known, Button("reinstate", _("Let in again"))]
        link = _("New password link") if row.has_usable_password() else _("Invitation link")
        known.append(Button("link", link))
        if any(each.user_id == row.pk for each in signin.locked_people()):
            known.append(Button("unlock", _("Unlock sign-in")))
        return [*known, Button("suspend", _("Suspend"), danger=True)]

    def do_link(self, request: HttpRequest, row: User) -> str:
        """A link to choose a password, shown once."""
        address = links.hand_out(row, actor=person_of(request))
        return format_html(
            '{} <code class="console-once">{}</code>',
            _("Give this link to %(person)s. It works once and is not shown again:") % {"person": row.name},
            address,
        )

    def do_suspend(self, request: HttpRequest, row: User) -> str:
        """Sessions, tokens and open links end with it."""
        people.suspend(row, actor=person_of(request))
        return _("%(person)s is suspended. Their sessions, tokens and links have ended.") % {"person": row.name}

    def do_reinstate(self, request: HttpRequest, row: User) -> str:
        """With the password that they had."""
        people.reinstate(row, actor=person_of(request))
        return _("%(person)s may sign in again. Tokens that were revoked stay revoked.") % {"person": row.name}

    def do_unlock(self, request: HttpRequest, row: User) -> str:
        """After too many wrong tries."""
        signin.unlock(row, actor=person_of(request))
        return _("%(person)s may try to sign in again now.") % {"person": row.name}

    @admin.action(description=gettext_lazy("Suspend the chosen people"))
    def suspend_people(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Many at once."""
        self.each(request, queryset, self.do_suspend, _("%(count)s people are suspended."))

    @admin.action(description=gettext_lazy("Let the chosen people in again"))
    def reinstate_people(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Many at once."""
        self.each(request, queryset, self.do_reinstate, _("%(count)s people may sign in again."))

    def _invite(self, request: HttpRequest, person: User) -> None:
        address = links.invite(person, actor=person_of(request))
        if address is None:
            text = _("An invitation was mailed to %(mail)s.") % {"mail": person.email}
            messages.success(request, text)
            return
        text = _("Give this link to %(person)s. It works once and is not shown again:") % {"person": person.name}
        messages.success(request, format_html('{} <code class="console-once">{}</code>', text, address))

    # ---- What somebody can read
    def get_urls(self) -> list[URLPattern]:
        """With the page of what somebody can read."""
        access = path("<int:pk>/access/", self.admin_site.admin_view(self.access_view), name="accounts_user_access")
        return [access, *super().get_urls()]

    def access_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every audience that lets this person read, why, and what is read by it; and what they manage."""
        person = User.objects.filter(pk=pk).first()
        if person is None:
            raise Http404
        audiences = readable_audiences(person)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What %(person)s can read, and why") % {"person": person.name},
            "opts": self.opts,
            "person": person,
            "grants": why_readable(person),
            "collections": Collection.objects.filter(audience_id__in=audiences).select_related(
                "department", "audience"
            ),
            "managed": Department.objects.filter(pk__in=managed_departments(person)),
            "past": person.memberships.exclude(ended_at=None).select_related("department").order_by("-ended_at"),
            "audit": f"{reverse('admin:accounts_auditevent_changelist')}?thing=accounts.user&thing_id={person.pk}",
        }
        return render(request, "console/access.html", context)
