"""Addresses of the door. Of allauth's pages only those that are used are here."""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path

from accounts.views import door

urlpatterns = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("forgotten/", door.forgotten, name="forgotten"),
    path("link/<str:secret>/", door.password_link, name="password_link"),
    path("language/", door.language, name="language"),
]
