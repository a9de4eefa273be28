"""The language of an article, decided by its own letters and words; what the page declares only breaks ties.

`<html lang>` is nearly always right and sometimes a leftover of the theme: an English page in an Arabic shell. And no
declaration tells Sorani from Feyli. So the script is counted first, then the letters that only one language of that
script has, then the little words. What remains open is what the page declares, then what the source usually writes.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from pipelines.extraction.plain import word_set

_SAMPLE = 2_000  # characters: enough for every count here, and quick
_ENOUGH_LETTERS = 20
_ENOUGH_ARABIC_LETTERS = 10  # in their script letters tell more
_ENOUGH_WORDS = 4  # little words that a language must show before it may contradict what is declared
_KEYBOARD = 40  # times the share of letters that only tell which keyboard was used: 100 for letters of the language
_LEAST_EVIDENCE = 3.0
_LEAST_BADINI = 4
_WITH_SHORT_E = frozenset(["ckb", "sdh"])  # no line of theirs is without one
_LEAST_SHARE = 0.05  # of all words: running text has 0.2 to 0.5, a list of names or goods may have some by chance

_SCRIPTS = re.compile(
    "(?P<Latn>[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+)|(?P<Arab>[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f"
    "\ufb50-\ufdff\ufe70-\ufefc]+)|(?P<Cyrl>[\u0400-\u052f]+)|(?P<Grek>[\u0370-\u03ff]+)|(?P<Hebr>[\u05d0-\u05ea]+)"
    "|(?P<Kana>[\u3040-\u30ff]+)|(?P<Hani>[\u3400-\u9fff]+)|(?P<Hang>[\uac00-\ud7af]+)|(?P<Thai>[\u0e00-\u0e7f]+)"
    "|(?P<Deva>[\u0900-\u097f]+)|(?P<Armn>[\u0530-\u058f]+)|(?P<Geor>[\u10a0-\u10ff]+)|(?P<Beng>[\u0980-\u09ff]+)"
    "|(?P<Taml>[\u0b80-\u0bff]+)|(?P<Ethi>[\u1200-\u137f]+)|(?P<Khmr>[\u1780-\u17ff]+)|(?P<Mymr>[\u1000-\u109f]+)"
)
_PRESENTED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")  # Arabic letters in the shapes of old systems
_OF_SCRIPT = {
    "Grek": "el", "Hebr": "he", "Hang": "ko", "Thai": "th", "Armn": "hy", "Geor": "ka", "Beng": "bn", "Taml": "ta",
    "Khmr": "km", "Mymr": "my",
}  # fmt: skip
_SCRIPT_OF = {
    **{language: script for script, language in _OF_SCRIPT.items()},
    **dict.fromkeys(("ar", "fa", "ckb", "sdh", "ur", "ps", "ug", "lki", "sd", "prs", "arz", "azb"), "Arab"),
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"), "Cyrl"),
    **dict.fromkeys(("hi", "mr", "ne"), "Deva"),
    **dict.fromkeys(("am", "ti"), "Ethi"),
    "ja": "Kana",
    "zh": "Hani",
}
"""Languages that are not here are written in Latin letters. Kurdish as `ku` may be in either."""

_SAME = {"nn": "no", "in": "id", "iw": "he", "kur": "ku", "eng": "en", "ara": "ar", "fas": "fa", "per": "fa",
         "tur": "tr", "so": "ckb", "kur-sor": "ckb", "ger": "de", "deu": "de", "fra": "fr", "spa": "es"}  # fmt: skip
_TAG = re.compile(r"[A-Za-z]{2,3}(?=$|[-_@.])")

_LITTLE_WORDS = {
    "en": "the of and to in is that for was with on as by it at from be this have are he said not which his but",
    "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es"
    " werden aus er hat sie dass",
    "fr": "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec son aux",
    "es": "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya fue este",
    "it": "di che e la il un a per in una mi sono è non si le con come del della da dei delle nel alla più anche gli",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij nog uit door over ze",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var sig från vi så kan",
    "no": "og i det er på til som en å for at av med de har ikke den var han om et fra men seg vi ble kan jeg hun",
    "da": "og i det er at en til på af den med for der ikke har de som et han var jeg sig fra men om vi hun ved blev",
    "fi": "ja on ei se että oli hän mutta ovat myös kun joka niin kuin mukaan sen tai olla jos vain ole nyt",
    "pl": "i w na z się nie do jest to że o jak po co za od przez dla są ale czy ma tak był oraz przy tym",
    "cs": "a se v na je že o s z do i to k ve pro za by ale si jako po jsou od které který také bylo podle jeho",
    "hu": "a az és hogy nem is egy ez meg de van volt már csak még ki mint el azt ha vagy lehet szerint után",
    "ro": "de și în a la cu că pe nu din care un o pentru este mai au fost sa se ce prin sau după fi",
    "tr": "ve bir bu da de için ile çok olarak daha gibi olan sonra kadar ne ancak ise en o her oldu dedi değil göre",
    "az": "və bu bir ki ilə üçün olan isə həm də onun çox daha edib olub olunub görə bildirib deyib kimi sonra qədər",
    "kmr": "û li ji di de ku bi ya ê yê ev jî bo yên xwe wê wî dike kir hat ew lê her da ser hatiye bûn gelek re nû",
    "diq": "u de ra ke yê yo ya o bi seba zî xo no na ê zafî kerd biyo kerdo",
    "id": "yang dan di dengan untuk pada tidak ini dari dalam itu akan adalah ke juga tersebut telah oleh karena bisa",
    "ms": "yang dan di dengan untuk pada tidak ini dari dalam itu akan adalah ke juga beliau telah oleh kerana boleh",
    "vi": "và của là có cho các được trong không với những một người này đã để khi đến từ ở ra cũng về",
    "zu": "ukuthi futhi ngoba uma kodwa ukuze lapho ngesikhathi kusho kwa abantu nje kakhulu wathi",
    "xh": "ukuba kwaye okanye xa kodwa ukuze apho ngexesha utshilo abantu nje kakhulu wathi kunye ngokuba",
    "ca": "de la i el que a els en per amb una les del es un no al com més va són és però també ha",
    "lt": "ir kad yra į su iš tai bet kaip po nuo už dėl ne buvo jis taip apie tik jau prie",
    "so": "iyo oo in ka ku la ay uu ah soo waxaa waa ayaa ee",
}
_LITTLE = {language: word_set(words) for language, words in _LITTLE_WORDS.items()}

_SORANI = word_set(
    "بۆ لەگەڵ ئەم ئەو بەڵام هەروەها لەلایەن دەکات کردووە دەبێت نێوان پێش دوای بووە ڕایگەیاند هەیە لەسەر کرد"
)
_FEYLI = word_set(
    "ئەڕا ئڕا ئەڕای ئڕای ئەڕاێ وەل وەگەرد هەس نیەس کەێد کەن بوود ئێ ئەێ ک گشت وەت وەتێ لەبان کریا کردێە کەفت ئێمڕووژ"
    " ئێمساڵ مەردم وەلێ ئێرنگە هویچ خوەی خوەیان خوازن شەوەکی مەنن چوود بایەد فرەتر کریاس یەکێگ"
)
_FEYLI_END = ("ەیل", "ەیلە", "ەیلێ", "ەگە", "ەگان", "ێەیل", "ەێ", "ێد", "ەێد", "وود", "یاس")
_BADINI = word_set("ژ ئەڤ ئەڤێ ئەڤە ڤێ ڤی یێن یێ کو ب ل د دێ لسەر دگەل ژبۆ هندەک هەمی نها خۆ")
"""Kurmanji in Arabic letters, as it is written in Duhok."""
_BADINI_END = ("ێن", "ێت", "ەڤە", "ێ")
_SORANI_END = ("ەکان", "ەکانی", "ەکەی", "ەوە", "یەتی", "ووە", "ێت", "ات")
_PERSIAN = word_set(
    "است از که را این با در به می برای شد بود های آن خود کرد ها نیز گفت تا بر وی شدند کردند شده کرده دارد هم یا"
)
_ARABIC = frozenset(
    word.translate(str.maketrans("كيى", "کیی"))
    for word in word_set("من في على إلى الى أن ان التي الذي عن مع هذا هذه كان بعد قال ما لا أنه بين وقال خلال")
)
_TO_PERSIAN = str.maketrans("كيى", "کیی")  # as keyboards have it: neither letter tells the language for sure
_TURKISH_CASE = re.compile(r"\w'(?:[dt][ae]n?|n?[ıiuü]n|y?[ae])\b")
_WORD = re.compile(r"[^\W\d_]+(?:\u200c[^\W\d_]+)*")


def find_language(text: str, declared: Iterable[str], prior: str | None = None) -> str | None:
    """The BCP 47 tag of *text*, given what the page declares, best first, and what its source usually writes."""
    sample = unicodedata.normalize("NFKC" if _PRESENTED.search(text, 0, _SAMPLE) else "NFC", text[:_SAMPLE])
    claims = [tag for tag in map(primary, [*declared, prior or ""]) if tag]
    scripts: Counter[str] = Counter()
    for run in _SCRIPTS.finditer(sample):
        scripts[run.lastgroup or ""] += len(run[0])
    script = scripts.most_common(1)[0][0] if scripts else ""
    if scripts.total() < (_ENOUGH_ARABIC_LETTERS if script == "Arab" else _ENOUGH_LETTERS):
        possible = [claim for claim in claims if not script or _SCRIPT_OF.get(claim, "Latn") == script]
        return next((claim for claim in possible if claim != "ku"), None)
    if script in ("Hani", "Kana"):
        return "ja" if scripts["Kana"] > scripts["Hani"] // 10 else "zh"
    if script == "Arab":
        return _arabic_script(sample, claims)
    if script == "Latn":
        return _latin_script(sample, claims)
    possible = [claim for claim in claims if _SCRIPT_OF.get(claim) == script]
    return possible[0] if possible else _OF_SCRIPT.get(script) or {"Cyrl": _cyrillic(sample), "Deva": "hi"}.get(script)


def primary(tag: str) -> str:
    """The language of a tag such as "en-GB", "ar_IQ" or "ku-Arab-IQ"; empty where it is none."""
    match = _TAG.match(tag.strip())
    if not match:
        return ""
    language = match[0].lower()
    if language == "ku" and "latn" in tag.lower():
        return "kmr"
    if language == "ku" and "arab" in tag.lower():
        return "ckb"
    return _SAME.get(language, language)


def _arabic_script(sample: str, claims: list[str]) -> str | None:
    letters = Counter(sample)
    total = sum(number for letter, number in letters.items() if "\u0620" <= letter <= "\u06ff") or 1

    def share(some: str) -> float:
        return sum(letters[letter] for letter in some) / total

    if share("ٹڈڑےں") > 0.02:
        return "ur"
    if share("ښږځڅډړۍې") > 0.015:
        return "ps"
    if share("ۇۈۋ") > 0.03:
        return "ug"
    if share("ەێۆڕڵڤ") > 0.04:
        return _kurdish(sample, letters)
    words = Counter(word.translate(_TO_PERSIAN) for word in _WORD.findall(sample))
    persian = 2 * sum(words[word] for word in _PERSIAN) + 100 * share("پچژگ") + _KEYBOARD * share("یک")
    persian += sum(number for word, number in words.items() if word.startswith("می\u200c") or "\u200cها" in word)
    arabic = 2 * sum(words[word] for word in _ARABIC) + 100 * share("ةإ") + _KEYBOARD * share("ىيك")
    arabic += 2 * sum(number for word, number in words.items() if word.startswith("ال"))
    if max(persian, arabic) >= _LEAST_EVIDENCE and min(persian, arabic) <= 0.7 * max(persian, arabic):
        return "fa" if persian > arabic else "ar"
    possible = (claim for claim in claims if _SCRIPT_OF.get(claim) == "Arab" and claim not in _WITH_SHORT_E)
    return next(possible, "fa" if persian > arabic else "ar")


def _kurdish(sample: str, letters: Counter[str]) -> str:
    """Sorani, or Feyli, which has ۊ, makes plurals with -ەیل, and says ئەڕا where Sorani says بۆ; or Badini."""
    words = _WORD.findall(sample)
    feyli = 2 * letters["ۊ"] + sum(2 * (word in _FEYLI) + word.endswith(_FEYLI_END) for word in words)
    sorani = sum(2 * (word in _SORANI) + word.endswith(_SORANI_END) + word.startswith("دە") for word in words)
    badini = sum(2 * (word in _BADINI) + word.endswith(_BADINI_END) for word in words)
    if badini > 2 * max(feyli, sorani) and badini >= _LEAST_BADINI:
        return "kmr"
    return "sdh" if feyli > sorani else "ckb"


def _latin_script(sample: str, claims: list[str]) -> str | None:
    words = Counter(word.casefold() for word in _WORD.findall(sample))
    found = {language: sum(words[word] for word in little) for language, little in _LITTLE.items()}
    letters = Counter(sample.lower())
    typical = Counter[str]()
    if letters["ê"]:  # at the end of words: French has none there, and no ş
        ends = sum(number for word, number in words.items() if word.endswith(("ê", "ên")))
        if ends > 1 or letters["ş"] + letters["î"] + letters["û"]:
            typical["kmr"] = ends
    if letters["ş"] + letters["î"] and letters["ê"] + letters["û"]:  # French has no ş, Turkish no ê
        typical["kmr"] += (letters["ê"] + letters["î"] + letters["û"] + letters["ş"]) // 2
    if letters["ı"] + letters["ğ"]:
        typical["tr"] = (letters["ı"] + letters["ğ"] + letters["ş"] + letters["ü"]) // 2
        typical["tr"] += len(_TURKISH_CASE.findall(sample))
    typical["az"] = letters["ə"]
    for language, number in typical.items():
        found[language] += number
    best = max(found, key=lambda language: found[language])
    claims = ["kmr" if claim == "ku" else claim for claim in claims if _SCRIPT_OF.get(claim, "Latn") == "Latn"]
    if not claims:
        return best if found[best] >= min(_ENOUGH_WORDS, 1 + words.total() // 10) else None
    claim = claims[0]
    known = found.get({"nb": "no"}.get(claim, claim))
    if known is None:  # a language of which no words are known here, unless the text is plainly another
        return best if found[best] > 0.3 * words.total() else claim
    enough = min(_ENOUGH_WORDS, words.total() // 2) if typical[best] else _ENOUGH_WORDS  # letters tell in a line
    plainly = found[best] >= max(enough, _LEAST_SHARE * words.total()) and found[best] > 1.6 * known
    return best if plainly else claim


def _cyrillic(sample: str) -> str:
    letters = Counter(sample.lower())
    if letters["і"] + letters["ї"] + letters["є"] > letters["ы"] + letters["э"]:
        return "be" if letters["ў"] else "uk"
    return "ru"
