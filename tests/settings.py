"""Settings of the tests: a data folder of their own, plain static files."""

import os
import tempfile

os.environ["HKS_DATA_DIR"] = tempfile.mkdtemp(prefix="hks-test-")
os.environ["HKS_DEMO"] = "1"

from hks.web.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = ["tests.one_at_a_time.middleware", *(name for name in MIDDLEWARE if "whitenoise" not in name)]  # noqa: F405
