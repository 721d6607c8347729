package compose

import (
	"context"
	"math/big"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/compose"
)

const merging = `
system "x" {
  compose = {
    services = {
      s = { labels = { system = "1" }, dns = ["9.9.9.9"], expose = ["91"] }
    }
  }
}
secret "pw" { from = "generated" }
volume "data" {}
network "n" {}
network "m" {}
network "static" {
  ipam = { config = [{ subnet = "10.5.0.0/24" }] }
}
image "i" {
  pull = "example/i:1"
}
service "dep" {
  image = image.i
}
service "s" {
  image      = image.i
  env        = { A = "1" }
  secret_env = { PW_FILE = secret.pw }
  labels     = { a = "b" }
  networks   = [network.n]
  depends_on = { dep = "started" }
  dns        = ["1.1.1.1"]
  sysctls    = { "net.core.somaxconn" = 1 }
  devices    = ["/dev/a:/dev/a"]
  ulimits {
    nproc = 5
  }
  logging {
    driver  = "json-file"
    options = { "max-size" = "1m" }
  }
  network "static" {
    aliases      = ["a"]
    ipv4_address = "10.5.0.9"
  }
  port "http" {
    container = 80
    host      = 8080
  }
  mount "/data" {
    volume = volume.data
  }
  healthcheck {
    command = ["true"]
  }
  rollout {
    order = "stop_first"
  }
  harden {
    cap_add           = ["CHOWN"]
    no_new_privileges = true
    reason            = "of the test"
  }
  compose = MORE
}
`

// What a service's compose adds is what Compose itself makes of two files: that of the service without it, and
// one with it.
func TestMergedAsFiles(t *testing.T) {
	for name, more := range map[string]string{
		"lists":        `{ volumes = ["/cache", "data:/more"], ports = ["9999:9999", 9998, { target = 9997, published = "9997" }], secrets = [{ source = "pw", target = "/x" }], profiles = ["p"] }`,
		"maps":         `{ environment = { B = "2", C = null, D = 4 }, labels = { c = "d" }, sysctls = { "net.core.x" = 2 }, ulimits = { nofile = { soft = 1, hard = 2 } } }`,
		"pairs":        `{ environment = ["B=2", "C"], labels = ["c=d=e"], sysctls = ["net.core.x=2"], annotations = ["k=v"] }`,
		"sequences":    `{ dns = "8.8.8.8", tmpfs = "/t", dns_search = ["a"], extra_hosts = { h = "1.2.3.4" }, env_file = [] }`,
		"networks":     `{ networks = { n = { aliases = ["x"] }, m = null, static = { aliases = ["b"], priority = 2 } } }`,
		"network list": `{ networks = ["m"] }`,
		"dependencies": `{ depends_on = { dep = { condition = "service_started", restart = true } } }`,
		"depends list": `{ depends_on = ["dep"] }`,
		"logging":      `{ logging = { options = { "max-file" = "3" } } }`,
		"health":       `{ healthcheck = { retries = 3, interval = "7s" } }`,
		"devices":      `{ devices = ["/dev/b"], cap_add = ["CHOWN", "NET_ADMIN"], cap_drop = ["ALL"], security_opt = ["label=disable"], expose = ["90", 91] }`,
		"scalars":      `{ hostname = "h", stop_signal = "SIGQUIT", pids_limit = 7, restart = "always", user = "5", working_dir = "/w" }`,
		"deploy":       `{ deploy = { labels = { a = "b" }, update_config = { parallelism = 2 } } }`,
		"same":         `{ ports = [], volumes = null, environment = { A = "1" }, dns = ["1.1.1.1"] }`,
		"x":            `{ x-new = { a = [1, { b = true }] } }`,
	} {
		t.Run(name, func(t *testing.T) {
			m := loaded(t, replaceMore(merging, more))
			files, diags := compose.Render(m)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if diags := Check(m, files[0]); diags.HasErrors() {
				t.Fatalf("%v\n%s", diags, files[0].Content)
			}
			base := treeOf(t, m, files[0].Doc.(*compose.File).With(func(x *manifest.Passthrough) bool {
				return x != service(m, "s").ComposeNew && x != m.System.Compose
			}))
			over := map[string]any{"services": map[string]any{"s": clone(plainData(service(m, "s").ComposeNew.Value), m.Sample)}}
			system := clone(plainData(m.System.Compose.Value), m.Sample).(map[string]any)
			want := loadedFiles(t, m, base, over, system)
			got := loadedFiles(t, m, treeOf(t, m, files[0].Doc.(*compose.File)))
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func treeOf(t *testing.T, m *manifest.Manifest, doc *compose.File) map[string]any {
	t.Helper()
	tree, err := doc.Tree(secretValue)
	if err != nil {
		t.Fatal(err)
	}
	return clone(tree, m.Sample).(map[string]any)
}

// loadedFiles loads files over each other as Compose does.
func loadedFiles(t *testing.T, m *manifest.Manifest, files ...map[string]any) string {
	t.Helper()
	details := types.ConfigDetails{WorkingDir: "/kit", Environment: types.Mapping{}}
	for _, f := range files {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: kit.ComposePath, Config: f})
	}
	p, err := loader.LoadWithContext(context.Background(), details, func(o *loader.Options) {
		o.SkipInterpolation, o.ResolvePaths, o.SkipResolveEnvironment = true, false, true
		o.Profiles = []string{"*"}
		o.SetProjectName(compose.ProjectName(m.System), true)
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func replaceMore(src, more string) string { return strings.Replace(src, "MORE", more, 1) }

func service(m *manifest.Manifest, name string) *manifest.Service {
	for _, s := range m.Services {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// plainData has numbers as a YAML reader types them.
func plainData(v any) any {
	switch v := v.(type) {
	case *big.Rat:
		return int(v.Num().Int64())
	case []any:
		out := []any{}
		for _, x := range v {
			out = append(out, plainData(x))
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = plainData(x)
		}
		return out
	}
	return v
}

// A null in env is a variable that Compose takes from its own environment.
func TestPassedThrough(t *testing.T) {
	m := loaded(t, "system \"x\" {}\nimage \"i\" {\n  pull = \"example/i:1\"\n}\nservice \"s\" {\n  image = image.i\n  env   = { DEBUG = null, X = \"\" }\n}\n")
	files, diags := compose.Render(m)
	if diags = append(diags, Check(m, files[0])...); diags.HasErrors() {
		t.Fatal(diags)
	}
	p, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{WorkingDir: "/kit", Environment: types.Mapping{"DEBUG": "of the caller"},
		ConfigFiles: []types.ConfigFile{{Filename: kit.ComposePath, Content: files[0].Content}}})
	if err != nil {
		t.Fatal(err)
	}
	env := p.Services["s"].Environment
	if env["DEBUG"] == nil || *env["DEBUG"] != "of the caller" || env["X"] == nil || *env["X"] != "" {
		t.Errorf("%v", env)
	}
}

// Compose reads required and restart of a dependency; a service whose profile may not be enabled isn't waited for.
func TestOptionalDependency(t *testing.T) {
	m := loaded(t, `
system "x" {}
image "i" {
  pull = "example/i:1"
}
service "debug" {
  image    = image.i
  profiles = ["debug"]
}
service "db" {
  image = image.i
}
service "s" {
  image      = image.i
  depends_on = { db = { restart = true }, debug = { condition = "started", required = false } }
}
`)
	files, diags := compose.Render(m)
	if diags = append(diags, Check(m, files[0])...); diags.HasErrors() {
		t.Fatal(diags)
	}
	s := service(m, "s")
	if len(s.DependsOn) != 1 || s.DependsOn[0].Service.Name != "db" {
		t.Errorf("%v", s.DependsOn)
	}
	p, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{WorkingDir: "/kit", Environment: types.Mapping{},
		ConfigFiles: []types.ConfigFile{{Filename: kit.ComposePath, Content: files[0].Content}}})
	if err != nil {
		t.Fatal(err)
	}
	got := p.Services["s"].DependsOn
	if db := got["db"]; !db.Restart || !db.Required || db.Condition != types.ServiceConditionStarted {
		t.Errorf("db: %+v", db)
	}
	if debug, ok := got["debug"]; ok && debug.Required {
		t.Errorf("debug: %+v", debug)
	}
}
