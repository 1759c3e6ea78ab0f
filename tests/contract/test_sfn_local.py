"""Step Functions Local (compose.yaml): only for this machine, and pinned if a digest is given."""

import re

import pytest
import yaml

from tests.contract.deployed import ROOT

[SERVICE] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"].values()


def test_it_listens_on_loopback_alone():
    assert SERVICE["ports"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICE["ports"])
    assert "network_mode" not in SERVICE


@pytest.mark.parametrize("digest", ["", f"sha256:{'0' * 64}"])
def test_a_digest_pins_it(digest):
    """Interpolated as compose does. Source: Docker docs, Compose file reference > Interpolation."""
    image = re.sub(
        r"\$\{SFN_LOCAL_DIGEST:\+(.*?)\}", lambda m: m[1] if digest else "", SERVICE["image"]
    )
    image = re.sub(r"\$\{SFN_LOCAL_DIGEST:-(.*?)\}", lambda m: digest or m[1], image)
    assert re.fullmatch(
        r"amazon/aws-stepfunctions-local:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?", image
    )
    assert digest in image
