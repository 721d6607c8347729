package lang

import (
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Builtin are the blocks that evaluation itself requires.
func Builtin() []*BlockSpec {
	return []*BlockSpec{
		{
			Type: "variable", NoRef: true,
			Doc:    "An input of the manifest, read as var.NAME. Its value comes from --var, otherwise from a --var-file, otherwise from the environment variable `env`, otherwise from the default.",
			Labels: []Label{{Name: "name", Syntax: Name, Doc: "The name in var.NAME."}},
			Attrs: []Attr{
				{Name: "type", Type: AttrType{Name: "type constraint", Raw: true}, Default: "any", Doc: "The type of its values: string, number, bool, any, list(…), set(…), map(…), object({ … }) with optional(…), tuple([…])."},
				{Name: "default", Type: AttrType{Name: "any constant", Raw: true}, Doc: "The default value. A variable without a default requires a value."},
				{Name: "description", Type: String, Doc: "What the variable is for."},
				{Name: "sensitive", Type: Bool, Default: "false", Doc: "Nothing that depends on the variable may be written into a file of the kit."},
				{Name: "env", Type: String, Doc: "An environment variable that sets it. No other environment variable is read."},
				{Name: "nullable", Type: Bool, Default: "true", Doc: "Whether null is a valid value."},
			},
			Blocks: []*BlockSpec{{
				Type: "validation", Repeat: true,
				Doc: "A condition that each value must satisfy.",
				Attrs: []Attr{
					{Name: "condition", Type: AttrType{Name: "bool over var.NAME", Raw: true}, Required: true, Doc: "True for the allowed values."},
					{Name: "error_message", Type: AttrType{Name: "string", Raw: true}, Required: true, Doc: "The error message for other values, a full sentence."},
				},
			}},
		},
		{
			Type: "locals", NoRef: true, OpenAttrs: true,
			Doc: "Named values of the manifest, read as local.NAME. A manifest can have any number of these blocks.",
		},
	}
}

type varDef struct {
	b      *Block
	val    cty.Value
	failed bool
	ready  bool
}

// sensitiveMark marks what comes from a sensitive variable.
type sensitiveMark struct{}

func sensitive(v cty.Value) bool {
	if !v.ContainsMarked() {
		return false
	}
	_, marks := v.UnmarkDeep()
	_, ok := marks[sensitiveMark{}]
	return ok
}

// given is a value from outside, with its name in errors.
type given struct {
	raw  *string // from the command line or the environment
	expr hcl.Expression
	at   hcl.Range
	from string
}

// declareVars expands the variable blocks.
func (p *Evaluation) declareVars() {
	for _, b := range p.Blocks("variable") {
		p.vars[b.Name] = &varDef{b: b}
	}
}

// evalVars gives each variable its value.
func (p *Evaluation) evalVars() {
	inputs := p.varInputs()
	names := make([]string, 0, len(p.vars))
	for n := range p.vars {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		d := p.vars[n]
		v, ok := p.varValue(d, inputs[n])
		d.val, d.failed, d.ready = v, !ok, true
		mv := &manifest.Variable{Origin: d.b.Origin(), Name: n, Description: d.b.String("description"),
			Env: d.b.String("env"), Sensitive: d.b.Bool("sensitive")}
		if ok && !mv.Sensitive {
			mv.Value, _ = Data(v)
		}
		p.Manifest.Variables = append(p.Manifest.Variables, mv)
		if ok && mv.Sensitive {
			d.val = v.Mark(sensitiveMark{})
		}
	}
	for _, n := range names {
		if d := p.vars[n]; !d.failed {
			d.failed = !p.validateVar(d)
		}
	}
}

// varInputs collects the values from outside; the last of a name wins.
func (p *Evaluation) varInputs() map[string]given {
	out := map[string]given{}
	set := func(name string, g given) {
		if p.vars[name] == nil && !p.Incomplete("variable") {
			known := make([]string, 0, len(p.vars))
			for n := range p.vars {
				known = append(known, n)
			}
			hint, fix := p.didYouMean(name, known)
			p.Report(ruleUnknownVar.Fix(g.at, fix, "%s sets the variable \"%s\", which the manifest doesn't declare.%s", upper(g.from), name, hint))
			return
		}
		out[name] = g
	}
	for _, f := range p.in.VarFiles {
		if f.Err != nil {
			p.varFileFailed = true
			p.Report(ruleRead.At(diag.File(f.Name),
				"Can't read the file %q: %s. Pass the path of a *.vars.hcl file to --var-file.", f.Name, reason(f.Err)))
			continue
		}
		file, ds := Parse(f.Src, f.Name)
		p.files[f.Name] = file
		p.Report(ds...)
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok {
			continue
		}
		for _, b := range body.Blocks {
			p.Errorf(ruleUnknownBlock, b.TypeRange, "A variables file contains only NAME = VALUE lines, not blocks.")
		}
		for _, a := range sortedAttrs(body) {
			set(a.Name, given{expr: a.Expr, at: a.NameRange, from: "the file " + f.Name})
		}
	}
	for _, v := range p.in.Vars {
		src := v.Value
		at := diag.File("--var " + v.Name)
		set(v.Name, given{raw: &src, at: at, from: "--var"})
	}
	return out
}

// typeFault says what is wrong with the type of a variable.
func typeFault(d *hcl.Diagnostic, expr hcl.Expression) string {
	const types = "string, number, bool, any, list(…), set(…), map(…), object({ … }) or tuple([…])"
	if s, ok := literalString(expr); ok {
		return "A type is written without quotes: " + s + ". The types are " + types + "."
	}
	switch hcl.ExprAsKeyword(expr) {
	case "list", "set", "map":
		return "The type of the elements is missing. Write " + hcl.ExprAsKeyword(expr) + "(string), for instance."
	case "int", "integer", "float":
		return "\"" + hcl.ExprAsKeyword(expr) + "\" is not a type. Write number."
	case "boolean":
		return "\"boolean\" is not a type. Write bool."
	case "":
		return d.Detail
	}
	return d.Detail + " The types are " + types + "."
}

func (p *Evaluation) varValue(d *varDef, in given) (cty.Value, bool) {
	b := d.b
	env := b.String("env")
	b.Bool("nullable")
	if in.expr == nil && in.raw == nil && env != "" && p.in.LookupEnv != nil {
		if s, ok := p.in.LookupEnv(env); ok {
			in = given{raw: &s, at: diag.File("environment variable " + env), from: "the environment variable " + env}
		}
	}
	ty, defaults, diags := typeexpr.TypeConstraintWithDefaults(b.Expr("type"))
	for _, e := range diags {
		p.Errorf(ruleType, b.AttrRange("type"), "%s", typeFault(e, b.Expr("type")))
	}
	if diags.HasErrors() {
		return cty.DynamicVal, false
	}
	var v cty.Value
	var ok bool
	at := in.at
	switch {
	case in.raw != nil:
		if !b.Bool("sensitive") { // diagnostics show it
			p.files[in.at.Filename] = &hcl.File{Bytes: []byte(*in.raw), Body: &hclsyntax.Body{}}
		}
		v, ok = p.parseVar(*in.raw, ty, in)
	case in.expr != nil:
		at = in.expr.Range()
		v, ok = p.constant(in.expr)
	case b.Given("default"):
		at = b.AttrRange("default")
		v, ok = p.constant(b.Expr("default"))
	default:
		hint := "set it with --var " + b.Name + "=…, or add a default"
		if env != "" {
			hint = "set the environment variable " + env + ", or " + hint
		}
		if p.varFileFailed {
			return cty.DynamicVal, false
		}
		p.Errorf(ruleUnsetVar, b.Range, "The variable \"%s\" has no default and no value: %s.", b.Name, hint)
		return cty.DynamicVal, false
	}
	if !ok {
		return cty.DynamicVal, false
	}
	v, marks := v.UnmarkDeep()
	if len(marks) > 0 {
		p.Errorf(ruleEval, at, "Mark the variable as sensitive instead: sensitive = true.")
		return cty.DynamicVal, false
	}
	if defaults != nil && !v.IsNull() {
		v = defaults.Apply(v)
	}
	out, err := convert.Convert(v, ty)
	if err != nil {
		shown := pathMessage(err)
		if ty.IsPrimitiveType() {
			shown = "this is a " + friendly(v.Type())
		}
		p.Errorf(ruleType, at, "The variable \"%s\" requires a value of the type %s: %s.", b.Name, typeexpr.TypeString(ty), shown)
		return cty.DynamicVal, false
	}
	if !out.IsWhollyKnown() {
		return cty.DynamicVal, false // a default inside the type failed, which was reported
	}
	if out.IsNull() && !b.Bool("nullable") {
		p.Errorf(ruleType, at, "The variable \"%s\" can't be null.", b.Name)
		return cty.DynamicVal, false
	}
	return out, true
}

// parseVar reads a value from the command line or the environment: text for simple types, an HCL
// expression for the others.
func (p *Evaluation) parseVar(src string, ty cty.Type, in given) (cty.Value, bool) {
	if ty == cty.String || ty == cty.DynamicPseudoType || ty.IsPrimitiveType() {
		return cty.StringVal(src), true
	}
	if d := tooDeep([]byte(src), in.at.Filename); d != nil {
		p.Report(d)
		return cty.DynamicVal, false
	}
	e, diags := hclsyntax.ParseExpression([]byte(src), in.at.Filename, hcl.InitialPos)
	if diags.HasErrors() {
		p.Report(diags[0])
		return cty.DynamicVal, false
	}
	return p.constant(e)
}

// constant evaluates an expression without references.
func (p *Evaluation) constant(e hcl.Expression) (cty.Value, bool) {
	if ts := e.Variables(); len(ts) > 0 {
		p.Errorf(ruleEval, ts[0].SourceRange(), "The value of a variable must be constant, so it can't contain references. Use a local for computed values.")
		return cty.DynamicVal, false
	}
	return p.root.Eval(e)
}

// validateVar checks a variable's own conditions.
func (p *Evaluation) validateVar(d *varDef) bool {
	ok := true
	for _, vb := range d.b.Blocks("validation") {
		if vb.Expr("condition") == nil || vb.Expr("error_message") == nil {
			ok = false // reported as missing
			continue
		}
		c, cOK := p.root.Eval(vb.Expr("condition"))
		if !cOK {
			ok = false
			continue
		}
		c, _ = c.UnmarkDeep()
		c, err := convert.Convert(c, cty.Bool)
		if err != nil || c.IsNull() {
			p.Errorf(ruleType, vb.AttrRange("condition"), "The condition must be true or false.")
			ok = false
			continue
		}
		if c.True() {
			continue
		}
		ok = false
		msg, mOK := p.root.Eval(vb.Expr("error_message"))
		if !mOK {
			continue
		}
		if sensitive(msg) {
			msg = cty.StringVal("The value of this sensitive variable isn't valid.")
		}
		msg, mOK = p.convert(msg, cty.String, vb.AttrRange("error_message"), "the message")
		if mOK && !msg.IsNull() {
			p.Errorf(ruleInvalidVar, d.b.Range, "%s%s (The condition at %s is false.)", sentence(msg.AsString()), d.shown(msg.AsString()), Place(vb.AttrRange("condition")))
		}
	}
	return ok
}

// shown is a sentence about the variable's value; "" if that is sensitive, not a short simple value, or part of
// the message.
func (d *varDef) shown(message string) string {
	v := d.val
	if v.IsMarked() || v.IsNull() || !v.Type().IsPrimitiveType() || !v.IsKnown() {
		return ""
	}
	s, err := convert.Convert(v, cty.String)
	if err != nil || len(s.AsString()) > 60 || strings.Contains(message, s.AsString()) {
		return ""
	}
	if v.Type() == cty.String {
		return " The value is " + quote(s.AsString()) + "."
	}
	return " The value is " + s.AsString() + "."
}

// sentence ends a text with a period, if it ends with a letter or digit.
func sentence(s string) string {
	if n := len(s); n > 0 && (s[n-1] >= 'a' && s[n-1] <= 'z' || s[n-1] >= 'A' && s[n-1] <= 'Z' || s[n-1] >= '0' && s[n-1] <= '9') {
		return s + "."
	}
	return s
}

func (p *Evaluation) resolveVar(t hcl.Traversal) (Resolution, bool) {
	if len(t) < 2 {
		p.Errorf(ruleRefForm, t.SourceRange(), "\"var\" by itself is not a value; write var.NAME.")
		return Resolution{}, false
	}
	name, _ := stepKey(t[1])
	d := p.vars[name]
	if d == nil {
		if p.Incomplete("variable") {
			return Resolution{}, false
		}
		var names []string
		if p.affordable(len(p.vars)) {
			for n := range p.vars {
				names = append(names, n)
			}
		}
		hint, fix := "", ""
		if s := p.Suggest(name, names); s != "" {
			fix = "var." + s
			hint = " Did you mean " + fix + "?"
		}
		p.Report(ruleUnknownRef.Fix(t[:2].SourceRange(), fix, "The manifest doesn't declare the variable \"%s\".%s", name, hint))
		return Resolution{}, false
	}
	if p.open("var", name) {
		return Resolution{path: []string{"var", name}, val: cty.DynamicVal, Rest: t[2:]}, true
	}
	if d.failed || !d.ready {
		if !d.ready {
			p.Errorf(ruleEval, t.SourceRange(), "The value of a variable can't depend on another variable.")
		}
		return Resolution{}, false
	}
	return Resolution{path: []string{"var", name}, val: d.val, Rest: t[2:]}, true
}
