package rules

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleOtherOption = diag.Error("OG884", "Misspelled option of a program",
		"Programs end with an error on an option that they don't have. The long options of Cargo's commands, PostgreSQL's clients, promtool, amtool, jq and the usual programs of GNU are compared with those that the programs list with --help. An option that is near none of them may belong to another version, and isn't reported.")
	ruleMisspelledProgram = diag.Error("OG885", "Misspelled program in a runbook",
		"A command of a runbook begins with a program. A name that is one letter away from docker, curl, psql or a program of `tools`, and that is no known program itself, is a slip: whoever follows the runbook only gets \"command not found\".")
)

// optionsText lists programs with their long options; options.sh makes it.
//
//go:embed options.txt
var optionsText string

// longOptions are the long options of programs and their subcommands, by the words of the command.
var longOptions = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(optionsText), "\n") {
		words := strings.Fields(line)
		n := 0
		for n < len(words) && !strings.HasPrefix(words[n], "-") {
			n++
		}
		all[strings.Join(words[:n], " ")] = words[n:]
	}
	return all
})

// wrongOption is an option of a call from word i that its program doesn't have, and the one that is meant.
func wrongOption(c *syntax.CallExpr, i int) (program, option, meant string) {
	name := base(arg(c, i))
	all := longOptions()
	known := all[name]
	for j := i + 1; j < len(c.Args); j++ {
		t, whole := literal(c.Args[j])
		switch {
		case t == "--":
			return "", "", ""
		case strings.HasPrefix(t, "--") && !strings.HasSuffix(arg(c, j-1), "-e"):
			o, _, _ := strings.Cut(t, "=")
			if known == nil || !whole && o == t || strings.ContainsAny(o, "."+placeholder) {
				continue
			}
			begins := func(k string) bool { return strings.HasPrefix(k, o) || "--no-"+k[2:] == o }
			if slices.ContainsFunc(known, begins) {
				continue
			}
			if near := text.Slip(o, known); near != "" {
				return name, o, near
			}
		case strings.HasPrefix(t, "-"), strings.HasPrefix(t, "+"):
		case opensCommand[name]:
			return "", "", "" // its own options end here
		case whole:
			sub := name + " " + t
			if hasCommand(all, sub) {
				name, known = sub, all[sub]
			} else if hasCommand(all, name+" ") {
				return "", "", "" // another subcommand
			}
		}
	}
	return "", "", ""
}

// opensCommand are the programs that run the command in their operands.
var opensCommand = wordSet("xargs env timeout")

// hasCommand reports whether words are a command or the beginning of one.
func hasCommand(all map[string][]string, words string) bool {
	if all[words] != nil {
		return true
	}
	for k := range all {
		if strings.HasPrefix(k, strings.TrimSuffix(words, " ")+" ") {
			return true
		}
	}
	return false
}

// options reports misspelled options of a call, also of one that a wrapper or docker exec runs.
func (w *walker) options(c *syntax.CallExpr) {
	at := 0
	for i := range c.Args { // docker exec NAME psql …
		if n := arg(c, i); i > 0 && (n == "psql" || n == "promtool" || n == "amtool" || strings.HasPrefix(n, "pg_")) {
			at = i
			break
		}
	}
	if at > 0 && arg(c, 0) != "docker" && arg(c, 0) != "env" && arg(c, 0) != "sudo" && arg(c, 0) != "timeout" {
		at = 0
	}
	if w.functions[arg(c, 0)] {
		return
	}
	if program, o, meant := wrongOption(c, at); o != "" {
		w.report(ruleOtherOption, c.Args[at].Pos(), o, "`%s` has no option `%s`, so the command fails.%s", program, o, text.Suggestion(meant))
	}
}

// stepOptions checks the commands of images' steps.
func stepOptions(m *manifest.Manifest) (diags hcl.Diagnostics) {
	for _, i := range m.Images {
		for _, s := range i.Stages {
			for _, do := range s.Steps {
				run, ok := do.(*manifest.RunInstruction)
				if !ok || run.Command == nil || run.Command.Exec != nil {
					continue
				}
				f, err := syntax.NewParser().Parse(strings.NewReader(run.Command.Shell), "")
				if err != nil {
					continue
				}
				syntax.Walk(f, func(n syntax.Node) bool {
					if c, ok := n.(*syntax.CallExpr); ok && len(c.Args) > 0 {
						if program, o, meant := wrongOption(c, 0); o != "" {
							diags = append(diags, ruleOtherOption.At(run.Of("command"), "In a step of %s: `%s` has no option `%s`, so the build fails.%s", i.Address, program, o, text.Suggestion(meant)))
						}
					}
					return true
				})
			}
		}
	}
	return once(diags)
}

// usualPrograms are those of which a slip is reported in runbooks.
var usualPrograms = strings.Fields(`docker curl psql openssl kubectl systemctl journalctl grep sleep chmod chown mkdir rsync promtool amtool cargo printf redis-cli nslookup netstat tcpdump`)

// nearPrograms are programs with nearly the name of another one.
var nearPrograms = wordSet(`dockerd argo kubectx kubens usql pgsql mysql egrep fgrep zgrep bgrep ugrep pgrep xgrep ngrep rgrep agrep vprintf nprintf sprintf fprintf purl gcurl sleepd chroot rclone mkdirs rsyncd redis-cl`)

// misspelled reports a slip in the name of a program.
func (w *walker) misspelled(c *syntax.CallExpr, name string) {
	if len(name) < 4 || strings.ContainsAny(name, "/=${}*?~"+placeholder) || everywhere[name] || nearPrograms[name] || w.functions[name] || w.names.tools[name] {
		return
	}
	known := slices.Clone(usualPrograms)
	for _, a := range w.names.manifest.Actions {
		for _, t := range a.Tools {
			known = append(known, t.Name)
		}
	}
	for _, k := range slices.Clone(known) {
		if k == name {
			return
		}
	}
	known = slices.DeleteFunc(known, func(k string) bool { return len(k) < 4 })
	if near := text.Slip(name, known); near != "" {
		w.report(ruleMisspelledProgram, c.Pos(), name, "there is no program `%s`.%s", name, text.Suggestion(near))
	}
}
