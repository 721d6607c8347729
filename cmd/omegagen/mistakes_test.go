package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/policy"
)

// habits are mistakes of people who know Compose. Each is in a service that is valid otherwise, or, in the
// second list, at the top level.
var habits = []string{
	`depends_on = ["db"]`, `depends_on = [db]`, `depends_on = "db"`, `depends_on = { db = "service_healthy" }`,
	`depends_on = { db = { condition = "service_started" } }`, `depends_on { db = "healthy" }`, "depends_on {\n db {\n condition = \"service_healthy\"\n }\n}",
	"healthcheck {\n test = [\"CMD\", \"redis-cli\", \"ping\"]\n}", "healthcheck {\n test = [\"CMD-SHELL\", \"redis-cli ping || exit 1\"]\n}",
	"healthcheck {\n test = \"redis-cli ping\"\n}", "healthcheck {\n test = [\"NONE\"]\n}", "healthcheck = { test = [\"CMD\", \"redis-cli\", \"ping\"], interval = \"5s\" }",
	"healthcheck {\n command = [\"CMD\", \"redis-cli\", \"ping\"]\n}", "healthcheck {\n command = [\"CMD-SHELL\", \"redis-cli ping\"]\n}",
	"healthcheck {\n command = [\"redis-cli\", \"ping\"]\n interval = 10s\n}", "healthcheck {\n command = [\"redis-cli\", \"ping\"]\n interval = 10\n}",
	`ports = ["8080:80"]`, `ports = ["127.0.0.1:8081:80/tcp", "5353:53/udp", "9000", "3000-3002:3000-3002"]`, `ports = [80]`,
	`ports = [{ target = 80, published = "8080", protocol = "tcp" }]`, `port = 80`, `port = "8080:80"`, "port {\n container = 80\n}",
	`volumes = ["./conf:/etc/app:ro"]`, `volumes = ["data:/var/lib/data", "/cache", "new:/new"]`, `volumes = [{ type = "tmpfs", target = "/run" }]`,
	"volumes {\n data = \"/data\"\n}", `environment = { A = "b", N = 1 }`, `environment = ["A=b", "N=1"]`, "environment {\n A = \"b\"\n}",
	`env = ["A=b"]`, "env {\n A = \"b\"\n}", `labels = ["traefik.enable=true", "com.example.team=web"]`, "labels {\n team = \"web\"\n}",
	"labels = {\n traefik.enable = \"true\"\n}", "labels {\n traefik.enable = \"true\"\n}", `traefik.enable = "true"`, "sysctls = {\n net.core.somaxconn = 1024\n}",
	`networks = ["back"]`, `networks = ["front"]`, `networks = { back = {} }`, "networks {\n back {}\n}", `secrets = ["db_password"]`,
	`secrets = [{ source = "db_password", target = "password" }]`, `scale = 2`, `container_name = web1`, `restart = always`, `restart = no`, `restart = false`,
	`restart = "unless_stopped"`, `restart: always`, `command: redis-server --appendonly yes`, `command = redis-server --appendonly yes`, "dns:\n  - 1.1.1.1\n  - 8.8.8.8",
	"ports:\n  - \"8080:80\"", "environment:\n  A: b\n  N: 1", "depends_on:\n  db:\n    condition: service_healthy",
	"healthcheck:\n  test: [\"CMD\", \"redis-cli\", \"ping\"]\n  interval: 10s", "networks:\n  - back",
	`mem_limit = 512m`, `shm_size = 256m`, `stop_grace_period = 30s`, `user = 1000:1000`, `platform = linux/amd64`, `tty = yes`, `hostname = 'web'`,
	`cap_add = [CHOWN]`, `env = { TZ = "${TZ}" }`, `env = { TZ = "${TZ:-UTC}" }`, `env = { TZ = $TZ }`, `hostname = $HOST_NAME`, `profiles = "dev"`,
	"logging {\n driver = json-file\n}", "resources {\n limits {\n memory = \"512m\"\n }\n}", `container-name = "web1"`,
}

var imageHabits = []string{`image = "redis:7.2.4"`, `image = "ghcr.io/example/app:1.0"`, `image: redis:7.2.4`, `image = redis`, `build = "."`,
	`build = { context = "app", dockerfile = "Dockerfile", args = { A = "1" } }`, "build {\n context = \"app\"\n}", "build: app"}

var topHabits = []string{"version = \"3.8\"", "name = \"shop\"", "services \"more\" {\n image = image.redis\n}", "volumes \"more\" {}"}

// habitManifest is a manifest with one mistake.
func habitManifest(image, inService, atTop string) string {
	return fmt.Sprintf("system \"shop\" {}\n\nimage \"redis\" {\n  pull = \"redis:7.2.4-alpine\"\n}\n\nvolume \"data\" {}\n\nnetwork \"back\" {}\n\nservice \"db\" {\n  image = image.redis\n  healthcheck {\n    command = [\"redis-cli\", \"ping\"]\n  }\n}\n\nservice \"web\" {\n  %s\n  %s\n}\n\n%s\n",
		image, strings.ReplaceAll(inService, "\n", "\n  "), atTop)
}

// habitFiles are the files to which the manifests refer.
func habitFiles(src string) fstest.MapFS {
	dockerfile := &fstest.MapFile{Data: []byte("FROM redis:7.2.4-alpine\n")}
	return fstest.MapFS{"main.hcl": {Data: []byte(src)}, "conf": {Mode: 0o755 | 1<<31}, "Dockerfile": dockerfile, "app/Dockerfile": dockerfile}
}

// Each mistake is one error, and what it says to write is valid where it says so.
func TestHabits(t *testing.T) {
	var manifests []string
	for _, h := range habits {
		manifests = append(manifests, habitManifest("image = image.redis", h, ""))
	}
	for _, h := range imageHabits {
		manifests = append(manifests, habitManifest(h, "", ""))
	}
	for _, h := range topHabits {
		manifests = append(manifests, habitManifest("image = image.redis", "", h))
	}
	for _, src := range manifests {
		found := habitErrors(src)
		if len(found) != 1 {
			t.Errorf("%d errors, not one, in\n%s", len(found), src)
			for _, d := range found {
				t.Log(diagtest.Describe(d))
			}
			continue
		}
		fixed, ok := paste(src, found[0])
		if !ok {
			t.Errorf("nothing to paste: %s", diagtest.Describe(found[0]))
			continue
		}
		for _, d := range habitErrors(fixed) {
			t.Errorf("after %s\n%s\nthere is %s", diagtest.Describe(found[0]), fixed, diagtest.Describe(d))
		}
	}
}

// habitErrors are the errors of a manifest and of its files.
func habitErrors(src string) hcl.Diagnostics {
	c := read(loader.Input{FS: habitFiles(src), Dir: "."}, policy.Levels{})
	if c.whole {
		c.files()
	}
	return slices.DeleteFunc(diag.Sort(c.diags), func(d *hcl.Diagnostic) bool { return d.Severity != hcl.DiagError })
}

// paste applies the fix of a diagnostic; ok is false if it has none.
func paste(src string, d *hcl.Diagnostic) (string, bool) {
	e, _ := d.Extra.(diag.Extra)
	edits := slices.Clone(e.Edits)
	if e.Fix != "" {
		edits = append(edits, diag.Edit{Range: *d.Subject, Text: e.Fix})
	}
	slices.SortStableFunc(edits, func(a, b diag.Edit) int { return b.Range.Start.Byte - a.Range.Start.Byte })
	for _, edit := range edits {
		src = src[:edit.Range.Start.Byte] + edit.Text + src[edit.Range.End.Byte:]
	}
	return src, len(edits) > 0
}

// Mistakes of different kinds are reported in one run, each in its place.
func TestHabitsTogether(t *testing.T) {
	src := habitManifest(`image = "redis:7.2.4"`, "ports = [\"8080:80\"]\nmem_limit = 512m\nrestart: always\nenv = { DB_PASSWORD = \"hunter2\" }\ndepends_on = { db = \"service_healthy\" }", "")
	c := read(loader.Input{FS: habitFiles(src), Dir: "."}, policy.Levels{})
	var codes []string
	for _, d := range diag.Sort(c.diags) {
		codes = append(codes, diag.Code(d))
	}
	slices.Sort(codes)
	if want := []string{"OG007", "OG008", "OG011", "OG025", "OG122", "OG803"}; !slices.Equal(codes, want) {
		t.Errorf("got %v, want %v", codes, want)
		for _, d := range c.diags {
			t.Log(diagtest.Describe(d))
		}
	}
}
