package paths

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var ruleContext = diag.Warning("OG174", "Misspelled file of the build context",
	"A step that copies a file which the build context doesn't have fails. If the context has a file with nearly the same name, or the step copies to that name, it is a slip. Other files may be made before the image is built, and aren't reported.")

var ruleUntracked = diag.Advice("OG175", "Step copies a file that git ignores",
	"A file that git ignores is in this folder, but in no other clone of the repository: there the build fails. Without a lock file that git keeps, two builds of one commit can also differ.")

// Source is what a step copies from its image's build context.
type Source struct {
	Context string // as written
	Path    string
	Dest    string
	Made    bool // an action makes the context
	Range   hcl.Range
}

// mostLooks bounds the sources whose neighbours are looked for.
const mostLooks = 10

// Sources reports sources that are a slip of a file in their context, or that git ignores.
func Sources(p *lang.Evaluation, all []Source) {
	for looked, i := 0, 0; i < len(all) && looked < mostLooks; i++ {
		s := all[i]
		if !isRelative(s.Context, manifest.ContextPath) || manifest.HasParameter(s.Context) || strings.ContainsAny(s.Path, "*?[$@:<") || p.Look(path.Clean(s.Context)) != lang.Folder {
			continue
		}
		name := strings.TrimPrefix(path.Clean("/"+s.Path), "/")
		if name == "" {
			continue
		}
		if p.Look(path.Join(s.Context, name)) != lang.Missing {
			if full := path.Join(s.Context, name); !s.Made && fs.ValidPath(full) && p.Ignored(full) {
				p.Errorf(ruleUntracked, s.Range, "The step copies %q, but git ignores it in the context %q: another clone of the repository doesn't have it. Remove it from .gitignore and commit it, or name the action that makes it with made_by in the image.", s.Path, s.Context)
			}
			continue
		}
		looked++
		near := neighbour(name, func(n string) bool {
			k := p.Look(path.Join(s.Context, n))
			return k == lang.RegularFile || k == lang.Folder
		})
		if near == "" && text.Slip(name, []string{path.Base(s.Dest)}) != "" {
			near = path.Base(s.Dest)
		}
		if near != "" {
			p.Errorf(ruleContext, s.Range, "The step copies %q, but the context %q has no such file: the build fails.%s", s.Path, s.Context, text.Suggestion(near))
		}
	}
}

// neighbour is a name one edit away that exists; "" if there is none.
func neighbour(name string, exists func(string) bool) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789._-"
	var all []string
	for i := range name {
		if name[i] == '/' {
			continue
		}
		all = append(all, name[:i]+name[i+1:])
		if i+1 < len(name) && name[i+1] != '/' {
			all = append(all, name[:i]+name[i+1:i+2]+name[i:i+1]+name[i+2:])
		}
	}
	for i := 0; i <= len(name); i++ {
		for _, c := range letters {
			all = append(all, name[:i]+string(c)+name[i:])
			if i < len(name) && name[i] != '/' {
				all = append(all, name[:i]+string(c)+name[i+1:])
			}
		}
	}
	i := slices.IndexFunc(all, func(n string) bool {
		return n != name && path.Clean(n) == n && n != "." && n != ".." && !strings.HasPrefix(n, "../") && exists(n)
	})
	if i < 0 {
		return ""
	}
	return all[i]
}
