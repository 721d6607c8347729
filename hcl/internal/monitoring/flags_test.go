package monitoring

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// TestServerFlags compares the flags with those of a real server.
func TestServerFlags(t *testing.T) {
	tooltest.Need(t, "prometheus")
	help, err := exec.Command("prometheus", "--help").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("prometheus", "--version").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`[0-9]+\.[0-9]+\.[0-9]+`).FindString(string(out))
	for _, f := range serverFlags {
		name := strings.TrimPrefix(f.flag, "--")
		if got := strings.NewReplacer(".", "_", "-", "_").Replace(name); got != f.Name {
			t.Errorf("the argument of %s is %s instead of %s", f.flag, f.Name, got)
		}
		if f.since != "" && images.Before(version, f.since) {
			continue
		}
		pattern := `(?m)^\s+--` + regexp.QuoteMeta(name) + `[= ]`
		if f.Type.Name == lang.Bool.Name {
			pattern = `(?m)^\s+--(\[no-\])?` + regexp.QuoteMeta(name) + `\s`
		}
		if !regexp.MustCompile(pattern).Match(help) {
			t.Errorf("Prometheus %s has no flag %s, or of another kind", version, f.flag)
		}
	}
}
