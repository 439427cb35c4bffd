"""What would settle an open criterion, in Simplified Chinese, by kind of remedy (G13)."""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings

REMEDIES: Mapping[str, Wordings] = {
    "order-test": ("开具或复查：{about}", "开具或复查该检查"),
    "screening-test": ("检查：{about}", "筛选时检查"),
    "pregnancy-test": ("当日尿hCG检测",),
    "record-score": ("本次就诊时记录：{about}", "本次就诊时记录"),
    "review-problem-list": ("核对问题列表，记录属实者（{about}）", "核对并记录问题列表"),
    "confirm-diagnosis": ("证实或排除诊断并记录为哪一种（{about}）", "证实或排除诊断并记录为哪一种"),
    "reconcile-medication": ("与患者核对用药，包括非处方阿司匹林、非甾体抗炎药和保健品；记录开始和末次用药日期",),
    "ask-treatment-history": ("向患者或转诊的血液科医生询问既往治疗；记录药物、日期、疗效和停用原因",),
    "ask-indication": ("询问用药目的并记录（{about}）", "询问该药的用药目的并记录"),
    "ask-participation": ("询问是否参加过其他研究",),
    "ask-allergies": ("询问过敏情况并记录",),
    "ask-birth-date": ("询问确切的出生日期",),
    "ask-sex": ("记录性别",),
    "look-up-date": ("查找日期，或询问患者（{about}）", "查找日期，或询问患者"),
    "look-up-diagnosis-date": ("查找首次诊断该病的时间",),
    "look-up-record": ("调取未读取的那部分病历",),
    "not-supported": ("询问研究团队",),
}

# What is missing, in few words, where it is no test.
TOPICS: Mapping[str, str] = {
    "pregnancy-test": "妊娠试验",
    "review-problem-list": "问题列表",
    "confirm-diagnosis": "诊断是否成立",
    "reconcile-medication": "目前用药",
    "ask-treatment-history": "既往治疗",
    "ask-indication": "某种药物的用药目的",
    "ask-participation": "参加其他研究的情况",
    "ask-allergies": "过敏情况",
    "ask-birth-date": "出生日期",
    "ask-sex": "性别",
    "look-up-date": "某项治疗或事件的日期",
    "look-up-diagnosis-date": "该病的诊断时间",
    "look-up-record": "未读取的那部分病历",
}

# What a missing test is called in a word or two, by the value set that answers it; any other by the set's title.
TESTS: Mapping[str, str] = {
    "VS-PLT": "血小板计数",
    "VS-HGB": "血红蛋白",
    "VS-ALT": "丙氨酸氨基转移酶",
    "VS-AST": "天门冬氨酸氨基转移酶",
    "VS-BILI": "胆红素",
    "VS-CREAT": "肌酐",
    "VS-EGFR": "估算肾小球滤过率",
    "VS-WEIGHT": "体重",
    "VS-BP-SYSTOLIC": "血压",
    "VS-BP-DIASTOLIC": "血压",
    "VS-ECOG": "ECOG体能状态评分",
    "VS-NYHA": "NYHA心功能分级",
    "VS-HIV-SCREEN": "HIV检测",
    "VS-HIV-CONFIRM": "HIV确证试验",
    "VS-HIV-NAT": "HIV RNA",
    "VS-HBSAG": "乙型肝炎表面抗原",
    "VS-HBC": "乙型肝炎核心抗体",
    "VS-HBV-DNA": "乙型肝炎病毒DNA",
    "VS-HCV-AB": "丙型肝炎抗体",
    "VS-HCV-RNA": "丙型肝炎病毒RNA",
    "VS-CMV-DNA": "巨细胞病毒DNA",
    "VS-CMV-IGM": "巨细胞病毒IgM",
    "VS-EBV-DNA": "EB病毒DNA",
    "VS-EBV-IGM": "EB病毒IgM",
    "VS-SYPH-TREP": "梅毒抗体",
    "VS-SYPH-NONTREP": "梅毒反应素试验",
    "VS-HCG": "妊娠试验",
}

# The same, where the cause says it better than the kind of remedy; `topic` is what the remedy alone would say.
CAUSES: Mapping[str, Wordings] = {
    "diagnosis-suspected": ("诊断是否成立（{label}）", "诊断是否成立"),
    "result-stale": ("近期的{topic}",),
    "grade-stale": ("近期的{topic}",),
    "panel-open": ("能够明确{evidence}的检查", "{topic}"),
    "as-needed": ("{label}的末次用药时间", "{topic}"),
    "washout-undecided": ("{label}的结束时间", "{topic}"),
    "ordered-only": ("{label}的末次给药时间",),
    "intake-over": ("目前是否使用{label}",),
    "intake-stale": ("目前是否使用{label}",),
    "intake-unclear": ("目前是否使用{label}",),
    "intake-planned": ("目前是否使用{label}",),
    "result-when-unknown": ("{topic}的确切日期",),
    "indication": ("{label}的用药目的", "{topic}"),
    "alarm": ("“{label}”为何种疾病", "{topic}"),
    "alarm-beside": ("“{label}”在编码之外所写的内容", "{topic}"),
    "hole": ("未读取的{section}", "{topic}"),
}
