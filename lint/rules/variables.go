package rules

import (
	"sort"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/internal/text"
)

var ruleUnsetVariable = diag.Warning("OG878", "Variable that nothing sets",
	"To a shell a variable that isn't set is empty text: a test of it passes or fails for the wrong reason, and a path loses a part. A script's variables come from its own assignments, its `env`, its secrets and parameters. Names in capitals may also come from the caller, so they are reported only if they are a misspelling of a variable that is set, or are bash's own and the script runs with sh. ${x:-default} says that a variable may be unset.")

// bashVariables are set by bash and not by sh.
var bashVariables = wordSet(`RANDOM SRANDOM SECONDS UID EUID GROUPS HOSTTYPE MACHTYPE OSTYPE FUNCNAME PIPESTATUS DIRSTACK BASH_SOURCE BASH_VERSION BASHPID BASH_LINENO BASH_REMATCH EPOCHSECONDS EPOCHREALTIME SHELLOPTS`)

// usual are variables that the caller's environment usually has, and those that it may have in small letters.
var usual = wordSet(`HOME PATH USER LOGNAME SHELL TERM LANG PWD OLDPWD TMPDIR TZ EDITOR PAGER HOSTNAME IFS PPID OPTARG OPTIND LINENO REPLY COLUMNS LINES DISPLAY CI DEBUG
	http_proxy https_proxy no_proxy all_proxy ftp_proxy`)

// assigned are the variables that a script sets. certain is false if there may be others.
func assigned(f *syntax.File) (set map[string]bool, certain bool) {
	set, certain = map[string]bool{}, true
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if n.Name != nil {
				set[n.Name.Value] = true
			}
		case *syntax.WordIter:
			set[n.Name.Value] = true
		case *syntax.ParamExp:
			if n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) && n.Param != nil {
				set[n.Param.Value] = true
			}
		case *syntax.BinaryArithm:
			if strings.HasSuffix(n.Op.String(), "=") && n.Op != syntax.Eql && n.Op != syntax.Neq && n.Op != syntax.Leq && n.Op != syntax.Geq {
				if x, ok := n.X.(*syntax.Word); ok {
					set[word(x)] = true
				}
			}
		case *syntax.CallExpr:
			switch arg(n, 0) {
			case ".", "source", "eval":
				certain = false
			case "read", "getopts", "export", "local", "readonly", "declare", "typeset", "mapfile", "readarray", "printf", "let", "wait":
				for _, a := range n.Args[1:] {
					t, _ := literal(a)
					name, _, _ := strings.Cut(t, "=")
					set[name] = true
				}
			}
		}
		return true
	})
	return set, certain
}

// variables reports expansions of variables that nothing sets.
func (w *walker) variables(f *syntax.File) {
	set, certain := assigned(f)
	if !certain {
		return
	}
	for _, e := range w.env {
		set[e.Name] = true
	}
	for _, p := range w.script.text {
		if p.Secret != nil {
			set[p.Secret.EnvVar] = true
		}
	}
	for name := range w.names.secrets {
		set[name] = true
	}
	for _, p := range w.names.manifest.Parameters {
		set[p.EnvVar] = true
	}
	var near []string
	for name := range set {
		near = append(near, name)
	}
	sort.Strings(near)
	syntax.Walk(f, func(n syntax.Node) bool {
		p, ok := n.(*syntax.ParamExp)
		if !ok || p.Param == nil || p.Exp != nil && p.Exp.Op != syntax.RemSmallPrefix && p.Exp.Op != syntax.RemLargePrefix && p.Exp.Op != syntax.RemSmallSuffix && p.Exp.Op != syntax.RemLargeSuffix {
			return true
		}
		name := p.Param.Value
		if set[name] || usual[name] || !isName(name) {
			return true
		}
		hint := ""
		if fix := text.Slip(name, near); fix != "" {
			hint = text.Suggestion(fix)
		}
		switch {
		case bashVariables[name]:
			if w.shell != "bash" {
				w.report(ruleUnsetVariable, p.Pos(), name, "bash sets $%s, but sh doesn't, so it is empty. Set shell = \"bash\".", name)
			}
		case hint != "" && len(name) > 2 || name == strings.ToLower(name):
			w.report(ruleUnsetVariable, p.Pos(), name, "nothing sets $%s, so it is empty.%s Set it in the script or in `env`, or write ${%s:-} if it may be empty.", name, hint, name)
		}
		return true
	})
}

// isName reports whether a parameter is a variable, not one such as $1 or $?.
func isName(s string) bool {
	return s != "" && (s[0] == '_' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z') && s != "_"
}
