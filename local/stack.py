"""The whole local stack: the emulator with the template deployed on it, a Discord, a receiver."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests

from local.deployment import STACK_NAME, deploy
from local.emulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, Emulator
from local.private import private
from local.sam import DeploymentError
from local.simulated_discord import SimulatedDiscord
from local.webhook_receiver import WebhookReceiver

BOT_TOKEN_PARAMETER = "/channelwright/discord-bot-token"
WEBHOOK_SECRET_PARAMETER = "/channelwright/webhook-secret"
USER_AGENT = "DiscordBot (https://github.com/channelwright/channelwright, 0.1.0)"


@dataclass(frozen=True)
class Discord:
    """A server that speaks Discord's API, and our application on it."""

    api_base_url: str
    public_key: str
    bot_token: str
    application_id: str | None = None
    # Whether the deployment sets the application's endpoint and commands.
    register: bool = False


@dataclass(frozen=True)
class Endpoints:
    """The addresses of a running stack: the content of `.local/stack.json`."""

    interactions_url: str
    discord_api_base_url: str
    aws_endpoint_url: str
    aws_region: str
    aws_access_key_id: str
    aws_secret_access_key: str
    state_machine_arn: str
    removal_state_machine_arn: str
    queue_url: str
    dlq_url: str
    public_key: str
    application_id: str | None
    invite_url: str | None
    page_url: str | None = None
    webhook_receiver_url: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """Return the fields by name."""
        return asdict(self)


class Stack:
    """A running stack; a context manager that stops everything it started."""

    emulator: Emulator | None = None
    simulator: SimulatedDiscord | None = None
    receiver: WebhookReceiver | None = None
    endpoints: Endpoints

    def __init__(
        self,
        folder: Path,
        discord: Discord | None = None,
        *,
        wait_scale: float = 1.0,
        fork_workers: bool = False,
        journal: bool = False,
        webhooks: bool = False,
        tell: Callable[[str], None] = print,
        deploy: Callable[[str, dict[str, str]], None] = deploy,
    ) -> None:
        """Prepare a stack with its files in `folder`; entering the context starts it.

        `discord` is the server to use; without one, a simulator is started. `wait_scale`
        multiplies the state machine's waits. `fork_workers` makes Lambda's cold starts
        unrealistically cheap (emulator_forks.py). `journal` lets a page follow the executions.
        `webhooks` starts a receiver, and delivers events to it, if Discord is on this machine:
        another stack sends to no private address.
        `tell` announces each step. `deploy` deploys to an address, with the template's parameters.
        """
        self.folder = folder
        self.discord = discord
        self.wait_scale = wait_scale
        self.fork_workers = fork_workers
        self.journal = folder / "journal.jsonl" if journal else None
        self.webhooks = webhooks
        self.tell = tell
        self.deploy = deploy

    def __enter__(self) -> "Stack":
        """Start everything.

        Raises ChildError, TimeoutError or DeploymentError, with nothing left running.
        """
        try:
            with private(self.folder):
                self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything."""
        self.stop()

    def start(self) -> None:
        """Start the emulator and, unless a Discord is given, the simulator; then deploy."""
        self.tell("Starting an AWS emulator")
        self.emulator = Emulator(
            self.folder, self.wait_scale, fork_workers=self.fork_workers, journal=self.journal
        )
        discord = self.discord or self.simulated()
        self.client("ssm").put_parameter(
            Name=BOT_TOKEN_PARAMETER, Value=discord.bot_token, Type="SecureString"
        )
        self.tell("Building and deploying template.yaml to it with sam (about 10 s)")
        self.deploy(self.emulator.endpoint_url, parameters(discord) | self.receiving(discord))
        self.endpoints = self.look_up(discord, self.emulator.endpoint_url)
        self.refuses_the_unsigned()

    def receiving(self, discord: Discord) -> dict[str, str]:
        """Start a receiver of webhooks, if wanted; return the template's parameters for it."""
        if not self.webhooks or not discord.api_base_url.startswith("http://"):
            return {}
        self.receiver = WebhookReceiver(self.folder)
        self.client("ssm").put_parameter(
            Name=WEBHOOK_SECRET_PARAMETER, Value=self.receiver.secret, Type="SecureString"
        )
        return {"WebhookUrl": self.receiver.url}

    def refuses_the_unsigned(self) -> None:
        """Check the interactions URL with an unsigned request, as Discord does.

        Raises DeploymentError if the answer is not 401.
        """
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(self.endpoints.interactions_url, json={"type": 1}, timeout=30)
        if answer.status_code != HTTPStatus.UNAUTHORIZED:
            raise DeploymentError(
                f"an unsigned request was answered with {answer.status_code}: {answer.text[:2000]}"
            )

    def check(self) -> None:
        """Raise ChildError if the emulator, the simulator or the receiver has ended."""
        for part in (self.emulator, self.simulator, self.receiver):
            if part:
                part.child.check()

    def stop(self) -> None:
        """Stop what was started."""
        if self.simulator:
            self.simulator.stop()
        if self.emulator:
            self.emulator.stop()
        if self.receiver:
            self.receiver.stop()
        shutil.rmtree(self.folder / "tmp", ignore_errors=True)

    def simulated(self) -> Discord:
        """Start the simulator and return its application."""
        self.tell("Starting a simulated Discord")
        self.simulator = SimulatedDiscord(self.folder)
        info = self.simulator.info
        return Discord(
            info["api_base_url"],
            info["public_key"],
            info["bot_token"],
            info["application_id"],
            register=True,
        )

    def look_up(self, discord: Discord, aws: str) -> Endpoints:
        """Read the deployed stack's outputs."""
        stacks = self.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
        return Endpoints(
            interactions_url=outputs["InteractionsUrl"],
            discord_api_base_url=discord.api_base_url,
            aws_endpoint_url=aws,
            aws_region=REGION,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
            state_machine_arn=outputs["StateMachineArn"],
            removal_state_machine_arn=outputs["RemovalStateMachineArn"],
            queue_url=outputs["TasksQueueUrl"],
            dlq_url=outputs["TasksDeadLetterQueueUrl"],
            public_key=discord.public_key,
            application_id=outputs.get("ApplicationId")
            or discord.application_id
            or ask_for_application_id(discord),
            invite_url=outputs.get("InviteUrl"),
            webhook_receiver_url=self.receiver.origin if self.receiver else None,
        )

    def client(self, service: str) -> Any:
        """Return a boto3 client of the emulator.

        Raises RuntimeError if the stack is not running.
        """
        if not self.emulator:
            raise RuntimeError("the stack is not running")
        return self.emulator.client(service)


def parameters(discord: Discord) -> dict[str, str]:
    """Return the template's parameters for a stack that serves an application."""
    return {
        "DiscordPublicKey": discord.public_key,
        "DiscordApiBaseUrl": discord.api_base_url,
        "RegisterWithDiscord": str(discord.register).lower(),
        # A local stack needs no protection, and experiments create many failed campaigns.
        "CampaignsAtOnce": "1000",
    }


def ask_for_application_id(discord: Discord) -> str | None:
    """Return the id of the token's application; None if the server does not support the route."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(
                f"{discord.api_base_url}/applications/@me",
                headers={"Authorization": f"Bot {discord.bot_token}", "User-Agent": USER_AGENT},
                timeout=5,
                allow_redirects=False,
            )
            said = answer.json() if answer.status_code == HTTPStatus.OK else None
        except (requests.RequestException, ValueError):
            return None
    id_ = said.get("id") if isinstance(said, dict) else None
    return id_ if isinstance(id_, str) else None
