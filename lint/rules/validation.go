package rules

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	ruleEmptyValidation = diag.Error("OG810", "Validation that validates nothing",
		"A validation passes when its script exits with 0. One that consists of comments alone always does, so it proves nothing while the plan relies on it.")
	ruleSwallowed = diag.Warning("OG811", "Failure is swallowed",
		"`… || true` or `… || :` as the last word of a script, and `… || echo …` anywhere, succeed whatever happened: the plan goes on from a state that was never reached.")
	ruleSleepWait = diag.Warning("OG813", "Waiting by sleep",
		"A sleep on its own waits too long on a fast machine and too short on a slow one. A loop that asks for the condition until a deadline, a criterion's within, or the made await action waits exactly as long as it takes.")
	rulePrintOnly = diag.Warning("OG819", "Validation that cannot fail",
		"A validation passes when its script exits with 0. Printing, listing, counting or extracting something succeeds whatever is found; test, grep -q or jq -e compares.")
	ruleEndlessWait = diag.Warning("OG827", "Wait without a deadline",
		"A loop that waits for a condition never ends when the condition never comes true, and the deployment hangs without saying why. `timeout` on the action, or a counter in the loop, ends it.")
	ruleHiddenStatus = diag.Warning("OG828", "A pipe hides the exit status",
		"A pipe's exit status is that of its last command: a failing build or test whose output goes through tee or tail passes, and grep finds its word in the output of one green program among ten. Write the output into a file, or let the command run without a pipe.")
	ruleEmptyComparison = diag.Warning("OG834", "Two empty answers are equal",
		"Two answers that are compared with each other are equal too when both programs failed and neither said anything. Assign each to a variable, so that a failure ends the script, and ask with test -n that it isn't empty.")
	ruleOwnShell = diag.Warning("OG838", "Script that changes its own shell alone",
		"Each script runs in a shell of its own, in the action's workdir. What cd, export, source or an assignment changed there is gone when it ends; workdir and env say it to the scripts that need it.")
)

// whole runs the rules about a script as a whole.
func (w *walker) whole(f *syntax.File) {
	if w.checks {
		switch {
		case w.attr == "validate" && len(f.Stmts) == 0:
			w.report(ruleEmptyValidation, syntax.Pos{}, "", "the script has no command. Write one that fails when the action did not do its work, or leave validate out.")
		case !decidesAny(f.Stmts):
			w.report(rulePrintOnly, firstPos(f.Stmts), "", "whatever there is to be found, the script succeeds. Compare it: test \"$(…)\" = …, grep -q, jq -e, or a criterion with equals.")
		}
	}
	if n := len(f.Stmts); n > 0 {
		if b, ok := f.Stmts[n-1].Cmd.(*syntax.BinaryCmd); ok && b.Op == syntax.OrStmt {
			if name := nameOf(b.Y); name == "true" || name == ":" {
				w.report(ruleSwallowed, b.Y.Pos(), "", "the last command ends in `|| %s`, so it succeeds whatever happened. Let it fail, or write `|| { echo …; exit 1; }`.", name)
			}
		}
	}
	if w.attr == "run" && len(f.Stmts) > 0 {
		for _, s := range f.Stmts {
			if !stays(s) {
				return
			}
		}
		w.report(ruleOwnShell, firstPos(f.Stmts), "", "cd, export, source and assignments end with the script's shell, so it does nothing. Say `workdir` and `env` in the actions that need them.")
	}
}

func firstPos(list []*syntax.Stmt) syntax.Pos {
	if len(list) == 0 {
		return syntax.Pos{}
	}
	return list[0].Pos()
}

// stays says whether a statement's effect ends with its shell.
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

// orElse looks at the right side of ||.
func (w *walker) orElse(b *syntax.BinaryCmd, p place) {
	if b.Op != syntax.OrStmt || p.subst || p.guard {
		return
	}
	if name := nameOf(b.Y); (name == "echo" || name == "printf") && !writesFile(b.Y) {
		w.report(ruleSwallowed, b.Y.Pos(), "", "`|| %s` says that something failed, and then succeeds. Let it fail, or write `|| { echo …; exit 1; }`.", name)
	}
}

// writesFile says whether a command's output is what it is for, as in
// grep -q x file || echo x >> file.
func writesFile(s *syntax.Stmt) bool {
	for _, r := range s.Redirs {
		if r.Op == syntax.RdrOut || r.Op == syntax.AppOut {
			return r.N == nil
		}
	}
	return false
}

// runners are programs whose exit status says whether the work succeeded.
// The strings are the commands of which that is so; "" stands for all.
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
			w.report(ruleHiddenStatus, c.Pos(), name, "the status of `%s %s` is lost in the pipe; that of %s is what counts. Run it without the pipe: it exits with 0 only if all went well.", name, sub, end)
		}
	}
	w.versionGrep(list)
	w.logGrep(list)
	w.pipedSQL(list)
}

// wait looks at a loop that may never end.
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
		w.report(ruleEndlessWait, c.Pos(), "", "the loop waits for ever when what it waits for never comes. Give the block a `timeout`, or count the rounds.")
	}
}

// captures notes assignments from commands, and proofs that variables are not
// empty.
func (k *knowledge) captures(c *syntax.CallExpr) {
	for _, a := range c.Assigns {
		if a.Name == nil || a.Value == nil {
			continue
		}
		if s := onlySubst(a.Value); s != nil {
			if !decidesAny(s.Stmts) {
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

// comparison looks for two answers that are compared with each other alone.
func (w *walker) comparison(c *syntax.CallExpr) {
	for i := 2; i+1 < len(c.Args); i++ {
		if o := arg(c, i); o != "=" && o != "==" {
			continue
		}
		if w.mayBeEmpty(c.Args[i-1]) && w.mayBeEmpty(c.Args[i+1]) {
			w.report(ruleEmptyComparison, c.Pos(), "", "both sides of `=` are empty when neither command answers, and then they are equal. Assign each to a variable, whose failure ends the script, and prove it with test -n.")
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

// onlySubst is the command substitution that a word consists of.
func onlySubst(x *syntax.Word) *syntax.CmdSubst {
	s, _ := onlyPart(x).(*syntax.CmdSubst)
	return s
}

// onlyVariable is the name of the variable that a word consists of, and
// whether the expansion has a say about empty values.
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
