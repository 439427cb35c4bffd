"""Simplified Chinese: the sentences of the card itself. Those about verdicts stand in `zh_hans_reasons`.

The terms are those of the term base in docs/glossary.md; a clinician has not reviewed the translation yet.
"""

from __future__ import annotations

from cards.wording.language import Language
from cards.wording.zh_hans_notes import NOTES, SILENCES
from cards.wording.zh_hans_reasons import REASONS
from cards.wording.zh_hans_remedies import CAUSES, REMEDIES, TESTS, TOPICS
from cards.wording.zh_hans_report import REPORT
from cards.wording.zh_hans_smart import SMART
from cards.wording.zh_hans_suggestions import DISCREET, SEE_THE_RECORD, SUGGESTIONS
from cards.wording.zh_hans_terms import OWN, STATUSES, TERMS
from cards.wording.zh_hans_values import amount, begun, listed, placed, spoken, words
from eligibility.finding import Who

PHRASES = {
    **SUGGESTIONS,
    # Summaries: fewer than 140 characters, and no promise.
    "summary-clear": "{trial}：病历中未发现障碍；由研究团队决定",
    "summary-missing": "{trial}：可能适合；缺少{what}",
    "summary-order": "{trial}：可能适合；缺少：{what}",
    "summary-ask": "{trial}：可能适合；请询问患者：{what}",
    "summary-look-up": "{trial}：可能适合；需查找：{what}",
    "summary-settle": "{trial}：可能适合；需明确：{what}",
    "summary-more": "{said}，另有{n}项",
    "summary-screening": "{trial}：可能适合；筛选时由研究团队检查{what}",
    "summary-missing-unnamed": "{trial}：可能适合；需明确的事项：{n}",
    "summary-judgement": "{trial}：可能适合；需要人工判断的标准：{n}",
    "summary-judgement-why": "{trial}：可能适合；需人工判断：{what}？{why}",
    "summary-judgement-one": "{trial}：可能适合；需人工判断：{what}？",
    "summary-waits": "{trial}：自{day}起可能适合，{what}后{span}",
    "summary-blocked-until": "{trial}：如无其他变化，自{day}起可能适合",
    "summary-blocked": "{trial}：有{n}条标准构成障碍",
    # The detail, in the order a haematologist needs.
    "in-the-way": "构成障碍",
    "missing": "缺少",
    "person": "需人工判断",
    "fits": "符合",
    "assumed": "推定（标准条数）",
    "assumed-count": "{basis}（{n}）",
    "fits-in-full": "逐条列出符合的标准",
    "assumed-in-full": "推定的内容",
    "present": "存在排除标准“{text}”",
    "absent": "不存在排除标准“{text}”",
    "all-absent": "不存在以下排除标准：{texts}",
    "sign-off": "在任何情况下均由研究团队确认的标准：{n}条",
    "lifts": "如无其他变化，于{day}解除",
    "lifts-at-the-latest": "如无其他变化，最晚自{day}起不再待定",
    "screening": "筛选时由研究团队检查：{what}",
    "more": "另有{n}项，见下文",
    "everything": "全文",
    "all-below": "{n}项，见下文",
    "basis-silence": "{key}中没有相关记录",
    "basis-silence-acute": "{key}中没有相关记录，须床旁确认",
    "basis-other": "部分依据无记录或医嘱推定",
    "look-into": "查阅病历",
    "closing-blocked": "由研究团队决定。",
    "made": "截至{day}；定义版本{definition}",
    "override-patient-ineligible": "患者不适合该研究",
    "override-patient-refuses": "患者不愿参加",
    "override-inappropriate-recipient": "不是合适的决定人",
    "override-wrong-time-workflow": "时机不合适",
    "override-already-screened": "已为该研究筛选",
    "override-already-enrolled": "已参加该研究",
    "override-not-interested": "对该研究不感兴趣",
    "override-need-more-info": "首先需要更多信息",
    "closing": "病历中未发现障碍；由研究团队决定。",
    "closing-open": "没有记录构成障碍；由研究团队决定。",
    "contact": "研究联系人：{contact}",
    "no-contact": "研究联系人：未配置",
    "unnamed": "未命名的记录",
    "code": "编码{code}",
    # How an entry of the record is told, and how statements are put together.
    "with-status": "{label}，{status}",
    "with-value": "{label} {value}",
    "running": "{said}（自{since}起）",
    "dated": "{said}（{day}）",
    "named-code": "{name}（{code}）",
    "asked": "{who}：{text}",
    "asked-why": "{asked}——{why}",
    "open-why": "{text}？{why}",
    "settled-why": "{text}。{why}",
    "fits-why": "{text}：{why}",
    "and-then": "{first}{then}",
    "and-so-on": "……",
    "not-reviewed": "本中文译文尚未经临床医生审核。",
    "more-grounds": "另有{n}项",
    "restricted": "采用了一项受限结果；见病历",
    "source": "ClinicalTrials.gov上的{trial}",
    "link": "了解{trial}",
}

ASKERS = {
    Who.CARE: "常规诊疗",
    Who.ASK: "询问患者",
    Who.LOOK_UP: "查阅其他病历",
    Who.RECORD: "在本病历中",
    Who.SCREENING: "筛选时",
}

SIMPLIFIED_CHINESE = Language(
    code="zh-Hans",
    reasons={**REASONS, **DISCREET},
    notes=NOTES,
    remedies={**REMEDIES, **SEE_THE_RECORD},
    topics=TOPICS,
    causes=CAUSES,
    silences=SILENCES,
    phrases=PHRASES,
    askers=ASKERS,
    terms=TERMS,
    statuses=STATUSES,
    own=OWN,
    tests=TESTS,
    report={**REPORT, **SMART},
    placed=placed,
    begun=begun,
    spoken=spoken,
    listed=listed,
    amount=amount,
    joined="；",
    stop="。",
    words=words,
    reviewed=False,
)
