"""Decides how a file of FHIR JSON stands in for a FHIR server: the same searches over the resources it holds."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from cds_service.contents import Contents, Unusable, parse_contents
from cds_service.demo.search import SearchRefused, find, parse_query
from cds_service.documents import read_source
from cds_service.ehr.prefetch import Answer
from cds_service.ehr.problem import EhrProblem
from cds_service.errors import outcome

Json = dict[str, Any]


class ChartFile:
    """The resources of one file. Nothing is paged; what the file itself lacks is said in every search."""

    def __init__(self, contents: Contents) -> None:
        self._resources = [dict(resource) for _, resource in contents.entries]
        self._aliases = {
            url: f"{own['resourceType']}/{own['id']}" for url, own in contents.entries if url and own.get("id")
        }
        self._incomplete = bool(contents.missing)

    def fetch(self, query: str) -> Answer:
        """Answers a read (`Type/id`) or a search (`Type?…`) as the embedded server would."""
        path, is_search, asked = query.partition("?")
        if not is_search:
            return self._read(path)
        try:
            return Answer(200, self._search(path, asked))
        except SearchRefused as refused:
            return Answer(400, outcome("processing", str(refused)))

    def patients(self) -> list[str]:
        """The ids of the Patients in it, in their order."""
        return [own["id"] for own in self._resources if own["resourceType"] == "Patient" and own.get("id")]

    def _read(self, path: str) -> Answer:
        found = (own for own in self._resources if f"{own['resourceType']}/{own.get('id')}" == path)
        resource = next(found, None)
        return Answer(200 if resource else 404, resource)

    def _search(self, kind: str, asked: str) -> Json:
        query = parse_query(kind, parse_qsl(asked, keep_blank_values=True))
        found = find(self._resources, query, lambda reference: self._aliases.get(reference, reference))
        entries = [{"resource": own, "search": {"mode": "match"}} for own in found]
        if self._incomplete:
            gap = outcome("incomplete", "The file is not the whole record: pages or entries of it are missing")
            entries.append({"resource": gap, "search": {"mode": "outcome"}})
        bundle: Json = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
        return {**bundle, "entry": entries} if entries else bundle


def read_chart_file(path: str) -> ChartFile:
    """The file as a chart; says what is wrong with it and what would do instead."""
    whole = Contents()
    try:
        for contents in parse_contents(read_source(path)):
            if isinstance(contents, Unusable):
                raise contents
            whole.entries += contents.entries
            whole.missing |= contents.missing
    except Unusable as unusable:
        raise EhrProblem(f"{path}: {unusable.message}", unusable.remedy) from None
    chart = ChartFile(whole)
    if not chart.patients():
        raise EhrProblem(
            f"{path}: there is no Patient with an id in it", "name a Bundle or list that holds the Patient"
        )
    return chart
