//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

const quickstartManifest = "../../quickstart"

// quickstart deploys the example of services alone, where omegagen has made
// every step: it comes up, and a change of a template and of a port reaches what
// runs.
func quickstart(t *testing.T) {
	k := &kit{Kit: enginetest.Kit{Dir: filepath.Join(enginetest.Work, "quickstart"), Manifest: filepath.Join(enginetest.Work, "quickstart-manifest")}}
	if err := os.CopyFS(k.Manifest, os.DirFS(quickstartManifest)); err != nil {
		t.Fatal(err)
	}
	k.build(t)
	before := everything(t)
	docker(t, "tag", "debian:13.1-slim", "debian:bookworm-slim")
	docker(t, "tag", "pgvector/pgvector:0.8.0-pg17", "postgres:17.5-bookworm")

	k.Deploy(t, 0, "up")
	database := docker(t, "inspect", "--format", "{{.Id}}", "quickstart-database")
	page := func(url, want string) {
		t.Helper()
		if status, body := get(url); status != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %s", url, status, body)
		}
	}
	page("http://127.0.0.1:8080/", "You are visitor number")

	k.edit(t, "web/visit.sh.tmpl", "You are visitor number", "Welcome. You are visitor number")
	k.edit(t, "main.hcl", "host      = 8080", "host      = 8090")
	k.build(t)
	k.Deploy(t, 0, "up")
	page("http://127.0.0.1:8090/", "Welcome. You are visitor number")
	if now := docker(t, "inspect", "--format", "{{.Id}}", "quickstart-database"); now != database {
		t.Error("the database's container was recreated")
	}
	k.Deploy(t, 0, "reset", "--images", "--yes")
	docker(t, "image", "rm", "debian:bookworm-slim") // a stage's base is no image of the kit's own
	if left := leftovers(everything(t), before, ""); len(left) > 0 {
		t.Errorf("reset --images leaves %v", left)
	}
}
