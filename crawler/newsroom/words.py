"""The words around an article, in the language of its page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a page's furniture says."""

    home: str
    latest: str
    by: str
    published: str
    updated: str
    share: str
    inline: str  # before the link that stands between two paragraphs
    related: str
    read_most: str
    tags: str
    newsletter: str
    newsletter_text: str
    email: str
    subscribe: str
    older: str
    newer: str
    about: str
    about_text: str
    rights: str


WORDS = {
    "en": Words(
        home="Home",
        latest="Latest",
        by="By",
        published="Published",
        updated="Updated",
        share="Share",
        inline="Read more:",
        related="Related stories",
        read_most="Most read",
        tags="Tags",
        newsletter="The morning letter",
        newsletter_text="Five stories before your first tea, every day. Sign up and never miss one.",
        email="Your e-mail",
        subscribe="Subscribe",
        older="Older",
        newer="Newer",
        about="About us",
        about_text="This site and everything on it is invented. It belongs to the newsroom that Khabar brings along.",
        rights="All rights reserved",
    ),
    "ar": Words(
        home="الرئيسية",
        latest="آخر الأخبار",
        by="بقلم",
        published="نُشر",
        updated="حُدّث",
        share="شارك",
        inline="اقرأ أيضاً:",
        related="أخبار ذات صلة",
        read_most="الأكثر قراءة",
        tags="وسوم",
        newsletter="رسالة الصباح",
        newsletter_text="خمسة أخبار قبل كوب الشاي الأول، كل يوم. اشترك الآن.",
        email="بريدك الإلكتروني",
        subscribe="اشترك",
        older="الأقدم",
        newer="الأحدث",
        about="من نحن",
        about_text="هذا الموقع وكل ما فيه مختلق، وهو جزء من غرفة الأخبار المرفقة بخبر.",
        rights="جميع الحقوق محفوظة",
    ),
    "ckb": Words(
        home="سەرەکی",
        latest="نوێترین هەواڵەکان",
        by="نووسینی",
        published="بڵاوکراوەتەوە",
        updated="نوێکراوەتەوە",
        share="هاوبەشی بکە",
        inline="زیاتر بخوێنەرەوە:",
        related="هەواڵی پەیوەندیدار",
        read_most="زۆرترین خوێندراوە",
        tags="تاگ",
        newsletter="نامەی بەیانیان",
        newsletter_text="هەموو ڕۆژێک پێنج هەواڵ پێش یەکەم چا. ناوت تۆمار بکە.",
        email="ئیمەیڵەکەت",
        subscribe="تۆمارکردن",
        older="کۆنتر",
        newer="نوێتر",
        about="دەربارەی ئێمە",
        about_text="ئەم ماڵپەڕە و هەموو شتێکی تێیدا دروستکراوی خەیاڵە و بەشێکە لە ژووری هەواڵی خەبەر.",
        rights="هەموو مافەکان پارێزراون",
    ),
    "kmr": Words(
        home="Destpêk",
        latest="Nûçeyên dawî",
        by="Nivîskar",
        published="Hat weşandin",
        updated="Hat nûkirin",
        share="Parve bike",
        inline="Her wiha bixwîne:",
        related="Nûçeyên têkildar",
        read_most="Yên herî zêde tên xwendin",
        tags="Etîket",
        newsletter="Nameya sibehê",
        newsletter_text="Her roj beriya çaya pêşîn pênc nûçe. Navê xwe tomar bike.",
        email="E-nameya te",
        subscribe="Bibe abone",
        older="Kevintir",
        newer="Nûtir",
        about="Derbarê me de",
        about_text="Ev malper û her tiştê tê de xeyalî ye; ew beşek ji odeya nûçeyan a Xeberê ye.",
        rights="Hemû maf parastî ne",
    ),
}
"""By language. The Arabic and Kurdish ones have not been read by a native speaker."""
