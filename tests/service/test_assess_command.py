"""`cds-service assess`: one line a person, in the order of the input; a mistake is a line with a remedy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cds_service.cli import main
from cds_service.data import fixtures_folder

INES = str(fixtures_folder() / "patients" / "ines.json")
VIKTOR = str(fixtures_folder() / "patients" / "viktor.json")
DAY = ("--as-of", "2026-11-21")
Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def assess(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("CDS_AS_OF", raising=False)

    def run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        status = main(["assess", "--format", "json", *arguments])
        out, err = capfd.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    return run


def test_the_documented_shape(assess: Run) -> None:
    status, [line], _ = assess(INES, *DAY)
    assert status == 0
    assert list(line) == ["source", "patient", "as_of", "start", "assessments", "notes"]
    assert (line["source"], line["patient"]) == (INES, "Patient/ines")
    assert (line["as_of"], line["start"]) == ("2026-11-21", "2026-11-21")
    assessment = line["assessments"][0]
    shape = ["trial", "definition", "status", "eligible_from", "speaks", "speaks_reason", "criteria"]
    assert list(assessment) == shape
    members = ["id", "role", "class", "verdict", "assurance", "text", "because", "evidence", "eligible_from", "resolve"]
    for criterion in assessment["criteria"]:
        assert [name for name in criterion if name != "part_of"] == members
        assert criterion["verdict"] in ("met", "not-met", "unknown", "judgement")
        assert criterion["assurance"] in ("explicit", "assumed")
        assert criterion["class"] in ("computable", "partly-computable", "judgement", "administrative")
        assert criterion["text"]
        assert criterion["because"]
        assert (criterion["resolve"] is not None) or criterion["verdict"] != "unknown"
        for evidence in criterion["evidence"]:
            assert list(evidence) == ["reference", "says", "when"]


def test_every_criterion_of_both_trials_is_there_once(assess: Run) -> None:
    _, [line], _ = assess(INES, *DAY)
    counted = {a["trial"]: [c["id"] for c in a["criteria"] if "part_of" not in c] for a in line["assessments"]}
    assert {trial: len(ids) for trial, ids in counted.items()} == {"NCT05694767": 59, "NCT06352281": 46}
    assert all(len(set(ids)) == len(ids) for ids in counted.values())


def test_parts_follow_their_group(assess: Run) -> None:
    _, [line], _ = assess(INES, *DAY, "--trial", "NCT06352281")
    [assessment] = line["assessments"]
    ids = [criterion["id"] for criterion in assessment["criteria"]]
    parts = [criterion["id"] for criterion in assessment["criteria"] if "part_of" in criterion]
    [group] = {criterion["part_of"] for criterion in assessment["criteria"] if "part_of" in criterion}
    assert parts
    assert ids[ids.index(group) + 1 :][: len(parts)] == parts


def test_a_platelet_count_names_its_evidence(assess: Run) -> None:
    _, [line], _ = assess(INES, *DAY, "--trial", "NCT06352281")
    evidence = [e for c in line["assessments"][0]["criteria"] if "latelets below" in c["text"] for e in c["evidence"]]
    assert {"reference": "Observation/ines-plt-07", "says": "Platelets 24 ×10⁹/L", "when": "2026-11-12"} in evidence


def test_only_the_trials_asked_for(assess: Run) -> None:
    _, [line], _ = assess(INES, *DAY, "--trial", "NCT05694767")
    assert [a["trial"] for a in line["assessments"]] == ["NCT05694767"]


def test_an_unknown_trial_is_told_with_those_there_are(assess: Run) -> None:
    status, lines, err = assess(INES, "--trial", "NCT00000000")
    assert (status, lines) == (2, [])
    assert "NCT00000000" in err
    assert "NCT05694767" in err


@pytest.mark.parametrize("option", ["--as-of", "--start"])
@pytest.mark.parametrize("text", ["2026-02-30", "yesterday", "2026-13-01", ""])
def test_an_impossible_day_is_refused(option: str, text: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["assess", INES, option, text])
    assert stopped.value.code == 2
    assert "no day of the calendar" in capfd.readouterr().err


def test_the_first_dose_may_be_planned_later(assess: Run) -> None:
    _, [line], _ = assess(INES, *DAY, "--start", "2026-12-24")
    assert line["start"] == "2026-12-24"


def test_the_day_comes_from_the_environment_when_not_given(assess: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDS_AS_OF", "2026-11-20")
    _, [line], _ = assess(INES)
    assert line["as_of"] == "2026-11-20"


def test_a_mistaken_environment_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CDS_AS_OF", "soon")
    assert main(["assess", INES]) == 2
    assert "CDS_AS_OF" in capfd.readouterr().err


@pytest.mark.rule("G12")
def test_nobody_who_has_died_is_assessed(assess: Run) -> None:
    status, [line], _ = assess(VIKTOR, *DAY)
    assert (status, line["assessments"]) == (0, [])
    assert [note for note in line["notes"] if "deceased" in note["text"]]


def test_mistakes_cost_their_own_line(assess: Run, tmp_path: Path) -> None:
    empty, broken, foreign = tmp_path / "empty.json", tmp_path / "broken.json", tmp_path / "foreign.json"
    empty.write_bytes(b"")
    broken.write_bytes(Path(INES).read_bytes()[:2000])
    foreign.write_text('{"a": 1}')
    paths = [str(empty), str(broken), INES, str(foreign), str(tmp_path / "absent.json"), str(tmp_path)]
    status, lines, _ = assess(*paths, *DAY)
    assert status == 0
    assert [line["source"] for line in lines] == paths
    assert ["error" in line for line in lines] == [True, True, False, True, True, True]
    for line in lines:
        if "error" in line:
            assert list(line) == ["source", "error"]
            assert line["error"]["message"]
            assert line["error"]["remedy"]


def test_nothing_usable_is_status_2(assess: Run, tmp_path: Path) -> None:
    status, [line], _ = assess(str(tmp_path / "absent.json"))
    assert (status, line["error"]["message"]) == (2, "no such file")


def test_a_null_character_in_a_path_is_no_traceback(assess: Run) -> None:
    status, [line], _ = assess("a\0b")
    assert (status, line["error"]["message"]) == (2, "the file cannot be read (ValueError)")


def test_ndjson_gives_a_line_a_person(assess: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.ndjson"
    file.write_bytes(b"\n".join(json.dumps(json.loads(Path(p).read_bytes())).encode() for p in (INES, VIKTOR)))
    _, lines, _ = assess(str(file), *DAY)
    assert [line["patient"] for line in lines] == ["Patient/ines", "Patient/viktor"]


@pytest.mark.rule("G5")
def test_a_page_with_a_next_link_makes_every_silence_unknown(assess: Run, tmp_path: Path) -> None:
    bundle = json.loads(Path(INES).read_bytes())
    bundle["link"] = [{"relation": "next", "url": "https://ehr.example/next"}]
    file = tmp_path / "page.json"
    file.write_text(json.dumps(bundle))
    _, [whole, page], _ = assess(INES, str(file), *DAY)
    assumed = {c["id"] for a in whole["assessments"] for c in a["criteria"] if c["assurance"] == "assumed"}
    then = {c["id"]: c for a in page["assessments"] for c in a["criteria"]}
    assert len(assumed) > 20
    assert {then[i]["assurance"] for i in assumed} == {"explicit"}
    assert not [i for i in assumed if then[i]["verdict"] in ("met", "not-met") and not then[i]["evidence"]]


def test_the_report_is_as_wide_as_the_terminal_and_without_colour_in_a_pipe(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert main(["assess", INES, *DAY]) == 0
    out, _ = capfd.readouterr()
    assert "\x1b" not in out
    assert max(len(line) for line in out.splitlines()[1:]) <= 72
    assert "exclusion absent" in out
    assert "[not-met]" not in out


def test_what_a_record_says_cannot_steer_the_terminal(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bundle = json.loads(Path(INES).read_bytes())
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Observation":
            entry["resource"]["code"]["text"] = "Platelets\x1b[2J\u202e"
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(bundle))
    assert main(["assess", str(file), *DAY]) == 0
    out, _ = capfd.readouterr()
    assert "Platelets[2J" in out
    assert not {"\x1b", "\u202e"} & set(out)


def in_a_shell(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "cds_service", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)


def test_standard_input_is_a_file_too() -> None:
    done = in_a_shell("assess", "-", *DAY, "--format", "json", input=Path(INES).read_bytes())
    assert done.returncode == 0
    assert json.loads(done.stdout)["source"] == "-"


def test_a_reader_who_leaves_early_is_no_mistake() -> None:
    command = [sys.executable, "-m", "cds_service", "assess", *[INES] * 8, *DAY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.wait(60) == 0
        assert running.stderr is not None
        assert running.stderr.read() == b""


def test_the_answer_is_the_same_whatever_the_hash_seed() -> None:
    runs = [
        in_a_shell("assess", INES, *DAY, "--format", "json", env=os.environ | {"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2", "3")
    ]
    assert runs[0]
    assert runs[0] == runs[1] == runs[2]


def test_json_is_utf_8_on_any_terminal() -> None:
    plain = os.environ | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = in_a_shell("assess", INES, *DAY, "--format", "json", env=plain)
    assert "×10⁹/L" in done.stdout.decode()
    assert in_a_shell("assess", INES, *DAY, env=plain).returncode == 0


def test_the_hospital_s_time_says_which_days_a_time_in_z_may_be(assess: Run, tmp_path: Path) -> None:
    """Rituximab at 01:00 of 21 August in Shanghai, written as 17:00 Z of the day before; three months are asked for."""
    infusion = {
        "resourceType": "MedicationAdministration", "id": "m", "status": "completed",
        "subject": {"reference": "Patient/p"}, "medicationCodeableConcept": {"text": "rituximab"},
        "effectiveDateTime": "2026-08-20T17:00:00Z",
    }  # fmt: skip
    path = tmp_path / "p.json"
    path.write_text(json.dumps([{"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01"}, infusion]))

    def washout(*more: str) -> str:
        _, [line], _ = assess(str(path), *DAY, "--trial", "NCT05694767", *more)
        [verdict] = [one["verdict"] for one in line["assessments"][0]["criteria"] if one["id"] == "CM313-I21"]
        return str(verdict)

    assert washout() == "met"
    assert washout("--time-zone", "UTC") == "met"
    assert washout("--time-zone", "Asia/Shanghai") == "unknown"


def test_a_time_zone_that_there_is_not_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(["assess", INES, "--time-zone", "Mars/Olympus"])
    assert refusal.value.code == 2
    assert "'Mars/Olympus' is no time zone; write it like Asia/Shanghai" in capfd.readouterr().err
