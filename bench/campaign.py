"""A campaign, end to end: from the interaction's POST to the final message, on the local stack."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence

from bench import campaign_path, campaign_serial
from bench.campaign_counts import Counts, counts
from bench.campaign_stage import Campaign, stage
from bench.defaults import CHANNELS, WAVE_SIZE
from bench.report import Row, Spread

LATENCIES = (0.0, 0.15, 0.3)
GOAL_PATH, GOAL_SERIAL = 1.5, 3.0


def end_to_end(*, quick: bool) -> list[Row]:
    """Measure at each latency beside the serial design, the latter also without a limit on edits.

    With instant answers, a campaign's time is mostly the emulator's, and a little ours.
    """
    made: dict[float, list[Campaign]] = defaultdict(list)
    serial: dict[float, list[float]] = defaultdict(list)
    unlimited: dict[float, list[float]] = defaultdict(list)
    latencies = LATENCIES[:2] if quick else LATENCIES
    with stage() as running:
        running.use(wave_size=WAVE_SIZE, channels=CHANNELS)
        for _ in range(1 if quick else 9):
            for latency in random.sample(latencies, len(latencies)):
                made[latency].append(running.run(latency))
                serial[latency].append(campaign_serial.seconds(running, latency))
                with running.edits_unlimited():
                    unlimited[latency].append(campaign_serial.seconds(running, latency))
    overhead = Spread.of(run.seconds for run in made[0.0]).median
    return [
        row
        for latency in latencies
        for row in (
            _ours(latency, made[latency], Spread.of(serial[latency]), overhead),
            _serial("serial", latency, serial[latency]),
            _serial("serial, edits unlimited", latency, unlimited[latency]),
        )
    ]


def _ours(latency: float, runs: list[Campaign], serial: Spread, overhead: float) -> Row:
    seconds = Spread.of(run.seconds for run in runs)
    row: Row = {"case": "ours", **_measured(runs, counts(WAVE_SIZE, CHANNELS))}
    if latency:
        ours = row["calls in a row"] * latency
        least = campaign_path.steps(runs[0].calls) * latency
        row |= {"our path s": ours, "least path s": least}
        row["× (1.5 our path + 0 ms)"] = seconds.median / (GOAL_PATH * ours + overhead)
        row["× (1.5 least path + 0 ms)"] = seconds.median / (GOAL_PATH * least + overhead)
    row["× as fast as serial"] = serial.median / seconds.median
    if latency:
        row["goals"] = goals(row)
    return row


def _serial(case: str, latency: float, seconds: list[float]) -> Row:
    return {"case": case, "call ms": int(latency * 1000), "seconds": Spread.of(seconds)}


def goals(row: Row) -> str:
    """Return which goals one of our rows meets.

    The path counts the fewest possible calls in a row, because our own number is ours to choose.
    The goal for edits is that Discord limits none.
    """
    met = {
        "path": row["× (1.5 least path + 0 ms)"] <= 1,
        f"{GOAL_SERIAL:g} × serial": row["× as fast as serial"] >= GOAL_SERIAL,
        "edits": row["of them 429"] == 0,
    }
    return ", ".join(f"{name} {'met' if is_met else 'missed'}" for name, is_met in met.items())


def _measured(runs: Sequence[Campaign], counted: Counts) -> Row:
    latency = runs[0].latency
    seconds = Spread.of(run.seconds for run in runs)
    in_a_row = Spread.of(campaign_path.calls_in_a_row(run.calls, latency or 0.001) for run in runs)
    limited = [[call for call in run.calls if call["status"] == 429] for run in runs]
    (edits, _), *_ = Counter(campaign_path.seen(run.calls) for run in runs).most_common()
    return {
        "call ms": int(latency * 1000),
        "seconds": seconds,
        "calls": len(runs[0].calls),
        "calls answered 429": Spread.of(map(len, limited)).median,
        "edits": edits,
        "of them 429": max(sum(map(campaign_path.is_edit, calls)) for calls in limited),
        "transitions": counted.transitions,
        "calls in a row": in_a_row.median if latency else None,
    }


def waves(*, quick: bool) -> list[Row]:
    """Measure the default layout in waves of different sizes."""
    sizes = (WAVE_SIZE, 10) if quick else (1, 2, 3, 4, 5, 7, 10)
    made = _with(quick, [(size, CHANNELS) for size in sizes])
    fastest = min(Spread.of(run.seconds for run in runs).median for runs in made.values())
    return [
        {"wave size": size, **_compared(runs, counts(size, channels), fastest)}
        for (size, channels), runs in made.items()
    ]


def growth(*, quick: bool) -> list[Row]:
    """Measure generated layouts, in waves of the default size."""
    sizes = (5,) if quick else (5, 10, 15, 20, 30, 40, 49)
    made = _with(quick, [(WAVE_SIZE, size) for size in sizes])
    ten = made.get((WAVE_SIZE, CHANNELS), next(iter(made.values())))
    reference = Spread.of(run.seconds for run in ten).median
    return [
        {"channels": channels, **_compared(runs, counts(size, channels), reference)}
        for (size, channels), runs in made.items()
    ]


def _with(quick: bool, settings: list[tuple[int, int]]) -> dict[tuple[int, int], list[Campaign]]:
    made: dict[tuple[int, int], list[Campaign]] = {setting: [] for setting in settings}
    with stage() as running:
        for _ in range(1 if quick else 2):
            for wave_size, channels in random.sample(settings, len(settings)):
                running.use(wave_size=wave_size, channels=channels)
                for _ in range(1 if quick else 3):
                    made[wave_size, channels].append(running.run(0.15))
    return made


def _compared(runs: list[Campaign], counted: Counts, reference: float) -> Row:
    row = _measured(runs, counted)
    median = row["seconds"].median
    return row | {"× of the reference": median / reference}
