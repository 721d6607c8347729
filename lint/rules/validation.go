package rules

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	ruleEmptyValidation = diag.Error("OG810", "Empty validation",
		"A validation passes when its script exits with 0. A script of comments only always does, so it proves nothing, but the plan relies on it.")
	ruleIgnoredFailure = diag.Warning("OG811", "Failure is ignored",
		"`… || true` or `… || :` at the end of a script, and `… || echo …` anywhere, always succeed: the plan continues from a state that was never reached.")
	ruleSleepWait = diag.Warning("OG813", "Fixed sleep as a wait",
		"A fixed sleep is too long on a fast machine and too short on a slow one. A loop that polls the condition until a deadline, a criterion's within, or the generated await action waits exactly as long as necessary.")
	rulePrintOnly = diag.Warning("OG819", "Validation cannot fail",
		"A validation passes when its script exits with 0. Printing, listing, counting or extracting something always succeeds; test, grep -q or jq -e compare a result.")
	ruleEndlessWait = diag.Warning("OG827", "Wait without a deadline",
		"A loop that waits for a condition never ends if the condition never becomes true, and the deployment hangs without an error. Set a `timeout` on the action, or count the iterations.")
	ruleHiddenStatus = diag.Warning("OG828", "Exit status hidden by a pipe",
		"A pipe's exit status is that of its last command: a failing build or test passes if its output goes through tee or tail, and grep may match the output of a single passing program. Write the output to a file, or run the command without a pipe.")
	ruleEmptyComparison = diag.Warning("OG834", "Comparison of two possibly empty outputs",
		"Two outputs are also equal if both programs failed and printed nothing. Assign each to a variable, so that a failure ends the script, and check with test -n that it isn't empty.")
	ruleOneOfSeveral = diag.Warning("OG882", "One of several is enough",
		"grep succeeds if one line matches. A check of several containers by one docker inspect must look for a line that doesn't match: ! … | grep -qv true, or a container criterion, which is about each replica.")
	ruleNoLastingEffect = diag.Warning("OG838", "Script without a lasting effect",
		"Each script runs in its own shell, in the action's workdir. Changes by cd, export, source or an assignment are lost when it ends; use workdir and env in the scripts that need them.")
)

// whole runs the rules about a script as a whole.
func (w *walker) whole(f *syntax.File) {
	if w.shell != "bash" {
		w.posix(f)
	}
	w.variables(f)
	if w.checks {
		switch {
		case w.attr == "validate" && len(f.Stmts) == 0:
			w.report(ruleEmptyValidation, syntax.Pos{}, "", "the script has no command. Write one that fails if the action did not do its work, or remove validate.")
		case !canFailAny(f.Stmts):
			w.report(rulePrintOnly, firstPos(f.Stmts), "", "the script always succeeds. Compare a result: test \"$(…)\" = …, grep -q, jq -e, or a criterion with equals.")
		}
	}
	if n := len(f.Stmts); n > 0 {
		if b, ok := f.Stmts[n-1].Cmd.(*syntax.BinaryCmd); ok && b.Op == syntax.OrStmt {
			if name := nameOf(b.Y); name == "true" || name == ":" {
				w.report(ruleIgnoredFailure, b.Y.Pos(), "", "the last command ends in `|| %s`, so it always succeeds. Let it fail, or write `|| { echo …; exit 1; }`.", name)
			}
		}
	}
	if w.attr == "run" && len(f.Stmts) > 0 {
		for _, s := range f.Stmts {
			if !stays(s) {
				return
			}
		}
		w.report(ruleNoLastingEffect, firstPos(f.Stmts), "", "cd, export, source and assignments only affect the script's own shell, so the script does nothing. Set `workdir` and `env` in the actions that need them.")
	}
}

func firstPos(list []*syntax.Stmt) syntax.Pos {
	if len(list) == 0 {
		return syntax.Pos{}
	}
	return list[0].Pos()
}

// stays reports whether a statement's effect ends with its shell.
func stays(s *syntax.Stmt) bool {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		if len(c.Args) == 0 {
			return true
		}
		switch arg(c, 0) {
		case "cd", "export", "source", ".", "set", "unset", "alias", "umask":
			return true
		}
	case *syntax.DeclClause:
		return true
	case *syntax.BinaryCmd:
		return c.Op == syntax.AndStmt && stays(c.X) && stays(c.Y)
	}
	return false
}

// orElse checks the right side of ||.
func (w *walker) orElse(b *syntax.BinaryCmd, p place) {
	if b.Op != syntax.OrStmt || p.subst || p.guard {
		return
	}
	if name := nameOf(b.Y); (name == "echo" || name == "printf") && !writesFile(b.Y) {
		w.report(ruleIgnoredFailure, b.Y.Pos(), "", "`|| %s` reports a failure but succeeds. Let it fail, or write `|| { echo …; exit 1; }`.", name)
	}
}

// writesFile reports whether a command's output is its purpose, as in grep -q x
// file || echo x >> file.
func writesFile(s *syntax.Stmt) bool {
	for _, r := range s.Redirs {
		if r.Op == syntax.RdrOut || r.Op == syntax.AppOut {
			return r.N == nil
		}
	}
	return false
}

// runners are programs whose exit status reports whether the work succeeded. The
// strings are the subcommands for which that is so; "" means all.
var runners = map[string]string{"cargo": " test build check clippy bench run ", "go": " test build vet run ", "npm": " test run ci install ", "yarn": " test run install ",
	"pnpm": " test run install ", "docker": " build buildx ", "dotnet": " test build ", "pytest": "", "make": "", "mvn": "", "gradle": "", "ctest": "", "tox": ""}

func (w *walker) pipeRules(list []*syntax.Stmt) {
	lastOne := list[len(list)-1]
	end := nameOf(lastOne)
	for i, s := range list[:len(list)-1] {
		c := callOf(s)
		if c == nil {
			continue
		}
		name := arg(c, 0)
		sub := arg(c, 1)
		if strings.HasPrefix(sub, "+") {
			sub = arg(c, 2)
		}
		commands, runs := runners[name]
		runs = runs && (commands == "" || sub != "" && strings.Contains(commands, " "+sub+" ")) && !option(c, 0, "--version", "--help", "-n")
		if runs && i == 0 && (end == "grep" || w.shell != "bash" && (end == "tee" || end == "tail" || end == "head" || end == "cat")) {
			w.report(ruleHiddenStatus, c.Pos(), name, "the pipe hides the exit status of `%s %s`; only that of %s counts. Run the command without the pipe: it exits with 0 only if everything succeeded.", name, sub, end)
		}
	}
	w.lostDecision(list, end)
	w.oneOfSeveral(list)
	w.versionGrep(list)
	w.logGrep(list)
	w.pipedSQL(list)
}

// wait checks a loop that may never end.
func (w *walker) wait(c *syntax.WhileClause, p place) {
	if w.bounded || p.loop {
		return
	}
	sleeps, ends := false, false
	look := func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			switch arg(n, 0) {
			case "sleep":
				sleeps = true
			case "break", "exit", "return", "timeout", "read":
				ends = true
			case "test", "[":
				for i := range n.Args {
					switch arg(n, i) {
					case "-lt", "-le", "-gt", "-ge", "-eq", "-ne":
						ends = true
					}
				}
			}
		case *syntax.TestClause, *syntax.ArithmCmd:
			ends = true
		}
		return true
	}
	for _, s := range append(append([]*syntax.Stmt{}, c.Cond...), c.Do...) {
		syntax.Walk(s, look)
	}
	if sleeps && !ends {
		w.report(ruleEndlessWait, c.Pos(), "", "the loop never ends if the condition never becomes true. Set a `timeout` on the block, or count the iterations.")
	}
}

// captures notes assignments from commands, and checks that variables aren't
// empty.
func (k *scriptFacts) captures(c *syntax.CallExpr) {
	for _, a := range c.Assigns {
		if a.Name == nil || a.Value == nil {
			continue
		}
		if s := onlySubst(a.Value); s != nil {
			if !canFailAny(s.Stmts) {
				put(&k.silent, a.Name.Value)
			}
		}
	}
	if n := arg(c, 0); n == "test" || n == "[" {
		for i := 1; i+1 < len(c.Args); i++ {
			if o := arg(c, i); o == "-n" || o == "-z" {
				if v, _ := onlyVariable(c.Args[i+1]); v != "" {
					put(&k.settled, v)
				}
			}
		}
	}
}

// comparison reports a comparison of two outputs that may both be empty.
func (w *walker) comparison(c *syntax.CallExpr) {
	for i := 2; i+1 < len(c.Args); i++ {
		if o := arg(c, i); o != "=" && o != "==" {
			continue
		}
		if w.mayBeEmpty(c.Args[i-1]) && w.mayBeEmpty(c.Args[i+1]) {
			w.report(ruleEmptyComparison, c.Pos(), "", "both sides of `=` are empty, and so equal, if neither command prints anything. Assign each to a variable, whose failure ends the script, and check it with test -n.")
		}
	}
}

func (w *walker) mayBeEmpty(x *syntax.Word) bool {
	if onlySubst(x) != nil {
		return true
	}
	v, defaulted := onlyVariable(x)
	return v != "" && !defaulted && !w.settled[v] && w.silent[v]
}

// onlySubst is the command substitution that is the whole word.
func onlySubst(x *syntax.Word) *syntax.CmdSubst {
	s, _ := onlyPart(x).(*syntax.CmdSubst)
	return s
}

// onlyVariable is the name of the variable that is the whole word, and whether
// the expansion handles empty values.
func onlyVariable(x *syntax.Word) (name string, defaulted bool) {
	p, ok := onlyPart(x).(*syntax.ParamExp)
	if !ok || p.Param == nil {
		return "", false
	}
	return p.Param.Value, p.Exp != nil
}

func onlyPart(x *syntax.Word) syntax.Node {
	if x == nil || len(x.Parts) != 1 {
		return nil
	}
	if q, ok := x.Parts[0].(*syntax.DblQuoted); ok {
		if len(q.Parts) != 1 {
			return nil
		}
		return q.Parts[0]
	}
	return x.Parts[0]
}

// lostDecision reports a test whose status a pipe in a check throws away.
func (w *walker) lostDecision(list []*syntax.Stmt, end string) {
	if _, filter := filters[end]; !w.checks || w.shell == "bash" || !filter || end == "jq" || end == "awk" || end == "sed" || end == "xargs" || w.at.subst {
		return
	}
	for _, s := range list[:len(list)-1] {
		c := callOf(s)
		if c == nil {
			continue
		}
		name := arg(c, 0)
		if name == "jq" && option(c, 'e', "--exit-status") || name == "test" || name == "[" || strings.HasSuffix(name, "grep") && option(c, 'q', "--quiet", "--silent") {
			w.report(ruleHiddenStatus, c.Pos(), name, "the pipe hides the exit status of `%s`; only that of %s counts, which always succeeds. Remove the pipe.", name, end)
		}
	}
}

// oneOfSeveral reports docker inspect of several containers of which grep finds one.
func (w *walker) oneOfSeveral(list []*syntax.Stmt) {
	first, end := callOf(list[0]), callOf(list[len(list)-1])
	if first == nil || end == nil || !w.checks || w.at.subst || !strings.HasSuffix(arg(end, 0), "grep") || !option(end, 'q', "--quiet", "--silent") || option(end, 'v', "--invert-match") || list[len(list)-1].Negated {
		return
	}
	d := parseDocker(first)
	if d.sub != "inspect" && d.sub != "container inspect" || len(d.ops) < 2 || d.options["--format"]+d.options["-f"] == "" {
		return
	}
	for _, s := range list[1 : len(list)-1] {
		if n := nameOf(s); n != "sort" && n != "uniq" && n != "cat" {
			return
		}
	}
	w.report(ruleOneOfSeveral, end.Pos(), "", "`grep` succeeds if one of the %d containers matches. Write ! docker inspect … | grep -qv …, or a container criterion.", len(d.ops))
}

// comparesWithoutExit reports a jq filter that prints true or false, whose exit status nothing sets.
func (w *walker) comparesWithoutExit(c *syntax.CallExpr, p place) {
	if !w.checks || p.subst || p.guard || option(c, 'e', "--exit-status") {
		return
	}
	for _, r := range p.source.Redirs {
		if r.Op == syntax.RdrOut && (r.N == nil || r.N.Value == "1") && word(r.Word) != "/dev/null" {
			return
		}
	}
	if p.redirected && len(p.source.Redirs) == 0 {
		return // another program reads it
	}
	for i := 1; i < len(c.Args); i++ {
		t, whole := literal(c.Args[i])
		if strings.HasPrefix(t, "-") {
			continue
		}
		if whole && comparison.MatchString(plainFilter(t)) {
			w.report(rulePrintOnly, c.Pos(), "", "`jq` prints true or false and succeeds either way. Add -e.")
		}
		return
	}
}

var comparison = regexp.MustCompile(`[^|]*[^=!<>|](==|!=|<=?|>=?)[^=|][^|]*$`)

// plainFilter is a jq filter without its strings and what is in brackets.
func plainFilter(t string) string {
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(t); i++ {
		switch c := t[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
			b.WriteByte('x')
		case quoted:
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}
