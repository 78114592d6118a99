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
  NAME simulate --clock-rate 60 --log        # one minute per second
  NAME simulate --list-switches
  NAME simulate --set audio.unprocessed_status=422 --set error.body=html
  curl -X POST localhost:8080/__sim__/reset -d '{"seed": 2, "progress": "manual"}'
  curl localhost:8080/__sim__/ledger               # what the simulator counted
"""


def command(api: Api) -> click.Command:
    """The command."""

    @click.command("simulate", epilog=EXAMPLES.replace("NAME", api.name))
    @click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8080,
        show_default=True,
        help="The port; 0 selects a free one.",
    )
    @click.option("--host", default="127.0.0.1", show_default=True, help="The address.")
    @click.option(
        "--seed",
        default=1,
        show_default=True,
        help="Seed of ids and values: the same seed and requests give the same responses.",
    )
    @click.option(
        "--progress",
        type=click.Choice(["immediate", "time", "manual"]),
        default="time",
        show_default=True,
        help="How audio is processed: at once, with the clock, or when you POST /__sim__/progress.",
    )
    @click.option(
        "--clock-rate",
        type=click.FloatRange(min=0),
        default=1.0,
        show_default=True,
        metavar="N",
        help="Simulated seconds per real second.",
    )
    @click.option(
        "--latency",
        type=click.FloatRange(min=0),
        default=0.0,
        metavar="S",
        help="Seconds that a request with a concurrency limit takes.",
    )
    @click.option("--inactive", multiple=True, metavar="TOKEN", help="Reject this token.")
    @click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="SWITCH=VALUE",
        help="Set a switch for undocumented behaviour, such as error.body=html.",
    )
    @click.option(
        "--switches",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help='A TOML file of switches: [error] body = "html". --set overrides it.',
    )
    @click.option(
        "--list-switches", is_flag=True, help="Describe all switches, with evidence, and exit."
    )
    @click.option("--json", "as_json", is_flag=True, help="With --list-switches: print JSON.")
    @click.option(
        "--faults",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="A JSON list of faults: responses to send instead of the correct ones.",
    )
    @click.option("--self-check", is_flag=True, help="Check every response against the spec.")
    @click.option(
        "--list-faults",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=list_kinds,
        help="List all kinds of faults and exit.",
    )
    @click.option(
        "--tls",
        metavar="KIND",
        help="Serve https: good, or with a handshake fault (see --list-faults).",
    )
    @click.option(
        "--control/--no-control",
        default=True,
        show_default=True,
        help="Serve /__sim__/: ledger, reset, clock, progress, faults.",
    )
    @click.option("--log", is_flag=True, help="Log each request to stderr.")
    def simulate(list_switches: bool, as_json: bool, **options: Any) -> None:
        """Serve the API on this machine until interrupted.

        Prints the base URL when it is ready. Accepts any GUID as a token. Checks requests against
        the spec, and with --self-check its responses, too. Results quote the declared
        conversation, by simple rules; there is no language model. Audio is processed one minute
        of simulated time after its upload.
        """
        if as_json and not list_switches:
            raise click.UsageError("--json requires --list-switches")
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
            say(f"to trust its certificate: export SSL_CERT_FILE={simulator.ca}")
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
            message = f"port {simulator.port} is in use; choose another with --port, or 0 for any"
        else:
            message = f"the simulator {error.strerror or error}"
        raise ElevateKitError(message) from None
