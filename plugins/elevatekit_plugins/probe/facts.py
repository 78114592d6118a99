"""From the answers of a probe to its report."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from elevatekit_plugins import report
from elevatekit_plugins.api import Api
from elevatekit_plugins.messages import Response
from elevatekit_plugins.probe.answers import compare, responses
from elevatekit_plugins.probe.calls import Answer
from elevatekit_plugins.probe.schemas import DOUBTFUL, JSON, Spec, join
from elevatekit_plugins.probe.sightings import Sightings
from elevatekit_plugins.probe.verdicts import Verdicts
from elevatekit_plugins.probe.vocabulary import Vocabulary
from elevatekit_plugins.report import Fact, Probed, Report


def reported(api: Api, answers: list[Answer], *, with_values: bool) -> Report:
    """Lay all answers beside the spec, and tell what came."""
    spec = Spec(api.document())
    said = (_value(answer.response) for answer in answers if not answer.error)
    sightings = Sightings(spec, Vocabulary(spec.names(), said))
    whole: list[Fact] = []
    for answer in answers:
        if answer.response is not None:
            whole += compare(sightings, answer.operation, answer.response)
    sightings.follow_renames()
    return Report(
        version=report.VERSION,
        api=api.title,
        spec=api.version,
        operations=tuple(_probed(answer, with_values=with_values) for answer in answers),
        facts=tuple(_facts(sightings, answers, whole)),
    )


def _probed(answer: Answer, *, with_values: bool) -> Probed:
    response = answer.response
    return Probed(
        operation=answer.operation.id,
        status=None if response is None else response.status,
        error=type(answer.error).__name__ if answer.failed else None,
        value=_value(response) if with_values and response is not None else UNSET,
    )


def _value(response: Response | None) -> object:
    """What an answer holds, as JSON or else as a text."""
    if response is None:
        return None
    try:
        return response.json()
    except ValueError:
        return response.text


def _facts(sightings: Sightings, answers: list[Answer], whole: list[Fact]) -> Iterator[Fact]:
    verdicts = Verdicts(sightings)
    different = [*whole, *verdicts.differences()]
    yield from different
    # A fact is told once: as a difference, or as what became of it in all answers.
    told = {fact.pointer for fact in different}
    for fact in _merged([*_of_statuses(sightings.spec, answers), *_inside(verdicts, answers)]):
        if fact.pointer not in told:
            yield fact


def _of_statuses(spec: Spec, answers: list[Answer]) -> Iterator[Fact]:
    for answer in answers:
        place = responses(answer.operation)
        for status in spec.at(place).node:
            leaf = spec.at(join(place, status))
            word = leaf.node.get("x-evidence")
            if word in DOUBTFUL:
                seen = answer.response is not None and str(answer.response.status) == status
                yield Fact(
                    verdict="as said" if seen else "not seen",
                    pointer=leaf.pointer,
                    evidence=word,
                    operation=answer.operation.id if seen else None,
                    answer="" if seen else None,
                    said=f"status {status}",
                )


def _inside(verdicts: Verdicts, answers: list[Answer]) -> Iterator[Fact]:
    spec = verdicts.spec
    for answer in answers:
        place = responses(answer.operation)
        for status in spec.at(place).node:
            leaf = spec.at(join(place, status))
            if JSON in leaf.node.get("content", {}):
                yield from verdicts.certainties(join(leaf.pointer, "content", JSON, "schema"))


def _merged(facts: list[Fact]) -> Iterator[Fact]:
    found: dict[str, Fact] = {}
    for fact in facts:
        if fact.pointer not in found or found[fact.pointer].verdict == "not seen":
            found[fact.pointer] = fact
    yield from found.values()
