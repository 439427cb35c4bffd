"""Simplified Chinese: the words of the report page when an EHR launches it, and of what can go wrong then."""

from __future__ import annotations

from collections.abc import Mapping

SMART: Mapping[str, str] = {
    "smart-link": "{trial}的完整评估，在病历中打开：时间线和全部标准",
    "smart-opening": "正在打开报告",
    "smart-opening-lead": "如本页面停留不动，说明报告是在另一浏览器中启动的，或此浏览器不为病历中的页面保存任何内容。"
    "请在此打开病历并使用卡片上的链接；如无效，请要求在单独的窗口中打开报告。",
    "smart-continue": "继续",
    "smart-incomplete": "该地址不完整",
    "smart-incomplete-lead": "报告须从病历中打开。请打开病历并使用卡片上的链接。",
    "smart-unknown": "该病历系统未在此登记",
    "smart-unknown-lead": "报告只能从本服务已知的病历系统中打开。如您的系统应在其中，请告知本院的负责人员。",
    "smart-server": "病历系统的服务器未按预期应答",
    "smart-server-lead": "未读取任何内容。请在一分钟后重试。如再次出现本页面，请告知本院病历系统的负责人员。",
    "smart-state": "本次启动无法继续",
    "smart-state-lead": "它已被使用过，或是在另一浏览器中开始的。未读取任何内容。请重新打开病历并使用卡片上的链接。",
    "smart-over": "本次启动用时过长",
    "smart-over-lead": "请在10分钟内登录。请重新打开病历并使用卡片上的链接。",
    "smart-denied": "未允许访问",
    "smart-denied-lead": "未获准访问病历，就没有报告。未读取任何内容。如需查看，请再次使用卡片上的链接并允许访问。",
    "smart-error": "病历系统的登录报告了错误",
    "smart-error-lead": "未读取任何内容。请重新打开病历并使用卡片上的链接。"
    "如再次出现本页面，请告知本院病历系统的负责人员。",
    "smart-token": "病历系统未给予访问权限",
    "smart-token-lead": "登录未被接受。未读取任何内容。请重新打开病历并使用卡片上的链接。",
    "smart-no-patient": "未选择患者",
    "smart-no-patient-lead": "请先打开患者的病历，再使用卡片上的链接。",
    "smart-no-viewer": "病历系统未说明由谁查看",
    "smart-no-viewer-lead": "报告仅向专业人员显示。未读取任何内容。"
    "请告知本院病历系统的负责人员：本页面需要openid和fhirUser。",
    "smart-viewer": "本报告供专业人员使用",
    "smart-viewer-lead": "其内容由临床医生说明。未读取任何内容。",
    "smart-record": "无法读取病历",
    "smart-record-lead": "没有患者资料和诊断，就无法对试验作出任何判断。"
    "请在一分钟后重试；病历系统的服务器可能未应答，或未允许读取。",
    "smart-nothing": "未对该患者评估任何试验",
    "smart-nothing-lead": "只有病历提到试验所针对的疾病、且患者在世时，才进行评估。",
    "smart-failed": "未能生成报告",
    "smart-failed-lead": "错误在我方，已被记录。请重新打开病历并使用卡片上的链接。",
    "smart-no-report": "没有该报告",
    "smart-no-report-lead": "地址不完整，或报告已被移除。请重新打开病历并使用卡片上的链接。",
    "smart-closed": "该报告已关闭",
    "smart-closed-lead": "报告保持打开15分钟。请重新打开病历并使用卡片上的链接。",
    "smart-elsewhere": "该报告属于另一浏览器",
    "smart-elsewhere-lead": "报告只在启动它的浏览器中打开。请在此打开病历并使用卡片上的链接。",
}
