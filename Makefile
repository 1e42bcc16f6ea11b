# make ci is what a change has to pass; the rest are its parts, and what it has
# no time for.

GO ?= go
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.7.0
FUZZTIME ?= 30s
COUNT ?= 6

.PHONY: all test race vet lint bench fuzz cover ci

all: vet test

test:
	$(GO) test ./...

race:
	CGO_ENABLED=1 $(GO) test -race ./...

vet:
	$(GO) vet ./...
	GOOS=darwin CGO_ENABLED=0 $(GO) vet ./...
	GOOS=windows CGO_ENABLED=0 $(GO) vet ./...

# golangci-lint adds to staticcheck what .golangci.yml names, where it is there.
lint:
	$(GO) run $(STATICCHECK) ./...
	if command -v golangci-lint >/dev/null; then golangci-lint run ./...; fi

# The benchmarks of the module, then those against other libraries.
bench:
	$(GO) test -run '^$$' -bench . -benchmem -count $(COUNT) ./...
	cd internal/rivals && $(GO) test -run '^$$' -bench . -benchmem -count $(COUNT) ./...

# Every fuzz target, one after the other, FUZZTIME each.
fuzz:
	@set -e; for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

cover:
	$(GO) test -coverpkg=./... -coverprofile=cover.out ./...
	$(GO) tool cover -func=cover.out | tail -n 1

ci:
	bash .ci/run
