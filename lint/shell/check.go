package shell

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/deploy"
)

var ruleBug = diag.Error("OG906", "deploy.sh doesn't say what was meant",
	"deploy.sh is read back by a shell parser, and every script and title in it is compared with the manifest's. A difference is a bug of omegagen.").In(diag.StageOutput)

// Check reads deploy.sh back: it must be a POSIX script that ends in the call
// of main, and every script and title in it must be the model's.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	var diags hcl.Diagnostics
	bug := func(at hcl.Range, format string, args ...any) {
		diags = diags.Append(ruleBug.At(at, "%s. This is a bug of omegagen; please report it.", fmt.Sprintf(format, args...)))
	}
	doc, ok := a.Doc.(*deploy.Doc)
	if !ok {
		bug(m.System.Range, "deploy.sh was rendered without its document")
		return diags
	}
	// The runtime is the same in every kit, and tested with the project.
	blocks, ok := strings.CutSuffix(string(a.Content), deploy.Tail())
	if !ok {
		bug(m.System.Range, "deploy.sh doesn't end in the runtime and the call of main")
		return diags
	}
	file, err := parse(blocks, "sh")
	if err != nil {
		bug(m.System.Range, "deploy.sh is no POSIX shell script: %s", err)
		return diags
	}
	bodies, titles := read(file)
	for _, name := range sorted(doc.Bodies) {
		want := doc.Bodies[name]
		got, ok := bodies[name]
		switch {
		case !ok:
			bug(want.Range, "the script %q is missing in deploy.sh", name)
		case lf(got.Text) != lf(want.Text) || got.Shell != want.Shell:
			bug(want.Range, "the script %q reads back as %q instead of %q", name, got.Text, want.Text)
		case !want.Declared:
			if _, err := parse(want.Text, want.Shell); err != nil {
				bug(want.Range, "the script %q, which omegagen made, is none: %s", name, err)
			}
		}
		delete(bodies, name)
	}
	for _, name := range sorted(bodies) {
		bug(m.System.Range, "the script %q stands in deploy.sh, but not in the model", name)
	}
	for _, name := range sorted(doc.Titles) {
		if lf(titles[name]) != lf(doc.Titles[name]) {
			bug(m.System.Range, "the title of %q reads back as %q instead of %q", name, titles[name], doc.Titles[name])
		}
	}
	return diags
}

// lf leaves out what the parser leaves out of line ends, though shells don't.
func lf(s string) string {
	for strings.Contains(s, "\r\n") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return s
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// read collects the scripts ("FUNCTION PART") and titles of all blocks.
func read(file *syntax.File) (map[string]deploy.Body, map[string]string) {
	bodies, titles := map[string]deploy.Body{}, map[string]string{}
	for _, st := range file.Stmts {
		f, ok := st.Cmd.(*syntax.FuncDecl)
		if !ok {
			continue
		}
		syntax.Walk(f.Body, func(n syntax.Node) bool {
			item, ok := n.(*syntax.CaseItem)
			if !ok || len(item.Patterns) != 1 {
				return true
			}
			part := item.Patterns[0].Lit()
			for _, s := range item.Stmts {
				call, ok := s.Cmd.(*syntax.CallExpr)
				if !ok {
					continue
				}
				for _, as := range call.Assigns {
					if part == "about" && as.Name.Value == "title" && as.Value != nil {
						if text, err := expand.Literal(&expand.Config{}, as.Value); err == nil {
							titles[f.Name.Value] = text
						}
					}
				}
				if len(call.Args) == 2 && call.Args[0].Lit() == "body" && len(s.Redirs) == 1 && s.Redirs[0].Hdoc != nil {
					bodies[f.Name.Value+" "+part] = deploy.Body{Shell: call.Args[1].Lit(), Text: heredoc(s.Redirs[0].Hdoc)}
				}
			}
			return true
		})
	}
	return bodies, titles
}

// heredoc is the text of a here-document with a quoted delimiter.
func heredoc(w *syntax.Word) string {
	var b strings.Builder
	for _, p := range w.Parts {
		if lit, ok := p.(*syntax.Lit); ok {
			b.WriteString(lit.Value)
		}
	}
	return b.String()
}
