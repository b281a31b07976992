"""The first person of an empty portal: whoever runs the server hands them a code, which opens one page once."""

import base64
import hmac

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from cdt_portal.accounts.models import User
from cdt_portal.lib.row_security import EVERYTHING, seeing
from teams.enums import UserRole
from teams.models import Assignment
from teams.services.concurrency import take_turn

CODE_LENGTH = 16  # of 32 letters each: 80 bits, beyond all guessing
WRONG_CODE = "Mã thiết lập không đúng. Hãy xem lại dòng mà máy chủ in ra khi khởi động."


def is_open() -> bool:
    """While the portal has no account at all."""
    return not User.objects.exists()


def setup_code() -> str:
    """Four groups of four letters, the same on every machine of the installation: nothing is kept, and the first
    account closes its page for good."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"teams.services.first_run", "sha256")
    code = base64.b32encode(digest).decode()[:CODE_LENGTH]
    return "-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def is_setup_code(typed: str) -> bool:
    plain = "".join(char for char in typed.upper() if char.isalnum())
    return hmac.compare_digest(plain.encode(), setup_code().replace("-", "").encode())


def make_first_administrator(*, code: str, username: str, full_name: str, password: str) -> User:
    """Raises ValidationError when the code is wrong, or somebody was quicker."""
    if not is_setup_code(code):
        raise ValidationError({"code": WRONG_CODE})
    with transaction.atomic():
        take_turn("first-run")
        if not is_open():
            raise ValidationError(
                "Cổng vừa có người quản trị đầu tiên. Hãy đăng nhập, hoặc nhờ người ấy cấp tài khoản."
            )
        user = User.objects.create_user(username, password, full_name=full_name)
        with seeing(EVERYTHING):  # nobody has a post yet: the code says who may give the first
            Assignment.objects.create(user=user, role=UserRole.SYSTEM_ADMIN)
    return user
