//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// dialogue sends a text to a port, and wants an answer that begins with
// another.
func dialogue(port, send, want string) error {
	conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", port), 5*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := io.WriteString(conn, send); err != nil {
		return err
	}
	got := make([]byte, len(want))
	if n, err := io.ReadFull(conn, got); err != nil {
		return fmt.Errorf("port %s answers %q, not %q: %w", port, got[:n], want, err)
	}
	if string(got) != want {
		return fmt.Errorf("port %s answers %q, not %q", port, got, want)
	}
	return nil
}

// page wants what index.php says, from a port.
func page(port string) error {
	client := http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections() // an open connection would keep a worker from its end
	answer, err := client.Get("http://127.0.0.1:" + port + "/")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || string(body) != "PHP 8 answers.\n" {
		return fmt.Errorf("port %s: %d %q", port, answer.StatusCode, body)
	}
	return nil
}

// replacesWorkers: the command lets a server replace all its processes but the
// first.
func replacesWorkers(t *testing.T, program string, reload *exec.Cmd) {
	t.Helper()
	service, _, _ := strings.Cut(program, "-")
	workers := func() []string {
		out := enginetest.Docker(t, "exec", container(service), "sh", "-c", `for p in /proc/[0-9]*; do
			if [ "$p" != /proc/1 ] && [ "$(cat "$p/comm" 2>/dev/null)" = "$0" ]; then echo "$p"; fi
		done`, program)
		return strings.Fields(out)
	}
	before := workers()
	if len(before) == 0 {
		t.Fatalf("%s has no workers", service)
	}
	must(t, reload)
	enginetest.Eventually(t, 20*time.Second, service+" replaces its workers", func() error {
		now := workers()
		if len(now) == 0 || slices.ContainsFunc(now, func(p string) bool { return slices.Contains(before, p) }) {
			return fmt.Errorf("workers before: %v, now: %v", before, now)
		}
		return nil
	})
}
