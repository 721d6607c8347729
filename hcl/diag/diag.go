// Package diag gives hashicorp's diagnostics stable codes. A diagnostic stays
// an *hcl.Diagnostic; its code and fix travel in its Extra.
package diag

import (
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/internal/text"
)

// Rule is something that can be wrong with a manifest, a plan or an artifact. Code never changes;
// Summary is constant, so that it can be searched for; Doc describes in full sentences what is checked
// and why.
type Rule struct {
	Code     string
	Severity hcl.DiagnosticSeverity
	Summary  string
	Doc      string
	Stage    Stage
	// OfText: a finding concerns only a text itself, such as a script that doesn't parse, so it can't be a
	// consequence of another error.
	OfText bool
	// certain: what the rule reports loses data or exposes a secret.
	certain bool
	// Bad is a manifest that breaks only this rule, Good a similar one that breaks none: the rule's cases.
	// Both are "" if no single file can show the rule.
	Bad, Good string
}

// Stage is how much must be right before a rule can be broken. An error of an earlier stage may cause
// errors of a later one, so it is reported first.
type Stage uint8

const (
	StageModel     Stage = iota // the meaning of a manifest; the stage of most rules
	StageRead                   // whether its files can be read
	StageStructure              // their blocks and arguments
	StageEvaluate               // names, types and values of expressions
	StageOutput                 // whether omegagen's output round-trips; otherwise omegagen has a bug
)

// stageOrder is the order of reporting.
var stageOrder = [...]int{StageRead: 0, StageStructure: 1, StageEvaluate: 2, StageModel: 3, StageOutput: 4}

// In sets the rule's stage. Call it where the rule is defined.
func (r *Rule) In(s Stage) *Rule {
	r.Stage = s
	return r
}

// AboutText sets OfText. Call it where the rule is defined.
func (r *Rule) AboutText() *Rule {
	r.OfText = true
	return r
}

// Certain says that what the rule reports loses data or exposes a secret. Call it where the rule is defined.
func (r *Rule) Certain() *Rule {
	r.certain = true
	return r
}

// Definite reports whether a rule can't be silenced nor lowered: an error after which nothing can be rendered, or
// what loses data or exposes a secret for certain.
func (r *Rule) Definite() bool {
	switch {
	case r.certain:
		return true
	case r.Severity != hcl.DiagError:
		return false
	case r.Stage != StageModel || r.OfText:
		return true
	}
	for _, a := range Areas() {
		if a.Holds(r.Code) {
			return !a.finds() || a.Package == "lint/policy"
		}
	}
	return true
}

var rules = map[string]*Rule{}

// Define registers a rule. Codes are unique; a duplicate panics. Call it only from package variables.
func Define(code string, sev hcl.DiagnosticSeverity, summary, doc string) *Rule {
	if rules[code] != nil {
		panic("diag: " + code + " is defined twice")
	}
	r := &Rule{Code: code, Severity: sev, Summary: summary, Doc: doc}
	rules[code] = r
	return r
}

// AddCases gives rules their cases: the files cases/CODE_bad.hcl and cases/CODE_good.hcl. A file
// without a rule, or without its counterpart, panics. Call it from the init function of the package
// that defines the rules.
func AddCases(files fs.FS) {
	names, err := fs.Glob(files, "cases/*")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("diag: no cases (%v)", err))
	}
	for _, name := range names {
		code, ok := strings.CutSuffix(path.Base(name), "_bad.hcl")
		if !ok {
			code, ok = strings.CutSuffix(path.Base(name), "_good.hcl")
		}
		r := rules[code]
		if !ok || r == nil {
			panic("diag: " + name + " is a case without a rule")
		}
		r.Bad, r.Good = readCase(files, code+"_bad.hcl"), readCase(files, code+"_good.hcl")
	}
}

func readCase(files fs.FS, name string) string {
	src, err := fs.ReadFile(files, "cases/"+name)
	if err != nil {
		panic("diag: " + err.Error())
	}
	return string(src)
}

// Error registers a rule with the severity error.
func Error(code, summary, doc string) *Rule { return Define(code, hcl.DiagError, summary, doc) }

// Warning registers a rule with the severity warning.
func Warning(code, summary, doc string) *Rule { return Define(code, hcl.DiagWarning, summary, doc) }

// SeverityAdvice is a third level, below hcl's two: nothing is wrong, but something could be better.
// Advice is counted, and listed on request.
const SeverityAdvice = hcl.DiagWarning + 1

// Advice registers a rule with the severity advice.
func Advice(code, summary, doc string) *Rule { return Define(code, SeverityAdvice, summary, doc) }

// SeverityName is the name of a severity: error, warning or advice.
func SeverityName(s hcl.DiagnosticSeverity) string {
	switch s {
	case hcl.DiagWarning:
		return "warning"
	case SeverityAdvice:
		return "advice"
	}
	return "error"
}

// Counts are the numbers of diagnostics of each severity.
type Counts struct{ Errors, Warnings, Advice int }

// Count counts diagnostics, including duplicates.
func Count(diags hcl.Diagnostics) (n Counts) {
	for _, d := range diags {
		switch d.Severity {
		case hcl.DiagWarning:
			n.Warnings++
		case SeverityAdvice:
			n.Advice++
		default:
			n.Errors++
		}
	}
	return n
}

// WithoutAdvice is the list without advice.
func WithoutAdvice(diags hcl.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range diags {
		if d.Severity != SeverityAdvice {
			out = append(out, d)
		}
	}
	return out
}

// Rules lists all rules by code.
func Rules() []*Rule {
	out := make([]*Rule, 0, len(rules))
	for _, r := range rules {
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Code < out[j].Code })
	return out
}

// Extra is what omegagen's diagnostics carry besides hashicorp's fields.
type Extra struct {
	Rule *Rule
	Fix  string // replacement for Subject, "" if none is known
	// Edits are the changes that fix what a replacement of Subject can't; made together. Fix is then "".
	Edits []Edit
}

// Edit replaces a range of a file with a text.
type Edit struct {
	Range hcl.Range
	Text  string
}

// File is the range of a diagnostic about a whole file, a folder, or another source without lines, such as --var: it
// has no position.
func File(name string) hcl.Range { return hcl.Range{Filename: name} }

// whole reports whether a range has no position.
func whole(r hcl.Range) bool { return r.Start.Line == 0 }

// At creates a diagnostic of the rule at a range. The detail is a format; it says in full sentences
// what is wrong, why, and how to fix it.
func (r *Rule) At(subject hcl.Range, format string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: r.Severity,
		Summary:  r.Summary,
		Detail:   text.ShowPlaceholders(fmt.Sprintf(format, args...)),
		Subject:  &subject,
		Extra:    Extra{Rule: r},
	}
}

// Fix is At with a replacement that fixes the subject.
func (r *Rule) Fix(subject hcl.Range, fix, format string, args ...any) *hcl.Diagnostic {
	d := r.At(subject, format, args...)
	d.Extra = Extra{Rule: r, Fix: fix}
	return d
}

// syntax stands for the errors that hashicorp's parser reports.
var syntax = &Rule{Code: "OG001", Severity: hcl.DiagError, Summary: "Syntax error", Stage: StageRead}

// RuleOf returns the rule of a diagnostic; for hashicorp's own diagnostics, OG001 (syntax), which
// isn't registered.
func RuleOf(d *hcl.Diagnostic) *Rule {
	if e, ok := d.Extra.(Extra); ok {
		return e.Rule
	}
	return syntax
}

// Apart returns the diagnostics that are not on the line of a syntax error in known: the parser's guess about
// that line is not what the author wrote.
func Apart(known, diags hcl.Diagnostics) (out hcl.Diagnostics) {
	type line struct {
		file string
		n    int
	}
	invalid := map[line]bool{}
	for _, d := range known {
		if d.Subject != nil && RuleOf(d) == syntax {
			invalid[line{d.Subject.Filename, d.Subject.Start.Line}] = true
		}
	}
	for _, d := range diags {
		if d.Subject == nil || !invalid[line{d.Subject.Filename, d.Subject.Start.Line}] {
			out = append(out, d)
		}
	}
	return out
}

// Code returns the code of a diagnostic; OG001 (syntax) for hashicorp's own.
func Code(d *hcl.Diagnostic) string { return RuleOf(d).Code }
