package kubernetes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
)

// shop has all that generates actions: a built and a pulled image, secrets, a database with a role, a one-shot.
const shop = `
system "shop" {}

secret "db_password" {}
secret "web_password" {}
volume "data" {}

image "db" {
  pull = "postgres:17.5-bookworm"
}
image "web" {
  tag = "web:1.0"
  stage "runtime" {
    from = "debian:bookworm-slim"
  }
}

service "db" {
  image      = image.db
  secret_env = { POSTGRES_PASSWORD_FILE = secret.db_password }
  port "sql" { container = 5432 }
  mount "/var/lib/postgresql/data" { volume = volume.data }
  healthcheck {
    sql {}
  }
}
database "books" {
  service = service.db
  role "web" {
    login    = true
    password = secret.web_password
  }
}
service "seed" {
  image      = image.web
  oneshot    = true
  depends_on = { db = "healthy" }
}
service "web" {
  image      = image.web
  replicas   = 2
  secret_env = { PASSWORD_FILE = secret.web_password }
  depends_on = { seed = "completed" }
}
target "kubernetes" {
  registry = "registry.example.org/shop/"
}
`

func actions(t *testing.T, source string) map[string]*deployment.Action {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(source)}}, Dir: ".", Target: manifest.TargetKubernetes})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	out := map[string]*deployment.Action{}
	for _, a := range planner.Actions(m, planner.Options{}) {
		out[a.ID] = a
	}
	for _, p := range planner.Plans(m, planner.Options{}) {
		if p.Status != planner.Optimal {
			t.Errorf("the plan is %v: %v", p.Status, p.Diagnostics)
		}
	}
	return out
}

// Each object of the manifest has the actions of a cluster, which need what they use.
func TestActions(t *testing.T) {
	all := actions(t, shop)
	needs := map[string]string{
		"image.db.resolve":         "",
		"image.web.build":          "",
		"secret.db_password.make":  "",
		"secret.web_password.make": "",
		"service.db.start":         "image.db.ready secret.db_password.set",
		"service.db.await":         "service.db.started",
		"database.books.apply":     "service.db.healthy secret.web_password.set",
		"service.seed.start":       "image.web.ready service.db.healthy",
		"service.seed.await":       "service.seed.started",
		"service.web.start":        "image.web.ready secret.web_password.set service.seed.completed database.books.applied",
	}
	for id, want := range needs {
		a := all[id]
		if a == nil {
			t.Errorf("%s is missing", id)
			continue
		}
		var got []string
		for _, n := range a.Needs {
			got = append(got, n.Fact.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s needs %q, want %q", id, strings.Join(got, " "), want)
		}
	}
	if len(all) != len(needs) {
		t.Errorf("%d actions, want %d", len(all), len(needs))
	}
	calls := map[string]string{
		"image.web.build run":           "build_image registry.example.org/shop/web:1.0 docker build -f Dockerfile.web -t web:1.0 -t registry.example.org/shop/web:1.0",
		"image.db.resolve run":          "resolve_image postgres:17.5-bookworm",
		"secret.db_password.make run":   "make_secret db_password db-password",
		"service.web.start run":         "apply_service web",
		"service.web.start rollback":    "delete_service web",
		"service.web.start validate":    "has_started running 600 web",
		"service.db.start validate":     "has_started running 0 db",
		"service.seed.start validate":   "has_started once 0 seed",
		"service.seed.await run":        "await completed 0 seed",
		"service.db.await validate":     "await healthy 810 db",
		"secret.db_password.make check": "",
	}
	for key, want := range calls {
		id, phase, _ := strings.Cut(key, " ")
		got := ""
		for _, p := range all[id].Parts {
			if slices.Contains(p.Phases, deployment.Phase(phase)) {
				got = strings.Join(p.Call, " ")
			}
		}
		if !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// The passwords of roles come from the cluster through psql's standard input.
func TestSchema(t *testing.T) {
	text := ""
	for _, p := range actions(t, shop)["database.books.apply"].Parts {
		plain, ok := p.Script.Plain()
		if !ok || p.Err != nil {
			t.Fatalf("a secret stands in the script, or %v", p.Err)
		}
		text += plain
	}
	for _, want := range []string{
		"sh deploy/schema.sh apply service/db postgres books 5432 init-db.sql\n",
		"$KUBECTL get secret web-password -o name >/dev/null\n",
		"$KUBECTL get secret web-password -o 'go-template={{index .data \"web_password\" | base64decode}}'\n    echo\n",
		"| $KUBECTL exec -i service/db -- psql -X -q -v 'ON_ERROR_STOP=1' -U postgres -d books -f -\n",
		"CREATE DATABASE",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// A service is started again when its objects, its image's digest or its secrets change.
func TestMaking(t *testing.T) {
	a := actions(t, shop)["service.web.start"]
	if got, want := fmt.Sprint(a.Observes), "[{digest registry.example.org/shop/web:1.0} {secret web_password}]"; got != want {
		t.Errorf("observes %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(a.Inputs), "[{ kubernetes/base [web] []}]"; got != want {
		t.Errorf("inputs %s, want %s", got, want)
	}
}

// An action of one's own replaces the generated one, and is left out where it isn't there.
func TestDeclared(t *testing.T) {
	own := `
action "mine" {
  targets  = ["%s"]
  achieves = [service.web.started]
  run      = "true"
}
`
	for target, generated := range map[string]bool{"compose": true, "kubernetes": false} {
		all := actions(t, shop+fmt.Sprintf(own, target))
		if (all["service.web.start"] != nil) != generated || (all["mine"] == nil) != generated {
			t.Errorf("with targets = [%q]: mine %v, generated %v", target, all["mine"] != nil, all["service.web.start"] != nil)
		}
	}
}
