package dockerfile

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/template"
	"unicode"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/layout"
)

//go:embed Dockerfile.tmpl
var fileSource string

// fileTemplate is the parsed template; its functions are bound for each file.
var fileTemplate = sync.OnceValue(func() *template.Template {
	return layout.Must("Dockerfile", fileSource, (&writer{}).quoting())
})

// fileData is the data of a Dockerfile.
type fileData struct {
	Header, Image string
	Stages        []stageData
}

type stageData struct {
	Origin string
	Stage  *Stage
}

// flagged is a word that must not need quotes, with its range.
type flagged struct {
	text  string
	at    hcl.Range
	plain bool // the frontend's own variable
}

// quoting are the quoting functions that everything written by the template must
// pass. They report to w. Those for a stage and an instruction record the line.
func (w *writer) quoting() template.FuncMap {
	return template.FuncMap{
		"comment":     comment,
		"name":        func(stage string) string { return stage }, // made by stageName
		"instruction": w.step,
		"flag": func(f flagged) string {
			if f.plain {
				return f.text
			}
			return w.flag(f.text, f.at)
		},
		"base": func(s *Stage) flagged {
			s.Line = w.lines() + 1
			return flagged{text: s.From, at: s.At.Of("from", s.Range)}
		},
		"platform": func(s *Stage) *flagged {
			if s.Platform == "" {
				return nil
			}
			return &flagged{s.Platform, s.At.Of("platform", s.Range), s.Platform == "$BUILDPLATFORM"}
		},
	}
}

// lines counts the lines that have been written.
func (w *writer) lines() int {
	text := w.out.String()
	w.line += strings.Count(text[w.counted:], "\n")
	w.counted = len(text)
	return w.line
}

// comment formats text as a comment. Unprintable characters are removed, so that no
// text ends the comment.
func comment(text string) string {
	return "# " + strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}

// step is the text of one instruction; it records its line.
func (w *writer) step(s *Step) string {
	s.Line = w.lines() + 1
	if s.Healthcheck != nil {
		return w.healthcheck(s)
	}
	return w.instruction(s.Do, s.Shell, false)
}

// instruction is the text of an instruction.
func (w *writer) instruction(do manifest.Instruction, shell []string, nested bool) string {
	switch do := do.(type) {
	case *manifest.WorkdirInstruction:
		return "WORKDIR " + w.word(do.Path, do.Of("path"))
	case *manifest.UserInstruction:
		return "USER " + w.word(do.User, do.Of("name"))
	case *manifest.StopSignalInstruction:
		return "STOPSIGNAL " + w.word(do.Signal, do.Of("signal"))
	case *manifest.CopyInstruction:
		return w.copy(do)
	case *manifest.AddInstruction:
		return w.transfer("ADD", &do.InstructionOrigin, "", do.Transfer)
	case *manifest.RunInstruction:
		return w.run(do, shell, nested)
	case *manifest.CmdInstruction:
		return "CMD " + w.command(do.Command, shell)
	case *manifest.EntrypointInstruction:
		return "ENTRYPOINT " + w.command(do.Command, shell)
	case *manifest.EnvInstruction:
		return w.pairs("ENV", do.Values)
	case *manifest.LabelInstruction:
		return w.pairs("LABEL", do.Values)
	case *manifest.ArgInstruction:
		return w.arg(do)
	case *manifest.ExposeInstruction:
		var ports []string
		for _, p := range do.Ports {
			ports = append(ports, w.flag(p, do.Of("ports")))
		}
		return "EXPOSE " + strings.Join(ports, " ")
	case *manifest.VolumeInstruction:
		for _, p := range do.Paths {
			if strings.TrimSpace(p) != p {
				return w.cant(do.Of("paths"), p, errors.New("VOLUME removes spaces at the start and end of a path"))
			}
		}
		return "VOLUME " + w.paths(do.Paths, do.Of("paths"))
	case *manifest.ShellInstruction:
		return "SHELL " + w.json(do.Words, do.Of("command"))
	case *manifest.OnbuildInstruction:
		return "ONBUILD " + w.instruction(do.Do, shell, true)
	case *manifest.PackagesInstruction: // already converted to a run step
	}
	panic(fmt.Sprintf("dockerfile: no text of %T", do))
}

func (w *writer) cant(at hcl.Range, s string, err error) string {
	w.diags = w.diags.Append(ruleText.At(at, "%q cannot be written in a Dockerfile: %s. Change the string, or create the value in a run step.", clip(s), err))
	return ""
}

func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

func (w *writer) word(s string, at hcl.Range) string {
	q, err := quote.DockerfileWord(s)
	if err != nil {
		return w.cant(at, s, err)
	}
	return q
}

// flag is a word that must not need quotes: an image's reference, an owner, a
// mount's options.
func (w *writer) flag(s string, at hcl.Range) string {
	for _, r := range s {
		if !(r > ' ' && r < 0x7f) || strings.ContainsRune("\\\"'`$#<>", r) {
			return w.cant(at, s, fmt.Errorf("the character %q is not allowed here", r))
		}
	}
	if s == "" || s[0] == '-' {
		return w.cant(at, s, errors.New("an empty string or a flag is not allowed here"))
	}
	return s
}

func (w *writer) json(words []string, at hcl.Range) string {
	q, err := quote.DockerfileJSON(words)
	if err != nil {
		return w.cant(at, strings.Join(words, " "), err)
	}
	return q
}

// paths writes paths in a JSON array.
func (w *writer) paths(list []string, at hcl.Range) string {
	quoted := make([]string, len(list))
	for i, p := range list {
		q, err := quote.DockerfilePath(p)
		if err != nil {
			return w.cant(at, p, err)
		}
		quoted[i] = q
	}
	return w.json(quoted, at)
}

func (w *writer) copy(do *manifest.CopyInstruction) string {
	if len(do.Exclude) > 0 {
		w.diags = w.diags.Append(ruleExclude.At(do.Of("exclude"),
			"`exclude` of a copy step isn't supported: it doesn't build with Docker Engine 23, the oldest that kits support. Copy only the files that are needed, or exclude the others from the context with the image's ignore argument."))
	}
	from := do.FromImage
	if do.FromStage != nil {
		from = stageName(do.FromStage)
	}
	return w.transfer("COPY", &do.InstructionOrigin, from, do.Transfer)
}

// transfer writes a COPY or ADD.
func (w *writer) transfer(name string, at *manifest.InstructionOrigin, from string, t manifest.Transfer) string {
	line := name
	flag := func(name, value string) {
		if value != "" {
			line += " --" + name + "=" + w.flag(value, at.Of(name))
		}
	}
	flag("from", from)
	if t.Link {
		line += " --link"
	}
	flag("chown", t.Chown)
	flag("chmod", t.Chmod)
	list := append(slices.Clone(t.Src), t.Dest)
	attr := "src"
	if _, err := quote.DockerfilePath(t.Dest); err != nil {
		attr = "dest"
	}
	for _, p := range list {
		if strings.ContainsAny(p, " \t\v\f\r\\\"'$<") || p == "" || p[0] == '-' || p[0] == '[' || strings.IndexFunc(p, unicode.IsSpace) >= 0 || p[0] == '\xef' {
			return line + " " + w.paths(list, at.Of(attr))
		}
	}
	for _, p := range list {
		line += " " + w.word(p, at.Of(attr))
	}
	return line
}

// run writes a RUN. A script of several lines becomes a here-document, which needs
// no escaping.
func (w *writer) run(do *manifest.RunInstruction, shell []string, nested bool) string {
	var flags []string
	for _, m := range do.Mounts {
		flags = append(flags, "--mount="+w.flag(m, do.Of("mounts")))
	}
	if do.Network != "" {
		flags = append(flags, "--network="+w.flag(do.Network, do.Of("network")))
	}
	lead := "RUN "
	for _, f := range flags {
		lead += f + " \\\n    "
	}
	w.checkScript(do, shell)
	if c := do.Command; c.Exec == nil && !nested && heredoc(c.Shell) {
		end := "EOT"
		for strings.Contains("\n"+c.Shell+"\n", "\n"+end+"\n") {
			end += "_"
		}
		text := c.Shell
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		return lead + "<<'" + end + "'\n" + text + end
	}
	if w.packaged[do] {
		return lead + strings.ReplaceAll(do.Command.Shell, "     && ", " \\\n    && ")
	}
	return lead + w.command(do.Command, shell)
}

// heredoc reports whether a script can be a here-document: it has several lines,
// all with plain characters.
func heredoc(s string) bool {
	if !strings.Contains(strings.TrimSuffix(s, "\n"), "\n") || strings.ContainsAny(s, "\r\x00") {
		return false
	}
	for _, line := range strings.Split(s, "\n") {
		if len(line) > 60000 {
			return false
		}
	}
	return true
}

// command writes the exec form, or the shell form if a line can hold the script.
// Otherwise it writes what the builder would make of the shell form: the shell, with
// the script as one argument.
func (w *writer) command(c *manifest.Command, shell []string) string {
	switch {
	case c.Exec != nil:
		return w.json(c.Exec, c.Range)
	case quote.DockerfileLine(c.Shell):
		return c.Shell
	}
	return w.json(append(append([]string{}, shell...), c.Shell), c.Range)
}

func (w *writer) pairs(name string, values []manifest.KeyValue) string {
	var lines []string
	for _, v := range values {
		key, err := quote.DockerfileName(v.Key)
		if err == nil && name != "LABEL" && !identifier(v.Key) {
			err = errVariable
		}
		if err != nil {
			w.cant(v.Range, v.Key, err)
			continue
		}
		value, err := quote.DockerfileWord(v.Value)
		if err != nil {
			w.cant(v.Range, v.Value, err)
			continue
		}
		if value == v.Value && name != "ENV" {
			value = `"` + value + `"`
		}
		lines = append(lines, key+"="+value)
	}
	return name + " " + strings.Join(lines, " \\\n    ")
}

func identifier(s string) bool {
	for i, r := range s {
		if !(r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return s != ""
}

func (w *writer) arg(do *manifest.ArgInstruction) string {
	switch {
	case !identifier(do.Name):
		return w.cant(do.Of("name"), do.Name, errVariable)
	case do.Default == nil:
		return "ARG " + do.Name
	}
	return "ARG " + do.Name + "=" + w.word(*do.Default, do.Of("default"))
}

var errVariable = errors.New("it is not a valid variable name, which consists of letters, digits and underscores")

// healthcheck writes the test as in docker-compose.yml, in exec form, so that no
// rule of Dockerfiles changes its words. The start interval is only in
// docker-compose.yml: Docker Engine 23 doesn't support it here.
func (w *writer) healthcheck(s *Step) string {
	p := s.Healthcheck
	if p.Disable {
		return "HEALTHCHECK NONE"
	}
	var flags []string
	flag := func(name, value string) {
		if value != "" {
			flags = append(flags, "--"+name+"="+value)
		}
	}
	flag("interval", compose.Duration(p.Interval))
	flag("timeout", compose.Duration(p.Timeout))
	flag("start-period", compose.Duration(p.StartPeriod))
	if p.Retries > 0 {
		flag("retries", fmt.Sprint(p.Retries))
	}
	line := "HEALTHCHECK "
	if len(flags) > 0 {
		line += strings.Join(flags, " ") + " \\\n    "
	}
	words := p.Words()[1:]
	if p.Words()[0] == "CMD-SHELL" {
		words = append(slices.Clone(s.Shell), words...)
	}
	return line + "CMD " + w.json(words, s.Range)
}
