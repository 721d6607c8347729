package dockerfile

import (
	"errors"
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner/deployment/docker/build"
)

// never are patterns for files that must not be in any image.
var never = []string{
	"**/.env",
	"**/.env.*",
	"!**/.env.example",
	"**/.omegagen",
	"**/.ssh",
	"**/id_rsa",
	"**/id_ed25519",
	"**/.aws",
	"**/.netrc",
}

// seldom are patterns for files that an image doesn't need, unless a step copies
// them by name.
var seldom = []string{
	"**/*.pem",
	"**/*.key",
	"**/.docker",
	"**/.npmrc",
	"**/.pypirc",
	"**/.git",
	"**/.gitignore",
	"**/.github",
	"**/.idea",
	"**/.vscode",
	"**/.DS_Store",
	"**/target",
	"**/node_modules",
	"**/__pycache__",
	"**/*.pyc",
	"**/.venv",
	"**/.pytest_cache",
	"**/.terraform",
	"**/Dockerfile*",
	"**/*.dockerignore",
	"**/docker-compose*.yml",
}

// ignore is the ignore file: it excludes secrets, history and build output from the
// context, except files that a step copies by name. The manifest's own patterns come
// last.
func (w *writer) ignore() string {
	var b strings.Builder
	section := func(title string, patterns []string) {
		if len(patterns) > 0 {
			b.WriteString("\n# " + title + "\n" + strings.Join(patterns, "\n") + "\n")
		}
	}
	b.WriteString("# " + kit.Header(w.m.System.Name) + "\n")
	section("Secrets never belong in an image.", never)
	section("Keys, history, tools and build output.", seldom)
	section("Copied by name.", w.copied())
	var own []string
	for _, p := range w.image.Ignore {
		switch {
		case strings.ContainsAny(p, "\n\r\x00"):
			w.cantIgnore(p, "patterns are lines")
		case strings.TrimSpace(p) != p || p == "" || p[0] == '#':
			w.cantIgnore(p, "a pattern isn't empty, is cut at its blanks, and doesn't begin with '#', which is a comment")
		default:
			own = append(own, p)
			if back, ok := strings.CutPrefix(p, "!"); ok && matches(never, path.Clean(strings.TrimPrefix(back, "/"))) {
				w.ignoreDiags = w.ignoreDiags.Append(ruleSecret.At(w.image.At.Of("ignore", w.image.Range),
					"The pattern %q brings back a file that looks like a secret into the build context: a step that copies its folder puts it into the image. Remove the pattern, and pass the secret to the step that needs it with a mount of type secret.", p))
			}
		}
	}
	section("from image \""+w.image.Name+"\"", own)
	return b.String()
}

func (w *writer) cantIgnore(p, why string) {
	w.ignoreDiags = w.ignoreDiags.Append(ruleText.At(w.image.At.Of("ignore", w.image.Range), "%q cannot be written in an ignore file: %s. Change the pattern.", p, errors.New(why)))
}

// copied are exceptions for files that steps copy from the context although a
// pattern excludes them. Secrets are errors.
func (w *writer) copied() []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range w.image.Stages {
		for _, do := range s.Steps {
			sources, from := w.sources(do)
			for _, src := range sources {
				p := path.Clean(strings.TrimPrefix(src, "/"))
				switch {
				case strings.Contains(src, "://") || seen[p]:
				case matches(never, p):
					w.ignoreDiags = w.ignoreDiags.Append(ruleSecret.At(do.Where().Of("src"),
						"This step copies %q, which looks like a secret: anyone who has the image could read it. Pass it to the service as a secret, or to the step with a mount of type secret.", src))
				case from != "": // the ignore file applies only to the context
					continue
				case matches(seldom, p):
					out = append(out, "!"+p)
				}
				seen[p] = true
			}
		}
	}
	return out
}

// sources are the files that a step copies from the context, or from a named build
// context `from`.
func (w *writer) sources(do manifest.Instruction) (paths []string, from string) {
	if a, ok := do.(*manifest.AddInstruction); ok {
		return a.Src, ""
	}
	c, ok := do.(*manifest.CopyInstruction)
	if !ok || c.FromStage != nil || c.FromImage != "" && !w.isFolder(c.FromImage) {
		return nil, ""
	}
	return c.Src, c.FromImage
}

// isFolder reports whether a copy takes files from a named build context.
func (w *writer) isFolder(name string) bool {
	for _, c := range w.image.Contexts {
		if c.Name == name {
			return c.Image == nil && !build.Remote(c.Source)
		}
	}
	return false
}

// matches reports whether the name of a path, or of a folder above it, matches one
// of the patterns `**/name`.
func matches(patterns []string, p string) bool {
	for _, element := range strings.Split(p, "/") {
		for _, pattern := range patterns {
			if ok, err := path.Match(strings.TrimPrefix(pattern, "**/"), element); ok && err == nil && !strings.HasSuffix(element, ".example") {
				return true
			}
		}
	}
	return false
}
