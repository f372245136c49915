# "make" lists what there is. The targets are plain commands, to be read and typed by hand as well.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

FUZZTIME ?= 100000x
# As the image is built, and with the commit in it. Nothing of the machine, the folder or the hour gets into a program.
BUILD := CGO_ENABLED=0 go build -trimpath -buildvcs=auto -tags nomsgpack -ldflags "-s -w"
LINT := go tool -modfile="$(CURDIR)/tools/go.mod" golangci-lint

.PHONY: help
help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Running.

.PHONY: demo
demo: ## Run the whole thing on this machine: no bot, no domain, no configuration.
	go run ./cmd/demo

.PHONY: sign
sign: ## Sign a login link, as Telegram would: make sign ARGS="...".
	go run ./cmd/loginlink sign $(ARGS)

.PHONY: migrate
migrate: ## Apply the migrations to the database of the environment.
	go run ./cmd/site migrate

.PHONY: schema
schema: ## Write migrations/schema.sql anew after a change of the migrations.
	go test ./migrations -run TestSchema -update

.PHONY: build
build: ## Build the programs into bin/, as the image does.
	$(BUILD) -o bin/ ./cmd/...

# Testing.

.PHONY: test
test: ## Run all tests.
	go test ./...

.PHONY: race
race: ## Run all tests but those of built programs under the race detector, in a random order.
	go test -race -shuffle=on -count=1 $$(go list ./... | grep -v '/e2e')

.PHONY: fuzz
fuzz: ## Fuzz each target for FUZZTIME (100000x: so many inputs; a time like 30s may fail at its end, go.dev/issue/75804).
	@total=0; \
	for package in $$(go list ./...); do \
		list=$$(go test -list '^Fuzz' $$package) || exit 1; \
		for target in $$(grep '^Fuzz' <<<"$$list"); do \
			echo "$$target in $$package"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s $$package || exit 1; \
			total=$$((total + 1)); \
		done; \
	done; \
	echo "fuzzed $$total targets"; \
	test $$total -gt 0

.PHONY: e2e
e2e: ## Run the browser tests; keep their pictures below artifacts/.
	rm -rf artifacts
	mkdir artifacts
	go test -v -count=1 -artifacts -outputdir="$(CURDIR)/artifacts" ./e2e -gallery "$(CURDIR)/artifacts/gallery"

.PHONY: faults
faults: ## Run the full tier of the fault suite and print its table: make faults ARGS="-seed 7 -run Rolling".
	go test -v -count=1 -timeout 90m ./e2e/faults -full $(ARGS)

.PHONY: gallery
gallery: ## Take pictures of every page in every state: artifacts/gallery/index.html.
	rm -rf artifacts/gallery
	mkdir -p artifacts/gallery
	go test -v -count=1 ./e2e -run Gallery_everyPage -gallery "$(CURDIR)/artifacts/gallery"

.PHONY: bench
bench: ## Measure the built site beside floors and peers: bench/RESULTS.md.
	go run ./bench -out bench/RESULTS.md

.PHONY: microbench
microbench: ## Run Go's benchmarks six times into bench.out and sum them up.
	go test -run '^$$' -bench . -benchmem -count 6 ./... >bench.out
	go tool -modfile=tools/go.mod benchstat bench.out

.PHONY: cover
cover: ## Measure which statements the tests run: cover.out.
	go test -coverpkg ./... -coverprofile cover.out ./...
	go tool cover -func cover.out | tail -n 1

# Checking.

.PHONY: fmt
fmt: ## Format all Go files.
	$(LINT) fmt

.PHONY: fmt-check
fmt-check: ## Show what make fmt would change, and fail if there is anything.
	$(LINT) fmt --diff

.PHONY: lint
lint: ## Run the linters.
	$(LINT) config verify
	$(LINT) run ./...
	cd tools && $(LINT) run ./...

.PHONY: rules
rules: ## Prove that each import rule of .golangci.yml bites.
	cd tools && go test -count=1 ./...

.PHONY: vet
vet: ## Run go vet, also for the other systems that developers work on.
	go vet ./...
	GOOS=darwin go vet ./...
	GOOS=windows go vet ./...
	cd tools && go vet ./...

.PHONY: tidy-check
tidy-check: ## Fail if go.mod or go.sum is not as go mod tidy leaves it, or a module is not what go.sum says.
	go mod tidy -diff
	cd tools && go mod tidy -diff
	go mod verify
	cd tools && go mod verify

# What it is made of: docs/supply-chain.md.

.PHONY: licences
licences: ## Read the licences of all modules, and compare them with docs/licences.md.
	cd tools && go test -count=1 -run 'Licences|Of_' . ./licences

.PHONY: sbom
sbom: ## Write what the site consists of, as CycloneDX: bin/site.cdx.json.
	$(BUILD) -o bin/ ./cmd/site
	cd tools && go run ./sbom ../bin/site >../bin/site.cdx.json

.PHONY: reproducible
reproducible: ## Build the commit twice, in two places and with nothing in common, and compare: takes minutes.
	@work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	for place in one another/place; do \
		git clone --quiet . "$$work/$$place"; \
		(cd "$$work/$$place" && TZ=$${place%%/*} GOCACHE="$$work/cache-$${place%%/*}" $(BUILD) -o bin/ ./cmd/site); \
		sha256sum "$$work/$$place/bin/site"; \
	done; \
	cmp "$$work/one/bin/site" "$$work/another/place/bin/site" && echo "They are the same."

VULNDB ?= https://vuln.go.dev

.PHONY: vuln
vuln: ## Look for known vulnerabilities; needs the database, or a copy: VULNDB=file:///path.
	go tool -modfile=tools/go.mod govulncheck -db $(VULNDB) ./...

.PHONY: verify
verify: ## Run what continuous integration runs, but install nothing: a missing browser is a failure.
	.ci/run --no-install
