# The menu. `make demo` and `make test` are all that a newcomer needs; each builds .venv by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check format docs lock bench bench-care bench-cluster bench-extract bench-alerts bench-week bench-sources bench-topics bench-retag bench-search bench-scale bench-copies bench-month bench-unusual bench-rendering bench-warc bench-web bench-export bench-pages render parquet cluster fuzz hostile hostile-gallery cluster-kills kill-alerts kill-backfill kill-digests hostile-kills screenshots soak soak-backup soak-writers clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.run  ## the whole job against the bundled newsroom, no internet
	@$(BIN)/python -P -m crawler demo

test: $(VENV)/.dev  ## the tests, four at a time: most of them wait for crawls
	@$(BIN)/python -m pytest -n 4

check: $(VENV)/.dev  ## style, types, floors, docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/cog --check $(wildcard docs/*.md)
	@$(BIN)/python -m pytest tests/docs

format: $(VENV)/.dev  ## put the code into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

screenshots: $(VENV)/.dev  ## the pictures of the web face in README.md and docs/, of the demo's desk; needs Chromium
	@$(BIN)/python docs/screenshots.py

docs: $(VENV)/.dev  ## write the generated parts of docs/ anew
	@$(BIN)/cog -r $(wildcard docs/*.md)

bench: $(VENV)/.dev  ## whole crawls beside bare Scrapy and the plain way: PAGES=FILE LIMIT=N
	@$(BIN)/python -m benchmarks.crawl $(if $(PAGES),"$(PAGES)") $(if $(LIMIT),--limit $(LIMIT))

bench-extract: $(VENV)/.dev  ## what cleaning a page costs beside trafilatura's default: PAGES=FILE LIMIT=N
	@$(BIN)/python -m benchmarks.extraction $(if $(PAGES),"$(PAGES)") $(if $(LIMIT),--limit $(LIMIT))

bench-warc: $(VENV)/.dev  ## a WARC file beside extraction alone, and its memory: PAGES=FILE RECORDS=N
	@$(BIN)/python -m benchmarks.warc $(if $(PAGES),"$(PAGES)") $(if $(RECORDS),--records $(RECORDS))

bench-pages: $(VENV)/.dev  ## what it costs to keep pages, with and without: PAGES=FILE LIMIT=N ROUNDS=N
	@$(BIN)/python -m benchmarks.kept_pages $(if $(PAGES),"$(PAGES)") $(if $(LIMIT),--limit $(LIMIT)) \
	  $(if $(ROUNDS),--rounds $(ROUNDS))

bench-alerts: $(VENV)/.dev  ## from an article in a feed to the message at a webhook, 100 sites: SECONDS=N
	@$(BIN)/python -m benchmarks.latency $(if $(SECONDS),--seconds $(SECONDS))

bench-week: $(VENV)/.dev  ## a week of eight newspapers in simulated time: is an article missed? DAYS=N SEED=N
	@$(BIN)/python -m benchmarks.week $(if $(DAYS),--days $(DAYS)) $(if $(SEED),--seed $(SEED))

bench-sources: $(VENV)/.dev  ## 180 sites, without and with twenty that stall or are dead: ROUNDS=N DELAY=SECONDS
	@$(BIN)/python -m benchmarks.many_sources $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(DELAY),--delay $(DELAY))

bench-retag: $(VENV)/.dev  ## an archive tagged anew while it is searched and written: ARTICLES=N
	@$(BIN)/python -m benchmarks.retag $(if $(ARTICLES),--articles $(ARTICLES))

bench-copies: $(VENV)/.dev  ## are copies joined and strangers not, and what does it cost? PAGES=FILE
	@$(BIN)/python -m benchmarks.copies $(if $(PAGES),"$(PAGES)")

bench-month: $(VENV)/.dev  ## a month of a newsroom in simulated time: is every alert right? MONTHS=N SEED=N
	@$(BIN)/python -m benchmarks.month $(if $(MONTHS),--months $(MONTHS)) $(if $(SEED),--seed $(SEED))

bench-unusual: $(VENV)/.dev  ## are spikes and silences found, and how many that are none? YEARS=N
	@$(BIN)/python -m benchmarks.unusual $(if $(YEARS),--years $(YEARS))

bench-care: $(VENV)/.dev  ## doctor, retention, vacuuming beside a writer: how long does it wait? ARTICLES=N
	@$(BIN)/python -m benchmarks.caring $(if $(ARTICLES),--articles $(ARTICLES))

bench-search: $(VENV)/.dev  ## is any of 10,000 queries slow on 100,000 articles? ARTICLES=N QUERIES=N
	@$(BIN)/python -m benchmarks.searching $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(QUERIES),--queries $(QUERIES))

bench-scale: $(VENV)/.dev  ## an archive that grows to a million articles, and the chart of it: SIZES="N …" ARCHIVE=FILE
	@$(BIN)/python -m benchmarks.scale $(if $(SIZES),--sizes $(SIZES)) $(if $(ARCHIVE),--archive "$(ARCHIVE)") --into docs/scale.json
	@$(BIN)/python docs/scale.py

bench-web: $(VENV)/.dev  ## the pages of the web face over HTTP while a crawl writes: ARTICLES=N ARCHIVE=FILE ROUNDS=N
	@$(BIN)/python -m benchmarks.web $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(ARCHIVE),--archive "$(ARCHIVE)") \
	  $(if $(ROUNDS),--rounds $(ROUNDS))

bench-cluster: $(VENV)/.dev  ## two workers beside one, the archive's intake, what a job takes: PAGES=FILE LIMIT=N ROUNDS=N
	@$(BIN)/python -m benchmarks.cluster $(if $(PAGES),"$(PAGES)") $(if $(LIMIT),--limit $(LIMIT)) \
	  $(if $(ROUNDS),--rounds $(ROUNDS))

bench-rendering: $(VENV)/.dev  ## pages a second and memory, plain beside drawn by a browser: PAGES=N
	@$(BIN)/python -m benchmarks.rendering $(if $(PAGES),--pages $(PAGES))

bench-topics: $(VENV)/.dev  ## 200 topics with 2,000 terms beside a regular expression per rule: SECONDS=N
	@$(BIN)/python -m benchmarks.topics $(if $(SECONDS),--seconds $(SECONDS))

hostile: hostile-gallery hostile-kills  ## whatever a hostile site may send, and what must come of it

hostile-gallery: $(VENV)/.dev  ## every attack by itself, its seconds and memory into docs/hostile.json: ATTACKS="NAME …"
	@$(BIN)/python -m benchmarks.hostile $(ATTACKS)

kill-alerts: $(VENV)/.dev  ## 1,000 alerts to a bad receiver, with ten kill -9: ALERTS=N KILLS=N
	@$(BIN)/python -m benchmarks.outbox_kill $(if $(ALERTS),--alerts $(ALERTS)) $(if $(KILLS),--kills $(KILLS))

cluster-kills: $(VENV)/.dev  ## workers, PostgreSQL and the service die at work: is all archived once? SOURCES=N WORKERS=N
	@$(BIN)/python -m benchmarks.cluster_kill $(if $(SOURCES),--sources $(SOURCES)) $(if $(WORKERS),--workers $(WORKERS))

kill-digests: $(VENV)/.dev  ## kill -9 around the times of digests, again and again: KILLS=N SEED=N
	@$(BIN)/python -m benchmarks.digest_kill $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

kill-backfill: $(VENV)/.dev  ## a backfill beside live jobs, with ten kill -9: is a page fetched twice? ARTICLES=N KILLS=N
	@$(BIN)/python -m benchmarks.backfill_kill $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(KILLS),--kills $(KILLS))

hostile-kills: $(VENV)/.dev  ## kill -9 of crawls, tagging, delivery, backups: is anything lost? KILLS=N SEED=N
	@$(BIN)/python -m benchmarks.kills $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED))

soak: $(VENV)/.dev  ## 300 scheduled runs against the newsroom: does anything grow? RUNS=N
	@$(BIN)/python -m benchmarks.soak $(if $(RUNS),--runs $(RUNS))

soak-writers: $(VENV)/.dev  ## two processes write, others read and tag anew: is anything refused or lost? SECONDS=N
	@$(BIN)/python -m benchmarks.writers $(if $(SECONDS),--seconds $(SECONDS))

soak-backup: $(VENV)/.dev  ## 100 backups while crawls go on all the time: is each whole, and sound? BACKUPS=N
	@$(BIN)/python -m benchmarks.backups $(if $(BACKUPS),--backups $(BACKUPS))

bench-export: $(VENV)/.dev  ## an archive given away in every form: articles a second, memory: ARTICLES=N ARCHIVE=FILE
	@$(BIN)/python -m benchmarks.exporting $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(ARCHIVE),--archive "$(ARCHIVE)")

render: $(VENV)/.render  ## what sources with render = true need besides a Chromium

parquet: $(VENV)/.parquet  ## what "khabar export --format parquet" needs

cluster: $(VENV)/.cluster  ## what "khabar run --queue" and "khabar worker" need besides a PostgreSQL

fuzz: $(VENV)/.fuzz  ## coverage-guided fuzzing of what reads pages, feeds, files and queries: SECONDS=N TARGET=NAME
	@$(BIN)/python -m benchmarks.fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(TARGET)

lock:  ## resolve the dependencies anew into requirements/*.txt
	@$(PYTHON) -m venv --clear .venv-lock && .venv-lock/bin/pip install --quiet uv
	@.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade pyproject.toml requirements/build.in -o requirements/run.txt
	@.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade --extra render pyproject.toml -c requirements/run.txt -o requirements/render.txt
	@.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade --extra parquet pyproject.toml -c requirements/run.txt -o requirements/parquet.txt
	@.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade --extra cluster pyproject.toml -c requirements/run.txt -o requirements/cluster.txt
	@.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade --group dev pyproject.toml requirements/build.in -c requirements/run.txt \
	  -c requirements/render.txt -c requirements/parquet.txt -c requirements/cluster.txt -o requirements/dev.txt
	@.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --upgrade --group fuzz -c requirements/run.txt -c requirements/dev.txt \
	  -o requirements/fuzz.txt
	@rm -rf .venv-lock

clean:  ## remove what was built
	rm -rf $(VENV) .venv-lock build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Khabar needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Building $(VENV) (once; about a minute) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	@PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.fuzz: requirements/fuzz.txt $(VENV)/.dev
	@$(BIN)/pip install --quiet --require-hashes -r requirements/fuzz.txt
	@touch $@

$(VENV)/.render: requirements/render.txt $(VENV)/.run
	@$(BIN)/pip install --quiet --require-hashes -r requirements/render.txt
	@touch $@

$(VENV)/.parquet: requirements/parquet.txt $(VENV)/.run
	@$(BIN)/pip install --quiet --require-hashes -r requirements/parquet.txt
	@touch $@

$(VENV)/.cluster: requirements/cluster.txt $(VENV)/.run
	@$(BIN)/pip install --quiet --require-hashes -r requirements/cluster.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
