package deploy

import (
	"path"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
)

// inContext lists the kit's files that building an image reads, in order: with
// their contents, the build is another one. A Dockerfile of the user's own, and
// a mount of the context, may read all of the context; so may any step of an
// additional one.
func (s *script) inContext(i *manifest.Image) []string {
	patterns := []string{}
	if i.Dockerfile != "" {
		patterns = append(patterns, path.Join(".", i.Context), path.Clean(i.Dockerfile))
	}
	for _, c := range i.Contexts {
		if c.Image == nil && !build.Remote(c.Source) {
			patterns = append(patterns, path.Join(".", c.Source))
		}
	}
	for _, stage := range i.Stages {
		for _, do := range stage.Steps {
			patterns = append(patterns, contextSources(i, do)...)
		}
	}
	var out []string
	for _, pattern := range patterns {
		out = append(out, s.covered(pattern)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// covered are the kit's files that a pattern of COPY names, or the folder that
// they are in.
func (s *script) covered(pattern string) []string {
	if !strings.ContainsAny(pattern, `*?[\\`) {
		return s.paths.In(pattern)
	}
	var out []string
	for _, p := range s.paths {
		if covers(pattern, p) {
			out = append(out, p)
		}
	}
	return out
}

// contextSources are the patterns of what a step takes from the build context,
// seen from the kit's folder.
func contextSources(i *manifest.Image, do *manifest.Instruction) []string {
	if do.Onbuild != nil {
		return nil // runs in another build, whose context is another one
	}
	var out []string
	if do.FromStage == nil && do.FromImage == "" {
		for _, src := range do.Src {
			// A source starts at the context's folder, whatever it looks like.
			out = append(out, path.Join(".", i.Context, path.Join("/", src)))
		}
	}
	for _, m := range do.Mounts {
		fields := "," + m + ","
		if strings.Contains(fields, ",type=bind,") && !strings.Contains(fields, ",from=") {
			out = append(out, path.Join(".", i.Context))
		}
	}
	return out
}

// covers reports whether a pattern of COPY names a file, or a folder that it is
// in.
func covers(pattern, file string) bool {
	for p := file; ; p = path.Dir(p) {
		if ok, err := path.Match(pattern, p); ok && err == nil {
			return true
		}
		if p == "." {
			return false
		}
	}
}
