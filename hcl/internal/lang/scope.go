package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Scope is the names that expressions can use at one place of the manifest.
type Scope struct {
	p      *Evaluation
	parent *Scope
	block  *Block               // whose Scoped blocks are available here; nil: none
	vars   map[string]cty.Value // each, replica, and those of Child
}

// Child is the scope with additional names, which hide existing ones: for packages that walk
// expressions themselves (the variables of a `for`).
func (s *Scope) Child(vars map[string]cty.Value) *Scope {
	return &Scope{p: s.p, parent: s, vars: vars}
}

// lookupVar finds each or replica.
func (s *Scope) lookupVar(name string) (cty.Value, bool) {
	for ; s != nil; s = s.parent {
		if v, ok := s.vars[name]; ok {
			return v, true
		}
	}
	return cty.NilVal, false
}

// scoped finds the group of nested blocks that is available by its bare type here.
func (s *Scope) scoped(typ string) *node {
	for ; s != nil; s = s.parent {
		if s.block == nil {
			continue
		}
		if ss := s.block.spec.block(typ); ss != nil && ss.Scoped {
			if g := s.block.node.child(typ); g != nil {
				return g
			}
			return &node{Object: Object{Address: typ}}
		}
	}
	return nil
}

// Resolution is the target of a traversal.
type Resolution struct {
	// Object is the block or exported reference that is named; nil if the traversal leads to a value.
	Object *Object
	// Rest are the steps after the object.
	Rest hcl.Traversal
	// Instances are the members of a block with for_each that is named as a whole; Object is then nil.
	Instances []*Object

	node *node // where the walk ended
	path []string
	val  cty.Value // of var, local, each, replica and exported values
}

// Resolve follows a traversal as far as it names declared things. Failures are reported, and ok is
// then false.
//
// Traversals of var, local, each and replica have neither Object nor Instances: evaluate them, or
// follow a local with Scope.Local.
func (s *Scope) Resolve(t hcl.Traversal) (r Resolution, ok bool) {
	root := t.RootName()
	if v, found := s.lookupVar(root); found {
		return Resolution{path: []string{root}, val: v, Rest: t[1:]}, true
	}
	switch root {
	case "var":
		return s.p.resolveVar(t)
	case "local":
		return s.p.resolveLocal(t)
	case "parameter":
		return s.p.resolveParameter(t)
	case "target":
		return s.p.resolveTarget(t)
	}
	if g := s.scoped(root); g != nil {
		return s.p.walk(g, t, 1, []string{root})
	}
	spec := s.p.specs[root]
	if spec == nil || spec.NoRef || len(spec.Labels) == 0 {
		s.p.unknownRoot(s, t)
		return r, false
	}
	if len(t) < 2 {
		s.p.Errorf(ruleRefForm, t.SourceRange(), "\"%s\" by itself is not a block; write %s.NAME.", root, root)
		return r, false
	}
	name, isStr := stepKey(t[1])
	if !isStr {
		s.p.Errorf(ruleRefForm, t.SourceRange(), "Blocks are referenced by name: write %s.NAME.", root)
		return r, false
	}
	d := s.p.decls[root][name]
	if d == nil {
		s.p.unknownBlock(root, name, t)
		return r, false
	}
	if d.state == running && d.node != nil && !d.forEach {
		// Its Declare is running: it exists, but isn't complete.
		return s.p.walk(d.node, t, 2, []string{root, name})
	}
	if !s.p.expand(d, t.SourceRange()) {
		return r, false
	}
	return s.p.walk(d.node, t, 2, []string{root, name})
}

// resolveTarget resolves target.name, what the kit is built for.
func (p *Evaluation) resolveTarget(t hcl.Traversal) (Resolution, bool) {
	if len(t) > 1 {
		if name, _ := stepKey(t[1]); name == "name" {
			return Resolution{path: []string{"target", name}, val: cty.StringVal(string(p.Manifest.Target)), Rest: t[2:]}, true
		}
	}
	p.Errorf(ruleRefForm, t.SourceRange(), "Of the target only its name is a value: write target.name, which is \"compose\" or \"kubernetes\".")
	return Resolution{}, false
}

// stepKey is the name that a step selects.
func stepKey(step hcl.Traverser) (string, bool) {
	switch s := step.(type) {
	case hcl.TraverseAttr:
		return s.Name, true
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.String && s.Key.IsKnown() && !s.Key.IsNull() {
			return s.Key.AsString(), true
		}
	}
	return "", false
}

// walk follows the steps of t from step i on below n.
func (p *Evaluation) walk(n *node, t hcl.Traversal, i int, path []string) (Resolution, bool) {
	last, lastAt := n, i // the innermost object on the path
	for ; i < len(t); i++ {
		if n.eval != nil {
			break
		}
		if n.group && p.assumed != nil && len(n.kids) == 0 {
			return Resolution{path: path, val: cty.DynamicVal, Rest: t[i:]}, true
		}
		name, ok := stepKey(t[i])
		at := t[i].SourceRange()
		if !ok {
			p.Errorf(ruleRefForm, at, "%s has no numeric index; write .NAME or [\"KEY\"].", n.Address)
			return Resolution{}, false
		}
		k := n.child(name)
		if k == nil && n.group && p.assumed != nil && len(n.kids) > 0 { // it may have that instance too
			return Resolution{path: append(path, name), val: cty.DynamicVal, Rest: t[i+1:]}, true
		}
		if k == nil && name == "name" && n.Kind != "" {
			return Resolution{path: append(path, name), val: cty.StringVal(n.Name), Rest: t[i+1:], node: n}, true
		}
		if k == nil {
			p.unknownMember(n, name, at)
			return Resolution{}, false
		}
		path = append(path, name)
		n = k
		if n.Kind != "" {
			last, lastAt = n, i+1
		}
	}
	r := Resolution{node: n, path: path, Rest: t[i:]}
	if n.group && p.assumed != nil && len(n.kids) == 0 {
		r.val = cty.DynamicVal
		return r, true
	}
	if n.group {
		for _, k := range n.names() {
			r.Instances = append(r.Instances, &n.kids[k].Object)
		}
		return r, true
	}
	if last.Kind != "" && n.eval == nil {
		r.Object, r.Rest = &last.Object, t[lastAt:]
	}
	return r, true
}

// value is the value at the resolved traversal's path.
func (r *Resolution) value(p *Evaluation, at hcl.Range) (cty.Value, bool) {
	switch {
	case r.val != cty.NilVal:
		return r.val, true
	case r.node.eval != nil:
		v, err := p.leaf(r.node, at)
		if err != nil {
			p.Errorf(ruleUnavailable, at, "%s", err)
			return cty.DynamicVal, false
		}
		return v, true
	}
	return p.whole(r.node, at), true
}
