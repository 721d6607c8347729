package lang

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Object is what a reference names: a declared block, or something that a block exports as a
// reference.
type Object struct {
	Kind    string // block type, or the kind given to ExportRef
	Name    string
	Address string
	Range   hcl.Range
	Ref     any // the model object
}

// node is one place in the tree that references walk: a block, a group of named things, or an exported
// value.
type node struct {
	Object
	group  bool // instances of a block with for_each
	broken bool // kids may be missing because of an error that is already reported
	kids   map[string]*node
	eval   func() (cty.Value, error)
	state  evalState
	val    cty.Value // of eval, or of the whole object
	err    error
}

func (n *node) child(name string) *node { return n.kids[name] }

func (n *node) add(name string, k *node) *node {
	if n.kids == nil {
		n.kids = map[string]*node{}
	}
	n.kids[name] = k
	return k
}

func (n *node) names() []string {
	out := make([]string, 0, len(n.kids)+1)
	for k := range n.kids {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// refAttr is the attribute of a reference's value that contains the object. It can't be written as an
// identifier.
const refAttr = "\x00"

var refType = cty.CapsuleWithOps("reference", reflect.TypeOf(Object{}), &cty.CapsuleOps{
	TypeGoString: func(reflect.Type) string { return "reference" },
})

// asRef returns the object that a value refers to, or nil.
func asRef(v cty.Value) *Object {
	if v == cty.NilVal || !v.Type().IsObjectType() || !v.Type().HasAttribute(refAttr) ||
		v.Type().AttributeType(refAttr) != refType || v.IsNull() {
		return nil
	}
	v, _ = v.Unmark()
	if !v.IsKnown() {
		return nil
	}
	c, _ := v.GetAttr(refAttr).Unmark()
	if !c.IsKnown() || c.IsNull() {
		return nil
	}
	return c.EncapsulatedValue().(*Object)
}

// poison marks an unknown value that is a placeholder for one that could not be computed; using it
// returns its error.
type poison struct{ err error }

// leaf evaluates an exported value. reported is true if the failure is already reported.
func (p *Evaluation) leaf(n *node, from hcl.Range) (v cty.Value, err error) {
	switch n.state {
	case done:
		return n.val, n.err
	case running:
		p.cycle(n, from)
		return cty.DynamicVal, nil
	case idle:
	}
	n.state = running
	p.push(n, n.Address, from)
	defer p.pop()
	v, err = n.eval()
	if v == cty.NilVal {
		v = cty.DynamicVal
	}
	n.val, n.err, n.state = v, err, done
	return v, err
}

// whole is the value of a node with everything below it.
func (p *Evaluation) whole(n *node, from hcl.Range) cty.Value {
	if n.eval != nil {
		if n.state == running {
			return cty.DynamicVal.Mark(poison{p.cycleError(n, from)})
		}
		v, err := p.leaf(n, from)
		if err != nil {
			return cty.DynamicVal.Mark(poison{err})
		}
		return v
	}
	if n.state == done {
		return n.val
	}
	if n.broken {
		return cty.DynamicVal
	}
	attrs := make(map[string]cty.Value, len(n.kids)+2)
	if n.Kind != "" {
		attrs["name"] = cty.StringVal(n.Name)
		attrs[refAttr] = cty.CapsuleVal(refType, &n.Object)
	}
	clean := true
	for _, name := range n.names() {
		k := n.kids[name]
		v := p.whole(k, from)
		if k.state != done {
			clean = false
		}
		attrs[name] = v
	}
	v := cty.ObjectVal(attrs)
	if clean {
		n.val, n.state = v, done
	}
	return v
}

// frame is one evaluation in progress.
type frame struct {
	what any
	addr string
	from hcl.Range // the reference that required it
}

func (p *Evaluation) push(what any, addr string, from hcl.Range) {
	p.stack = append(p.stack, frame{what, addr, from})
}

func (p *Evaluation) pop() { p.stack = p.stack[:len(p.stack)-1] }

// maxCycleSteps bounds how much of a long cycle is printed.
const maxCycleSteps = 12

type cycleError struct {
	chain []frame
	text  string
}

func (e *cycleError) Error() string { return e.text }

// cycleError describes the chain of references from what back to itself; from
// is the reference that closes it.
func (p *Evaluation) cycleError(what any, from hcl.Range) error {
	i := len(p.stack) - 1
	for i > 0 && p.stack[i].what != what {
		i--
	}
	e := &cycleError{chain: append([]frame(nil), p.stack[i:]...)}
	// The order of evaluation must not be visible: start with the reference that comes first in the files.
	n := len(e.chain)
	refs := make([]frame, n) // refs[j]: chain[j] refers to chain[j+1] at refs[j].from
	for j := range e.chain {
		at := from
		if j+1 < n {
			at = e.chain[j+1].from
		}
		refs[j] = frame{e.chain[j].what, e.chain[j].addr, at}
	}
	start := 0
	for j := range refs {
		if before(refs[j].from, refs[start].from) {
			start = j
		}
	}
	e.chain = append(append([]frame(nil), refs[start:]...), refs[:start]...)
	var steps []string
	for j, f := range e.chain {
		if j == maxCycleSteps && n > maxCycleSteps+1 {
			steps = append(steps, fmt.Sprintf("and so on, for %d more references", n-j))
			break
		}
		steps = append(steps, f.addr+" needs "+e.chain[(j+1)%n].addr+" ("+Place(f.from)+")")
	}
	e.text = strings.Join(steps, "; ")
	return e
}

func (p *Evaluation) cycle(what any, from hcl.Range) {
	p.reportCycle(p.cycleError(what, from))
}

func (p *Evaluation) reportCycle(err error) {
	ce := err.(*cycleError)
	p.Errorf(ruleCycle, ce.chain[0].from, "This value depends on itself: %s. Remove one of these references.", ce.text)
}

// address formats KIND.name, with an index if the name isn't an identifier.
func address(kind, name string) string {
	if isIdent(name, true) {
		return kind + "." + name
	}
	return kind + "[" + quote(name) + "]"
}

func quote(s string) string { return strconv.Quote(s) }
