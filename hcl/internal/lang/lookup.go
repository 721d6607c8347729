package lang

import "github.com/hashicorp/hcl/v2"

// Lookup finds a top-level block by type and name, for labels and keys that name one. A block with
// for_each is found by the names of its instances. nil: not found, and reported (unless an earlier
// error explains it).
func (p *Evaluation) Lookup(kind, name string, at hcl.Range) *Object {
	if d := p.decls[kind][name]; d != nil {
		if !p.expand(d, at) || d.node.broken {
			return nil
		}
		if !d.forEach {
			return &d.node.Object
		}
	}
	if o := p.instanceByName(kind, name); o != nil {
		return o
	}
	if p.Incomplete(kind) || p.assumed != nil && p.mayBeInstance(kind, name) {
		return nil
	}
	var names []string
	if p.affordable(len(p.byType[kind])) {
		for _, b := range p.Blocks(kind) {
			names = append(names, b.Name)
		}
	}
	hint, fix := p.didYouMean(name, names)
	p.Report(ruleUnknownRef.Fix(at, fix, "The manifest doesn't declare the %s \"%s\".%s", kind, name, hint))
	return nil
}

// LookupAll is Lookup, except that the name of a block with for_each stands for all its instances.
func (p *Evaluation) LookupAll(kind, name string, at hcl.Range) []*Object {
	if d := p.decls[kind][name]; d != nil && p.expand(d, at) && d.forEach {
		var out []*Object
		for _, n := range d.node.names() {
			out = append(out, &d.node.kids[n].Object)
		}
		return out
	}
	if o := p.Lookup(kind, name, at); o != nil {
		return []*Object{o}
	}
	return nil
}

func (p *Evaluation) instanceByName(kind, name string) *Object {
	for i := range name {
		if name[i] != '-' {
			continue
		}
		d := p.decls[kind][name[:i]]
		if d == nil || d.block.Body.Attributes["for_each"] == nil || !p.expand(d, hcl.Range{}) {
			continue
		}
		if k := d.node.child(name[i+1:]); k != nil {
			return &k.Object
		}
	}
	return nil
}

// mayBeInstance reports whether a name begins like that of an instance of a block with for_each.
func (p *Evaluation) mayBeInstance(kind, name string) bool {
	for i := range name {
		if d := p.decls[kind][name[:i]]; name[i] == '-' && d != nil && d.forEach {
			return true
		}
	}
	return false
}
