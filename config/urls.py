"""Every address of Maru."""

from django.contrib import admin
from django.urls import include, path

from kb.api.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("api/v1/", include("kb.api.urls")),
    path("", include("kb.urls")),
]

handler400 = "kb.views.errors.bad_request"
handler403 = "kb.views.errors.forbidden"
handler404 = "kb.views.errors.not_found"
handler500 = "kb.views.errors.broken"
