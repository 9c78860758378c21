.DEFAULT_GOAL := help
GO       ?= go
DEVSTACK := $(GO) run ./cmd/devstack
LINT     := $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.5.0

.PHONY: help build check test integration edge demo bench evaluate fuzz lint rules quality servers pgo

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/tokenwarden, a static binary
	CGO_ENABLED=0 GOWORK=off $(GO) build -trimpath -o bin/tokenwarden ./cmd/tokenwarden

check: lint rules ## the inner loop, without servers: gofmt, vet, linter, rule tests, unit tests; under a minute once compiled
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./... ./cmd/devstack/... ./internal/kafkatest
	env -u CI -u KAFKA_BROKERS -u CLICKHOUSE_ADDR $(GO) test -short -pgo=off ./... ./internal/kafkatest

test: ## unit, rule, fuzz-seed and end-to-end tests with the race detector, on a local broker and the ClickHouse engine
	$(GO) test ./cmd/devstack/... ./internal/kafkatest
	$(DEVSTACK) --only clickhouse -- $(GO) test -pgo=off -race -timeout 20m ./sink/clickhouse
	$(DEVSTACK) -- $(GO) test -pgo=off -race -timeout 20m $$($(GO) list ./... | grep -v /sink/clickhouse)

integration: ## end-to-end tests on Apache Kafka and the ClickHouse engine
	@deploy/dev/integration.sh

edge: ## the proxies of deploy/edge; deploy/dev/edge.sh install fetches them first
	@deploy/dev/edge.sh

demo: ## the whole way with attacks, in about a minute; DEMO_KEEP=1 leaves everything up
	@deploy/dev/demo.sh

bench: ## benchmarks: parse, find, redact, detect, scan, and end to end
	@deploy/dev/bench.sh

evaluate: build ## recall, delay and false alerts of the rules on labelled traffic, some minutes; EVALUATE="--seeds 1 -v" for less or more
	@$(GO) run ./cmd/evaluate $(EVALUATE)

fuzz: ## each fuzzer for FUZZTIME (default 10s)
	@deploy/dev/fuzz.sh $${FUZZTIME:-10s}

lint: ## golangci-lint with the import rules
	$(LINT) run ./...

rules: ## run the tests inside the rule files
	$(GO) run -pgo=off ./cmd/tokenwarden rules test

quality: ## recall and false positives of finding and redacting, on testdata/quality and, if it is there, ../shared/data
	@$(GO) run ./cmd/quality $(QUALITY_FLAGS)

servers: build ## logs of real servers under one plan of requests: what is read, left, changed; SERVERS="-v nginx" for less or more
	@$(GO) run ./cmd/devstack/servers $(SERVERS)

pgo: ## take a new profile for the build, cmd/tokenwarden/default.pgo
	$(GO) test -trimpath -run '^$$' -cpu 1 -bench Scan -benchtime 5x -o /dev/null -cpuprofile scan.pgo ./cmd/tokenwarden
	$(GO) test -trimpath -run '^$$' -cpu 1 -bench 'Apply/tokens=10000$$/rules=40$$' -benchtime 8000000x -o /dev/null -cpuprofile detect.pgo ./detect
	$(GO) tool pprof -proto scan.pgo detect.pgo > cmd/tokenwarden/default.pgo
	rm scan.pgo detect.pgo
