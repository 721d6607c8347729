package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/zclconf/go-cty/cty"
)

// Block is one block of the manifest, or an instance of it if for_each is used. Getters (String, Ref
// …) report errors and then return the zero value; Failed distinguishes that from an absent
// argument.
type Block struct {
	Type   string
	Labels []string
	// Name is the first label; label-key for an instance of for_each.
	Name string
	// Range is the header.
	Range hcl.Range
	// LabelRanges are the ranges of the labels.
	LabelRanges []hcl.Range
	// Parent is the enclosing block, nil at top level.
	Parent *Block
	// Ref is what Declare returned.
	Ref any

	p       *Evaluation
	spec    *BlockSpec
	body    *hclsyntax.Body
	scope   *Scope
	node    *node
	vals    map[string]attrValue
	kids    []*Block
	address string
	read    map[string]bool // shared by all views
}

// Added reports whether an expansion has added the block: then all of it has the place of the block that it stands for.
func (b *Block) Added() bool { return b.body.SrcRange == b.Range }

type attrValue struct {
	v      cty.Value // null when absent
	failed bool
	expr   hcl.Expression
}

// newBlock creates a block and its nested blocks, declares them and adds their exports below n.
func (p *Evaluation) newBlock(spec *BlockSpec, syn *hclsyntax.Block, parent *Block, scope *Scope, name, address string, n *node) *Block {
	b := &Block{Type: spec.Type, Labels: syn.Labels, Name: name, Range: syn.DefRange(), LabelRanges: syn.LabelRanges,
		Parent: parent, p: p, spec: spec, body: syn.Body, node: n, address: address, read: map[string]bool{}}
	b.scope = &Scope{p: p, parent: scope, block: b}
	n.Range = b.Range
	for _, sub := range syn.Body.Blocks {
		ss := spec.block(sub.Type)
		if spec.Open {
			ss = &BlockSpec{Type: sub.Type, Open: true, Labels: make([]Label, len(sub.Labels))}
		}
		if ss == nil || p.dropped[sub] {
			continue
		}
		b.kids = append(b.kids, p.newNested(ss, sub, b))
	}
	if spec.Declare != nil {
		b.Ref = spec.Declare(b)
		n.Object.Ref = b.Ref
	}
	return b
}

func (p *Evaluation) newNested(spec *BlockSpec, syn *hclsyntax.Block, parent *Block) *Block {
	addr := parent.address + "." + spec.Type
	kid := &node{Object: Object{Kind: spec.Type, Address: addr}}
	name := ""
	if len(syn.Labels) > 0 {
		name = syn.Labels[0]
		kid.Name, kid.Address = name, addr+"."+name
	}
	if spec.Declare != nil && len(syn.Labels) > 0 {
		group := parent.node.child(spec.Type)
		if group == nil {
			group = parent.node.add(spec.Type, &node{Object: Object{Address: addr}})
		}
		group.add(name, kid)
	} else if spec.Declare != nil {
		parent.node.add(spec.Type, kid)
	}
	return p.newBlock(spec, syn, parent, parent.scope, name, kid.Address, kid)
}

// expand turns a top-level block into its instances, once.
func (p *Evaluation) expand(d *decl, from hcl.Range) bool {
	switch d.state {
	case done:
		return true
	case running:
		p.cycle(d, from)
		return false
	case idle:
	}
	d.state = running
	p.push(d, d.spec.Type+"."+d.name, from)
	defer p.pop()
	defer func() { d.state = done }()
	addr := d.spec.Type
	if len(d.spec.Labels) > 0 {
		addr = address(d.spec.Type, d.name)
	}
	fe := d.block.Body.Attributes["for_each"]
	if fe == nil || !d.spec.ForEach {
		d.node = &node{Object: Object{Kind: d.spec.Type, Name: d.name, Address: addr}}
		d.instances = []*Block{p.newBlock(d.spec, d.block, nil, p.root, d.name, addr, d.node)}
		return true
	}
	d.forEach = true
	d.node = &node{Object: Object{Address: addr, Range: d.block.DefRange()}, group: true}
	entries, ok := p.forEach(fe)
	if !ok {
		d.node.broken = true
		return true
	}
	for _, e := range entries {
		sc := &Scope{p: p, parent: p.root, vars: map[string]cty.Value{
			"each": cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(e.key), "value": e.value})}}
		name := d.name + "-" + e.key
		at := addr + "[" + quote(e.key) + "]"
		n := d.node.add(e.key, &node{Object: Object{Kind: d.spec.Type, Name: name, Address: at}})
		if o, taken := p.instanceNames[d.spec.Type+" "+name]; taken {
			p.Errorf(ruleDuplicate, fe.SrcRange, "The instance %s has the name %q, and so does the %s at %s. Rename one of the two, or change the key.", at, name, d.spec.Type, Place(o))
			n.broken = true
			continue
		}
		p.instanceNames[d.spec.Type+" "+name] = d.block.DefRange()
		d.instances = append(d.instances, p.newBlock(d.spec, d.block, nil, sc, name, at, n))
	}
	return true
}

type forEachEntry struct {
	key   string
	value cty.Value
}

// forEach evaluates a for_each argument to its entries by key.
func (p *Evaluation) forEach(a *hclsyntax.Attribute) ([]forEachEntry, bool) {
	v, ok := p.root.Eval(a.Expr)
	if !ok {
		return nil, false
	}
	at := a.Expr.Range()
	if v.IsNull() {
		p.Errorf(ruleForEach, at, "The value is null. Use an empty map or set for no instances.")
		return nil, false
	}
	v, marks := v.Unmark()
	if len(marks) > 0 {
		p.Errorf(ruleSensitive, at, "The keys become parts of names in the kit, so they can't depend on a sensitive variable.")
		return nil, false
	}
	ty := v.Type()
	switch {
	case ty.IsMapType() || ty.IsObjectType():
	case ty.IsSetType() && (ty.ElementType() == cty.String || v.LengthInt() == 0):
	case ty.IsTupleType() || ty.IsListType() || ty.IsSetType():
		p.Errorf(ruleForEach, at, "The value is a %s, but for_each requires a map or a set of strings: write toset([…]) if the elements are unique strings, or { for x in … : x.name => x }.", friendly(ty))
		return nil, false
	default:
		p.Errorf(ruleForEach, at, "The value is a %s, but for_each requires a map or a set of strings, such as toset([\"a\", \"b\"]).", friendly(ty))
		return nil, false
	}
	var out []forEachEntry
	ok = true
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if k.IsNull() || e.IsNull() && ty.IsSetType() {
			p.Errorf(ruleForEach, at, "A key is null.")
			return nil, false
		}
		key := k.AsString()
		if !keyOK(key) {
			p.Errorf(ruleForEach, at, "The key %q becomes part of a name, so it may contain only letters, digits, dots, underscores and hyphens.", key)
			ok = false
			continue
		}
		out = append(out, forEachEntry{key, e})
	}
	return out, ok // cty iterates maps, objects and sets of strings in order
}

func keyOK(k string) bool {
	for i := 0; i < len(k); i++ {
		c := k[i]
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '-' || c == '.') {
			return false
		}
	}
	return k != "" && len(k) < 200
}

// Origin is the origin of the block, for the model.
func (b *Block) Origin() manifest.Origin {
	return manifest.Origin{Address: b.address, Range: b.Range}
}

// Address is the block's address: `service.web`, `action.a["k"]`,
// `database.omega.table.patterns`.
func (b *Block) Address() string { return b.address }

// Evaluation is the evaluation to which the block belongs.
func (b *Block) Evaluation() *Evaluation { return b.p }

// Scope is the scope in which the block's expressions are evaluated.
func (b *Block) Scope() *Scope { return b.scope }

// Blocks lists the nested blocks of the given types, or all, in source order.
// The same objects come back each time.
func (b *Block) Blocks(types ...string) []*Block {
	if len(types) == 0 {
		return b.kids
	}
	var out []*Block
	for _, k := range b.kids {
		for _, t := range types {
			if k.Type == t {
				out = append(out, k)
			}
		}
	}
	return out
}

// Block returns the first nested block of the type, or nil.
func (b *Block) Block(typ string) *Block {
	for _, k := range b.kids {
		if k.Type == typ {
			return k
		}
	}
	return nil
}

// With returns a view of the block and its nested blocks in which expressions can also use name
// (`replica`). Arguments are evaluated again in a view.
func (b *Block) With(name string, v cty.Value) *Block {
	return b.view(&Scope{p: b.p, parent: b.scope.parent, block: b, vars: map[string]cty.Value{name: v}}, b.Parent)
}

func (b *Block) view(sc *Scope, parent *Block) *Block {
	c := *b
	c.scope, c.vals, c.kids, c.Parent = sc, nil, nil, parent
	for _, k := range b.kids {
		c.kids = append(c.kids, k.view(&Scope{p: b.p, parent: sc, block: k}, &c))
	}
	return &c
}

// Export makes a value available to references as ADDRESS.name. The function runs at most once, on the
// first reference; it may evaluate arguments of any block. An error says, as a full sentence, why the
// value isn't available; it is reported at the reference. cty.NilVal says that the failure is already
// reported.
func (b *Block) Export(name string, f func() (cty.Value, error)) {
	b.node.add(name, &node{Object: Object{Address: b.address + "." + name, Range: b.Range}, eval: f})
}

// ExportGroup makes a value available as ADDRESS.name.KEY for each of the keys, as Export does.
func (b *Block) ExportGroup(name string, keys []string, f func(key string) (cty.Value, error)) {
	group := b.node.add(name, &node{Object: Object{Address: b.address + "." + name, Range: b.Range}})
	for _, key := range keys {
		group.add(key, &node{Object: Object{Address: group.Address + "." + key, Range: b.Range}, eval: func() (cty.Value, error) { return f(key) }})
	}
}

// Exported is a value that the block of a reference exports. An error says why there is none.
func (p *Evaluation) Exported(o *Object, name string, at hcl.Range) (cty.Value, error) {
	for _, b := range p.Blocks(o.Kind) {
		if n := b.node.child(name); &b.node.Object == o && n != nil && n.eval != nil {
			return p.leaf(n, at)
		}
	}
	return cty.NilVal, nil
}

// ExportAttr exports an argument under its own name, converted to ty.
func (b *Block) ExportAttr(name string, ty cty.Type) {
	b.Export(name, func() (cty.Value, error) {
		v, ok := b.Value(name, ty)
		if !ok {
			return cty.NilVal, nil
		}
		return v, nil
	})
}

// ExportRef makes ADDRESS.name a reference of the given kind: a fact, for instance.
func (b *Block) ExportRef(name, kind string, ref any) {
	b.node.add(name, &node{Object: Object{Kind: kind, Name: name, Address: b.address + "." + name, Range: b.Range, Ref: ref}})
}

// Tree reads a block with Open as plain data (see manifest.Passthrough): nested blocks become maps, several
// of one type a list of maps, labels keys.
func (b *Block) Tree() map[string]any {
	out := map[string]any{}
	for _, n := range b.AttrNames() {
		if b.Has(n) {
			out[n] = b.Any(n)
		}
	}
	for _, k := range b.kids {
		var v any = k.Tree()
		for i := len(k.Labels) - 1; i >= 0; i-- {
			v = map[string]any{k.Labels[i]: v}
		}
		switch old := out[k.Type].(type) {
		case nil:
			out[k.Type] = v
		case []any:
			out[k.Type] = append(old, v)
		case map[string]any:
			if m, ok := v.(map[string]any); ok && len(k.Labels) > 0 {
				for key, x := range m {
					old[key] = x
				}
			} else {
				out[k.Type] = []any{old, v}
			}
		default:
			b.p.Errorf(ruleDuplicate, k.Range, "\"%s\" is also an argument of this block.", k.Type)
		}
	}
	return out
}

// evalUnread evaluates arguments that no getter read, for their diagnostics.
func (b *Block) evalUnread() {
	for _, a := range sortedAttrs(b.body) {
		at := b.spec.attr(a.Name)
		if b.read[a.Name] || a.Name == "for_each" || at == nil && !b.spec.Open && !b.spec.OpenAttrs || at != nil && at.Type.Raw {
			continue
		}
		b.attr(a.Name)
	}
	for _, k := range b.kids {
		k.evalUnread()
	}
}
