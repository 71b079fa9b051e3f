"""Every address of the site, feature by feature."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

handler400 = "frechet_site.pages.errors.bad_request"
handler403 = "frechet_site.pages.errors.forbidden"
handler404 = "frechet_site.pages.errors.not_found"
handler500 = "frechet_site.pages.errors.server_error"

admin.site.site_header = admin.site.site_title = "Fréchet"
admin.site.index_title = "Administration"
# One door to log in by: the one that counts wrong passwords.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("frechet_site.pages.urls")),
    path("", include("frechet_site.workbench.urls")),
    path("cookbook/", include("frechet_site.cookbook.urls")),
    path("course/", include("frechet_site.course.urls")),
    path("enroll/", include("frechet_site.enrollment.urls")),
    path("community/", include("frechet_site.community.urls")),
    path("certificates/", include("frechet_site.certificates.urls")),
    path("practice/", include("frechet_site.mastery.urls")),
    path("api/", include("frechet_site.api.urls")),
    path("account/", include("frechet_site.accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
