package examples_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var update = flag.Bool("update", false, "regenerate the tables of docs/defaults.md")

const (
	stacksBegin = "<!-- stacks: written by examples/stacks_test.go -->\n"
	stacksEnd   = "<!-- end of stacks -->\n"
)

// stackNames lists the stacks: each folder below stacks.
func stackNames(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("stacks/*/main.hcl")
	if err != nil || len(found) < 8 {
		t.Fatalf("stacks: %v %v", found, err)
	}
	for i, f := range found {
		found[i] = filepath.Base(filepath.Dir(f))
	}
	return found
}

// What each service of the stacks gets, and why, is what docs/defaults.md says.
func TestStackDefaults(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(stacksBegin)
	for _, name := range stackNames(t) {
		m := load(t, "stacks/"+name)
		fmt.Fprintf(&b, "\n### [%s](../examples/stacks/%s/main.hcl)\n\n", name, name)
		b.WriteString("| service | image | kind (facts) | user | capabilities | other settings | grace | healthcheck | restart | why |\n|---|---|---|---|---|---|---|---|---|---|\n")
		for _, s := range m.Services {
			cells := []string{s.Name, code(imageOf(s)), knownAs(s), userOf(s), capabilities(s), besides(s), grace(s), healthcheck(s), restart(s), strings.Join(why(s), "; ")}
			for i, c := range cells {
				cells[i] = strings.ReplaceAll(c, "|", `\|`)
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	b.WriteString("\n" + stacksEnd)

	const doc = "../docs/defaults.md"
	old, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	from, to := bytes.Index(old, []byte(stacksBegin)), bytes.Index(old, []byte(stacksEnd))
	if from < 0 || to < from {
		t.Fatalf("%s has no place for the tables", doc)
	}
	whole := slices.Concat(old[:from], b.Bytes(), old[to+len(stacksEnd):])
	if *update {
		if err := os.WriteFile(doc, whole, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(old, whole) {
		t.Errorf("%s is out of date: make generate. The tables are now\n%s", doc, b.String())
	}
}

// A person wouldn't take out a default that isn't there: what no source is
// known to bear is never emitted, whatever the stack.
func TestStacksKeepDoubt(t *testing.T) {
	unknown := 0
	for _, name := range stackNames(t) {
		for _, s := range load(t, "stacks/"+name).Services {
			h := s.Hardening
			if h.Knowledge != manifest.Unknown {
				continue
			}
			unknown++
			if h.DropCaps || h.Init || h.NoNewPrivileges || h.ReadOnly || h.PidsLimit != 0 || h.User != "" || len(h.CapAdd) > 0 {
				t.Errorf("%s of %s is of an unknown image, and gets %+v", s.Name, name, h)
			}
		}
	}
	if unknown < 5 {
		t.Errorf("only %d services of unknown images", unknown)
	}
}

func code(s string) string { return "`" + s + "`" }

func imageOf(s *manifest.Service) string { return s.Image.Tag }

// knownAs names the entry of the facts that a service's defaults follow from.
func knownAs(s *manifest.Service) string {
	kind := map[manifest.Knowledge]string{manifest.Unknown: "unknown", manifest.KnownUser: "a user of its own", manifest.KnownRoot: "starts as root"}[s.Hardening.Knowledge]
	f := s.Image.Facts
	if f == nil {
		return kind
	}
	entry := f.Family
	if f.Variant != "any" {
		entry += ", " + f.Variant
	}
	if slices.Contains(f.Derived, images.FromStages) {
		entry = "its stages"
	}
	return kind + " (" + entry + ")"
}

func userOf(s *manifest.Service) string {
	f := s.Image.Facts
	switch {
	case s.Hardening.User != "":
		return code(s.Hardening.User)
	case f == nil:
		return "the image's"
	}
	root, known := f.Root()
	switch {
	case !known:
		return "the image's"
	case !root:
		return "the image's, " + code(*f.User)
	case f.GivesUpRoot():
		return "root, then " + f.Becomes.Name
	}
	return "root"
}

func capabilities(s *manifest.Service) string {
	h := s.Hardening
	switch {
	case !h.DropCaps && len(h.CapAdd) == 0:
		return "Docker's"
	case !h.DropCaps:
		return "Docker's and " + strings.Join(h.CapAdd, " ")
	case len(h.CapAdd) == 0:
		return "none"
	}
	return strings.Join(h.CapAdd, " ")
}

func besides(s *manifest.Service) string {
	h := s.Hardening
	var out []string
	for _, x := range []struct {
		is   bool
		text string
	}{
		{h.NoNewPrivileges, "no-new-privileges"}, {h.Init, "init"}, {h.ReadOnly, "read-only"},
		{len(h.Tmpfs) > 0, "tmpfs " + strings.Join(h.Tmpfs, " ")}, {h.PidsLimit > 0, fmt.Sprintf("%d processes", h.PidsLimit)},
	} {
		if x.is {
			out = append(out, x.text)
		}
	}
	return strings.Join(out, ", ")
}

func grace(s *manifest.Service) string {
	switch {
	case s.Compose["stop_grace_period"] != nil:
		return fmt.Sprint(s.Compose["stop_grace_period"].Value) + " (set here)"
	case s.StopGrace > 0:
		return fmt.Sprintf("%gs", s.StopGrace.Seconds())
	}
	return ""
}

func healthcheck(s *manifest.Service) string {
	p := s.Healthcheck
	switch {
	case p == nil:
		return ""
	case p.Words() == nil:
		return "the image's own"
	case p.Derived:
		return "from the facts: " + code(p.Written())
	}
	return "set here"
}

func restart(s *manifest.Service) string {
	if s.Restart.Policy == "" {
		return "no (Docker's default)"
	}
	return s.Restart.String()
}

// why says what decided.
func why(s *manifest.Service) []string {
	h, f := s.Hardening, s.Image.Facts
	var out []string
	switch {
	case f == nil:
		out = append(out, "there are no facts about the image: as with plain Compose")
	case h.Knowledge == manifest.KnownUser:
		out = append(out, "a user other than root requires no capabilities")
	case h.Knowledge == manifest.KnownRoot:
		out = append(out, "the set of capabilities is "+string(f.Capabilities.Basis))
		if slices.Contains(h.CapAdd, "KILL") {
			out = append(out, "KILL, because root signals processes of another user")
		}
	case s.Instances[0].Entrypoint != nil:
		out = append(out, "it runs a program other than the image's own: as with plain Compose")
	case h.Undecided != nil && len(h.Undecided) == 0:
		out = append(out, "that it requires no capabilities is inferred but not tested: as with plain Compose")
	case h.Undecided != nil:
		out = append(out, "its set ("+strings.Join(h.Undecided, " ")+") is inferred but not tested: as with plain Compose")
	default:
		out = append(out, "nobody has determined its set of capabilities: as with plain Compose")
	}
	if h.ReadOnly && f.ReadOnly != nil && f.ReadOnly.Documented {
		out = append(out, "its authors document a read-only root file system")
	}
	if s.Replicated {
		out = append(out, fmt.Sprintf("each of %d replicas", len(s.Instances)))
	}
	if len(h.Off) > 0 {
		out = append(out, strings.Join(h.Off, ", ")+" set here: "+h.Reason)
	}
	return out
}
