# The two commands of the README:
#   go run ./cmd/omegagen build examples/exogenesis-omega -o DIR
#   make test

GO      ?= go
TOOLS   := $(CURDIR)/.tools
E2E_DIR := examples/constellation/e2e
E2E_SUITES := constellation servers
E2E_PACKAGES := ./examples/constellation/e2e ./examples/servers/e2e ./examples/internal/enginetest
KUBERNETES := constellation exogenesis-omega quickstart # the examples that are built for Kubernetes, too
EXAMPLES := $(notdir $(patsubst %/,%,$(sort $(dir $(wildcard examples/*/*.hcl)))))

export PATH := $(TOOLS)/bin:$(TOOLS)/pinned:$(PATH)

.PHONY: test checks e2e e2e-kubernetes tools lint linters cross style check-generated generate generate-files bench fuzz soak mutants build release release-check release-files release-snapshot

build:
	$(GO) build -trimpath -ldflags='-s -w' -o bin/omegagen ./cmd/omegagen

# Everything that CI proves. The last lines are go test's own. CI=true makes a failure
# of each test that would be skipped because a program is missing. The end-to-end
# tests wait most of their time, so the other checks run beside them, at low priority.
# What needs no program of the machine runs while these are installed.
test: export CI := true
test:
	.ci/beside '$(MAKE) cross' '$(MAKE) tools'
	.ci/beside '$(MAKE) checks' '$(MAKE) e2e E2E_FLAGS=-test.short'

# All but the end-to-end tests on a Docker Engine. A data race takes two goroutines, so
# the race detector, which makes a test several times slower, is for the packages that
# start some, or whose tests do; the tests of the others run without it. So do those whose
# goroutines wait for processes, nothing else: deploy.sh, and servers. The raced packages'
# own tests of one goroutine that compute for long are left out under the detector, by a
# build tag or by `raced`, and run without it, too. Tests of deploy.sh and of servers wait
# more than they compute, so more of them run at once than there are processors.
SOURCES  := cmd hcl internal lint planner templates examples
PACKAGES  = $(shell $(GO) list -f '{{.Dir}}' ./... | sed 's|^$(CURDIR)|.|')
STARTS    = ^[[:space:]]+go [A-Za-z_.]+\(|[.](Run)?Parallel\(|errgroup[.]
WAITING  := ./internal/mutationtest ./internal/pgtest ./templates/deploy ./templates/deploy/schema
RACED     = $(filter-out $(WAITING),$(filter $(PACKAGES),$(addprefix ./,$(patsubst %/,%,$(sort $(dir $(shell grep -rlE --include='*.go' '$(STARTS)' $(SOURCES))))))))
LONG      = $(foreach d,$(RACED),$(shell grep -slE '^//go:build !race|if raced ' $d/*_test.go))
LONG_TESTS = $(shell grep -hoE '^func Test[A-Za-z0-9_]+' $(LONG) | sed 's/func //' | paste -sd '|')
TIMED     := -vet=off -timeout 70m # vet is one of the linters
checks: linters style check-generated
	@echo "checks: tests of the parser without cgo, $$(date +%T)"
	for t in 'TestDepth' 'Test(Cases|Connections|Flagship|ForgottenObject|Former|Rules)'; do \
		$(GO) test -vet=off -tags purego -run "^$$t\$$" ./lint/sql || exit 1; \
	done # one by one: a deep statement makes each later one of the process slow
	@echo "checks: tests without the race detector, $$(date +%T)"
	$(GO) test $(TIMED) -p 3 -parallel 6 $(filter-out $(RACED),$(PACKAGES))
	$(GO) test -v $(TIMED) -run '^($(LONG_TESTS))$$' $(sort $(dir $(LONG))) >$(TOOLS)/long.log 2>&1 || { cat $(TOOLS)/long.log; exit 1; }
	sed -n -e '/^=== RUN *TestSeededMistakes$$/,/^--- PASS/p' -e '/^--- /p' -e '/^ok /p' $(TOOLS)/long.log
	@echo "checks: Kubernetes, $$(date +%T)"
	$(MAKE) e2e-kubernetes
	@echo "checks: tests with the race detector, $$(date +%T)"
	cd $(E2E_DIR)/../app && $(GO) test -race ./...
	$(GO) test -race $(TIMED) $(RACED)

# The examples constellation and servers on a Docker Engine, which is started
# where none (or an older one than their kits need) runs. That needs root; E2E=0
# leaves it out, E2E_SUITES=servers runs one of them.
# OMEGAGEN_E2E_CACHE is a folder to keep the base images in (~/.cache/omegagen/e2e),
# E2E_VARS='replicas=4 rest_port=8180' sets constellation's variables, and
# E2E_FLAGS=-update writes docs/tour.md anew.
ifeq ($(E2E),0)
e2e:
	@echo 'E2E=0: the end-to-end tests are left out'
else
e2e: tools
	cd $(E2E_DIR)/../app && $(GO) mod download
	for s in $(E2E_SUITES); do $(GO) test -tags e2e -c -o $(TOOLS)/$$s.test ./examples/$$s/e2e || exit 1; done
	E2E_VARS='$(E2E_VARS)' E2E_FLAGS='$(E2E_FLAGS)' exec $(E2E_DIR)/engine.sh $(TOOLS) .ci/e2e $(E2E_SUITES:%=$(TOOLS)/%.test)
endif

# Kits for Kubernetes against its own API server, which is built once for each go.sum
# of this module: a few minutes. It prints the time of each part.
# KUBERNETES_MANIFESTS=500 KUBERNETES_SEED=7 draw more, and other, random manifests.
E2E_KUBERNETES := internal/e2e/kubernetes
e2e-kubernetes: tools $(TOOLS)/pinned/kube-score
	$(GO) build -o $(TOOLS)/vettest ./internal/vettest
	cd $(E2E_KUBERNETES) && $(TOOLS)/vettest -os linux ./... && OMEGAGEN_TOOLS=$(TOOLS) $(GO) test -v -vet=off -gcflags='all=-N -l -dwarf=false' -count=1 -timeout 60m ./...

$(TOOLS)/pinned/kube-score: tools/kube-score/go.mod
	cd tools/kube-score && $(GO) build -ldflags='-s -w' -o $@ github.com/zegl/kube-score/cmd/kube-score

# What the tests need on this machine: Debian packages and unpacked programs.
tools:
	.ci/install $(TOOLS)

lint: cross linters style

style:
	@test -z "$$(gofmt -l cmd hcl internal lint planner templates examples tools)" || { gofmt -l cmd hcl internal lint planner templates examples tools; echo 'run gofmt -w on these'; exit 1; }
	cd $(E2E_DIR)/../app && $(GO) vet ./... && $(GO) vet -tags postgres ./...
	shellcheck templates/deploy/schema/schema.sh .ci/beside .ci/run .ci/install .ci/get-deb .ci/e2e internal/pgtest/install.sh $(E2E_DIR)/engine.sh $(E2E_DIR)/images/*.sh examples/servers/e2e/images/*.sh
	$(GO) run ./cmd/omegagen fmt --check $(addprefix examples/,$(EXAMPLES)) examples/stacks/* $(dir $(wildcard examples/servers/e2e/testdata/*/main.hcl))

# The linters and the checker of the release's configuration have modules of their
# own, below tools: what they need is no requirement of omegagen.
# goreleaser takes six minutes of a core to build, so its own check is left to
# release-check, which CI runs beside the tests.
linters: $(TOOLS)/pinned/golangci-lint
	$(TOOLS)/pinned/golangci-lint config verify
	$(TOOLS)/pinned/golangci-lint run ./...
	cd tools/goreleaser && $(GO) run ./check $(CURDIR)/.goreleaser.yaml

GOLANGCI   := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
GORELEASER := github.com/goreleaser/goreleaser/v2
CYCLONEDX  := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod

$(TOOLS)/pinned/golangci-lint: tools/golangci-lint/go.mod
	cd tools/golangci-lint && $(GO) build -o $@ $(GOLANGCI)
$(TOOLS)/pinned/goreleaser: tools/goreleaser/go.mod
	cd tools/goreleaser && $(GO) build -o $@ $(GORELEASER)
$(TOOLS)/pinned/cyclonedx-gomod: tools/cyclonedx-gomod/go.mod
	cd tools/cyclonedx-gomod && $(GO) build -o $@ $(CYCLONEDX)

# What the archives and packages of a release hold besides the program.
release-files: $(TOOLS)/pinned/cyclonedx-gomod
	rm -rf build/release
	mkdir -p build/release/bin build/release/completions
	$(GO) build -o build/release/bin/omegagen ./cmd/omegagen
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) build/release/bin/omegagen man build/release/man
	for s in bash zsh fish powershell; do build/release/bin/omegagen completion $$s > build/release/completions/omegagen.$$s || exit 1; done

release-check: $(TOOLS)/pinned/goreleaser
	$(TOOLS)/pinned/goreleaser check

# A release as it would be, in dist, and nothing published. The image wants
# docker with buildx, and is left out without.
release-snapshot: release-check
	skip=; docker buildx version >/dev/null 2>&1 || { skip=,docker; echo 'release-snapshot: no image, for docker buildx is missing'; }; \
	OMEGAGEN_VERSION=$$($(GO) run ./cmd/omegagen version | cut -d ' ' -f 2) \
		$(TOOLS)/pinned/goreleaser release --clean --snapshot --skip=publish$$skip

# Publishes the tag that HEAD has, which must be that of the version in the source.
release: $(TOOLS)/pinned/goreleaser
	v=$$($(GO) run ./cmd/omegagen version | cut -d ' ' -f 2) && test "v$$v" = "$$(git describe --exact-match --tags)" && \
		OMEGAGEN_VERSION=$$v $(TOOLS)/pinned/goreleaser release --clean

# omegagen as the other supported systems see it, and as Linux does without a C compiler.
# Tests below templates and internal run deploy.sh and servers, on Unix alone. With cgo,
# Linux is left to the linters.
cross:
	$(GO) run ./internal/vettest -os windows,darwin,linux ./cmd/... ./hcl/... ./planner/... ./lint/...

# Rewriting every generated file must change nothing. What tests write with -update they
# themselves compare without it.
check-generated: generate-files
	@git diff --exit-code --stat -- generated docs hcl cmd templates || { echo 'make generate changed these files: commit them'; exit 1; }
	@test -z "$$(git status --porcelain -- generated docs hcl/spec.md templates)" || { git status --porcelain -- generated docs hcl/spec.md templates; exit 1; }

# Write what is generated: kits of the examples, references, expectations.
RENDERED := ./templates/alertmanager ./templates/compose ./templates/dockerfile ./templates/grafana ./templates/prometheus ./templates/sql
generate-files:
	@for e in $(EXAMPLES); do $(GO) run ./cmd/omegagen build examples/$$e -o generated/$$e --force || exit 1; done
	@for e in $(KUBERNETES); do $(GO) run ./cmd/omegagen build examples/$$e --target kubernetes -o generated/$$e-kubernetes --force || exit 1; done
	$(GO) run ./cmd/omegagen rules > docs/rules.md
	$(GO) run ./cmd/omegagen docs > hcl/spec.md

generate: generate-files
	$(GO) test ./cmd/omegagen -run TestScript -update -count=1
	$(GO) test ./hcl/images -run TestDoc -update -count=1
	$(GO) test ./examples -run TestStackDefaults -update -count=1
	$(GO) test $(RENDERED) -run TestRendered -update-rendered -count=1

bench: tools
	$(GO) test -v -run '^$$' -bench . -benchmem ./planner/... ./cmd/omegagen/... ./hcl/loader/... ./templates/deploy/...

# How many faults the packages' own tests notice, of N that SEED draws; docs/contributing.md
# has the score. Not in CI: make mutants SEED=1 N=300
SEED ?= 1
N    ?= 100
MUTATED ?= ./hcl/... ./lint/... ./templates/... ./planner/...
mutants:
	$(GO) run ./internal/mutationtest -seed $(SEED) -n $(N) -exec '$(MUTANTS_EXEC)' $(MUTATED)

# Let the fuzzers and the property tests search for a while: make fuzz FUZZTIME=1m.
# Seed 0 is another one in each run.
FUZZTIME     ?= 20s
RAPID_SEED   ?= 0
RAPID_CHECKS ?= 2000
fuzz: tools
	@for p in $$(grep -rl pgregory.net/rapid --include='*_test.go' --exclude-dir=e2e cmd hcl internal lint planner templates examples | xargs -n 1 dirname | sort -u); do \
		$(GO) test -count=1 ./$$p -timeout 12h -rapid.seed=$(RAPID_SEED) -rapid.checks=$(RAPID_CHECKS) || exit 1; \
	done
	@for p in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
			echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
		done; \
	done

# The long versions of what `make test` does briefly, for hours: ten times as many
# kills, and property tests and fuzzers with more checks. The seed is printed, and
# make soak SOAK_SEED=N draws the same cases of the property tests again.
SOAK_SEED     ?= 1
SOAK_KILLS    ?= 300
SOAK_PAIRS    ?= 150
SOAK_CHECKS   ?= 20000
SOAK_MANIFESTS ?= 500
SOAK_FUZZTIME ?= 5m
soak: tools
	@echo 'soak: SOAK_SEED=$(SOAK_SEED) SOAK_KILLS=$(SOAK_KILLS) SOAK_CHECKS=$(SOAK_CHECKS) SOAK_FUZZTIME=$(SOAK_FUZZTIME)'
	DEPLOY_SHELLS=all DEPLOY_KILLS=$(SOAK_KILLS) $(GO) test -v -count=1 -timeout 12h ./templates/deploy
	BLOCKS=all $(GO) test -v -count=1 -timeout 12h -run '^TestRemovingABlock$$' ./cmd/omegagen
	SCHEMA_PAIRS=$(SOAK_PAIRS) $(GO) test -v -count=1 -timeout 12h -run '^TestPairs' ./templates/deploy/schema
	KUBERNETES_MANIFESTS=$(SOAK_MANIFESTS) KUBERNETES_SEED=$(SOAK_SEED) $(MAKE) e2e-kubernetes
	$(MAKE) fuzz RAPID_SEED=$(SOAK_SEED) RAPID_CHECKS=$(SOAK_CHECKS) FUZZTIME=$(SOAK_FUZZTIME)
