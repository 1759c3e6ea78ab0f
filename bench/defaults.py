"""What a stack has if nobody chooses: the template's wave size, and the layout's channels."""

from samcli.yamlhelper import yaml_parse  # type: ignore[import-untyped]

from channelwright import layout
from local.child import PROJECT

_TEMPLATE = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))

WAVE_SIZE = int(_TEMPLATE["Parameters"]["WaveSize"]["Default"])
CHANNELS = len(layout.load())
