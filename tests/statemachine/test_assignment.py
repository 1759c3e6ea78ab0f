"""The game master gets the role beside the category, and again if that did not last."""

import pytest

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
LIMITED = {"message": "You are being rate limited.", "global": False}
PUT = {"method": "PUT", "path": "/members/.*/roles/"}
CATEGORY = {"method": "POST", "path": "/channels$", "body_contains": '"type": 4'}


def role_of(stage):
    """Return the id of the campaign's role, and its members."""
    roles = stage.discord.snapshot()["roles"]
    role = next(role for role in roles if role["name"] == "My Campaign Members")
    return role["id"], role["members"]


def assignments(stage):
    return [call for call in stage.discord.requests if call["method"] == "PUT"]


def statuses(stage):
    return [call["status"] for call in assignments(stage)]


def assert_given(stage, run):
    assert run.output["status"] == "created", run.cause
    assert role_of(stage) == (run.output["role_id"], [stage.discord.info["owner_id"]])


def calls_of(stage, function):
    """Run a campaign; return its run, and the calls of a function to Discord."""
    begun = {}

    def note(name, _event):
        begun.setdefault(name, len(stage.discord.requests))

    stage.lambdas.on_invoke = note
    run = stage.run()
    after = min((at for at in begun.values() if at > begun[function]), default=None)
    return run, stage.discord.requests[begun[function] : after]


def test_it_is_sent_beside_the_category_and_looked_at_beside_the_lists(stage):
    run, beside = calls_of(stage, "create_category")
    assert_given(stage, run)
    assert [call["method"] for call in beside] == ["POST", "PUT"]
    assert statuses(stage) == [204]
    asked = [call["path"].rpartition("/")[2] for call in stage.discord.requests[-4:-1]]
    assert asked == [stage.discord.info["owner_id"], "roles", "channels"]


def test_one_that_did_not_last_is_found_and_repeated(stage):
    stage.discord.configure(lost_assignments=1)
    assert_given(stage, stage.run())
    assert statuses(stage) == [204, 204]


def test_one_that_failed_is_followed_until_it_lasts(stage):
    stage.discord.faults.add(**PUT, status=500)
    stage.discord.configure(lost_assignments=2)
    assert_given(stage, stage.run())
    assert statuses(stage) == [500, 204, 204, 204]


def test_one_that_never_lasts_holds_the_campaign_up_for_seconds(stage):
    stage.discord.configure(lost_assignments=99)
    began = stage.clock.now()
    run = stage.run()
    assert run.output["status"] == "created"
    assert stage.clock.now() - began < 15
    assert statuses(stage) == [204] * 5
    assert role_of(stage)[1] == []


def test_just_before_the_deadline_nothing_is_waited_for(stage, monkeypatch):
    stage.discord.configure(lost_assignments=1)
    monkeypatch.setattr("channelwright.campaign.deadlines.BUILD_SECONDS", 2)
    assert_given(stage, stage.run())


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403, "body": FORBIDDEN},
        {"status": 404, "body": {"message": "Unknown Member", "code": 10007}},
        {"status": 500},
        {"connection": "reset"},
        {"status": 429, "body": {**LIMITED, "retry_after": 0.7}},
        {"status": 429, "body": {**LIMITED, "retry_after": 61.5}},
        {"status": 429, "body": "error code: 1015"},
    ],
    ids=str,
)
def test_one_that_failed_holds_nothing_up_and_is_repeated(stage, fault):
    stage.discord.faults.add(**PUT, **fault)
    run, beside = calls_of(stage, "create_category")
    assert_given(stage, run)
    assert [call["method"] for call in beside] == ["POST", "PUT"]
    assert run.states.count("Create Category") == 1
    assert len(assignments(stage)) == 2
    began = beside[0]["at"]
    channels = [call for call in stage.discord.requests if '"general"' in str(call["body"])]
    assert all(call["at"] == began for call in channels)


@pytest.mark.parametrize("seconds", [0.7, 61.5])
def test_one_that_is_limited_is_not_repeated_too_early(stage, seconds):
    stage.discord.faults.add(**PUT, status=429, body={**LIMITED, "retry_after": seconds})
    run = stage.run()
    assert_given(stage, run)
    first, again = (call["at"] for call in assignments(stage))
    assert seconds <= again - first <= seconds + 2
    assert run.states.count("Complete Campaign") == 3  # the last one checks that the role lasts
    assert run.states.count("Wait for Discord") == 2


def test_one_that_is_limited_for_longer_than_there_is_time_is_not_repeated(stage):
    stage.discord.faults.add(**PUT, status=429, body={**LIMITED, "retry_after": 13.5 * 3600})
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert "wait 14 hours before it can give you the campaign's role." in stage.messages[-1]
    assert statuses(stage) == [429]
    stage.assert_nothing_left()


def test_one_that_is_refused_twice_undoes_the_campaign(stage):
    stage.discord.faults.add(**PUT, status=403, body=FORBIDDEN, times=2)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert "Discord refused to give you the campaign's role (Missing" in stage.messages[-1]
    assert "is above the campaign's role, then try again." in stage.messages[-1]
    assert statuses(stage) == [403, 403]
    stage.assert_nothing_left()


def test_an_answer_that_lags_behind_has_it_given_again(stage):
    body = {"user": {"id": stage.discord.info["owner_id"]}, "roles": []}
    stage.discord.faults.add(method="GET", path=r"/members/\d+$", skip=1, status=200, body=body)
    assert_given(stage, stage.run())
    assert statuses(stage) == [204, 204]


def test_lists_that_lag_behind_do_no_harm(stage):
    stage.discord.configure(stale_reads_ms=9000)
    assert_given(stage, stage.run())


@pytest.mark.parametrize("effect", ["before", "after"])
def test_a_repeated_category_sends_it_no_second_time(stage, effect):
    stage.discord.faults.add(**CATEGORY, connection="reset", effect=effect)
    assert_given(stage, stage.run())
    assert statuses(stage) == [204]


def test_a_category_that_has_to_wait_sends_it_no_second_time(stage):
    stage.discord.faults.add(**CATEGORY, status=429, body={**LIMITED, "retry_after": 61.5})
    assert_given(stage, stage.run())
    assert statuses(stage) == [204]


def test_a_game_master_who_has_left_is_told_as_if_it_were_refused(stage):
    def leave(name, _event):
        if name == "complete_campaign":
            del stage.discord.guild().members[player]

    player = stage.discord.info["player_id"]
    guild = stage.discord.guild()
    guild.members[player].role_ids = [
        id_ for id_, role in guild.roles.items() if role.name != "@everyone"
    ]
    stage.lambdas.on_invoke = leave
    run = stage.run(user_id=player)
    assert run.error == "CampaignFailed"
    assert (
        "Discord refused to give you the campaign's role (Unknown Member, 404/10007). "
        "The person who ran the command is no longer in this server."
    ) in stage.messages[-1]
    stage.assert_nothing_left()


def test_a_role_that_somebody_deleted_is_told_as_such(stage):
    def delete(name, _event):
        if name == "complete_campaign" and stage.standing()[0] != stage.before[0]:
            stage.discord.guild().remove_role(role_of(stage)[0])

    stage.lambdas.on_invoke = delete
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert "The role was deleted in the meantime. Try again." in stage.messages[-1]
    stage.assert_nothing_left()
