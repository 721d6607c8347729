//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestStatedHardeningFails: what the manifest states holds, also where the image
// can't live with it. The deployment fails at once then, names the capability, and
// doesn't wait for the others.
func TestStatedHardeningFails(t *testing.T) {
	t.Parallel()
	k := newKit(t, "dropped")
	for _, c := range []struct {
		service string
		args    []string
		says    []string
	}{
		{"app", []string{"up"}, []string{
			"FAILED  service.app.start", "chown: changing ownership of '/data': Operation not permitted",
			"dropped-app is in a restart loop", "all capabilities are dropped.", `"CHOWN"`,
		}},
		{"postgres", []string{"up", "--only", "service.postgres.await"}, []string{
			"FAILED  service.postgres.await", `failed switching to "postgres": operation not permitted`,
			"dropped-postgres is in a restart loop", "all capabilities are dropped, but CHOWN, DAC_OVERRIDE.", `"SETGID", "SETUID"`,
		}},
	} {
		t.Run(c.service, func(t *testing.T) {
			began := time.Now()
			out := k.Deploy(t, 1, c.args...)
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it takes %s to fail", took)
			}
			for _, text := range c.says {
				if !strings.Contains(out, text) {
					t.Errorf("deploy.sh doesn't say %q:\n%s", text, out)
				}
			}
		})
	}
	k.Deploy(t, 0, "reset", "--yes")
}
