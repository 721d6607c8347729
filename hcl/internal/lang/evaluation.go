package lang

import (
	"cmp"
	"io/fs"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/zclconf/go-cty/cty/function"
)

// Input is the source of a manifest.
type Input struct {
	// FS is the manifest's folder. It must reject what leads out of the folder, symbolic links included
	// (os.Root's FS does).
	FS fs.FS
	// Dir is the folder's name as diagnostics show it.
	Dir string
	// Vars are values given on the command line, in order: the last of a name wins.
	Vars []VarValue
	// VarFiles are the contents of *.vars.hcl files, in order; Vars override them.
	VarFiles []VarFile
	// LookupEnv looks up variables with `env`; nil: none is set.
	LookupEnv func(name string) (string, bool)
	// Kit is the place of the kit's folder; the zero value: it is the manifest's folder.
	Kit KitPlace
	// Look looks up a clean path relative to the manifest's folder, which may lead out of it. nil: nothing is
	// looked up, as if every path existed.
	Look func(path string) FileKind
	// Read is the text of a file at such a path, for files of build contexts; nil if it isn't to be had. nil:
	// none is.
	Read func(path string) []byte
	// Ignored reports whether git ignores a file at a clean path in the manifest's folder. nil: none is.
	Ignored func(path string) bool
	// Target is what the kit is built for; "": manifest.TargetCompose.
	Target manifest.TargetName
}

// VarValue is one --var NAME=VALUE.
type VarValue struct{ Name, Value string }

// VarFile is one --var-file.
type VarFile struct {
	Name string // as diagnostics show it
	Src  []byte
	Err  error // why it can't be read
}

// Evaluation is the evaluation of one manifest to the model: its blocks, their exports, and the diagnostics
// so far. It is used by one goroutine.
type Evaluation struct {
	// Manifest is the model under construction.
	Manifest *manifest.Manifest

	in        Input
	packages  []Package
	files     map[string]*hcl.File
	specs     map[string]*BlockSpec
	decls     map[string]map[string]*decl // type → first label → blocks
	order     []*decl                     // by type, label
	byType    map[string][]*decl          // the same, by type
	locals    map[string]*localDef
	vars      map[string]*varDef
	root      *Scope
	funcs     map[string]function.Function
	diags     hcl.Diagnostics
	fileCache map[string][]byte               // files that were read, by clean path
	stack     []frame                         // evaluations in progress
	defaults  map[string]hclsyntax.Expression // parsed Attr.Default, by source
	compared  int                             // names compared for suggestions
	// hasSyntaxErrors is set after a syntax error: names may be missing because their definition wasn't
	// parsed, so missing names aren't reported.
	hasSyntaxErrors bool
	// varFileFailed is set if a file of variables can't be read: it may contain missing values.
	varFileFailed bool
	// firstSyntaxError has the offset of the first syntax error of each file. After it the parser may have
	// lost count of braces.
	firstSyntaxError map[string]int
	// misspelt are the headers of blocks with a reported unsupported argument; errors about missing
	// arguments are suppressed for them.
	misspelt map[hcl.Range]bool
	// inRecovery is set while a block with a syntax error in it is checked: what doesn't belong there may
	// belong somewhere else.
	inRecovery bool
	// recoveredBlocks are top-level blocks that the parser took for a part of the block before, because
	// that isn't closed.
	recoveredBlocks []*hclsyntax.Block
	// droppedTypes are block types of which a block was dropped after an error.
	droppedTypes map[string]bool
	// instanceNames are the names in use, by type: those of plain blocks, and those of the instances of
	// for_each as they are created.
	instanceNames map[string]hcl.Range
	// dropped are nested blocks that were reported and are not part of the model.
	dropped map[*hclsyntax.Block]bool
	// written are the top-level blocks of the files by type and first label; nil: not listed yet.
	written map[string]*hclsyntax.Block
	// explainedBlocks are nested blocks that should be maps, which was said about one of their lines.
	explainedBlocks map[*hclsyntax.Block]bool
	// bareWords are the values without quotes that were reported.
	bareWords map[hcl.Range]bool
	// assumed is what is unknown while blocks with an empty for_each are checked; nil otherwise.
	assumed *assumption
	// absent are the objects of blocks that aren't there on this target.
	absent map[any]bool
	// nested is the number of nested evaluations.
	nested int
}

// Run reads the manifest with the given packages. The model is as complete as the diagnostics allow;
// with errors it may be used only for further checks.
func Run(in Input, packages []Package) (*manifest.Manifest, hcl.Diagnostics) {
	files, diags := ReadFiles(in.FS, in.Dir)
	p := newProgram(in, packages, files)
	explained := p.explainSyntax(diags)
	p.diags = explained[:len(explained):len(explained)]
	p.hasSyntaxErrors = diags.HasErrors()
	for _, d := range p.diags {
		if at := d.Subject; at != nil && diag.RuleOf(d) != ruleYAML && diag.RuleOf(d) != ruleBareValue { // those are lines by themselves
			if first, ok := p.firstSyntaxError[at.Filename]; !ok || at.Start.Byte < first {
				p.firstSyntaxError[at.Filename] = at.Start.Byte
			}
		}
	}
	p.collect()
	collected := len(p.diags)
	p.declareVars()
	p.evalVars()
	for _, d := range p.order {
		p.expand(d, hcl.Range{})
	}
	for _, d := range p.order {
		for _, b := range d.instances {
			p.readTargets(b)
			if b.spec.Decode != nil {
				b.spec.Decode(b)
			}
			b.evalUnread()
		}
	}
	p.markAbsent()
	p.evalLocals()
	for _, pkg := range packages {
		if pkg.Finish != nil {
			pkg.Finish(p)
		}
	}
	for _, pkg := range packages {
		if pkg.Last != nil {
			pkg.Last(p)
		}
	}
	p.checkEmpty()
	p.diags = append(p.diags[:collected:collected], p.withoutAbsences(p.diags[collected:])...)
	return p.Manifest, p.withoutConsequences(diags, explained)
}

// withoutAbsences drops errors about missing parts of a block that contains a misspelling.
func (p *Evaluation) withoutAbsences(diags hcl.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range diags {
		if d.Subject == nil || !p.misspelt[*d.Subject] {
			out = append(out, d)
		}
	}
	return out
}

// withoutConsequences drops errors on the lines of syntax errors: the parser's guess is not what the
// author wrote. explained are the syntax errors as they are reported.
func (p *Evaluation) withoutConsequences(syntax, explained hcl.Diagnostics) hcl.Diagnostics {
	if !p.hasSyntaxErrors {
		return p.diags
	}
	type line struct {
		file string
		n    int
	}
	invalidLines := map[line]bool{}
	for _, d := range syntax {
		if d.Subject != nil {
			invalidLines[line{d.Subject.Filename, d.Subject.Start.Line}] = true
		}
	}
	kept := explained[:len(explained):len(explained)]
	for _, d := range p.diags[len(explained):] {
		if d.Subject == nil || !invalidLines[line{d.Subject.Filename, d.Subject.Start.Line}] {
			kept = append(kept, d)
		}
	}
	return kept
}

func newProgram(in Input, packages []Package, files map[string]*hcl.File) *Evaluation {
	p := &Evaluation{
		Manifest: &manifest.Manifest{Files: files, Target: cmp.Or(in.Target, manifest.TargetCompose), Kept: in.Kit.Kept},
		in:       in, packages: packages, files: files,
		specs:            map[string]*BlockSpec{},
		decls:            map[string]map[string]*decl{},
		byType:           map[string][]*decl{},
		locals:           map[string]*localDef{},
		vars:             map[string]*varDef{},
		droppedTypes:     map[string]bool{},
		instanceNames:    map[string]hcl.Range{},
		dropped:          map[*hclsyntax.Block]bool{},
		firstSyntaxError: map[string]int{},
		misspelt:         map[hcl.Range]bool{},
		explainedBlocks:  map[*hclsyntax.Block]bool{},
	}
	p.root = &Scope{p: p}
	for _, s := range Builtin() {
		p.specs[s.Type] = s
	}
	for _, pkg := range packages {
		for _, s := range pkg.Specs {
			p.specs[s.Type] = s
		}
	}
	return p
}

// decl is one top-level block, before for_each.
type decl struct {
	spec      *BlockSpec
	block     *hclsyntax.Block
	name      string
	state     evalState
	forEach   bool
	instances []*Block
	node      *node // of the block, or of the group of its instances
}

type evalState uint8

const (
	idle evalState = iota
	running
	done
)

// collect finds the top-level blocks and checks them against their specs.
func (p *Evaluation) collect() {
	names := make([]string, 0, len(p.files))
	for n := range p.files {
		names = append(names, n)
	}
	sort.Strings(names)
	first := map[string]*hclsyntax.Block{}
	for _, n := range names {
		if body, ok := p.files[n].Body.(*hclsyntax.Body); ok {
			for _, blk := range body.Blocks {
				p.takeIgnores(blk)
			}
		}
	}
	added := p.expandBlocks(names)
	for _, n := range names {
		body, ok := p.files[n].Body.(*hclsyntax.Body)
		if !ok {
			continue
		}
		for _, a := range sortedAttrs(body) {
			if first, ok := p.firstSyntaxError[n]; ok && a.NameRange.Start.Byte >= first {
				continue
			}
			if s := p.specs[a.Name]; s != nil {
				p.Report(ruleNotBlock.At(a.NameRange, "\"%s\" is a block: write `%s` without an equals sign.", a.Name, s.example()))
				continue
			}
			p.Report(p.topLevelArgument(a))
		}
		for _, blk := range body.Blocks {
			p.collectBlock(blk, first)
		}
		for len(p.recoveredBlocks) > 0 {
			blk := p.recoveredBlocks[0]
			p.recoveredBlocks = p.recoveredBlocks[1:]
			p.collectBlock(blk, first)
		}
	}
	for _, blk := range added {
		p.collectBlock(blk, first)
	}
	for typ, s := range p.specs {
		if s.Min > 0 && !p.hasSyntaxErrors && !p.droppedTypes[typ] && len(p.decls[typ]) < s.Min {
			at := diag.File(p.in.Dir)
			if len(names) > 0 {
				at.Filename = names[0]
			}
			p.Report(ruleTooFew.At(at, "The manifest requires a `%s` block, but has none. Add one: %s.", typ, s.example()))
		}
	}
	sort.Slice(p.order, func(i, j int) bool {
		a, b := p.order[i], p.order[j]
		if a.spec.Type != b.spec.Type {
			return a.spec.Type < b.spec.Type
		}
		return a.name < b.name
	})
	for _, d := range p.order {
		p.byType[d.spec.Type] = append(p.byType[d.spec.Type], d)
	}
}

// belongs says in which block a nested block belongs that is written at top level; otherwise, where the
// block types are listed.
func (p *Evaluation) belongs(typ string) string {
	if typ == ignoreType {
		return " It belongs in the block in which it silences a rule, or in the `system` block for the whole manifest."
	}
	var in []string
	for t, s := range p.specs {
		if b := s.block(typ); b != nil && !b.Open {
			in = append(in, "`"+t+"`")
		}
	}
	if len(in) == 0 {
		return " `omegagen docs` lists the block types."
	}
	sort.Strings(in)
	return " It belongs in a block of the type " + text.OrList(in) + "."
}

func (p *Evaluation) collectBlock(blk *hclsyntax.Block, first map[string]*hclsyntax.Block) {
	spec := p.specs[blk.Type]
	if spec == nil {
		known := make([]string, 0, len(p.specs))
		for t := range p.specs {
			known = append(known, t)
		}
		s, fix := p.topLevelHabit(blk)
		if s == "" {
			s, fix = p.didYouMean(blk.Type, known)
		}
		if s == "" {
			s = p.belongs(blk.Type)
		}
		p.droppedTypes[blk.Type], p.droppedTypes[fix] = true, true
		p.Report(ruleUnknownBlock.Fix(blk.TypeRange, fix, "There is no block type \"%s\".%s", blk.Type, s))
		return
	}
	if !p.checkHeader(spec, blk) {
		p.droppedTypes[spec.Type] = true
		return
	}
	name := ""
	if len(blk.Labels) > 0 {
		name = blk.Labels[0]
	}
	p.inRecovery = p.syntaxErrorIn(blk.Range())
	p.checkBody(spec, blk, spec.ForEach)
	p.inRecovery = false
	if spec.Type == "locals" {
		p.collectLocals(blk)
		return
	}
	if spec.Max == 1 {
		if f := first[spec.Type]; f != nil {
			p.Report(ruleTooMany.At(blk.DefRange(), "A manifest can have only one `%s` block; the other one is at %s. Merge the two, or move one manifest to a separate folder.", spec.Type, Place(f.DefRange())))
			return
		}
		first[spec.Type] = blk
	}
	if p.decls[spec.Type] == nil {
		p.decls[spec.Type] = map[string]*decl{}
	}
	if d := p.decls[spec.Type][name]; d != nil {
		p.Report(ruleDuplicate.At(blk.DefRange(), "%s \"%s\" is already defined at %s. Rename or remove one of the two.", spec.Type, name, Place(d.block.DefRange())))
		return
	}
	d := &decl{spec: spec, block: blk, name: name}
	if blk.Body.Attributes["for_each"] == nil || !spec.ForEach {
		p.instanceNames[spec.Type+" "+name] = blk.DefRange()
	}
	p.decls[spec.Type][name] = d
	p.order = append(p.order, d)
}

// syntaxErrorIn reports whether the first syntax error of a file lies in a range.
func (p *Evaluation) syntaxErrorIn(r hcl.Range) bool {
	first, ok := p.firstSyntaxError[r.Filename]
	return ok && r.Start.Byte <= first && first <= r.End.Byte
}

// Reported is how many diagnostics there are so far.
func (p *Evaluation) Reported() int { return len(p.diags) }

// HasErrors reports whether there was an error so far; others may be its consequences.
func (p *Evaluation) HasErrors() bool { return hcl.Diagnostics(p.diags).HasErrors() }

// Report adds diagnostics.
func (p *Evaluation) Report(ds ...*hcl.Diagnostic) { p.diags = append(p.diags, ds...) }

// Errorf reports a breach of a rule at a range.
func (p *Evaluation) Errorf(r *diag.Rule, at hcl.Range, format string, args ...any) {
	p.Report(r.At(at, format, args...))
}

// Blocks lists the instances of the top-level blocks of a type, by address.
func (p *Evaluation) Blocks(typ string) []*Block {
	var out []*Block
	for _, d := range p.byType[typ] {
		p.expand(d, hcl.Range{})
		out = append(out, d.instances...)
	}
	return out
}

// Incomplete reports whether blocks of the type may be missing because of an error that is already
// reported, so that an absence proves nothing.
func (p *Evaluation) Incomplete(typ string) bool { return p.hasSyntaxErrors || p.droppedTypes[typ] }

// Specs are the blocks of the language itself and those of the packages, by type.
func Specs(packages []Package) []*BlockSpec {
	out := append(Builtin(), Ignore())
	for _, pkg := range packages {
		out = append(out, pkg.Specs...)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Type < out[j].Type })
	return out
}

// Place formats a range for a sentence: file:line,column.
func Place(r hcl.Range) string { return r.String() }
