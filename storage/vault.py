"""Encryption of identity data by the application: sealed columns, and keyed hashes to find them by."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12


class WrongKey(Exception):
    """The data was sealed with another key, or was changed since."""


@dataclass(frozen=True)
class Vault:
    """Seals and opens values under one key. A sealed value is key id, nonce and ciphertext, bound to its place."""

    key: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys apart without revealing them."""
        return self._derive(b"key id")[:KEY_ID_BYTES]

    def seal(self, value: str | bytes, place: str) -> bytes:
        """Encrypt a value for one place, such as "leads.phone"; it opens nowhere else."""
        plain = value.encode() if isinstance(value, str) else value
        nonce = os.urandom(NONCE_BYTES)
        return self.key_id + nonce + self._cipher().encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt a value. Raises `WrongKey`."""
        key_id, nonce = sealed[:KEY_ID_BYTES], sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
        if key_id != self.key_id:
            raise WrongKey
        try:
            return self._cipher().decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], place.encode())
        except InvalidTag as error:
            raise WrongKey from error

    def open_text(self, sealed: bytes, place: str) -> str:
        """Decrypt a text. Raises `WrongKey`."""
        return self.open(sealed, place).decode()

    def fingerprint(self, value: str) -> bytes:
        """A keyed hash: the same value is found again, and nobody without the key can try values out."""
        mac = hmac.HMAC(self._derive(b"fingerprint"), hashes.SHA256())
        mac.update(value.encode())
        return mac.finalize()

    def _cipher(self) -> AESGCM:
        return AESGCM(self._derive(b"seal"))

    def _derive(self, use: bytes) -> bytes:
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"pandu " + use).derive(self.key)


def load_or_make_key(path: Path) -> Vault:
    """The vault of the key in that file; made on first start, readable by its owner only. Raises `ValueError`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(os.urandom(KEY_BYTES))
    except FileExistsError:
        pass
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"{path} is not a key: {KEY_BYTES} bytes expected, {len(key)} found")
    return Vault(key)
