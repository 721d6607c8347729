package images

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/text"
)

var update = flag.Bool("update", false, "regenerate docs/images.md")

const docHead = `# Images

The facts about images, which decide the [defaults](defaults.md) of their services. A test generates this page from the facts
(` + "`hcl/images/facts`" + `); the files there have more, with notes and what is uncertain.

The first entry of a family whose variant and versions match the tag applies. *Kind* is the resulting kind of a service that
sets nothing: **user** (it runs as a user of its own: no capabilities), **root** (it starts as root: the set in the table)
or **unknown** (as with plain Compose). A set is used only if its basis is simulated, measured or documented. KILL is added
if root stays the parent, and more as described in [defaults](defaults.md#reasons-for-each-default). *Reload* is how a service
reads changed files of the kit again, and in which folders.

`

// docs/images.md is generated from the facts.
func TestDoc(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(docHead)
	b.WriteString("| family | variant | versions | kind | runs as | capabilities as root | basis | init | grace | read-only | reload |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, f := range Families() {
		for i, v := range f.Versions() {
			name := "[" + f.Name + "](#sources)"
			if i > 0 {
				name = f.Name
			}
			cells := []string{name, v.Variant, versions(v.Range), kind(v), identity(v), set(v), basis(v), initOf(v), graceOf(v), readOnly(v), reload(v)}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	b.WriteString("\n## Sources\n\nThe sources of the facts, with their commits.\n\n| family | images | sources |\n|---|---|---|\n")
	for _, f := range Families() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", f.Name, "`"+strings.Join(f.Match, "` `")+"`", sources(f))
	}
	const file = "../../docs/images.md"
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(old, b.Bytes()) {
		t.Errorf("%s is out of date: make generate", file)
	}
}

func versions(r Range) string {
	switch {
	case r.Min == "" && r.MaxExc == "":
		return "all"
	case r.MaxExc == "":
		return "from " + r.Min
	case r.Min == "":
		return "before " + r.MaxExc
	}
	return "from " + r.Min + ", before " + r.MaxExc
}

func kind(v *Facts) string {
	switch root, ok := v.Hardens(); {
	case !ok:
		return "unknown"
	case root:
		return "root"
	}
	return "user"
}

// identity is the user that the image starts as, and the one that it switches to; a number that isn't
// in the sources is left out.
func identity(v *Facts) string {
	root, known := v.Root()
	who := ""
	if v.Becomes != nil {
		who = v.Becomes.Name
		if uid, ok := v.VerifiedUID(); ok && fmt.Sprint(uid) != who {
			who += fmt.Sprintf(" (%d)", uid)
		}
	}
	if v.Becomes != nil && v.Becomes.Name == "" {
		who = strings.Trim(who, " ()")
	}
	switch {
	case !known:
		return "unknown"
	case !root:
		return who
	case v.GivesUpRoot():
		return "root, then " + who
	}
	return "root"
}

func set(v *Facts) string {
	out := ""
	if c := v.Capabilities; c != nil && c.Basis != NotDerived {
		out = strings.Join(c.Minimum, " ")
		if out == "" {
			out = "none"
		}
	}
	if len(v.FileCapabilities) > 0 {
		out = strings.TrimSpace(out + " (in a file: " + strings.Join(v.FileCapabilities, " ") + ")")
	}
	if v.RootStaysParent {
		out = strings.TrimSpace(out + " (root stays the parent)")
	}
	return out
}

func basis(v *Facts) string {
	if v.Capabilities == nil {
		return ""
	}
	return string(v.Capabilities.Basis)
}

func initOf(v *Facts) string {
	switch {
	case v.OwnInit != nil && v.OwnInit.MustBePID:
		return strings.TrimSuffix("its own, which must be process 1: "+v.OwnInit.Name, ": ")
	case v.OwnInit != nil && v.OwnInit.Name != "":
		return "its own, " + v.OwnInit.Name
	case v.InitIsRight != nil && *v.InitIsRight:
		return "yes"
	}
	return ""
}

func graceOf(v *Facts) string {
	if v.StopGrace == nil {
		return ""
	}
	return text.Duration(v.StopGrace.Duration())
}

func readOnly(v *Facts) string {
	r := v.ReadOnly
	if r == nil || !r.Documented || r.OK == nil || !*r.OK {
		return ""
	}
	return strings.TrimSpace("documented, with tmpfs " + strings.Join(r.Tmpfs, " "))
}

// reload is how changed files are read again, and where.
func reload(v *Facts) string {
	r := v.Reload
	if r == nil {
		return ""
	}
	how := r.Signal
	if how == "" {
		how = "`" + r.Command[0] + "`"
		if r.Command[0] == "sh" {
			how = "a script"
		}
	}
	if len(r.Check) > 0 {
		how = "`" + strings.Join(r.Check, " ") + "`, then " + how
	}
	return how + ": " + strings.Join(r.Paths, " ")
}

// sources lists the repositories at their commits, each once.
func sources(f *Family) string {
	var out []string
	for _, v := range f.Versions() {
		for _, s := range v.Source {
			at, _, _ := strings.Cut(s, ":")
			repo, commit, _ := strings.Cut(at, "@")
			if link := fmt.Sprintf("[%s@%.8s](https://github.com/%s/tree/%s)", repo, commit, repo, commit); !slices.Contains(out, link) {
				out = append(out, link)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}
