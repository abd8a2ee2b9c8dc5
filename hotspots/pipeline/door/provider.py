"""Sign in by the agency's identity provider: OpenID Connect 1.0, code flow with PKCE (RFC 7636).

The answer comes back to the browser that asked, once. The ID token must be signed by the provider, for this desk, with the nonce of this
very sign-in. Tokens are read and forgotten: none is kept, and none reaches the browser.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hotspots.domain.identity_provider import IdentityProvider, account_name
from hotspots.errors import InputError
from hotspots.pipeline.door.second_factor import SeedKey, decrypt_seed, encrypt_seed, is_seed, matching_step
from hotspots.pipeline.door.secrets import hash_token, new_token
from hotspots.pipeline.door.sign_in import NewSession, SlowDownError, begin_session
from hotspots.sources.identity_provider.answers import NOT_BELIEVED, ask
from hotspots.store.staff import identities
from hotspots.store.staff.door import Door

ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]  # none by a shared secret
KEPT_S = 3600.0  # how long the provider's addresses and keys are believed
LEEWAY_S = 60  # between two clocks
AGAIN = "The sign-in came back too late, twice, or to another browser. Begin again."
NO_ROLE = "Your agency's account has no role at this desk. Ask your administrator for one."
NO_FACTOR = "Your identity provider did not say that a second factor was used. Sign in there with one, or by name, password and code here."
DISABLED = "This account is disabled."
WRONG_CODE = "The code does not match. Codes last 30 seconds, and each counts once."


@dataclass(frozen=True, slots=True)
class HalfToken:
    """The token of a sign-in that lacks the second factor. It goes into a cookie and opens nothing else than its page."""

    token: str = field(repr=False)


def show_factor(
    door: Door, token: str, *, code: str, seed: str | None, network: str, seed_key: SeedKey, now_s: float | None = None
) -> NewSession:
    """Begin a session by a code of the desk's own second factor; with a seed, which is kept then, at the first time.

    Raises
    ------
    SlowDownError
        After failures of this account, until the wait is over.
    InputError
        The code does not fit, or the sign-in is over: five tries, ten minutes.
    """
    half = identities.half_of(door, hash_token(token))
    if half is None:
        raise InputError(AGAIN)
    if wait := door.wait_s(half.name, network, None):
        raise SlowDownError(f"Too many failed tries. The next one counts in {wait} s.")
    is_first = half.totp_seed is None
    if is_first and not is_seed(seed):
        raise InputError(AGAIN)
    known = seed if half.totp_seed is None else decrypt_seed(half.totp_seed, account_id=half.account_id, key=seed_key)
    step = matching_step(known or "", code, now_s=time.time() if now_s is None else now_s)
    kept = encrypt_seed(known or "", account_id=half.account_id, key=seed_key) if is_first else None
    passed = None if step is None else identities.pass_half(
        door, hash_token(token), step=step, seed=kept, key_id=seed_key.key_id if is_first else None
    )  # fmt: skip
    if passed is None:
        identities.miss_half(door, hash_token(token))
        door.note_failure(half.name, network, None)
        raise InputError(WRONG_CODE)
    return begin_session(door, passed, None)


@dataclass
class ProviderDoor:
    """The way through the provider.

    Attributes
    ----------
    back_url : the address of this desk that the provider sends browsers back to, as registered there.
    clock : seconds since 1970, for the times of a token.
    """

    provider: IdentityProvider
    back_url: str
    clock: Callable[[], float] = time.time
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def begin(self, door: Door, *, browser: str, next_path: str) -> str:
        """The provider's address for a browser that wants to sign in. Raises InputError where the provider is away."""
        where = self._described("authorization_endpoint")
        state, nonce, verifier = new_token(), new_token(), new_token()
        if not identities.begin_flow(
            door, state_hash=hash_token(state), browser_hash=hash_token(browser), nonce=nonce, verifier=verifier, next_path=next_path
        ):  # fmt: skip
            raise InputError("Too many people are signing in at once. Try again in ten minutes.")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.provider.client_id, "redirect_uri": self.back_url, "scope": self.provider.scopes,
            "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def finish(
        self, door: Door, answer: Mapping[str, str], *, browser: str | None
    ) -> tuple[NewSession | HalfToken, str]:
        """Begin a session for whom the provider vouches; with the page to go on to.

        Where it says of no second factor and the desk asks for its own, what begins opens nothing until that was shown.

        Raises
        ------
        InputError
            One sentence that says why nobody is signed in; a flow is spent in any case.
        """
        flow = identities.spend_flow(
            door, state_hash=hash_token(answer.get("state", "")), browser_hash=hash_token(browser or "")
        )
        if flow is None or not browser:
            raise InputError(AGAIN)
        if answer.get("iss", self.provider.issuer) != self.provider.issuer:  # RFC 9207
            raise InputError(NOT_BELIEVED)
        if "error" in answer or "code" not in answer:
            raise InputError("The identity provider did not sign you in.")
        claims = self._claims(self._id_token(answer["code"], flow.verifier), nonce=flow.nonce)
        rule = self.provider.rule_of(claims)
        if rule is None:
            raise InputError(NO_ROLE)
        is_whole = self.provider.saw_second_factor(claims)
        if not is_whole and not self.provider.own_second_factor:
            raise InputError(NO_FACTOR)
        account_id = identities.admit(
            door, issuer=self.provider.issuer, subject=claims["sub"], wish=account_name(claims), role=rule.role,
            all_areas=rule.all_areas, areas=rule.areas,
        )  # fmt: skip
        if account_id is None:
            raise InputError(DISABLED)
        if is_whole:
            return begin_session(door, account_id, None), flow.next_path
        token = new_token()
        if not identities.begin_half(
            door, token_hash=hash_token(token), account_id=account_id, next_path=flow.next_path
        ):
            raise InputError(DISABLED)
        return HalfToken(token), flow.next_path

    def _id_token(self, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back_url,
            "code_verifier": verifier,
        }
        secret = self.provider.client_secret
        if secret is None:
            form["client_id"] = self.provider.client_id
        name = quote(self.provider.client_id, safe="")  # RFC 6749, 2.3.1
        auth = None if secret is None else (name, quote(secret, safe=""))
        given = ask("POST", self._described("token_endpoint"), data=form, auth=auth)
        token = given.get("id_token")
        if not isinstance(token, str):
            raise InputError(NOT_BELIEVED)
        return token

    def _claims(self, token: str, *, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that is what it says (OpenID Connect Core 1.0, 3.1.3.7)."""
        asked = jwt.JWTClaimsRegistry(
            now=int(self.clock()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": self.provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        claims = self._signed(token, fresh=False) or self._signed(token, fresh=True)  # a provider changes its keys
        try:
            asked.validate(claims or {})
        except (JoseError, ValueError, TypeError):
            raise InputError(NOT_BELIEVED) from None
        assert claims is not None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        subject_fits = isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= 255
        if not subject_fits or (several and claims.get("azp") != self.provider.client_id):
            raise InputError(NOT_BELIEVED)
        return claims

    def _signed(self, token: str, *, fresh: bool) -> dict[str, Any] | None:
        """Read a token that a key of the provider signed; None where none did."""
        keys = self._answer(self._described("jwks_uri"), fresh=fresh)
        try:
            known = KeySet.import_key_set(keys)  # pyright: ignore[reportArgumentType]
            return jwt.decode(token, known, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, KeyError, TypeError):
            return None

    def _described(self, name: str) -> str:
        """An address from the provider's own description, which must be of this issuer and as safe as the issuer."""
        described = self._answer(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        address = described.get(name)
        is_safe = isinstance(address, str) and (
            address.startswith("https://") or self.provider.issuer.startswith("http://")
        )
        if described.get("issuer") != self.provider.issuer or not is_safe:
            raise InputError(NOT_BELIEVED)
        return str(address)

    def _answer(self, address: str, *, fresh: bool = False) -> dict[str, Any]:
        until, kept = self._kept.get(address, (0.0, None))
        if kept is None or fresh or time.monotonic() > until:
            kept = ask("GET", address)
            self._kept[address] = (time.monotonic() + KEPT_S, kept)
        return kept
