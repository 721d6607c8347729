package prometheus

import (
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// labelSet is what is known about the labels of a result. A closed set has no other labels than
// those in has; an open one may have any label but those in lacks.
type labelSet struct {
	closed bool
	has    []string
	lacks  []string
}

// lacking reports whether no series of the result has a label.
func (s labelSet) lacking(label string) bool {
	if s.closed {
		return !slices.Contains(s.has, label)
	}
	return slices.Contains(s.lacks, label)
}

// without is the set after labels were removed.
func (s labelSet) without(removed ...string) labelSet {
	out := labelSet{closed: s.closed}
	for _, l := range s.has {
		if !slices.Contains(removed, l) {
			out.has = append(out.has, l)
		}
	}
	out.lacks = append(slices.Clone(s.lacks), removed...)
	return out
}

// with is the set after labels were added.
func (s labelSet) with(added ...string) labelSet {
	out := labelSet{closed: s.closed, has: append(slices.Clone(s.has), added...)}
	for _, l := range s.lacks {
		if !slices.Contains(added, l) {
			out.lacks = append(out.lacks, l)
		}
	}
	return out
}

// either is the set of series that are in one of two results.
func either(a, b labelSet) labelSet {
	out := labelSet{closed: a.closed && b.closed, has: append(slices.Clone(a.has), b.has...)}
	for _, l := range slices.Concat(a.lacks, b.lacks) {
		if a.lacking(l) && b.lacking(l) {
			out.lacks = append(out.lacks, l)
		}
	}
	return out
}

// maxRecordDepth limits how far records that read records are followed.
const maxRecordDepth = 10

// labelsOf determines the labels of an expression's result; depth counts the records on the way.
func (u *universe) labelsOf(e parser.Expr, depth int) labelSet {
	of := func(e parser.Expr) labelSet { return u.labelsOf(e, depth) }
	switch e := e.(type) {
	case *parser.NumberLiteral, *parser.StringLiteral:
		return labelSet{closed: true}
	case *parser.ParenExpr:
		return of(e.Expr)
	case *parser.UnaryExpr:
		return of(e.Expr)
	case *parser.StepInvariantExpr:
		return of(e.Expr)
	case *parser.SubqueryExpr:
		return of(e.Expr)
	case *parser.MatrixSelector:
		return of(e.VectorSelector)
	case *parser.VectorSelector:
		return u.selected(e, depth)
	case *parser.AggregateExpr:
		return aggregated(e, of(e.Expr))
	case *parser.BinaryExpr:
		return combined(e, of(e.LHS), of(e.RHS))
	case *parser.Call:
		return u.called(e, depth)
	}
	return labelSet{}
}

// targetLabels are the labels of the series that Prometheus generates for a target.
var targetLabels = []string{"job", "instance", "service"}

// ofTargets are the labels of those series: any, if targets are discovered, labelled or relabelled.
func (u *universe) ofTargets() labelSet {
	if slices.ContainsFunc(u.jobs, func(j *job) bool { return j.open }) {
		return labelSet{}
	}
	return labelSet{closed: true, has: targetLabels}
}

func (u *universe) selected(v *parser.VectorSelector, depth int) labelSet {
	if synthetic[v.Name] {
		return u.ofTargets()
	}
	records := u.recorded[v.Name]
	if len(records) == 0 || depth >= maxRecordDepth {
		return labelSet{}
	}
	var out labelSet
	for i, r := range records {
		tree, err := promQL.ParseExpr(r.Expr)
		if err != nil {
			return labelSet{}
		}
		s := u.labelsOf(tree, depth+1)
		for _, l := range r.Labels {
			s = s.with(l.Key)
		}
		if i == 0 {
			out = s
			continue
		}
		out = either(out, s)
	}
	return out
}

func aggregated(e *parser.AggregateExpr, inner labelSet) labelSet {
	switch e.Op {
	case parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO:
		return inner
	}
	out := labelSet{closed: true, has: slices.DeleteFunc(slices.Clone(e.Grouping), inner.lacking)}
	if e.Without {
		out = inner.without(e.Grouping...)
	}
	if name, ok := e.Param.(*parser.StringLiteral); ok && e.Op == parser.COUNT_VALUES {
		out = out.with(name.Val)
	}
	return out
}

func combined(e *parser.BinaryExpr, l, r labelSet) labelSet {
	switch {
	case e.RHS.Type() == parser.ValueTypeScalar:
		return l
	case e.LHS.Type() == parser.ValueTypeScalar:
		return r
	case e.Op == parser.LOR:
		return either(l, r)
	case e.VectorMatching == nil || e.Op.IsSetOperator():
		return l
	}
	m := e.VectorMatching
	switch m.Card {
	case parser.CardManyToOne:
		return l.with(m.Include...)
	case parser.CardOneToMany:
		return r.with(m.Include...)
	}
	if m.On {
		return labelSet{closed: true, has: slices.DeleteFunc(slices.Clone(m.MatchingLabels), l.lacking)}
	}
	return l.without(m.MatchingLabels...)
}

func (u *universe) called(e *parser.Call, depth int) labelSet {
	text := func(i int) string {
		if s, ok := e.Args[i].(*parser.StringLiteral); ok {
			return s.Val
		}
		return ""
	}
	switch e.Func.Name {
	case "absent", "absent_over_time":
		return labelSet{closed: true, has: equalLabels(e.Args[0])}
	case "vector", "time", "scalar", "pi":
		return labelSet{closed: true}
	case "label_replace", "label_join":
		return u.labelsOf(e.Args[0], depth).with(text(1))
	case "info":
		return labelSet{}
	case "histogram_quantile":
		return u.labelsOf(e.Args[1], depth).without("le")
	}
	for _, a := range e.Args {
		if t := a.Type(); t == parser.ValueTypeVector || t == parser.ValueTypeMatrix {
			return u.labelsOf(a, depth)
		}
	}
	return labelSet{closed: true} // such as hour()
}

// equalLabels are the labels that a selector compares with one value.
func equalLabels(e parser.Expr) []string {
	var out []string
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if v, ok := n.(*parser.VectorSelector); ok {
			for _, m := range v.LabelMatchers {
				if m.Type == labels.MatchEqual {
					out = append(out, m.Name)
				}
			}
		}
		return nil
	})
	return out
}
