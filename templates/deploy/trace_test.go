package deploy_test

import (
	"context"
	"strings"
	"testing"
)

// TestTrace runs with the shell's trace on: it shows no secret, whether it is
// made, kept, put into .env or given to a body.
func TestTrace(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, p, others := stack(t)
		k := newKit(t, shell, m, plans(p), others...)
		k.program("docker", dockerProgram)
		for _, args := range [][]string{nil, {"--from", "use"}, {"status", "--json"}, {"plan", "--json", "--verbose"}, {"logs", "use"}, {"report", "--json"}, {"verify"}, {"down"}} {
			cmd := k.command(context.Background(), args...)
			at := 1
			if shell == "busybox" {
				at = 2
			}
			cmd.Args = append(cmd.Args[:at:at], append([]string{"-x"}, cmd.Args[at:]...)...)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %v\n%s", args, err, out)
			}
			contains(t, string(out), "main") // the trace is there
			for _, name := range []string{"password", "role"} {
				secret := k.read(".omegagen/secrets/" + name)
				if secret == "" || strings.Contains(string(out), secret) {
					t.Errorf("%v: the secret %s (%q) stands in the trace", args, name, secret)
				}
			}
		}
	})
}
