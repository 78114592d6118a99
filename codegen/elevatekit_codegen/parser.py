"""The second reader: what openapi-python-client's parser makes of the same document.

This module alone imports openapi_python_client. What it uses is no public interface, so the
package is pinned exactly, and a test watches over every name used here.

The two readings are joined by place, not by name: the parser is handed a copy in which each
operation's summary and each schema's description is the JSON pointer to it. It carries both
through, whatever it makes of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData, properties
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.property import Property

from elevatekit_codegen import grammar
from elevatekit_codegen.shapes import choice_signature, union_signature
from elevatekit_codegen.source import Document, SpecError, join

Place = tuple[str, str]
"""A JSON pointer, and what of the thing there is meant: `property "id"`, `answer 200`."""

Reading = Mapping[Place, str]
"""The signature of every parameter, body, answer and property."""


def parse(document: Document) -> Any:
    """The parser's own data for a document.

    Raises:
        SpecError: it warns of something, or refuses the document.
    """
    config = Config.from_sources(
        # Literal enums do not depend on names for their members, which may collide.
        ConfigFile(post_hooks=[], literal_enums=True),
        MetaType.NONE,
        Path(document.file),
        "utf-8",
        overwrite=False,
        output_path=None,
    )
    try:
        data = GeneratorData.from_dict(_tagged(document), config=config)
    except ValueError as error:
        raise document.error("", f"the parser fails: {error}") from None
    if isinstance(data, GeneratorError):
        raise document.error("", f"the parser refuses it: {_one_line(data)}")
    errors: list[ParseError] = [*data.errors]
    for collection in data.endpoint_collections_by_tag.values():
        errors += collection.parse_errors
    if errors:
        raise SpecError(
            *(document.finding(_pointer_of(e), f"the parser warns: {_one_line(e)}") for e in errors)
        )
    return data


def reading(data: Any) -> Reading:
    """The signatures of what the parser saw."""
    return dict(_Signatures(data).all())


def _tagged(document: Document) -> dict[str, Any]:
    """A copy of the document in which operations and schemas carry their pointer."""
    copy = cast("dict[str, Any]", _copied(document.value))
    at: dict[str, Any] = {}
    _index(copy, "", at)
    for kind, node in grammar.walk(document):
        if kind == "Operation":
            at[node.pointer]["summary"] = node.pointer
        elif kind == "Schema" and "$ref" not in node.value:
            at[node.pointer]["description"] = node.pointer
    return copy


def _copied(value: Any) -> Any:
    # Not deepcopy: what an alias of YAML repeats has to be copied for each place.
    if isinstance(value, dict):
        return {k: _copied(v) for k, v in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_copied(v) for v in cast("list[Any]", value)]
    return value


def _index(value: Any, pointer: str, at: dict[str, Any]) -> None:
    at[pointer] = value
    if isinstance(value, dict):
        for key, item in cast("dict[str, Any]", value).items():
            _index(item, join(pointer, key), at)
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            _index(item, join(pointer, str(index)), at)


def _one_line(error: GeneratorError) -> str:
    return " ".join(f"{error.header} {error.detail or ''}".split())


def _pointer_of(error: ParseError) -> str:
    described = getattr(error.data, "description", None) or getattr(error.data, "summary", None)
    pointer = described.get_untrusted_value() if described is not None else ""
    return pointer if pointer.startswith("/") else ""


class _Signatures:
    def __init__(self, data: GeneratorData) -> None:
        self._data = data
        self._models = {model.class_info.name: model for model in data.models}

    def all(self) -> Iterator[tuple[Place, str]]:
        for collection in self._data.endpoint_collections_by_tag.values():
            for endpoint in collection.endpoints:
                yield from self._endpoint(endpoint)
        for model in self._data.models:
            pointer = _text(model.data.description)
            for prop in [*(model.required_properties or ()), *(model.optional_properties or ())]:
                yield (pointer, f"property {_text(prop.name)!r}"), self._required(prop)

    def _endpoint(self, endpoint: Endpoint) -> Iterator[tuple[Place, str]]:
        pointer = _text(endpoint.summary)
        yield (pointer, "method"), endpoint.method
        for location, prop in endpoint.iter_all_parameters():
            yield (
                (pointer, f"{location.value} parameter {_text(prop.name)!r}"),
                self._required(prop),
            )
        for body in endpoint.bodies:
            yield (pointer, f"body {_text(body.content_type)}"), self._required(body.prop)
        for response in endpoint.responses:
            empty = response.source["return_type"] == "None"
            signature = "nothing" if empty else self._signature(response.prop)
            yield (pointer, f"answer {response.status_code.pattern}"), signature

    def _required(self, prop: Property) -> str:
        return f"{self._signature(prop)}, {'required' if prop.required else 'optional'}"

    def _signature(self, prop: Property) -> str:
        match prop:
            case properties.StringProperty():
                return "string"
            case properties.DateTimeProperty():
                return "string(date-time)"
            case properties.DateProperty():
                return "string(date)"
            case properties.UuidProperty():
                return "string(uuid)"
            case FileProperty():
                return "string(binary)"
            case properties.IntProperty():
                return "integer"
            case properties.FloatProperty():
                return "number"
            case properties.BooleanProperty():
                return "boolean"
            case properties.NoneProperty():
                return "null"
            case properties.AnyProperty():
                return "anything"
            case properties.ConstProperty():
                return choice_signature((str(prop.value.raw_value),))
            case properties.LiteralEnumProperty():
                return choice_signature(tuple(str(v) for v in prop.values))
            case properties.ListProperty():
                return f"list[{self._signature(prop.inner_property)}]"
            case properties.UnionProperty():
                return union_signature([self._signature(p) for p in prop.inner_properties])
            case properties.ModelProperty():
                return self._model(prop)
            case _:
                return type(prop).__name__

    def _model(self, prop: properties.ModelProperty) -> str:
        # A copy that a $ref made may not be filled in: the one that the parser keeps is.
        model = self._models.get(prop.class_info.name, prop)
        if model.required_properties or model.optional_properties:
            return f"object {_text(model.data.description)}"
        if model.additional_properties is None:
            return "map[nothing]"
        return f"map[{self._signature(model.additional_properties)}]"


def _text(value: Any) -> str:
    return "" if value is None else str(value.get_untrusted_value())
