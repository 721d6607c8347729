package dockerfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

// difference is the first place where a Dockerfile differs from its document.
type difference struct {
	at      hcl.Range
	what    string
	refused bool // rejected by BuildKit, rather than read differently
}

// compare compares the instructions of a file with its document.
func compare(ast *parser.Node, doc *dockerfile.File) *difference {
	nodes := ast.Children
	next := func() *parser.Node {
		if len(nodes) == 0 {
			return nil
		}
		n := nodes[0]
		nodes = nodes[1:]
		return n
	}
	for _, s := range doc.Stages {
		n := next()
		if n == nil {
			return &difference{at: s.Range, what: fmt.Sprintf("the stage %s is missing", s.Name)}
		}
		x, err := instructions.ParseInstruction(n)
		if err != nil {
			return &difference{s.Range, err.Error(), true}
		}
		f, ok := x.(*instructions.Stage)
		if !ok || f.Name != s.Name || f.BaseName != s.From || f.Platform != s.Platform || n.StartLine != s.Line {
			return &difference{at: s.Range, what: fmt.Sprintf("%q is not the stage %s from %s", n.Original, s.Name, s.From)}
		}
		for _, step := range s.Steps {
			n := next()
			if n == nil {
				return &difference{at: step.Range, what: "an instruction is missing"}
			}
			if n.StartLine != step.Line {
				return &difference{at: step.Range, what: fmt.Sprintf("%q is on line %d instead of %d", n.Original, n.StartLine, step.Line)}
			}
			if d := compareStep(n, step); d != nil {
				return d
			}
		}
	}
	if n := next(); n != nil {
		return &difference{at: doc.Image.Range, what: fmt.Sprintf("%q is unexpected", n.Original)}
	}
	return nil
}

// compareStep reads one instruction, expands its words as BuildKit does in an
// empty environment, and compares the result.
func compareStep(n *parser.Node, step *dockerfile.Step) *difference {
	cmd, err := read(n)
	if err != nil {
		return &difference{step.Range, err.Error(), true}
	}
	var got, want []string
	if step.Healthcheck != nil {
		got, want = healthcheck(cmd, step)
	} else {
		if on, ok := step.Do.(*manifest.OnbuildInstruction); ok {
			o, ok := cmd.(*instructions.OnbuildCommand)
			if !ok {
				return &difference{at: step.Range, what: fmt.Sprintf("%q is not an ONBUILD instruction", n.Original)}
			}
			inner, err := parser.Parse(strings.NewReader(o.Expression + "\n"))
			if err != nil || len(inner.AST.Children) != 1 {
				return &difference{step.Range, fmt.Sprintf("%q is not an instruction", o.Expression), true}
			}
			return compareStep(inner.AST.Children[0], &dockerfile.Step{Do: on.Do, Shell: step.Shell, Range: step.Range})
		}
		got, want = says(n, cmd, step.Shell), means(step.Do, step.Shell)
		if isScript(step.Do) {
			// The end of a here-document's last line is not part of the script.
			trimLast(got)
			trimLast(want)
		}
	}
	if !slices.Equal(got, want) {
		return &difference{at: step.Range, what: fmt.Sprintf("%q instead of %q", got, want)}
	}
	return nil
}

func read(n *parser.Node) (instructions.Command, error) {
	cmd, err := instructions.ParseCommand(n)
	if err != nil {
		return nil, err
	}
	if x, ok := cmd.(instructions.SupportsSingleWordExpansion); ok {
		if _, run := cmd.(*instructions.RunCommand); run {
			return cmd, nil // its mounts are read from the flags
		}
		lex := shell.NewLex('\\')
		env := shell.EnvsFromSlice(nil)
		err = x.Expand(func(word string) (string, error) {
			s, _, err := lex.ProcessWord(word, env)
			return s, err
		})
	}
	return cmd, err
}

// says lists what an instruction of the file contains, for comparison with
// means.
func says(n *parser.Node, cmd instructions.Command, sh []string) []string {
	switch c := cmd.(type) {
	case *instructions.WorkdirCommand:
		return []string{"workdir", c.Path}
	case *instructions.UserCommand:
		return []string{"user", c.User}
	case *instructions.StopSignalCommand:
		return []string{"stopsignal", c.Signal}
	case *instructions.CopyCommand:
		return transfer("copy", c.SourcesAndDest, c.From, c.Chown, c.Chmod, c.Link, c.ExcludePatterns)
	case *instructions.AddCommand:
		return transfer("add", c.SourcesAndDest, "", c.Chown, c.Chmod, c.Link, c.ExcludePatterns)
	case *instructions.RunCommand:
		out := append([]string{"run"}, n.Flags...)
		return append(out, commandLine(c.ShellDependantCmdLine, sh)...)
	case *instructions.CmdCommand:
		return append([]string{"cmd"}, commandLine(c.ShellDependantCmdLine, sh)...)
	case *instructions.EntrypointCommand:
		return append([]string{"entrypoint"}, commandLine(c.ShellDependantCmdLine, sh)...)
	case *instructions.EnvCommand:
		return pairs("env", c.Env)
	case *instructions.LabelCommand:
		return pairs("label", c.Labels)
	case *instructions.ArgCommand:
		out := []string{"arg"}
		for _, a := range c.Args {
			value := "no default"
			if a.Value != nil {
				value = "default " + *a.Value
			}
			out = append(out, a.Key, value)
		}
		return out
	case *instructions.ExposeCommand:
		return append([]string{"expose"}, sorted(c.Ports)...)
	case *instructions.VolumeCommand:
		return append([]string{"volume"}, c.Volumes...)
	case *instructions.ShellCommand:
		return append([]string{"shell"}, c.Shell...)
	}
	return []string{cmd.Name()}
}

// isScript reports whether an instruction is a command in shell form.
func isScript(do manifest.Instruction) bool {
	var c *manifest.Command
	switch do := do.(type) {
	case *manifest.RunInstruction:
		c = do.Command
	case *manifest.CmdInstruction:
		c = do.Command
	case *manifest.EntrypointInstruction:
		c = do.Command
	case *manifest.WorkdirInstruction, *manifest.CopyInstruction, *manifest.AddInstruction, *manifest.UserInstruction,
		*manifest.EnvInstruction, *manifest.ArgInstruction, *manifest.ExposeInstruction, *manifest.VolumeInstruction,
		*manifest.StopSignalInstruction, *manifest.ShellInstruction, *manifest.LabelInstruction,
		*manifest.OnbuildInstruction, *manifest.PackagesInstruction:
	}
	return c != nil && c.Exec == nil
}

// means lists what an instruction of the model contains.
func means(do manifest.Instruction, sh []string) []string {
	switch do := do.(type) {
	case *manifest.WorkdirInstruction:
		return []string{"workdir", do.Path}
	case *manifest.UserInstruction:
		return []string{"user", do.User}
	case *manifest.StopSignalInstruction:
		return []string{"stopsignal", do.Signal}
	case *manifest.CopyInstruction:
		from := do.FromImage
		if do.FromStage != nil {
			from = strings.ToLower(do.FromStage.Name)
		}
		return meantTransfer("copy", do.Transfer, from, do.Exclude)
	case *manifest.AddInstruction:
		return meantTransfer("add", do.Transfer, "", nil)
	case *manifest.RunInstruction:
		out := []string{"run"}
		for _, m := range do.Mounts {
			out = append(out, "--mount="+m)
		}
		if do.Network != "" {
			out = append(out, "--network="+do.Network)
		}
		return append(out, command(do.Command, sh)...)
	case *manifest.CmdInstruction:
		return append([]string{"cmd"}, command(do.Command, sh)...)
	case *manifest.EntrypointInstruction:
		return append([]string{"entrypoint"}, command(do.Command, sh)...)
	case *manifest.EnvInstruction:
		return meantPairs("env", do.Values)
	case *manifest.LabelInstruction:
		return meantPairs("label", do.Values)
	case *manifest.ArgInstruction:
		if do.Default == nil {
			return []string{"arg", do.Name, "no default"}
		}
		return []string{"arg", do.Name, "default " + *do.Default}
	case *manifest.ExposeInstruction:
		return append([]string{"expose"}, sorted(do.Ports)...)
	case *manifest.VolumeInstruction:
		return append([]string{"volume"}, do.Paths...)
	case *manifest.ShellInstruction:
		return append([]string{"shell"}, do.Words...)
	case *manifest.OnbuildInstruction: // its step is compared
	case *manifest.PackagesInstruction: // a document has run steps instead
	}
	return []string{fmt.Sprintf("%T", do)}
}

func meantTransfer(kind string, t manifest.Transfer, from string, exclude []string) []string {
	paths := instructions.SourcesAndDest{SourcePaths: t.Src, DestPath: t.Dest}
	return transfer(kind, paths, from, t.Chown, t.Chmod, t.Link, exclude)
}

func meantPairs(kind string, list []manifest.KeyValue) []string {
	out := []string{kind}
	for _, v := range list {
		out = append(out, v.Key, v.Value)
	}
	return out
}

// sorted is a sorted copy: ports have no order.
func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func transfer(kind string, p instructions.SourcesAndDest, from, chown, chmod string, link bool, exclude []string) []string {
	out := []string{kind, "from " + from, "chown " + chown, "chmod " + chmod, fmt.Sprint("link ", link), fmt.Sprint(len(p.SourceContents), " inline files")}
	out = append(out, exclude...)
	return append(append(out, p.SourcePaths...), p.DestPath)
}

func pairs(kind string, list instructions.KeyValuePairs) []string {
	out := []string{kind}
	for _, v := range list {
		out = append(out, v.Key, v.Value)
	}
	return out
}

func trimLast(words []string) {
	if n := len(words); n > 0 {
		words[n-1] = strings.TrimSuffix(words[n-1], "\n")
	}
}

// commandLine is what is executed: a shell form is passed to the current shell.
func commandLine(c instructions.ShellDependantCmdLine, sh []string) []string {
	switch {
	case len(c.Files) == 1 && len(c.CmdLine) == 1:
		return append(slices.Clone(sh), c.Files[0].Data)
	case len(c.Files) > 0:
		return []string{"here-documents"}
	case c.PrependShell:
		return append(slices.Clone(sh), c.CmdLine...)
	}
	return c.CmdLine
}

func command(c *manifest.Command, sh []string) []string {
	if c.Exec != nil {
		return c.Exec
	}
	return append(slices.Clone(sh), c.Shell)
}

// healthcheck lists what a HEALTHCHECK contains, and what the healthcheck
// requires.
func healthcheck(cmd instructions.Command, step *dockerfile.Step) (got, want []string) {
	h, ok := cmd.(*instructions.HealthCheckCommand)
	if !ok {
		return []string{cmd.Name()}, []string{"healthcheck"}
	}
	p := step.Healthcheck
	if p.Disable {
		return h.Health.Test, []string{"NONE"}
	}
	test := func(t []string) []string {
		if len(t) == 2 && t[0] == "CMD-SHELL" {
			return append(slices.Clone(step.Shell), t[1])
		}
		return t[1:]
	}
	times := fmt.Sprint(h.Health.Interval, h.Health.Timeout, h.Health.StartPeriod, h.Health.Retries)
	return append([]string{times}, test(h.Health.Test)...),
		append([]string{fmt.Sprint(p.Interval, p.Timeout, p.StartPeriod, p.Retries)}, test(p.Words())...)
}
