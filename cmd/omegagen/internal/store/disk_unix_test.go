//go:build unix

package store

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFullDisk makes every write beyond a size fail, as on a full disk.
func TestFullDisk(t *testing.T) {
	if dir := os.Getenv("KIT_FULL_DISK"); dir != "" {
		big := generation(2)
		big[3].Content = bytes.Repeat([]byte("x"), 1<<20)
		must(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 1 << 16, Max: 1 << 16}))
		if err := writeKit(dir, big); err == nil {
			t.Fatal("a full disk went unnoticed")
		}
		return
	}
	dir := filepath.Join(t.TempDir(), "kit")
	write(t, dir, generation(0))
	cmd := exec.Command(os.Args[0], "-test.run=^TestFullDisk$")
	cmd.Env = append(os.Environ(), "KIT_FULL_DISK="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if d := differences(t, dir, generation(0)); len(d) != 0 {
		t.Fatalf("the old kit was touched: %v", d)
	}
	write(t, dir, generation(3))
	if d := differences(t, dir, generation(3)); len(d) != 0 {
		t.Fatal(d)
	}
}
