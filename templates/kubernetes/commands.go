package kubernetes

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var ruleCommand = diag.Error("OG427", "Command of another target",
	"A script that calls docker finds none of its containers on Kubernetes, and one that calls kubectl no cluster on Compose. Say on which target the block is there with `targets`, which may also name both.")

// foreign are the programs of the other target, by the target that a kit is built for.
var foreign = map[manifest.TargetName][]string{
	manifest.TargetKubernetes: {"docker", "docker-compose"},
	manifest.TargetCompose:    {"kubectl", "helm", "kustomize"},
}

// wrappers run the command that their words name.
var wrappers = []string{"sudo", "env", "exec", "command", "timeout", "nice", "nohup", "time", "xargs", "setsid", "watch"}

// Commands reports declared scripts that call the other target's programs, unless their block says `targets`. A manifest without
// a block target "kubernetes" is for Compose alone, where kubectl may be for some other system.
func Commands(m *manifest.Manifest) hcl.Diagnostics {
	if m.Target != manifest.TargetKubernetes && m.Kubernetes == nil {
		return nil
	}
	var diags hcl.Diagnostics
	said := map[string]bool{} // blocks: one argument answers for all of its scripts
	check := func(address string, at manifest.Ranges, block hcl.Range, name string, script manifest.Text) {
		if _, given := at["targets"]; given || said[address] || len(script) == 0 {
			return
		}
		program, line := calls(plain(script), foreign[m.Target])
		if program == "" {
			return
		}
		said[address] = true
		place, ok := at[name]
		if !ok {
			place = block
		}
		diags = append(diags, ruleCommand.At(lineOf(m, place, line), "%s calls %s, which belongs to another target than %q. If it is for the other one alone, say so: targets = [\"%s\"]. If it is right here too, name both. On Kubernetes, deploy.sh builds, pushes, applies and awaits by itself.", address, program, m.Target, other(m.Target)))
	}
	for _, a := range m.Actions {
		check(a.Address, a.At, a.Range, "run", a.Run)
		check(a.Address, a.At, a.Range, "validate", a.Validate)
		check(a.Address, a.At, a.Range, "rollback", a.Rollback)
	}
	for _, c := range m.Criteria {
		if p, ok := c.Probe.(*manifest.CommandProbe); ok {
			check(c.Address, c.At, p.Range, "run", p.Run)
		}
	}
	for _, b := range m.Benchmarks {
		check(b.Address, b.At, b.Range, "run", b.Run)
	}
	return diags
}

func other(t manifest.TargetName) manifest.TargetName {
	if t == manifest.TargetKubernetes {
		return manifest.TargetCompose
	}
	return manifest.TargetKubernetes
}

// plain is a script with words in place of values of deploy time.
func plain(t manifest.Text) string {
	var b strings.Builder
	for _, p := range t {
		if p.Secret != nil {
			b.WriteString("$SECRET")
			continue
		}
		b.WriteString(manifest.MapParameters(p.Text, nil, text.Placeholder))
	}
	return b.String()
}

// calls is the first of the programs that a script runs, and its line, from 1; "" if it runs none.
func calls(script string, programs []string) (program string, line int) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(script), "")
	if err != nil {
		return "", 0 // lint/shell reports it
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok || program != "" || len(call.Args) == 0 {
			return program == ""
		}
		words := call.Args[:1]
		if slices.Contains(wrappers, path.Base(call.Args[0].Lit())) {
			words = call.Args
		}
		for _, w := range words {
			if name := path.Base(w.Lit()); slices.Contains(programs, name) {
				program, line = name, int(w.Pos().Line())
			}
		}
		return program == ""
	})
	return program, line
}

// lineOf is the range of a line of a script: of a here-document its own, otherwise the argument's value.
func lineOf(m *manifest.Manifest, value hcl.Range, line int) hcl.Range {
	f := m.Files[value.Filename]
	if f == nil || value.Start.Line == value.End.Line || value.Start.Byte >= len(f.Bytes) || !strings.HasPrefix(string(f.Bytes[value.Start.Byte:]), "<<") {
		return value
	}
	at := value.Start.Byte
	for range line {
		next := strings.IndexByte(string(f.Bytes[at:min(value.End.Byte, len(f.Bytes))]), '\n')
		if next < 0 {
			return value
		}
		at += next + 1
	}
	rest := string(f.Bytes[at:])
	end, _, _ := strings.Cut(rest, "\n")
	indent := len(end) - len(strings.TrimLeft(end, " \t"))
	n := value.Start.Line + line
	return hcl.Range{Filename: value.Filename,
		Start: hcl.Pos{Line: n, Column: indent + 1, Byte: at + indent},
		End:   hcl.Pos{Line: n, Column: len([]rune(end)) + 1, Byte: at + len(end)}}
}
