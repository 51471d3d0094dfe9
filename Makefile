# Roadshow: build and checks. `make help` lists the targets.
#
# Kore's objects are compiled from the sources that Debian's kore package installs and linked into
# our executable; nothing of Kore lives in this repository. VARIANT picks a flavour of the same
# build: release (default), asan (AddressSanitizer and UBSan over Kore and our code), cov.

CC        = gcc
VARIANT  ?= release
OBJ      ?= build/$(VARIANT)
KORE_SRC ?= $(firstword $(wildcard /usr/share/kore /usr/local/share/kore))
PG_BIN   ?= $(shell pg_config --bindir 2>/dev/null)

# Two builds of one commit give the same bytes: no paths, no dates.
REPRO     = -ffile-prefix-map=$(CURDIR)=. -Wdate-time
VERSION   = 0.1.0
WARN      = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wcast-qual -Wformat=2 -Wundef -Wvla -Werror
HARDEN    = -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
OPT_release = -O2 -g $(HARDEN)
OPT_asan    = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_cov     = -O0 -g --coverage
OPT       = $(OPT_$(VARIANT))
# One short line per step; V=1 shows the commands.
Q         = $(if $(V),,@)
say       = @printf '  %-5s %s\n' $(1) $(2)

INC       = -Isrc -isystem $(shell pg_config --includedir 2>/dev/null) -isystem /usr/include/kore
CPPFLAGS  = -D_GNU_SOURCE -DROADSHOW_VERSION='"$(VERSION)"' $(INC)
CFLAGS    = -std=gnu11 $(OPT) $(WARN) $(REPRO)
LDFLAGS   = $(OPT) -pie -Wl,-z,relro,-z,now -Wl,--as-needed
LIBS      = -lpq -lssl -lcrypto -lyajl -lproj -lqrencode -lpng -lz -lm -ldl
# What mends Kore 4.1 on OpenSSL 3 (src/http/kore_tls.c), gives its own errors a body
# (kore_errors.c), ends its key manager with its parent (kore_keymgr.c), looks at a request's head
# before it does (kore_head.c), and lets the few go before the many (kore_turns.c).
WRAP      = -Wl,--wrap=SSL_CTX_use_PrivateKey,--wrap=EVP_PKEY_get0 \
            -Wl,--wrap=EC_KEY_METHOD_set_sign,--wrap=net_send_queue \
            -Wl,--wrap=kore_worker_privdrop \
            -Wl,--wrap=net_recv_reset,--wrap=net_recv_queue \
            -Wl,--wrap=kore_platform_event_wait

# Pure libraries: no Kore, no libpq. Everything links them.
LIB_SRC   = $(wildcard src/base/*.c src/json/*.c src/crypto/*.c src/routing/*.c) $(wildcard src/draw/*.c)
# The domains' request handling, the HTTP and database layers: the service only.
SRV_SRC   = src/server.c src/domains.c $(wildcard src/media/*.c) $(wildcard src/http/*.c src/db/*.c) \
            $(filter-out $(LIB_SRC),$(wildcard src/auth/*.c src/drops/*.c src/tokens/*.c \
            src/ledger/*.c src/orders/*.c src/picking/*.c src/devices/*.c src/sync/*.c src/mirror/*.c src/privacy/*.c))
# The blocking twin of the database layer, for programs without an event loop.
TOOL_SRC  = $(wildcard src/tool/*.c)
CLI_SRC   = src/cli.c $(wildcard src/cli/*.c) $(TOOL_SRC)
JAN_SRC   = src/janitor.c $(wildcard src/janitor/*.c) $(TOOL_SRC)

objs      = $(patsubst src/%.c,$(OBJ)/%.o,$(1))
LIB_OBJ   = $(call objs,$(LIB_SRC))

.DEFAULT_GOAL := build
.PHONY: install help build check unit asan fuzz bench format format-check tidy clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  VARIANT=release|asan|cov picks the flavour; OBJ=… the build directory."

build: $(OBJ)/roadshowd $(OBJ)/roadshow-janitor $(OBJ)/roadshow ## the three programs, in build/release

check: build ## every test, as script/test runs them
	script/test --no-install

unit: $(patsubst tests/unit/%.c,$(OBJ)/unit/%.ok,$(wildcard tests/unit/test_*.c)) ## unit tests only

asan: ## the three programs and the unit tests under AddressSanitizer and UBSan
	$(MAKE) VARIANT=asan build unit

FUZZ_SECONDS ?= 20
fuzz: $(patsubst tests/fuzz/%.c,build/fuzz/%.ran,$(wildcard tests/fuzz/fuzz_*.c)) ## each parser for FUZZ_SECONDS

bench: build ## measurements against peers in the same run
	script/bench

C_FILES   = $(shell find src tests -name node_modules -prune -o -name '*.[ch]' -print)
format: ## rewrite C files in the house format
	clang-format -i $(C_FILES)
format-check:
	$(Q)clang-format --dry-run --Werror $(C_FILES)

tidy: $(patsubst src/%.c,build/tidy/%.ok,$(shell find src -name '*.c')) ## clang-tidy over src; every finding is an error

PREFIX ?= /usr/local
install: build ## programs, SQL and samples under PREFIX (/usr/local); DESTDIR is honoured
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/roadshow
	install -m 755 $(OBJ)/roadshowd $(OBJ)/roadshow-janitor $(OBJ)/roadshow $(DESTDIR)$(PREFIX)/bin
	rm -rf $(DESTDIR)$(PREFIX)/share/roadshow/sql
	cp -r sql $(DESTDIR)$(PREFIX)/share/roadshow/sql
	install -m 644 conf/kore.conf conf/roadshow.conf.sample conf/disposable-domains.sample $(DESTDIR)$(PREFIX)/share/roadshow

clean: ## remove build/
	rm -rf build

# ---- objects and programs -------------------------------------------------------------------

$(OBJ)/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(OBJ)/http/ops_api.o: docs/openapi.json

$(OBJ)/libroadshow.a: $(LIB_OBJ)
	@rm -f $@
	$(call say,AR,$@)
	$(Q)$(AR) rcsD $@ $^

# Kore's own objects; its Makefile wants to run where its sources are.
$(OBJ)/kore/kore.o: Makefile $(wildcard $(KORE_SRC)/src/*.c)
	@test -n "$(KORE_SRC)" || { echo "kore's sources are missing: apt-get install kore" >&2; exit 1; }
	@rm -rf $(OBJ)/kore && mkdir -p $(OBJ)/kore
	$(call say,KORE,$(KORE_SRC))
	$(Q)$(MAKE) -s -C $(KORE_SRC) objects OBJDIR=$(abspath $(OBJ))/kore \
	    CC="$(CC) -ffile-prefix-map=$(abspath $(OBJ))=." \
	    CFLAGS_EXTRA= NOOPT= $(if $(filter asan,$(VARIANT)),SANITIZE=address$(comma)undefined) > $(OBJ)/kore.log 2>&1 \
	    || { cat $(OBJ)/kore.log >&2; exit 1; }
comma := ,

$(OBJ)/roadshowd: $(call objs,$(SRV_SRC)) $(OBJ)/libroadshow.a $(OBJ)/kore/kore.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -rdynamic $(WRAP) -o $@ $(call objs,$(SRV_SRC)) $(OBJ)/kore/*.o $(OBJ)/libroadshow.a $(LIBS)

$(OBJ)/roadshow-janitor: $(call objs,$(JAN_SRC)) $(OBJ)/libroadshow.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(OBJ)/roadshow: $(call objs,$(CLI_SRC)) $(OBJ)/libroadshow.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcurl

# One file at a time: with several, clang-analyzer-valist reports every va_start() as missing.
build/tidy/%.ok: src/%.c .clang-tidy $(shell find src -name '*.h')
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)clang-tidy --quiet $< -- -std=gnu11 $(CPPFLAGS) > $@.log 2>&1 || { cat $@.log; exit 1; }
	@touch $@

# ---- tests ----------------------------------------------------------------------------------

# A unit test includes the .c under test when it wants its statics; the archive gives the rest.
$(OBJ)/unit/%: tests/unit/%.c $(OBJ)/libroadshow.a
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(filter-out -Wmissing-prototypes,$(CFLAGS)) -Itests/unit -MMD -MP -o $@ $< $(LDFLAGS) $(OBJ)/libroadshow.a -lcmocka $(LIBS)
$(OBJ)/unit/%.ok: $(OBJ)/unit/%
	@echo "unit: $*"
	@$<
	@touch $@

# Load generators of the benches: programs of one file that link nothing of ours.
build/bench/%: tests/bench/lib/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -D_GNU_SOURCE -std=gnu11 -O2 $(WARN) -o $@ $<

# A program of script/bench: no part of what is installed.
$(OBJ)/bench/%: tests/bench/lib/%.c $(OBJ)/libroadshow.a
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(LDFLAGS) $(OBJ)/libroadshow.a $(LIBS)

# Fuzz targets need clang; the libraries are compiled once for all of them.
FUZZ_FLAGS = -std=gnu11 -g -O1 -fno-omit-frame-pointer $(CPPFLAGS) -MMD -MP
FUZZ_OBJ   = $(patsubst src/%.c,build/fuzz/obj/%.o,$(LIB_SRC))
build/fuzz/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CLANG,$<)
	$(Q)clang -fsanitize=fuzzer-no-link,address,undefined $(FUZZ_FLAGS) -c -o $@ $<
build/fuzz/%: tests/fuzz/%.c $(FUZZ_OBJ)
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(Q)clang -fsanitize=fuzzer,address,undefined $(FUZZ_FLAGS) -o $@ $< $(FUZZ_OBJ) $(LIBS)
build/fuzz/%.ran: build/fuzz/% FORCE
	@mkdir -p build/fuzz/corpus/$*
	@echo "fuzz: $* for $(FUZZ_SECONDS) s"
	@$< -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
	    -artifact_prefix=build/fuzz/$*- build/fuzz/corpus/$* $(wildcard tests/fuzz/corpus/$*) > build/fuzz/$*.log 2>&1 \
	    || { tail -40 build/fuzz/$*.log; exit 1; }
.PHONY: FORCE
FORCE:
.PRECIOUS: $(OBJ)/unit/% build/fuzz/% build/fuzz/obj/%.o

-include $(shell find build -name '*.d' 2>/dev/null)
