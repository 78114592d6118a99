"""`elevatekit simulate`: the API on this machine, for trying things out and for tests."""

from __future__ import annotations

import errno
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click

from elevatekit_plugins.api import Api
from elevatekit_plugins.cli import switches
from elevatekit_plugins.cli.faults import list_kinds, tell_unfired
from elevatekit_plugins.cli.terminal import say
from elevatekit_plugins.errors import ConfigError, ElevateKitError, missing_extra

if TYPE_CHECKING:
    from elevatekit_plugins.simulator.server import Simulator

EXAMPLE_TOKEN: Final = "11111111-1111-4111-8111-111111111111"  # noqa: S105 (any GUID is one)
EXAMPLES: Final = """\b
Examples:
  NAME simulate --port 0 --seed 7 --progress immediate
  NAME simulate --clock-rate 60 --log        # a minute each second
  NAME simulate --list-switches
  NAME simulate --set audio.unprocessed_status=422 --set error.body=html
  curl -X POST localhost:8080/__sim__/reset -d '{"seed": 2, "progress": "manual"}'
  curl localhost:8080/__sim__/ledger               # what the simulator itself counted
"""


def command(api: Api) -> click.Command:
    """The command."""

    @click.command("simulate", epilog=EXAMPLES.replace("NAME", api.name))
    @click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8080,
        show_default=True,
        help="The port; 0: a free one.",
    )
    @click.option("--host", default="127.0.0.1", show_default=True, help="The address.")
    @click.option(
        "--seed",
        default=1,
        show_default=True,
        help="What ids and values come from: equal seeds and requests have equal answers.",
    )
    @click.option(
        "--progress",
        type=click.Choice(["immediate", "time", "manual"]),
        default="time",
        show_default=True,
        help="What moves audio from state to state: nothing has to, the clock, or you, by"
        " POST /__sim__/progress.",
    )
    @click.option(
        "--clock-rate",
        type=click.FloatRange(min=0),
        default=1.0,
        show_default=True,
        metavar="N",
        help="Simulated seconds for each real one.",
    )
    @click.option(
        "--latency",
        type=click.FloatRange(min=0),
        default=0.0,
        metavar="S",
        help="Seconds that a request of a limited group takes.",
    )
    @click.option("--inactive", multiple=True, metavar="TOKEN", help="Refuse this token.")
    @click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="SWITCH=VALUE",
        help="Change what nobody outside the vendor knows: error.body=html.",
    )
    @click.option(
        "--switches",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help='A TOML file of switches: [error] body = "html". --set comes after it.',
    )
    @click.option(
        "--list-switches", is_flag=True, help="Explain every switch, with its evidence, and end."
    )
    @click.option("--json", "as_json", is_flag=True, help="With --list-switches: as JSON.")
    @click.option(
        "--faults",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A JSON list of answers to send instead of the right ones.",
    )
    @click.option("--self-check", is_flag=True, help="Check every answer against the spec.")
    @click.option(
        "--list-faults",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=list_kinds,
        help="Print every kind of fault, and end.",
    )
    @click.option(
        "--tls",
        metavar="KIND",
        help="Serve https: good, or with a fault of the handshake (see --list-faults).",
    )
    @click.option(
        "--control/--no-control",
        default=True,
        show_default=True,
        help="Whether /__sim__/ is served: ledger, reset, clock, progress, faults.",
    )
    @click.option("--log", is_flag=True, help="Write a line for each request to stderr.")
    def simulate(list_switches: bool, as_json: bool, **options: Any) -> None:
        """Serve the API on this machine until interrupted.

        The base URL is printed once requests are answered. Any token in the form of a GUID is an
        active account. Requests are checked against the spec, and so are the answers with
        --self-check. Results quote the conversation that was declared, by simple rules; there is
        no model behind them. Audio is processed a minute of simulated time after its upload.
        """
        if as_json and not list_switches:
            raise click.UsageError("--json belongs to --list-switches")
        if list_switches:
            switches.list_switches(as_json)
        else:
            _serve(api, _simulator(api, options))

    return simulate


def _simulator(api: Api, options: dict[str, Any]) -> Simulator:
    try:
        from elevatekit_plugins.simulator import faults
        from elevatekit_plugins.simulator.server import Simulator
    except ModuleNotFoundError as error:
        raise missing_extra("the simulator", error, "simulator") from None
    file: Path | None = options.pop("faults")
    try:
        return Simulator(
            api,
            switches=switches.chosen(options.pop("switches"), options.pop("settings")),
            faults=faults.read(file, api) if file else (),
            **options,
        )
    except (ValueError, OSError) as error:
        raise ConfigError(str(error)) from None
    except ModuleNotFoundError as error:
        raise missing_extra("--tls", error, "pytest") from None


def _serve(api: Api, simulator: Simulator) -> None:
    # What is broken in an upload is answered, and no news for the terminal.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, on_signal) for number in signals]
    try:
        _start(simulator)
        click.echo(simulator.base_url)
        if simulator.speaks_tls:
            say(f"its authority is in {simulator.ca}: export SSL_CERT_FILE={simulator.ca}")
        if sys.stderr.isatty():
            url, token = api.env("base_url"), api.env("token")
            say(f"to use it: export {url}={simulator.base_url} {token}={EXAMPLE_TOKEN}")
        # In slices: on Windows a wait without an end is deaf to Ctrl-C.
        while not stop.wait(1):
            pass
        tell_unfired(simulator)
    finally:
        simulator.stop()
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def _start(simulator: Simulator) -> None:
    try:
        simulator.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = (
                f"port {simulator.port} is taken: choose another one with --port, or 0 for any"
            )
        else:
            message = f"the simulator {error.strerror or error}"
        raise ElevateKitError(message) from None
