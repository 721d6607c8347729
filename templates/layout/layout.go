// Package layout parses the templates of a kit's text files: text/template with
// sprig's hermetic functions. A template lays out typed data. Whatever it writes
// must pass a quoting function, which is checked when the template is parsed.
package layout

import (
	"fmt"
	"text/template"
	"text/template/parse"

	"github.com/Masterminds/sprig/v3"
)

// Parse parses a template and all that it defines. quoting are the functions
// whose results may stand in the file; they come on top of sprig's, which may be
// used in between. The error says which action of the template writes something
// that no function of quoting returned.
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
			return nil, fmt.Errorf("%s: %s is written as it is", name, bad)
		}
	}
	return t, nil
}

// Must is Parse for a template that is embedded: it panics where Parse fails.
func Must(name, source string, quoting template.FuncMap) *template.Template {
	t, err := Parse(name, source, quoting)
	if err != nil {
		panic(err)
	}
	return t
}

// impure are functions of sprig that the hermetic map still has, but whose
// results depend on more than their arguments; and keys that could be made
// anew each time have no place in a generated file.
var impure = []string{
	"ago", "bcrypt", "buildCustomCert", "decryptAES", "derivePassword", "durationRound", "encryptAES",
	"genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
	"genSignedCert", "genSignedCertWithKey", "htpasswd", "mustToDate", "osBase", "osClean", "osDir",
	"osExt", "osIsAbs", "randInt", "shuffle", "toDate", "unixEpoch",
}

// Functions are sprig's functions whose results depend on their arguments alone.
// The caller may change the map.
func Functions() template.FuncMap {
	f := sprig.HermeticTxtFuncMap()
	for _, name := range impure {
		delete(f, name)
	}
	return f
}

// unquoted finds an action whose value doesn't come from a quoting function.
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
