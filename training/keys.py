"""The code of a certificate: what is printed, typed and looked up."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without those that look alike in print: 0 O, 1 I L
LENGTH, GROUP = 12, 4


def make_code() -> str:
    """Twelve letters out of 31: 59 bits. Among half a million certificates a thousand guesses a second find the first
    one after some fifty years."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spell_code(code: str) -> str:
    """ "ABCD-EFGH-JKMN", in groups that are easily read out."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """The code in what was typed or pasted, in any case and with any gaps; "" when it cannot be one."""
    code = "".join(char for char in typed.upper() if char.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
