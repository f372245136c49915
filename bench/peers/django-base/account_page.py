"""The page for who is signed in: one query for the session, one for the person."""

from django.http import HttpResponse
from django.shortcuts import render


def account(request):
    if not request.user.is_authenticated:
        return HttpResponse("Not signed in.", status=401, content_type="text/plain")
    return render(request, "account.html")
