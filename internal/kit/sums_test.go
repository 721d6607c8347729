package kit_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
)

// Every file that affects a deployment has its checksum in SHA256SUMS, and every other file except
// that list in the lock: each only once.
func TestSums(t *testing.T) {
	runs := map[kit.Kind]bool{
		kit.Compose: true, kit.Dockerfile: true, kit.DockerIgnore: true, kit.Prometheus: true, kit.Alertmanager: true, kit.Grafana: true, kit.Schema: true, kit.DeployScript: true,
		kit.DeployRuntime: true, kit.DeploySchema: true, kit.DeployPlan: true, kit.DeployPart: true, kit.Custom: true, kit.Kubernetes: true, kit.Mounted: true,
		kit.EnvExample: false, kit.GitIgnore: false, kit.GitAttributes: false, kit.RuleTests: false, kit.Sums: false, kit.Document: false, kit.LockFile: false,
	}
	var files []kit.Artifact
	want := map[string]string{}
	for _, k := range kit.Kinds() {
		is, ok := runs[k]
		if !ok || k.Runs() != is {
			t.Errorf("%s runs: %v", k, k.Runs())
		}
		a := kit.Artifact{Kind: k, Path: "z" + k.String() + "/a b", Content: []byte(k.String())}
		files = append(files, a)
		if is {
			want[a.Path] = kit.Sum(a.Content)
		}
	}
	sums := kit.NewSums(files)
	if got := kit.ParseSums(sums.Content); !maps.Equal(got, want) {
		t.Errorf("%v instead of %v", got, want)
	}
	lines := strings.Split(strings.TrimSuffix(string(sums.Content), "\n"), "\n")
	for i := 1; i < len(lines); i++ {
		if lines[i-1][66:] >= lines[i][66:] {
			t.Errorf("%q stands before %q", lines[i-1], lines[i])
		}
	}
	lock, err := kit.ParseLock(kit.NewLock("s", "hash", "1", files).Content)
	if err != nil || len(lock.Files) != len(files) {
		t.Fatal(lock, err)
	}
	for _, f := range lock.Files {
		none := want[f.Path] != "" || strings.HasPrefix(f.Path, "zsums/")
		if (f.SHA256 == "") != none {
			t.Errorf("the lock has the sum %q of %s", f.SHA256, f.Path)
		}
	}
	if got := kit.ParseSums([]byte("<<<<<<< HEAD\nshort  a\n" + strings.Repeat("X", 64) + "  b\n")); len(got) > 0 {
		t.Error(got)
	}
}
