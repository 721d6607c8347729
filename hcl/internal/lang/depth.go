package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	maxNesting   = 1000 // brackets, templates and blocks inside each other
	maxOperators = 5000 // operators in one chain on which the parser recurses
	// Binary operators may form a chain that includes every service of a large system.
	maxBinary = 100_000
	// shallow is a number of operators and brackets that can't exhaust a stack, however they nest: files
	// with fewer aren't checked closely.
	shallow = 100_000
)

// level is one level of nesting.
type level struct {
	ops   int
	pairs int  // binary operators, and the dots of references
	lines bool // a newline ends an expression here
}

// tooDeep finds nesting that would exhaust the stack of HCL's recursive parser and evaluator, in
// linear time.
func tooDeep(src []byte, filename string) *hcl.Diagnostic {
	if fewOperators(src) {
		return nil
	}
	toks, _ := hclsyntax.LexConfig(src, filename, hcl.InitialPos)
	return tokensTooDeep(toks)
}

// tooDeepTemplate is tooDeep for a file in HCL's template language.
func tooDeepTemplate(src []byte, filename string) *hcl.Diagnostic {
	if fewOperators(src) {
		return nil
	}
	toks, _ := hclsyntax.LexTemplate(src, filename, hcl.InitialPos)
	return tokensTooDeep(toks)
}

func tokensTooDeep(toks hclsyntax.Tokens) *hcl.Diagnostic {
	stack := []level{{lines: true}}
	for i := range toks {
		t := &toks[i]
		top := &stack[len(stack)-1]
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen,
			hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			top.ops++
			stack = append(stack, level{lines: t.Type == hclsyntax.TokenOBrace})
			if len(stack) > maxNesting {
				return ruleDepth.At(t.Range, "This is nesting level %d of brackets, but at most %d are supported.", len(stack), maxNesting)
			}
			if t.Type == hclsyntax.TokenTemplateInterp || t.Type == hclsyntax.TokenTemplateControl {
				top.ops-- // parts of a template are not nested in each other
			}
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen,
			hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case hclsyntax.TokenNewline:
			if top.lines {
				top.ops, top.pairs = 0, 0
			}
		case hclsyntax.TokenComma:
			top.ops, top.pairs = 0, 0
		case hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenDot, hclsyntax.TokenPlus, hclsyntax.TokenStar,
			hclsyntax.TokenSlash, hclsyntax.TokenPercent, hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan,
			hclsyntax.TokenGreaterThan, hclsyntax.TokenLessThanEq, hclsyntax.TokenGreaterThanEq:
			top.pairs++
		case hclsyntax.TokenMinus, hclsyntax.TokenBang, hclsyntax.TokenQuestion:
			top.ops++
		}
		if top.ops > maxOperators || top.pairs > maxBinary {
			return ruleDepth.At(t.Range, "This expression chains more than %d operators. Split it with locals, or use a function such as alltrue.", max(top.ops, top.pairs)-1)
		}
	}
	return nil
}

// fewOperators counts the bytes of operators and brackets.
func fewOperators(src []byte) bool {
	if len(src) < shallow {
		return true
	}
	n := 0
	for _, c := range src {
		if nests[c] {
			n++
		}
	}
	return n < shallow
}

// nests are the bytes at which the parser may recurse.
var nests = func() (t [256]bool) {
	for _, c := range []byte("([{\"<+-*/%!&|?.>=$") {
		t[c] = true
	}
	return t
}()
