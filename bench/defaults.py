"""A stack's default settings, from the template, and the default layout's channels."""

from typing import Any

from samcli.yamlhelper import yaml_parse  # type: ignore[import-untyped]

from channelwright.campaign import layout
from local.child import PROJECT

_TEMPLATE = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))

WAVE_SIZE = int(_TEMPLATE["Parameters"]["WaveSize"]["Default"])
CHANNELS = len(layout.load())

_RESOURCES = _TEMPLATE["Resources"]
_QUEUE = _RESOURCES["TasksQueue"]["Properties"]
VISIBILITY_SECONDS = float(_QUEUE["VisibilityTimeout"])
MAX_RECEIVES = int(_QUEUE["RedrivePolicy"]["maxReceiveCount"])


def _starters(mapping: str) -> Any:
    """Return how many messages of a queue are processed at once."""
    return _RESOURCES[mapping]["Properties"]["ScalingConfig"]["MaximumConcurrency"]


_, STARTERS_BESIDE_PRIORITY, STARTERS = _starters("TasksEventSourceMapping")["Fn::If"]
PRIORITY_STARTERS = _starters("PriorityEventSourceMapping")

# The modules of the functions that read the bot's token.
READ_TOKEN = {
    one["Properties"]["Handler"].partition(".")[0]
    for one in _RESOURCES.values()
    if one["Type"] == "AWS::Serverless::Function"
    and "DISCORD_BOT_TOKEN_PARAMETER"
    in one["Properties"].get("Environment", {}).get("Variables", {})
}
