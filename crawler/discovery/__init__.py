"""Reading what a site shows of its articles: feeds, sitemaps, section pages and listings in JSON. Pure parsers."""
