package policy

import (
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	hint    = diag.Warning("OG994", "Hint of a test", "Only this test reports it.")
	certain = diag.Warning("OG995", "Certain hint of a test", "Only this test reports it.").Certain()
)

// lines is a range from the start of one line to the end of another, of ten bytes each.
func lines(file string, from, to int) hcl.Range {
	return hcl.Range{Filename: file, Start: hcl.Pos{Line: from, Byte: from * 10}, End: hcl.Pos{Line: to, Byte: to*10 + 9}}
}

// An ignore silences what lies inside of its block in its file, and nothing else.
func TestScope(t *testing.T) {
	m := &manifest.Manifest{Ignores: []*manifest.Ignore{{Code: "OG994", Scope: lines("a.hcl", 3, 5)}}}
	for _, c := range []struct {
		at   *hcl.Range
		left int
	}{
		{at: ptr(lines("a.hcl", 3, 3))}, {at: ptr(lines("a.hcl", 3, 5))}, {at: ptr(lines("a.hcl", 5, 5))},
		{ptr(lines("a.hcl", 2, 2)), 1}, {ptr(lines("a.hcl", 2, 4)), 1}, {ptr(lines("a.hcl", 5, 6)), 1},
		{ptr(lines("b.hcl", 4, 4)), 1}, {ptr(diag.File("a.hcl")), 1}, {nil, 1},
	} {
		p, diags := New(m, Levels{})
		d := hint.At(hcl.Range{}, "x")
		d.Subject = c.at
		left := p.Apply(hcl.Diagnostics{d, d})
		if len(diags) > 0 || len(left) != 2*c.left || len(p.Silenced()) != 1-c.left {
			t.Errorf("%v: %d left, %d silenced", c.at, len(left), len(p.Silenced()))
		}
		needless := p.Needless(func(*diag.Rule) bool { return true })
		if len(needless) != c.left || c.left > 0 && diag.Code(needless[0]) != "OG993" {
			t.Errorf("%v: %v", c.at, needless)
		}
	}
}

func ptr(r hcl.Range) *hcl.Range { return &r }

// In the system block, what has no place is silenced too; the innermost reason counts.
func TestEverywhere(t *testing.T) {
	m := &manifest.Manifest{Ignores: []*manifest.Ignore{
		{Code: "OG994", Everywhere: true, Scope: lines("a.hcl", 1, 2), Reason: "all"},
		{Code: "OG994", Scope: lines("a.hcl", 3, 9), Reason: "block"},
		{Code: "OG994", Scope: lines("a.hcl", 4, 5), Reason: "nested"},
	}}
	for reason, at := range map[string]hcl.Range{"all": lines("b.hcl", 7, 7), "block": lines("a.hcl", 8, 8), "nested": lines("a.hcl", 4, 4)} {
		p, _ := New(m, Levels{})
		if left := p.Apply(hcl.Diagnostics{hint.At(at, "x")}); len(left) > 0 || p.Silenced()[0].Reason != reason {
			t.Errorf("%s: %v", reason, p.Silenced())
		}
	}
}

// Nothing silences, lowers or turns off a definite rule; levels of the others change, not those of the input.
func TestLevels(t *testing.T) {
	m := &manifest.Manifest{Ignores: []*manifest.Ignore{{Code: "OG995", Everywhere: true}}}
	var l Levels
	if l.Off("OG995") == nil || l.Set(hcl.DiagWarning, "OG995") == nil || l.Off("OG99") == nil {
		t.Error("accepted")
	}
	if err := l.Set(hcl.DiagError, "og994"); err != nil {
		t.Fatal(err)
	}
	if l.Off("OG994") == nil {
		t.Error("two levels")
	}
	p, diags := New(m, l)
	if len(diags) != 1 || diag.Code(diags[0]) != "OG992" {
		t.Error(diags)
	}
	in := hcl.Diagnostics{hint.At(lines("a.hcl", 1, 1), "x"), certain.At(lines("a.hcl", 1, 1), "x")}
	out := p.Apply(in)
	if len(out) != 2 || out[0].Severity != hcl.DiagError || out[1].Severity != hcl.DiagWarning || in[0].Severity != hcl.DiagWarning {
		t.Error(out, in)
	}
}

// Warnings fail only by --strict, each once, and those about needless ignores never.
func TestStrict(t *testing.T) {
	d := hint.At(lines("a.hcl", 1, 1), "x")
	found := hcl.Diagnostics{d, d, ruleNeedless.At(lines("a.hcl", 2, 2), "x")}
	for strict, want := range map[bool]int{true: 1, false: 0} {
		p, _ := New(&manifest.Manifest{}, Levels{Strict: strict})
		if n := p.Fails(found); n != want {
			t.Errorf("strict %v: %d", strict, n)
		}
	}
}
