package rules_test

import (
	"os"
	"path"
	"sort"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates"
)

// defect is a mistake in a handwritten kit.
type defect struct {
	number int
	what   string
	// code is the rule that reports it when hcl is added to testdata/defects.hcl.
	code, hcl string
	// impossible says why the language can't express it, unseen why a compiler that
	// reads only the manifest can't detect it. One of the three is set.
	impossible, unseen string
}

// run is an action with one script.
func run(script string) string {
	return "action \"mistake\" {\n  tools = [\"cargo\", \"curl\", \"jq\", \"node\"]\n  run = <<-EOT\n    " + strings.ReplaceAll(script, "\n", "\n    ") + "\n  EOT\n}\n"
}

// check is an action whose validation is a script.
func check(script string) string {
	return strings.Replace(run(script), "  run =", "  run = \"touch x\"\n  validate =", 1)
}

// env is a service with one environment variable.
func env(value string) string {
	return "service \"other\" {\n  image = image.app\n  env = { X = " + value + " }\n}\n"
}

// built is an image with a file of a Cargo workspace, which has the member core.
func built(file string) string {
	return "image \"other\" {\n  context = \"app\"\n  stage \"build\" {\n    from = \"rust:1.90-slim\"\n    copy {\n      src = [\"" + file + "\"]\n      dest = \"./\"\n    }\n    run { command = \"cargo build\" }\n  }\n}\n"
}

// inContext is what the build context of such an image has.
func inContext(name string) loader.FileKind {
	if strings.Contains(path.Base(name), ".") {
		return loader.RegularFile
	}
	return loader.Folder
}

func textInContext(name string) []byte {
	if path.Base(name) == "Cargo.toml" {
		return []byte("[workspace]\nmembers = [\"core\"]\n")
	}
	return nil
}

func ignoredByGit(name string) bool { return path.Base(name) == "Cargo.lock" }

// query is a query of the database.
func query(sql string) string {
	return "database \"more\" {\n  service = service.database\n  extension \"vector\" {}\n  table \"things\" {\n    column \"id\" {\n      type = \"text\"\n      null = false\n    }\n    column \"embedding\" {\n      type = \"vector(3)\"\n    }\n    primary_key = [\"id\"]\n  }\n  query \"q\" {\n    service = service.app\n    sql = \"" + sql + "\"\n  }\n}\n"
}

var defects = []defect{
	{number: 1, what: "the image that is built is not the one that runs", code: "OG820", hcl: run("docker build -t omega/app:latest .")},
	{number: 2, what: "a COPY that leaves workspace members out", code: "OG176", hcl: built("Cargo.toml")},
	{number: 3, what: "a lock file that is copied but not in the repository", code: "OG175", hcl: built("Cargo.lock")},
	{number: 4, what: "a deployment that changes the user's default toolchain", code: "OG831", hcl: run("rustup default 1.75")},
	{number: 5, what: "a healthcheck half in exec, half in shell form", code: "OG027", hcl: "service \"other\" {\n  image = image.app\n  healthcheck {\n    command = \"[\\\"/app\\\", \\\"health\\\"] || exit 1\"\n  }\n}\n"},
	{number: 6, what: "a healthcheck whose program isn't in the image", code: "OG830", hcl: "service \"other\" {\n  image = image.app\n  port \"http\" {\n    container = 80\n  }\n  healthcheck {\n    http {\n      port = \"http\"\n      path = \"/health\"\n    }\n  }\n}\n"},
	{number: 7, what: "grep healthy also finds unhealthy", code: "OG812", hcl: check("docker ps | grep healthy")},
	{number: 8, what: "waiting for the health of services without a healthcheck", code: "OG244", hcl: "goal \"healthy\" {\n  condition = service.app.healthy\n}\n"},
	{number: 9, what: "services without a restart policy", impossible: "each long-running service gets one, and a one-shot none"},
	{number: 10, what: "readiness over the socket", code: "OG804", hcl: "service \"other\" {\n  image = image.postgres\n  healthcheck {\n    command = [\"pg_isready\", \"-U\", \"omega\"]\n  }\n}\n"},
	{number: 11, what: "a precondition that the script doesn't read", unseen: "what a program reads of its machine isn't in its command line"},
	{number: 12, what: "an image that nothing runs is built", impossible: "an image that no service and no goal needs is in no plan"},
	{number: 13, what: "a tag for a registry that nothing pushes to", code: "OG837", hcl: run("docker tag ${image.app.tag} localhost:5000/omega/app:dev")},
	{number: 14, what: "images without a version", code: "OG475", hcl: "image \"moving\" {\n  pull = \"prom/prometheus:latest\"\n}\n"},
	{number: 15, what: "a build context with secrets in it", impossible: "each Dockerfile has its own .dockerignore that excludes them"},
	{number: 16, what: "labels that differ from image to image", impossible: "they are projected from the system block"},
	{number: 17, what: "a check of a port that isn't published", code: "OG815", hcl: check("curl -fsS http://localhost:8083/health")},
	{number: 18, what: "the preflight's ports aren't the published ones", impossible: "deploy.sh looks for the ports that the services publish"},
	{number: 19, what: "a network under another name", code: "OG821", hcl: check("docker network inspect omega-net")},
	{number: 20, what: "a database open to the network", code: "OG806", hcl: "service \"other\" {\n  image = image.postgres\n  env = { POSTGRES_PASSWORD = \"dev\" }\n  port \"sql\" {\n    container = 5432\n    host = 5432\n    bind = \"0.0.0.0\"\n  }\n}\n"},
	{number: 21, what: "a host port published twice", code: "OG112", hcl: "service \"other\" {\n  image = image.app\n  port \"http\" {\n    container = 80\n    host = 8080\n  }\n}\n"},
	{number: 22, what: "keys of another platform", code: "OG011", hcl: "service \"other\" {\n  image = image.app\n  update_config = \"x\"\n}\n"},
	{number: 23, what: "peers are told host ports", code: "OG809", hcl: env("\"database:5433,database:5434\"")},
	{number: 24, what: "a function that the server doesn't have", code: "OG634", hcl: query("SELECT raft_status()")},
	{number: 25, what: "a balancer's members by hand", code: "OG809", hcl: env("\"http://constellation:50051\"")},
	{number: 26, what: "a host port of another project", unseen: "what else runs on the machine is seen by deploy.sh's preflight"},
	{number: 27, what: "a port on which nothing listens", unseen: "what a program serves is seen by a probe"},
	{number: 28, what: "gRPC methods that don't exist", unseen: "interface files are not part of the manifest; a grpc criterion lists what is served"},
	{number: 29, what: "routes that don't exist", unseen: "a program's routes are seen by an http criterion"},
	{number: 30, what: "two empty answers are equal", code: "OG834", hcl: check("test \"$(curl -s localhost)\" = \"$(curl -s localhost)\"")},
	{number: 31, what: "a check that ignores HTTP errors", code: "OG832", hcl: check("curl -s http://localhost:8080/api/v1/sync")},
	{number: 32, what: "a metric that nobody exports", code: "OG561", hcl: "alert \"A\" {\n  expr = \"constellation_active_connections > 5\"\n  severity = \"critical\"\n}\n"},
	{number: 33, what: "a metric that only traffic makes", unseen: "when a program emits a metric isn't declared"},
	{number: 34, what: "histogram_quantile of a summary", code: "OG566", hcl: "record \"job:x:p99\" {\n  expr = \"histogram_quantile(0.99, rate(app_seconds[5m]))\"\n}\n"},
	{number: 35, what: "one counter with two sets of labels", unseen: "a program's labels aren't declared"},
	{number: 36, what: "variables that the program doesn't read", unseen: "what a program reads of its environment isn't declared"},
	{number: 37, what: "a secret that nothing reads", code: "OG801", hcl: "secret \"unread\" {}\n"},
	{number: 38, what: "integers as floats", impossible: "numbers are exact and written without an exponent"},
	{number: 39, what: "a server that keeps nothing in its database", unseen: "what a program does with a connection isn't declared"},
	{number: 40, what: ".env keys that nothing interpolates", impossible: ".env has the secrets that Compose interpolates, and nothing else"},
	{number: 41, what: "a line that the program never logs", code: "OG829", hcl: check("docker logs ${service.app.instances[0].container_name} | grep -q 'gRPC server listening'")},
	{number: 42, what: "a smoke test of a program that prints something else", unseen: "what a program prints is seen by a command criterion"},
	{number: 43, what: "client and server speak different protocols", unseen: "protocols aren't declared"},
	{number: 44, what: "a readiness check of a constant page", unseen: "what a route checks isn't declared"},
	{number: 45, what: "checks of tables that don't exist", code: "OG822", hcl: check("test \"$(${local.psql} -c 'SELECT count(*) FROM user_patterns')\" -gt 0")},
	{number: 46, what: "an INSERT without a required column", code: "OG822", hcl: run("${local.psql} -c \"INSERT INTO items (id) VALUES ('test-1') ON CONFLICT DO NOTHING\"")},
	{number: 47, what: "SQL of the wrong type in a script", code: "OG822", hcl: run("${local.psql} -c \"INSERT INTO items (id, title, embedding) SELECT 'x', 'y', (SELECT array_agg(random()::text) FROM generate_series(1, 3)) ON CONFLICT DO NOTHING\"")},
	{number: 48, what: "a random vector computed once", code: "OG624", hcl: query("INSERT INTO things (id, embedding) SELECT 'x' || i, (SELECT array_agg(random())::vector FROM generate_series(1, 3)) FROM generate_series(1, 10) AS i")},
	{number: 49, what: "a nearest-neighbour search without an index", code: "OG623", hcl: query("SELECT id FROM things ORDER BY embedding <=> '[1,2,3]' LIMIT 1")},
	{number: 50, what: "a distance that no index supports", code: "OG822", hcl: strings.Replace(query("SELECT 1"), "primary_key", "index \"i\" {\n      using = \"hnsw\"\n      on = [\"embedding vector_cosine_ops\"]\n    }\n    primary_key", 1) + run("${local.psql} -c \"SELECT id FROM things ORDER BY embedding <-> '[1,2,3]' LIMIT 1\"")},
	{number: 51, what: "two schemas of one table", code: "OG613", hcl: query("SELECT device_id FROM things")},
	{number: 52, what: "a service's query that can't run", code: "OG614", hcl: query("SELECT id FROM global_patterns")},
	{number: 53, what: "a check that fails the second time", code: "OG836", hcl: check("${local.psql} -c \"INSERT INTO items (id, title) VALUES ('test-1', 'x')\"")},
	{number: 54, what: "SQL that can't be applied twice", code: "OG633", hcl: strings.Replace(query("SELECT 1"), "  query", "  sql \"raw\" {\n    sql = \"CREATE TABLE extra (id text)\"\n  }\n  query", 1)},
	{number: 55, what: "servers that connect as the superuser", code: "OG626", hcl: "service \"other\" {\n  image = image.app\n  env = { DATABASE_URL = \"postgres://postgres@database:5432/store\" }\n}\n"},
	{number: 56, what: "a new password for an old volume", impossible: "a secret is generated once, and kept"},
	{number: 57, what: "a password with characters that a URL can't contain", impossible: "secrets are letters and digits"},
	{number: 58, what: "a database without its schema in one profile", impossible: "the schema belongs to the service, whatever the profile"},
	{number: 59, what: "an effect that the check doesn't observe", unseen: "whether a check observes what it claims can only be judged by people; numbers need a measure"},
	{number: 60, what: "psql -c with a meta-command and SQL", code: "OG822", hcl: run("${local.psql} -c '\\timing on; SELECT 1'")},
	{number: 61, what: "a scrape of a port that isn't there", code: "OG132", hcl: "service \"other\" {\n  image = image.app\n  scrape \"m\" {\n    port = \"metrics\"\n  }\n}\n"},
	{number: 62, what: "a typed count of all targets", impossible: "a promql probe holds for each replica, and counts come from the services' instances"},
	{number: 63, what: "curl expands a PromQL selector", code: "OG817", hcl: check("curl -fsS \"http://localhost:8080/api/v1/query?query=up{job='app'}\"")},
	{number: 64, what: "alert rules that no configuration names", impossible: "an alert is in the rules that the generated configuration loads and the service mounts"},
	{number: 65, what: "dashboards that nothing provides", impossible: "a dashboard implies its provider and its mount"},
	{number: 66, what: "a panel type that Grafana no longer has", code: "OG546", hcl: "image \"grafana\" {\n  pull = \"grafana/grafana:12.0.2\"\n}\nservice \"grafana\" {\n  image = image.grafana\n}\ngrafana {\n  service = service.grafana\n}\ndashboard \"d\" {\n  title = \"D\"\n  row \"r\" {\n    panel \"p\" {\n      type = \"graph\"\n      expr = \"up\"\n    }\n  }\n}\n"},
	{number: 67, what: "a placeholder is left in place", code: "OG833", hcl: check("curl -fsS 'http://localhost:8080/d/<dashboard-uid>'")},
	{number: 68, what: "relabeling that never matches", impossible: "targets are listed, none is relabeled"},
	{number: 69, what: "dashboards without a Grafana", code: "OG540", hcl: "dashboard \"d\" {\n  title = \"D\"\n  row \"r\" {\n    panel \"p\" {\n      type = \"stat\"\n      expr = \"up\"\n    }\n  }\n}\n"},
	{number: 70, what: "default credentials", code: "OG823", hcl: check("curl -fsS -u admin:admin http://localhost:8080/")},
	{number: 71, what: "a secret in the environment", code: "OG118", hcl: env("\"postgres://omega:${secret.password}@database:5432/store\"")},
	{number: 72, what: "a password's first characters are printed", code: "OG824", hcl: "action \"mistake\" {\n  shell = \"bash\"\n  run = \"true ${secret.password}; echo $${PASSWORD:0:8}…\"\n}\n"},
	{number: 73, what: "an admin page without a password in a file of one's own", unseen: "a user's own template is the user's own"},
	{number: 74, what: "rights on all secrets of a namespace", impossible: "the kit writes no Role, and its pods have no token of the API server"},
	{number: 75, what: "a placeholder as a secret", code: "OG833", hcl: env("\"<REPLACE_WITH_CERTIFICATE>\"")},
	{number: 76, what: "hardening turned off silently", code: "OG119", hcl: "service \"other\" {\n  image = image.app\n  harden {\n    no_new_privileges = false\n  }\n}\n"},
	{number: 77, what: "a client requires TLS that the server doesn't have", code: "OG887", hcl: env("\"postgres://app@database:5432/store?sslmode=require\"")},
	{number: 78, what: "destructive commands", code: "OG816", hcl: run("docker system prune -af")},
	{number: 79, what: "root containers where none may be root", impossible: "runAsNonRoot stands at a container alone, and only where its image's facts or `user` say that it isn't root"},
	{number: 80, what: "a field that doesn't exist", impossible: "objects are made from Kubernetes' own types, and each is held against a real API server"},
	{number: 81, what: "a daemon as a periodic job", impossible: "a service is a Deployment or a StatefulSet, and a one-shot a Job"},
	{number: 82, what: "network policies against the topology", impossible: "policies are derived from the same networks, ports and references as everything else"},
	{number: 83, what: "dangling references", code: "OG021", hcl: "service \"other\" {\n  image = image.missing\n}\n"},
	{number: 84, what: "a chart that renders a part", impossible: "the kit has all that its objects name; kustomization.yaml lists them, and a test compares the two"},
	{number: 85, what: "a user name that is the password", impossible: "a secret is one value with one name, and who mounts it says so by reference"},
	{number: 86, what: "documented commands that fail", impossible: "the kit's documents are rendered from the same model as its files"},
	{number: 87, what: "configuration that is mounted and not read", impossible: "a file is mounted where its image reads it; volumes of databases are mounted by a sub-folder"},
	{number: 88, what: "a memory target without a limit", code: "OG805", hcl: "benchmark \"memory\" {\n  target = \"< 512MB\"\n  run = \"docker stats --no-stream ${service.app.instances[0].container_name}\"\n}\n"},
	{number: 89, what: "documents that contradict the files", impossible: "the kit's documents are rendered from the same model as its files"},
	{number: 90, what: "a goal that nothing produces", code: "OG305", hcl: "state \"never\" {\n  type = bool\n  initial = false\n}\ngoal \"unreachable\" {\n  condition = state.never\n}\n"},
	{number: 91, what: "typed counts of actions", impossible: "figures are computed"},
	{number: 92, what: "typed sums of costs", impossible: "figures are computed"},
	{number: 93, what: "a typed critical path", impossible: "it is the longest path of the plan"},
	{number: 94, what: "parallel actions of which one needs the other", code: "OG259", hcl: "action \"after\" {\n  depends_on = [action.work]\n}\nparallel \"p\" {\n  actions = [action.work, action.after]\n}\n"},
	{number: 95, what: "independence that the workspace denies", unseen: "dependencies of crates are in Cargo.toml, which is not part of the manifest"},
	{number: 96, what: "a tool that nothing asks for", code: "OG818", hcl: check("grpcurl -plaintext localhost:50051 list")},
	{number: 97, what: "a clean that doesn't say what it deletes", code: "OG835", hcl: run("cargo clean")},
	{number: 98, what: "two writers of one variable, unordered", code: "OG259", hcl: "action \"three\" {\n  effects = { figure = 3 }\n}\naction \"six\" {\n  effects = { figure = 6 }\n}\nparallel \"p\" {\n  actions = [action.three, action.six]\n}\n"},
	{number: 99, what: "variables that nobody declares", code: "OG021", hcl: "action \"mistake\" {\n  effects = { undeclared = true }\n}\n"},
	{number: 100, what: "an inadmissible heuristic", impossible: "weights aren't given by hand; the heuristic is derived from the task"},
	{number: 101, what: "an important action that no goal needs", code: "OG808", hcl: "action \"mistake\" {\n  priority = \"critical\"\n  effects = { figure = 3 }\n}\ngoal \"other\" {\n  condition = state.done\n}\n"},
	{number: 102, what: "a validation that cannot fail", code: "OG819", hcl: check("docker images | wc -l")},
	{number: 103, what: "a test's exit status is lost in a pipe", code: "OG828", hcl: check("cargo test | grep 'test result: ok'")},
	{number: 104, what: "a figure that nothing measures", code: "OG807", hcl: strings.Replace(run("echo report"), "  run", "  effects = { figure = above(70) }\n  run", 1)},
	{number: 105, what: "one benchmark with three loads", impossible: "table, command and check of a benchmark come from one block"},
	{number: 106, what: "typed durations", impossible: "they are computed from the schedule"},
	{number: 107, what: "paths of one user, and cd for later actions", code: "OG826", hcl: run("cd /home/ann/project && touch x")},
	{number: 108, what: "a graph that disagrees with the plan", impossible: "the graph is drawn from the plan"},
	{number: 109, what: "versions compared as text", code: "OG825", hcl: check("docker compose version | grep v2")},
	{number: 110, what: "waiting with sleep", code: "OG813", hcl: run("docker compose up -d\nsleep 30")},
	{number: 111, what: "a plan with invented figures", impossible: "what is said of a plan is computed from it"},
	{number: 112, what: "descriptions of what an image holds", unseen: "a description is prose"},
}

// reported are all codes reported for a manifest.
func reported(t *testing.T, src string) map[string]bool {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: ".", Look: inContext, Read: textInContext, Ignored: ignoredByGit})
	if !diags.HasErrors() {
		diags = append(diags, lint.Manifest(m)...)
		for _, p := range planner.Plans(m, planner.Options{}) {
			diags = append(diags, p.Diagnostics...)
		}
		kit, found := templates.Files(m)
		diags = append(diags, found...)
		diags = append(diags, lint.Check(m, kit)...)
	}
	codes := map[string]bool{}
	for _, d := range diags {
		if d.Subject == nil && d.Severity == hcl.DiagError {
			t.Errorf("no range: %s: %s", d.Summary, d.Detail)
		}
		codes[diag.Code(d)] = true
	}
	return codes
}

// Every mistake is impossible, reported, or not detectable by a compiler; the
// mistakes with a code are reported.
func TestDefects(t *testing.T) {
	src, err := os.ReadFile("testdata/defects.hcl")
	if err != nil {
		t.Fatal(err)
	}
	ground := string(src)
	if codes := reported(t, ground); len(codes) > 0 {
		t.Fatalf("the ground itself is at fault: %v", keys(codes))
	}
	for i, d := range defects {
		if d.number != i+1 {
			t.Fatalf("defect %d is at position %d", d.number, i+1)
		}
		answers := 0
		for _, a := range []string{d.code, d.impossible, d.unseen} {
			if a != "" {
				answers++
			}
		}
		if answers != 1 || (d.code == "") != (d.hcl == "") {
			t.Errorf("defect %d needs one answer", d.number)
		}
		if d.code == "" {
			continue
		}
		t.Run(d.what, func(t *testing.T) {
			t.Parallel()
			if codes := reported(t, ground+d.hcl); !codes[d.code] {
				t.Errorf("defect %d isn't reported by %s, but by %v:\n%s", d.number, d.code, keys(codes), d.hcl)
			}
		})
	}
}

func keys(set map[string]bool) []string {
	var out []string
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
