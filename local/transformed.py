"""The template after AWS's SAM transform, as CloudFormation sees it: `python -m local.transformed`.

Checks of the deployed resources read this, because SAM adds resources (permissions, versions), and
could add roles.
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

# The locations to which `sam package` would have uploaded the code and the definition.
_UPLOADED = {
    "AWS::Serverless::Function": ("CodeUri", "s3://bucket/key"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", {"Bucket": "bucket", "Key": "key"}),
}


class _NoManagedPolicies(ManagedPolicyLoader):  # type: ignore[misc]
    """Finds no AWS-managed policy: every role lists its own permissions."""

    def __init__(self) -> None:
        pass

    def load(self) -> dict[str, str]:
        return {}


@functools.cache
def _template() -> dict[str, Any]:
    """Return the template as after `sam package`; cached, because parsing it is slow."""
    template: dict[str, Any] = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] in _UPLOADED:
            name, place = _UPLOADED[resource["Type"]]
            resource["Properties"][name] = place
    return template


def transformed(parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the template after the transform, which reads few of the `parameters`.

    Raises samtranslator.model.exceptions.InvalidDocumentException if SAM cannot read it.
    """
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)  # SAM needs it to find the partition
    result: dict[str, Any] = transform(
        copy.deepcopy(_template()), dict(parameters or {}), _NoManagedPolicies()
    )
    return result


if __name__ == "__main__":
    print(json.dumps(transformed(), indent=2))
