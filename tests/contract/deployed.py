"""The template as CloudFormation deploys it: transformed by SAM, conditions resolved."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from local.transformed import transformed

ROOT = Path(__file__).parents[2]
TEMPLATE = yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))
PSEUDO = {
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "channelwright",
}
_NOTHING = object()  # AWS::NoValue


def deployed(stack: str = "channelwright", **parameters: Any) -> dict[str, dict[str, Any]]:
    """Return a stack's resources, with everything resolved that is known before the deployment.

    Values known only afterwards, such as an ARN, stay as text: "<TasksQueue.Arn>". `parameters`
    replace the template's defaults.
    """
    values = given(stack, **parameters)
    return resolved(_transformed(json.dumps(values)), values)


@cache
def _transformed(values: str) -> dict[str, Any]:
    return transformed(json.loads(values))


def given(stack: str = "channelwright", **parameters: Any) -> dict[str, Any]:
    """Return the value of every parameter and pseudo parameter; `parameters` replace defaults."""
    values = {
        name: one["Default"] for name, one in TEMPLATE["Parameters"].items() if "Default" in one
    }
    own = PSEUDO | {"AWS::StackName": stack}
    return values | {"DiscordPublicKey": "0" * 64} | own | parameters


def resolved(document: dict[str, Any], values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the resources that a transformed template creates with these values."""
    resolver = _Resolver(values, document["Conditions"])
    return {
        name: resolver.resolve(resource)
        for name, resource in document["Resources"].items()
        if "Condition" not in resource or resolver.holds(resource["Condition"])
    }


class _Resolver:
    def __init__(self, values: dict[str, Any], conditions: dict[str, Any]):
        self.values = values
        self.conditions = conditions

    def holds(self, condition: str) -> bool:
        return bool(self.resolve(self.conditions[condition]))

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [one for item in value if (one := self.resolve(item)) is not _NOTHING]
        if not isinstance(value, dict):
            return value
        match list(value.items()):
            case [("Ref", "AWS::NoValue")]:
                return _NOTHING
            case [("Ref", name)]:
                return self.values.get(name, f"<{name}>")
            case [("Fn::GetAtt", [name, attribute])]:
                return f"<{name}.{attribute}>"
            case [("Fn::Sub", str(text))]:
                return re.sub(
                    r"\$\{([\w:.]+)\}", lambda m: str(self.values.get(m[1], f"<{m[1]}>")), text
                )
            case [("Fn::Sub", [str(text), own])]:
                inner = _Resolver(self.values | self.resolve(own), self.conditions)
                return inner.resolve({"Fn::Sub": text})
            case [("Fn::If", [condition, yes, no])]:
                return self.resolve(yes if self.holds(condition) else no)
            case [("Fn::Equals", [one, other])]:
                return str(self.resolve(one)) == str(self.resolve(other))
            case [("Fn::And", every)]:
                return all(self.resolve(one) for one in every)
            case [("Fn::Not", [one])]:
                return not self.resolve(one)
            case items:
                assert not any(key.startswith("Fn::") for key, _ in items), value
                resolved = {key: self.resolve(one) for key, one in items}
                return {key: one for key, one in resolved.items() if one is not _NOTHING}


def of_type(resources: dict[str, dict[str, Any]], type_: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return {
        name: one.get("Properties", {}) for name, one in resources.items() if one["Type"] == type_
    }
