# Dinolab. `make run` and `make test` install what they need and do the rest; `make help` lists the targets.
#
# VARIANT=asan|ubsan|tsan builds into build/VARIANT with that sanitizer; everything else is shared in build/.

PORT     ?= 8080
DATA_DIR ?= data
BOTS     ?= 0
VARIANT  ?=

MAKEFLAGS += --no-print-directory --jobs=$(shell nproc)
# V=1 shows whole commands instead of one short line each.
Q        := $(if $(V),,@)

OUT      := build$(if $(VARIANT),/$(VARIANT))
CC       ?= gcc
PACKAGES := libmicrohttpd sqlite3 libcjson libsodium openblas libcurl libwebp libjpeg libpng libzip zlib

CPPFLAGS := -Iserver -D_GNU_SOURCE
CFLAGS   := -std=c17 -O2 -g -fno-omit-frame-pointer -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Wswitch-enum -Werror
LDLIBS    = $(shell pkg-config --libs $(PACKAGES)) -llapacke -lpthread -lm
SANITIZE_asan  := -fsanitize=address,leak
SANITIZE_ubsan := -fsanitize=undefined -fno-sanitize-recover=all
SANITIZE_tsan  := -fsanitize=thread
CFLAGS   += $(SANITIZE_$(VARIANT))
LDFLAGS  += $(SANITIZE_$(VARIANT))

SOURCES  := $(sort $(wildcard server/*.c server/*/*.c))
OBJECTS  := $(SOURCES:server/%.c=$(OUT)/server/%.o)
EMBEDDED := $(foreach table,sql web documents,$(OUT)/embedded/$(table).o $(OUT)/embedded/$(table)_data.o)
LIBRARY  := $(filter-out $(OUT)/server/main.o,$(OBJECTS)) $(EMBEDDED)
UNITS    := $(sort $(wildcard tests/unit/*/test_*.c))
UNIT_PROGRAMS := $(UNITS:tests/%.c=$(OUT)/tests/%)

WEB_SOURCES := $(sort $(shell find web -path web/node_modules -prune -o -path web/.test-build -prune -o -type f -print))
TEST_SOURCES := $(sort $(wildcard tests/http/*.ts tests/browser/*.ts tests/long/*.ts tests/bench/*.ts tests/*/support/*.ts) $(WEB_SOURCES))

.PHONY: help run test build web demo unit web-test http-test browser-test test-long check check-source check-format check-c check-web \
        asan ubsan tsan sanitized fuzz bench-models bench-tables bench-group bench-live bench-export model-reference clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# --- what must be installed -----------------------------------------------------------------------------------------------

build/.dependencies-run: deploy/dependencies.sh
	@deploy/dependencies.sh run
	@mkdir -p build && touch $@

build/.dependencies-test: deploy/dependencies.sh build/.dependencies-run
	@deploy/dependencies.sh test
	@touch $@

build/.web-packages: web/package.json web/package-lock.json build/.dependencies-run
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# --- the program ----------------------------------------------------------------------------------------------------------

build: $(OUT)/dinolab ## the server, with its pages, as one file: build/dinolab

$(OUT)/dinolab: $(OUT)/server/main.o $(LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(OUT)/server/%.o: server/%.c | build/.dependencies-run build/.source-checked
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# OpenBLAS keeps its headers apart.
$(OUT)/server/model/%.o: CPPFLAGS += $(shell pkg-config --cflags openblas)
$(OUT)/server/model/%.o: CFLAGS += -O3

$(OUT)/embedded/sql.c: $(wildcard schema/sql/*.sql) deploy/embed.sh
	$(Q)deploy/embed.sh SQL schema/sql $(OUT)/embedded/sql
$(OUT)/embedded/web.c: build/.web deploy/embed.sh
	$(Q)deploy/embed.sh WEB build/web $(OUT)/embedded/web
$(OUT)/embedded/documents.c: $(wildcard schema/documents/*.md) deploy/embed.sh
	$(Q)deploy/embed.sh DOCUMENTS schema/documents $(OUT)/embedded/documents
$(OUT)/embedded/%_data.S: $(OUT)/embedded/%.c ;
$(OUT)/embedded/%_data.o: $(OUT)/embedded/%_data.S $(OUT)/embedded/%.c
	$(Q)$(CC) -c -o $@ $<
$(OUT)/embedded/%.o: $(OUT)/embedded/%.c
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

web: build/.web ## the pages: build/web
build/.web: $(WEB_SOURCES) build/.web-packages
	cd web && node build.mjs
	@touch $@

demo: build/demo/demo.json ## the embedded default: build/demo
build/demo/demo.json: build/dinolab $(wildcard deploy/demo/*) build/.web-packages
	@mkdir -p build/demo
	cp deploy/demo/category-demo.json deploy/demo/reward-demo.json build/demo/
	build/dinolab demo-material --pictures web/node_modules/@lobehub/fluent-emoji-3d/assets \
	    --keywords web/node_modules/emojilib/dist/emoji-en-US.json --ratings deploy/demo/ratings.csv --out build/demo

run: build/demo/demo.json ## build and serve the two demo studies; PORT=8080 DATA_DIR=data BOTS=0
	@deploy/run.sh "$(DATA_DIR)" "$(PORT)" "$(BOTS)"

# --- tests ----------------------------------------------------------------------------------------------------------------

test: build/.dependencies-test ## everything, in order; ends with "N passed, N failed"
	@tests/run.sh

unit: $(UNIT_PROGRAMS) ## the C unit tests only
	@tests/run.sh unit
$(OUT)/tests/%: tests/%.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(shell pkg-config --cflags openblas) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LIBRARY) $(LDLIBS) -lcmocka

build/.test-programs: $(TEST_SOURCES) build/.web-packages web/build.mjs
	cd web && node build.mjs --tests
	@touch $@

web-test: build/.test-programs ## unit tests of the pages' code
	@tests/run.sh web
http-test: build/.test-programs build/demo/demo.json $(OUT)/dinolab ## black-box tests over HTTP
	@tests/run.sh http
browser-test: build/.test-programs build/demo/demo.json $(OUT)/dinolab ## both tasks played in Chromium
	@tests/run.sh browser

test-long: build/.test-programs build/demo/demo.json $(OUT)/dinolab ## what takes minutes: recovery of every model of the demo
	@tests/run.sh long

asan: ## unit and HTTP tests under AddressSanitizer; also ubsan, tsan
asan ubsan tsan:
	@$(MAKE) --no-print-directory VARIANT=$@ sanitized
sanitized: $(UNIT_PROGRAMS) $(OUT)/dinolab build/.test-programs build/demo/demo.json
	@VARIANT=$(VARIANT) tests/run.sh unit http

# --- benchmarks ------------------------------------------------------------------------------------------------------------

build/.dependencies-reference: deploy/dependencies.sh build/.dependencies-test
	@deploy/dependencies.sh reference
	@touch $@
build/bench/models build/bench/tables: build/bench/%: tests/bench/%.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(shell pkg-config --cflags openblas) $(CFLAGS) -MMD -MP -o $@ $< $(LIBRARY) $(LDLIBS)
# Debian's own python, for which the packages are.
bench-models: build/.dependencies-reference build/bench/models ## the models beside scikit-learn, liblinear and lme4 in one run
	@/usr/bin/python3 tests/bench/models.py build/bench/models

bench-tables: build/bench/tables ## the value tables of a reward condition on 86 representations, on one core
	@build/bench/tables build/bench/matrices
build/bench/group: tests/bench/group.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(LIBRARY) $(LDLIBS)
bench-group: build/bench/group ## the group numbers of 86 models: 100 and 1,000 people, one JSON line per piece
	@for people in 100 1000; do folder=$$(mktemp -d) && build/bench/group $$folder $$people; rm -r $$folder; done
bench-live: build/.test-programs build/demo/demo.json $(OUT)/dinolab ## thousands of people, 86 representations, open dashboards; BENCH_LIVE="--people 1000 ..."
	@DINOLAB=$(OUT)/dinolab node web/.test-build/tests/bench/live.mjs $(BENCH_LIVE)

bench-export: build/.dependencies-test build/demo/demo.json $(OUT)/dinolab ## a million trials as CSV beside the sqlite3 shell, in one run
	@python3 tests/bench/export.py $(OUT)/dinolab build/demo $(BENCH_EXPORT_ROUNDS)

model-reference: build/.dependencies-reference ## expected values of other programs again; git diff tells
	@tests/model_reference/all.sh

# --- fuzzing: clang's libFuzzer with the address and undefined-behaviour sanitizers ------------------------------------------

FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?= $(shell sed -n 's/^    ROW(\([a-z_]*\)).*/\1/p' tests/fuzz/targets.h)
FUZZ_SOURCES := $(wildcard server/base/*.c server/json/*.c server/model/*.c server/fit/*.c)

fuzz: build/.dependencies-fuzz build/tests/unit/fuzz/test_fuzz_inputs $(FUZZ_TARGETS:%=build/fuzz/fuzz_%) ## parsers of files, FUZZ_SECONDS=600 each; FUZZ_TARGETS="npy ..."
	@tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)
build/.dependencies-fuzz: deploy/dependencies.sh build/.dependencies-test
	@deploy/dependencies.sh fuzz
	@touch $@
# clang does not know all of gcc's target attributes; it leaves them out.
FUZZ_FLAGS := -std=c17 -O1 -g -Wno-ignored-attributes -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
build/fuzz/server/%.o: server/%.c | build/.dependencies-fuzz
	@mkdir -p $(@D)
	@echo "  CLANG $<"
	$(Q)clang $(CPPFLAGS) $(shell pkg-config --cflags openblas) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
build/fuzz/fuzz_%: tests/fuzz/fuzz.c tests/fuzz/targets.h $(FUZZ_SOURCES:server/%.c=build/fuzz/server/%.o)
	@echo "  FUZZ  $*"
	$(Q)clang $(CPPFLAGS) $(FUZZ_FLAGS) -DFUZZ_TARGET=fuzz_$* -o $@ tests/fuzz/fuzz.c $(filter %.o,$^) $(LDLIBS)

# --- checks of the text ----------------------------------------------------------------------------------------------------

check: check-source check-format check-c check-web ## formats, linters, include order: under a minute

check-source: ; @tests/check_source.sh
build/.source-checked: $(wildcard server/*.[ch] server/*/*.[ch]) tests/check_source.sh
	@tests/check_source.sh
	@mkdir -p build && touch $@
check-format: build/.dependencies-test
	@clang-format --dry-run --Werror $(wildcard server/*.[ch] server/*/*.[ch] tests/unit/*/*.[ch] tests/fuzz/*.[ch] tests/bench/*.[ch])
check-c: build/.dependencies-test
	@cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -j2 -Iserver $(SOURCES)
check-web: build/.dependencies-test build/.web-packages
	cd web && npx tsc --noEmit
	web/node_modules/.bin/eslint --config web/eslint.config.mjs --max-warnings 0 web/wire web/task web/dashboard web/test tests

clean: ## remove what was built; the data folder stays
	rm -rf build web/.test-build

-include $(OBJECTS:.o=.d) $(UNIT_PROGRAMS:=.d) build/bench/models.d build/bench/tables.d build/bench/group.d $(FUZZ_SOURCES:server/%.c=build/fuzz/server/%.d)
