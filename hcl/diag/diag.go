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
)

// Rule is one thing that can be wrong with a manifest, a plan or an artifact.
// Code is stable for ever; Summary is constant, so that it can be searched
// for; Doc says in full sentences what is checked and why.
type Rule struct {
	Code     string
	Severity hcl.DiagnosticSeverity
	Summary  string
	Doc      string
	Stage    Stage
	// OfText: a finding is about a text by itself, such as a script that doesn't
	// parse. It is no consequence of anything else that is wrong.
	OfText bool
	// Bad is a manifest that breaks the rule and no other one, Good one like it
	// that breaks none: the rule's cases. Both are "" where no single file shows
	// the rule.
	Bad, Good string
}

// Stage is how much must be right before a rule can be broken. What is found at
// an earlier stage may be the cause of what is found at a later one, so it is
// reported first.
type Stage uint8

const (
	StageModel     Stage = iota // what a manifest means; the stage of most rules
	StageRead                   // whether its files can be read at all
	StageStructure              // which blocks and attributes they have
	StageEvaluate               // names, types and values of expressions
	StageOutput                 // whether omegagen's output is what was meant: a fault of omegagen
)

// stageOrder is the order of reporting.
var stageOrder = [...]int{StageRead: 0, StageStructure: 1, StageEvaluate: 2, StageModel: 3, StageOutput: 4}

// In sets the rule's stage. To be called where the rule is defined.
func (r *Rule) In(s Stage) *Rule {
	r.Stage = s
	return r
}

// AboutText sets OfText. To be called where the rule is defined.
func (r *Rule) AboutText() *Rule {
	r.OfText = true
	return r
}

var rules = map[string]*Rule{}

// Define registers a rule. Codes are unique; a second one with the same code
// panics. To be called from package variables only.
func Define(code string, sev hcl.DiagnosticSeverity, summary, doc string) *Rule {
	if rules[code] != nil {
		panic("diag: " + code + " is defined twice")
	}
	r := &Rule{Code: code, Severity: sev, Summary: summary, Doc: doc}
	rules[code] = r
	return r
}

// AddCases gives rules their cases: the files cases/CODE_bad.hcl and
// cases/CODE_good.hcl. A file for no rule, or a case without its counterpart,
// panics. To be called from the init function of the package that defines the
// rules.
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
			panic("diag: " + name + " is a case of no rule")
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

// Error registers a rule whose breach is an error.
func Error(code, summary, doc string) *Rule { return Define(code, hcl.DiagError, summary, doc) }

// Warning registers a rule whose breach is a warning.
func Warning(code, summary, doc string) *Rule { return Define(code, hcl.DiagWarning, summary, doc) }

// SeverityAdvice is a third level, below hcl's two: nothing is wrong, and
// something could be better. Advice is counted; it is listed when asked for.
const SeverityAdvice = hcl.DiagWarning + 1

// Advice registers a rule that advises.
func Advice(code, summary, doc string) *Rule { return Define(code, SeverityAdvice, summary, doc) }

// SeverityName is the word for a severity: error, warning or advice.
func SeverityName(s hcl.DiagnosticSeverity) string {
	switch s {
	case hcl.DiagWarning:
		return "warning"
	case SeverityAdvice:
		return "advice"
	}
	return "error"
}

// Counts are how many diagnostics of each severity there are.
type Counts struct{ Errors, Warnings, Advice int }

// Count counts diagnostics, each as often as it stands in the list.
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

// WithoutAdvice is the list without what only advises.
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

// Extra is what a diagnostic of ours carries besides hashicorp's fields.
type Extra struct {
	Rule *Rule
	Fix  string // text to put in place of Subject, "" where none is known
}

// At makes a diagnostic of the rule at a range. The detail is a format that
// says what is wrong, why, and how to mend it, in full sentences.
func (r *Rule) At(subject hcl.Range, format string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: r.Severity,
		Summary:  r.Summary,
		Detail:   fmt.Sprintf(format, args...),
		Subject:  &subject,
		Extra:    Extra{Rule: r},
	}
}

// Fix is At with the text that mends the subject.
func (r *Rule) Fix(subject hcl.Range, fix, format string, args ...any) *hcl.Diagnostic {
	d := r.At(subject, format, args...)
	d.Extra = Extra{Rule: r, Fix: fix}
	return d
}

// syntax stands for the mistakes that hashicorp's parser reports.
var syntax = &Rule{Code: "OG001", Severity: hcl.DiagError, Summary: "Syntax error", Stage: StageRead}

// RuleOf returns the rule that a diagnostic is about; for hashicorp's own, OG001
// (syntax), which isn't registered.
func RuleOf(d *hcl.Diagnostic) *Rule {
	if e, ok := d.Extra.(Extra); ok {
		return e.Rule
	}
	return syntax
}

// Code returns the code of a diagnostic; OG001 (syntax) for hashicorp's own.
func Code(d *hcl.Diagnostic) string { return RuleOf(d).Code }
