"""Random edits of a document, of those that a maintainer makes."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.source import SpecError

from .copies import Copy
from .samples import Value


class Editor:
    """Makes one random edit of a document, of those that a maintainer makes."""

    def __init__(self, document: Value, seed: int) -> None:
        self.document = document
        self.random = random.Random(seed)
        self.done: list[str] = []

    def edit(self) -> None:
        name = self.random.choice(EDITS)
        getattr(self, name)()
        self.done.append(name)

    # What there is to choose from. `IndexError` where there is nothing: the edit is drawn again.
    def pick(self, of: Any) -> Any:
        return self.random.choice(list(of))

    def operation(self) -> Value:
        return self.pick(o for _, o in self.operations())[1]

    def operations(self) -> Iterator[tuple[Value, tuple[str, Value]]]:
        for item in self.document["paths"].values():
            for method, operation in item.items():
                yield item, (method, operation)

    def schema(self) -> Value:
        schemas = self.document["components"]["schemas"].values()
        return self.pick(s for s in schemas if "properties" in s)

    def property(self) -> tuple[Value, str]:
        schema = self.schema()
        return schema, self.pick(schema["properties"])

    def scalar(self) -> Value:
        found = [
            node
            for schema in self.document["components"]["schemas"].values()
            for node in schema.get("properties", {}).values()
            if isinstance(node.get("type"), str) and "const" not in node
        ]
        parameters = self.document["components"]["parameters"].values()
        return self.pick([*found, *(p["schema"] for p in parameters)])

    def parameter(self) -> tuple[list[Value], int]:
        operation = self.pick(
            o for _, (_, o) in self.operations() if len(o.get("parameters", [])) > 1
        )
        return operation["parameters"], 1

    # Operations.
    def add_operation(self) -> None:
        item, (method, operation) = self.pick(self.operations())
        added = copy.deepcopy(operation)
        added["operationId"] += "_again"
        added.pop("x-waiter", None)
        path = next(p for p, i in self.document["paths"].items() if i is item)
        self.document["paths"][f"{path}/again"] = {method: added}

    def remove_operation(self) -> None:
        item, (method, _) = self.pick(self.operations())
        del item[method]

    def rename_operation(self) -> None:
        self.operation()["operationId"] += "_renamed"

    def rename_group(self) -> None:
        operation = self.operation()
        group, _, name = operation["operationId"].rpartition(".")
        operation["operationId"] = f"{group}_moved.{name}"

    def move_operation(self) -> None:
        paths = self.document["paths"]
        path = self.pick(paths)
        paths[f"{path}/moved"] = paths.pop(path)

    # Parameters.
    def add_parameter(self) -> None:
        new = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
        new["required"] = self.random.random() < 0.3
        self.operation().setdefault("parameters", []).append(new)

    def add_header(self) -> None:
        new = {"name": "X-Trace", "in": "header", "schema": {"type": "string"}}
        new["required"] = self.random.random() < 0.5
        self.operation().setdefault("parameters", []).append(new)

    def add_list_parameter(self) -> None:
        many = {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}
        new = {"name": "only", "in": "query", "schema": many}
        self.operation().setdefault("parameters", []).append(new)

    def add_path_parameter(self) -> None:
        paths = self.document["paths"]
        path = self.pick(paths)
        item = paths[f"{path}/{{section}}"] = paths.pop(path)
        section = {"name": "section", "in": "path", "required": True, "schema": {"type": "string"}}
        for operation in item.values():
            operation.setdefault("parameters", []).append(section)
            operation.pop("x-pull", None)

    def list_parameter(self) -> None:
        schema = self.document["components"]["parameters"]["acceptLanguage"]["schema"]
        schema.pop("pattern", None)
        schema["enum"] = self.pick([["en", "pt-BR"], ["en"]])

    def remove_parameter(self) -> None:
        parameters, index = self.parameter()
        del parameters[index]

    def require_parameter(self) -> None:
        parameter = self.document["components"]["parameters"]["acceptLanguage"]
        parameter["required"] = not parameter["required"]

    def rename_parameter(self) -> None:
        self.document["components"]["parameters"]["acceptLanguage"]["name"] = self.pick(
            ["Language", "Accept-language"]
        )

    def place_parameter(self) -> None:
        parameter = self.document["components"]["parameters"]["acceptLanguage"]
        parameter["in"] = "query" if parameter["in"] == "header" else "header"

    # Bodies.
    def add_body(self) -> None:
        operation = self.operation()
        if "requestBody" in operation:
            raise IndexError
        schema = {"type": "object", "properties": {"reason": {"type": "string"}}}
        if self.random.random() < 0.3:
            schema["required"] = ["reason"]
        operation["requestBody"] = {
            "required": "required" in schema,
            "content": {"application/json": {"schema": schema}},
        }

    def remove_body(self) -> None:
        del self.operation()["requestBody"]

    # Properties.
    def add_property(self) -> None:
        schema = self.schema()
        schema["properties"]["newProperty"] = copy.deepcopy(
            self.pick(
                [
                    {"type": "string"},
                    {"type": ["integer", "null"]},
                    {"type": "array", "items": {"type": "string"}},
                    {"type": "object", "properties": {"inner": {"type": "boolean"}}},
                    {
                        "type": "array",
                        "items": {"type": "object", "properties": {"inner": {"type": "number"}}},
                    },
                ]
            )
        )
        if self.random.random() < 0.4:
            schema.setdefault("required", []).append("newProperty")

    def remove_property(self) -> None:
        schema, name = self.property()
        del schema["properties"][name]
        schema["required"] = [n for n in schema.get("required", []) if n != name]

    def rename_property(self) -> None:
        schema, name = self.property()
        new = self.pick([f"{name}New", f"new{name.capitalize()}"])
        schema["properties"] = {
            new if key == name else key: value for key, value in schema["properties"].items()
        }
        schema["required"] = [new if n == name else n for n in schema.get("required", [])]

    def require_property(self) -> None:
        schema, name = self.property()
        required = schema.setdefault("required", [])
        required.remove(name) if name in required else required.append(name)

    def null_property(self) -> None:
        scalar = self.scalar()
        scalar["type"] = [scalar["type"], "null"]

    def type_property(self) -> None:
        scalar = self.scalar()
        kind = self.pick({"string", "integer", "number", "boolean"} - {scalar["type"]})
        scalar.pop("items", None)
        scalar["type"] = kind

    def enum_property(self) -> None:
        scalar = self.scalar()
        values = scalar.get("enum", ["one", "two", "default"])
        change = self.pick(["add", "remove", "list", "open"])
        if change == "open":
            del scalar["enum"]
        elif change == "list":
            if scalar["type"] != "string":
                raise IndexError
            scalar["enum"] = values
        elif "enum" not in scalar:
            raise IndexError
        elif change == "add":
            values.append(f"value{len(values)}")
        else:
            values.remove(self.pick(values))

    def limit_property(self) -> None:
        scalar = self.scalar()
        words = {
            "string": ["minLength", "maxLength"],
            "integer": ["minimum", "maximum"],
            "number": ["minimum", "maximum", "exclusiveMinimum"],
            "array": ["minItems", "maxItems"],
        }[scalar["type"]]
        word = self.pick(words)
        scalar[word] = self.pick([1, 2, 5, 40])

    def format_property(self) -> None:
        scalar = self.scalar()
        if scalar["type"] != "string" or "enum" in scalar:
            raise IndexError
        if scalar.pop("format", None) is None:
            scalar["format"] = self.pick(["uuid", "date-time", "uri"])

    def default_property(self) -> None:
        scalar = self.scalar()
        if scalar["type"] != "string" or "enum" in scalar:
            raise IndexError
        scalar["default"] = self.pick(["first", "second"])

    def close_schema(self) -> None:
        self.schema()["additionalProperties"] = False

    def role_property(self) -> None:
        schema, name = self.property()
        schema["properties"][name]["x-role"] = "quite_another"

    def say_property(self) -> None:
        schema, name = self.property()
        schema["properties"][name]["description"] = "Said in other words."

    # Answers and rules.
    def add_status(self) -> None:
        self.operation()["responses"]["418"] = {"description": "Tea.", "x-error": "TeapotError"}

    def remove_status(self) -> None:
        responses = self.operation()["responses"]
        del responses[self.pick(responses)]

    def empty_status(self) -> None:
        self.operation()["responses"]["204"] = {"description": "Nothing."}

    def other_answer(self) -> None:
        answers = [
            o["responses"]["200"]["content"]["application/json"]
            for _, (_, o) in self.operations()
            if "content" in o["responses"].get("200", {})
        ]
        self.pick(answers)["schema"] = copy.deepcopy(self.pick(answers)["schema"])

    def rename_error(self) -> None:
        self.pick(self.document["components"]["responses"].values())["x-error"] = "OtherError"

    def retry(self) -> None:
        rule = self.operation()["x-retry"]
        change = self.pick(["deadline", "remove", "add", "safe"])
        if change == "deadline":
            rule["deadline"] = self.pick([10, 300])
        elif change == "safe":
            rule["safe"] = not rule["safe"]
        elif change == "add":
            rule["statuses"]["425"] = "assumed"
        else:
            del rule["statuses"][self.pick(rule["statuses"])]

    def limit(self) -> None:
        self.operation()["x-concurrency"]["limit"] = self.pick([1, 3, 20])

    def quota(self) -> None:
        rule = self.operation()["x-quota"]
        change = self.pick(["successes", "errors", "free"])
        rule[change] = self.pick([[], [400, 401, 429, 500]] if change == "free" else [3, 8])

    def waiter(self) -> None:
        rule = self.operation()["x-waiter"]
        change = self.pick(["done", "failed", "waiting", "intervals", "method"])
        if change == "intervals":
            rule["intervals"].pop(self.pick(rule["intervals"]))
        elif change == "method":
            rule["method"] = "follow"
        else:
            rule[change].append("fileUploading")

    def pull(self) -> None:
        operation = self.operation()
        change = self.pick(["none", "types"])
        if change == "none":
            del operation["x-pull"]
        else:
            operation["x-pull"]["types"] = self.pick([["audio"], ["audio", "transcript", "chat"]])

    def server(self) -> None:
        self.document["servers"][0]["url"] = "https://other.example/v2"

    def header(self) -> None:
        self.document["components"]["securitySchemes"]["apiToken"]["name"] = "X-Other"


CHOOSERS = {"edit", "pick", "operation", "operations", "schema", "property", "scalar", "parameter"}
EDITS = [n for n in vars(Editor) if not n.startswith("_") and n not in CHOOSERS]


def random_edit(of: Copy, seed: int) -> tuple[Copy, list[str]]:
    """A copy with one to three edits that together give a spec that can be read."""
    for attempt in range(1000):
        editor = Editor(copy.deepcopy(of.value), seed * 1000 + attempt)
        try:
            for _ in range(editor.random.choice([1, 1, 2, 3])):
                editor.edit()
            new = Copy(editor.document)
            assemble(new.spec, "elevatekit")
        except (IndexError, KeyError, TypeError, SpecError):
            continue
        return new, editor.done
    raise AssertionError("no edit can be read")
