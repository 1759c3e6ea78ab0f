"""How Discord verifies an application's interactions endpoint before it sets the URL.

Discord docs: Interactions > Overview > Setting an Endpoint. Both requests are PINGs; Discord
PINGs the endpoint each time the URL is saved.
"""

from urllib.parse import urlsplit

import requests
from nacl.signing import SigningKey

from local.simulator.delivery import SignedInteraction, content_of, signed_headers
from local.simulator.form import Form
from local.simulator.guild_setup import GAME_MASTER
from local.simulator.interactions import PING
from local.simulator.invocations import build
from local.simulator.responses import PONG
from local.simulator.world import World

FIELD = "interactions_endpoint_url"
MAXIMUM_LENGTH = 2048


def check_endpoint(world: World, form: Form) -> None:
    """Note a problem if Discord would not accept the endpoint URL; null unsets the endpoint."""
    url = form.text(FIELD, 0, MAXIMUM_LENGTH)
    if url is None:
        return
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        form.problem(FIELD, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return
    if scheme not in {"http", "https"}:
        said = f"Scheme \"{scheme}\" is not supported. Scheme must be one of ('http', 'https')."
        form.problem(FIELD, "URL_TYPE_INVALID_SCHEME", said)
    elif not is_verified(world, url):
        said = "The specified interactions endpoint url could not be verified."
        form.problem(FIELD, "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", said)


def is_verified(world: World, url: str) -> bool:
    """Tell whether ``url`` answers a PING with a PONG, and a badly signed PING with 401."""
    ping = _ping(world)
    forged = signed_headers(world, ping.body, world.clock.now(), SigningKey.generate())
    with requests.Session() as session:
        session.trust_env = False
        try:
            deadline = world.settings.response_deadline_s
            good = _post(session, url, ping.body, ping.headers, deadline)
            bad = _post(session, url, ping.body, forged, deadline)
        except (requests.RequestException, ValueError):  # ValueError: urllib3, invalid host
            return False
    answer = content_of(good)
    is_pong = isinstance(answer, dict) and answer.get("type") == PONG
    return good.status_code == 200 and is_pong and bad.status_code == 401


def _ping(world: World) -> SignedInteraction:
    owner = world.add_user(GAME_MASTER).id
    return build(world, "", {}, guild_id="", channel_id="", user_id=owner, type_=PING)


def _post(
    session: requests.Session, url: str, body: str, headers: dict[str, str], deadline: float
) -> requests.Response:
    return session.post(
        url,
        data=body.encode(),
        headers=headers,
        timeout=deadline,
        allow_redirects=False,
    )
