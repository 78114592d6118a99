"""The second reader: what openapi-python-client's parser makes of the same document.

This module alone imports openapi_python_client. What it uses is no public interface, so the
package is pinned exactly, and a test watches over every name used here.

The two readings are joined by place, not by name: the parser is handed a copy in which each
operation's summary and each schema's description is the JSON pointer to it. It carries both
through, whatever it makes of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.literal_enum_property import LiteralEnumProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from elevatekit_codegen import grammar
from elevatekit_codegen.signatures import (
    Place,
    Reading,
    answer_place,
    body_place,
    choice,
    operation_place,
    parameter_place,
    property_place,
    union,
)
from elevatekit_codegen.source import Document, SpecError, join
from elevatekit_plugins.api import is_json


def reading(document: Document) -> Reading:
    """The signatures of everything that the parser sees in a document.

    Raises:
        SpecError: it refuses the document, or warns that it leaves something out.
    """
    return dict(_Signatures(_parsed(document)).all())


def _parsed(document: Document) -> GeneratorData:
    config = Config.from_sources(
        # Literal enums do not depend on names for their members, which may collide.
        ConfigFile(post_hooks=[], literal_enums=True, content_type_overrides=_bytes(document)),
        MetaType.NONE,
        Path(document.file),
        "utf-8",
        overwrite=False,
        output_path=None,
    )
    try:
        data = GeneratorData.from_dict(_tagged(document), config=config)
    except ValueError as error:
        raise document.error("", f"openapi-python-client fails: {error}") from None
    except RecursionError:
        what = "the chain of schema references is too long for openapi-python-client; shorten it"
        raise document.error("/components/schemas", what) from None
    if isinstance(data, GeneratorError):
        raise document.error("", f"openapi-python-client rejects the document: {_line(data)}")
    errors: list[ParseError] = [*data.errors]
    for collection in data.endpoint_collections_by_tag.values():
        errors += collection.parse_errors
    if errors:
        raise SpecError(
            *(
                document.finding(_pointer(e), f"openapi-python-client would drop this: {_line(e)}")
                for e in errors
            )
        )
    return data


def _bytes(document: Document) -> dict[str, str]:
    """The media types that the parser does not know: bytes, as far as it is concerned."""
    return {
        kind: "application/octet-stream"
        for _, node in grammar.walk(document)
        for kind, _ in node.children("content")
        if not is_json(kind) and not kind.startswith(("text/", "multipart/"))
        if kind != "application/x-www-form-urlencoded"
    }


def _tagged(document: Document) -> dict[str, Any]:
    """A copy of the document in which operations and schemas carry their pointer."""
    at: dict[str, Any] = {}
    copy: dict[str, Any] = _copied(document.value, "", at)
    for kind, node in grammar.walk(document):
        if kind == "Operation":
            at[node.pointer]["summary"] = node.pointer
        elif kind == "Schema" and "$ref" not in node:
            at[node.pointer]["description"] = node.pointer
    return copy


def _copied(value: object, pointer: str, at: dict[str, Any]) -> Any:
    # Not deepcopy: what an alias of YAML repeats has to be copied for each place.
    copy: object = value
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        copy = {key: _copied(item, join(pointer, key), at) for key, item in items}
    elif isinstance(value, list):
        copy = [
            _copied(item, join(pointer, str(index)), at)
            for index, item in enumerate(cast("list[object]", value))
        ]
    at[pointer] = copy
    return copy


def _line(error: GeneratorError) -> str:
    text = " ".join(f"{error.header} {error.detail or ''}".split())
    # Some of its messages show the address of an object where a name was meant.
    return re.sub(r"<\S+ object at 0x[0-9a-f]+>", "it", text)


def _pointer(error: ParseError) -> str:
    for word in ("description", "summary"):
        pointer = _text(getattr(error.data, word, None))
        if pointer.startswith("/"):
            return pointer
    # Of an operation that it leaves out it tells the request alone.
    request = re.search(r"parsing ([A-Z]+) (\S+) within", error.header)
    return join(join("/paths", request[2]), request[1].lower()) if request else ""


def _text(value: Any) -> str:
    return "" if value is None else str(value.get_untrusted_value())


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
                yield property_place(pointer, _text(prop.name)), self._required(prop)

    def _endpoint(self, endpoint: Endpoint) -> Iterator[tuple[Place, str]]:
        pointer = _text(endpoint.summary)
        yield operation_place(pointer), endpoint.method
        for location, prop in endpoint.iter_all_parameters():
            place = parameter_place(pointer, location.value, _text(prop.name))
            yield place, self._required(prop)
        for body in endpoint.bodies:
            yield body_place(pointer, _text(body.content_type)), self._required(body.prop)
        for response in endpoint.responses:
            empty = response.source["return_type"] == "None"
            signature = "nothing" if empty else self._signature(response.prop)
            yield answer_place(pointer, response.status_code.pattern), signature

    def _required(self, prop: PropertyProtocol) -> str:
        return f"{self._signature(prop)}, {'required' if prop.required else 'optional'}"

    def _signature(self, prop: PropertyProtocol) -> str:
        match prop:
            case StringProperty():
                return "string"
            case DateTimeProperty():
                return "string(date-time)"
            case DateProperty():
                return "string(date)"
            case UuidProperty():
                return "string(uuid)"
            case FileProperty():
                return "string(binary)"
            case IntProperty():
                return "integer"
            case FloatProperty():
                return "number"
            case BooleanProperty():
                return "boolean"
            case NoneProperty():
                return "null"
            case AnyProperty():
                return "anything"
            case ConstProperty():
                return choice((str(prop.value.raw_value),))
            case LiteralEnumProperty():
                return choice(tuple(map(str, prop.values)))
            case ListProperty():
                return f"list[{self._signature(prop.inner_property)}]"
            case UnionProperty():
                return union([self._signature(p) for p in prop.inner_properties])
            case ModelProperty():
                return self._model(prop)
            case _:
                return type(prop).__name__

    def _model(self, prop: ModelProperty) -> str:
        # A copy that a $ref made may not be filled in: the one that the parser keeps is.
        model = self._models.get(prop.class_info.name, prop)
        if model.required_properties or model.optional_properties:
            return f"object {_text(model.data.description)}"
        if model.additional_properties is None:
            return "map[nothing]"
        return f"map[{self._signature(model.additional_properties)}]"
