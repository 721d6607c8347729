package dockerfile

import (
	"regexp"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// stageName is a stage's name after BuildKit has converted it.
func stageName(s *manifest.Stage) string { return strings.ToLower(s.Name) }

// checkStages reports names that BuildKit refuses and stages that are used
// before they are declared.
func (w *writer) checkStages() {
	above := map[*manifest.Stage]bool{}
	names := map[string]*manifest.Stage{}
	for _, s := range w.image.Stages {
		name := stageName(s)
		switch {
		case name == "" || name[0] < 'a' || name[0] > 'z' || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_.-") != "":
			w.diags = w.diags.Append(ruleStage.At(s.Range, "%q is not a valid stage name. It must start with a letter, followed by letters, digits, underscores or hyphens.", s.Name))
		case name == "scratch" || name == "context":
			w.diags = w.diags.Append(ruleStage.At(s.Range, "BuildKit reserves the stage name %q. Choose a different name.", name))
		case names[name] != nil:
			w.diags = w.diags.Append(ruleStage.At(s.Range, "BuildKit converts the names of stages to lower case, so this one equals that of the stage at %s. Rename one of them.", names[name].Range))
		}
		names[name] = s
		w.checkUse(s, s.FromStage, above)
		for _, do := range s.Steps {
			if o, ok := do.(*manifest.OnbuildInstruction); ok {
				do = o.Do
			}
			if c, ok := do.(*manifest.CopyInstruction); ok {
				w.checkUse(s, c.FromStage, above)
			}
		}
		above[s] = true
	}
}

func (w *writer) checkUse(s, used *manifest.Stage, above map[*manifest.Stage]bool) {
	switch {
	case used == nil || above[used]:
	case used == s:
		w.diags = w.diags.Append(ruleOrder.At(s.Range, "The stage %q uses itself.", s.Name))
	default:
		w.diags = w.diags.Append(ruleOrder.At(s.Range, "The stage %q uses the stage %q, which is declared below it, at %s. Move that one up. If it uses %q too, remove one of the two dependencies.", s.Name, used.Name, used.Range, s.Name))
	}
}

var numericUser = regexp.MustCompile(`^[1-9][0-9]*(:[0-9]+)?$`)

// checkUser warns if containers of the image would run as root, or as a user that
// can't be distinguished from root.
func (w *writer) checkUser(final *manifest.Stage) {
	user, at := "", final.Range
	for s := final; s != nil; s = s.FromStage {
		for i := len(s.Steps) - 1; i >= 0 && user == ""; i-- {
			if do, ok := s.Steps[i].(*manifest.UserInstruction); ok {
				user, at = do.User, do.Of("name")
			}
		}
	}
	if numericUser.MatchString(user) || user == "" && w.image.Facts.GivesUpRoot() || !w.needsUser() {
		return
	}
	what := "has no user step, so its containers run as the base image's user, which is usually root"
	if user != "" {
		what = "runs as \"" + user + "\", and the engine cannot verify that this user is not root"
	}
	w.diags = w.diags.Append(ruleRoot.At(at,
		"The image %q %s. Add `user { name = \"10001\" }`, with a number, or give the reason in the service: `harden { non_root = false, reason = \"…\" }`.", w.image.Name, what))
}

// needsUser reports whether the image must set a user: a service runs it without
// setting one or giving a reason, or no service runs it.
func (w *writer) needsUser() bool {
	used := false
	for _, s := range w.m.Services {
		if s.Image != w.image {
			continue
		}
		used = true
		if s.Hardening.NonRoot && s.Hardening.User == "" {
			return true
		}
	}
	return !used
}

var (
	errexit   = regexp.MustCompile(`^\s*set\s+(-[a-zA-Z]*e|-o\s+errexit)`)
	continued = regexp.MustCompile(`(\\|&&|\|\||\||;\s*do|\bdo|\bthen|\belse|\{|\()\s*$`)
	joined    = regexp.MustCompile(`^\s*(&&|\|\||\||done|fi|esac|\}|\))`)
)

// checkScript warns about scripts that ignore failures of their lines.
func (w *writer) checkScript(do *manifest.RunInstruction, shell []string) {
	if do.Command == nil || do.Command.Exec != nil || w.packaged[do] || strings.Contains(do.Command.Shell, "<<") {
		return
	}
	for _, word := range shell[1:] {
		if errexit.MatchString("set " + word) {
			return
		}
	}
	commands, prev := 0, ""
	for _, line := range strings.Split(strings.TrimSpace(do.Command.Shell), "\n") {
		switch trimmed := strings.TrimSpace(line); {
		case trimmed == "" || trimmed[0] == '#':
			continue
		case commands == 0 && errexit.MatchString(line):
			return
		case prev == "" || !continued.MatchString(prev) && !joined.MatchString(line):
			commands++
		}
		prev = line
	}
	if commands > 1 {
		w.diags = w.diags.Append(ruleErrexit.At(do.Of("command"),
			"This command has %d lines, but only the last one decides whether the step fails. Start it with `set -e`, or join the lines with `&&`.", commands))
	}
}
