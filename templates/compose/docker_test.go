package compose_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/env"
)

// dockerCompose is the program of Docker Compose v2, which `make tools`
// unpacks. `config` needs no engine.
func dockerCompose(t *testing.T) string {
	t.Helper()
	program := tooltest.Need(t, "docker-compose")[0]
	out, err := exec.Command(program, "version", "--short").Output()
	if v := strings.TrimPrefix(strings.TrimSpace(string(out)), "v"); err != nil || !strings.HasPrefix(v, "2.") && !strings.HasPrefix(v, "3.") && !strings.HasPrefix(v, "5.") {
		t.Fatalf("%s is %q (%v), not Compose v2: run `make tools`", program, v, err)
	}
	return program
}

// A real Docker Compose takes the file without a word, and reads what was
// meant; without the secrets' values it refuses.
func TestDockerCompose(t *testing.T) {
	program := dockerCompose(t)
	m := full()
	const text = "a\"b 'c' $(touch x) `y` ${z} {{.}} $$ \\ \n é: #"
	i := m.Services[0].Instances[0]
	i.Env = append(i.Env, manifest.EnvVar{Name: "HOSTILE", Value: manifest.Text{{Text: text}, {Secret: m.Secrets[0]}, {Text: text}}})
	i.Command = &manifest.Command{Exec: []string{text}}
	i.Labels = []manifest.KeyValue{{Key: "a b", Value: text}}
	pairs := map[string]string{}
	for a, x := range pieces {
		for b, y := range pieces {
			name := fmt.Sprintf("P_%d_%d", a, b)
			pairs[name] = x + y + env.Placeholder + y + x
			i.Env = append(i.Env, manifest.EnvVar{Name: name, Value: manifest.Text{{Text: x + y}, {Secret: m.Secrets[0]}, {Text: y + x}}})
		}
	}
	dir := t.TempDir()
	files, diags := compose.Render(m)
	more, moreDiags := env.Render(m)
	if len(diags)+len(moreDiags) > 0 {
		t.Fatal(diags, moreDiags)
	}
	for _, f := range append(files, more...) {
		path := filepath.Join(dir, strings.Replace(f.Path, ".env.example", ".env", 1))
		if err := os.WriteFile(path, f.Content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(program, "--profile", "*", "config", "--format", "json")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	if err := cmd.Run(); err != nil || stderr.Len() > 0 {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var got struct {
		Name     string
		Services map[string]struct {
			Environment map[string]string
			Command     []string
			Labels      map[string]string
			Healthcheck struct{ Test []string }
		}
	}
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	// What config prints can be read as a Compose file again: `$` is doubled.
	plain := strings.NewReplacer("$$", "$")
	s := got.Services["constellation-1"]
	if v := plain.Replace(s.Environment["HOSTILE"]); v != text+env.Placeholder+text {
		t.Errorf("the variable is %q", v)
	}
	for name, want := range pairs {
		if v := plain.Replace(s.Environment[name]); v != want {
			t.Errorf("%s is %q, not %q", name, v, want)
		}
	}
	if len(s.Command) != 1 || plain.Replace(s.Command[0]) != text || plain.Replace(s.Labels["a b"]) != text {
		t.Errorf("the command is %q, the label %q", s.Command, s.Labels)
	}
	if got.Name != "omega" || len(got.Services) != 4 {
		t.Errorf("project %q with %d services", got.Name, len(got.Services))
	}

	if err := os.Remove(filepath.Join(dir, ".env")); err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(program, "config")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "deploy.sh writes it to .env") {
		t.Errorf("without .env: %v: %s", err, out)
	}
}
