"""The commands' output: steps and their duration, live on a terminal, plain lines elsewhere."""

import time
from types import TracebackType

from rich.console import Console
from rich.status import Status

console = Console(highlight=False, soft_wrap=True)


class Steps:
    """A list of steps: each is shown while it runs, and ticked off when the next one starts."""

    def __init__(self) -> None:
        """Prepare an empty list."""
        self.step = ""
        self.began = 0.0
        self.status: Status | None = None

    def __enter__(self) -> "Steps":
        """Begin the list."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Tick off the last step, or mark it as failed."""
        self.finish("[red]✗[/]" if kind else "[green]✓[/]")

    def tell(self, step: str) -> None:
        """Begin a step."""
        self.finish()
        self.step, self.began = step, time.monotonic()
        if console.is_terminal:
            self.status = console.status(f"{step} …", spinner_style="cyan")
            self.status.start()

    def finish(self, mark: str = "[green]✓[/]") -> None:
        """End the current step."""
        if self.status:
            self.status.stop()
            self.status = None
        if self.step:
            console.print(f"{mark} {self.step} [dim]{time.monotonic() - self.began:.1f} s[/]")
        self.step = ""
