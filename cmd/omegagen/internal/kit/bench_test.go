package kit

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/omegagen/omegagen/templates/artifact"
)

// BenchmarkWrite writes a kit of the flagship's size anew, syncs included.
func BenchmarkWrite(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "kit")
	for n := 0; b.Loop(); n++ {
		var kit []artifact.Artifact
		for i := range 20 {
			kit = append(kit, artifact.Artifact{Path: fmt.Sprintf("d%d/f%d", i%4, i), Content: fmt.Appendf(nil, "%d %020000d\n", n, i)})
		}
		kit = append(kit, artifact.Artifact{Path: LockFile, Content: fmt.Appendf(nil, "%d\n", n)})
		if err := writeKit(dir, kit); err != nil {
			b.Fatal(err)
		}
	}
}
