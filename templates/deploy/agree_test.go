package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/deploy"
)

// built is a build as the one who runs it reads it, paths absolute.
type built struct {
	Context, Dockerfile, Target, Platform, Network string
	Names, CacheFrom, ExtraHosts                   []string
	ShmSize                                        string
	Args, Labels, Secrets, SSH, Contexts           map[string]string
}

func newBuilt() *built {
	return &built{Args: map[string]string{}, Labels: map[string]string{}, Secrets: map[string]string{}, SSH: map[string]string{}, Contexts: map[string]string{}}
}

// everything is a manifest that uses all that a build can be given, and its kit.
func everything(t *testing.T) (*manifest.Manifest, artifact.Artifact, []artifact.Artifact) {
	t.Helper()
	src, err := os.ReadFile("testdata/everything.hcl")
	if err != nil {
		t.Fatal(err)
	}
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: src}}, Dir: "."})
	files, more := compose.Render(m)
	scripts, still := deploy.Render(m, planner.Plans(m, planner.Options{}), files)
	if diags = append(append(diags, more...), still...); len(diags) > 0 {
		t.Fatal(diags)
	}
	return m, files[0], scripts
}

// Docker Compose builds from the kit's file what deploy.sh builds, wherever the
// kit is and whoever calls it in its folder.
func TestComposeBuildsWhatDeployBuilds(t *testing.T) {
	m, file, scripts := everything(t)
	kit := filepath.Join(t.TempDir(), "a $b", "it's a kit")
	if err := os.MkdirAll(kit, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(kit, file.Path), file.Content, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", "/home/someone")
	services := composeConfig(t, kit)
	seen := 0
	for _, s := range m.Services {
		for _, i := range s.Instances {
			got := services[i.Name]
			if !s.Image.Built() {
				if got != nil {
					t.Errorf("%s of a pulled image has a build", i.Name)
				}
				continue
			}
			seen++
			want := dockerBuild(t, kit, string(find(t, scripts, "deploy/actions/image."+s.Image.Name+".build/run.sh")))
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s (- docker build, + Compose)\n%s", i.Name, d)
			}
		}
	}
	if seen != 5 {
		t.Errorf("%d services have a build", seen)
	}
}

// composeConfig is what Docker Compose reads, by service.
func composeConfig(t *testing.T, kit string) map[string]*built {
	t.Helper()
	cmd := exec.Command(tooltest.Need(t, "docker-compose")[0], "config")
	cmd.Dir = kit
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("docker-compose config: %v (is make tools' on PATH?)", err)
	}
	var config struct {
		Services map[string]struct {
			Image      string
			Platform   string
			PullPolicy string `yaml:"pull_policy"`
			Build      *struct {
				Context, Dockerfile, Target, Network string
				Tags, SSH                            []string
				CacheFrom                            []string `yaml:"cache_from"`
				ExtraHosts                           []string `yaml:"extra_hosts"`
				ShmSize                              string   `yaml:"shm_size"`
				Args, Labels                         map[string]string
				Contexts                             map[string]string `yaml:"additional_contexts"`
				Secrets                              []struct{ Source, Target string }
			}
		}
		Secrets map[string]struct{ File string }
	}
	// What config prints can be read as a Compose file again: `$` is doubled.
	if err := yaml.Unmarshal([]byte(strings.ReplaceAll(string(out), "$$", "$")), &config); err != nil {
		t.Fatal(err)
	}
	services := map[string]*built{}
	for name, s := range config.Services {
		if s.Build == nil {
			continue
		}
		want := "never"
		if strings.Contains(s.Image, "/") {
			want = "missing"
		}
		if s.PullPolicy != want {
			t.Errorf("%s has the pull policy %q", name, s.PullPolicy)
		}
		b := newBuilt()
		b.Context, b.Dockerfile, b.Target, b.Platform, b.Network = s.Build.Context, s.Build.Dockerfile, s.Build.Target, s.Platform, s.Build.Network
		if !strings.Contains(b.Context, "://") && !filepath.IsAbs(b.Dockerfile) {
			b.Dockerfile = filepath.Join(b.Context, b.Dockerfile)
		}
		b.Names = append([]string{s.Image}, s.Build.Tags...)
		b.CacheFrom, b.ShmSize = s.Build.CacheFrom, s.Build.ShmSize
		for _, x := range s.Build.ExtraHosts {
			b.ExtraHosts = append(b.ExtraHosts, strings.Replace(x, "=", ":", 1))
		}
		for k, v := range s.Build.Args {
			b.Args[k] = v
		}
		for k, v := range s.Build.Labels {
			b.Labels[k] = v
		}
		for _, x := range s.Build.SSH {
			id, path, _ := strings.Cut(x, ": ")
			b.SSH[id] = path
		}
		for k, v := range s.Build.Contexts {
			b.Contexts[k] = v
		}
		for _, x := range s.Build.Secrets {
			b.Secrets[x.Source+x.Target] = config.Secrets[x.Source].File
		}
		services[name] = b
	}
	return services
}

// dockerBuild is what a script's docker build is given.
func dockerBuild(t *testing.T, kit, script string) *built {
	t.Helper()
	cmd := exec.Command(tooltest.Need(t, "sh")[0], "-euc", "docker() { printf '%s\\0' \"$@\"; }\n"+script)
	cmd.Dir = kit
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", script, err, out)
	}
	words := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if len(words)%2 != 0 || words[0] != "build" {
		t.Fatalf("%q is not a build", words)
	}
	abs := func(p string) string {
		if strings.Contains(p, "://") || filepath.IsAbs(p) {
			return p
		}
		return filepath.Join(kit, p)
	}
	b := newBuilt()
	b.Context = abs(words[len(words)-1])
	for i := 1; i+1 < len(words); i += 2 {
		value := words[i+1]
		key, rest, _ := strings.Cut(value, "=")
		switch words[i] {
		case "-f":
			b.Dockerfile = value
			if !strings.Contains(b.Context, "://") {
				b.Dockerfile = abs(value)
			}
		case "-t":
			b.Names = append(b.Names, value)
		case "--target":
			b.Target = value
		case "--platform":
			b.Platform = value
		case "--network":
			b.Network = value
		case "--add-host":
			b.ExtraHosts = append(b.ExtraHosts, value)
		case "--shm-size":
			b.ShmSize = value
		case "--cache-from":
			b.CacheFrom = append(b.CacheFrom, value)
		case "--build-arg":
			b.Args[key] = rest
		case "--label":
			b.Labels[key] = rest
		case "--build-context":
			b.Contexts[key] = abs(rest)
		case "--ssh":
			b.SSH[key] = rest
			if rest != "" {
				b.SSH[key] = abs(rest)
			}
		case "--secret":
			id, src, ok := strings.Cut(value, ",src=")
			if !ok {
				t.Fatalf("%q has no file", value)
			}
			b.Secrets[strings.TrimPrefix(id, "id=")] = abs(src)
		default:
			t.Fatalf("docker build has an option %s", words[i])
		}
	}
	return b
}

// A build comes after its secrets and the images of its contexts.
func TestBuildWaits(t *testing.T) {
	m, _, _ := everything(t)
	for _, a := range planner.Actions(m, planner.Options{}) {
		if a.ID != "image.app.build" {
			continue
		}
		var needs []string
		for _, f := range a.Needs {
			needs = append(needs, f.Fact.String())
		}
		sort.Strings(needs)
		if want := []string{"image.base.ready", "secret.npmrc.set", "secret.token.set"}; !slices.Equal(needs, want) {
			t.Errorf("image.app.build needs %v instead of %v", needs, want)
		}
		return
	}
	t.Error("nothing builds image.app")
}
