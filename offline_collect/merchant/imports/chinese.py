"""Why a row is refused, or an import not undone, in Chinese: what is said of cells, inputs and stored rows.

The keys are the templates of the English texts. A merchant's operator is told in English; the merchant gets an
error workbook, which is read by people who may know none.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from offline_collect.files import chinese as of_files

_INPUTS = {
    "{label} is missing": "缺少{label}",
    "{label} must be one of {choices}": "{label}须为其中之一：{choices}",
    "{label} must have {most} digits": "{label}须为 {most} 位数字",
    "{label} must have {least} to {most} digits": "{label}须为 {least} 到 {most} 位数字",
    "{label} must have {most} characters": "{label}须为 {most} 个字符",
    "{label} must have {least} to {most} characters": "{label}须为 {least} 到 {most} 个字符",
    "{label} must be letters and digits": "{label}须为字母和数字",
    "{label} is not written like {example}": "{label}的格式不对，应如 {example}",
    "{label} is not written as the form asks": "{label}的格式不符合缴费界面的要求",
    "{label} is mistyped: its check digit does not fit": "{label}有误，校验位不符",
}
"""What the domain says of the form's inputs."""

_STORED = {
    "there is no customer {customer_no}: import customers first": "没有客户 {customer_no}，请先导入客户",
    "there is no bill {bill_no}": "没有账单 {bill_no}",
    "customer {customer_no}: {why}": "客户 {customer_no}：{why}",
    "bill {bill_no}: {why}": "账单 {bill_no}：{why}",
    "bill {bill_no} {touched} and cannot be changed": "账单 {bill_no} {touched}，不能更改",
    "bill {bill_no} {touched} and cannot be withdrawn": "账单 {bill_no} {touched}，不能撤回",
    "is IN_BATCH": "正在批量代扣",
    "is WITHDRAWN": "已撤回",
    "has been paid at least in part": "已全部或部分缴费",
    (
        "import {number} is just being undone: try again when it is done; if that was interrupted,"
        " `offline-collect imports undo {number}` goes on with it"
    ): "导入 {number} 正在撤销，请待完成后重试；如已中断，请由银行用 `offline-collect imports undo {number}` 继续",
    "has the same {labels} as customer {customer_no}": "{labels}与客户 {customer_no} 相同",
    (
        "has the same {labels} as customer {customer_no} of import {number}, which waits: release or reject that"
        " one first"
    ): "{labels}与导入 {number} 中的客户 {customer_no} 相同，该导入尚待复核，请先由银行复核通过或退回",
    (
        "has the same {labels} as customer {customer_no}, which import {number} brings back that is just being"
        " undone: try again when it is done"
    ): "{labels}与客户 {customer_no} 相同，导入 {number} 正在撤销并恢复该客户，请待完成后重试",
    "import {number} is just taking effect: try again when it is done": "导入 {number} 正在生效，请待完成后重试",
    "import {number}, which waits, would bring it: release or reject that one first": (
        "导入 {number} 尚待复核，其中有这一条，请先由银行复核通过或退回"
    ),
    "import {number}, which waits, would change it: release or reject that one first": (
        "导入 {number} 尚待复核，将更改这一条，请先由银行复核通过或退回"
    ),
    "was changed by hand since": "此后已被手工更改",
    "was changed by import {number} since: undo that first": "此后已被导入 {number} 更改，请先撤销该导入",
    "is to be changed by import {number}, which waits: reject that first": (
        "导入 {number} 尚待复核，将更改这一条，请先退回该导入"
    ),
    "has bills by now": "已有账单",
    "customer {customer_no} has its former inputs by now: change that one first": (
        "客户 {customer_no} 现已使用其原有输入项，请先更改该客户"
    ),
    "import {number}, which is just being undone, gives its inputs to {customer_no}": (
        "导入 {number} 正在撤销，将把其输入项还给客户 {customer_no}"
    ),
    "import {number}, which waits, gives its former inputs to customer {customer_no}: reject that first": (
        "导入 {number} 尚待复核，将把其原有输入项给客户 {customer_no}，请先退回该导入"
    ),
}
"""Why a row is refused for what the store has, and why an import is not undone."""

_OWN = {
    # Rows of files.
    "has the same {labels} as customer {customer_no} in row {row}": "{labels}与第 {row} 行的客户 {customer_no} 相同",
    "is in row {row} already": "与第 {row} 行重复",
    "keep one of the two rows": "两行中请只保留一行",
    "correct the row, or leave it out": "请更正这一行，或将其删去",
    "write it as the form asks for it": "请按缴费界面的要求填写",
    "is blank, but there is a {title}": "未填写，但填了{title}",
    "give both, or neither": "请两项都填，或都不填",
    "is before {title}": "早于{title}",
    "correct one of the two": "请更正两者之一",
    "holds {separator}, which separates columns on receipts": "含有“{separator}”，该符号在凭条上用于分隔各列",
    "write / instead": "请改用“/”",
    "no customer has these": "没有相符的客户",
    "import customers first, or correct the row": "请先导入客户，或更正这一行",
    "more than one customer has these": "相符的客户不止一位",
    "give {title} too": "请同时填写{title}",
    # What is typed by hand.
    "cannot be cleared": "不能清空",
    "give another value": "请改填其他内容",
    "is not known": "没有这一项",
    "known are {names}": "可用的有：{names}",
    "is no input of the merchant's form": "不是该商户缴费界面的输入项",
    "it asks for {names}": "输入项有：{names}",
    "is nothing of this bill": "该账单没有这一项",
    "it has {names}": "该账单有：{names}",
    "give the mandate's reference with its status": "请连同协议状态填写协议号",
    "give both, or clear both": "请两项都填，或都清空",
    "would find the customer no more": "将无法再查到该客户",
    "leave one complete set of inputs": "请保留一组完整的输入项",
    # Lists of what was paid at the merchant's office; why the ledger refuses a posting is told in English only.
    "has the bill and reference of row {row}": "账单编号和凭证号与第 {row} 行相同",
    "{reason}": "{reason}",
}

CHINESE: Mapping[str, str] = MappingProxyType({**of_files.CHINESE, **_INPUTS, **_STORED, **_OWN})
"""By template: all that may stand in an error workbook."""
