package kit_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
)

func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range kit.Kinds() {
		if name := k.String(); name == "" || name == "unknown" || seen[name] {
			t.Errorf("kind %d is called %q", k, name)
		} else {
			seen[name] = true
		}
	}
	if !seen["custom"] || kit.Kind(0).String() != "unknown" || kit.Kind(200).String() != "unknown" {
		t.Error(seen)
	}
}

func TestOwnerOf(t *testing.T) {
	for path, want := range map[string]kit.Owner{
		"docker-compose.yml":     kit.Build,
		"deploy.sh":              kit.Build,
		"prometheus/rules.yml":   kit.Build,
		"grafana/dashboards/x":   kit.Build,
		"own.txt":                kit.Build,
		".env":                   kit.Deploy,
		".env/x":                 kit.Build,
		".envrc":                 kit.Build,
		".env.example":           kit.Build,
		".omegagen":              kit.Deploy,
		".omegagen/secrets/x":    kit.Deploy,
		".omegagenx":             kit.Build,
		".git":                   kit.Git,
		".git/HEAD":              kit.Git,
		".gitignore":             kit.Build,
		"sub/.omegagen/secrets/": kit.Build,
	} {
		if got := kit.OwnerOf(path); got != want {
			t.Errorf("%s belongs to %d, not to %d", path, got, want)
		}
	}
}

// Each path of a generated file, and of what deploy.sh writes, is reserved.
func TestReserved(t *testing.T) {
	taken := func(path string) (kit.Entry, bool) {
		for _, e := range kit.Reserved() {
			if path == e.Path || e.Folder && strings.HasPrefix(path, e.Path+"/") {
				return e, true
			}
		}
		return kit.Entry{}, false
	}
	for path, kind := range map[string]kit.Kind{
		kit.ComposePath: kit.Compose, kit.EnvExamplePath: kit.EnvExample, kit.GitIgnorePath: kit.GitIgnore, kit.DeployScriptPath: kit.DeployScript,
		kit.PlanPath: kit.Document, kit.RunbookPath: kit.Document, kit.LockPath: kit.LockFile, kit.SchemaPath("d", false): kit.Schema,
		kit.PrometheusConfigPath: kit.Prometheus, kit.PrometheusRulesPath: kit.Prometheus, kit.PrometheusTestsPath: kit.RuleTests, kit.GitAttributesPath: kit.GitAttributes, kit.DeployRuntimePath: kit.DeployPart,
		kit.GrafanaDatasourcePath: kit.Grafana, kit.GrafanaAlertmanagerPath: kit.Grafana, kit.GrafanaProviderPath: kit.Grafana, kit.DashboardPath("u"): kit.Grafana,
		kit.EnvPath: 0, kit.SecretsDir: 0,
	} {
		if e, ok := taken(path); !ok || e.Kind != kind {
			t.Errorf("%s is reserved: %v, for %s", path, ok, e.Kind)
		}
	}
	if kit.DockerIgnorePath("a") != "Dockerfile.a.dockerignore" || kit.SchemaPath("d", true) != "init-db-d.sql" {
		t.Error("a path with a name changed")
	}
}

func TestLock(t *testing.T) {
	files := []kit.Artifact{{Path: "b", Content: []byte("b\n"), Executable: true, Sources: []string{"x.y"}}, {Path: "a", Content: []byte("<a>\n")}}
	a := kit.NewLock("s", "hash", "1.0.0", files)
	l, err := kit.ParseLock(a.Content)
	if err != nil || len(l.Files) != 2 || l.Files[0].Path != "a" || l.Files[0].SHA256 != kit.Sum([]byte("<a>\n")) || !l.Files[1].Executable || l.Files[1].Sources[0] != "x.y" {
		t.Errorf("%+v, %v", l, err)
	}
	if a.Kind != kit.LockFile || a.Path != kit.LockPath || !strings.Contains(string(a.Content), `"sources": []`) {
		t.Errorf("%s", a.Content)
	}
	newer := kit.NewLock("s", "hash", "1.0.1", files)
	other := kit.NewLock("s", "hash2", "1.0.0", files)
	if !kit.SameLock(a.Content, newer.Content) || kit.SameLock(a.Content, other.Content) {
		t.Error("only the version of the tool may differ")
	}
	if _, err := kit.ParseLock([]byte("{")); err == nil {
		t.Error("half a lock file was read")
	}
}

func TestFileName(t *testing.T) {
	for id, want := range map[string]string{
		"build-a": "build-a", "image.debian.pull": "image.debian.pull", "_x": "_x",
		"a b": "a-b-", "../x": "x-", ".hidden": "hidden-", "-dash": "dash-", "": "id-", "é/": "id-",
	} {
		got := kit.FileName(id)
		if got != want && (!strings.HasPrefix(got, want) || len(got) != len(want)+8) {
			t.Errorf("%q gives %q", id, got)
		}
	}
	long := strings.Repeat("x", 300)
	if a, b := kit.FileName(long+"a"), kit.FileName(long+"b"); a == b || len(a) > 100 {
		t.Error(a, b)
	}
	if got := kit.ActionScriptPath("a b", "run"); got != "deploy/actions/a-b-c8687a08/run.sh" {
		t.Error(got)
	}
}
