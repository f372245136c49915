from account_page import account
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("account", account),
]
