// Package policy decides what becomes of each finding: the manifest's ignore blocks silence it, and the user's
// settings give its rule another level. Definite rules always keep theirs.
package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleUnknown = diag.Error("OG991", "Ignore of an unknown rule",
		"An ignore block names the code of a rule. `omegagen rules` lists them.")
	ruleDefinite = diag.Error("OG992", "Ignore of a definite rule",
		"A definite rule reports what no deployment can want: files that can't be rendered, lost data, exposed secrets. It can't be silenced, nor made a warning.")
	ruleNeedless = diag.Warning("OG993", "Ignore without effect",
		"An ignore block that silences nothing hides what the rule reports later. It is reported only when its rule was checked: with the plan, without errors, and not in a block whose for_each is empty. --strict accepts it, because the next version of a rule may find less.")
)

// Levels are what the user says about rules. The zero value changes nothing.
type Levels struct {
	Strict bool // warnings fail
	level  map[string]hcl.DiagnosticSeverity
	off    map[string]bool
}

// Set gives the rules with the codes a level: error or warning. It returns an error for a code that no rule has,
// that already has another level, or whose rule is definite.
func (l *Levels) Set(s hcl.DiagnosticSeverity, codes ...string) error {
	for _, c := range codes {
		r, err := l.find(c)
		switch {
		case err != nil:
			return err
		case r.Definite() && s != hcl.DiagError:
			return fmt.Errorf("%s is definite, so it stays an error", r.Code)
		}
		if l.level == nil {
			l.level = map[string]hcl.DiagnosticSeverity{}
		}
		l.level[r.Code] = s
	}
	return nil
}

// Off turns rules off; errors are those of Set.
func (l *Levels) Off(codes ...string) error {
	for _, c := range codes {
		r, err := l.find(c)
		switch {
		case err != nil:
			return err
		case r.Definite():
			return fmt.Errorf("%s is definite, so it can't be turned off", r.Code)
		}
		if l.off == nil {
			l.off = map[string]bool{}
		}
		l.off[r.Code] = true
	}
	return nil
}

// find is the rule of a code that has no level yet.
func (l *Levels) find(code string) (*diag.Rule, error) {
	r := rule(code)
	if r == nil {
		return nil, fmt.Errorf("there is no rule %q.%s `omegagen rules` lists them", code, nearest(code))
	}
	if _, set := l.level[r.Code]; set || l.off[r.Code] {
		return nil, fmt.Errorf("%s is given two levels", r.Code)
	}
	return r, nil
}

func rule(code string) *diag.Rule {
	for _, r := range diag.Rules() {
		if strings.EqualFold(r.Code, code) {
			return r
		}
	}
	return nil
}

// nearest suggests the code that was probably meant; "" if several may be.
func nearest(code string) string {
	var known []string
	for _, r := range diag.Rules() {
		known = append(known, r.Code)
	}
	s, _ := text.DidYouMean(strings.ToUpper(code), known)
	return s
}

// Policy applies the ignores of one manifest and levels to its findings.
type Policy struct {
	levels   Levels
	ignores  []*manifest.Ignore
	used     map[*manifest.Ignore]bool
	silenced []diag.Suppressed
	seen     map[string]bool // the silenced findings
}

// New makes the policy of a manifest, and reports ignores that can't be.
func New(m *manifest.Manifest, l Levels) (*Policy, hcl.Diagnostics) {
	p := &Policy{levels: l, used: map[*manifest.Ignore]bool{}, seen: map[string]bool{}}
	var diags hcl.Diagnostics
	for _, i := range m.Ignores {
		switch r := rule(i.Code); {
		case r == nil || r.Code != i.Code:
			fix := ""
			if r != nil {
				fix = r.Code
			} else {
				_, fix = text.DidYouMean(i.Code, codes())
			}
			hint := ""
			if fix != "" {
				hint, fix = text.Suggestion(fix), fmt.Sprintf("%q", fix)
			}
			diags = append(diags, ruleUnknown.Fix(i.Label, fix, "There is no rule %q.%s `omegagen rules` lists all of them.", i.Code, hint))
		case r.Definite():
			diags = append(diags, ruleDefinite.At(i.Label, "%s (%s) is definite: what it reports fails, loses data or exposes a secret, whatever the reason. Remove the ignore, and fix what it hides.", r.Code, r.Summary))
		default:
			p.ignores = append(p.ignores, i)
		}
	}
	return p, diags
}

func codes() (out []string) {
	for _, r := range diag.Rules() {
		out = append(out, r.Code)
	}
	return out
}

// Apply returns the findings that remain, with their levels. The input is not changed. It may be called for one
// finding after another.
func (p *Policy) Apply(found hcl.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range found {
		r := diag.RuleOf(d)
		if r.Definite() {
			out = append(out, d)
			continue
		}
		if p.levels.off[r.Code] {
			continue
		}
		if i := p.ignoreOf(d); i != nil {
			p.used[i] = true
			if key := fmt.Sprint(r.Code, d.Subject, d.Detail); !p.seen[key] {
				p.seen[key] = true
				p.silenced = append(p.silenced, diag.Suppressed{Finding: d, Reason: i.Reason, By: i.Range})
			}
			continue
		}
		if s, set := p.levels.level[r.Code]; set && s != d.Severity {
			changed := *d
			changed.Severity, d = s, &changed
		}
		out = append(out, d)
	}
	return out
}

// ignoreOf is the innermost ignore that silences a finding; nil: none does.
func (p *Policy) ignoreOf(d *hcl.Diagnostic) *manifest.Ignore {
	var by *manifest.Ignore
	for _, i := range p.ignores {
		if i.Code != diag.Code(d) || !i.Everywhere && !within(d.Subject, i.Scope) {
			continue
		}
		if by == nil || by.Everywhere || !i.Everywhere && within(&i.Scope, by.Scope) {
			by = i
		}
	}
	return by
}

func within(r *hcl.Range, around hcl.Range) bool {
	return r != nil && r.Filename == around.Filename && r.Start.Line > 0 && around.Start.Byte <= r.Start.Byte && r.End.Byte <= around.End.Byte
}

// Silenced lists what was silenced, in the order of reporting.
func (p *Policy) Silenced() []diag.Suppressed {
	if p == nil {
		return nil
	}
	by := map[*hcl.Diagnostic]diag.Suppressed{}
	var found hcl.Diagnostics
	for _, s := range p.silenced {
		by[s.Finding] = s
		found = append(found, s.Finding)
	}
	var out []diag.Suppressed
	for _, d := range diag.Sort(found) {
		out = append(out, by[d])
	}
	return out
}

// Needless reports the ignores that silenced nothing. checked tells whether a rule was checked in this run.
func (p *Policy) Needless(checked func(r *diag.Rule) bool) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, i := range p.ignores {
		if r := rule(i.Code); !p.used[i] && !i.Absent && !p.levels.off[i.Code] && checked(r) {
			where := "here"
			if i.Everywhere {
				where = "in the manifest"
			}
			out = append(out, ruleNeedless.At(i.Range, "%s (%s) finds nothing %s, so the ignore has no effect. Remove it, lest it hide a later mistake.", r.Code, r.Summary, where))
		}
	}
	return p.Apply(out)
}

// Fails counts the warnings that fail by --strict: all but those about needless ignores.
func (p *Policy) Fails(found hcl.Diagnostics) (n int) {
	if p == nil || !p.levels.Strict {
		return 0
	}
	for _, d := range diag.Sort(found) {
		if d.Severity == hcl.DiagWarning && diag.RuleOf(d) != ruleNeedless {
			n++
		}
	}
	return n
}

// planned are the packages whose rules need a plan.
var planned = []string{"planner", "planner/validate", "templates/deploy", "lint/shell", "cmd/omegagen"}

// NeedsPlan reports whether a rule may find something only where there is a plan.
func NeedsPlan(r *diag.Rule) bool {
	return slices.ContainsFunc(diag.Areas(), func(a diag.Area) bool { return a.Holds(r.Code) && slices.Contains(planned, a.Package) })
}

// OfTarget reports whether a rule is checked for a target: some are only for Kubernetes, and where that is the target
// others are not checked at all.
func OfTarget(r *diag.Rule, kubernetes bool) bool {
	return (r.Code >= "OG420" && r.Code <= "OG429") == kubernetes
}
