package shell

import (
	"fmt"
	"path"
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

var ruleBug = diag.Error("OG906", "deploy.sh differs from its model",
	"deploy.sh and its parts are read back by a shell parser, and every script and title in them is compared with the manifest's. A difference is a bug of omegagen.").In(diag.StageOutput)

// bug reports a fault of ours.
func bug(at hcl.Range, format string, args ...any) *hcl.Diagnostic {
	return ruleBug.At(at, "%s. This is a bug of omegagen; please report it.", fmt.Sprintf(format, args...))
}

// CheckScript reads deploy.sh, or the part of it that is the same in every kit,
// as a POSIX shell does.
func CheckScript(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	if a.Kind == kit.DeployRuntime && kit.Sum(a.Content) == deploy.RuntimeSum() {
		return nil // tested with the project
	}
	if _, err := parse(string(a.Content), "sh"); err != nil {
		return hcl.Diagnostics{bug(m.System.Range, "%s is no POSIX shell script: %s", a.Path, err)}
	}
	return nil
}

// CheckPlan reads deploy/plan.sh back: it must be a POSIX script, and the title
// and the scripts of every block in it must be the model's.
func CheckPlan(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	doc, ok := a.Doc.(*deploy.Plan)
	if !ok {
		return hcl.Diagnostics{bug(m.System.Range, "%s was rendered without its document", a.Path)}
	}
	file, err := parse(string(a.Content), "sh")
	if err != nil {
		return hcl.Diagnostics{bug(m.System.Range, "%s is no POSIX shell script: %s", a.Path, err)}
	}
	var diags hcl.Diagnostics
	got := read(file)
	for what, texts := range map[string][2]map[string]string{"title": {got.Titles, doc.Titles}, "script": {got.Scripts, doc.Scripts}} {
		have, want := texts[0], texts[1]
		for _, name := range sorted(want) {
			if lf(have[name]) != lf(want[name]) {
				diags = diags.Append(bug(m.System.Range, "the %s of %q in %s reads back as %q instead of %q", what, name, a.Path, have[name], want[name]))
			}
		}
		for _, name := range sorted(have) {
			if _, ok := want[name]; !ok {
				diags = diags.Append(bug(m.System.Range, "the %s of %q stands in %s, but not in the model", what, name, a.Path))
			}
		}
	}
	return diags
}

// CheckPart reads a script that an action, a criterion or a benchmark runs: its
// file must hold the model's text, and one that omegagen made must be a script.
func CheckPart(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	doc, ok := a.Doc.(*deploy.Body)
	if !ok {
		return hcl.Diagnostics{bug(m.System.Range, "%s was rendered without its document", a.Path)}
	}
	lines := strings.SplitAfterN(string(a.Content), "\n", 1+strings.Count(deploy.Head(doc.Shell, ""), "\n"))
	text := lines[len(lines)-1]
	head := strings.Join(lines[:len(lines)-1], "")
	switch {
	case text != doc.Text:
		return hcl.Diagnostics{bug(doc.Range, "%s reads back as %q instead of %q", a.Path, text, doc.Text)}
	case len(a.Sources) != 1 || head != deploy.Head(doc.Shell, a.Sources[0]):
		return hcl.Diagnostics{bug(doc.Range, "%s begins with %q", a.Path, head)}
	case doc.Shell != "" && !doc.Declared:
		if _, err := parse(string(a.Content), doc.Shell); err != nil {
			return hcl.Diagnostics{bug(doc.Range, "%s, which omegagen made, is no script: %s", a.Path, err)}
		}
	}
	return nil
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

// read collects the titles of all blocks, and the scripts that their phases run
// ("FUNCTION PHASE").
func read(file *syntax.File) deploy.Plan {
	out := deploy.Plan{Titles: map[string]string{}, Scripts: map[string]string{}}
	for _, st := range file.Stmts {
		f, ok := st.Cmd.(*syntax.FuncDecl)
		if !ok {
			continue
		}
		syntax.Walk(f.Body, func(n syntax.Node) bool {
			if item, ok := n.(*syntax.CaseItem); ok {
				for _, p := range item.Patterns {
					readArm(&out, f.Name.Value, p.Lit(), item)
				}
			}
			return true
		})
	}
	return out
}

// readArm takes in what a phase of a block does.
func readArm(out *deploy.Plan, function, phase string, item *syntax.CaseItem) {
	syntax.Walk(item, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		for _, as := range call.Assigns {
			if phase == "about" && as.Name.Value == "title" && as.Value != nil {
				out.Titles[function] = literalWord(as.Value)
			}
		}
		words := make([]string, len(call.Args))
		for i, w := range call.Args {
			words[i] = literalWord(w)
		}
		switch {
		case len(words) == 3 && words[0] == "script":
			out.Scripts[function+" "+phase] = path.Join(kit.DeployDir, words[2], phase+".sh")
		case len(words) == 4 && words[0] == "script":
			out.Scripts[function+" "+phase] = path.Join(kit.DeployDir, words[2], words[3]+".sh")
		case len(words) == 6 && words[0] == "sql":
			out.Scripts[function+" "+phase] = path.Join(kit.DeployDir, words[5])
		}
		return true
	})
}

// literalWord is the text of a word without expansions.
func literalWord(w *syntax.Word) string {
	text, err := expand.Literal(&expand.Config{}, w)
	if err != nil {
		return ""
	}
	return text
}
