package deploy

import (
	"path"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner/deployment"
)

// inputs are texts that change if and only if the action's inputs change.
func (s *script) inputs(list []deployment.Input) []string {
	var out []string
	for _, in := range list {
		switch {
		case len(in.Context) > 0:
			for _, p := range s.context(in.Context) {
				out = append(out, p, s.others[p])
			}
		case in.File != "":
			out = append(out, s.file(in.File, in.Parts))
		default:
			out = append(out, in.Text)
		}
	}
	return out
}

// file identifies the content of a file of the kit: of the given parts, or of the
// whole file if the parts aren't known.
func (s *script) file(name string, parts []string) string {
	if name == kit.ComposePath && len(parts) > 0 && s.parts != nil {
		if text, err := s.parts.Of(parts); err == nil {
			return string(text)
		}
	}
	if name == kit.KubernetesDir {
		return s.ownedFiles(parts)
	}
	return s.others[s.m.KitPath(name)]
}

// context lists the kit's files that match the patterns, sorted, each once.
func (s *script) context(patterns []string) []string {
	var out []string
	for _, pattern := range patterns {
		out = append(out, s.covered(pattern)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// covered are the kit's files that a pattern of COPY matches, itself or by a folder.
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

// covers reports whether a pattern of COPY matches a file, or a folder above it.
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
