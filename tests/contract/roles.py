"""Who may do what, read from the transformed template: "sqs:SendMessage TasksQueue.Arn"."""

from collections.abc import Iterator
from typing import Any

from local.transformed import transformed

RESOURCES: dict[str, dict[str, Any]] = transformed()["Resources"]


def of_type(type_: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in RESOURCES.items()
        if resource["Type"] == type_
    }


ROLES = of_type("AWS::IAM::Role")
FUNCTIONS = of_type("AWS::Lambda::Function")


def spelled(value: Any) -> str:
    """Return what a value names: a logical id, with an attribute, or a Sub's text."""
    match value:
        case {"Ref": str(name)} | {"Fn::Sub": str(name)}:
            return name
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case str(text):
            return text
    raise AssertionError(f"write it so that it can be read: {value}")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(role: str) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Return the statements of a role's policies: the policy's name, which of it, the statement."""
    for policy in ROLES[role].get("Policies", []):
        for number, statement in enumerate(policy["PolicyDocument"]["Statement"]):
            yield policy["PolicyName"], number, statement


def grants(role: str) -> set[str]:
    """Return each action with each resource that a role may do it to."""
    return {
        f"{action} {spelled(resource)}"
        for _, _, statement in statements(role)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def role_of(resource: dict[str, Any], key: str = "Role") -> str:
    """Return the logical id of the role that a function or a state machine runs with."""
    return spelled(resource[key]).removesuffix(".Arn")
