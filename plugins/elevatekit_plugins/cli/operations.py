"""A command for each operation of the table, from its dotted id: `gen-ai cx summary`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import msgspec
from click.shell_completion import CompletionItem

from elevatekit_plugins.api import Api, Operation, Parameter, Waiter
from elevatekit_plugins.cli.descriptions import Descriptions
from elevatekit_plugins.cli.options import ClientOptions, client_options
from elevatekit_plugins.cli.render import render
from elevatekit_plugins.cli.terminal import dump, say, show, stdin
from elevatekit_plugins.errors import ArgumentError, ElevateKitError
from elevatekit_plugins.messages import Response, decode_json

_TYPES = {"string": str, "integer": int, "number": float, "boolean": bool}


def operation_groups(api: Api, group_class: type[click.Group]) -> Iterator[click.Group]:
    """The top-level groups, with every operation in its place below them."""
    groups: dict[tuple[str, ...], click.Group] = {}
    for operation in api.operations:
        words = operation.words
        for depth in range(1, len(words)):
            path = words[:depth]
            if path not in groups:
                groups[path] = group_class(path[-1], help=_group_help(api, path))
                if depth == 1:
                    yield groups[path]
                else:
                    groups[path[:-1]].add_command(groups[path])
        group = groups[words[:-1]]
        group.add_command(_command(api, operation))
        if operation.waiter is not None:
            group.add_command(_wait_command(api, operation, operation.waiter))


def _group_help(api: Api, path: tuple[str, ...]) -> str:
    below = [o.words for o in api.operations if o.words[: len(path)] == path]
    return "Operations: " + ", ".join(" ".join(words[len(path) :]) for words in below) + "."


def _command(api: Api, operation: Operation[Any]) -> click.Command:
    @client_options
    def invoke(options: ClientOptions, as_json: bool, **given: Any) -> None:
        body = _body(operation, given)
        arguments = _arguments(operation, given)
        with options.open(api) as client:
            response = client.send(operation, arguments, body)
        if operation.media is None or not response.body:
            _print(response, as_json)
        else:
            dump(response.body, operation.media)

    parameters: list[click.Parameter] = [_parameter(p) for p in operation.parameters]
    parameters += _body_parameters(operation)
    return _assemble(api, operation.words[-1], operation, invoke, parameters)


def _wait_command(api: Api, operation: Operation[Any], waiter: Waiter) -> click.Command:
    @client_options
    def invoke(
        options: ClientOptions, as_json: bool, poll: float | None, kind: str | None, **given: Any
    ) -> None:
        def progress(answer: Any) -> None:
            state = msgspec.to_builtins(answer).get(waiter.property)
            say(f"{operation.id}: {state}")

        with options.open(api) as client:
            answer = client.wait(
                operation,
                _arguments(operation, given),
                kind=kind,
                poll=poll,
                timeout=options.timeout,
                progress=progress,
            )
        _show(msgspec.to_builtins(answer), as_json)

    kinds = ", ".join(f"{kind} {seconds:g} s" for kind, seconds in waiter.intervals.items())
    parameters: list[click.Parameter] = [_parameter(p) for p in operation.parameters]
    parameters += [
        click.Option(["--poll"], type=float, metavar="S", help=f"Seconds between polls ({kinds})."),
        click.Option(
            ["--kind"], type=click.Choice([*waiter.intervals]), help="The kind of interaction."
        ),
    ]
    return _assemble(api, waiter.method, operation, invoke, parameters, "Wait until it is done. ")


def _assemble(
    api: Api,
    name: str,
    operation: Operation[Any],
    invoke: Callable[..., None],
    parameters: list[click.Parameter],
    before: str = "",
) -> click.Command:
    options: list[click.Parameter] = getattr(invoke, "__click_params__", [])[::-1]
    parameters.append(
        click.Option(["--json", "as_json"], is_flag=True, help="Print the response as JSON.")
    )
    return OperationCommand(
        name.replace("_", "-"),
        api=api,
        operation=operation,
        before=before,
        callback=invoke,
        params=[*parameters, *options],
    )


class OperationCommand(click.Command):
    """A command that looks up what the spec says of it when somebody asks."""

    def __init__(
        self, name: str, *, api: Api, operation: Operation[Any], before: str, **settings: Any
    ) -> None:
        super().__init__(name, short_help=before or operation.summary, **settings)
        self._api, self._operation, self._before = api, operation, before

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._describe()
        super().format_help(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        self._describe()
        return super().shell_complete(ctx, incomplete)

    def _describe(self) -> None:
        operation, told = self._operation, Descriptions(self._api, self._operation)
        self.help = (
            f"{self._before}{operation.summary}\n\n{told.operation}\n\n"
            f"{operation.method} {operation.path}"
        )
        body = operation.body.fields if operation.body else ()
        rules = {_key(rule): rule for rule in (*operation.parameters, *body)}
        for parameter in self.params:
            if isinstance(parameter, click.Option) and parameter.name in rules:
                parameter.help = told.option(rules[parameter.name])


def _type(parameter: Parameter) -> click.Choice[str] | type:
    return click.Choice(parameter.enum) if parameter.enum else _TYPES[parameter.type]


def _parameter(parameter: Parameter) -> click.Parameter:
    if parameter.location == "path":
        return click.Argument([_key(parameter)], type=_type(parameter), metavar=parameter.metavar)
    return click.Option(
        [parameter.option, _key(parameter)],
        type=_type(parameter),
        metavar=parameter.metavar,
        required=parameter.required,
        multiple=parameter.many is not None,
    )


def _key(parameter: Parameter) -> str:
    """Under which click hands the value on: a parameter may be called like an option of ours."""
    return f"{parameter.location}_{parameter.python}"


def _body_parameters(operation: Operation[Any]) -> list[click.Parameter]:
    body = operation.body
    if body is None:
        return []
    found = [_parameter(field) for field in body.fields]
    if body.takes_file:
        found.append(
            click.Argument(["file"], required=body.required, type=click.Path(), metavar="FILE")
        )
    if found or body.kind != "json":
        return found
    return [
        click.Option(
            ["--body"],
            required=body.required,
            metavar="FILE|-",
            help="A JSON file, or - for stdin.",
        )
    ]


def _arguments(operation: Operation[Any], given: Mapping[str, Any]) -> dict[str, object]:
    return {p.name: _given(p, given) for p in operation.parameters}


def _given(parameter: Parameter, given: Mapping[str, Any]) -> object:
    """What was given of a parameter; None: nothing."""
    value: object = given[_key(parameter)]
    return None if value == () else value


def _body(operation: Operation[Any], given: Mapping[str, Any]) -> object:
    body = operation.body
    if body is None:
        return None
    values = {field.name: _given(field, given) for field in body.fields}
    if body.takes_file:
        if not body.fields:
            return given["file"]
        values[body.part or ""] = given["file"]
    if values or body.kind != "json":
        return {name: value for name, value in values.items() if value is not None}
    return None if given["body"] is None else _read_json(given["body"])


def _read_json(path: str) -> object:
    try:
        data = stdin().read() if path == "-" else Path(path).read_bytes()
        return decode_json(data.removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise ArgumentError(f"the body {path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ArgumentError(f"the body {path} is {error}") from None


def _print(response: Response, as_json: bool) -> None:
    if not response.body:
        say(f"{response.operation}: done ({response.status}, no content)")
        return
    try:
        answer = response.json()
    except ValueError as error:
        kind = response.header("content-type") or "no content type"
        raise ElevateKitError(f"{error} ({kind}, {len(response.body)} bytes)") from None
    _show(answer, as_json)


def _show(answer: Any, as_json: bool) -> None:
    show(json.dumps(answer, indent=2, ensure_ascii=False) if as_json else render(answer))
