"""Settings of the tests: a data folder of their own, plain static files."""

import atexit
import os
import shutil
import tempfile

os.environ["HKS_DATA_DIR"] = tempfile.mkdtemp(prefix="hks-test-")
os.environ["HKS_DEMO"] = "1"

from hks.web.settings import *  # noqa: F403

atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405
if not os.environ.get("HKS_DATABASE_URL"):
    # A file as every installation has one: in memory all threads would share one connection, and locks with it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "tests.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"  # noqa: F405
