"""python-social-auth with its Telegram backend and its default pipeline."""

from base_settings import *

INSTALLED_APPS += ["social_django"]
# Without it a link that is refused is answered with 500.
MIDDLEWARE += ["social_django.middleware.SocialAuthExceptionMiddleware"]
AUTHENTICATION_BACKENDS = ["social_core.backends.telegram.TelegramAuth"]
SOCIAL_AUTH_TELEGRAM_BOT_TOKEN = BOT_TOKEN
SOCIAL_AUTH_JSONFIELD_ENABLED = True  # As its documentation recommends for PostgreSQL.
SOCIAL_AUTH_LOGIN_ERROR_URL = "/refused"
