"""Pairs of addresses as news sites and those who share their links write them: one page, or two."""

import re
from urllib.parse import quote

HOST = "https://rafidain.example"
EN = f"{HOST}/en/Iraq/Talks-in-Baghdad"
AR = f"{HOST}/ar/أمن/فصائل-مسلحة"
AR_CODED = f"{HOST}/ar/{quote('أمن/فصائل-مسلحة')}"
CKB = f"{HOST}/ckb/هەواڵ/مووچە"
CKB_CODED = f"{HOST}/ckb/{quote('هەواڵ/مووچە')}"
KMR = f"{HOST}/kmr/nûçe/rê-vebû"
BARE = "rafidain.example/en/Iraq/Talks-in-Baghdad"

_TRACKING = """
utm_source=telegram utm_medium=social&utm_campaign=x utm_id=1 UTM_SOURCE=RSS utm_source_platform=x
fbclid=IwAR0aB gclid=Cj0K gclsrc=aw.ds wbraid=C gbraid=0A dclid=CN gad_source=1 srsltid=AfmB msclkid=4f
twclid=2-1 ttclid=E.C.P igshid=MzRl igsh=MWQ1 yclid=12 ysclid=lz4 li_fat_id=a-b mc_cid=8a&mc_eid=UNIQID
_hsenc=p2A&_hsmi=29 mkt_tok=MDE vero_id=a oly_enc_id=1 _openstat=ZGly pk_campaign=x mtm_source=x matomo_kwd=x
hsa_acc=1 itm_source=parsely at_medium=RSS at_campaign=64 ns_mchannel=rss xtor=RSS-1
ocid=msedgntp cmpid=rss ref=rss ref=telegram source=whatsapp from=facebook ref_src=twsrc%5Etfw
__twitter_impression=true spm=a2g0o _ga=2.1 _gl=1*abc guccounter=1 usqp=mq331AQ __cf_chl_tk=x PHPSESSID=0a1b
epik=dj0y rdt_cid=5 fb_action_ids=1 fb_source=feed gaa_at=eafs&gaa_n=x&gaa_sig=y sfnsn=mo
mibextid=Zxz2cZ wt_mc=rss elqTrackId=1a trk_contact=1 _branch_match_id=1 share=facebook
share=jetpack-whatsapp
"""

_FORMS = [
    f"http://{BARE}",
    f"https://www.{BARE}",
    f"//{BARE}",
    BARE,
    f"https://m.{BARE}",
    f"https://mobile.{BARE}",
    f"https://www.m.{BARE}",
    f"https://amp.{BARE}",
    "https://Rafidain.EXAMPLE/en/Iraq/Talks-in-Baghdad",
    "https://rafidain.example:443/en/Iraq/Talks-in-Baghdad",
    "http://rafidain.example:80/en/Iraq/Talks-in-Baghdad",
    "https://rafidain.example./en/Iraq/Talks-in-Baghdad",
    f"{HOST}//en//Iraq/Talks-in-Baghdad",
    f"{HOST}/en/./Iraq/Talks-in-Baghdad",
    f"{HOST}/en/x/../Iraq/Talks-in-Baghdad",
    f"{HOST}/%65n/Iraq/Talks%2Din-Baghdad",
    f"{EN}/",
    f"{EN}//",
    f"{EN}?",
    f"{EN}#comments",
    f"{EN}#:~:text=talks",
    f"{EN}?#x",
    f" {EN}\n",
    f"{EN}/amp",
    f"{EN}/amp/",
    f"{EN}.amp",
    f"{EN}?amp",
    f"{EN}?amp=1",
    f"{EN}?amp=true",
    f"{EN}?outputType=amp",
    f"{EN}?isAmp=1",
    f"{EN}?view=amp",
    f"{HOST}/amp/en/Iraq/Talks-in-Baghdad",
    f"{EN}/index.html",
    f"{EN}/index.php",
    f"{EN}/index.htm",
    f"{EN}/default.aspx",
    f"https://www.google.com/amp/s/{BARE}",
    f"https://www.google.com/amp/s/{BARE}/amp",
    f"https://google.com/amp/{BARE}",
    f"https://www.google.com/amp/s/amp.{BARE}%3Famp=1",
    f"https://rafidain-example.cdn.ampproject.org/c/s/{BARE}",
    f"https://rafidain-example.cdn.ampproject.org/v/s/{BARE}/amp?usqp=mq331AQ&amp_js_v=0.1",
    f"https://cdn.ampproject.org/c/s/{BARE}",
    f"https://rafidain-example.cdn.ampproject.org/c/{BARE}",
    f"https://www-rafidain-example.cdn.ampproject.org/c/s/www.{BARE}",
    f"{EN}?print=1",
    f"{EN}?print=true",
    f"{EN}?view=print",
    f"{EN};jsessionid=0A1B",
    f"{HOST}/m/en/Iraq/Talks-in-Baghdad",
    f"{EN}?m=1",
    f"{EN}?mobile=1",
    f"{EN}?rss=1&utm_source=x|{EN}?rss=1",
]

_LETTERS = [
    (AR, AR_CODED),
    (AR, AR_CODED.lower()),
    (AR, AR_CODED.replace("%", "%25")),
    (AR, AR_CODED.lower().replace("%", "%25")),
    (AR, AR.replace("أمن", quote("أمن"))),
    (AR, AR.replace("مسلحة", "مسلـحة")),
    (AR, AR_CODED.replace(quote("مسلحة"), quote("مسلـحة"))),
    (AR, AR.replace("أ", "أ")),
    (AR, AR + "\u200f"),
    (AR, AR_CODED + "/?utm_source=x#y"),
    (AR, AR + "/amp"),
    (CKB, CKB_CODED),
    (CKB, CKB_CODED.lower()),
    (CKB, CKB.replace("هەواڵ", "هەوا\u200cڵ")),
    (CKB, CKB + "?fbclid=x"),
    (KMR, f"{HOST}/kmr/{quote('nûçe/rê-vebû')}"),
    (KMR, KMR.replace("û", "u\u0302")),
    (KMR, HOST + quote("/kmr/nu\u0302çe/rê-vebû")),
    (f"{HOST}/x?q=أمن", f"{HOST}/x?q={quote('أمن')}"),
    (f"{HOST}/x?b=2&a=1", f"{HOST}/x?a=1&b=2"),
    (f"{HOST}/x?a=1&amp;b=2", f"{HOST}/x?a=1&b=2"),
    (f"{HOST}/x?q=a+b", f"{HOST}/x?q=a%20b"),
    (f"{HOST}/x?q=", f"{HOST}/x?q"),
    (f"{HOST}/?p=7", f"{HOST}?p=7"),
    (f"{HOST}/", HOST),
    (f"{HOST}/index.html", HOST),
    (f"{HOST}/x.amp.html", f"{HOST}/x.html"),
    (f"{HOST}/x?id=7&utm_source=a", f"{HOST}/x?id=7"),
    ("https://رافدين.example/x", "https://xn--mgbqe9d0ax.example/x"),
]

SAME = [
    *((EN, f"{EN}?{parameters}") for parameters in _TRACKING.split()),
    *((EN, form) for form in _FORMS if "|" not in form),
    *(tuple(form.split("|")) for form in _FORMS if "|" in form),
    *_LETTERS,
]

_DIFFERENT = """
news?id=71 news?id=72 | news?id=71 news | Website/News/Details?key=4 Website/News/Details?key=5 | ?p=123 ?p=124
?p=123 / | ?page_id=3 ?page_id=4 | news?cid=7 news?cid=8 | news?nid=7 news?nid=8
en/story/101-talks en/story/102-talks | en/story/101 ar/story/101 | en/Iraq/Talks ar/Iraq/Talks
ku/Iraq/Talks so/Iraq/Talks | Story story | a/aBcD1 a/AbCd1 | news/2026/03/04 news/2026/03/05
en/280220172 en/280220173 | 964 965 | posts/1/a posts/2/a | en/how-google-amp en/how-google
en/amplifier en/lifier | en/camp/x en/c/x | en/vamp en/v | en/amp-talks en/talks | en/print-media en/media
en/out-of-print en/out-of | en/blueprint en/blue | en/index-of-prices en/of-prices
en/index.html-guide en/guide | en/the-default.aspx-file en/the-file | en/m/42 en/42 | en/mobile/phones en/phones
mobile/phones phones | en/a en/b | en/Iraq en | news?ref=2026-114 news?ref=2026-115
news?source=ina news?source=nina | news?from=12 news?from=24 | news?from=iraq news | news?share=7 news?share=8
news?print=7 news?print=8 | news?view=7 news?view=8 | news?view=video news | news?m=202603 news?m=202604
news?m=202603 news | news?page=2 news?page=3 | news?page=2 news | news?CategoryID=412627 news?CategoryID=412628
news?lang=ar news?lang=ku | news?sc_lang=ar news?sc_lang=en | en/Security?rss=1 en/Security | news?s=7 news?s=8
news?v=1 news?v=2 | news?t=7 news?t=8 | news?article=7&x news?article=8&x | watch?v=abc watch?v=Abc | a%2Fb a/b
a%3Fb a?b | a%23b a | ?a=1%262 ?a=1&2 | 100%25 100 | a%2520b ab | a%2525b a%25b | %C8%D5 %C8%D6 | ar/آب ar/اب
ar/أب ar/اب | ar/إيران ar/ايران | ar/على ar/علي | ar/مدرسة ar/مدرسه | ckb/کورد ckb/كورد | ckb/ڕۆژ ckb/رۆژ
kmr/şîn kmr/sin | kmr/rê kmr/re | ar/٢٠٢٦ ar/٢٠٢٥ | ar/سياسة/خبر ar/أمن/خبر | x;v=1 x;v=2 | x.html x.php
en/Iraq/amp?id=1 en/Iraq/amp?id=2 | news?sid=71 news?sid=72 | news?amp_id=7 news?amp_id=8
"""

DIFFERENT = [
    *((f"{HOST}/{one}", f"{HOST}/{other}") for one, other in re.findall(r"(\S+) (\S+)(?: \|)?", _DIFFERENT)),
    (EN, f"https://en.{BARE}"),
    (EN, f"https://ar.{BARE}"),
    (EN, EN.replace("example", "example.org")),
    ("https://m.com.iq/x", "https://com.iq/x"),
    ("https://www.com.iq/x", "https://m.com.iq/x"),
    ("http://127.0.0.1:8001/x", "http://127.0.0.1:8002/x"),
    (f"{HOST}:8080/x", f"{HOST}/x"),
    ("https://desk@rafidain.example/x", f"{HOST}/x"),
    ("https://964media.com/71", "https://en.964media.com/71"),
    ("https://www.google.com/amp/s/a.example/x", "https://www.google.com/amp/s/b.example/x"),
    ("https://a-example.cdn.ampproject.org/c/s/a.example/x", "https://a-example.cdn.ampproject.org/c/s/a.example/y"),
    ("https://www.google.com/amp/s/", "https://www.google.com/"),
    (f"https://web.archive.org/web/2026/{EN}", EN),
    (f"https://t.example/share?url={EN}", EN),
]

LEFT_TWO = [
    *((EN, EN + end) for end in ("/print", "&utm_source=x", "?CMP=share_btn_tw", "?s_cid=rss", "?ito=1490")),
    (EN, f"{HOST}/mobile/en/Iraq/Talks-in-Baghdad"),
]
"""One page mostly, but on some site such a name stands for a thing: they stay two, which costs a fetch."""
