# Two commands: `make demo` runs the main job, `make test` passes the tests. Each installs what is missing itself.
PROFILE := --release
CARGO ?= cargo
DEMO ?= demo

.PHONY: demo test lint suite long browser bench bench-short setup clean-demo

# All targets, so that features unify as in `make test` and nothing heavy is built twice.
demo:
	@scripts/setup build
	$(CARGO) build $(PROFILE) --workspace --all-targets --locked
	@"$$($(CARGO) metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/tithing" demo --out $(DEMO)

test: setup
	@scripts/phase lint $(MAKE) --no-print-directory lint
	@scripts/phase suite $(MAKE) --no-print-directory suite
	@scripts/phase browser $(MAKE) --no-print-directory browser

setup:
	@scripts/setup test

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(PROFILE) --workspace --all-targets --locked -- -D warnings

suite:
	$(CARGO) test $(PROFILE) --workspace --locked

# What takes longer, and needs LibreOffice: its own reading of the spreadsheets.
long:
	$(CARGO) test $(PROFILE) --workspace --locked --test suite -- --ignored

# Pages in a real browser. SKIP_BROWSER=1 leaves them out, and says so.
browser:
	@scripts/browser

bench:
	$(CARGO) bench --workspace --locked

bench-short:
	TITHING_BENCH=short $(CARGO) bench --workspace --locked

clean-demo:
	rm -rf $(DEMO)
