package core

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// composePaths replaces the files of top-level configs and secrets by those that the kit refers to.
func composePaths(b *lang.Block, value any) {
	top, _ := value.(map[string]any)
	for _, kind := range []string{"configs", "secrets"} {
		list, _ := top[kind].(map[string]any)
		var names []string
		for name := range list {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			entry, _ := list[name].(map[string]any)
			if file, ok := entry["file"].(string); ok {
				entry["file"] = paths.Resolve(b, paths.Use{Argument: "compose." + kind + "." + name, Use: manifest.ComposePath, Path: file, Range: b.Part("compose", kind, name, "file").Range})
			}
		}
	}
}
