package image

import (
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// contextOf is the build context as seen from the kit's folder. Without the argument, it is the kit's
// folder if that has all that the steps read, otherwise the manifest's.
func contextOf(b *lang.Block) string {
	if b.Has("context") {
		return paths.FromKit(b.Evaluation(), b.String("context"))
	}
	if b.Given("dockerfile") || !kitSuffices(b) {
		return paths.FromKit(b.Evaluation(), ".")
	}
	return "."
}

// decodePaths reads the build context and the Dockerfile.
func decodePaths(b *lang.Block, i *manifest.Image) {
	made := i.MadeBy != nil
	if b.Given("pull") {
		i.Dockerfile = b.String("dockerfile")
		return
	}
	switch {
	case b.Has("context") && !b.Failed("context"):
		i.Context = paths.Resolve(b, paths.Use{Argument: "context", Use: manifest.ContextPath, Path: b.String("context"), Range: b.AttrRange("context"), Made: made})
	case !b.Given("dockerfile") && kitSuffices(b):
		i.Context = "."
	default:
		i.Context = paths.Resolve(b, paths.Use{Argument: "context", Use: manifest.ContextPath, Path: ".", Range: b.Range})
	}
	i.Dockerfile = b.String("dockerfile")
	if i.Dockerfile != "" && !b.Failed("context") && !manifest.RemoteContext(i.Context) {
		i.Dockerfile = paths.Resolve(b, paths.Use{Argument: "dockerfile", Use: manifest.DockerfilePath, Path: i.Dockerfile, Range: b.AttrRange("dockerfile"), Made: made})
	}
}

// kitSuffices reports whether the steps read nothing from the build context but artifacts of the kit.
func kitSuffices(b *lang.Block) bool {
	for _, stage := range b.Blocks("stage") {
		for _, step := range stage.Blocks("copy", "add") {
			if step.Given("from") {
				continue
			}
			for _, src := range list(step, "src") {
				if !manifest.RemoteContext(src) && !paths.Made(b.Evaluation(), strings.TrimPrefix(path.Join("/", src), "/")) {
					return false
				}
			}
		}
		for _, step := range stage.Blocks("run") {
			for _, m := range step.Strings("mounts") {
				if fields := "," + m + ","; strings.Contains(fields, ",type=bind,") && !strings.Contains(fields, ",from=") {
					return false
				}
			}
		}
	}
	return true
}
