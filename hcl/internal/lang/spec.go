package lang

import "strings"

// Package is what a domain package gives to the loader: its blocks, and an
// optional last pass over the whole model.
type Package struct {
	Specs []*BlockSpec
	// Finish runs once, after every block of every package was decoded: for
	// what can be judged only over several blocks. nil: nothing.
	Finish func(p *Program)
}

// BlockSpec describes one type of block: what may stand in it, and how it
// becomes a part of the model. hcl/spec.md is generated from these.
type BlockSpec struct {
	Type   string
	Doc    string // full sentences; the first one is the summary
	Labels []Label
	Attrs  []Attr
	Blocks []*BlockSpec // nested blocks

	// ForEach permits the meta-argument for_each (top-level blocks only).
	ForEach bool
	// OpenAttrs permits attributes of any name: Block.AttrNames lists them.
	OpenAttrs bool
	// Open permits any attributes and any blocks, at any depth: keys of
	// another program's format, read by Block.Tree.
	Open bool
	// OrAttr makes TYPE = { … } another way to write a nested Open block.
	OrAttr bool
	// ComposeOf is what the block stands for in the Compose Specification
	// ("services.ports"), "" for nothing of it, and Compose what becomes of the
	// keys there that the block doesn't have under the same names.
	ComposeOf string
	Compose   []ComposeKey
	// Max bounds how often the block may occur in its parent (or in the
	// manifest); 0 is any number. Min demands that many.
	Min, Max int
	// Repeat permits blocks with equal labels (steps of a stage, for
	// instance). Without it a second one is an error with both ranges.
	Repeat bool
	// NoRef says that blocks of this type can't be referred to.
	NoRef bool
	// Scoped makes nested blocks known inside their parent as TYPE.label too
	// (`stage.builder` inside an image).
	Scoped bool

	// Declare allocates the model object of a block and registers what it
	// exports (Block.Export, Block.ExportRef). It must not evaluate
	// attributes: the functions that it registers do that when someone asks.
	// The result is what references to the block decode to; nil is for
	// blocks that nothing refers to. A nested block with a Declare becomes
	// PARENT.type.label.
	Declare func(b *Block) any
	// Decode fills the model object (Block.Ref). It is called for top-level
	// blocks, in order of address; nested blocks are the parent's business.
	Decode func(b *Block)
}

// ComposeKey is a key of the Compose Specification that a block doesn't have
// under the same name: there is something else to write, or it is left out.
type ComposeKey struct {
	Key   string
	Write string // what to write here instead; "" where there is nothing
	Why   string // why it is left out; or more about what to write, as a sentence
}

// Label describes one label of a block.
type Label struct {
	Name   string
	Syntax LabelSyntax
	Doc    string
}

// LabelSyntax says what a label may look like.
type LabelSyntax uint8

const (
	// Ident is [A-Za-z_][A-Za-z0-9_-]*.
	Ident LabelSyntax = iota
	// Name is Ident without '-', for what stands in arithmetic.
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

// Attr describes one attribute.
type Attr struct {
	Name     string
	Type     AttrType
	Required bool
	// Default is an HCL expression over no variables that stands for the
	// missing attribute. "" is none: the getter returns its zero value.
	Default string
	// Values are the strings allowed, of String and Strings attributes; empty: any.
	Values []string
	Doc    string
}

// AttrType says what an attribute holds. It documents the attribute, and
// tells the reference getters which kinds they accept.
type AttrType struct {
	Name  string
	Kinds []string // of references
	// Raw attributes are never evaluated by the framework: their package
	// reads the expression (Block.Expr). Planning conditions are such.
	Raw bool
}

// The attribute types and the getters that read them.
var (
	String    = AttrType{Name: "string"}                                             // Block.String
	Bool      = AttrType{Name: "bool"}                                               // Block.Bool
	Int       = AttrType{Name: "whole number"}                                       // Block.Int
	Number    = AttrType{Name: "number"}                                             // Block.Number
	Duration  = AttrType{Name: "duration"}                                           // Block.Duration: "1m30s", also d and w
	Bytes     = AttrType{Name: "size"}                                               // Block.Bytes: "512MB", units of 1024
	Strings   = AttrType{Name: "list of strings"}                                    // Block.Strings, Block.Items
	StringMap = AttrType{Name: "map of strings"}                                     // Block.StringMap
	Text      = AttrType{Name: "string, secrets allowed"}                            // Block.Text
	TextMap   = AttrType{Name: "map of strings, secrets allowed"}                    // Block.TextMap
	Command   = AttrType{Name: "string (shell form) or list of strings (exec form)"} // Block.Command
	Any       = AttrType{Name: "any value"}                                          // Block.Any, Block.Extra
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

// attr finds an attribute of the spec; for_each belongs to no spec.
func (s *BlockSpec) attr(name string) *Attr {
	for i := range s.Attrs {
		if s.Attrs[i].Name == name {
			return &s.Attrs[i]
		}
	}
	return nil
}

// instead tells what to write for a key of Compose, or why there is nothing; ""
// for one that isn't in the list. It begins with a space.
func (s *BlockSpec) instead(key string) string {
	for _, c := range s.Compose {
		switch {
		case c.Key != key:
		case c.Write != "":
			return " Write " + c.Write + " instead."
		default:
			return " It is left out: " + c.Why
		}
	}
	return ""
}

func (s *BlockSpec) block(typ string) *BlockSpec {
	for _, b := range s.Blocks {
		if b.Type == typ {
			return b
		}
	}
	return nil
}
