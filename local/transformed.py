"""The template as CloudFormation gets it, after AWS's SAM transform: `python -m local.transformed`.

Whoever checks what is deployed reads this: SAM adds resources of its own (permissions, versions),
and would add roles.
"""

import copy
import functools
import json
import os
from collections.abc import Mapping
from typing import Any

from samtranslator.public.translator import (  # type: ignore[import-untyped]
    ManagedPolicyLoader,
)
from samtranslator.translator.transform import transform  # type: ignore[import-untyped]
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]

from local.child import PROJECT
from local.emulator import REGION

# Where `sam package` would have put code and definition.
_UPLOADED = {
    "AWS::Serverless::Function": ("CodeUri", "s3://bucket/key"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", {"Bucket": "bucket", "Key": "key"}),
}


class _NoManagedPolicies(ManagedPolicyLoader):  # type: ignore[misc]
    """No policy of AWS's own is looked up by its name: every role says itself what it may do."""

    def __init__(self) -> None:
        pass

    def load(self) -> dict[str, str]:
        return {}


@functools.cache
def _template() -> dict[str, Any]:
    """Return the template as `sam package` leaves it; to parse it takes longer than the rest."""
    template: dict[str, Any] = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] in _UPLOADED:
            name, place = _UPLOADED[resource["Type"]]
            resource["Properties"][name] = place
    return template


def transformed(parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the template after the transform, which looks at few of the `parameters`.

    Raises samtranslator.model.exceptions.InvalidDocumentException if SAM cannot read it.
    """
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # SAM asks which partition it is in
    result: dict[str, Any] = transform(
        copy.deepcopy(_template()), dict(parameters or {}), _NoManagedPolicies()
    )
    return result


if __name__ == "__main__":
    print(json.dumps(transformed(), indent=2))
