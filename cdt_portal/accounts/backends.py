from allauth.account.auth_backends import AuthenticationBackend


class LimitedBackend(AuthenticationBackend):
    pass
