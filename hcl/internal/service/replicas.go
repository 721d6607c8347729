package service

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/internal/text"
)

const maxReplicas = 1000

// count is the number of instances of a service, from its `replicas` or from Compose's
// deploy.replicas, which means the same.
type count struct {
	n     int
	given bool // so that instances are NAME-1 …
	wrong bool // which is reported
}

// said is a number of replicas with its range and its name in the manifest.
type said struct {
	name string
	n    int
	at   hcl.Range
}

// count reads the number of replicas. An invalid one is reported, and counts as one.
func (d *decoder) count(b *lang.Block) count {
	if c, ok := d.counts[b]; ok {
		return c
	}
	c := count{n: 1, given: b.Given("replicas")}
	reported := b.Evaluation().Reported()
	var all []said
	if b.Has("replicas") {
		if n := b.Int("replicas"); !b.Failed("replicas") {
			all = append(all, said{"replicas", n, b.AttrRange("replicas")})
		}
	}
	for _, find := range []func(b *lang.Block) (v any, at hcl.Range, given bool){replicasOfBlock, replicasOfAttr("deploy"), replicasOfAttr("compose", "deploy")} {
		v, at, given := find(b)
		if !given {
			continue
		}
		c.given = true
		if n, ok := whole(v); ok {
			all = append(all, said{"deploy.replicas", n, at})
		} else if v != nil {
			b.Evaluation().Errorf(ruleReplicas, at, "%s is not a valid number of replicas. Use 1 to %d.", shown(v), maxReplicas)
		}
	}
	for i, x := range all {
		switch {
		case i > 0 && x.n != all[0].n:
			b.Evaluation().Errorf(ruleBothForms, x.at, "%s sets %d instances here, but %s sets %d, at %s. Keep one of the two.", x.name, x.n, all[0].name, all[0].n, lang.Place(all[0].at))
		case i == 0 && (x.n < 1 || x.n > maxReplicas):
			b.Evaluation().Errorf(ruleReplicas, x.at, "%d replicas can't run. Use 1 to %d. To leave a service out, use for_each over an empty set, or a profile.", x.n, maxReplicas)
		}
	}
	if len(all) > 0 {
		c.n = min(max(all[0].n, 1), maxReplicas)
	}
	c.wrong = b.Evaluation().Reported() > reported
	d.counts[b] = c
	return c
}

func replicasOfBlock(b *lang.Block) (v any, at hcl.Range, given bool) {
	dep := b.Block("deploy")
	if dep == nil || !dep.Has("replicas") {
		return nil, at, false
	}
	return dep.Any("replicas"), dep.AttrRange("replicas"), true
}

// replicasOfAttr looks into an argument, without evaluating more of it than necessary: the rest may
// differ between replicas.
func replicasOfAttr(attr string, path ...string) func(b *lang.Block) (v any, at hcl.Range, given bool) {
	path = append(path, "replicas")
	return func(b *lang.Block) (v any, at hcl.Range, given bool) {
		if !b.Given(attr) {
			return nil, at, false
		}
		part := b.Part(attr, path...)
		if part.Expr != nil {
			value, ok := b.Scope().Eval(part.Expr)
			if !ok || value.IsNull() || value.IsMarked() {
				return nil, part.Range, ok && !value.IsNull()
			}
			v, _ = lang.Data(value)
			return v, part.Range, true
		}
		if part.Written {
			return nil, at, false
		}
		v = inside(b.With("replica", replica(0)).Any(attr), path...)
		return v, part.Range, v != nil
	}
}

// replicas are the views of a service's block, one for each instance.
func (d *decoder) replicas(b *lang.Block) []*lang.Block {
	if v, ok := d.views[b]; ok {
		return v
	}
	out := make([]*lang.Block, d.count(b).n)
	for i := range out {
		out[i] = b.With("replica", replica(i))
	}
	d.views[b] = out
	return out
}

func replica(i int) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"index":  cty.NumberIntVal(int64(i)),
		"number": cty.NumberIntVal(int64(i + 1)),
	})
}

// instanceName is NAME, or NAME-1 … with replicas.
func (d *decoder) instanceName(b *lang.Block, i int) string {
	if !d.count(b).given {
		return b.Name
	}
	return fmt.Sprintf("%s-%d", b.Name, i+1)
}

// whole is a whole number, which may be written as a string.
func whole(v any) (int, bool) {
	r, ok := number(v)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return int(r.Num().Int64()), true
}

// number is a number, which may be written as a decimal string, as in Compose.
func number(v any) (*big.Rat, bool) {
	switch v := v.(type) {
	case *big.Rat:
		return v, true
	case string:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, false
		}
		if strings.ContainsAny(v, "eEpPxX_") {
			return new(big.Rat).SetFloat64(f), true
		}
		return new(big.Rat).SetString(v)
	}
	return nil, false
}

// shown formats a value of Compose for a message.
func shown(v any) string {
	switch v := v.(type) {
	case *big.Rat:
		return text.Number(v)
	case string:
		return strconv.Quote(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return "This"
}
