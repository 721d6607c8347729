package prometheus

import (
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// An expression between histogram_quantile and the buckets may compute a rate,
// and may drop the label le.
func TestOverRange(t *testing.T) {
	for expr, want := range map[string][2]bool{
		"b_bucket":                              {false, false},
		"rate(b_bucket[5m])":                    {true, false},
		"delta(b_bucket[5m])":                   {true, false},
		"avg_over_time(b_bucket[5m])":           {true, false},
		"abs(b_bucket)":                         {false, false},
		"sum(b_bucket)":                         {false, true},
		"sum by (le) (b_bucket)":                {false, false},
		"sum by (job) (b_bucket)":               {false, true},
		"sum by (job, le) (rate(b_bucket[5m]))": {true, false},
		"sum without (le) (b_bucket)":           {false, true},
		"sum without (job) (b_bucket)":          {false, false},
		"sum without (le, job) (b_bucket)":      {false, true},
		"topk(3, b_bucket)":                     {false, false},
		"bottomk by (job) (3, b_bucket)":        {false, false},
		"limitk(3, b_bucket)":                   {false, false},
		"limit_ratio(0.5, b_bucket)":            {false, false},
		"sum by (le) (max by (job) (b_bucket))": {false, true},
	} {
		tree, err := parser.NewParser(parser.Options{EnableExperimentalFunctions: true}).ParseExpr(expr)
		if err != nil {
			t.Fatal(expr, err)
		}
		found := false
		parser.Inspect(tree, func(n parser.Node, path []parser.Node) error {
			if _, ok := n.(*parser.VectorSelector); ok {
				found = true
				if rated, lost := overRange(path); [2]bool{rated, lost} != want {
					t.Errorf("%s: over a range %v, le lost %v", expr, rated, lost)
				}
			}
			return nil
		})
		if !found {
			t.Errorf("%s has no selector", expr)
		}
	}
}
