# Every part prints its minutes. `make run` and `make test` are all that a newcomer needs.
#
# SELDINGER_TEST_DATA   a folder with data/ and clinical/: tests on outside data run (unset: they are left out and counted)
# SELDINGER_TEST_SIZE   ci (default) or full: how much the laws, kills and simulations do
# SELDINGER_TEST_WHOLE  set by `make test`: a missing program fails the test that needs it instead of leaving it out

.PHONY: run test check long long-rooms long-kills long-peers bench bench-dose demo-data generated
SHELL := /bin/bash

CI    := --profile ci
PURE  := $(addprefix -p ,$(filter $(notdir $(wildcard crates/*)),model knowledge preparation case dose guidance))
RIM   := package(interoperability)

run:
	@scripts/part 'release build' cargo build --release -p seldinger
	@exec "$$(scripts/built release)" serve --demo

test: export SELDINGER_TEST_WHOLE = 1
test:
	@scripts/part begin
	@scripts/part 'what the tests need' scripts/provide
	@scripts/part 'format' cargo fmt --all --check
	@scripts/part 'lints' cargo clippy --workspace --all-targets $(CI) -- -D warnings
	@scripts/part 'packages' scripts/package-count
	@scripts/part 'build of the tests' cargo nextest run --workspace --cargo-profile ci --no-run
	@scripts/part 'tests' scripts/with-postgres cargo nextest run --workspace --cargo-profile ci -E 'not $(RIM)'
	@scripts/left-out
	@scripts/part 'doc tests' cargo test --doc --workspace $(CI) --quiet
	@scripts/part 'generated files' scripts/generated check
	@scripts/part 'interoperability and browser' scripts/with-postgres cargo nextest run --workspace --cargo-profile ci -E '$(RIM)'
	@scripts/left-out
	@scripts/part end

check:
	@scripts/part begin
	@scripts/part 'format' cargo fmt --all --check
	@scripts/part 'lints' cargo clippy --workspace --all-targets $(CI) -- -D warnings
	@scripts/part 'unit tests of the pure rooms' cargo test $(PURE) $(CI) --quiet
	@scripts/part 'packages' scripts/package-count
	@scripts/part end

# Full sizes, by hand, in three pieces that can be run alone: laws with many more cases, the kills (200 on each database and
# 500 of the DICOM door alone; SELDINGER_TEST_KILLS and SELDINGER_TEST_SEED choose others), every other program as a peer.
long: long-rooms long-kills long-peers
long-rooms long-kills long-peers: export SELDINGER_TEST_WHOLE = 1
long-rooms long-kills long-peers: export SELDINGER_TEST_SIZE = full
long-rooms: export PROPTEST_CASES = 4096
LONG := scripts/with-postgres cargo nextest run --profile long --workspace --cargo-profile ci

long-rooms:
	@scripts/part 'what the tests need' scripts/provide
	@scripts/part 'rooms in full size' $(LONG) -E 'not $(RIM)'
	@scripts/left-out

long-kills:
	@scripts/part 'what the tests need' scripts/provide
	@scripts/part 'kills in full size' $(LONG) -E '$(RIM) and test(/^kill::/)' --no-capture
	@scripts/left-out

long-peers:
	@scripts/part 'what the tests need' scripts/provide
	@scripts/part 'peers in full size' $(LONG) -E '$(RIM) and not test(/^kill::/)'
	@scripts/left-out

# One JSON line a figure, on standard output; nothing is asserted.
bench:
	@scripts/part 'release build' cargo build --release -p seldinger -p interoperability --bins
	@scripts/part 'bench' "$$(scripts/built release seldinger-bench)" "$$(scripts/built release)"
	@scripts/part 'build of the preparation bench' cargo build --release -p preparation --example preparation_bench
	@scripts/part 'preparation' scripts/bench-preparation "$$(scripts/built release examples/preparation_bench)"

# Skin dose maps and report import, side by side with other programs where they are installed (docs/reports/2026-11-24-dose-bench.md):
# PEERS=FOLDER with their environments, PEER_SCRIPTS=FOLDER with their scripts.
BENCH_PROFILE ?= release
bench-dose: export SELDINGER_TEST_DATA ?= $(abspath ../shared)
bench-dose: export SELDINGER_BENCH_PEERS = $(abspath $(PEERS))
bench-dose: export SELDINGER_BENCH_PEER_SCRIPTS = $(or $(PEER_SCRIPTS),$(abspath ../shared/bench/peers))
bench-dose:
	@scripts/part 'build' cargo build --profile $(BENCH_PROFILE) -p seldinger
	@scripts/part 'bench of dose' env SELDINGER_PROGRAM="$$(scripts/built $(BENCH_PROFILE))" \
	  cargo bench --profile $(BENCH_PROFILE) -p dicom --bench dose

# Remakes the demonstration's day in ./seldinger-demo, then stops.
demo-data:
	@scripts/part 'release build' cargo build --release -p seldinger -p interoperability --bins
	@scripts/part 'demonstration day' "$$(scripts/built release seldinger-bench)" "$$(scripts/built release)" --demonstration seldinger-demo

generated:
	@scripts/part 'release build' cargo build --profile ci -p seldinger
	@scripts/part 'generated files' scripts/generated write
