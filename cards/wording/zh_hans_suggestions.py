"""Simplified Chinese: what a clinician can do with one click, and how a card speaks of what is left unnamed."""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings

SUGGESTIONS = {
    "suggest-ask": "询问患者是否同意{trial}研究团队与其联系",
    "task-ask": "询问患者是否同意{trial}（{nct}）研究团队与其联系",
    "suggest-refer": "患者同意后，转介至{trial}研究团队",
    "task-refer": "患者同意后：转介至{trial}（{nct}）研究团队",
    "suggest-order": "开具检查：{order}",
    "suggest-subject": "患者同意后，记为{trial}的可能候选者",
    "order-blood-count": "血常规（含血小板）",
    "order-liver-panel": "肝功能检查",
    "order-renal-panel": "肾功能检查",
    "order-hiv-test": "HIV抗原和抗体检测",
    "order-hepatitis-b-antigen": "乙型肝炎表面抗原",
    "order-hepatitis-b-core": "乙型肝炎核心抗体",
    "order-hepatitis-c-antibody": "丙型肝炎抗体",
    "discreet": "一条此处不写明主题的标准",
}

DISCREET: Mapping[str, Wordings] = {"discreet": ("按本院要求，卡片略去其主题",)}
SEE_THE_RECORD: Mapping[str, Wordings] = {"discreet": ("见病历",)}
