"""Keywords, as written in an afternoon: a pattern for each category, cues for the status."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.news import NewsItem
from schemas.report import Category, Status


@dataclass(frozen=True, slots=True)
class Keywords:
    """A language's patterns; an event is called off or planned by its cues, else it occurred."""

    categories: Mapping[Category, re.Pattern[str]]
    called_off: re.Pattern[str]
    planned: re.Pattern[str]


def judge(items: Sequence[NewsItem]) -> list[dict[Category, Status]]:
    """Return what is said of each item; what is neither Korean nor Chinese is read as English."""
    return [_judge(item, _LANGUAGES.get(item.language or "", _ENGLISH)) for item in items]


def _judge(item: NewsItem, keywords: Keywords) -> dict[Category, Status]:
    text = f"{item.title}\n{item.body}"
    found = [category for category, pattern in keywords.categories.items() if pattern.search(text)]
    return dict.fromkeys(found, _status(item.title, keywords)) if found else {}


def _status(title: str, keywords: Keywords) -> Status:
    if keywords.called_off.search(title):
        return Status.CALLED_OFF
    return Status.PLANNED if keywords.planned.search(title) else Status.OCCURRED


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_ENGLISH: Final = Keywords(
    {
        Category.MISSILE_LAUNCH: _pattern(
            r"\b(?:fire[sd]?|firing|launch\w*|test\w*|shoots?|shot|hits?|strikes?|struck|attack\w*"
            r"|kill\w*|intercept\w*)\b.*\b(?:missiles?|rockets?|icbms?|projectiles?)\b"
            r"|\b(?:missiles?|rockets?|icbms?|projectiles?)\b.*\b(?:fire[sd]?|firing|launch\w*"
            r"|tests?|tested|hits?|strikes?|struck|attack\w*|kill\w*|intercept\w*|lands?)\b"
        ),
        Category.BALLOON_LAUNCH: _pattern(
            r"\b(?:spy|surveillance|trash|rubbish|garbage|leaflets?|propaganda|chinese|korean?"
            r"|incendiary|airspace|border|shot|shoots?)\b.*\bballoons?\b"
            r"|\bballoons?\b.*\b(?:leaflets?|airspace|border|shot|shoots?|korea|china)\b"
        ),
        Category.SUMMIT: _pattern(
            r"\bsummits?\b|\bg-?(?:7|8|20)\b|\bstate visit\b|\b(?:presidents?|prime ministers?"
            r"|leaders?|premiers?|chancellor)\b.*\b(?:meets?|met|meeting|talks)\b"
        ),
        Category.EXERCISE: _pattern(
            r"\b(?:military|naval|navy|joint|air|army|live-fire|nuclear|war)\b.*"
            r"\b(?:drills?|exercises?|man(?:oe|eu)uv(?:re|er)s?)\b|\bwar ?games?\b"
        ),
    },
    called_off=_pattern(
        r"\b(?:cancel\w*|call(?:s|ed)? off|postpon\w*|suspend\w*|scrap\w*|den(?:y|ies|ied)"
        r"|halt\w*|shelve[sd]?)\b"
    ),
    planned=_pattern(
        r"\b(?:will|to|plan\w*|may|could|ahead of|threat\w*|prepar\w*|upcoming|set for|vows?"
        r"|expected|warn\w*|next (?:week|month|year))\b"
    ),
)
_LANGUAGES: Final = {
    "ko": Keywords(
        {
            Category.MISSILE_LAUNCH: _pattern(
                r"(?:미사일|로켓|발사체|방사포).*(?:발사|쏘|쐈|시험|도발|공격|요격)"
            ),
            Category.BALLOON_LAUNCH: _pattern(
                r"(?:북한|대북|오물|쓰레기|전단|삐라|정찰).*풍선|풍선.*(?:살포|부양|북한|격추|영공)"
            ),
            Category.SUMMIT: _pattern(
                r"정상회[담의]|정상외교|국빈|(?:대통령|총리|주석).*(?:회담|회동)"
            ),
            Category.EXERCISE: _pattern(r"(?:연합|군사|합동|해상|사격|실사격|한미).*(?:훈련|연습)"),
        },
        called_off=_pattern(r"취소|연기|중단|무산|보류|부인"),
        planned=_pattern(
            r"예정|계획|준비|앞두|앞둔|임박|예고|위협|전망|추진|내달|다음 ?달|내년|가능성|조짐"
        ),
    ),
    "zh": Keywords(
        {
            Category.MISSILE_LAUNCH: _pattern(
                r"(?:射|袭|襲|打|击|擊|试|試|拦截|攔截).*(?:导弹|導彈|飞弹|飛彈|火箭弹|火箭彈)"
                r"|(?:导弹|導彈|飞弹|飛彈|火箭弹|火箭彈).*(?:射|袭|襲|打|击|擊|试|試|拦截|攔截)"
            ),
            Category.BALLOON_LAUNCH: _pattern(r"气球|氣球"),
            Category.SUMMIT: _pattern(
                r"峰会|峰會|国事访问|國事訪問|首脑|首腦|(?:总统|總統|总理|總理|主席|首相).*(?:会谈|會談|会晤|會晤|会见|會見)"
            ),
            Category.EXERCISE: _pattern(r"军演|軍演|演习|演習|演训|演訓|军事训练|軍事訓練"),
        },
        called_off=_pattern(r"取消|推迟|推遲|延期|暂停|暫停|中止|否认|否認"),
        planned=_pattern(
            r"将|將|拟|擬|计划|計劃|准备|準備|预计|預計|威胁|威脅|下周|下月|明年|可能"
        ),
    ),
}
