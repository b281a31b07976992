from django.contrib.auth.password_validation import MinimumLengthValidator as BaseMinimumLengthValidator


class MinimumLengthValidator(BaseMinimumLengthValidator):
    def get_error_message(self) -> str:
        return f"Mật khẩu quá ngắn: cần ít nhất {self.min_length} ký tự."
