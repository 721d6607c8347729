// Package diag gives hashicorp's diagnostics stable codes. A diagnostic stays
// an *hcl.Diagnostic; its code and fix travel in its Extra.
package diag

import (
	"fmt"
	"sort"

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
	Code string
	Fix  string // text to put in place of Subject, "" where none is known
	// Rank orders diagnostics: a consequence of another one has a higher rank.
	Rank int
}

// At makes a diagnostic of the rule at a range. The detail is a format that
// says what is wrong, why, and how to mend it, in full sentences.
func (r *Rule) At(subject hcl.Range, format string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{
		Severity: r.Severity,
		Summary:  r.Summary,
		Detail:   fmt.Sprintf(format, args...),
		Subject:  &subject,
		Extra:    Extra{Code: r.Code},
	}
}

// Fix is At with the text that mends the subject.
func (r *Rule) Fix(subject hcl.Range, fix, format string, args ...any) *hcl.Diagnostic {
	d := r.At(subject, format, args...)
	d.Extra = Extra{Code: r.Code, Fix: fix}
	return d
}

// Code returns the code of a diagnostic; OG001 (syntax) for hashicorp's own.
func Code(d *hcl.Diagnostic) string {
	if e, ok := d.Extra.(Extra); ok {
		return e.Code
	}
	return "OG001"
}
