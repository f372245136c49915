from account_page import account
from django.http import HttpResponse
from django.urls import include, path

urlpatterns = [
    path("", include("social_django.urls")),
    path("account", account),
    path("refused", lambda request: HttpResponse("Refused.", status=403, content_type="text/plain")),
]
