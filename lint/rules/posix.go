package rules

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	ruleNotInSh = diag.Error("OG872", "Not a feature of sh",
		"Scripts run with sh unless `shell = \"bash\"` is set, and sh is dash on Debian and Ubuntu: it ends such a command with an error, in a condition with the wrong answer. What a shell's parser already refuses is OG710.")
	ruleOtherInSh = diag.Warning("OG873", "Different meaning in sh",
		"Scripts run with sh unless `shell = \"bash\"` is set. Some of bash's features are other words to sh, without an error: echo -e prints \"-e\", {1..3} is one word, $'…' begins with a dollar sign, and $(< file) is empty.")
)

// bashBuiltins are builtins of bash that dash doesn't have, nor is there a program with that name.
var bashBuiltins = wordSet(`source declare typeset let shopt mapfile readarray pushd popd dirs coproc select function builtin caller disown compgen complete compopt enable bind logout suspend history [[`)

// builtinOptions are the options that dash's builtins accept; others are an error.
var builtinOptions = map[string]string{"read": "rp", "export": "p", "readonly": "p", "wait": "", "local": "", "unset": "vf", "printf": ""}

// setOptions are the names that dash's set -o accepts.
var setOptions = wordSet(`errexit noglob ignoreeof interactive monitor noexec stdin xtrace verbose vi emacs noclobber allexport notify nounset nolog debug`)

// wordSet is the set of the words of a text.
func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, s := range strings.Fields(text) {
		set[s] = true
	}
	return set
}

// posix reports what sh doesn't have, or understands differently.
func (w *walker) posix(f *syntax.File) {
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			w.posixCall(n)
		case *syntax.Redirect:
			if n.Op == syntax.DplOut && n.N == nil {
				if to := word(n.Word); to != "" && to != "-" && strings.Trim(to, "0123456789") != "" {
					w.notInSh(n.Pos(), ">& "+to, "Write > "+to+" 2>&1.")
				}
			}
		case *syntax.UnaryArithm:
			if n.Op == syntax.Inc || n.Op == syntax.Dec {
				w.notInSh(n.Pos(), "++ and -- in $(( ))", "Write $((i + 1)).")
			}
		case *syntax.BinaryArithm:
			if n.Op == syntax.Pow {
				w.notInSh(n.Pos(), "** in $(( ))", "Multiply.")
			}
		case *syntax.ForClause:
			if it, ok := n.Loop.(*syntax.WordIter); ok {
				w.braces(it.Items)
			}
		case *syntax.Word:
			w.posixWord(n)
		case *syntax.CmdSubst:
			if len(n.Stmts) == 1 && n.Stmts[0].Cmd == nil && len(n.Stmts[0].Redirs) == 1 && n.Stmts[0].Redirs[0].Op == syntax.RdrIn {
				w.otherInSh(n.Pos(), "$(< file)", "is empty", "Write $(cat file).")
			}
		}
		return true
	})
}

func (w *walker) notInSh(at syntax.Pos, what, instead string) {
	w.report(ruleNotInSh, at, what, "sh doesn't have `%s`, and dash ends it with an error. %s", what, orBash(instead))
}

func (w *walker) otherInSh(at syntax.Pos, what, effect, instead string) {
	w.report(ruleOtherInSh, at, what, "in sh, `%s` %s. %s", what, effect, orBash(instead))
}

func orBash(instead string) string {
	if instead == "" {
		return "Set shell = \"bash\"."
	}
	return strings.TrimSuffix(instead, ".") + ", or set shell = \"bash\"."
}

var appends = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*\+=`)

// instead has what to write in sh.
var instead = map[string]string{"source": "Write . (a dot), with a path that has a slash", "[[": "Write [ … ], with = and quoted variables", "let": "Write x=$((…))", "declare": "Assign without it", "typeset": "Assign without it"}

func (w *walker) posixCall(c *syntax.CallExpr) {
	if len(c.Args) == 0 {
		return
	}
	name := arg(c, 0)
	if w.functions[name] {
		return
	}
	first, _ := literal(c.Args[0])
	switch {
	case bashBuiltins[name]:
		w.notInSh(c.Pos(), name, instead[name])
	case appends.MatchString(first):
		v, _, _ := strings.Cut(first, "+=")
		w.notInSh(c.Pos(), v+"+=", "Write "+v+"=\"$"+v+"…\".")
	case name == "set":
		w.setOption(c)
	case name == "test" || name == "[":
		for i := 1; i < len(c.Args); i++ {
			switch a := arg(c, i); a {
			case "==", "=~", "-v":
				if (a == "-v" && i != 1) || onlyQuoted(c.Args[i]) || a != "-v" && i == 1 {
					continue
				}
				w.notInSh(c.Args[i].Pos(), name+" "+a, map[string]string{"==": "Write = for strings.", "=~": "Use grep or case.", "-v": "Write [ -n \"${x+set}\" ]."}[a])
			}
		}
	case name == "trap" && len(c.Args) > 2:
		for i := 2; i < len(c.Args); i++ {
			switch a := arg(c, i); {
			case a == "ERR" || a == "DEBUG" || a == "RETURN":
				w.notInSh(c.Args[i].Pos(), "trap … "+a, "Handle the status where the command is.")
			case strings.HasPrefix(a, "SIG"):
				w.notInSh(c.Args[i].Pos(), "trap … "+a, "Write "+strings.TrimPrefix(a, "SIG")+".")
			}
		}
	case name == "echo":
		if o := arg(c, 1); o == "-e" || o == "-ne" || o == "-en" || o == "-E" {
			w.otherInSh(c.Pos(), "echo "+o, "prints "+o, "Use printf.")
		}
	case name == "printf":
		if arg(c, 1) == "-v" {
			w.notInSh(c.Pos(), "printf -v", "Write x=$(printf …).")
		} else if t, _ := literal(wordAt(c, 1)); strings.Contains(strings.ReplaceAll(t, "%%", ""), "%q") {
			w.notInSh(c.Pos(), "printf %q", "")
		}
	case name == "read" && len(c.Args) == 1:
		w.notInSh(c.Pos(), "read without a variable", "Name one: read -r line.")
	case name == "type" && (arg(c, 1) == "-t" || arg(c, 1) == "-P" || arg(c, 1) == "-p"):
		w.notInSh(c.Pos(), "type "+arg(c, 1), "Use command -v.")
	}
	w.builtinOption(c, name)
	if bracesFiles[name] {
		w.braces(c.Args[1:])
	}
}

func wordAt(c *syntax.CallExpr, i int) *syntax.Word {
	if i < len(c.Args) {
		return c.Args[i]
	}
	return nil
}

// onlyQuoted reports whether a word is in quotes: then it is an operand, not an operator.
func onlyQuoted(x *syntax.Word) bool {
	return len(x.Parts) == 1 && !isLit(x.Parts[0])
}

func (w *walker) builtinOption(c *syntax.CallExpr, name string) {
	accepted, ok := builtinOptions[name]
	if !ok || name == "printf" {
		return
	}
	for i := 1; i < len(c.Args); i++ {
		o := arg(c, i)
		if !strings.HasPrefix(o, "-") || o == "-" || o == "--" {
			return
		}
		for _, r := range o[1:] {
			if !strings.ContainsRune(accepted, r) {
				w.notInSh(c.Pos(), name+" -"+string(r), "")
				return
			}
		}
		if name == "read" && strings.Contains(o, "p") {
			i++
		}
	}
}

// setOption checks set -o NAME and set -X.
func (w *walker) setOption(c *syntax.CallExpr) {
	for i := 1; i < len(c.Args); i++ {
		o := arg(c, i)
		if len(o) < 2 || o[0] != '-' && o[0] != '+' || o == "--" {
			return
		}
		for _, r := range o[1:] {
			switch {
			case r == 'o':
				i++
				if n := arg(c, i); n != "" && !setOptions[n] {
					w.notInSh(c.Pos(), "set -o "+n, "")
				}
			case strings.ContainsRune("THBPtkp", r):
				w.notInSh(c.Pos(), "set -"+string(r), "")
			}
		}
	}
}

// bracesFiles are commands whose operands nothing but the shell expands.
var bracesFiles = wordSet(`mkdir touch rm rmdir cp mv ls cat echo printf chmod chown install ln test [ seq`)

// braces reports words that bash would expand to several.
func (w *walker) braces(list []*syntax.Word) {
	for _, x := range list {
		if !slices.ContainsFunc(x.Parts, func(p syntax.WordPart) bool { l, ok := p.(*syntax.Lit); return ok && strings.Contains(l.Value, "{") }) {
			continue
		}
		copied := *x
		copied.Parts = slices.Clone(x.Parts)
		syntax.SplitBraces(&copied)
		if slices.ContainsFunc(copied.Parts, func(p syntax.WordPart) bool { b, ok := p.(*syntax.BraceExp); return ok && len(b.Elems) > 1 }) {
			t, _ := literal(x)
			w.otherInSh(x.Pos(), strings.ReplaceAll(t, placeholder, "…"), "is one word", "Write the words out.")
		}
	}
}

// posixWord checks the parts of a word.
func (w *walker) posixWord(x *syntax.Word) {
	for i, p := range x.Parts {
		l, ok := p.(*syntax.Lit)
		if !ok {
			continue
		}
		if i+1 < len(x.Parts) && strings.HasSuffix(l.Value, "$") && !strings.HasSuffix(l.Value, `\$`) {
			switch q := x.Parts[i+1].(type) {
			case *syntax.SglQuoted:
				w.otherInSh(l.Pos(), "$'"+q.Value+"'", "begins with a dollar sign, and its backslashes stay", "Use printf.")
			case *syntax.DblQuoted:
				w.otherInSh(l.Pos(), "$\"…\"", "begins with a dollar sign", "Remove the dollar sign.")
			}
		}
	}
}
