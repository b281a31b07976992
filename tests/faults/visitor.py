"""Somebody with a browser: keeps cookies, follows redirects, sends files, and has a watch."""

import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    url: str
    text: str
    seconds: float


class Visitor:
    def __init__(self, port: int):
        self.home = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(self.home + path))

    def post(self, path: str, **fields: object) -> Page:
        """Fill in the form that the page shows; a pair (name, bytes) is a file."""
        [token, *_] = TOKEN.findall(self.get(path).text)
        sent = {"csrfmiddlewaretoken": token} | {
            name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for name, value in fields.items()
        }
        body = encode_multipart(BOUNDARY, sent)
        return self._open(urllib.request.Request(self.home + path, body, {"Content-Type": MULTIPART_CONTENT}))

    def log_in(self, username: str) -> None:
        page = self.post("/tai-khoan/dang-nhap/", login=username, password="mat-khau-dung-1")
        assert page.status == 200 and "dang-nhap" not in page.url

    def _open(self, request: urllib.request.Request) -> Page:
        began = time.monotonic()
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        except urllib.error.URLError:  # nobody listens yet
            return Page(0, request.full_url, "", time.monotonic() - began)
        with answer:
            text = answer.read().decode()
        return Page(answer.status, answer.url, text, time.monotonic() - began)
