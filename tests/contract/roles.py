"""The roles' permissions in the transformed template, as "sqs:SendMessage TasksQueue.Arn"."""

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
    """Return the name in a value: a logical id, perhaps with an attribute, or a Sub's text."""
    match value:
        case {"Ref": str(name)} | {"Fn::Sub": str(name)}:
            return name
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case {"Fn::If": [_, created, _]}:
            return spelled(created)
        case {"Fn::Sub": [str(_), {"Table": table}]}:
            return f"{spelled(table)}.Arn"
        case str(text):
            return text
    raise AssertionError(f"tests/contract/roles.py cannot read this value: {value}")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(role: str) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Yield a role's statements, each with its policy's name and its index in the policy."""
    for policy in ROLES[role].get("Policies", []):
        for number, statement in enumerate(policy["PolicyDocument"]["Statement"]):
            yield policy["PolicyName"], number, statement


def grants(role: str) -> set[str]:
    """Return what a role may do: each action with each of its resources."""
    return {
        f"{action} {spelled(resource)}"
        for _, _, statement in statements(role)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def role_of(resource: dict[str, Any], key: str = "Role") -> str:
    """Return the logical id of a function's role, or of a state machine's (`key`: "RoleArn")."""
    return spelled(resource[key]).removesuffix(".Arn")
