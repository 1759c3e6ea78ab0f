"""How an application may answer an interaction.

Discord docs: Interactions > Receiving and Responding > Interaction Response Object.
"""

from typing import Any

from local.simulator import interactions
from local.simulator.form import REQUIRED, Form

PONG, CHANNEL_MESSAGE, DEFERRED_CHANNEL_MESSAGE = 1, 4, 5
DEFERRED_UPDATE_MESSAGE, UPDATE_MESSAGE, AUTOCOMPLETE_RESULT, MODAL = 6, 7, 8, 9
MESSAGES = (CHANNEL_MESSAGE, DEFERRED_CHANNEL_MESSAGE)
# These change the message that the interaction comes from.
UPDATES = (DEFERRED_UPDATE_MESSAGE, UPDATE_MESSAGE)
WITH_DATA = (CHANNEL_MESSAGE, AUTOCOMPLETE_RESULT, MODAL)
MAXIMUM_CHOICES = 25

TYPES: dict[int, tuple[int, ...]] = {
    interactions.PING: (PONG,),
    interactions.COMMAND: (*MESSAGES, MODAL),
    interactions.COMPONENT: (*MESSAGES, *UPDATES, MODAL),
    interactions.AUTOCOMPLETE: (AUTOCOMPLETE_RESULT,),
    interactions.MODAL_SUBMIT: (*MESSAGES, *UPDATES),
}


def read_response(interaction: interactions.Interaction, body: Any) -> int:
    """Return a response's type, or raise a 50035 if it cannot answer this interaction.

    The response's message is not checked.
    """
    form = Form(body)
    if not form.given("type"):
        form.problem("type", *REQUIRED)
    type_ = form.choice("type", _types(interaction), 0)
    if form.given("data"):
        data = form.child("data")
        if type_ == AUTOCOMPLETE_RESULT:
            _check_choices(data)
    elif type_ in WITH_DATA:
        form.problem("data", *REQUIRED)
    form.check()
    return type_


def _types(interaction: interactions.Interaction) -> tuple[int, ...]:
    types = TYPES[interaction.type]
    # A modal that a command opened has no message to update.
    return types if interaction.from_message else tuple(t for t in types if t not in UPDATES)


def _check_choices(data: Form) -> None:
    for index, row in enumerate(data.rows("choices", MAXIMUM_CHOICES)):
        choice = data.nested("choices", index, row)
        choice.text("name", 1, 100, required=True)
        if not choice.given("value"):
            choice.problem("value", *REQUIRED)
        elif isinstance(choice.body["value"], str):
            choice.text("value", 1, 100)
