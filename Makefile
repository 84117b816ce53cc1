# warroom: `make run` starts it, `make test` checks it, `make help` lists the rest.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# An account without a home directory keeps its caches, and its data, below .cache.
ifneq ($(shell [ -n "$(HOME)" ] && mkdir -p "$(HOME)" 2>/dev/null && [ -w "$(HOME)" ] && echo yes),yes)
export HOME := $(CURDIR)/.cache/home
export GOPATH ?= $(CURDIR)/.cache/go
export GOCACHE ?= $(CURDIR)/.cache/go-build
endif

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
ARGS    ?=

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: need-go
need-go:
	@command -v go >/dev/null 2>&1 || { echo "warroom needs Go 1.26 or newer: https://go.dev/dl/" >&2; exit 1; }
	@mkdir -p "$(HOME)"

.PHONY: build
build: need-go ## the static binary, bin/warroom
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/warroom ./cmd/warroom

.PHONY: run
run: build ## console and ssh server with a terminal, ssh server without; ARGS=--demo fills it with examples
	@if [ -t 0 ] && [ -t 1 ]; then exec bin/warroom host --first-key $(ARGS); else exec bin/warroom serve --first-key $(ARGS); fi

# The race detector looks at Go, not at SQLite and its C library, which are translated
# from C and lock for themselves: with them the tests take twice the time. And without
# GORACE each program that a test starts would sleep a second at its end.
UNRACED := -race=false -d=checkptr=0
RACE    := env CGO_ENABLED=1 GORACE=atexit_sleep_ms=10 go test -race '-gcflags=modernc.org/sqlite/lib=$(UNRACED)' '-gcflags=modernc.org/libc/...=$(UNRACED)'

.PHONY: test
test: need-go check-fmt ## format, vet, and all tests with the race detector, on SQLite and on PostgreSQL
	go vet ./...
	CGO_ENABLED=0 go build -buildvcs=false -trimpath -o bin/warroom ./cmd/warroom
	@.ci/with-postgres $(if $(shell command -v gcc 2>/dev/null),$(RACE),go test) -timeout 9m ./...

.PHONY: check-fmt
check-fmt:
	@bad=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go' 2>/dev/null || find . -name '*.go')); \
	if [ -n "$$bad" ]; then echo "not formatted, run make fmt:" >&2; echo "$$bad" >&2; exit 1; fi

# FLOOR names a folder of programs to compare with; docs/performance.md tells of them.
.PHONY: bench
bench: build ## measure over ssh, and the commits; FLOOR=DIR compares, ARGS="-large" adds the large sizes
	go build -o bin/bench ./cmd/bench
	@.ci/with-postgres bin/bench $(if $(FLOOR),-floor $(FLOOR)) $(ARGS)

.PHONY: lint
lint: need-go check-fmt ## go vet, and staticcheck where it is installed
	go vet ./...
	@if command -v staticcheck >/dev/null 2>&1; then staticcheck ./...; else echo "staticcheck is not installed; skipped"; fi

.PHONY: fmt
fmt: need-go ## format every Go file
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')
