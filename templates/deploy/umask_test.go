package deploy_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestUmask: what a body makes has the modes that its user's umask asks for;
// what the script makes for itself is its user's alone.
func TestUmask(t *testing.T) {
	old := syscall.Umask(0o022)
	defer syscall.Umask(old)
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "make", run: ": >made"})))
		k.want(0)
		for path, want := range map[string]os.FileMode{"made": 0o644, ".omegagen": 0o700, ".omegagen/logs/make.log": 0o600} {
			fi, err := os.Stat(filepath.Join(k.dir, path))
			if err != nil {
				t.Fatal(err)
			}
			if fi.Mode().Perm() != want {
				t.Errorf("%s has mode %v, not %v", path, fi.Mode().Perm(), want)
			}
		}
	})
}
