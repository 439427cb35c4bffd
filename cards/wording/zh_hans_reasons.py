"""Why a criterion has its verdict, in Simplified Chinese: reason key → wordings, richest first.

Each says the same facts, numbers, units and days as the English wording in its place (`en_reasons`).
"""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings
from cards.wording.zh_hans_reasons_drugs import DRUGS

_PATIENT: Mapping[str, Wordings] = {
    "age": (
        "{years}或{or_years}岁，在{at_least}至{at_most}岁之间",
        "{years}或{or_years}岁，至少{at_least}岁",
        "{years}岁，在{at_least}至{at_most}岁之间",
        "{years}岁，至少{at_least}岁",
        "{years}岁，至多{at_most}岁",
        "一岁以下",
    ),
    "age:false": (
        "{years}或{or_years}岁，在{at_least}至{at_most}岁之外",
        "{years}或{or_years}岁，低于{at_least}岁",
        "{years}或{or_years}岁，高于{at_most}岁",
        "{years}岁，低于{at_least}岁",
        "{years}岁，高于{at_most}岁",
        "一岁以下，低于{at_least}岁",
    ),
    "age-undecided": (
        "{years}或{or_years}岁，不足以确定：{evidence}",
        "小于{or_years}岁，不足以确定：{evidence}",
        "出生日期不够确切",
    ),
    "no-birth-date": ("没有记录出生日期",),
    "sex": ("性别记录为{gender}",),
    "sex-unstated": ("没有记录性别",),
    "no-sex": ("没有记录性别",),
    "nothing-to-test": ("方案在此没有需要检验的内容",),
    "a-person-decides": ("由研究者决定",),
    "before-amendment": ("{since}之前方案另有规定，本服务不支持",),
}

_SILENCE: Mapping[str, Wordings] = {
    "none": (
        "{key}中没有相关记录；未计入：{evidence}；未识别的问题：{unrecognised}",
        "{key}中没有相关记录；未计入：{evidence}",
        "{key}中没有相关记录；未识别的问题：{unrecognised}",
        "{key}中没有相关记录",
        "没有记录",
    ),
    "none:missing": (
        "{key}中没有相关记录，但这不表明从未有过；未计入：{evidence}",
        "{key}中没有相关记录，但这不表明从未有过",
        "没有记录",
    ),
    "none-acute": (
        "{key}中没有相关记录，请床旁确认；未计入：{evidence}；未识别的问题：{unrecognised}",
        "{key}中没有相关记录，请床旁确认；未计入：{evidence}",
        "{key}中没有相关记录，请床旁确认；未识别的问题：{unrecognised}",
        "{key}中没有相关记录；请床旁确认",
    ),
    "none-acute:judgement": ("{key}中没有能作出决定的内容；由研究者决定",),
    "none:judgement": ("{key}中没有能作出决定的内容；由研究者决定",),
    "nothing-recorded": ("没有记录：{about}", "没有记录"),
    "nothing-recorded:missing": ("没有记录，但这不表明从未有过",),
    "nothing-recorded:judgement": ("没有能作出决定的记录；由研究者决定",),
    "recorded-no": ("仅有以下记录：{evidence}", "仅有以下记录：{label}"),
    "no-problem-list": ("此处未建立问题列表",),
    "no-medication-list": ("此处未建立当前用药清单，因此不能排除任何药物",),
    "no-treatment-history": ("没有该研究疾病的治疗记录，因此既往治疗不详",),
    "no-procedure-history": ("此处手术及操作列表和问题列表均未建立",),
    "no-allergy-list": ("此处未建立过敏列表",),
    "no-research-history": ("此处没有记录研究参加情况",),
    "not-on-record": ("没有任何记录",),
    "hole": ("{section}未能全部读取：{why}（{label}）", "{section}未能全部读取：{why}"),
    "indication": ("有{label}的记录，但没有记录用药目的",),
    "alarm": ("“{label}”未能识别，按字面可能是：{sets}", "“{label}”未能识别"),
    "alarm-beside": ("“{label}”所写多于其编码，可能是：{sets}", "“{label}”所写多于其编码"),
    "list-kept": ("此处建有{key}",),
    "list-not-kept": ("此处未建立{key}",),
    "otherwise": ("没有这样的记录",),
}

_DIAGNOSES: Mapping[str, Wordings] = {
    "diagnosis-present": ("有记录：{evidence}", "有记录：{label}"),
    "diagnosis-in-window": ("在{window}之内：{evidence}", "有记录：{evidence}"),
    "diagnosis-older": ("仅在{window}之前：{evidence}", "仅有以下记录：{evidence}"),
    "diagnosis-past": ("有记录，但非当前：{evidence}", "有记录，但非当前：{label}"),
    "diagnosis-denied": ("记录为不存在：{evidence}", "记录为不存在：{label}"),
    "diagnosis-suspected": ("既未证实也未排除：{evidence}", "既未证实也未排除：{label}"),
    "diagnosis-when-unknown": (
        "是否在{window}之内尚不能确定：{evidence}",
        "起病时间尚不能确定：{evidence}",
    ),
    "diagnosis-undecided": ("有记录，但不够具体，不足以确定：{evidence}", "不够具体：{label}"),
    "diagnosis-to-judge": ("有记录：{evidence}", "有记录：{label}"),
    "known-for:true": ("最晚于{by}已知，距今{how}{span}", "自{start}起已知，距今{how}{span}"),
    "known-for:false": ("自{start}起已知；至{clear_on}将满{span}", "自{start}起已知，不符合距今{how}{span}"),
    "known-for": (
        "最晚于{by}已有记录，没有起病日期：距今是否{how}{span}尚不能确定",
        "自{start}起已知：距今是否{how}{span}尚不能确定",
    ),
    "no-diagnosis-to-date": ("没有可据以计算起病日期的已确诊记录",),
    "undated-diagnosis": ("该诊断没有日期：{evidence}", "该诊断没有日期"),
}

_RESULTS: Mapping[str, Wordings] = {
    "measured": (
        "{label} {value}（{at}），{side}{limit}（{uln}）",
        "{label} {value}（{at}），{side}{limit}，按{bracket}计",
        "{label} {value}（{at}），{side}{limit}",
        "{label} {value}，{side}{limit}",
    ),
    "measured-to-judge": (
        "{label} {value}（{at}），介于{limit}（{uln}）与{grey_to}之间",
        "{label} {value}（{at}），介于{limit}与{grey_to}之间，{limit}按{bracket}计",
        "{label} {value}（{at}），介于{limit}与{grey_to}之间",
    ),
    "measured-by-estimate": ("{label} {value}（{at}）仅为估计值",),
    "count-unreliable": ("{label} {value}（{at}）不可靠：{other}", "{label} {value}（{at}）不可靠"),
    "result-unreadable": ("最近一次{label}无法读取（{value}，{when}）", "最近一次{label}无法读取"),
    "result-refused": ("最近一次{label}不可能正确（{value}，{when}）", "最近一次{label}不可能正确"),
    "result-unit": ("最近一次{label}没有可用的单位（{value}，{when}）", "最近一次{label}没有可用的单位"),
    "results-undecided": ("以哪个结果为准尚不能确定：{evidence}", "以哪个结果为准尚不能确定"),
    "result-when-unknown": (
        "{label} {value}（{at}）：是否在{within}之内尚不能确定",
        "{label} {value}的日期为{when}，不够确切",
    ),
    "result-undecided": (
        "{label} {value}（{at}）：是否{asked}{limit}（{uln}）尚不能确定",
        "{label} {value}（{at}）：是否{asked}{limit}尚不能确定",
        "{label} {value}不足以确定",
    ),
    "no-upper-limit": (
        "{label} {value}（{at}），没有标明正常值上限；按{bracket}计仍未定",
        "{label} {value}（{at}），没有可用的正常值上限",
        "没有正常值上限",
    ),
    "never-measured": (
        "没有记录：{about}；初步结果，未计入：{preliminary}（{preliminary_when}）",
        "没有记录：{about}；初步结果，未计入：{preliminary}",
        "没有记录：{about}",
        "没有记录：{sets}",
        "从未检测",
    ),
    "result-undated": ("{label} {value}没有日期",),
    "result-stale": (
        "{label} {value}（{at}），距今超过{within}；初步结果，未计入：{preliminary}（{preliminary_when}）",
        "{label} {value}（{at}），距今超过{within}",
        "{label} {value}（{at}）过旧",
    ),
    "on-record": ("有记录：{evidence}，在{within}之内", "有记录：{evidence}", "有记录：{sets}"),
    "not-in-record": ("{within}之内没有记录：{sets}", "没有记录：{sets}"),
    "record-undecided": ("是否在{within}之内尚不能确定：{evidence}", "是否有此记录无法判断：{sets}"),
    "graded": ("{label} {value}（{at}）：{grade}，{side}{grade_limit}", "{label} {value}（{at}）"),
    "grade-unreadable": ("{label} {value}（{at}）不是可读取的分级", "{label}无法读取"),
    "grade-when-unknown": (
        "{label} {value}（{at}）：是否在{within}之内尚不能确定",
        "{label} {value}的日期为{when}，不够确切",
    ),
    "grade-stale": (
        "{label} {value}（{at}），距今超过{within}",
        "{label} {value}（{at}）过旧",
        "{label} {value}没有日期",
    ),
    "other-scale": ("仅有另一种量表的记录：{label} {value}（{at}）", "仅有另一种量表的记录：{label}"),
    "never-graded": ("没有记录{scale}",),
}

_PANELS: Mapping[str, Wordings] = {
    "panel-positive": ("{evidence}", "阳性：{sets}"),
    "panel-negative": ("{evidence}", "没有阳性结果的记录：{sets}"),
    "panel-to-judge": ("{evidence}", "需判断：{sets}"),
    "panel-open": ("现有记录不足以确定：{evidence}", "没有记录：{sets}"),
    "panel-undecided": ("以哪个结果为准尚不能确定：{evidence}", "以哪个结果为准尚不能确定"),
    "test-positive": ("{label} {value}（{at}），在{within}之内", "{label} {value}（{at}）", "{label} {value}"),
    "test-negative": ("{label} {value}（{at}），在{within}之内", "{label} {value}（{at}）", "{label} {value}"),
    "test-stale": ("{label} {value}（{at}），距今超过{within}", "{label} {value}过旧"),
    "test-faded": ("{label} {value}（{at}），距今超过{within}", "{label} {value}过旧"),
    "test-unclear": ("{label} {value}（{at}）既非阳性也非阴性", "{label} {value}没有日期或没有明确结果"),
    "test-earlier": ("{label} {value}（{at}）早于其须回答的问题", "{label} {value}"),
    "test-none": ("没有阳性结果的记录：{sets}", "没有阳性结果的记录"),
}

_OTHERS: Mapping[str, Wordings] = {
    "allergies": ("有记录：{evidence}", "有记录：{label}"),
    "allergy-severe": ("有严重过敏的记录：{label}",),
    "allergy-ungraded": ("过敏，严重程度没有记录：{evidence}", "过敏，没有严重程度：{label}"),
    "allergy-unconfirmed": ("过敏未证实：{evidence}", "过敏未证实：{label}"),
    "in-trial": ("正在参加另一研究：{evidence}", "正在参加另一研究：{label}"),
    "left-trial": ("在{within}之内退出另一研究：{evidence}", "已退出另一研究：{label}"),
    "in-trial-to-judge": ("正在参加另一研究：{evidence}", "正在参加另一研究：{label}"),
    "trial-dates-contradict": ("另一研究的状态与其尚在将来的日期相互矛盾：{label}",),
    "trial-end-unknown": ("另一研究是否在{within}之内结束没有记录：{label}", "另一研究的结束时间不详"),
}

REASONS: Mapping[str, Wordings] = {
    **_PATIENT,
    **_SILENCE,
    **_DIAGNOSES,
    **_RESULTS,
    **_PANELS,
    **DRUGS,
    **_OTHERS,
}
