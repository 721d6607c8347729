package kubernetes_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	lint "github.com/omegagen/omegagen/lint/kubernetes"
	"github.com/omegagen/omegagen/templates"
)

// Each change of a file that means something else, and each field that the API doesn't know, is reported.
func TestCheckBites(t *testing.T) {
	m, diags := loader.Load(loader.Input{Dir: ".", Target: manifest.TargetKubernetes, FS: diagtest.Manifest(`system "shop" {}
image "cache" {
  pull = "redis:7.4.2-bookworm"
}
service "cache" {
  image = image.cache
  port "redis" {
    container = 6379
  }
}
`)})
	files, found := templates.Files(m)
	if diags = append(diags, found...); diags.HasErrors() {
		t.Fatal(diags)
	}
	changes := map[string][2]string{
		"deployment-cache.yaml":           {"replicas: 1", "replicas: 2"},
		"service-cache.yaml":              {"targetPort: redis", "targetPorts: redis"},
		"namespace.yaml":                  {"enforce: restricted", "enforce: baseline"},
		"serviceaccount-shop.yaml":        {"automountServiceAccountToken: false", "automountServiceAccountToken: true"},
		"kustomization.yaml":              {"  - namespace.yaml\n", ""},
		"networkpolicy-default-deny.yaml": {"    - Egress\n", ""},
	}
	for _, f := range files {
		if f.Kind != kit.Kubernetes {
			continue
		}
		if d := lint.Check(m, f); len(d) > 0 {
			t.Errorf("%s: %v", f.Path, d)
		}
		change, ok := changes[strings.TrimPrefix(f.Path, kit.KubernetesDir+"/")]
		if !ok {
			continue
		}
		delete(changes, strings.TrimPrefix(f.Path, kit.KubernetesDir+"/"))
		changed := bytes.Replace(f.Content, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, f.Content) {
			t.Errorf("%s has no %q:\n%s", f.Path, change[0], f.Content)
		}
		f.Content = changed
		if d := lint.Check(m, f); len(d) != 1 || diag.Code(d[0]) != "OG909" {
			t.Errorf("%s with %q: %v", f.Path, change[1], d)
		}
	}
	for name := range changes {
		t.Errorf("there is no %s", name)
	}
}
