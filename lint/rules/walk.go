package rules

import (
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// walker walks the scripts of a manifest, each once.
type walker struct {
	*script
	scriptFacts
	parsers
	names    *names
	planned  map[*manifest.Service]bool                      // that a plan starts
	at       place                                           // of the command in question
	started  map[*manifest.Action]map[*manifest.Service]bool // when an action runs; nil: it isn't known
	src      sources
	text     string              // of the script
	answers  map[string]*answer  // that the script's variables hold
	bound    map[string][]string // values of the script's variables that are known
	diags    hcl.Diagnostics
	reported map[string]bool
}

// scriptFacts is what the rest of a script relies on. Maps are created on
// demand.
type scriptFacts struct {
	starts    bool            // it starts containers
	moving    bool            // it changes its folder, or gets files of which nothing is known
	sources   bool            // it sources another script, which may declare anything
	functions map[string]bool // declared in the script
	silent    map[string]bool // variables set from a command that may succeed without output
	settled   map[string]bool // variables that the script checks for emptiness
}

// place is the context of a command in a script.
type place struct {
	loop       bool // in a loop
	subst      bool // its output is captured
	redirected bool // its output is redirected to a pipe or a file
	guard      bool // it is a condition, or an operand of && or ||
	piped      bool // it reads from a pipe
	source     *syntax.Stmt
}

// scripts walks every script's syntax tree. A script that does not parse is
// reported by lint/shell, not here.
func scripts(m *manifest.Manifest) hcl.Diagnostics {
	all := scriptsOf(m)
	files := make([]*syntax.File, len(all))
	known := make([]scriptFacts, len(all))
	w := &walker{names: namesOf(m), src: sources{files: m.Files}, reported: map[string]bool{}}
	for i := range all {
		files[i] = w.parse(all[i].source(), all[i].shell)
		if all[i].printed {
			continue // what people run by hand tells nothing of the others
		}
		if files[i] == nil {
			w.names.texts.WriteString(all[i].source() + "\n")
		} else {
			known[i] = w.names.learn(files[i])
			if a := all[i].action; a != nil && known[i].starts {
				w.names.starters[a] = true
			}
		}
	}
	for i, f := range files {
		if f == nil {
			continue
		}
		w.script, w.text, w.scriptFacts = &all[i], all[i].source(), known[i]
		w.bound, w.answers = constants(f), nil
		w.whole(f)
		w.stmts(f.Stmts, place{})
	}
	return w.diags
}

// aboutNames are the rules that other blocks may break or meet: not reported of scripts of blocks that have no
// instance, because the others may have none either.
var aboutNames = map[*diag.Rule]bool{ruleUnknownContainer: true, ruleUnpublishedPort: true, ruleUnknownTag: true, ruleDeadTag: true, ruleUnknownNetwork: true, ruleSchemaMismatch: true}

// ofRunbooks are the rules about commands that fail or name the wrong object, whoever runs them.
var ofRunbooks = map[*diag.Rule]bool{ruleUnknownContainer: true, ruleUnknownTag: true, ruleUnknownNetwork: true, ruleSchemaMismatch: true, ruleScriptSQL: true, ruleUnknownOption: true, ruleFormat: true, ruleCurlGlob: true,
	ruleMisspelledProgram: true, ruleOtherOption: true, ruleUnknownField: true, ruleMissingTool: true}

// report reports a rule once per block and key, at the line in question.
func (w *walker) report(r *diag.Rule, at syntax.Pos, key, format string, args ...any) {
	if w.off && aboutNames[r] || w.printed && !ofRunbooks[r] {
		return
	}
	n := 1
	if at.IsValid() {
		n = int(at.Line())
	}
	owner := strings.ReplaceAll(w.owner, "%", "%%")
	if name, at := w.src.local(w.script, key); name != "" { // the mistake is there, however often it is used
		if key = r.Code + at.String() + key; !w.reported[key] {
			w.reported[key] = true
			w.diags = append(w.diags, r.At(at, "In "+name+", which `"+w.attr+"` of "+owner+" reads: "+format, args...))
		}
		return
	}
	if key == "" {
		key = strconv.Itoa(n)
	}
	key = r.Code + w.block.String() + w.attr + key
	if w.reported[key] {
		return
	}
	w.reported[key] = true
	w.diags = append(w.diags, r.At(w.src.line(w.script, w.text, n), "In `"+w.attr+"` of "+owner+": "+format, args...))
}

func (w *walker) stmts(list []*syntax.Stmt, p place) {
	for _, s := range list {
		w.stmt(s, p)
	}
}

func (w *walker) stmt(s *syntax.Stmt, p place) {
	p.source = s
	for _, r := range s.Redirs {
		if r.Op == syntax.RdrOut || r.Op == syntax.AppOut || r.Op == syntax.RdrAll || r.Op == syntax.AppAll {
			p.redirected = p.redirected || r.N == nil || r.N.Value == "1"
		}
		w.words(p, r.Word)
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		for _, a := range c.Assigns {
			w.words(p, a.Value)
			w.assign(a)
		}
		w.words(p, c.Args...)
		if len(c.Args) > 0 {
			w.call(c, p)
		}
	case *syntax.BinaryCmd:
		if c.Op == syntax.Pipe || c.Op == syntax.PipeAll {
			w.pipe(pipeline(s), p)
			return
		}
		w.orElse(c, p)
		left := p
		left.guard = true
		w.stmt(c.X, left)
		w.stmt(c.Y, p)
	case *syntax.Block:
		w.stmts(c.Stmts, p)
	case *syntax.Subshell:
		w.stmts(c.Stmts, p)
	case *syntax.IfClause:
		w.branch(c, p)
	case *syntax.WhileClause:
		w.wait(c, p)
		p.loop = true
		cond := p
		cond.guard = true
		w.stmts(c.Cond, cond)
		w.stmts(c.Do, p)
	case *syntax.ForClause:
		p.loop = true
		if it, ok := c.Loop.(*syntax.WordIter); ok {
			w.words(p, it.Items...)
			w.during(it.Name.Value, loopWords(it), func() { w.stmts(c.Do, p) })
			return
		}
		w.stmts(c.Do, p)
	case *syntax.CaseClause:
		w.words(p, c.Word)
		for _, it := range c.Items {
			w.stmts(it.Stmts, p)
		}
	case *syntax.FuncDecl:
		p.loop = true // it may be called in one
		w.stmt(c.Body, p)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			w.stmt(c.Stmt, p)
		}
	case *syntax.DeclClause:
		for _, a := range c.Args {
			w.words(p, a.Value)
		}
	}
}

func (w *walker) branch(c *syntax.IfClause, p place) {
	for ; c != nil; c = c.Else {
		cond := p
		cond.guard = true
		w.stmts(c.Cond, cond)
		w.stmts(c.Then, p)
	}
}

// words visits the commands inside words.
func (w *walker) words(p place, list ...*syntax.Word) {
	p.subst, p.redirected, p.piped = true, false, false
	for _, x := range list {
		if x == nil || len(x.Parts) == 1 && isLit(x.Parts[0]) {
			continue
		}
		syntax.Walk(x, func(n syntax.Node) bool {
			if s, ok := n.(*syntax.CmdSubst); ok {
				w.stmts(s.Stmts, p)
				return false
			}
			return true
		})
	}
}

func isLit(p syntax.WordPart) bool {
	_, ok := p.(*syntax.Lit)
	return ok
}

// pipeline lists the commands of a pipe, from its source.
func pipeline(s *syntax.Stmt) []*syntax.Stmt {
	if b, ok := s.Cmd.(*syntax.BinaryCmd); ok && (b.Op == syntax.Pipe || b.Op == syntax.PipeAll) {
		return append(pipeline(b.X), pipeline(b.Y)...)
	}
	return []*syntax.Stmt{s}
}

func (w *walker) pipe(list []*syntax.Stmt, p place) {
	w.at = p
	w.pipeRules(list)
	for i, s := range list {
		if i > 0 {
			w.readsAnswer(list[i-1], s)
		}
		q := p
		q.redirected = p.redirected || i < len(list)-1
		q.piped = p.piped || i > 0
		w.stmt(s, q)
	}
}

// callOf is a statement's simple command, nil if it isn't one.
func callOf(s *syntax.Stmt) *syntax.CallExpr {
	if c, ok := s.Cmd.(*syntax.CallExpr); ok && len(c.Args) > 0 {
		return c
	}
	return nil
}

// nameOf is the name of a statement's simple command.
func nameOf(s *syntax.Stmt) string {
	if c := callOf(s); c != nil {
		return arg(c, 0)
	}
	return ""
}

// call runs the rules about single commands.
func (w *walker) call(c *syntax.CallExpr, p place) {
	w.at = p
	name := arg(c, 0)
	w.tool(c)
	w.hostCommand(c, name)
	w.credentials(c, name, p)
	w.paths(c)
	w.files(c, name)
	w.options(c)
	switch name {
	case "grep", "egrep", "fgrep":
		w.grep(c)
	case "docker":
		w.each(c, func() { w.docker(c) })
	case "curl", "wget":
		w.each(c, func() { w.url(c, p) })
	case "nc", "ncat", "netcat", "psql", "pg_isready", "redis-cli":
		w.each(c, func() { w.client(c, name) })
	case "jq":
		w.comparesWithoutExit(c, p)
	case "test", "[":
		w.comparison(c)
	case "sleep":
		if !p.loop && !p.source.Background {
			w.report(ruleSleepWait, c.Pos(), "", "`sleep %s` waits a fixed time. Poll the condition in a loop with a deadline.", arg(c, 1))
		}
	}
	w.sql(c, p)
}
