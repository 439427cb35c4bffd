"""Words of the engine that stand in facts and evidence, as Simplified Chinese says them."""

from __future__ import annotations

from collections.abc import Mapping

_LISTS = {
    "problem-list": "问题列表",
    "medication-list": "用药清单",
    "treatment-history": "既往治疗记录",
    "procedure-history": "手术及操作列表",
    "allergy-list": "过敏列表",
    "research-history": "研究参加记录",
    "conditions": "诊断",
    "observations": "检查结果",
    "medications": "用药",
    "procedures": "手术及操作",
    "allergies": "过敏",
    "studies": "研究",
    "lists": "列表",
}
_HOLES = {
    "refused": "服务器拒绝提供",
    "not-authorised": "服务器不接受本服务的令牌",
    "not-found": "服务器上没有",
    "not-in-scope": "令牌的权限不包括这部分",
    "suppressed": "服务器隐去了其中一部分",
    "server-not-allowed": "其服务器未登记为可读取",
    "no-token": "没有可用于读取的令牌",
    "unreachable": "无法连接服务器",
    "resting": "服务器对最近几次请求均无应答，因此未再询问",
    "out-of-time": "服务器未及时应答",
    "other-patient": "服务器返回了另一名患者的记录",
    "more-pages": "内容多于已读取的部分",
    "not-sent": "未发送",
    "unreadable-entry": "有一条记录无法读取",
    "not-fhir": "有一条记录不是FHIR资源",
    "unreadable": "有一条记录无法读取",
    "no-code": "有一条记录没有名称",
    "unknown-modifier": "有一条记录带有本服务未知的修饰信息",
    "unreadable-status": "有一条记录的状态无法读取",
    "unknown-type": "有一条记录的资源类型不存在",
    "subject-unknown": "有一条记录没有说明所属患者",
    "unresolved-drug": "有一条记录没有写明药物",
    "unclassified-drug": "有一种药物未能识别",
    "unread-entry": "列表中提到的一条记录未找到",
}
# What an entry says of itself.
STATUSES: Mapping[str, str] = {
    "past": "既往",
    "severe": "严重",
    "denied": "已排除",
    "suspected": "疑似",
    "active": "使用中",
    "completed": "已完成",
    "stopped": "已停用",
    "order-completed": "已完成，开具医嘱",
    "order-stopped": "已停用，开具医嘱",
    "on-hold": "暂停",
    "intended": "计划中",
    "not-taken": "未使用",
    "not-done": "未进行",
    "dispensed": "已发药",
    "on-study": "研究中",
    "on-study-intervention": "研究中",
    "on-study-observation": "研究中，仅观察",
    "follow-up": "随访中",
    "off-study": "已结束研究",
    "withdrawn": "已退出",
    "candidate": "候选",
    "screening": "筛选中",
    "eligible": "认为合适，未入组",
    "ineligible": "未入组",
    "potential-candidate": "候选",
    "not-registered": "未登记",
    "pending-on-study": "尚未进入研究",
}
_LIMITS = {
    "below": "低于",
    "above": "高于",
    "not-below": "不低于",
    "not-above": "不高于",
    "at-most": "至多",
    "at-least": "至少",
    "more-than": "超过",
    "screening-day": "今日",
    "first-dose": "首次给药",
    **{f"ecog-{n}": f"{n}分" for n in range(6)},
    **{f"nyha-{n}": f"{roman}级" for n, roman in enumerate(("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"), start=1)},
}
# What entries that we made ourselves say.
OWN: Mapping[str, str] = {
    "birth date": "出生日期",
    "sex": "性别",
    "male": "男",
    "female": "女",
    "other": "其他",
    "unknown": "不详",
    "prednisone": "泼尼松",
}
_OUTCOMES = {"no-response": "无效", "relapse": "复发", "intolerance": "不耐受"}
_SCALES = {"ecog": "ECOG评分", "nyha": "NYHA心功能分级"}

TERMS: Mapping[str, str] = {**_LISTS, **_HOLES, **_LIMITS, **_OUTCOMES, **_SCALES, **STATUSES}
