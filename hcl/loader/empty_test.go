package loader_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

const aroundEmpty = `
system "s" {}
variable "on" {
  type    = bool
  default = false
}
variable "apps" {
  type    = map(number)
  default = {}
}
variable "host" {
  type    = string
  default = null
}
locals {
  hosts   = var.host == null ? {} : { a = var.host }
  address = var.host == null ? "" : upper("http://${var.host}:80")
}
secret "s" {}
image "web" { pull = "nginx:1.27.0" }
service "cache" {
  for_each = local.hosts
  image    = image.web
  env      = { HOST = each.value }
  port "http" {
    container = 6379
    host      = 16379
  }
}
service "web" {
  image = image.web
  port "http" {
    container = 80
    host      = 8080
  }
}
state "n" {
  type    = number
  initial = 0
}
`

// What is wrong with a block of which there is no instance is reported, whatever its for_each is.
func TestEmptyForEach(t *testing.T) {
	for what, c := range map[string]struct{ block, code string }{
		"a reference to no service": {`action "a" {
  for_each = var.apps
  run      = "curl http://127.0.0.1:${service.wbe.port.http.host}/"
}`, "OG021"},
		"a local that isn't defined": {`action "a" {
  for_each = toset([for k, v in var.apps : k])
  run      = "echo ${local.typo}"
}`, "OG021"},
		"an attribute that a block doesn't have": {`criterion "a" {
  for_each = var.on ? toset(["x"]) : toset([])
  command {
    run = "curl http://127.0.0.1:${service.web.ports.http.host}/"
  }
}`, "OG022"},
		"the wrong type": {`action "a" {
  for_each = var.apps
  run      = "true"
  retries  = "many"
}`, "OG027"},
		"a mistake in a nested block": {`service "b" {
  for_each = var.apps
  image    = image.web
  healthcheck {
    http { port = local.nothing }
  }
}`, "OG021"},
		"a function that doesn't exist": {`service "b" {
  for_each = var.apps
  image    = image.web
  env      = { A = uper(each.key) }
}`, "OG029"},
		"a reference of the wrong kind": {`service "b" {
  for_each = var.apps
  image    = secret.s
}`, "OG025"},
		"an unknown state in a condition": {`action "a" {
  for_each     = var.apps
  precondition = state.m > 1
  run          = "true"
}`, "OG021"},
		"the wrong type in an effect": {`action "a" {
  for_each = var.apps
  effects  = { n = true }
  run      = "true"
}`, "OG211"},
		"each without for_each's names": {`action "a" {
  for_each = var.apps
  run      = "echo ${each.nmae}"
}`, "OG029"},
		"a criterion with two probes": {`criterion "a" {
  for_each = var.apps
  tcp {
    service = service.web
    port    = "http"
  }
  command { run = "test -e x" }
}`, "OG750"},
	} {
		_, diags := loader.Load(loader.Input{FS: diagtest.Manifest(aroundEmpty + c.block), Dir: "."})
		if len(diags) != 1 || diag.Code(diags[0]) != c.code {
			t.Errorf("%s: want %s alone, got %d", what, c.code, len(diags))
			for _, d := range diags {
				t.Log(diagtest.Describe(d))
			}
		}
	}
}

// Blocks that are right with some values are right without any.
func TestEmptyForEachIsSilent(t *testing.T) {
	for what, block := range map[string]string{
		"each everywhere": `service "b" {
  for_each = var.apps
  image    = image.web
  env      = { NAME = upper(each.key), PORT = tostring(each.value + 1) }
  replicas = each.value
  port "http" {
    container = each.value
    host      = each.value + replica.index
  }
}`,
		"attributes of each.value": `service "b" {
  for_each = { for k, v in var.apps : k => { image = "x", ports = [v], deep = { a = v } } }
  image    = image.web
  env      = { A = each.value.image, B = tostring(each.value.ports[0]), C = join(",", keys(each.value.deep)) }
}`,
		"a variable that is null": `action "a" {
  for_each = var.host == null ? toset([]) : toset(["x"])
  run      = "curl http://${var.host}/"
  validate = "test -e ${upper(var.host)}"
}`,
		"a local of such a variable": `action "a" {
  for_each = local.hosts
  run      = "curl ${local.address} ${length(local.hosts) / length(local.hosts)}"
}`,
		"an instance of another such block": `action "a" {
  for_each     = local.hosts
  precondition = service.cache["a"].started
  run          = "curl http://127.0.0.1:${service.cache["a"].port.http.host} ${service.cache[each.key].container_name}"
  disrupts     = [service.cache]
}`,
		"names of instances": `service "b" {
  for_each   = local.hosts
  image      = image.web
  depends_on = { "cache-a" = "started" }
}`,
		"a whole such block": `criterion "d" {
  for_each = local.hosts
  container { service = service.cache }
}`,
		"the port of another block": `service "b" {
  for_each       = var.on ? toset(["x"]) : toset([])
  container_name = "web"
  image          = image.web
  port "http" {
    container = 80
    host      = 8080
  }
}`,
		"a file that is there with it": `action "x" {
  for_each = can(file("missing.sh")) ? toset(["x"]) : toset([])
  run      = file("missing.sh")
}`,
		"conditions with each": `action "a" {
  for_each     = var.apps
  precondition = state.n < each.value
  effects      = { n = each.value }
  run          = "echo ${each.value > 3 ? "many" : "few"} %{if each.key == "x"}x%{endif}"
}`,
		"a secret": `action "a" {
  for_each = var.apps
  run      = "echo ${secret.s} ${each.key}"
}`,
		"blocks chosen by each": `service "b" {
  for_each = var.apps
  image    = each.key == "x" ? image.web : image.web
  env      = { for k in ["A"] : k => each.key }
}`,
	} {
		_, diags := loader.Load(loader.Input{FS: diagtest.Manifest(aroundEmpty + block), Dir: "."})
		for _, d := range diags {
			if d.Subject.Start.Line > strings.Count(aroundEmpty, "\n") {
				t.Errorf("%s: %s", what, diagtest.Describe(d))
			}
		}
	}
}

var someForEach = regexp.MustCompile(`(?m)^(\s*for_each\s*=\s*)(\S.*)$`)

// The examples' blocks are right too if they have no instances.
func TestExamplesWithoutInstances(t *testing.T) {
	tried := 0
	for _, name := range []string{"alternatives", "constellation"} {
		dir := filepath.Join("..", "..", "examples", name)
		files, err := filepath.Glob(filepath.Join(dir, "*.hcl"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range someForEach.FindAllSubmatchIndex(src, -1) {
				expr := string(src[at[4]:at[5]])
				if strings.HasSuffix(expr, "{") {
					continue
				}
				tried++
				changed := string(src[:at[4]]) + "length(\"\") == 0 ? toset([]) : " + expr + string(src[at[5]:])
				fsys := overlay{os.DirFS(dir), filepath.Base(file), changed}
				_, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
				line := strings.Count(string(src[:at[0]]), "\n") + 1
				end := line + strings.Count(strings.SplitAfterN(string(src[at[0]:]), "\n}", 2)[0], "\n")
				for _, d := range diags {
					if d.Subject.Filename == filepath.Base(file) && d.Subject.Start.Line >= line && d.Subject.Start.Line <= end {
						t.Errorf("%s: %s", name, diagtest.Describe(d))
					}
				}
			}
		}
	}
	if tried < 6 {
		t.Errorf("only %d blocks have for_each", tried)
	}
}

// overlay is a folder in which one file differs.
type overlay struct {
	fs.FS
	name, content string
}

func (o overlay) Open(name string) (fs.File, error) {
	if name == o.name {
		return diagtest.Manifest(o.content).Open("main.hcl")
	}
	return o.FS.Open(name)
}

// The scripts of switched-off blocks are known to the rules, and nothing else is.
func TestOffScripts(t *testing.T) {
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(aroundEmpty + `
action "a" {
  for_each = var.apps
  run      = "echo known"
  validate = "test -e ${each.key}"
}
`), Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if len(m.Actions) != 0 || m.Off == nil || len(m.Off.Actions) != 1 {
		t.Fatalf("actions %v, off %v", m.Actions, m.Off)
	}
	a := m.Off.Actions[0]
	if text, _ := a.Run.Plain(); text != "echo known" || len(a.Validate) != 0 || !slices.ContainsFunc([]string{a.Address}, func(s string) bool { return strings.HasPrefix(s, "action.a[") }) {
		t.Errorf("got %q, %v of %s", text, a.Validate, a.Address)
	}
}

// A script has a shell's line ends whether it is a file's text, a here-document of the manifest or has secrets.
func TestScriptLineEnds(t *testing.T) {
	src := strings.ReplaceAll(`system "s" {}
secret "k" {
  from = "generated"
}
action "a" {
  run      = <<-EOT
    echo ${secret.k}
    echo b
  EOT
  validate = <<-EOT
    test -e x
    test -e y
  EOT
  rollback = "rm x\r\nrm y"
}
criterion "c" {
  command {
    run = "test -e x\r\ntest -e y"
  }
}
benchmark "b" {
  target = "< 1"
  run    = "echo 1\r\necho 2"
}
`, "\n", "\r\n")
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	a := m.Actions[0]
	for _, text := range []manifest.Text{a.Run, a.Validate, a.Rollback, m.Criteria[0].Probe.(*manifest.CommandProbe).Run, m.Benchmarks[0].Run} {
		all := ""
		for _, p := range text {
			all += p.Text
		}
		if strings.Contains(all, "\r") || !strings.Contains(all, "\n") {
			t.Errorf("%q", all)
		}
	}
}
