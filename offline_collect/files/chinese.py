"""What this room tells of a bad cell or row, in Chinese; the keys are the templates of the English texts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CHINESE: Mapping[str, str] = MappingProxyType(
    {
        # Blank, or not a cell of its own.
        "is blank": "未填写",
        "fill it in": "请填写",
        "say whose it is": "请注明属于哪位客户",
        "say whose row this is": "请注明这一行属于哪位客户",
        "lies under merged cells": "被合并单元格覆盖",
        "unmerge them, and fill in each cell": "请取消合并，并逐格填写",
        "holds an error of Excel's, such as #N/A": "是 Excel 的错误值，如 #N/A",
        "mend its formula, or type the value": "请修正公式，或直接填写内容",
        "is under no name of the header": "所在的列没有列名",
        "name the column; in CSV, put a cell that holds the delimiter in quotes": (
            "请补上列名；CSV 文件中，含有分隔符的单元格须加双引号"
        ),
        # Identifiers and texts.
        "has characters other than Latin letters, digits and signs": "含有英文字母、数字和半角符号以外的字符",
        "type it with the half-width keyboard": "请用半角字符重新输入",
        "was turned into a date or time by Excel": "已被 Excel 转成日期或时间",
        "has lost digits: it is in scientific notation": "已变成科学计数法，丢失了部分数字",
        "has become a number with a trailing .0": "已变成末尾带 .0 的数值",
        "is no text": "不是文本",
        "is a number of over 15 digits: Excel has changed the last ones": (
            "是超过 15 位的数值，末几位已被 Excel 改动"
        ),
        "is a number with decimals": "是带小数的数值",
        "format the column as text, then type the value again": "请先把该列设为文本格式，再重新输入",
        "has control characters": "含有控制字符",
        "has invisible characters": "含有不可见字符",
        "delete the cell and type it again": "请清空该单元格，再重新输入",
        "has control characters in its name": "列名含有控制字符",
        "has invisible characters in its name": "列名含有不可见字符",
        "delete the name and type it again": "请删除列名，再重新输入",
        "has {length} characters, over the {most} allowed": "共 {length} 个字符，超过上限 {most} 个",
        "shorten it": "请缩短",
        "does not look like {label}": "不符合{label}的格式",
        "correct it": "请更正",
        # Dates.
        "is no date": "不是日期",
        "is no day of the calendar": "日历上没有这一天",
        "has a time of day": "带有时刻，只应填日期",
        "is not between {first} and {last}": "年份不在 {first} 至 {last} 之间",
        "write it like 2026-11-30": "请按 2026-11-30 的格式填写",
        # Amounts.
        "is no amount": "不是有效的金额",
        "is zero": "金额为零",
        "is negative": "金额为负数",
        "is over {most}, the most that can be collected": "超过可收取的最大金额 {most}",
        "has more than the {decimals} decimals of {currency}": "小数超过 {decimals} 位（币种 {currency}）",
        "write it like 1234.50": "请按 1234.50 的格式填写",
        "leave out bills of nothing": "金额为零的账单请勿列入",
        "a bill is more than zero; leave refunds out": "账单金额须大于零，退款请勿列入",
        "check the amount": "请核对金额",
        "round it in the file": "请在文件中四舍五入",
        # Yes or no.
        "is neither yes nor no": "须为是或否",
        "write Y or N, 是 or 否": "请填 Y 或 N、是或否",
        # Further columns that are typed by hand.
        "is one of more than {most} further columns": "附加列超过 {most} 个",
        "give fewer": "请减少附加列",
        "is no name of 1 to {most} characters": "列名须为 1 到 {most} 个字符",
    }
)
