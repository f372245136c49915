"""django-allauth with its Telegram provider, which signs up who is new without asking."""

from base_settings import *

INSTALLED_APPS += [
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.telegram",
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # Telegram tells no address.
SOCIALACCOUNT_PROVIDERS = {"telegram": {"TOKEN": BOT_TOKEN}}
