"""Why a criterion about drugs and procedures has its verdict, in Simplified Chinese: reason key → wordings."""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings

_TAKING: Mapping[str, Wordings] = {
    "taking": ("自{since}起使用{label}", "正在使用{label}"),
    "taking-by-order": ("自{since}起有{label}医嘱；推定正在使用", "有{label}医嘱"),
    "taking-to-judge": ("自{since}起使用{label}", "正在使用{label}"),
    "on-hold": ("{label}{intake}", "{label}已暂停或在计划中"),
    "as-needed": ("{label}为按需使用；末次使用时间没有记录",),
    "intake-dispensed": ("{label}已发药（{last}）；是否使用没有记录", "{label}已发药；是否使用没有记录"),
    "intake-planned": ("{label}在计划中；是否使用没有记录",),
    "intake-over": ("{label}记录为使用中，又记录为已结束（{last}）", "{label}记录为使用中，又记录为已结束"),
    "intake-stale": ("{label}的使用情况最近一次确认是{last}，距今超过{span}", "{label}有医嘱但没有日期"),
    "intake-given": ("{label}已给药（{last}）；之后是否继续没有记录",),
    "intake-contradicted": ("{label}的记录相互矛盾：{evidence}",),
    "intake-unclear": ("{label}是否仍在使用没有记录",),
}

_TREATED: Mapping[str, Wordings] = {
    "treated": (
        "{label}：记录为{outcome}",
        "{label}开始于{begun}，距今至少{span}",
        "{label}（{last}），在{window}之内",
        "{label}，自{since}至{until}",
        "{label}，自{since}起",
        "{label}（{last}）",
        "有{label}的记录",
    ),
    "treated-to-judge": ("{label}（{last}），在{window}之内", "{label}（{last}）", "有{label}的记录"),
    "too-recent": ("{label}开始于{begun}，距今少于{span}", "{label}为时过近"),
    "treatment-when-unknown": (
        "{label}开始于{begun}：距今是否至少{span}尚不能确定",
        "{label}（{last}）：是否在{window}之内尚不能确定",
        "{label}没有记录日期",
    ),
    "treatment-undecided": ("{label}（{last}）：现有记录不足以确定", "{label}：现有记录不足以确定"),
    "outcome-not-recorded": ("没有记录（{outcome}）：{evidence}", "没有记录：{outcome}"),
    "treated-elsewhere": ("在一项研究或过敏记录中提及：{label}",),
    "washed-out": ("{label}，末次{last}：距{before}{how}{span}", "{label}结束时间已足够久"),
    "not-washed-out": (
        "{label}，末次{last}；至{clear_on}将满{span}",
        "{label}，末次{last}：不符合距{before}{how}{span}",
        "有{label}的记录，但没有日期",
    ),
    "not-washed-out-to-judge": (
        "{label}{intake}",
        "{label}，末次{last}；至{clear_on}将满{span}",
        "{label}，末次{last}：不符合距{before}{how}{span}",
        "{label}使用中，没有记录结束日期",
    ),
    "washout-undecided": (
        "{label}，末次{last}：是否距{before}{how}{span}尚不能确定",
        "{label}的末次给药时间没有记录",
    ),
    "ordered-only": ("有{label}医嘱（{last}），但没有给药记录", "有{label}医嘱，但没有给药记录"),
    "done-unclear": ("{label}是否已进行没有记录",),
    "still-running": ("{label}自{since}起，没有记录结束日期", "{label}没有记录结束日期"),
}

_COURSES: Mapping[str, Wordings] = {
    "course": (
        "{label}，自{since}至{until}，超过{longer_than}，在{within}之内",
        "{label}，自{since}起，超过{longer_than}",
        "{label}超过{longer_than}",
    ),
    "course-to-judge": (
        "{label}{intake}",
        "{label}，自{since}起，尚未超过{longer_than}",
        "{label}超过{longer_than}",
    ),
    "course-together": (
        "{labels}先后使用，自{since}至{until}，合计超过{longer_than}，在{within}之内",
        "{labels}先后使用，合计超过{longer_than}",
    ),
    "course-undecided": (
        "{label}，开始于{begun}，结束于{last}：在{within}之内是否连续超过{longer_than}尚不能确定",
        "{label}，开始于{begun}：在{within}之内是否连续超过{longer_than}尚不能确定",
        "{label}的使用时长没有记录",
    ),
    "daily-dose": (
        "{labels}：每日剂量最高为{total}{equivalent}（体重{weight}），{side}{limit}",
        "{labels}：每日剂量{total}（体重{weight}），{side}{limit}",
        "{labels}：每日剂量{total}，{side}{limit}",
        "{labels}：每日剂量{side}{limit}",
    ),
    "dose-unknown": ("{label}的每日剂量没有以数字记录",),
    "doses-disagree": ("关于{label}的记录给出的每日剂量各异",),
    "no-weight": ("{within}之内没有体重记录，而{limit}的限值需要体重",),
    "weight-unusable": ("体重无法使用（{weight}）", "体重无法使用"),
    "dose-stable": ("{label}自{since}起未变，至少{span}", "{label}至少{span}未变"),
    "dose-changed": (
        "{label}已停用（{last}）；至{clear_on}将满{span}",
        "{label}开始或变更于{changed}；至{clear_on}将满{span}",
        "{label}开始或变更于{changed}，距今少于{span}",
        "{label}在{span}之内有变更",
    ),
    "dose-changed-to-judge": (
        "{label}{intake}",
        "{label}开始或变更于{changed}，距今少于{span}",
        "{label}在{span}之内有变更",
    ),
    "dose-varies": ("{label}的剂量记录为多次变动，无法读出稳定剂量",),
    "dose-stability-unknown": (
        "{label}自{since}起：剂量是否已稳定{span}尚不能确定",
        "{label}自何时起未变没有记录",
    ),
}

DRUGS: Mapping[str, Wordings] = {**_TAKING, **_TREATED, **_COURSES}
