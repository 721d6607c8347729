//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"
)

// TestStatedHardeningFails: what the manifest states holds, also where the image
// can't live with it. The deployment fails at once then, and names the capability.
func TestStatedHardeningFails(t *testing.T) {
	t.Parallel()
	for system, says := range map[string][]string{
		"dropped-app": {
			"chown: changing ownership of '/data': Operation not permitted",
			"all capabilities are dropped.", `cap_add = ["CHOWN"]`,
		},
		"dropped-postgres": {
			`failed switching to "postgres": operation not permitted`,
			"all capabilities are dropped except CHOWN, DAC_OVERRIDE.", `"SETGID", "SETUID"]`,
		},
	} {
		t.Run(system, func(t *testing.T) {
			k := newKit(t, system)
			began := time.Now()
			out := k.Deploy(t, 1, "up")
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it takes %s to fail", took)
			}
			// The start itself may see the loop, or what waits for the server's health.
			for _, text := range append(says, "FAILED  service.server.", system+"-server is in a restart loop") {
				if !strings.Contains(out, text) {
					t.Errorf("deploy.sh doesn't say %q:\n%s", text, out)
				}
			}
			k.Deploy(t, 0, "reset", "--yes")
		})
	}
}
