package importer

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// step writes one instruction, whose words have been expanded.
func (r *reader) step(s *stageReader, n *parser.Node, x any) error {
	add := func(kind string, items ...item) {
		s.items = append(s.items, item{block: &block{kind: kind, items: items}, gap: len(s.items) == 1})
	}
	one := func(kind, name string, value any) error { add(kind, item{name: name, value: value}); return nil }
	switch c := x.(type) {
	case *instructions.WorkdirCommand:
		return one("workdir", "path", c.Path)
	case *instructions.UserCommand:
		return one("user", "name", c.User)
	case *instructions.StopSignalCommand:
		return one("stopsignal", "signal", c.Signal)
	case *instructions.ShellCommand:
		return one("shell", "command", words(c.Shell))
	case *instructions.ExposeCommand:
		return one("expose", "ports", words(c.Ports))
	case *instructions.VolumeCommand:
		return one("volume", "paths", words(c.Volumes))
	case *instructions.CmdCommand:
		return r.command("cmd", c.ShellDependantCmdLine, nil, add)
	case *instructions.EntrypointCommand:
		return r.command("entrypoint", c.ShellDependantCmdLine, nil, add)
	case *instructions.RunCommand:
		flags, err := r.runFlags(s, n)
		if err != nil {
			return err
		}
		return r.command("run", c.ShellDependantCmdLine, flags, add)
	case *instructions.EnvCommand:
		for _, group := range ascending(c.Env) {
			add("env", item{name: "values", value: group})
		}
		for _, kv := range c.Env {
			s.env[kv.Key] = kv.Value
		}
		return nil
	case *instructions.LabelCommand:
		var o object
		for _, kv := range c.Labels {
			o = append(o, entry{key: kv.Key, value: kv.Value})
		}
		return one("label", "values", o)
	case *instructions.ArgCommand:
		return r.arg(s, c, add)
	case *instructions.CopyCommand:
		if c.Parents || len(c.ExcludePatterns) > 0 || len(c.SourceContents) > 0 {
			return errors.New("a copy with --parents, --exclude or a text isn't supported")
		}
		items := transfer(c.SourcesAndDest, c.Chown, c.Chmod, c.Link)
		if c.From != "" {
			items = append(items, item{name: "from", value: r.source(c.From)})
		}
		add("copy", items...)
		return nil
	case *instructions.AddCommand:
		if len(c.ExcludePatterns) > 0 || len(c.SourceContents) > 0 || c.KeepGitDir != nil || c.Checksum != "" || c.Unpack != nil {
			return errors.New("an option of ADD isn't supported")
		}
		add("add", transfer(c.SourcesAndDest, c.Chown, c.Chmod, c.Link)...)
		return nil
	case *instructions.HealthCheckCommand:
		return r.healthcheck(c)
	}
	return fmt.Errorf("%s isn't supported", strings.ToUpper(n.Value))
}

// healthcheck keeps the test for the services of the image.
func (r *reader) healthcheck(c *instructions.HealthCheckCommand) error {
	h := map[string]any{"test": words(c.Health.Test)}
	for k, v := range map[string]time.Duration{"interval": c.Health.Interval, "timeout": c.Health.Timeout, "start_period": c.Health.StartPeriod, "start_interval": c.Health.StartInterval} {
		if v > 0 {
			h[k] = v.String()
		}
	}
	if c.Health.Retries > 0 {
		h["retries"] = number(strconv.Itoa(c.Health.Retries))
	}
	r.file.health = h
	return nil
}

func words(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// ascending are variables in order, as maps: a map is written in the order of its keys.
func ascending(env instructions.KeyValuePairs) (out []object) {
	for i, kv := range env {
		if i == 0 || env[i-1].Key >= kv.Key {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], entry{key: kv.Key, value: kv.Value})
	}
	return out
}

func (r *reader) command(kind string, c instructions.ShellDependantCmdLine, flags []item, add func(string, ...item)) error {
	var value any = words(c.CmdLine)
	if c.PrependShell {
		value = strings.Join(c.CmdLine, " ")
	}
	switch {
	case len(c.Files) == 1 && !c.Files[0].Chomp && c.PrependShell && strings.Trim(strings.TrimPrefix(c.CmdLine[0], "<<"), `"'`) == c.Files[0].Name:
		value = c.Files[0].Data
	case len(c.Files) > 0:
		return errors.New("a here-document for a program isn't supported")
	}
	add(kind, append([]item{{name: "command", value: value}}, flags...)...)
	return nil
}

// runFlags are the mounts and the network of a RUN.
func (r *reader) runFlags(s *stageReader, n *parser.Node) (out []item, err error) {
	var mounts []any
	for _, f := range n.Flags {
		name, value, _ := strings.Cut(strings.TrimPrefix(f, "--"), "=")
		if value, err = r.expander(s)(value); err != nil {
			return nil, err
		}
		switch name {
		case "mount":
			if strings.Contains(value, "type=secret") || strings.Contains(value, "type=ssh") {
				return nil, errors.New("it mounts a secret")
			}
			mounts = append(mounts, value)
		case "network":
			out = append(out, item{name: "network", value: value})
		default:
			return nil, fmt.Errorf("--%s isn't supported", name)
		}
	}
	if len(mounts) > 0 {
		out = slices.Insert(out, 0, item{name: "mounts", value: mounts})
	}
	return out, nil
}

func (r *reader) arg(s *stageReader, c *instructions.ArgCommand, add func(string, ...item)) error {
	for _, a := range c.Args {
		items := []item{{name: "name", value: a.Key}}
		value, known := "", false
		if a.Value != nil {
			value, known = *a.Value, true
		} else if v, ok := r.global[a.Key]; ok {
			value, known = v, true
		}
		if known {
			items = append(items, item{name: "default", value: value})
		}
		if v, ok := r.file.args[a.Key]; ok {
			value, known = v, true
		}
		if delete(s.args, a.Key); known && !r.file.later[a.Key] {
			s.args[a.Key] = value
		}
		add("arg", items...)
	}
	return nil
}

// source is where a copy takes files from.
func (r *reader) source(from string) any {
	if s := r.stage(from); s != nil {
		return ref{"stage", s.label}
	}
	if n, err := strconv.Atoi(from); err == nil && n >= 0 && n < len(r.stages)-1 {
		return ref{"stage", r.stages[n].label}
	}
	return from
}

func transfer(t instructions.SourcesAndDest, chown, chmod string, link bool) []item {
	src := any(words(t.SourcePaths))
	if len(t.SourcePaths) == 1 {
		src = t.SourcePaths[0]
	}
	out := []item{{name: "src", value: src}, {name: "dest", value: t.DestPath}}
	if chown != "" {
		out = append(out, item{name: "chown", value: chown})
	}
	if chmod != "" {
		out = append(out, item{name: "chmod", value: chmod})
	}
	if link {
		out = append(out, item{name: "link", value: true})
	}
	return out
}
