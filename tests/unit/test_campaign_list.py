"""`/campaign list`: read at once from the table, and only the campaigns of whoever asks."""

import json
import time

import pytest
from werkzeug.wrappers import Request, Response

from bench.campaigns_table import CampaignsTable
from channelwright.aws import endpoint, executions
from channelwright.records import attributes
from channelwright.words import lists, text
from tests.serving import serving
from tests.unit.interactions import DISCORD, ask, build

pytestmark = pytest.mark.usefixtures("queue")
GUILD = DISCORD.info["guild_id"]
OWNER = build("campaign list")["member"]["user"]["id"]


def record(number, name, **more):
    return {
        "guild_id": GUILD,
        "campaign_id": str(number),
        "name": name,
        "status": "created",
        "version": 2,
        "game_master": OWNER,
        "layout": "default",
        "role": f"9{number}",
        "category": f"8{number}",
        "channels": [],
        **more,
    }


@pytest.fixture
def table(monkeypatch):
    table = CampaignsTable()
    table.answers = []

    def answer(request: Request) -> Response:
        assert request.headers["X-Amz-Target"] == "DynamoDB_20120810.Query"
        assert "/us-east-1/dynamodb/aws4_request" in request.headers["Authorization"]
        if table.answers:
            status, said = table.answers.pop()
            return Response(said, status=status)
        return Response(json.dumps(table.query(**json.loads(request.data))))

    with serving(answer) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        yield table
    for connection, _ in endpoint._kept.values():
        connection.close()
    endpoint._kept.clear()


def keep(table, *records):
    for one in records:
        table.items[one["guild_id"], one["campaign_id"]] = attributes.item(one)


def listed(permissions=None, roles=(), user_id=None):
    """Return the answer to a member who has `roles`, and is the owner by default."""
    payload = build("campaign list")
    member = payload["member"] | {"roles": list(roles)}
    if permissions is not None:
        member["permissions"] = str(permissions)
    if user_id:
        member["user"] = member["user"] | {"id": user_id}
    answer = ask(payload | {"member": member})
    assert (answer["type"], answer["data"]["flags"]) == (4, 64)
    assert answer["data"]["allowed_mentions"] == {"parse": []}
    return answer["data"]["content"]


ADMINISTRATOR, NOTHING = 8, 0


def test_an_administrator_sees_all_and_the_latest_first(table):
    keep(table, record(1, "Strahd"), record(2, "Phandelver", game_master="5"))
    assert listed(ADMINISTRATOR).splitlines() == [
        "**Campaigns in this server**",
        "- **Phandelver**: <@&92>, game master <@5>",
        f"- **Strahd**: <@&91>, game master <@{OWNER}>",
    ]


def test_others_see_the_campaigns_whose_role_they_have_or_that_they_lead(table):
    keep(
        table,
        record(1, "Mine", game_master="7"),
        record(2, "My Table"),
        record(3, "Another's"),
    )
    said = listed(NOTHING, roles=["92"], user_id="7")
    assert said.startswith("**Your campaigns in this server**")
    assert "Mine" in said
    assert "My Table" in said
    assert "Another" not in said


@pytest.mark.parametrize(
    ("permissions", "said"),
    [(ADMINISTRATOR, "There are no campaigns"), (NOTHING, "You have no campaigns")],
)
def test_there_are_none(table, permissions, said):
    keep(table, record(1, "Elsewhere", guild_id="1"), record("plan#1", "No Campaign"))
    assert listed(permissions, user_id="7").startswith(f"{said} in this server.")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("creating", "is being created"),
        ("left", "was not removed completely"),
    ],
)
def test_what_is_going_on(table, status, said):
    keep(table, record(1, "Strahd", status=status))
    assert f"- **Strahd** {said}" in listed(ADMINISTRATOR)


@pytest.mark.parametrize(("ago", "said"), [(60, "is being removed"), (3600, "was not removed")])
def test_a_removal_that_is_over_is_not_shown_as_going_on(table, ago, said):
    """Nobody releases the claim of one that was stopped."""
    claimed_at = executions.utc(time.time() - ago)
    keep(table, record(1, "Strahd", status="removing", claimed_by="x", claimed_at=claimed_at))
    assert f"- **Strahd** {said}" in listed(ADMINISTRATOR)


def test_a_name_is_shown_as_typed(table):
    keep(table, record(1, "*Strahd* @everyone"))
    assert r"\*Strahd\*" in listed(ADMINISTRATOR)


def test_a_long_list_is_counted(table):
    keep(table, *(record(n, "A very long name " * 4) for n in range(100, 150)))
    said = listed(ADMINISTRATOR)
    assert len(said) <= text.CONTENT_LENGTH
    assert said.splitlines()[-1].startswith("… and ")


@pytest.mark.parametrize(
    "answer",
    [
        (400, '{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}'),
        (500, "{}"),
        (200, "no JSON"),
        (200, "{}"),
    ],
)
def test_a_table_that_does_not_answer_is_said(table, caplog, answer):
    table.answers.append(answer)
    assert "could not read the list of campaigns just now" in listed(ADMINISTRATOR)
    assert "the records were not read" in caplog.text


def test_a_table_that_is_not_there(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "Try again in a minute" in listed(ADMINISTRATOR)


def test_outside_a_server_there_is_nothing_to_list(table):
    payload = build("campaign list")
    answer = ask({**payload, "context": 1})
    assert "works only in a server" in answer["data"]["content"]


def test_a_subcommand_that_nobody_knows(table):
    payload = build("campaign list")
    for options in ([{"name": "burn", "type": 1}], [], None, "list"):
        answer = ask({**payload, "data": payload["data"] | {"options": options}})
        assert "does not know that command" in answer["data"]["content"]


def test_without_a_local_stack_aws_is_asked(monkeypatch):
    asked = []
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("DYNAMODB_URL", "https://dynamodb.eu-central-1.amazonaws.com")
    monkeypatch.setattr(endpoint, "call", lambda *given: asked.append(given) or b'{"Items": []}')
    listed(ADMINISTRATOR)
    [(url, target, _, timeout)] = asked
    # Half a second for the connection, and half for the answer: a second in all.
    assert 2 * timeout <= 1
    assert (url, target) == (
        "https://dynamodb.eu-central-1.amazonaws.com",
        "DynamoDB_20120810.Query",
    )


def test_a_record_without_a_role_is_nobodys_by_its_role(table):
    begun = record(1, "Strahd", status="creating", game_master="5")
    del begun["role"]
    keep(table, begun)
    assert listed(NOTHING, user_id="7").startswith("You have no campaigns")
    assert lists.campaigns([begun], everybodys=True).endswith("is being created")
