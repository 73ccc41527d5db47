# SPDX-License-Identifier: GPL-3.0-or-later
# Bluezone for Linux. `make help` says what there is.

PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc
SWIFT ?= swift

bindir = $(PREFIX)/bin
libexecdir = $(PREFIX)/libexec
unitdir = $(PREFIX)/lib/systemd/system
sysusersdir = $(PREFIX)/lib/sysusers.d
tmpfilesdir = $(PREFIX)/lib/tmpfiles.d
catalogdir = $(PREFIX)/lib/systemd/catalog
mandir = $(PREFIX)/share/man
docdir = $(PREFIX)/share/doc/bluezone
completiondir = $(PREFIX)/share/bash-completion/completions
# The bus reads policies below /usr and below /etc, and nowhere else.
policydir = $(if $(filter /usr,$(PREFIX)),/usr/share,$(SYSCONFDIR))/dbus-1/system.d

# What the build needs beside Swift, what the tests need on top, what lint needs on top.
BUILD_PACKAGES = git pkg-config libdbus-1-dev libbluetooth-dev libzip-dev libinih-dev libsystemd-dev \
	libcurl4-openssl-dev libssl-dev
TEST_PACKAGES = dbus gcc libc6-dev openssl python3
# What the health authority's server needs of these and on top, and its tests.
AUTHORITY_PACKAGES = git pkg-config libpq-dev libzip-dev libssl-dev libsqlite3-dev
AUTHORITY_BENCH_PACKAGES = wrk curl unzip sqlite3 python3-cryptography
AUTHORITY_TEST_PACKAGES = postgresql sqlite3 libfaketime util-linux python3-prometheus-client chromium chromium-driver \
	poppler-utils fonts-noto-core $(TEST_PACKAGES)
LINT_PACKAGES = python3 systemd shellcheck groff-base libxml2-utils

RELEASE = -c release --static-swift-stdlib --disable-local-rpath -Xlinker -z -Xlinker now -Xlinker -s
BUILT = .build/release
AUTHORITY = Authority/.build/release/bluezone-authority
PROGRAMS = $(BUILT)/bluezoned $(BUILT)/bluezonectl $(BUILT)/bluezone-sync
UNITS = bluezoned.service bluezone-sync.service bluezone-sync.timer bluezone-publish.socket bluezone-publish@.service \
	bluezone-publish.service bluezone-publish.timer bluezone-gate.service
STAGE = $(CURDIR)/.build/stage
TRIXIE_SUBJECTS = adverts comeback rotations exposed
# The virtual machine's image is made as root.
AS_ROOT = $(if $(filter 0,$(shell id -u)),,sudo)
# BUMBLE=skip leaves out what needs PyPI.
GUEST_RUN = $(AS_ROOT) env STAGE='$(STAGE)' BUMBLE='$(BUMBLE)' Tests/Guest/run

.DEFAULT_GOAL = build
.PHONY: help deps deps-build deps-lint deps-authority build demo test test-swift test-shim stage bumble test-bluez test-bluez-brief \
	soak fuzz bench authority test-authority bench-authority lint install uninstall install-authority uninstall-authority clean

help:
	@echo 'make demo        devices on a simulated air and the health authority: from F0 to F2 in two minutes'
	@echo 'make test        every test, also on the real BlueZ in a virtual machine'
	@echo 'make soak        a thousand rotations and a day of slots with troubles, in the virtual machine; hours'
	@echo 'make test-bluez  the virtual machine alone: every subject on every kind of controller'
	@echo 'make fuzz        look for inputs that break something, FUZZ_SECONDS=60 for each target; Tests/Fuzz/README.md'
	@echo 'make bench       matcher, journal, memory, wake-ups, start, status: the figures of docs/performance.md'
	@echo 'make build       the three programs, optimised'
	@echo 'make install     to PREFIX ($(PREFIX)), below DESTDIR; uninstall takes it away and leaves data and settings'
	@echo 'make authority   the health authority'\''s server, optimised; docs/authority.md. test-authority, install-authority'
	@echo 'make bench-authority  publishes, exports and lists of that server, beside nginx; docs/authority.md'
	@echo 'make lint        formatting, rules of the house, units, policy, manual pages, scripts'
	@echo 'make deps        Debian packages that are missing (the targets above see to it themselves)'
	@echo 'make clean       what was built'

deps:
	@scripts/deps $(BUILD_PACKAGES) $(TEST_PACKAGES) $(AUTHORITY_PACKAGES) $(AUTHORITY_TEST_PACKAGES)

deps-build:
	@scripts/deps $(BUILD_PACKAGES)

deps-authority:
	@scripts/deps $(AUTHORITY_PACKAGES)

deps-lint:
	@scripts/deps $(LINT_PACKAGES)

build: deps-build
	$(SWIFT) build $(RELEASE)

# Builds the health authority's server too, which takes minutes the first time.
demo: deps build authority
	Demo/run

test: deps
	@SWIFT='$(SWIFT)' MAKE='$(MAKE)' scripts/run-tests

# The parts of `make test`, one by one.
test-swift: deps
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --no-parallel

test-shim: deps
	Tests/CBlueZ/run

stage: deps build
	rm -rf '$(STAGE)'
	@$(MAKE) --no-print-directory install DESTDIR='$(STAGE)' PREFIX=/usr

# `run` by itself leaves out what it has no Bumble for; here that would be green without having been tried.
bumble:
ifeq ($(BUMBLE),skip)
	@echo 'make: BUMBLE=skip: the subjects interop and handover are left out'
else
	@$(AS_ROOT) Tests/Guest/fetch_bumble >/dev/null || { echo 'make: the subjects interop and handover need Bumble from PyPI;' \
		'without a network say BUMBLE=skip to leave them out' >&2; exit 1; }
endif

# Debian 12's BlueZ and kernel; on Debian 13's what depends on them. All of it, on every kind of controller.
test-bluez: bumble stage
	$(GUEST_RUN)
	$(GUEST_RUN) --suite trixie $(addprefix --only ,$(TRIXIE_SUBJECTS))

# The same for `make test`: on one kind of controller what the other would show as well, and without the longest waits.
test-bluez-brief: bumble stage
	$(GUEST_RUN) --brief
	$(GUEST_RUN) --suite trixie --brief $(addprefix --only ,$(TRIXIE_SUBJECTS))

# A day of slots and a thousand rotations: hours, so not in `make test`, which makes a few of each.
soak: bumble stage
	$(GUEST_RUN) --only rotations --rotations 1000 --only soak --slots 96
	$(GUEST_RUN) --suite trixie

# Not in `make test`, which replays what was found: a run ends when its time is over, not when all was tried.
fuzz: deps
	@SWIFT='$(SWIFT)' FUZZ_SECONDS='$(or $(FUZZ_SECONDS),60)' Tests/Fuzz/run

# Figures, not tests: docs/performance.md says what they mean. All run even if one misses a figure.
bench: deps build
	rm -rf '$(STAGE)'
	@$(MAKE) --no-print-directory install DESTDIR='$(STAGE)' PREFIX=/usr
	@status=0; BLUEZONE_BUILD='$(CURDIR)/$(BUILT)' Benchmarks/engine --write || status=1; \
		BLUEZONE_BUILD='$(CURDIR)/$(BUILT)' Benchmarks/start || status=1; \
		BLUEZONE_BUILD='$(CURDIR)/$(BUILT)' Benchmarks/listening --only native || status=1; \
		$(AS_ROOT) Benchmarks/wakeups --stage '$(STAGE)' || status=1; exit $$status

authority: deps-authority
	$(SWIFT) build --package-path Authority $(RELEASE) --product bluezone-authority

# Its own tests, and the real server with this package's bluezone-sync and bluezonectl.
test-authority: deps
	$(SWIFT) build --package-path Authority --build-tests
	$(SWIFT) test --package-path Authority --skip-build --no-parallel
	SWIFT='$(SWIFT)' Authority/Tests/Live/run -v

# Figures, not tests: docs/authority.md says what they mean.
bench-authority: authority
	@scripts/deps $(AUTHORITY_BENCH_PACKAGES)
	Benchmarks/authority/run

lint: deps-lint
	@SWIFT='$(SWIFT)' scripts/lint

# Installing builds only what is not there: `sudo make install` after `make build` needs no Swift.
$(PROGRAMS):
	@$(MAKE) --no-print-directory build

install: $(PROGRAMS)
	install -d '$(DESTDIR)$(bindir)' '$(DESTDIR)$(libexecdir)' '$(DESTDIR)$(unitdir)' '$(DESTDIR)$(sysusersdir)' \
		'$(DESTDIR)$(tmpfilesdir)' '$(DESTDIR)$(catalogdir)' '$(DESTDIR)$(policydir)' '$(DESTDIR)$(docdir)' \
		'$(DESTDIR)$(completiondir)' '$(DESTDIR)$(SYSCONFDIR)/bluezone/bluezone.conf.d' \
		'$(DESTDIR)$(SYSCONFDIR)/bluezone/keys.d' $(foreach n,1 5 7 8,'$(DESTDIR)$(mandir)/man$(n)')
	install -m 755 $(BUILT)/bluezonectl '$(DESTDIR)$(bindir)/'
	install -m 755 $(BUILT)/bluezoned $(BUILT)/bluezone-sync '$(DESTDIR)$(libexecdir)/'
	@for unit in $(UNITS); do \
		echo "sed systemd/$$unit"; \
		sed 's|/usr/libexec/|$(libexecdir)/|; s|/usr/bin/|$(bindir)/|' systemd/$$unit >'$(DESTDIR)$(unitdir)/'$$unit || exit 1; \
		chmod 644 '$(DESTDIR)$(unitdir)/'$$unit; \
	done
	install -m 644 systemd/sysusers.d/bluezone.conf '$(DESTDIR)$(sysusersdir)/'
	install -m 644 systemd/tmpfiles.d/bluezone.conf '$(DESTDIR)$(tmpfilesdir)/'
	install -m 644 config/bluezone.catalog config/bluezone.vi.catalog '$(DESTDIR)$(catalogdir)/'
	install -m 644 config/org.bluezone1.conf '$(DESTDIR)$(policydir)/'
	@# The owner's configuration is never overwritten.
	test -e '$(DESTDIR)$(SYSCONFDIR)/bluezone/bluezone.conf' \
		|| install -m 644 config/bluezone.conf '$(DESTDIR)$(SYSCONFDIR)/bluezone/'
	install -d '$(DESTDIR)$(PREFIX)/lib/bluezone'
	install -m 644 config/adapters.toml '$(DESTDIR)$(PREFIX)/lib/bluezone/'
	install -m 644 config/keys.d/README '$(DESTDIR)$(SYSCONFDIR)/bluezone/keys.d/'
	install -m 644 README.md LICENSE $(wildcard docs/*.md) config/bluezone.conf $(wildcard systemd/examples/*.conf) '$(DESTDIR)$(docdir)/'
	@for page in docs/man/*.[1578]; do \
		echo "install $$page"; install -m 644 "$$page" "$(DESTDIR)$(mandir)/man$${page##*.}/" || exit 1; \
	done
	@$(BUILT)/bluezonectl --generate-completion-script bash >'$(DESTDIR)$(completiondir)/bluezonectl' 2>/dev/null \
		&& echo 'bash completion for bluezonectl' || rm -f '$(DESTDIR)$(completiondir)/bluezonectl'
	@DESTDIR='$(DESTDIR)' scripts/after-install

uninstall:
	@DESTDIR='$(DESTDIR)' scripts/before-uninstall
	rm -f '$(DESTDIR)$(bindir)/bluezonectl' '$(DESTDIR)$(libexecdir)/bluezoned' '$(DESTDIR)$(libexecdir)/bluezone-sync' \
		$(foreach unit,$(UNITS),'$(DESTDIR)$(unitdir)/$(unit)') \
		'$(DESTDIR)$(sysusersdir)/bluezone.conf' \
		'$(DESTDIR)$(tmpfilesdir)/bluezone.conf' '$(DESTDIR)$(catalogdir)/bluezone.catalog' \
		'$(DESTDIR)$(catalogdir)/bluezone.vi.catalog' '$(DESTDIR)$(policydir)/org.bluezone1.conf' \
		'$(DESTDIR)$(SYSCONFDIR)/bluezone/keys.d/README' '$(DESTDIR)$(completiondir)/bluezonectl' \
		'$(DESTDIR)$(PREFIX)/lib/bluezone/adapters.toml' \
		$(foreach page,$(wildcard docs/man/*.[1578]),'$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page))')
	rm -rf '$(DESTDIR)$(docdir)'
	@echo 'Left in place: $(SYSCONFDIR)/bluezone (settings), /var/lib/bluezone, /var/lib/bluezone-sync and /var/lib/bluezone-gate (data).'

# On the authority's machine, which need not be anybody's device.
$(AUTHORITY):
	@$(MAKE) --no-print-directory authority

install-authority: $(AUTHORITY)
	install -d '$(DESTDIR)$(bindir)' '$(DESTDIR)$(unitdir)' '$(DESTDIR)$(sysusersdir)' '$(DESTDIR)$(tmpfilesdir)' '$(DESTDIR)$(docdir)'
	install -m 755 $(AUTHORITY) '$(DESTDIR)$(bindir)/'
	sed 's|/usr/bin/|$(bindir)/|; s|/usr/share/doc/bluezone|$(docdir)|' systemd/bluezone-authority.service >'$(DESTDIR)$(unitdir)/bluezone-authority.service'
	chmod 644 '$(DESTDIR)$(unitdir)/bluezone-authority.service'
	install -m 644 systemd/sysusers.d/bluezone-authority.conf '$(DESTDIR)$(sysusersdir)/'
	install -m 644 systemd/tmpfiles.d/bluezone-authority.conf '$(DESTDIR)$(tmpfilesdir)/'
	install -m 644 LICENSE docs/authority.md docs/console.md docs/case-export-format.md config/provinces.csv '$(DESTDIR)$(docdir)/'
	install -D -m 644 docs/vi/console.md '$(DESTDIR)$(docdir)/vi/console.md'
	@DESTDIR='$(DESTDIR)' scripts/after-install authority

uninstall-authority:
	@[ -n '$(DESTDIR)' ] || [ ! -d /run/systemd/system ] || systemctl disable --now bluezone-authority.service
	rm -f '$(DESTDIR)$(bindir)/bluezone-authority' '$(DESTDIR)$(unitdir)/bluezone-authority.service' \
		'$(DESTDIR)$(sysusersdir)/bluezone-authority.conf' '$(DESTDIR)$(tmpfilesdir)/bluezone-authority.conf' \
		$(foreach name,authority.md console.md vi/console.md provinces.csv,'$(DESTDIR)$(docdir)/$(name)')
	@echo 'Left in place: /var/lib/bluezone-authority (keys, store, exports).'

clean:
	rm -rf .build .build-fuzz Authority/.build
