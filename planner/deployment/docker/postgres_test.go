//go:build unix

package docker

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// The facts' script makes a real server load its files, or says what is wrong with
// them, in which case the server keeps its settings.
func TestPostgresReloads(t *testing.T) {
	tooltest.Need(t, "sh", "psql")
	server := pgtest.Start(t)
	command := images.Lookup("postgres:17").Reload.Command
	reload := func(conf, hba string) (said, setting string, loaded bool) {
		t.Helper()
		for name, lines := range map[string]string{"postgresql.conf": conf, "pg_hba.conf": "local all all trust\n" + hba} {
			if err := os.WriteFile(filepath.Join(server.Socket(), "data", name), []byte(lines), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		c := exec.Command(command[0], command[1:]...)
		c.Env = append(os.Environ(), "PGHOST="+server.Socket())
		out, err := c.CombinedOutput()
		setting, stderr, queryErr := server.Run("postgres", "SHOW work_mem", "-A", "-t")
		if queryErr != nil {
			t.Fatal(stderr)
		}
		return string(out), strings.TrimSpace(setting), err == nil
	}
	if said, setting, loaded := reload("work_mem = 5MB\n", ""); !loaded || said != "" || setting != "5MB" {
		t.Fatalf("%q, %s", said, setting)
	}
	for _, c := range []struct{ conf, hba, said string }{
		{"work_mem = 6MB\nwork_mem = 'abc'\n", "", "postgresql.conf:2: work_mem: setting could not be applied\n"},
		{"work_mem = = 6MB\n", "", "postgresql.conf:1: syntax error\n"},
		{"work_mem = 6MB\nwrok_mem = 6MB\n", "", "postgresql.conf:2: wrok_mem: unrecognized configuration parameter\n"},
		{"work_mem = 6MB\n", "nonsense\n", `line 2: invalid connection type "nonsense"`},
	} {
		if said, setting, loaded := reload(c.conf, c.hba); loaded || !strings.Contains(said, c.said) || setting != "5MB" {
			t.Errorf("%q: %v, %q, %s", c.conf+c.hba, loaded, said, setting)
		}
	}
	if said, setting, loaded := reload("work_mem = 7MB\nmax_connections = 99\n", ""); loaded || !strings.Contains(said, "require a restart of the container: max_connections") || setting != "7MB" {
		t.Errorf("a setting that requires a restart: %v, %q, %s", loaded, said, setting)
	}
	if said, setting, loaded := reload("work_mem = 8MB\n", ""); !loaded || setting != "8MB" {
		t.Errorf("afterwards: %q, %s", said, setting)
	}
}
