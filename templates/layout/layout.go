// Package layout parses the templates of a kit's text files: text/template with
// sprig's hermetic functions. A template formats typed data. Everything that it writes
// must pass a quoting function, which is checked when the template is parsed.
package layout

import (
	"fmt"
	"text/template"
	"text/template/parse"

	"github.com/Masterminds/sprig/v3"
)

// Parse parses a template and the templates that it defines. quoting are the
// functions whose results may be written to the file; sprig's functions may be used
// within pipelines. The error names an action of the template that writes a value
// that no quoting function returned.
func Parse(name, source string, quoting template.FuncMap) (*template.Template, error) {
	t, err := template.New(name).Option("missingkey=error").Funcs(Functions()).Funcs(quoting).Parse(source)
	if err != nil {
		return nil, err
	}
	for _, defined := range t.Templates() {
		if defined.Tree == nil {
			continue
		}
		if bad := unquoted(defined.Root, quoting); bad != nil {
			return nil, fmt.Errorf("%s: %s is written without quoting", name, bad)
		}
	}
	return t, nil
}

// Must is Parse for an embedded template: it panics if Parse fails.
func Must(name, source string, quoting template.FuncMap) *template.Template {
	t, err := Parse(name, source, quoting)
	if err != nil {
		panic(err)
	}
	return t
}

// impure are functions in sprig's hermetic map whose results don't depend only on
// their arguments, or that generate keys, which must not change with each build.
var impure = []string{
	"ago", "bcrypt", "buildCustomCert", "decryptAES", "derivePassword", "durationRound", "encryptAES",
	"genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
	"genSignedCert", "genSignedCertWithKey", "htpasswd", "mustToDate", "osBase", "osClean", "osDir",
	"osExt", "osIsAbs", "randInt", "shuffle", "toDate", "unixEpoch",
}

// Functions are sprig's functions whose results depend only on their arguments. The
// caller may modify the map.
func Functions() template.FuncMap {
	f := sprig.HermeticTxtFuncMap()
	for _, name := range impure {
		delete(f, name)
	}
	return f
}

// unquoted finds an action whose value isn't the result of a quoting function.
func unquoted(n parse.Node, quoting template.FuncMap) parse.Node {
	var lists []*parse.ListNode
	switch n := n.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			if bad := unquoted(child, quoting); bad != nil {
				return bad
			}
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 && !quoted(n.Pipe, quoting) {
			return n
		}
	case *parse.IfNode:
		lists = []*parse.ListNode{n.List, n.ElseList}
	case *parse.RangeNode:
		lists = []*parse.ListNode{n.List, n.ElseList}
	case *parse.WithNode:
		lists = []*parse.ListNode{n.List, n.ElseList}
	}
	for _, l := range lists {
		if l == nil {
			continue
		}
		if bad := unquoted(l, quoting); bad != nil {
			return bad
		}
	}
	return nil
}

// quoted reports whether a pipeline ends in a quoting function.
func quoted(p *parse.PipeNode, quoting template.FuncMap) bool {
	last := p.Cmds[len(p.Cmds)-1].Args[0]
	if inner, ok := last.(*parse.PipeNode); ok {
		return quoted(inner, quoting)
	}
	id, ok := last.(*parse.IdentifierNode)
	return ok && quoting[id.Ident] != nil
}
