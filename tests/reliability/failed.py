"""Every schedule that ever broke a promise, as it was drawn: each was a fault of ours."""

from tests.reliability.schedule import Act, Death, Late, Schedule

FAILED: tuple[Schedule, ...] = (
    Schedule(
        faults=(
            {
                "method": "GET",
                "path": "/channels$",
                "status": 403,
                "body": {"message": "Scripted", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": 4,
                "skip": 5,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"general"',
                "status": 429,
                "body": {
                    "message": "You are being rate limited.",
                    "retry_after": 61.5,
                    "global": False,
                },
                "headers": {"Retry-After": "62", "X-RateLimit-Scope": "user", "X-Scripted": "1"},
                "times": 2,
            },
            {
                "status": 500,
                "body": {"message": "Scripted", "code": 0},
                "effect": "after",
                "headers": {"X-Scripted": "1"},
                "times": 6,
                "skip": 5,
            },
        ),
        settings={"latency_spread": 0.5},
    ),
    Schedule(
        faults=(
            {
                "method": "GET",
                "path": "/channels$",
                "status": 403,
                "body": {"message": "Scripted", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": 4,
                "skip": 5,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"general"',
                "status": 429,
                "body": {
                    "message": "You are being rate limited.",
                    "retry_after": 61.5,
                    "global": False,
                },
                "headers": {"Retry-After": "62", "X-RateLimit-Scope": "user", "X-Scripted": "1"},
                "times": 2,
            },
            {
                "status": 500,
                "body": {"message": "Scripted", "code": 0},
                "effect": "after",
                "headers": {"X-Scripted": "1"},
                "times": 6,
                "skip": 5,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        )
    ),
    Schedule(
        faults=(
            {
                "method": "GET",
                "path": "/channels$",
                "status": 403,
                "body": {"message": "Scripted", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": 4,
                "skip": 5,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"general"',
                "status": 429,
                "body": {
                    "message": "You are being rate limited.",
                    "retry_after": 61.5,
                    "global": False,
                },
                "headers": {"Retry-After": "62", "X-RateLimit-Scope": "user", "X-Scripted": "1"},
                "times": 2,
                "skip": 5,
            },
            {
                "status": 500,
                "body": {"message": "Scripted", "code": 0},
                "effect": "after",
                "headers": {"X-Scripted": "1"},
                "times": 6,
                "skip": 5,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        )
    ),
    Schedule(
        faults=(
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        ),
        deaths=(
            Death(
                function="report removal",
                when="after",
                error="RuntimeError",
                skip=0,
                times=1,
                late_s=2.0,
            ),
        ),
    ),
    Schedule(
        faults=(
            {
                "method": "GET",
                "path": "/guilds/\\d+$",
                "status": 429,
                "body": {
                    "message": "You are being rate limited.",
                    "retry_after": 0.7,
                    "global": False,
                },
                "headers": {"Retry-After": "1", "X-RateLimit-Scope": "user", "X-Scripted": "1"},
                "times": 1,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        ),
        deaths=(
            Death(
                function="report removal",
                when="after",
                error="RuntimeError",
                skip=0,
                times=1,
                late_s=2.0,
            ),
        ),
    ),
    Schedule(
        faults=(
            {
                "method": "GET",
                "path": "/guilds/\\d+$",
                "status": 429,
                "body": {
                    "message": "You are being rate limited.",
                    "retry_after": 0.7,
                    "global": False,
                },
                "headers": {"Retry-After": "1", "X-RateLimit-Scope": "user", "X-Scripted": "1"},
                "times": 1,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        ),
        deaths=(
            Death(
                function="report removal",
                when="after",
                error="RuntimeError",
                skip=0,
                times=1,
                late_s=2.0,
            ),
        ),
        settings={"stale_reads_ms": 1500},
    ),
    Schedule(
        faults=(
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        ),
        deaths=(
            Death(
                function="report removal",
                when="after",
                error="RuntimeError",
                skip=1,
                times=1,
                late_s=44.0,
            ),
        ),
        lates=(Late(call={"method": "PATCH", "body_contains": "(4/10)"}, seconds=20.0),),
        settings={"stale_reads_chance": 0.3, "latency_spread": 0.5, "ack_delay_ms": 4000},
    ),
    Schedule(
        faults=(
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        ),
        deaths=(
            Death(
                function="report removal",
                when="after",
                error="RuntimeError",
                skip=1,
                times=1,
                late_s=44.0,
            ),
        ),
        lates=(Late(call={"method": "PATCH", "body_contains": "(4/10)"}, seconds=20.0),),
        settings={"ack_delay_ms": 4000},
    ),
    Schedule(
        faults=(
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        ),
        acts=(Act(kind="stop", at=34, which=6),),
        waits_s=5.0,
    ),
    Schedule(
        deaths=(
            Death(
                function="delete_created",
                when="after",
                error="Lambda.Unknown",
                skip=2,
                times=None,
                late_s=44.0,
            ),
            Death(
                function="start_campaign",
                when="after",
                error="RuntimeError",
                skip=2,
                times=4,
                late_s=2.0,
            ),
        ),
        lates=(Late(call={"method": "PATCH", "body_contains": "Campaign Created"}, seconds=13.0),),
        settings={"stale_reads_ms": 1500},
    ),
    Schedule(
        faults=(
            {
                "method": "GET",
                "path": "/channels$",
                "status": 429,
                "body": "error code: 1015",
                "headers": {"X-Scripted": "1"},
                "times": 2,
                "skip": 2,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        ),
        deaths=(
            Death(
                function="create_channel",
                when="before",
                error="Lambda.TooManyRequestsException",
                skip=0,
                times=2,
                late_s=44.0,
            ),
        ),
        acts=(Act(kind="copy_our_channel", at=16, which=0),),
        settings={"ack_delay_ms": 4000, "latency_spread": 0.5, "stale_reads_chance": 0.7},
        table="slow",
    ),
    Schedule(
        faults=(
            {
                "method": "DELETE",
                "status": 429,
                "body": {
                    "message": "You are being rate limited.",
                    "retry_after": 9.3,
                    "global": False,
                },
                "headers": {"Retry-After": "10", "X-RateLimit-Scope": "shared", "X-Scripted": "1"},
                "times": 1,
            },
        ),
        acts=(
            Act(kind="jump", at=4, which=4),
            Act(kind="jump", at=4, which=4),
            Act(kind="delete_our_channel", at=4, which=4),
        ),
    ),
    Schedule(
        faults=(
            {
                "method": "GET",
                "path": "/(roles|channels)$",
                "status": 429,
                "body": "error code: 1015",
                "headers": {"X-Scripted": "1"},
                "times": 2,
                "skip": 5,
            },
            {
                "method": "DELETE",
                "status": 404,
                "body": {"message": "Scripted", "code": 10003},
                "headers": {"X-Scripted": "1"},
                "times": 6,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"lore-and-worldbuilding"',
                "status": 429,
                "body": {
                    "message": "You are being rate limited.",
                    "retry_after": 0.7,
                    "global": False,
                },
                "headers": {"Retry-After": "1", "X-RateLimit-Scope": "user", "X-Scripted": "1"},
                "times": 6,
                "skip": 1,
            },
            {
                "method": "POST",
                "path": "/channels$",
                "body_contains": '"gm-planning"',
                "status": 403,
                "body": {"message": "Missing Permissions", "code": 50013},
                "headers": {"X-Scripted": "1"},
                "times": None,
            },
        ),
        settings={
            "stale_reads_ms": 9000,
            "ack_delay_ms": 200,
            "latency_ms": 50,
            "forbidden_words": [],
        },
        wave_size=5,
        forums=False,
        order=2,
    ),
    Schedule(
        faults=(
            {
                "method": "POST",
                "path": "/(roles|channels)$",
                "status": 429,
                "body": {
                    "message": "You are being rate limited.",
                    "retry_after": 50400,
                    "global": False,
                },
                "headers": {"Retry-After": "50400", "X-RateLimit-Scope": "user", "X-Scripted": "1"},
                "times": 3,
            },
        ),
        settings={"latency_spread": 0.5, "ack_delay_ms": 4000, "forbidden_words": ["dice"]},
        wave_size=5,
        forums=False,
        order=2,
    ),
    Schedule(
        acts=(Act(kind="jump", at=1, which=1), Act(kind="delete_our_category", at=1, which=1)),
        campaigns=("My Campaign", "Another"),
    ),
    Schedule(
        acts=(
            Act(kind="jump", at=18, which=4),
            Act(kind="jump", at=18, which=4),
            Act(kind="delete_our_channel", at=18, which=4),
        )
    ),
)
