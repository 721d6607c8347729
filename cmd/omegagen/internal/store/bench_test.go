package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
)

// BenchmarkWrite writes a complete kit of the flagship's size, including syncs.
func BenchmarkWrite(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "kit")
	for n := 0; b.Loop(); n++ {
		var files []kit.Artifact
		for i := range 20 {
			files = append(files, kit.Artifact{Path: fmt.Sprintf("d%d/f%d", i%4, i), Content: fmt.Appendf(nil, "%d %020000d\n", n, i)})
		}
		files = append(files, kit.Artifact{Path: kit.LockPath, Content: fmt.Appendf(nil, "%d\n", n)})
		if err := writeKit(dir, files); err != nil {
			b.Fatal(err)
		}
	}
}
