"""The shell in Chinese: its English texts, which are the keys, and the reasons that rules and link give."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CHINESE: Mapping[str, str] = MappingProxyType(
    {
        # Opening, menu and closing.
        "Terminal {terminal} of {institution}, {channel} {teller}, platform {platform}": (
            "终端 {terminal}（机构 {institution}），{channel} {teller}，平台 {platform}"
        ),
        "Journal: {folder}": "流水目录：{folder}",
        "Without an answer from before: {count}": "以前未得到应答的交易：{count} 笔",
        "Menu": "菜单",
        "Choose": "请选择",
        "q  Leave": "q  退出",
        "{count} without an answer: choose 3.": "有 {count} 笔未得到应答，请选 3。",
        "Take a payment": "缴费",
        "Write off a payment": "当日冲销",
        "Payments of this terminal: receipt, status, what has no answer": "本终端交易：凭条、状态、未得到应答的",
        "Money taken while offline (advice)": "离线已收款的通知",
        "Totals": "汇总",
        "Sign on, sign off, echo": "签到、签退、线路测试",
        "Sign on": "签到",
        "Sign off": "签退",
        "Echo test": "线路测试",
        "Signed on.": "已签到。",
        "Signed off.": "已签退。",
        "The platform is there.": "线路正常。",
        "Taken in this session: {count}, {amount}.": "本次登录共收 {count} 笔，{amount}。",
        "{count} without an answer: start the shell again to ask for them.": (
            "有 {count} 笔未得到应答：下次启动时可以查询。"
        ),
        # Prompts that all dialogues share.
        "Type a number from 1 to {count}.": "请输入 1 到 {count} 的数字。",
        "Type y or n.": "请输入 y 或 n。",
        "That cannot be typed here: at most {most} characters, no control characters.": (
            "不能这样输入：最多 {most} 个字符，不含控制字符。"
        ),
        (
            "back: one step back · menu or Ctrl-C: to the menu · q or Ctrl-D: leave · "
            "a backslash before a word takes it as text"
        ): "back 返回：上一步 · menu 菜单 或 Ctrl-C：回菜单 · q 退出 或 Ctrl-D：退出 · 词前加反斜杠则按文字输入",
        "Declined: {what}": "被拒绝：{what}",
        "Not sent: {reason}.": "未发出：{reason}。",
        "No answer: {reason}.": "没有应答：{reason}。",
        "The answer makes no sense: {reason}.": "无法理解应答：{reason}。",
        "That does not fit the dialect: {reason}.": "报文格式容不下：{reason}。",
        "{reason}; nothing was sent.": "{reason}；什么也没有发出。",
        "There are no more.": "没有更多了。",
        # Merchants and forms.
        "Merchant (number, id or part of a name)": "商户（序号、编号或名称的一部分）",
        "n or Enter: more merchants · a number of the list · an id · a part of a name, an id or a trade": (
            "n 或回车：更多商户 · 列表中的序号 · 商户编号 · 名称、编号或行业的一部分"
        ),
        "n: more merchants": "n：更多商户",
        "No merchant is called {text}.": "没有名为 {text} 的商户。",
        "Id": "编号",
        "Merchant": "商户",
        "Trade": "行业",
        "Find the customer by": "查找方式",
        "#NUMBER: look a bill up by its own number": "#账单号：按账单号查询",
        "A bill number has 1 to 32 letters, digits and signs.": "账单号为 1 到 32 位字母、数字或符号。",
        "{label} is needed.": "请输入{label}。",
        "e.g. {example}": "例如 {example}",
        "Enter: leave out": "回车跳过",
        "The pattern of {label} cannot be read here: the platform checks it.": (
            "本终端不认识{label}的格式要求，由平台检查。"
        ),
        # Bills and payments.
        "{merchant} · {name} · open bills: {count}": "{merchant} · {name} · 待缴 {count} 笔",
        "{name} owes nothing.": "{name} 没有待缴账单。",
        "n: more bills": "n：更多账单",
        "Bill (number)": "账单（序号）",
        "Bill (number; Enter: 1)": "账单（序号；回车为 1）",
        "Bill (number; n: more)": "账单（序号；n 为更多）",
        "Bill": "账单号",
        "Description": "说明",
        "Period": "账期",
        "Due": "到期日",
        "Status": "状态",
        "Principal": "本金",
        "Late fee": "滞纳金",
        "Payable": "应缴",
        "At least": "最少",
        "Amount ({least} to {payable}; Enter: {payable})": "金额（{least} 到 {payable}；回车为 {payable}）",
        "That is less or more than may be paid of this bill.": "金额不在该账单允许的范围内。",
        "An amount is over 0 and at most {most}.": "金额须大于 0，最多 {most}。",
        "Tender ({listed}; Enter: 1)": "付款方式（{listed}；回车为 1）",
        "Pay {amount} {tender} for {bill} {description} (y/n)": (
            "缴 {amount} {tender}，账单 {bill} {description}（y/n）"
        ),
        "Nothing is payable of this bill.": "该账单无应缴金额。",
        "Nothing was sent.": "什么也没有发出。",
        "Note: this terminal has taken {amount} for this bill before (STAN {stan}).": (
            "注意：本终端已为该账单收过 {amount}（流水号 {stan}）。"
        ),
        "Settle it first: a new payment could be a second one.": "请先处理这一笔：再缴可能重复。",
        "Too many payments have no answer: settle some of them first (3 in the menu).": (
            "未得到应答的交易太多：请先处理一些（菜单 3）。"
        ),
        "Sending {mti} STAN {stan} …": "正在发送 {mti}，流水号 {stan} …",
        (
            "The journal could not be written ({reason}): after a restart this payment is shown as unsettled."
        ): "流水未能写入（{reason}）：重新启动后这一笔会显示为未处理。",
        # What is known of a payment.
        "The advice of {amount} for {bill} has not left yet; it is kept.": (
            "{bill} 的 {amount} 通知尚未发出，已保存。"
        ),
        "Payment STAN {stan} of {amount} for {bill} has no answer: whether it was taken is NOT KNOWN.": (
            "流水号 {stan}，{bill} 的 {amount} 没有应答：是否已缴【未知】。"
        ),
        "The reversal of payment STAN {stan} of {amount} has no answer: whether it is undone is NOT KNOWN.": (
            "流水号 {stan}，{amount} 的冲正没有应答：是否已撤销【未知】。"
        ),
        "Payment STAN {stan} of {amount} for {bill} is taken.": "流水号 {stan}，{bill} 的 {amount} 已缴。",
        "The platform has {amount} for {bill}, but not on the bill: in suspense, for an operator.": (
            "平台已收 {bill} 的 {amount}，但未入账单：挂账，由人工处理。"
        ),
        "The platform has {amount} for {bill}; an operator has applied it.": (
            "平台已收 {bill} 的 {amount}，人工已入账。"
        ),
        "Payment STAN {stan} of {amount} for {bill} is refunded.": "流水号 {stan}，{bill} 的 {amount} 已退款。",
        "Declined: {why}. Nothing was paid.": "被拒绝：{why}。未缴费。",
        "Payment STAN {stan} of {amount} for {bill} is reversed: nothing of it stands.": (
            "流水号 {stan}，{bill} 的 {amount} 已撤销，不再有效。"
        ),
        "Nothing was paid under STAN {stan}, and nothing will be.": "流水号 {stan} 未缴费，以后也不会。",
        "Not sent: {why}. Nothing was paid.": "未发出：{why}。未缴费。",
        "The advice STAN {stan} of {amount} for {bill} has no answer that settles it: send it again.": (
            "流水号 {stan}，{bill} 的 {amount} 通知尚无定论：请重发。"
        ),
        "The platform does not take this advice: {why}. Advise the money anew.": (
            "平台不接受这笔通知：{why}。请重新通知。"
        ),
        "not sent yet": "待发",
        "NO ANSWER": "未得到应答",
        "REVERSAL WITHOUT ANSWER": "冲正未得到应答",
        "paid": "已缴",
        "in suspense": "挂账",
        "applied": "已入账",
        "refunded": "已退款",
        "declined": "被拒绝",
        "reversed": "已撤销",
        "never paid": "未缴",
        "not sent": "未发出",
        "given up": "已放弃",
        # Receipts and tables of payments.
        "Receipt": "缴费凭条",
        "Receipt, copy": "缴费凭条（副本）",
        "Amount": "金额",
        "Serial number": "平台流水号",
        "Approval": "授权码",
        "Posted": "入账时间",
        "Terminal": "终端",
        "Time": "时间",
        "State": "状态",
        "Nothing was taken.": "没有交易。",
        "Payment (number)": "交易（序号）",
        "Print its receipt again": "重打凭条",
        "Ask its status": "查询状态",
        # What to do with a payment without an answer.
        "What now": "怎么办",
        "Ask what became of it (status)": "查询结果（状态查询）",
        "Send the same payment again: it is taken once at most (0201)": "重发同一笔：最多入账一次（0201）",
        "Reverse it: it ends as not paid (reason 68)": "冲正：按未缴处理（原因 68）",
        "The money was taken: advise the platform (0220)": "款已收：通知平台（0220）",
        "Leave it for later": "以后再说",
        "Send the same reversal again (0401)": "重发同一笔冲正（0401）",
        "Send the advice now (0220)": "现在发送通知（0220）",
        "Send the same advice again (0221)": "重发同一笔通知（0221）",
        "Reverse it: the money goes back to the customer (reason 68)": "冲正：款退还客户（原因 68）",
        "Give it up": "放弃",
        "Nothing has left. Give this advice up (y/n)": "尚未发出。放弃这笔通知吗（y/n）",
        "Has the customer's {amount} been taken and kept (y/n)": "客户的 {amount} 确已收下了吗（y/n）",
        "It was sent to {there}, and this shell talks to {here}.": "这一笔发往 {there}，现在连接的是 {here}。",
        "Is that the same platform (y/n)": "是同一个平台吗（y/n）",
        # Write-off and advice.
        "No payment of this terminal can be written off.": "本终端没有可以冲销的交易。",
        "Write off (number; Enter: 1, the last)": "冲销（序号；回车为 1，最后一笔）",
        "Write off {amount} for {bill} of {merchant}, STAN {stan} (y/n)": (
            "冲销 {merchant} {bill} 的 {amount}，流水号 {stan}（y/n）"
        ),
        "Money that was taken while the platform could not be asked:": "在无法询问平台时已经收下的款：",
        "Bill number": "账单号",
        "Amount that was taken": "已收金额",
        "Taken on (YYYY-MM-DD; Enter: today)": "收款日期（年-月-日；回车为今天）",
        "Write a date like {example}.": "日期请写成 {example}。",
        "The date must be one of the last {days} days.": "日期须在最近 {days} 天内。",
        "Advise {amount} {tender} taken on {date} for {bill} of {merchant} (y/n)": (
            "通知 {merchant}：{date} 为 {bill} 收 {amount} {tender}（y/n）"
        ),
        # Totals.
        "This session": "本次登录",
        "This terminal, as far as its journal goes back": "本终端（流水所及）",
        "Not counted, for want of an answer: {count}, {amount}.": "未得到应答而未计入：{count} 笔，{amount}。",
        "Business date": "营业日",
        "Payments": "缴费笔数",
        "Reversals": "撤销笔数",
        "Net": "净额",
        "Whose": "谁",
        "this terminal": "本终端",
        "the institution": "本机构",
        "In balance.": "相符。",
        "Other terminals of the institution may have taken the rest.": "其余可能是本机构其他终端所收。",
        "Business date to compare (YYYY-MM-DD; Enter: {default})": "核对的营业日（年-月-日；回车为 {default}）",
        "A date that is closed can be compared with the platform's totals; back leaves it.": (
            "已日切的营业日可与平台核对；输入 back 不核对。"
        ),
    },
)

CHINESE_REASONS: tuple[tuple[str, str], ...] = (
    (r"(.+) must have (.+) to (.+) digits", r"\1须为\2到\3位数字"),
    (r"(.+) must have (.+) digits", r"\1须为\2位数字"),
    (r"(.+) must have (.+) to (.+) characters", r"\1须为\2到\3个字符"),
    (r"(.+) must have (.+) characters", r"\1须为\2个字符"),
    (r"(.+) must be letters and digits", r"\1须为字母和数字"),
    (r"(.+) must be one of (.+)", r"\1须为其中之一：\2"),
    (r"(.+) is not written like (.+)", r"\1须写成 \2 的样子"),
    (r"(.+) is not written as the form asks", r"\1的格式不对"),
    (r"none within (.+) s", r"\1 秒内未收到"),
    (r"the waiting was interrupted", "等待被中断"),
    (r"interrupted before it left", "发出前被中断"),
    (r"the platform closed the connection", "平台关闭了连接"),
)
"""Patterns of reasons and what they are in Chinese; a reason that fits none stays as it is."""
