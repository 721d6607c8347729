package lang

import "strings"

// Package is what a domain package gives to the loader: its blocks, and an optional last pass over the
// whole model.
type Package struct {
	Specs []*BlockSpec
	// Expand runs before anything else, on files without syntax errors: it adds blocks that others stand
	// for. nil: none.
	Expand func(x *Expansion)
	// Finish runs once, after every block of every package was decoded: for checks across several blocks.
	// nil: none.
	Finish func(p *Evaluation)
	// Last runs once, after Finish of every package: for what depends on what other packages add to the
	// model there. nil: none.
	Last func(p *Evaluation)
}

// BlockSpec describes one type of block: its content, and how it becomes part of the model.
// hcl/spec.md is generated from these.
type BlockSpec struct {
	Type   string
	Doc    string // full sentences; the first one is the summary
	Labels []Label
	Attrs  []Attr
	Blocks []*BlockSpec // nested blocks

	// ForEach permits the meta-argument for_each (top-level blocks only).
	ForEach bool
	// OpenAttrs permits arguments of any name: Block.AttrNames lists them.
	OpenAttrs bool
	// Open permits any arguments and any blocks, at any depth: keys of another program's format, read by
	// Block.Tree.
	Open bool
	// OrAttr permits TYPE = { … } as an alternative to a nested Open block.
	OrAttr bool
	// ComposeOf is the part of the Compose Specification that the block corresponds to ("services.ports"),
	// "" for none, and Compose describes the keys of that part that the block doesn't have under the same
	// names.
	ComposeOf string
	Compose   []ComposeKey
	// FromValue translates TYPE = VALUE, where the block can be said by a single value; nil: only a map can be
	// translated, and only of a block without labels.
	FromValue RewriteFunc
	// Habits are names that users of other tools write here, and what to write instead, as a sentence.
	Habits map[string]string
	// Max bounds how often the block may occur in its parent (or in the manifest); 0 is any number. Min is
	// the required number.
	Min, Max int
	// Repeat permits blocks with equal labels (steps of a stage, for instance). Without it a second one is
	// an error with both ranges.
	Repeat bool
	// NoRef says that blocks of this type can't be referenced.
	NoRef bool
	// Scoped makes nested blocks available inside their parent as TYPE.label too (`stage.builder` inside
	// an image).
	Scoped bool

	// Declare allocates the model object of a block and registers its exports (Block.Export,
	// Block.ExportRef). It must not evaluate arguments: the functions that it registers do that on demand.
	// References to the block decode to the result; nil is for blocks that can't be referenced. A nested
	// block with a Declare becomes PARENT.type.label.
	Declare func(b *Block) any
	// Decode fills the model object (Block.Ref). It is called for top-level blocks, in order of address;
	// parents decode their nested blocks.
	Decode func(b *Block)
}

// ComposeKey is a key of the Compose Specification that a block doesn't have under the same name: it
// has a replacement, or is omitted.
type ComposeKey struct {
	Key   string
	Write string // replacement; "" if there is none
	// Rewrite translates an argument or a block of this name; nil: it can't be done in general.
	Rewrite RewriteFunc
	Why     string // why it is omitted; or more about the replacement, as a sentence
}

// Label describes one label of a block.
type Label struct {
	Name   string
	Syntax LabelSyntax
	Doc    string
}

// LabelSyntax is the format of a label.
type LabelSyntax uint8

const (
	// Ident is [A-Za-z_][A-Za-z0-9_-]*.
	Ident LabelSyntax = iota
	// Name is Ident without '-', for names in arithmetic.
	Name
	// Metric is a Prometheus metric name, colons allowed.
	Metric
	// RelPath is a clean relative path with forward slashes.
	RelPath
	// AbsPath is an absolute path.
	AbsPath
	// Free is any non-empty text.
	Free
)

// Name1 is the usual label: one name of syntax Ident.
func Name1(doc string) []Label { return []Label{{Name: "name", Doc: doc}} }

// Attr describes one argument.
type Attr struct {
	Name     string
	Type     AttrType
	Required bool
	// Default is an HCL expression without variables that replaces a missing argument. "" is none: the
	// getter returns its zero value.
	Default string
	// Deploy permits values that depend on parameters (manifest.HasParameter). Text and TextMap always do.
	Deploy bool
	// Rewrite translates what another tool has under this name, where the value is of another type; nil: nothing.
	Rewrite RewriteFunc
	// Values are the strings allowed, of String and Strings arguments; empty: any.
	Values []string
	Doc    string
}

// AttrType is the type of an argument. It documents the argument, and tells the reference getters
// which kinds they accept.
type AttrType struct {
	Name  string
	Kinds []string // of references
	// Raw arguments are never evaluated by the framework: their package reads the expression (Block.Expr),
	// as for planning conditions.
	Raw bool
}

// The argument types and the getters that read them.
var (
	String    = AttrType{Name: "string"}                                             // Block.String
	Bool      = AttrType{Name: "bool"}                                               // Block.Bool
	Int       = AttrType{Name: "whole number"}                                       // Block.Int
	Ports     = AttrType{Name: "whole number or range"}                              // Block.Ports: 80, "8000-8010"
	Number    = AttrType{Name: "number"}                                             // Block.Number
	Duration  = AttrType{Name: "duration"}                                           // Block.Duration: "1m30s", also d and w
	Bytes     = AttrType{Name: "size"}                                               // Block.Bytes: "512MB", units of 1024
	Strings   = AttrType{Name: "list of strings"}                                    // Block.Strings, Block.Items
	StringMap = AttrType{Name: "map of strings"}                                     // Block.StringMap
	Text      = AttrType{Name: "string, secrets allowed"}                            // Block.Text
	TextMap   = AttrType{Name: "map of strings, secrets allowed"}                    // Block.TextMap
	Command   = AttrType{Name: "string (shell form) or list of strings (exec form)"} // Block.Command
	Any       = AttrType{Name: "any value"}                                          // Block.Any, Block.Passthrough
	// Planning is an expression over states and facts.
	Planning = AttrType{Name: "planning expression", Raw: true} // Block.Expr
)

// RefTo is one reference to a block of one of the kinds; see Ref.
func RefTo(kinds ...string) AttrType {
	return AttrType{Name: "reference to " + strings.Join(kinds, " or "), Kinds: kinds}
}

// RefsTo is a list of references; see Refs.
func RefsTo(kinds ...string) AttrType {
	return AttrType{Name: "list of references to " + strings.Join(kinds, " or "), Kinds: kinds}
}

// RefMapTo is a map whose values are references; see RefMap.
func RefMapTo(kinds ...string) AttrType {
	return AttrType{Name: "map of references to " + strings.Join(kinds, " or "), Kinds: kinds}
}

// attr finds an argument of the spec; for_each belongs to no spec.
func (s *BlockSpec) attr(name string) *Attr {
	for i := range s.Attrs {
		if s.Attrs[i].Name == name {
			return &s.Attrs[i]
		}
	}
	return nil
}

// deferrable reports whether the value of an argument may depend on parameters: where the type says so, and
// in keys that are passed through to Compose.
func (s *BlockSpec) deferrable(name string) bool {
	if a := s.attr(name); a != nil {
		return a.Deploy || a.Type.Name == Text.Name || a.Type.Name == TextMap.Name
	}
	nested := s.block(name)
	return s.Open || nested != nil && nested.OrAttr
}

// instead describes what to write for a key of Compose, or why it is omitted; "" for one that isn't in
// the list. It begins with a space.
func (s *BlockSpec) instead(key string) string {
	for _, c := range s.Compose {
		switch {
		case c.Key != key:
		case c.Write != "":
			return " Write " + c.Write + " instead."
		default:
			return " " + c.Why
		}
	}
	if s := s.Habits[key]; s != "" {
		return " " + s
	}
	return ""
}

// rewrite translates an argument or a block of another tool; nil: there is no general translation.
func (s *BlockSpec) rewrite(name string) RewriteFunc {
	for _, c := range s.Compose {
		if c.Key == name {
			return c.Rewrite
		}
	}
	return nil
}

// within is the sentence that says in which nested block a name belongs; "" if in none. It begins with a space.
func (s *BlockSpec) within(name string) string {
	for _, b := range s.Blocks {
		switch {
		case b.attr(name) != nil:
			return " It belongs in a nested block: " + b.form() + " { " + name + " = … }."
		case b.block(name) != nil:
			return " It belongs in a nested block: " + b.form() + " { " + b.block(name).form() + " { … } }."
		}
	}
	return ""
}

// pathTo is the rest of a reference to a nested block: .table.NAME.column.NAME; "" if there is none of the type.
func (s *BlockSpec) pathTo(typ string) string {
	for _, b := range s.Blocks {
		switch {
		case b.Declare == nil:
		case b.Type == typ:
			return "." + typ + ".NAME"
		default:
			if rest := b.pathTo(typ); rest != "" {
				return "." + b.Type + ".NAME" + rest
			}
		}
	}
	return ""
}

// form is the header of a block: stage "NAME".
func (s *BlockSpec) form() string {
	out := s.Type
	for _, l := range s.Labels {
		out += " \"" + strings.ToUpper(l.Name) + "\""
	}
	return out
}

// example is the shortest form of a block: run { command = … }.
func (s *BlockSpec) example() string {
	var in []string
	for i := range s.Attrs {
		if s.Attrs[i].Required {
			in = append(in, s.Attrs[i].Name+" = …")
		}
	}
	if len(in) == 0 {
		in = []string{"…"}
	}
	return s.form() + " { " + strings.Join(in, ", ") + " }"
}

func (s *BlockSpec) block(typ string) *BlockSpec {
	for _, b := range s.Blocks {
		if b.Type == typ {
			return b
		}
	}
	return nil
}
