"""Who did it, to whom, and where."""

from collections.abc import Callable, Sequence

import pytest

from schemas.report import Actor, Report
from services.classifier import lexicons
from services.classifier.actors import MAX_ACTORS, launchers, participants
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Tag
from tests.support import sentences

Said = Callable[..., list[Report]]
MEETING = (Tag.SUMMIT, Tag.MEET, Tag.VISIT, Tag.CALL, Tag.DRILL)
HOSTED = "Volodymyr Zelensky, Vladimir Putin, host United States"


@pytest.mark.parametrize(
    ("title", "actors"),
    [
        ("North Korea fires missile", [("North Korea", "KP", "launcher")]),
        (
            "Russian missiles hit Kyiv",
            [("Russia", "RU", "launcher"), ("Ukraine", "UA", "target")],
        ),
        (
            "Ukraine says Russia launched missiles at Odesa",
            [("Russia", "RU", "launcher")],
        ),
        (
            "Israel intercepts missile fired from Yemen",
            [("Yemen", "YE", "launcher")],
        ),
        (
            "Hamas fires rockets at Israel",
            [("Hamas", None, "launcher"), ("Israel", "IL", "target")],
        ),
        ("Missile attack on Israel", [("Israel", "IL", "target")]),
        ("Missile fired at dawn", []),
        (
            "Trash balloons from North Korea land in Seoul",
            [("North Korea", "KP", "launcher"), ("South Korea", "KR", "target")],
        ),
        (
            "Putin and Xi hold summit in Beijing",
            [("Vladimir Putin", "RU", "participant"), ("Xi Jinping", "CN", "participant")],
        ),
        (
            "Trump and Putin hold summit in Helsinki",
            [
                ("Donald Trump", "US", "participant"),
                ("Vladimir Putin", "RU", "participant"),
                ("Finland", "FI", "host"),
            ],
        ),
        (
            "France and its president Macron host summit",
            [("Emmanuel Macron", "FR", "participant")],
        ),
        (
            "U.S. and South Korea begin joint drills",
            [("United States", "US", "participant"), ("South Korea", "KR", "participant")],
        ),
    ],
)
def test_actors_are_told_with_country_and_role(
    title: str, actors: list[tuple[str, str | None, str]], reports: Said
) -> None:
    (report,) = reports(title)
    assert [(a.name, a.country, a.role) for a in report.actors] == actors


@pytest.mark.parametrize(
    ("title", "actors"),
    [
        # Whom a missile is called by stands right before it; the subject of the launch beats both.
        ("Israel strikes Gaza after Hamas rocket fire", "launcher Hamas"),
        ("UAE and Turkey intercept Iranian missiles", "launcher Iran"),
        ("North Korea fires missile into sea, Seoul says", "launcher North Korea"),
        ("Rockets fired at Israel, says IDF", "target Israel"),
        ("Two die in Russian drone and missile attack on Kyiv", "launcher Russia, target Ukraine"),
        ("Fearing fire from Syria, Israel carries out a missile test", "launcher Israel"),
        ("Iran's new long-range missiles hit Haifa", "launcher Iran"),
        ("Ukraine says missiles hit a plant inside Russia", "target Russia"),
        ("Ukraine fires U.S.-made missiles into Russia", "launcher Ukraine, target Russia"),
        ("Israel hit by American missiles", "launcher United States, target Israel"),
        ("Russian warships launch missiles at Odesa", "launcher Russia"),
        ("Russia pummels Ukraine with missiles", "launcher Russia, target Ukraine"),
        ("Iran says it fired missiles at Israel", "launcher Iran, target Israel"),
        ("Hamas and Israel fire rockets", "launcher Hamas"),
        # The lone victim launched nothing.
        ("Missile lands in Ukrainian city", "target Ukraine"),
        ("Kyiv tower struck by missile", "target Ukraine"),
        ("Residents of Lebanese town watch as rockets fly above", ""),
        ("Israeli hospital is hit, rockets seen", "target Israel"),
        # Who accuses launched nothing; who is accused did.
        ("UAE accuses Iran of missile attacks", "launcher Iran"),
        ("Israel blames rocket attack on Hezbollah", "launcher Hezbollah"),
        ("Syria blamed for missile attack", "launcher Syria"),
        ("India and Pakistan accuse each other of firing missiles", ""),
        # A strike by other arms stands in another clause.
        ("Israel strikes Lebanon after first rocket attack since ceasefire", ""),
        ("Hamas fires rockets into Israel after strike in Beirut", "launcher Hamas, target Israel"),
        ("Nine dead in missile attack on Israel as Iran strikes", "launcher Iran, target Israel"),
        ("Iran missiles fall on Israel as Israel strikes Tehran", "launcher Iran, target Israel"),
    ],
)
def test_who_launched_is_told_by_what_governs_the_name(
    title: str, actors: str, sentence: Callable[[str], Sentence]
) -> None:
    read = sentence(title)
    assert said(launchers(read, read.hits[Tag.MISSILE])) == actors


@pytest.mark.parametrize(
    ("language", "title", "actors"),
    [
        ("ko", "북한이 동해상으로 탄도미사일 발사", "launcher North Korea"),
        ("ko", '합참 "북한, 동해상으로 미상 미사일 발사"', "launcher North Korea"),
        ("ko", "北, 일본에 위성 로켓 발사 통보", "launcher North Korea, target Japan"),
        ("ko", '일본이 "북한이 미사일 발사"', "launcher North Korea"),
        ("ko", "이스라엘, 예멘에서 발사된 미사일 요격", "launcher Yemen"),
        ("ko", "예멘 후티, 또 이스라엘에 미사일 공격", "launcher Houthis, target Israel"),
        ("ko", "키이우 시장, 미사일 공격으로 21명 부상", ""),
        ("ko", '주한미군은 북한의 미사일 발사에 대해 "불법"', "launcher North Korea"),
        ("zh", "朝鲜向日本海发射导弹", "launcher North Korea"),
        ("zh", "韩国称朝鲜发射导弹", "launcher North Korea"),
        ("zh", "导弹被美国击落", ""),
        ("ja", "北朝鮮が弾道ミサイルを発射", "launcher North Korea"),
        ("ja", "イスラエルにミサイル、イランが発射", "launcher Iran, target Israel"),
    ],
)
def test_particles_tell_who_launched_where_words_are_not_set_apart(
    language: str, title: str, actors: str
) -> None:
    read = sentences.sentence(title, lexicons.load(language))
    assert said(launchers(read, read.hits[Tag.MISSILE])) == actors


@pytest.mark.parametrize(
    ("title", "actors"),
    [
        # What leaders speak about takes no part; a state without a leader's name may.
        ("Trump and Putin meet on Ukraine", "Donald Trump, Vladimir Putin"),
        ("Trump meets Putin for Ukraine talks", "Donald Trump, Vladimir Putin"),
        ("Modi meets Putin as wars in Ukraine and Iran drag on", "Narendra Modi, Vladimir Putin"),
        ("Trump meets Xi on guarantees for Ukraine", "Donald Trump, Xi Jinping"),
        ("Russia and Ukraine hold peace talks", "Russia, Ukraine"),
        ("Macron meets Ukraine delegation at summit", "Emmanuel Macron, Ukraine"),
        ("Russian strike halts summit", ""),
        # A leader of another clause, or who only speaks, where two others meet.
        ("Xi and Putin hold call after Trump inauguration", "Xi Jinping, Vladimir Putin"),
        ("Xi and Putin hold call after Ukraine raid", "Xi Jinping, Vladimir Putin"),
        ("Macron boycotts Xi and Putin summit", "Xi Jinping, Vladimir Putin"),
        ("Trump says he will meet Xi and Putin", "Donald Trump, Xi Jinping, Vladimir Putin"),
        ("Trump meets Xi as Putin holds talks", "Donald Trump, Xi Jinping, Vladimir Putin"),
        ("Putin speaks after Trump call", "Vladimir Putin, Donald Trump"),
        ("Canada and Mexico meet without Trump", "Canada, Mexico"),
        # Near whom they drill, and with whom; where it happens.
        ("China holds drills around Taiwan", "China"),
        ("China drills with Russia near Japan", "China, Russia"),
        ("Trump meets world leaders in Switzerland", "Donald Trump, host Switzerland"),
        ("Zelensky and Putin meet at the White House", HOSTED),
        ("Six killed in Chinese drills", "China"),
        ("What happens in Taiwan's drills", "Taiwan"),
    ],
)
def test_who_takes_part_is_told_by_what_governs_the_name(
    title: str, actors: str, sentence: Callable[[str], Sentence]
) -> None:
    read = sentence(title)
    triggers = sorted(at for tag in MEETING for at in read.hits.get(tag, ()))
    assert said(participants(read, triggers)).replace("participant ", "") == actors


@pytest.mark.parametrize(
    ("language", "title", "actors"),
    [
        ("ko", "한미일 공중훈련 오늘 실시", "Japan, South Korea, United States"),
        ("ko", "한미 연합훈련 시작", "South Korea, United States"),
        ("ja", "日米韓が共同訓練", "Japan, South Korea, United States"),
        ("zh", "中俄联合军演开始", "China, Russia"),
        ("zh", "美日韩举行联合演习", "Japan, South Korea, United States"),
        ("ko", "남북 정상, 봄에 만난다", "North Korea, South Korea"),
        ("ko", "北러 연합훈련 첫 실시", "North Korea, Russia"),
        ("ko", "한영 정상 만찬", "South Korea, United Kingdom"),
        ("ko", "한미연합 군사연습 종료", "South Korea, United States"),
        ("ja", "日朝交渉が再開、演習は中止", "Japan, North Korea"),
        ("ja", "南北首脳会談は秋か", "North Korea, South Korea"),
        ("ja", "米韓国防相が演習を視察", "South Korea, United States"),
        ("ja", "印パが国境で演習", "India, Pakistan"),
        ("zh", "印巴边境附近各自演习", "India, Pakistan"),
        ("zh", "俄白两军开始演习", "Belarus, Russia"),
        ("zh", "两韩峰会将举行", "North Korea, South Korea"),
        ("zh", "以美海军演习结束", "Israel, United States"),
        ("zh", "中欧领导人会晤", "China, European Union"),
    ],
)
def test_a_pair_names_each_of_its_states(language: str, title: str, actors: str) -> None:
    read = sentences.sentence(title, lexicons.load(language))
    assert ", ".join(sorted(actor.name for actor in participants(read))) == actors


def said(actors: Sequence[Actor]) -> str:
    return ", ".join(f"{actor.role} {actor.name}" for actor in actors)


def test_a_report_s_country_is_that_of_whose_act_it_is(reports: Said) -> None:
    (report,) = reports("Kyiv hit by Russian missiles")
    assert report.country == "RU"


def test_a_headline_that_names_nobody_takes_the_actors_of_the_text(reports: Said) -> None:
    (report,) = reports("Missile fired at dawn", "North Korea launched the missile.")
    assert [actor.name for actor in report.actors] == ["North Korea"]


def test_a_long_list_of_states_is_cut(reports: Said) -> None:
    states = "France, Italy, Spain, Poland, Norway, Sweden, Finland and Greece"
    (report,) = reports(f"{states} begin joint drills")
    assert len(report.actors) == MAX_ACTORS
