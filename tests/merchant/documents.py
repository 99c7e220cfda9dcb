"""The school that tests collect for, as parsed documents."""

import datetime as dt

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
SCHOOL = {"id": "SCHOOL01", "name": "阳光小学", "trade": "school", "settlement_account": "6222000000000009"}
SCHOOL_FORM = {
    "title": "学费缴纳",
    "inputs": [
        {
            "key": "student_no",
            "label": "学号",
            "prompt": "请输入10位学号",
            "type": "NUMERIC",
            "least": 10,
            "most": 10,
            "normalise": ["trim", "half_width"],
        },
    ],
}
