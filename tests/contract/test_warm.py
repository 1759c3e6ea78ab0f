"""Lambdas reserved and kept warm for answering Discord: an alias of *interaction*'s version."""

import copy
import hashlib
import itertools
import json

import pytest

from tests.contract.deployed import TEMPLATE, deployed, of_type

STACK = deployed()
WARM = deployed(ReservedConcurrency=5, ProvisionedConcurrency=2)


def test_lambdas_can_be_kept_for_the_answer():
    function = WARM["InteractionFunction"]["Properties"]
    assert function["ReservedConcurrentExecutions"] == 5
    assert WARM["InteractionFunctionAliaslive"]["Properties"]["ProvisionedConcurrencyConfig"] == {
        "ProvisionedConcurrentExecutions": 2
    }


@pytest.mark.parametrize(
    ("stack", "called"),
    [(STACK, "<InteractionFunction.Arn>"), (WARM, "<InteractionFunctionAliaslive>")],
)
def test_the_api_calls_what_is_kept_warm(stack, called):
    assert stack["InteractionIntegration"]["Properties"]["IntegrationUri"] == called


def test_while_the_api_moves_it_may_call_both():
    """CloudFormation orders an update only by its dependencies."""
    permissions = ["InteractionPermission", "InteractionAliasPermission"]
    allowed = [WARM[name]["Properties"]["FunctionName"] for name in permissions]
    assert allowed == ["<InteractionFunction>", "<InteractionFunctionAliaslive>"]
    assert [STACK[name] for name in permissions] == [WARM[name] for name in permissions]
    for stack in (STACK, WARM):
        assert set(stack["InteractionIntegration"]["DependsOn"]) >= set(permissions)


# The parameters in a published version, that is, in its settings and variables.
VERSIONED = {
    "DiscordPublicKey",
    "PythonRuntime",
    "Architecture",
    "PriorityGuilds",
    "PrioritySkuId",
    "CampaignsTableName",
}
# Parameters that all functions get, and *interaction* does not read.
NOT_READ = {"DiscordApiBaseUrl", "CallsPerSecond"}


def version(stack):
    """Return the properties of the published version of *interaction*."""
    versions = of_type(stack, "AWS::Lambda::Version").items()
    [properties] = [one for name, one in versions if name.startswith("InteractionFunctionVersion")]
    return properties


def content(stack):
    """Return the properties by which Lambda tells whether a function has changed."""
    properties = stack["InteractionFunction"]["Properties"]
    beside = {"FunctionName", "ReservedConcurrentExecutions", "Tags"}
    return {key: value for key, value in properties.items() if key not in beside}


# Properties that are not part of a version, or are in its description already.
APART = {
    "AutoPublishAlias",
    "CodeUri",
    "Description",
    "FunctionName",
    "ProvisionedConcurrencyConfig",
    "ReservedConcurrentExecutions",
    "Tags",
    "VersionDeletionPolicy",
    "VersionDescription",
}


def settings_digest(template):
    """Return a digest of a version's settings besides code and parameters, such as its memory."""
    own = template["Resources"]["InteractionFunction"]["Properties"]
    everyones = template["Globals"]["Function"]
    kept = [{key: one[key] for key in sorted(one.keys() - APART)} for one in (everyones, own)]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:6]


def test_what_is_kept_warm_learns_of_any_changed_setting():
    """For most settings, SAM publishes no new version. Source: SAM issue 3622."""
    digest = settings_digest(TEMPLATE)
    begins = version(WARM)["Description"].partition(" ")[0]
    assert begins == digest, f"let WhatIsKeptWarm in template.yaml begin with {digest}"


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ("own", "MemorySize", 512),
        ("own", "Timeout", 4),
        ("everyone's", "LoggingConfig", {"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"}),
        ("everyone's", "Tracing", "PassThrough"),
        ("everyone's", "Environment", {"Variables": {}}),
    ],
)
def test_the_digest_is_of_every_setting(place, name, value):
    changed = copy.deepcopy(TEMPLATE)
    own = changed["Resources"]["InteractionFunction"]["Properties"]
    {"own": own, "everyone's": changed["Globals"]["Function"]}[place][name] = value
    assert settings_digest(changed) != settings_digest(TEMPLATE)


@pytest.mark.parametrize("parameter", sorted(VERSIONED))
def test_what_is_kept_warm_learns_of_a_changed_parameter(parameter):
    """A changed description makes CloudFormation publish a version; SAM sees only the code."""
    after = deployed(ProvisionedConcurrency=2, **{parameter: "another"})
    assert version(WARM)["Description"] != version(after)["Description"]


def test_no_version_is_asked_for_of_a_function_that_has_not_changed():
    """Lambda would return the former version, and CloudFormation would fail, as that exists."""
    changes = [{}, *({one: "another"} for one in sorted(VERSIONED))]
    stacks = [deployed(ProvisionedConcurrency=n, **one) for n in (0, 1, 2) for one in changes]
    for before, after in itertools.combinations(stacks, 2):
        assert version(before) == version(after) or content(before) != content(after)
    assert all(version(one)["Description"] == content(one)["Description"] for one in stacks)


def test_a_warm_functions_version_depends_on_no_other_parameter():
    own = TEMPLATE["Resources"]["InteractionFunction"]["Properties"]
    apart = {"VersionDescription", "ReservedConcurrentExecutions", "ProvisionedConcurrencyConfig"}
    versioned = {key: value for key, value in own.items() if key not in apart}
    used = str(versioned) + str(TEMPLATE["Globals"]["Function"])
    # As Ref writes them, and as Sub does.
    found = {one for one in TEMPLATE["Parameters"] if f"'{one}'" in used or f"${{{one}}}" in used}
    assert found - NOT_READ == VERSIONED


def test_seven_guilds_fit_into_the_version_s_description():
    guilds = ",".join(["1" * 19] * 7)
    stack = deployed(ProvisionedConcurrency=2, PriorityGuilds=guilds, PrioritySkuId="1" * 19)
    assert guilds in version(stack)["Description"]
    assert len(version(stack)["Description"]) <= 256
