package prometheus

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/internal/text"
)

// slipOf is the label of every target of which another one is a slip, if the series may have any label; "" for any
// other. A plural may be a label of a program's own.
func slipOf(label string, s labelSet) string {
	if s.closed || slices.Contains(s.has, label) {
		return "" // it has the label, or it is reported that it hasn't
	}
	for _, known := range targetLabels {
		switch {
		case label == known || label == known+"s":
			return ""
		case len(known) < 4:
			if sameLetters(label, known) {
				return known
			}
		case text.Slip(label, []string{known}) != "":
			return known
		}
	}
	return ""
}

// sameLetters reports whether two words differ only in the order of their letters and in doubled ones.
func sameLetters(a, b string) bool {
	letters := func(s string) []string {
		l := strings.Split(s, "")
		slices.Sort(l)
		return slices.Compact(l)
	}
	return slices.Equal(letters(a), letters(b))
}

// slips reports labels in matchers and groupings that are a slip of one that every target has.
func (e *expression) slips(tree parser.Expr) {
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		switch n := n.(type) {
		case *parser.VectorSelector:
			for _, m := range n.LabelMatchers {
				if meant := slipOf(m.Name, e.u.labelsOf(n, 0)); meant != "" && m.Name != "__name__" {
					e.report(ruleNoLabel.At(e.at(n.PosRange), "%s selects by the label %q, which no target sets.%s", e.what, m.Name, text.Suggestion(meant)))
				}
			}
		case *parser.AggregateExpr:
			for _, l := range n.Grouping {
				if meant := slipOf(l, e.u.labelsOf(n.Expr, 0)); meant != "" {
					e.report(ruleNoLabel.At(e.at(n.PosRange), "%s groups by the label %q, which no target sets.%s", e.what, l, text.Suggestion(meant)))
				}
			}
		}
		return nil
	})
}
