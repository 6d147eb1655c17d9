# make build         bin/truce and bin/truced
# make test          everything; ends with: N passed, N failed, N skipped   (SUITES="Truce.Model.Tests …" for some)
# make demo          three nodes, a power cut, and the outage that a client saw
# make conformance   recorded clusters: levels per family, names that fall short (ONLY=a,b FAMILY=f SHOW=case FAILS=L3,L4 OUT=folder)
# make sim           whole clusters in one process: SEEDS=N [FIRST=S] [CONFIG=name or file], or SEED=S [TRACE=1]
# make explore       every order of deliveries, faults and timers: NODES=2 FAULTS=1 [RESOURCES=1] [STATES=N] [SECONDS=N], or CASE=file, or OF=groups [DEPTH=N]
# make fuzz         feeds what others write to every reader: TARGET=a,b MINUTES=N SEED=N; ends with: N runs, N findings
# make mutants       standard operators over one project: PROJECT=Model|Scheduler|Control|Runtime [FILES=Guards/,b] [SINCE=commit] [SAMPLE=N SEED=N]
# make mutants-semantic  mistakes against promises, by suites and then seeds: [ONLY=a,b] [SAMPLE=seeds] [JOBS=n]
# make package       artifacts/package/truce_VERSION_amd64.deb, and truce-VERSION-linux-x64.tar.gz for other distributions
# make tarball       the latter alone
# make verify-NAME   what NAME promises, measured; ROWS=a,b for some rows
SHELL := /bin/bash
.DELETE_ON_ERROR:

.PHONY: build package tarball test demo conformance sim explore fuzz mutants mutants-semantic clean

# What bin/ is made of. Publishing takes its time even where nothing has changed, hence the stamp.
SHIPPED := $(shell find src native packaging/systemd eng/Truce.Analyzers eng/Shipping.targets docs/reference/openapi.json \
	Directory.Build.props Directory.Build.targets Directory.Packages.props global.json \
	-type f -not -path '*/bin/*' -not -path '*/obj/*')

build: bin/.built

# Analyzers run in the solution's build, once.
# A program that is up to date isn't bundled anew, and then what stands beside it is taken for left over, and removed.
bin/.built: $(SHIPPED)
	@rm -f bin/truce bin/truced
	dotnet publish src/Truce.Cli -v q -c Release -o bin -p:RunAnalyzers=false
	dotnet publish src/Truce.Daemon -v q -c Release -o bin -p:RunAnalyzers=false
	@chmod 755 bin/libe_sqlite3.so
	@rm -f bin/*.xml bin/*.pdb
	@touch $@

package: build
	@eng/package all

tarball: build
	@eng/package tarball

test:
	@eng/test $(SUITES)

demo: build
	@eng/demo

conformance:
	@dotnet build tests/Truce.Conformance -c Release -v q -clp:ErrorsOnly >/dev/null
	@dotnet tests/Truce.Conformance/bin/Release/net10.0/Truce.Conformance.dll table \
		ONLY=$(ONLY) FAMILY=$(FAMILY) SHOW=$(SHOW) FAILS=$(FAILS) OUT=$(OUT) OUTPUTS=$(OUTPUTS) JSON=$(JSON)

sim:
	@dotnet build eng/Truce.Sim -c Release -v q -clp:ErrorsOnly >/dev/null
	@dotnet eng/Truce.Sim/bin/Release/net10.0/Truce.Sim.dll run

explore:
	@dotnet build eng/Truce.Explore -c Release -v q -clp:ErrorsOnly >/dev/null
	@dotnet eng/Truce.Explore/bin/Release/net10.0/Truce.Explore.dll $(if $(CASE),case $(CASE),$(if $(OF),$(OF),explore))

fuzz:
	@dotnet build tests/Truce.Fuzz -c Release -v q -clp:ErrorsOnly >/dev/null
	@dotnet tests/Truce.Fuzz/bin/Release/net10.0/Truce.Fuzz.dll fuzz TARGET=$(TARGET) MINUTES=$(MINUTES) SEED=$(SEED)

mutants:
	@eng/mutants standard

mutants-semantic:
	@eng/mutants semantic

verify-%:
	@eng/verify $*

clean:
	rm -rf bin artifacts
	find src tests eng bench -depth -type d \( -name bin -o -name obj \) -exec rm -rf {} +
