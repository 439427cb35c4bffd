"""Remarks on the record as a whole, and why a trial keeps silent, in Simplified Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.en_notes import NOTES as ENGLISH
from cards.wording.language import NoteWording, Wordings

_SAID: Mapping[str, Wordings] = {
    "deceased": ("记录显示患者已去世；未作任何评估。",),
    "unclassified-drug": ("有一种药物未能识别：{label}（{reference}）。", "有一种药物未能识别（{reference}）。"),
    "unclassified-problem": ("有一个问题未能识别：{label}。", "有一个问题未能识别。"),
    "coded-family-history": (
        "一个疾病编码按其文字为家族史，未计为患者的疾病：{label}（{reference}）。",
        "一个疾病编码按其文字为家族史，未计为患者的疾病（{reference}）。",
    ),
    "not-understood": (
        "{section}中的记录未能全部理解：{why}（{reference}，“{label}”）。",
        "{section}中的记录未能全部理解：{why}（{reference}）。",
        "{section}中的记录未能全部读取：{why}。",
    ),
    "unreadable-date": ("有一个日期无法读取，视为无日期（{reference}）。",),
    "other-subject": ("有一条属于他人的记录已略去（{reference}）。",),
    "no-research-contact": ("患者不愿被询问参加研究的意愿（{reference}）。",),
    "future-date": (
        "有一条记录的日期晚于评估日，已略去（{reference}，{date}）。",
        "有一条记录的日期晚于评估日，已略去（{reference}）。",
    ),
    "onset-after-recorded": ("有一个起病日期晚于其记录日期（{reference}，{date}）。",),
    "onsets-disagree": ("同一疾病的多条记录起病日期各异；以最早者为准。",),
    "newer-preliminary": (
        "有一个更新的结果为初步结果，暂不计入：{label} {value}，{when}。",
        "有一个更新的结果为初步结果，暂不计入：{label} {value}。",
    ),
    "positive-unlisted": (
        "有一个阳性结果所属的检查未能识别，未采用：{label}（{reference}）。",
        "有一个阳性结果所属的检查未能识别，未采用（{reference}）。",
    ),
    "result-refused": (
        "有一个结果不可能正确，未采用：{label} {value}，{when}（{reference}）。",
        "有一个结果不可能正确，未采用：{label} {value}（{reference}）。",
    ),
    "result-unit": (
        "有一个结果没有可用的单位：{label} {value}，{when}（{reference}）。",
        "有一个结果没有可用的单位：{label} {value}（{reference}）。",
    ),
    "result-unreadable": (
        "有一个结果无法读取：{label} {value}，{when}（{reference}）。",
        "有一个结果无法读取：{label}，{when}（{reference}）。",
        "有一个结果无法读取：{label}（{reference}）。",
    ),
    "result-without-value": (
        "有一项检查没有结果：{label}，{when}，{value}（{reference}）。",
        "有一项检查没有结果：{label}，{when}（{reference}）。",
        "有一项检查没有结果：{label}（{reference}）。",
    ),
    "result-without-date": (
        "有一个结果没有日期：{label} {value}（{reference}）。",
        "有一个结果没有日期：{label}（{reference}）。",
    ),
    "after-transfusion": ("该计数在输注之后检测（{label}，{when}）。", "该计数在输注之后检测（{label}）。"),
    "dose-not-recorded": ("没有记录{label}的剂量；仅依据开始日期判断。",),
    "stopped-lately": ("{label}近期停用（{when}）。", "{label}近期停用。"),
}

# How loud a remark is does not depend on the language.
NOTES: Mapping[str, NoteWording] = {
    key: NoteWording(ENGLISH[key].severity, wordings) for key, wordings in _SAID.items()
}

SILENCES: Mapping[str, Wordings] = {
    "trial-not-open": ("该试验未开放",),
    "deceased": ("记录显示患者已去世",),
    "patient-record-inactive": ("该患者档案已不再使用",),
    "no-research-contact": ("患者不愿被询问参加研究的意愿",),
    "already-in-this-trial": ("患者已参加该试验",),
    "anchor-not-met": ("病历未显示该疾病",),
    "ineligible": ("有记录构成障碍",),
    "restricted": ("试验名称会透露病历中标为保密的内容",),
}
