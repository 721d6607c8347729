package compose_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/compose"
	"github.com/omegagen/omegagen/templates/compose"
)

// built is full, with an image that uses all that Compose can give a build.
func built() (*manifest.Manifest, *manifest.Image) {
	m := full()
	i := m.Images[1]
	i.Context, i.Target, i.Network, i.Push = "../app $x", "run", "host", "registry.example.org/server:1.0"
	i.Secrets = m.Secrets
	i.SSH = []string{"default", "deploy=~/key"}
	i.BuildArgs = []manifest.KeyValue{{Key: "A", Value: "${x}"}, {Key: "yes", Value: "no"}}
	i.CacheFrom = []string{"type=registry,ref=a:$b"}
	i.Contexts = []*manifest.BuildContext{{Name: "docs", Source: "~/docs"}, {Name: "db", Image: m.Images[0]}}
	return m, i
}

// The build is read back as it was meant, and a difference is found.
func TestBuild(t *testing.T) {
	m, i := built()
	got := render(t, m)
	for _, want := range []string{
		"    image: registry.example.org/server:1.0\n    pull_policy: missing\n    build:\n      context: ../app $$x\n      dockerfile: ${PWD:-.}/Dockerfile.server\n      target: run\n      tags: [\"omega-server:1.0\"]\n",
		"      args:\n        A: $${x}\n        \"yes\": \"no\"\n",
		"      secrets: [\"postgres_password\"]\n", "      ssh: [\"default\", \"deploy=./~/key\"]\n",
		"      additional_contexts:\n        db: docker-image://pgvector/pgvector:pg17\n        docs: ./~/docs\n", "      network: host\n",
		"      cache_from:\n        - type=registry,ref=a:$$b\n",
	} {
		if n := strings.Count(got, want); n != 3 {
			t.Errorf("%d services have\n%s\nin\n%s", n, want, got)
		}
	}
	i.Platforms = []string{"linux/arm64"}
	yes := true
	i.SBOM, i.Provenance = &yes, &yes
	if render(t, m) != got {
		t.Error("what Compose refuses stands in the file")
	}
	files, _ := compose.Render(m)
	for from, to := range map[string]string{"${PWD:-.}/Dockerfile.server": "Dockerfile.server", "target: run": "target: other", "network: host": "network: none"} {
		changed := files[0]
		changed.Content = []byte(strings.ReplaceAll(got, from, to))
		if diags := lint.Check(m, changed); codes(diags) != "OG901" {
			t.Errorf("%s for %s: %v", to, from, diags)
		}
	}
}

// The secrets of a build are in the file though no container is given them.
func TestBuildSecrets(t *testing.T) {
	m, i := built()
	token := &manifest.Secret{Origin: origin("secret.token"), Name: "token", EnvVar: "TOKEN"}
	m.Secrets = append(m.Secrets, token)
	const want = "  # from secret \"token\"\n  token:\n    file: ./.omegagen/secrets/token\n"
	if strings.Contains(render(t, m), want) {
		t.Error("a secret of nobody is in the file")
	}
	i.Secrets = append(i.Secrets, token)
	if got := render(t, m); !strings.Contains(got, want) {
		t.Errorf("the secret is missing in\n%s", got)
	}
	files, _ := compose.Render(m)
	if !strings.Contains(strings.Join(files[0].Sources, " "), "secret.token") {
		t.Errorf("the file comes from %v", files[0].Sources)
	}
}

// How an image is built doesn't affect the start of its containers; which image it
// is, is.
func TestPartsWithoutBuild(t *testing.T) {
	part := func(edit func(*manifest.Manifest, *manifest.Image)) string {
		m, i := built()
		edit(m, i)
		files, _ := compose.Render(m)
		text, err := compose.NewParts(files[0].Doc.(*compose.File)).Of([]string{"constellation-1"})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := part(func(*manifest.Manifest, *manifest.Image) {})
	for name, c := range map[string]struct {
		edit func(*manifest.Manifest, *manifest.Image)
		same bool
	}{
		"an argument":   {func(_ *manifest.Manifest, i *manifest.Image) { i.BuildArgs = nil }, true},
		"the context":   {func(_ *manifest.Manifest, i *manifest.Image) { i.Context = "." }, true},
		"no such files": {func(_ *manifest.Manifest, i *manifest.Image) { i.Contexts, i.CacheFrom = nil, nil }, true},
		"its name":      {func(_ *manifest.Manifest, i *manifest.Image) { i.Push = "" }, false},
		"a label":       {func(m *manifest.Manifest, _ *manifest.Image) { m.Services[0].Instances[0].Labels = nil }, false},
		"the system's keys": {func(m *manifest.Manifest, _ *manifest.Image) {
			m.System.Compose = extra(map[string]any{"services": map[string]any{"constellation-1": map[string]any{"hostname": "x"}}})
		}, false},
	} {
		after := part(c.edit)
		if (after == before) != c.same {
			t.Errorf("with another %s, the part is\n%s\ninstead of\n%s", name, after, before)
		}
		if strings.Contains(after, "build:") || strings.Contains(after, "pull_policy") {
			t.Errorf("with another %s, the part has the build:\n%s", name, after)
		}
	}
}
